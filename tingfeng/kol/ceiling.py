"""How many people any choice could reach: what shows how good ours is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tingfeng.kol.instance import Chosen, Instance

if TYPE_CHECKING:
    from numpy.typing import NDArray

_RATES = 24
"""Prices of money tried; the bound is convex in it, and a finer grid hardly lowers it."""

_POINTS = 8
"""Beginnings of the choice from which it is reckoned."""


def ceiling(instance: Instance, budget: float, picks: list[int]) -> float:
    """An upper bound of the people that any choice within *budget*, size and tiers reaches.

    Whatever the optimum O and a set A: f(O) <= f(A) + the gains over A of O's members, one by one
    (Leskovec et al. 2007, online bound). The best sum of gains that budget, size and tiers allow is
    bounded by Lagrange's relaxation of the budget. Agencies, fields and overlaps are left out, so the
    true optimum is often lower.
    """
    best = float(instance.people.sum())
    stride = max(1, len(picks) // _POINTS)
    for length in range(0, len(picks) + 1, stride):
        begun = picks[:length]
        gains = instance.reach @ Chosen(instance, tuple(begun)).left
        gains[instance.barred] = 0.0
        gains[begun] = 0.0
        best = min(best, instance.covered(begun) + _allowed(instance, budget, gains))
    return best


def _allowed(instance: Instance, budget: float, gains: NDArray[np.float64]) -> float:
    """The least, over prices of money, of: budget at that price + gains above what they cost."""
    paid = instance.price > 0
    rates = gains[paid] / instance.price[paid]
    tried: list[float] = [0.0]
    if len(rates):
        tried += np.quantile(rates, 1 - np.geomspace(1e-4, 1, _RATES)).tolist()
    return min(
        rate * budget + _most(instance, np.maximum(gains - rate * instance.price, 0.0))
        for rate in tried
    )


def _most(instance: Instance, gains: NDArray[np.float64]) -> float:
    """The largest sum of as many gains as size and tiers allow: places that one tier must have are
    lost to the others.
    """
    held = int(instance.least.sum())
    best = [
        _largest(
            gains[instance.tier == tier], min(int(most), max(0, instance.size - held + int(least)))
        )
        for tier, (least, most) in enumerate(zip(instance.least, instance.most, strict=True))
    ]
    return float(_largest(np.concatenate([*best, gains[:0]]), instance.size).sum())


def _largest(values: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    if not 0 < count < len(values):
        return values if count else values[:0]
    return np.partition(values, len(values) - count)[len(values) - count :]


__all__ = ["ceiling"]
