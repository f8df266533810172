"""Letting in those who must be let in: roles, users and API keys, made again without harm.

Nothing here prints a secret or puts one into a message. A fresh key goes to the caller's *keep*
before an old one is invalidated, so that no moment of a failure leaves a program without a key.
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from index.es.layout import Names
from index.es.roles import PRINCIPALS, Principal, roles

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

KIBANA_USER = "kibana_system"
"""Elastic's own, as which the Kibana server logs in."""

Keep = Callable[[str, str], None]
"""``keep(variable, value)``: put a secret where it stays private."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that was seen to; never with a secret in it."""

    kind: Literal["role", "user", "password", "key"]
    name: str
    state: Literal["made", "renewed", "kept"]
    others: int = 0
    """Further keys of this name that are still valid: of other machines, or of an earlier setup."""


def setup(
    client: Elasticsearch,
    names: Names,
    *,
    keys: Mapping[str, str],
    keep: Keep,
    kibana_password: str | None = None,
    analyst_password: str | None = None,
    rotate: bool = False,
) -> Iterator[Step]:
    """Make what is missing, as a user who may ``manage_security``.

    *keys*: API keys known so far, by variable; a valid one is kept and gets today's rights. With
    *rotate* every key is made anew, and all others of its name are invalidated: those of other
    machines too. A password of ``None`` leaves that user alone.
    """
    bodies = roles(names)
    for principal in PRINCIPALS:
        yield _role(client, principal.role(names), bodies[principal.name])
    if kibana_password is not None:
        client.security.change_password(username=KIBANA_USER, password=kibana_password)
        yield Step(kind="password", name=KIBANA_USER, state="renewed")
    if analyst_password is not None:
        yield _user(client, f"{names.prefix}-analyst", analyst_password)
    for principal in PRINCIPALS:
        if principal.program:
            descriptor = bodies[principal.name]
            known = None if rotate else keys.get(principal.variable)
            yield _key(client, principal, names, descriptor, known, keep, rotate=rotate)


def _role(client: Elasticsearch, name: str, body: dict[str, Any]) -> Step:
    answer = client.security.put_role(name=name, metadata={"product": "tingfeng"}, **body)
    return Step(kind="role", name=name, state="made" if answer["role"]["created"] else "kept")


def _user(client: Elasticsearch, name: str, password: str) -> Step:
    """A user of the role of the same name. One that exists keeps its password, which may by now be
    a person's own.
    """
    from elasticsearch import NotFoundError

    try:
        client.security.get_user(username=name)
        return Step(kind="user", name=name, state="kept")
    except NotFoundError:
        client.security.put_user(
            username=name, password=password, roles=[name], metadata={"product": "tingfeng"}
        )
        return Step(kind="user", name=name, state="made")


def _key(
    client: Elasticsearch,
    principal: Principal,
    names: Names,
    descriptor: dict[str, Any],
    known: str | None,
    keep: Keep,
    *,
    rotate: bool,
) -> Step:
    name = principal.role(names)
    rights = {name: descriptor}
    mine = _valid(client, name, known)
    if mine and _updated(client, mine, rights):
        return Step(kind="key", name=name, state="kept", others=len(_others(client, name, mine)))
    made = client.security.create_api_key(
        name=name, role_descriptors=rights, metadata={"product": "tingfeng"}, refresh="wait_for"
    )
    keep(principal.variable, made["encoded"])
    others = _others(client, name, made["id"])
    if rotate and others:
        client.security.invalidate_api_key(ids=others)
        others = []
    state: Literal["made", "renewed"] = "renewed" if rotate else "made"
    return Step(kind="key", name=name, state=state, others=len(others))


def _valid(client: Elasticsearch, name: str, known: str | None) -> str | None:
    """The id of *known* if the cluster lets it in as *name*."""
    from elasticsearch import AuthenticationException

    if not known or not _encoded(known):
        return None
    try:
        # The client's own login must not stand beside the key.
        who = client.options(api_key=known).security.authenticate()
    except AuthenticationException:
        return None
    key = who.get("api_key", {})
    return str(key["id"]) if key.get("name") == name else None


def _encoded(text: str) -> bool:
    try:
        return b":" in b64decode(text, validate=True)
    except (NotBase64, ValueError):
        return False


def _updated(client: Elasticsearch, id: str, rights: dict[str, Any]) -> bool:
    """Give a key today's rights. Only its owner can: another administrator makes a new one."""
    from elasticsearch import AuthorizationException, NotFoundError

    try:
        client.security.update_api_key(id=id, role_descriptors=rights)
    except (AuthorizationException, NotFoundError):
        return False
    return True


def _others(client: Elasticsearch, name: str, mine: str) -> list[str]:
    found = client.security.get_api_key(name=name, active_only=True)["api_keys"]
    return [key["id"] for key in found if key["id"] != mine]
