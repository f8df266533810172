"""What is said while many indices are made: years of posts take hundreds, and some minutes."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from index import changes
from index.connect import Database
from index.es.layout import PARTITIONED, partition
from tingfeng import Message

EVERY = 3.0
"""Seconds between two lines: a server makes some thirty indices meanwhile, and nobody wonders yet
whether it stands still."""


@dataclass
class Making:
    """Counts indices. *total* is asked only if it takes long enough to say anything."""

    say: Callable[[Message], None]
    total: Callable[[], int]
    clock: Callable[[], float] = time.monotonic
    done: int = 0
    _told: float | None = field(default=None, init=False)

    def one(self) -> None:
        """One more is there."""
        self.done += 1
        now = self.clock()
        if self._told is None:
            self._told = now
        elif now - self._told >= EVERY:
            self._told = now
            of = max(self.done, self._of)
            self.say(
                Message(f"建索引 {self.done:,}/{of:,}", f"making indices: {self.done:,} of {of:,}")
            )

    @cached_property
    def _of(self) -> int:
        return self.total()


def wanted(log: Database, oldest: datetime | None) -> int:
    """Indices of months that the posts of a store fall into, at most: a month without mentions or
    counts has fewer.
    """
    since = "" if oldest is None else partition(oldest)
    with log.reading() as db:
        months = [each for each in changes.partitions(db) if each >= since]
    return len(months) * len(PARTITIONED)
