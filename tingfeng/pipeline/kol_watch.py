"""Lists of creators that are followed, and how they were last seen: one JSON file beside the settings."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tingfeng.core.errors import SettingsError
from tingfeng.core.message import Message
from tingfeng.core.post import SHANGHAI

if TYPE_CHECKING:
    from tingfeng.kol.changed import Seen
    from tingfeng.pipeline.kol_score import Scored

FILE = "kol-watch.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """One creator of a list at this look."""

    key: str
    seen: Seen | None
    """``None``: not stored any more."""

    changes: tuple[Message, ...]


def look(
    found: Scored, folder: Path, *, name: str, keys: Sequence[str], days: int
) -> tuple[Looked, ...]:
    """How the creators of list *name* changed since the last look, which this one replaces. *keys*
    are the list from now on; none: as it was.

    Raises:
        SettingsError: there is no such list yet, or the file cannot be read.

    """
    file = folder / FILE
    lists = _read(file)
    # Scores for another brand are another thing: they have a list of their own.
    key_of = f"{found.ratings.target.brand}/{name}"
    before: dict[str, Any] = lists.get(key_of, {})
    followed = list(dict.fromkeys(keys)) or list(before)
    if not followed:
        raise SettingsError(
            f"名单 {name} 还是空的：tingfeng kol watch 平台:编号 …",
            f"list {name} is empty: tingfeng kol watch platform:id …",
        )
    looked = tuple(_one(found, key, before.get(key), days) for key in followed)
    # Who is gone is told this once; nothing that was known of them stays in any list.
    lists = _faded(lists, frozenset(found.ratings.measures.keys))
    lists[key_of] = {one.key: one.seen.plain() for one in looked if one.seen}
    _write(file, lists)
    return looked


def unfollow(folder: Path, keys: Collection[str]) -> None:
    """Take *keys* out of every list: these creators objected, or are forgotten."""
    file = folder / FILE
    lists = _read(file)
    left = {
        name: {one: then for one, then in rest.items() if one not in keys}
        for name, rest in lists.items()
    }
    if left != lists:
        _write(file, left)


def unfollow_authors(
    folder: Path, authors: Collection[str], hashed: Callable[[str, str], str]
) -> None:
    """Likewise, by keyed hashes of platform and id."""
    gone = set()
    for key in followed(folder):
        platform, _, id = key.partition(":")
        if hashed(platform, id) in authors:
            gone.add(key)
    unfollow(folder, gone)


def followed(folder: Path) -> list[str]:
    """Accounts that stand in any list."""
    return list(dict.fromkeys(key for rest in _read(folder / FILE).values() for key in rest))


def fade(folder: Path, stored: Collection[str]) -> None:
    """Keep nothing that was seen of those who are not *stored* any more. Their accounts stay in the
    lists until the next look has told who is gone.
    """
    lists = _read(folder / FILE)
    left = _faded(lists, stored)
    if left != lists:
        _write(folder / FILE, left)


def _faded(lists: dict[str, dict[str, Any]], stored: Collection[str]) -> dict[str, dict[str, Any]]:
    return {
        name: {key: then if key in stored else {} for key, then in rest.items()}
        for name, rest in lists.items()
    }


def _one(found: Scored, key: str, before: dict[str, Any] | None, days: int) -> Looked:
    from tingfeng.kol.changed import Seen, changes

    rated = found.ratings
    if key not in rated.measures.keys:
        if before is None:
            found.row(key)  # raises: it never was there
        gone = Message(
            "已不在库：资料到期或本人反对", "not stored any more: expired, or the creator objected"
        )
        return Looked(key=key, seen=None, changes=(gone,))
    profile = found.profile(key)
    score = rated.score(rated.measures.keys.index(key), profile)
    seen = Seen.of(score, profile, frozenset(rated.target.competitors))
    then = Seen.of_plain(before) if before else None
    today = found.now.astimezone(SHANGHAI).date()
    return Looked(key=key, seen=seen, changes=changes(then, seen, today=today, days=days))


def _read(file: Path) -> dict[str, dict[str, Any]]:
    if not file.exists():
        return {}
    try:
        lists: dict[str, dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError(
            f"读不了 {file}：{error}。移走它会从头开始关注",
            f"cannot read {file}: {error}. Move it away to begin anew",
        ) from None
    return lists


def _write(file: Path, lists: dict[str, dict[str, Any]]) -> None:
    """Whole or not at all: a kill leaves the look before."""
    draft = file.with_suffix(".json.part")
    draft.write_text(json.dumps(lists, ensure_ascii=False, indent=1), encoding="utf-8")
    draft.replace(file)


__all__ = ["FILE", "Looked", "fade", "followed", "look", "unfollow", "unfollow_authors"]
