"""People who are forgotten, and posts that are kept for a time: in the store and beside it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import get_args

from tingfeng.core.ports import Store
from tingfeng.core.post import SHANGHAI, Kind
from tingfeng.core.query import Query
from tingfeng.core.removal import Removal
from tingfeng.pipeline import kol_watch
from tingfeng.pipeline.archives import (
    Letters,
    Named,
    count_rows,
    drop_labels,
    drop_old_rows,
    drop_rows,
)
from tingfeng.pipeline.said import Said

APPLIED = "retention/day"
"""State: the day on which :meth:`Forgetting.tidy_daily` was last done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be forgotten."""

    authors: tuple[str, ...] = ()
    """Keyed hashes."""
    names: tuple[str, ...] = ()
    """What the platform calls them, by which rows that could not be read are found."""
    keys: tuple[str, ...] = ()
    """Single posts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """Where other things than the store tell of posts."""

    refused: Path
    models: Path
    vectors: Path | None = None
    letters: Letters | None = None
    followed: Callable[[], bool] = lambda: False
    """Whether an index elsewhere learns from the store's log of changes."""
    lists: Path | None = None
    """Folder of the lists of creators that are followed."""
    unfollow: Callable[[Collection[str]], None] = lambda _: None
    """Takes authors out of these lists."""


@dataclass(slots=True, kw_only=True)
class Forgotten:
    """What was removed."""

    keys: list[str] = field(default_factory=list)
    rows: int = 0
    """Refused rows."""
    labels: int = 0
    """Labels in cards of models that no longer name their post."""
    letters: int = 0
    """Documents that another store had refused."""
    copies: int = 0
    """Copies that incidents kept as evidence."""
    audit: list[Removal] = field(default_factory=list)
    """The lines that were written."""
    index_pending: bool = False
    """Whether an index has these posts until it is synced."""


class Forgetting:
    """Forgets, and lets what is too old expire.

    Killed at any instant, the same call finishes: what lies beside the store is found by the posts
    that are still in it, so it goes first.
    """

    def __init__(
        self, store: Store, said: Said, beside: Beside, clock: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._said = said
        self._beside = beside
        self._clock = clock

    def found(self, asked: Asked) -> list[str]:
        """Keys of the stored posts that :meth:`forget` would remove."""
        keys = [
            one.post.key
            for author in asked.authors
            for one in self._store.search(Query(author=author, kinds=get_args(Kind)))
        ]
        return list(dict.fromkeys([*keys, *(key for key in asked.keys if self._store.get(key))]))

    def rows(self, asked: Asked, keys: Sequence[str]) -> int:
        """How many refused rows it would remove."""
        return count_rows(self._beside.refused, _named(asked, keys))

    def copies(self, asked: Asked, keys: Sequence[str]) -> int:
        """How many copies kept as evidence it would remove."""
        posts = {*keys, *asked.keys}
        kept = (one for one in self._store.evidence() if one.content)
        return sum(one.key in posts or one.author in asked.authors for one in kept)

    def forget(self, asked: Asked, *, by: str, reason: str = "") -> Forgotten:
        """Remove all of it, for good."""
        told = Forgotten(copies=self.copies(asked, self.found(asked)))
        before = len(self._store.audit())
        self._forget_beside(asked, self.found(asked), told)
        now = self._clock()
        for author in asked.authors:
            told.keys += self._store.forget(author, now=now, by=by, reason=reason)
        told.keys += self._store.forget_posts(asked.keys, now=now, by=by, reason=reason)
        self._forget_beside(asked, told.keys, told)  # what came while the first look was taken
        self._said.mark()  # whoever is reading just now still holds the corrections that went
        told.audit = self._store.audit()[before:]
        told.index_pending = bool(told.keys) and self._beside.followed()
        return told

    def _forget_beside(self, asked: Asked, keys: Sequence[str], told: Forgotten) -> None:
        posts = {*keys, *asked.keys}
        told.rows += drop_rows(self._beside.refused, _named(asked, keys))
        told.labels += drop_labels(self._beside.models, posts)
        if self._beside.letters is not None:
            told.letters += self._beside.letters(posts, asked.authors)
        if asked.authors:
            self._beside.unfollow(asked.authors)
        self._drop_vectors()

    def _drop_vectors(self) -> None:
        """They are made again when they are needed, and nobody can tell whose is which."""
        if self._beside.vectors is not None:
            self._beside.vectors.unlink(missing_ok=True)

    def old(self, days: int) -> int:
        """How many dated posts are older than *days*."""
        query = Query(kinds=get_args(Kind), until=self._before(days))
        return sum(cell.posts for cell in self._store.count(query))

    def expire(self, days: int, *, by: str, reason: str = "") -> int:
        """Remove what is older than *days*; how many posts."""
        before = self._before(days)
        drop_old_rows(self._beside.refused, before)
        gone = self._store.expire(before, now=self._clock(), by=by, reason=reason)
        if gone:
            self._drop_vectors()
            self._said.mark()
        return gone

    def expire_creators(self) -> int:
        """Remove what sources said of creators and may no longer be kept, and what lists of followed
        creators remember of those who are gone; how many snapshots.
        """
        now = self._clock()
        gone = self._store.expire_creators(now)
        if (folder := self._beside.lists) and (keys := kol_watch.followed(folder)):
            stored = {card.key for card in self._store.creators(keys, now=now)}
            kol_watch.fade(folder, stored)
        return gone

    def expire_copies(self, days: int) -> int:
        """Remove copies kept as evidence for longer than *days*, of incidents that are over; how
        many.
        """
        return self._store.expire_evidence(self._before(days), now=self._clock())

    def tidy_daily(self, days: int | None, *, by: str, evidence_days: int | None = None) -> int:
        """The same, unless it was done today: posts grow old by days, and looking costs. Also
        finishes what an earlier call has left undone, whether or not posts are to expire.
        """
        today = self._clock().astimezone(SHANGHAI).date().isoformat()
        if self._store.load_state(APPLIED) == today:
            return 0
        self._store.forget_posts((), now=self._clock())
        self.expire_creators()
        gone = 0 if days is None else self.expire(days, by=by, reason="[store] keep_days")
        if evidence_days is not None:
            self.expire_copies(evidence_days)
        self._store.save_state(APPLIED, today)
        return gone

    def _before(self, days: int) -> datetime:
        return self._clock() - timedelta(days=days)


def _named(asked: Asked, keys: Sequence[str]) -> Named:
    posts = (key.partition(":")[2] for key in (*keys, *asked.keys))
    return Named([*asked.names, *posts])
