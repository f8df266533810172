"""Where a sync goes on: what the index says, held against what the store remembers of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace

from index import changes, desk
from index.es.position import Position
from tingfeng import Message, StoreError

_NAME = "followed by "


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What a store remembers of the indices that follow it, by :attr:`Position.target`: number of
    the last change and epoch. It is written before the index's own position, so that a store that
    remembers less than an index has is an older state of itself.
    """

    source: str
    """Id of the store."""

    told: dict[str, tuple[int, int]]
    """Number and epoch by target."""

    dropped: int = 0
    """Up to which change the store has forgotten what is gone: see :func:`index.changes.prune`."""

    @property
    def epoch(self) -> int:
        """The latest of all."""
        return max((epoch for _, epoch in self.told.values()), default=1)

    def vouches(self, there: Position) -> bool:
        """Whether this store has gone through what the index has."""
        seq, epoch = self.told.get(there.target, (0, 0))
        return (epoch, there.source) == (there.epoch, self.source) and seq >= there.seq

    def reaches(self, there: Position) -> bool:
        """Whether it still knows all that came after what the index has."""
        return min(there.seq, there.metrics) >= self.dropped

    @classmethod
    def load(cls, db: sqlite3.Connection) -> Memory:
        """Begins to log changes where nobody followed the store before."""
        source = changes.follow(db)
        rows = db.execute(
            "SELECT name, value FROM state WHERE name LIKE ?", (f"{_NAME}%",)
        ).fetchall()
        told = {name.removeprefix(_NAME): tuple(map(int, value.split())) for name, value in rows}
        return cls(
            source=source,
            told={target: (seq, epoch) for target, (seq, epoch) in told.items()},
            dropped=changes.dropped(db),
        )


def remember(db: sqlite3.Connection, position: Position) -> None:
    """What :class:`Memory` will hold."""
    desk.save_state(db, f"{_NAME}{position.target}", f"{position.seq} {position.epoch}")


def resumed(
    there: Position,
    memory: Memory,
    *,
    prefix: str,
    take_over: bool,
    say: Callable[[Message], None],
) -> Position:
    """The position to go on from.

    Raises :class:`tingfeng.StoreError` where the index is another store's and *take_over* is not
    given, or where another version of the mappings has taken over.
    """
    if there.retired is not None:
        raise retired(there.retired)
    epoch = max(there.epoch, memory.epoch)
    if not there.source:
        # A new or wiped index. Versions must not be smaller than what may still stand in it.
        if memory.reaches(there):
            return replace(there, source=memory.source, epoch=epoch)
        return replace(there, source=memory.source, epoch=epoch + 1, swept=False)
    if there.source != memory.source:
        if not take_over:
            raise foreign(prefix)
        say(_TAKEN_OVER)
    elif not memory.vouches(there):
        say(_ROLLED_BACK)
    elif memory.reaches(there):
        return there
    else:
        say(_LEFT_BEHIND)
    return Position(
        source=memory.source,
        target=there.target,
        epoch=epoch + 1,
        swept=False,
    )


def retired(version: int) -> StoreError:
    """Another version of the mappings has taken over."""
    return StoreError(
        f"这些索引已被 v{version} 取代，不再写入。请升级听风到使用 v{version} 的版本后再同步",
        f"these indices were replaced by v{version} and are written no more: upgrade tingfeng to"
        f" the one that uses v{version}, and sync again",
    )


def foreign(prefix: str) -> StoreError:
    """The index follows another store."""
    return StoreError(
        f"前缀为 {prefix} 的索引由另一个库同步而来。请在 [elastic] 里换一个 prefix；若确实要用这个库"
        "取代它，请运行 tingfeng es sync --take-over（另一个库独有的文档会从索引中删除）",
        f"the indices with the prefix {prefix} follow another store: choose another prefix in"
        " [elastic]; if this store is really to take its place, run tingfeng es sync --take-over"
        " (documents that only the other store has are then deleted from the index)",
    )


_TAKEN_OVER = Message(
    "索引原来由另一个库同步。现在从头同步这个库，然后删除只属于另一个库的文档",
    "the index followed another store: this one is synced from its beginning, and then documents"
    " that only the other had are deleted",
)
_ROLLED_BACK = Message(
    "索引里的进度超前于这个库：库可能是从备份恢复的，或有一份副本也在同步。现在从头同步，然后删除库中"
    "没有的文档",
    "the index is ahead of this store, which may have been restored from a backup, or has a copy"
    " that is synced too: everything is synced anew, and then documents that the store does not"
    " have are deleted",
)
_LEFT_BEHIND = Message(
    "索引落后太久，库里已不再记得其间删除了什么。现在从头同步，然后删除库中没有的文档",
    "the index stood still for so long that the store no longer knows what was removed meanwhile:"
    " everything is synced anew, and then documents that the store does not have are deleted",
)
