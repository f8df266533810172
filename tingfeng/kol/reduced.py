"""What the works of one creator come to: the typical count, the share in a field, the closest ones."""

from __future__ import annotations

from math import nan

import numpy as np

from tingfeng.kol.panel import Floats, Panel, midmean, quantile

RIPE = 2.0
"""Days after which a work's counts are compared: younger ones are still being read."""
HALF_LIFE = 60.0
"""Days after which a work counts half for what a creator writes about; of who posts rarely, the median
age of the works, or the newest two or three would say everything."""
COUNTS = ("voices", "comments", "saves", "shares", "likes", "views")
CLOSEST = 4
"""Closeness is the mean over the closest of every *CLOSEST* works (15 of 60), at least three: a share,
not a number, or who is known by more works would seem closer."""


def _ripe(panel: Panel, name: str) -> Floats:
    """Counts of works old enough to be compared."""
    return np.where(panel["ripe"] < RIPE, nan, panel[name])


def typical(panel: Panel, copies: Floats) -> tuple[Floats, Floats, Floats]:
    """Of each channel: interquartile mean of ln(count + .5), its standard error, number of works.

    Of comments only what is not *copies* counts, and voices are never more than that: templates that
    differ within a post are the same from post to post.
    """
    means, errors, numbers = [], [], []
    for name in COUNTS:
        middle, n, spread = midmean(np.log(_ripe(panel, name) + 0.5))
        means.append(middle)
        # 1.1: the interquartile mean of normal values is a tenth less sharp than their mean.
        errors.append(1.1 * spread / np.sqrt(np.maximum(n, 1)))
        numbers.append(n)
    means[1] = means[1] + np.log1p(-np.clip(np.nan_to_num(copies), 0, 0.99))
    means[0] = np.minimum(means[0], np.where(np.isnan(means[1]), np.inf, means[1]))
    return np.stack(means, axis=1), np.stack(errors, axis=1), np.stack(numbers, axis=1)


def _counted(panel: Panel) -> Floats:
    """Comments, saves and shares of each work together, of whichever are said."""
    several = np.stack([_ripe(panel, name) for name in ("comments", "saves", "shares")])
    total: Floats = np.where(np.isnan(several).all(axis=0), nan, np.nansum(several, axis=0))
    return total


def together(panel: Panel) -> tuple[Floats, Floats]:
    """Robust deviation of ln of a work's counted engagement, and the typical engagement."""
    total = _counted(panel)
    middle, n, spread = midmean(np.log(total + 0.5))
    return np.where(n < 12, nan, spread), np.exp(middle) - 0.5


def halves(panel: Panel, today: int) -> Floats:
    """(creators, 4): share in the fields and closeness by every other work, and by those between.

    How far they agree among many creators tells what of their differences is chance.
    """
    even = np.arange(panel["day"].shape[1]) % 2 == 0
    found = []
    for chosen in (even, ~even):
        half = Panel(
            {name: np.where(chosen, column, nan) for name, column in panel.columns.items()},
            panel.tone, panel.toned,
        )  # fmt: skip
        found += [fits(half, today)[0], close(half)[0]]
    return np.stack(found, axis=1)


def fits(panel: Panel, today: int) -> tuple[Floats, Floats]:
    """Share of unpaid works in the brand's fields by recency, and of how many equal works it is as
    sure (Kish): those that weigh little say little.
    """
    said = ~np.isnan(panel["fits"]) & (panel["paid"] == 0)
    age = np.where(said, today - panel["day"], nan)
    ordered, n = np.sort(age, axis=1), said.sum(axis=1).astype(float)
    life = np.maximum(HALF_LIFE, np.nan_to_num(quantile(ordered, n, 0.5)))[:, None]
    weight = np.where(said, 0.5 ** (np.nan_to_num(age) / life), 0)
    total, squares = weight.sum(axis=1), (weight**2).sum(axis=1)
    hits = (weight * np.nan_to_num(panel["fits"])).sum(axis=1)
    share = np.divide(hits, total, out=np.full(len(total), nan), where=total > 0)
    equal = np.divide(total**2, squares, out=np.zeros(len(total)), where=total > 0)
    return share, equal


def close(panel: Panel) -> tuple[Floats, Floats]:
    """Mean of the closest works, the same share of few as of many, and how many say a closeness."""
    ordered = -np.sort(-np.where(panel["paid"] == 0, panel["close"], nan), axis=1)
    n = (~np.isnan(ordered)).sum(axis=1)
    taken = np.minimum(np.maximum(np.ceil(n / CLOSEST), 3), n)
    inside = np.arange(ordered.shape[1]) < taken[:, None]
    total = np.where(inside, np.nan_to_num(ordered), 0).sum(axis=1)
    mean = np.divide(total, taken, out=np.full(len(n), nan), where=n > 0)
    return mean, n.astype(float)


def ratio(panel: Panel) -> tuple[Floats, Floats, Floats]:
    """Paid engagement over unpaid, the error of its logarithm, and the number of paid works."""
    total = np.log(_counted(panel) + 0.5)
    paid, own = np.where(panel["paid"] > 0, total, nan), np.where(panel["paid"] == 0, total, nan)
    (bought, n, one), (free, m, two) = (_median(paid), _median(own))
    error = 1.25 * np.sqrt(one**2 / np.maximum(n, 1) + two**2 / np.maximum(m, 1))
    return np.where((n > 0) & (m > 0), np.exp(bought - free), nan), error, n


def _median(values: Floats) -> tuple[Floats, Floats, Floats]:
    """Median of each row, how many values it rests on, and their robust deviation."""
    ordered = np.sort(values, axis=1)
    n = (~np.isnan(ordered)).sum(axis=1).astype(float)
    spread = (quantile(ordered, n, 0.75) - quantile(ordered, n, 0.25)) / 1.349
    return quantile(ordered, n, 0.5), n, spread
