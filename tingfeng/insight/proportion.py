"""Shares with the honesty of their sample size."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Any

Z95 = 1.959964
"""Two-sided 95 % of a normal distribution."""

MINIMUM = 30
"""Judged posts below which no share is stated as a finding: at 30 the 95 % interval is up to 34
points wide, and at 10 it would be 53."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proportion:
    """*count* of *of*, with its 95 % Wilson interval."""

    count: int
    of: int

    @property
    def share(self) -> float | None:
        """0 to 1; ``None`` of nothing."""
        return self.count / self.of if self.of else None

    @property
    def enough(self) -> bool:
        """Whether the share may be stated as a finding: see :data:`MINIMUM`."""
        return self.of >= MINIMUM

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson 1927, without continuity correction; ``None`` of nothing."""
        if not self.of:
            return None
        n, p, z = self.of, self.count / self.of, Z95
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
        low = 0.0 if self.count == 0 else middle - half
        return low, 1.0 if self.count == n else middle + half

    def as_json(self) -> dict[str, Any]:
        """Keys ``count of share low high enough``; shares from 0 to 1 or null."""
        low, high = self.interval or (None, None)
        return {
            "count": self.count, "of": self.of, "share": self.share,
            "low": low, "high": high, "enough": self.enough,
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """By how much a share differs from an earlier one."""

    points: float
    """Now minus then, as a fraction: 0.05 is five percentage points up."""

    low: float
    high: float
    """95 % interval of the difference: Newcombe 1998, method 10 (hybrid of Wilson intervals)."""

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out 0: more than chance."""
        return self.low > 0 or self.high < 0

    @classmethod
    def between(cls, now: Proportion, then: Proportion | None) -> Shift | None:
        """``None`` where either is not enough to be compared."""
        if then is None or not (now.enough and then.enough):
            return None
        (p, (l1, u1)), (q, (l2, u2)) = (
            (each.count / each.of, each.interval or (0.0, 1.0)) for each in (now, then)
        )
        return cls(
            points=p - q,
            low=p - q - sqrt((p - l1) ** 2 + (u2 - q) ** 2),
            high=p - q + sqrt((u1 - p) ** 2 + (q - l2) ** 2),
        )

    def as_json(self) -> dict[str, Any]:
        """Keys ``points low high clear``."""
        return {"points": self.points, "low": self.low, "high": self.high, "clear": self.clear}


def growth(now: int, then: int | None) -> float | None:
    """Relative change: 0.5 is half as many again. ``None``: no data then, or nothing to grow
    from.
    """
    return None if not then else now / then - 1


def percent(share: float | None, digits: int = 0) -> str:
    """``12%``; ``–`` for not known."""
    return "–" if share is None else f"{share * 100:.{digits}f}%"


def signed(change: float | None, digits: int = 0) -> str:
    """``+12%``, ``-3%``; ``–`` for not known."""
    return "–" if change is None else f"{change * 100:+.{digits}f}%"


def points(shift: Shift | None, unit: str) -> str:
    """``+5.0 个百分点``; ``–`` for not known."""
    return "–" if shift is None else f"{shift.points * 100:+.1f} {unit}"
