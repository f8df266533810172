"""``tingfeng es setup``: the cluster's superuser lets the programs in, each with a key of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tingfeng import dotenv
from tingfeng.core.errors import SettingsError, StoreError
from tingfeng.pipeline.access import place
from tingfeng.pipeline.stack import refuse_default, refuse_weak
from tingfeng.settings import Settings

if TYPE_CHECKING:
    from index.es.connect import Cluster
    from index.es.security import Step

SUPERUSER = "ELASTIC_PASSWORD"
KIBANA = "KIBANA_PASSWORD"
ANALYST = "TINGFENG_ANALYST_PASSWORD"

_PAUSE = 2.0
"""Seconds between two attempts at a cluster that is starting."""
_LOGIN = 30.0
"""Seconds for which a refused password may mean that users are not loaded yet."""


def grant(
    settings: Settings, *, user: str, rotate: bool, wait: float, sleep: Callable[[float], Any]
) -> Iterator[Step]:
    """Roles, users and keys; the keys go into :func:`keys_place`.

    *wait*: seconds for a cluster that is starting. Passwords come from the environment or ``.env``:
    ``ELASTIC_PASSWORD`` of *user*; ``KIBANA_PASSWORD`` and ``TINGFENG_ANALYST_PASSWORD`` where
    those users are to be made, else they are left alone. Raises ``SettingsError``, ``StoreError``.
    """
    from index.es.roles import PRINCIPALS
    from index.es.security import setup

    password = settings.secret(SUPERUSER)
    if not password:
        raise SettingsError(
            f"没有 {user} 的密码：export {SUPERUSER}=…（不要写在命令行），或先 tingfeng init --stack",
            f"the password of {user} is missing: export {SUPERUSER}=… (not on the command line), or "
            "`tingfeng init --stack` first",
        )
    refuse_default(SUPERUSER, password)
    others = {name: settings.secret(name) for name in (KIBANA, ANALYST)}
    for name, value in others.items():
        if value:
            refuse_weak(name, value)
    keep = partial(_keep, keys_place(settings))
    variables = [one.variable for one in PRINCIPALS if one.program]
    keys = {name: value for name in variables if (value := settings.secret(name))}
    cluster = _reached({**place(settings), "user": user, "password": password}, wait, sleep)
    try:
        with cluster.said():
            yield from setup(
                cluster.client,
                cluster.names,
                keys=keys,
                keep=keep,
                kibana_password=others[KIBANA],
                analyst_password=others[ANALYST],
                rotate=rotate,
            )
    finally:
        cluster.close()


def keys_place(settings: Settings) -> Path:
    """Where the programs' keys are kept: the private ``.env`` beside the settings, or the folder from
    which containers get them one by one.
    """
    return settings.keys if settings.keys.is_dir() else settings.folder / ".env"


def _keep(place: Path, name: str, value: str) -> None:
    (dotenv.put_file if place.is_dir() else dotenv.put)(place, name, value)


def _reached(how: dict[str, Any], wait: float, sleep: Callable[[float], Any]) -> Cluster:
    from index.es.connect import connect

    begun = time.monotonic()
    while True:
        try:
            return connect(how)
        except StoreError as error:
            refused = getattr(error.__cause__, "status_code", None) in (401, 403)
            if time.monotonic() - begun + _PAUSE > (min(wait, _LOGIN) if refused else wait):
                raise
        sleep(_PAUSE)
