"""What a brand was complained of in the two weeks before: a sample of each day's posts, as sketches.

Bins come in as they leave the last 24 hours, so nothing is compared with itself; what lasts becomes
the usual.
"""

from __future__ import annotations

import struct
from base64 import b64decode, b64encode
from collections import defaultdict, deque
from typing import Any, NamedTuple

from tingfeng.alerts.issue_sketch import TERMS, unpacked
from tingfeng.alerts.share import DAY_BINS

DAYS = 14
A_DAY = 64
"""Posts kept of one day: 25 kB a brand at most. With fewer a day, which is nearly every brand, it is
all of them."""

_RECORD = struct.Struct(f"<I{3 * TERMS}s")


class _Day(NamedTuple):
    number: int
    total: int
    """Negative voices of that day, kept or not."""
    posts: tuple[tuple[int, frozenset[int]], ...]
    """Post and its terms."""

    @property
    def weight(self) -> float:
        """For how many voices one that was kept stands."""
        return max(1.0, self.total / len(self.posts)) if self.posts else 1.0


class Past:
    """Of one brand. The same after :meth:`dump` and :meth:`load`."""

    __slots__ = ("_days", "_rates", "bins")

    def __init__(self) -> None:
        self._days: deque[_Day] = deque()
        self._rates: dict[int, float] | None = None
        self.bins = 0
        """Taken in so far."""

    @property
    def days(self) -> float:
        """How long a time this stands for; 14 at most."""
        return min(self.bins / DAY_BINS, float(DAYS))

    def take(self, bin: int, said: bytes) -> None:
        """Take in a bin. They come in order."""
        self.bins += 1
        day = bin // DAY_BINS
        while self._days and self._days[0].number <= day - DAYS:
            self._days.popleft()
            self._rates = None
        if not said:
            return
        total, sketches = unpacked(said)
        found = {one.post: one.terms for one in sketches if one.negative and one.terms}
        if self._days and self._days[-1].number == day:
            last = self._days.pop()
            total, found = total + last.total, {**dict(last.posts), **found}
        # Posts are numbered at random, so the smallest numbers are a fair sample of the day.
        posts = tuple(sorted(found.items(), key=lambda one: one[0])[:A_DAY])
        self._days.append(_Day(day, total, posts))
        self._rates = None

    @property
    def negatives(self) -> float:
        """Negative voices in a usual day."""
        return sum(day.total for day in self._days) / self.days if self.bins else 0.0

    def rate(self, term: int) -> float:
        """Posts a day that say the word."""
        if self._rates is None:
            self._rates = defaultdict(float)
            for day in self._days:
                for _, terms in day.posts:
                    for one in terms:
                        self._rates[one] += day.weight
        return self._rates.get(term, 0.0) / self.days if self.bins else 0.0

    def alike(self, terms: frozenset[int]) -> float:
        """Posts in all that have two of *terms*, or the one that there is."""
        least = min(len(terms), 2)
        return sum(
            day.weight * sum(len(terms & said) >= least for _, said in day.posts)
            for day in self._days
        )

    def dump(self) -> list[Any]:
        """Plain values."""
        days = []
        for day in self._days:
            packed = b"".join(
                _RECORD.pack(post, b"".join(one.to_bytes(3, "little") for one in sorted(terms)))
                for post, terms in day.posts
            )
            days.append([day.number, day.total, b64encode(packed).decode()])
        return [self.bins, days]

    @classmethod
    def load(cls, saved: list[Any]) -> Past:
        """What :meth:`dump` gave."""
        past = cls()
        past.bins, days = saved
        for number, total, text in days:
            posts = []
            for post, packed in _RECORD.iter_unpack(b64decode(text)):
                terms = (
                    int.from_bytes(packed[i : i + 3], "little") for i in range(0, 3 * TERMS, 3)
                )  # fmt: skip
                posts.append((post, frozenset(term for term in terms if term)))
            past._days.append(_Day(number, total, tuple(posts)))
        return past
