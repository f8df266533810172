"""Followers by day: what of the growth nothing explains, and what a platform took away again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import nan

import numpy as np

from tingfeng.kol.panel import Flags, Floats, Panel, midmean

SPAN = 90
"""Days looked back."""
QUIET = 30
"""Days of the quietest stretch, by which a day is judged: whoever buys followers evenly over two
months must not make an older jump look ordinary."""
JUMP = 6.0
"""Robust deviations above which a day's growth is a jump."""
FALL = 3.0
"""Robust deviations below which a day's loss is a purge, where a jump was within *MEMORY* days."""
MEMORY = 45
NEAR = 2
"""Days on either side of a viral work on which growth is explained by it."""
VIRAL = 3.0
"""A work is viral from this multiple of the creator's own typical engagement …"""
RARE = 2.5
"""… and this many of its deviations: where works differ widely, three times is nothing special."""
DRAWN = 1.0
"""Followers at most explained per comment, save or share beyond the typical: without a bound one good
work would explain any purchase. Generous: few of those who save a post follow its author."""
LEAST = 30
"""Days between the first and the last figure, below which growth is not judged."""
POINTS = 8
"""Figures within those days, likewise."""


@dataclass(frozen=True, slots=True)
class Growth:
    """Of each creator; NaN where the series is too short to say."""

    unexplained: Floats
    """Followers won on days of a jump that no viral work explains."""
    before: Floats
    """Followers at the beginning of the window: what *unexplained* is measured against."""
    purged: Floats
    """Followers lost on days of a fall after an unexplained jump."""
    jump: Floats
    """Ordinal of the day of the biggest unexplained jump; NaN: none."""

    @staticmethod
    def of(series: Sequence[Sequence[tuple[date, int]]], panel: Panel, *, today: int) -> Growth:
        """*series* per creator, oldest first; *today* is an ordinal."""
        levels = np.array([_daily(one, today) for one in series]).reshape(-1, SPAN + 1)
        gains = np.diff(levels, axis=1)
        known = ~np.isnan(gains)
        enough = known.sum(axis=1) >= LEAST
        before = _first(levels)
        usual, spread = _quietest(gains, before)
        jumps = known & (gains > (usual + JUMP * spread)[:, None])
        budget, whole = _viral(panel, today)
        won = np.where(jumps, gains, 0)
        # What it gains on any day is no jump beside a viral work either.
        daily = np.where(budget > 0, np.maximum(usual, 0)[:, None], 0)
        budget, whole = budget + daily, whole + np.where(won > 0, daily, 0).sum(axis=1)
        explained = np.minimum(np.minimum(won, budget).sum(axis=1), whole)
        unexplained = won.sum(axis=1) - explained
        alone = np.maximum(won - budget, 0)
        falls = known & (gains < (usual - FALL * spread)[:, None]) & _lately(alone > 0)
        purged = -np.where(falls, gains, 0).sum(axis=1)
        biggest = np.where(alone.max(axis=1) > 0, alone.argmax(axis=1) + today - SPAN + 1, nan)
        return Growth(*(np.where(enough, x, nan) for x in (unexplained, before, purged, biggest)))


def _daily(series: Sequence[tuple[date, int]], today: int) -> Floats:
    """Followers on each of the last :data:`SPAN` + 1 days, straight lines between what was seen."""
    grid = np.arange(today - SPAN, today + 1)
    lately = [(day.toordinal(), count) for day, count in series[-2 * SPAN :]]
    lately = [one for one in lately if today - SPAN <= one[0] <= today]
    if len(lately) < POINTS:
        return np.full(SPAN + 1, nan)
    days, counts = np.array(lately, dtype=float).T
    daily: Floats = np.interp(grid, days, counts, left=nan, right=nan)
    return daily


def _first(levels: Floats) -> Floats:
    """The first figure of each row that is known."""
    known = ~np.isnan(levels)
    first: Floats = levels[np.arange(len(levels)), known.argmax(axis=1)]
    return first


def _quietest(gains: Floats, before: Floats) -> tuple[Floats, Floats]:
    """Usual gain and its deviation over the stretch that makes the lowest bound for a jump."""
    # No day is judged more finely than by the chance of counting, 3 followers, or .05 % of them.
    floor = np.maximum(3.0, 0.0005 * np.nan_to_num(before))
    best = np.full(len(gains), np.inf)
    usual, spread = np.zeros(len(gains)), floor.copy()
    for begin in range(0, SPAN - QUIET + 1, 10):
        part = np.sort(gains[:, begin : begin + QUIET], axis=1)
        whole = ~np.isnan(part).any(axis=1)
        middle = (part[:, QUIET // 2 - 1] + part[:, QUIET // 2]) / 2
        off = np.sort(np.abs(part - middle[:, None]), axis=1)
        mad = 1.4826 * (off[:, QUIET // 2 - 1] + off[:, QUIET // 2]) / 2
        scale = np.maximum(np.maximum(mad, floor), np.sqrt(np.maximum(middle, 1)))
        bound = np.where(whole, middle + JUMP * scale, np.inf)
        better = bound < best
        best = np.where(better, bound, best)
        usual, spread = np.where(better, middle, usual), np.where(better, scale, spread)
    return usual, spread


def _viral(panel: Panel, today: int) -> tuple[Floats, Floats]:
    """How many followers viral works explain: on each day (creators, :data:`SPAN`), and in all."""
    several = [np.nan_to_num(panel[name]) for name in ("comments", "saves", "shares")]
    there = ~np.isnan(panel["day"])
    counted = np.where(there, np.sum(several, axis=0), np.nan)
    middle, _, spread = midmean(np.log(counted + 0.5))
    typical = np.maximum(np.exp(np.nan_to_num(middle)), 1.0)[:, None]
    bound = typical * np.maximum(VIRAL, np.exp(RARE * np.nan_to_num(spread)))[:, None]
    viral: Flags = np.nan_to_num(counted) >= bound
    excess = DRAWN * np.where(viral, counted - typical, 0)
    budget = np.zeros((len(counted), SPAN))
    rows, places = np.nonzero(viral)
    # The gain of column j is that of the day today - SPAN + 1 + j.
    column = (panel["day"][rows, places] - (today - SPAN + 1)).astype(int)
    for shift in range(-NEAR, NEAR + 1):
        inside = np.flatnonzero((column + shift >= 0) & (column + shift < SPAN))
        drawn = excess[rows[inside], places[inside]]
        np.add.at(budget, (rows[inside], column[inside] + shift), drawn)
    return budget, excess.sum(axis=1)


def _lately(jumps: Flags) -> Flags:
    """Whether a jump was within the :data:`MEMORY` days before each day."""
    sums = np.cumsum(jumps, axis=1)
    past = np.zeros_like(sums)
    past[:, MEMORY:] = sums[:, :-MEMORY]
    recent: Flags = np.asarray((sums - past) > 0)
    return recent
