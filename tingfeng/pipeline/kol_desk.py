"""What people say of creators: links, risks, objections."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from tingfeng.core.creator import CreatorEntry
from tingfeng.core.errors import SettingsError
from tingfeng.core.privacy import Privacy
from tingfeng.pipeline.archives import Named, drop_rows
from tingfeng.pipeline.forgetting import Asked
from tingfeng.pipeline.kol_profiles import linked
from tingfeng.pipeline.kol_watch import unfollow
from tingfeng.pipeline.stores import REFUSED, followed

if TYPE_CHECKING:
    from tingfeng.pipeline import Pipeline


@dataclass(slots=True, kw_only=True)
class Objection:
    """What goes, or went, because a creator asked for it."""

    key: str
    author: str
    """Keyed hash: all that stays."""

    snapshots: int = 0
    posts: list[str] = field(default_factory=list)
    """Keys of the creator's posts."""

    entries: int = 0
    linked: list[str] = field(default_factory=list)
    """Other accounts that people linked to it; each needs a call of its own."""

    rows: int = 0
    """Refused rows of imports that named the creator."""

    index_pending: bool = False


def key_of(typed: str) -> str:
    """``小红书:id`` as stores write it. Raises SettingsError."""
    from crawlers.formats.platforms import platform_named

    platform, _, id = typed.partition(":")
    if not platform or not id:
        raise SettingsError(
            f"{typed} 不是达人账号：写成 平台:编号，见 tingfeng kol list",
            f"{typed} is no account: write platform:id, see `tingfeng kol list`",
        )
    return f"{platform_named(platform)}:{id}"


def say_link(pipeline: Pipeline, one: str, other: str, *, by: str, undo: bool) -> None:
    """Two accounts are one creator's; or are not after all."""
    entry = CreatorEntry(
        creator=key_of(one), other=key_of(other), kind="unlink" if undo else "link", by=by,
        at=pipeline.clock(),
    )  # fmt: skip
    pipeline.store.note_creators([entry])


def say_risk(
    pipeline: Pipeline,
    key: str,
    *,
    kind: str,
    severity: int,
    proof: str,
    on: date | None,
    comment: str,
    by: str,
) -> CreatorEntry:
    """Something happened, and this shows it. A proof is an address or a post in the store."""
    if (
        proof
        and not proof.startswith(("http://", "https://"))
        and pipeline.store.get(proof) is None
    ):
        raise SettingsError(
            f"证据 {proof} 既不是网址，也不是库里的帖子（平台:id）：先导入那一帖，或给出网址",
            f"the proof {proof} is neither an address nor a stored post (platform:id): import the post"
            " first, or give an address",
        )
    entry = CreatorEntry(
        creator=key_of(key), kind="risk", by=by, at=pipeline.clock(), value=kind,
        severity=severity, proof=proof, happened_on=on, comment=comment,
    )  # fmt: skip
    pipeline.store.note_creators([entry])
    return entry


def would_go(pipeline: Pipeline, key: str) -> Objection:
    """What :func:`object_to` would remove."""
    settings, store = pipeline.settings, pipeline.store
    settings.reveal(settings.author_key)  # a key made just now would find nobody
    platform, _, id = key.partition(":")
    log = store.creator_log()
    person = linked(log)
    return Objection(
        key=key,
        author=Privacy(settings.key()).author(platform, id),
        snapshots=len(store.snapshots(key)),
        posts=[one.post.key for one in store.documents_of(key)],
        entries=sum(key in (one.creator, one.other) for one in log),
        linked=[
            one
            for one, first in person.items()
            if one != key and key in person and first == person[key]
        ],
    )


def object_to(pipeline: Pipeline, key: str, *, by: str, reason: str, posts: bool) -> Objection:
    """Remove all that is kept of a creator, and take in nothing again. Killed at any instant, the
    same call finishes: what lies beside the store is found by what is still in it, so it goes first.
    """
    told = would_go(pipeline, key)
    names = {one.name for one in pipeline.store.snapshots(key)} - {""}
    named = Named([key.partition(":")[2], *names])
    folder = pipeline.settings.folder / REFUSED
    told.rows = drop_rows(folder, named) if folder.is_dir() else 0
    unfollow(pipeline.settings.folder, {key})
    now = pipeline.clock()
    if posts:
        asked = Asked(authors=(told.author,), names=(key.partition(":")[2], *names))
        pipeline.forgetting.forget(asked, by=by, reason=reason)
    pipeline.store.forget_creator(key, author=told.author, now=now, by=by, reason=reason)
    told.index_pending = bool(told.posts) and followed(pipeline.store_file)
    return told
