"""Questions to a store, and the counts that come back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from tingfeng.core.analysis import LABELS, Label
from tingfeng.core.post import Kind

SUSPECT_COPIES = 5
"""A near-duplicate group this large, by at least :data:`SUSPECT_AUTHORS` authors, reposts left
aside, is suspected water army. Copies of at least 15 characters only."""

SUSPECT_AUTHORS = 3
"""A shop that repeats itself is one voice, not an army."""

Axis = Literal["time", "brand", "platform", "kind", "label", "source"]
"""What counts can be split by. ``time`` needs a step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Which posts are meant. Everything given must hold; empty means no limit."""

    text: str = ""
    """Words that must all stand in title or body. ``"two words"`` is one phrase, ``-word`` must
    not stand there. Width, case and traditional characters do not matter."""

    brands: tuple[str, ...] = ()
    """Mentions at least one of these."""

    labels: tuple[Label, ...] = ()
    """Attitude: to the brand asked for, else of the whole post."""

    platforms: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    """Empty: every kind but ``hot``."""

    since: datetime | None = None
    until: datetime | None = None
    """Published from *since* (included) until *until* (excluded). With either given, or with an
    axis ``time``, posts without a date do not count."""

    seen_since: datetime | None = None
    seen_until: datetime | None = None
    """First collected from *seen_since* (included) until *seen_until* (excluded). Entries of hot
    lists mostly do not say since when they stand there."""

    suspected: bool | None = None
    """``None``: with suspected water army; ``False``: without; ``True``: only it."""

    precise: bool = False
    """Only posts whose time is known to the hour or better."""

    author: str | None = None
    """Keyed hash of the author."""

    copies_of: str | None = None
    """Key of the post that opens a near-duplicate group."""

    order: Literal["newest", "oldest", "liked"] = "newest"
    """``liked``: by the sum of all counts but views, latest observation."""

    limit: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """One cell of an answer."""

    by: tuple[str | datetime, ...]
    """The values of the axes asked for, in their order. ``time``: start of the step."""

    posts: int
    negative: int = 0
    neutral: int = 0
    positive: int = 0
    uncertain: int = 0

    @property
    def unread(self) -> int:
        """Posts without a sentiment: not read yet, or nothing in them to read."""
        return self.posts - self.negative - self.neutral - self.positive - self.uncertain

    def of(self, label: Label) -> int:
        """Posts with *label*."""
        return int({name: getattr(self, name) for name in LABELS}[label])


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Width of a time bucket; buckets begin at multiples of it, local time of Asia/Shanghai."""

    width: timedelta

    def __post_init__(self) -> None:
        seconds = self.width.total_seconds()
        if seconds <= 0 or (86400 % seconds and seconds % 86400):
            raise ValueError("a step must divide a day or be whole days")


QUARTER = Step(width=timedelta(minutes=15))
HOUR = Step(width=timedelta(hours=1))
DAY = Step(width=timedelta(days=1))
WEEK = Step(width=timedelta(days=7))
"""Begins on Monday."""
