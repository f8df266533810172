"""Choosing creators so that the most wanted people are reached for a budget.

People reached, each counted once, is a monotone submodular function of the set. Under a budget alone,
the better of "most people for the money first" and the best single creator reaches at least
(1 - 1/e)/2 of the optimum (Leskovec et al. 2007, CELF); quotas, agencies and overlaps void that
promise, and :mod:`tingfeng.kol.ceiling` tells of each answer how far below the optimum it can be.

Greedy choice has an embarrassing property: more money may buy less. So sets are made at fixed steps of
a budget and extended to the given one only as long as the next best fits; the best set of all steps
below the budget is taken, and a larger budget looks at all of them too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from tingfeng.kol.instance import Chosen, Instance

if TYPE_CHECKING:
    from numpy.typing import NDArray

STEP = 1.25
"""From one budget step to the next: 10 to a decade."""

POWERS = (0.0, 0.5, 1.0)
"""Of the price that gains are divided by: 0 where the number of creators is scarce, 1 where money is,
and one between for both."""

_BATCH = 128
"""Gains looked at again at once; the next best is nearly always among them."""

_SHORTLIST = 200
"""By each power, who may be exchanged for a chosen one."""

_SWEEPS = 2
"""Looks at every chosen one for a better; a third hardly ever finds any."""

_NOTHING = 1e-9
"""Of all wanted people: less is no gain but rounding."""


def solve(instance: Instance, budget: float) -> list[int]:
    """Indices of the creators to choose, never above *budget* or any limit."""
    unit = _units(instance)
    best = Chosen(instance, instance.forced)
    options = [best, _single(instance, budget)]
    for step in steps(instance, budget):
        made = at(instance, step, unit)
        options += [made, _extended(made, budget, unit[1.0])]
    return max(options, key=_worth).picks


def _worth(chosen: Chosen) -> tuple[int, float]:
    """Quotas first, then people."""
    return -chosen.missing, chosen.instance.covered(chosen.picks)


def steps(instance: Instance, budget: float) -> Iterator[float]:
    """Budgets at which sets are made: they depend on the prices, not on *budget*, which ends them."""
    begin = Chosen(instance, instance.forced).spent
    yield begin
    paid = instance.price[(instance.price > 0) & ~instance.barred]
    extra = float(paid.min()) if len(paid) else budget + 1
    while begin + extra <= budget:
        yield begin + extra
        extra *= STEP


def at(instance: Instance, budget: float, unit: dict[float, NDArray[np.float64]]) -> Chosen:
    """The best set that we find for exactly *budget*."""
    options = []
    for power in POWERS:
        chosen = Chosen(instance, instance.forced)
        fill(chosen, budget, unit[power])
        options.append(chosen)
    best = max(options, key=_worth)
    _exchange(best, budget, unit)
    return best


def _units(instance: Instance) -> dict[float, NDArray[np.float64]]:
    """By power: what a gain is multiplied by. What is free counts as all but free."""
    paid = instance.price[instance.price > 0]
    floor = float(paid.min()) * 1e-6 if len(paid) else 1.0
    return {power: np.maximum(instance.price, floor) ** -power for power in POWERS}


def _single(instance: Instance, budget: float) -> Chosen:
    chosen = Chosen(instance, instance.forced)
    open_ = chosen.affordable(budget)
    gains = np.where(open_, instance.reach @ chosen.left, -1.0)
    if len(gains) and gains.max() > 0:
        chosen.add(int(gains.argmax()))
    return chosen


def fill(chosen: Chosen, budget: float, unit: NDArray[np.float64]) -> None:
    """Add the best per *unit* as long as any fits and adds people, or is needed for a quota."""
    upper = chosen.instance.alone.copy()
    while (pick := _next(chosen, chosen.affordable(budget), upper, unit)) is not None:
        chosen.add(pick)


def _extended(made: Chosen, budget: float, unit: NDArray[np.float64]) -> Chosen:
    """*made* with the next best added until one does not fit: nested sets, so that more money never
    means fewer people.
    """
    chosen, upper = made.copy(), made.instance.alone.copy()
    while (pick := _next(chosen, chosen.allowed(), upper, unit)) is not None:
        if chosen.spent + chosen.instance.price[pick] > budget:
            break
        chosen.add(pick)
    return chosen


def _next(
    chosen: Chosen, open_: NDArray[np.bool_], upper: NDArray[np.float64], unit: NDArray[np.float64]
) -> int | None:
    """The best of *open_* by gain per *unit*. Gains only fall as a set grows, so old ones are upper
    bounds, and only the highest are looked at again (lazy evaluation, Minoux 1978).
    """
    instance = chosen.instance
    where = np.flatnonzero(open_)
    if not len(where):
        return None
    rates = upper[where] * unit[where]
    enough = 0.0 if chosen.missing else _NOTHING * float(instance.people.sum())
    fresh = np.zeros(len(where), bool)
    while True:
        top = _top(rates, _BATCH)
        stale = top[~fresh[top]]
        gains = instance.reach[where[stale]] @ chosen.left
        upper[where[stale]] = gains
        rates[stale] = gains * unit[where[stale]]
        fresh[stale] = True
        best = int(rates.argmax())
        if fresh[best]:
            pick = int(where[best])
            return pick if upper[pick] > enough or (chosen.missing and upper[pick] >= 0) else None


def _top(values: NDArray[np.float64], count: int) -> NDArray[np.intp]:
    if len(values) <= count:
        return np.arange(len(values))
    return np.argpartition(values, -count)[-count:]


def _exchange(chosen: Chosen, budget: float, unit: dict[float, NDArray[np.float64]]) -> None:
    """Replace chosen ones by better ones, and fill what that leaves of *budget*."""
    instance = chosen.instance
    pool = np.unique(
        np.concatenate([_top(instance.alone * unit[power], _SHORTLIST) for power in POWERS])
    )
    for _ in range(_SWEEPS):
        changed = False
        for pick in [pick for pick in chosen.picks if pick not in instance.forced]:
            before, missing = float(chosen.left.sum()), chosen.missing
            chosen.remove(pick)
            open_ = chosen.affordable(budget)[pool]
            gains = np.where(open_, instance.reach[pool] @ chosen.left, -1.0)
            other = int(pool[gains.argmax()]) if len(pool) else pick
            better = float(chosen.left.sum()) - gains.max(initial=-1.0)
            if gains.max(initial=-1.0) < 0 or before - better <= _NOTHING * instance.people.sum():
                other = pick
            chosen.add(other)
            if chosen.missing > missing:
                chosen.remove(other)
                chosen.add(pick)
                other = pick
            changed |= other != pick
        if not changed:
            break
        fill(chosen, budget, unit[1.0])


__all__ = ["POWERS", "STEP", "fill", "solve", "steps"]
