"""How the Numenta Anomaly Benchmark scores detections (Lavin & Ahmad, arXiv 1510.03336).

A window counts once, by its earliest detection, and more the earlier that is. A detection outside
counts against, less the closer it follows a window. The first 15 % of a series are not scored.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Profile(NamedTuple):
    """What a hit is worth, a miss costs, and a false detection costs."""

    hit: float
    miss: float
    false: float


PROFILES = {
    "standard": Profile(1.0, 1.0, 0.11),
    "reward_low_FP_rate": Profile(1.0, 1.0, 0.22),
    "reward_low_FN_rate": Profile(1.0, 2.0, 0.11),
}
"""As published in NAB's ``config/profiles.json``."""

_PROBATION_SHARE = 0.15
_PROBATION_ROWS = 5000
"""Of longer series, the share of so many rows."""


def _sigmoid(position: float) -> float:
    """1 far before the end of a window, 0 at it, -1 far behind."""
    return -1.0 if position > 3 else 2 / (1 + math.exp(5 * position)) - 1


_BEST = _sigmoid(-1.0)


class Truth:
    """Rows of one series and its *windows*: first and last row of each, in order."""

    def __init__(self, rows: int, windows: Sequence[tuple[int, int]]) -> None:
        self.rows = rows
        self.probation = int(
            min(math.floor(_PROBATION_SHARE * rows), _PROBATION_SHARE * _PROBATION_ROWS)
        )
        self.windows = tuple(windows)

    @property
    def scored(self) -> tuple[tuple[int, int], ...]:
        """Windows that can be hit at all."""
        return tuple(window for window in self.windows if window[1] >= self.probation)

    def window_of(self, row: int) -> tuple[int, int] | None:
        """The window that holds *row*."""
        return next((one for one in self.windows if one[0] <= row <= one[1]), None)

    def worth(self, row: int) -> float:
        """Of a detection at *row*, from -1 to 1, before the weights of a profile."""
        window = self.window_of(row)
        if window is not None:
            first, last = window
            return _sigmoid(-(last - row + 1) / (last - first + 1)) / _BEST
        before = [one for one in self.windows if one[1] < row]
        if not before:
            return -1.0
        first, last = before[-1]
        return _sigmoid((row - last) / (last - first)) if last > first else -1.0

    def hits(self, rows: Iterable[int]) -> dict[tuple[int, int], int]:
        """The first detection in each window that has one."""
        found: dict[tuple[int, int], int] = {}
        for row in sorted(rows):
            window = self.window_of(row)
            if window is not None and row >= self.probation:
                found.setdefault(window, row)
        return found

    def score(self, rows: Iterable[int], profile: Profile) -> float:
        """Raw score of detections at *rows*: to be added up over series, then normalized."""
        counted = sorted({row for row in rows if self.probation <= row < self.rows})
        hits = self.hits(counted)
        total = sum(
            max(-profile.miss, self.worth(hits[one]) * profile.hit) if one in hits else -profile.miss
            for one in self.scored
        )  # fmt: skip
        false = (row for row in counted if self.window_of(row) is None)
        return total + profile.false * sum(map(self.worth, false))


def normalized(raw: float, windows: int, profile: Profile) -> float:
    """0 for a detector that never speaks, 100 for a perfect one."""
    silent = -profile.miss * windows
    return 100 * (raw - silent) / (profile.hit * windows - silent) if windows else 0.0


def episodes(rows: Iterable[int], gap: int) -> list[list[int]]:
    """Detections with no more than *gap* rows between neighbours, together."""
    together: list[list[int]] = []
    for row in sorted(rows):
        if together and row - together[-1][-1] <= gap:
            together[-1].append(row)
        else:
            together.append([row])
    return together
