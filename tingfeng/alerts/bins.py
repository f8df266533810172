"""What a quarter of an hour brought."""

from __future__ import annotations

import math
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import linear_regression
from typing import Any

from tingfeng import SHANGHAI
from tingfeng.alerts.share import BIN_SECONDS

DOUBLING_BINS = 12
DOUBLING_POINTS = 4
DOUBLING_LEAST = 30
"""Three hours of quarters, of which four must know of any engagement, and thirty reactions in all:
with fewer a single like doubles them."""


def bin_of(moment: datetime) -> int:
    """Number of the bin that holds *moment*, from 1970 on."""
    return int(moment.timestamp() // BIN_SECONDS)


def start_of(bin: int) -> datetime:
    """When *bin* begins."""
    return datetime.fromtimestamp(bin * BIN_SECONDS, SHANGHAI)


@dataclass(frozen=True, slots=True)
class Bin:
    """What a quarter of an hour brought."""

    counts: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Voices and negative voices by platform."""
    redline: int = 0
    """Voices that said a red-line word against the brand."""
    followers: int = 0
    """Of the negative author with the most."""
    marks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By rule, what single posts count by: see :mod:`tingfeng.alerts.signals`."""
    engagement: int = 0
    """What people did under the negative posts, as far as is known by now."""
    said: bytes = b""
    """What they are about, see :mod:`tingfeng.alerts.issue_sketch`."""

    copies: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """By near-duplicate group, negative voices by platform, where several said the same: see
    :mod:`tingfeng.alerts.copies`."""
    left: int = 0
    """Of these, so many that *counts* leaves out: a text is heard as a few voices."""
    positive: Mapping[str, int] = field(default_factory=dict)
    """Positive voices by platform, where there are any."""
    praise: int = 0
    """Of these, so many that *counts* leaves out: see :mod:`tingfeng.alerts.praise`."""

    @property
    def alarming(self) -> bool:
        """Whether anything in it could open or raise an incident."""
        return bool(self.marks) or any(negative for _, negative in self.counts.values())

    def dump(self) -> list[Any]:
        """Plain values."""
        parts = {name: [*pair, self.positive[name]] if name in self.positive else [*pair]
                 for name, pair in self.counts.items()}  # fmt: skip
        plain = [parts, self.redline, self.followers]
        rare = [{name: list(marks) for name, marks in self.marks.items()}, self.engagement,
                b64encode(self.said).decode()]  # fmt: skip
        if self.copies or self.praise:
            return [*plain, *rare, {group: dict(here) for group, here in self.copies.items()},
                    self.left, self.praise]  # fmt: skip
        return [*plain, *rare] if self.marks or self.engagement or self.said else plain

    @classmethod
    def load(cls, saved: list[Any]) -> Bin:
        """What :meth:`dump` gave."""
        counts, redline, followers, *rare = saved
        marks, engagement, *said = rare or ({}, 0)
        copies, left, praise = said[1:] or ({}, 0, 0)
        return cls(
            {name: (pair[0], pair[1]) for name, pair in counts.items()}, redline, followers,
            {name: tuple(found) for name, found in marks.items()}, engagement,
            b64decode(said[0]) if said else b"", copies, left,
            {name: pair[2] for name, pair in counts.items() if len(pair) > 2}, praise,
        )  # fmt: skip


EMPTY = Bin()


def doubling_hours(engagement: Sequence[int]) -> float | None:
    """In which the sum of *engagement*, one number a bin, doubles: ln 2 by the slope of its
    logarithm over the last three hours. ``None``: too little, or it does not grow.
    """
    total = sum(engagement)
    if total < DOUBLING_LEAST:
        return None
    logs = []
    for place, number in enumerate(reversed(engagement[-DOUBLING_BINS:])):
        if total <= 0:
            break
        logs.append((-place * BIN_SECONDS / 3600, math.log(total)))
        total -= number
    if len(logs) < DOUBLING_POINTS:
        return None
    slope = linear_regression(*zip(*logs, strict=True)).slope
    return math.log(2) / slope if slope > 1e-9 else None
