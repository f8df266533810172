"""The numbers of a matrix problem, and a set of creators under way in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import fsum
from typing import TYPE_CHECKING

import numpy as np

from tingfeng.kol.overlap import Overlaps

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Codes = NDArray[np.intp]
    Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Instance:
    """*n* creators, *s* segments of people, and what may stand together. Codes count from 0."""

    price: Floats
    """(n,), not negative."""

    reach: Floats
    """(n, s): chance that one of a segment is reached by a creator, 0 to 1."""

    people: Floats
    """(s,): wanted people of each segment."""

    tier: Codes
    """(n,)."""
    least: Codes
    """By tier: fewest."""
    most: Codes
    """By tier: most."""

    groups: tuple[tuple[Codes, int], ...]
    """Of each grouping (agency, field, competitors' creators) the code of each creator, -1 for none,
    and how many of one code may stand together."""

    barred: Flags
    """(n,): never chosen."""

    forced: tuple[int, ...] = ()
    """Always chosen; together they respect the limits."""

    size: int
    overlaps: Overlaps
    alone: Floats = field(init=False)
    """(n,): people reached by each alone."""

    cheapest: tuple[Floats, ...] = field(init=False)
    """By tier: sums of its 0, 1, 2 … lowest prices."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "alone", self.reach @ self.people)
        sums = []
        for tier in range(len(self.least)):
            prices = np.sort(self.price[(self.tier == tier) & ~self.barred])
            sums.append(np.concatenate(([0.0], np.cumsum(prices))))
        object.__setattr__(self, "cheapest", tuple(sums))

    def covered(self, picks: list[int]) -> float:
        """People reached by at least one of *picks*, each counted once."""
        return float(self.people @ (1 - np.prod(1 - self.reach[picks], axis=0)))

    def reserve(self, needs: Codes) -> Floats:
        """By tier: what the cheapest of those still needed cost, or of as many as there are."""
        return np.array(
            [
                sums[min(need, len(sums) - 1)]
                for sums, need in zip(self.cheapest, needs, strict=True)
            ]
        )


class Chosen:
    """A set of creators that respects every limit but the budget, which each step is told."""

    def __init__(self, instance: Instance, picks: tuple[int, ...] = ()) -> None:
        self.instance = instance
        self.picks: list[int] = []
        self.spent = 0.0
        self._tiers = np.zeros(len(instance.least), np.intp)
        # One place more than there are codes: -1, none, counts there and is never looked at.
        self._groups = [
            np.zeros(codes.max(initial=-1) + 2, np.intp) for codes, _ in instance.groups
        ]
        self._clashes = np.zeros(len(instance.price), np.int32)
        self.left: Floats = instance.people.copy()
        """(s,): people of each segment not reached yet."""
        for pick in picks:
            self.add(pick)

    def copy(self) -> Chosen:
        """The same set, to go on from."""
        return Chosen(self.instance, tuple(self.picks))

    def add(self, pick: int) -> None:
        """Take *pick* in."""
        self.picks.append(pick)
        self._count(pick, 1)
        self.left = self.left * (1 - self.instance.reach[pick])

    def remove(self, pick: int) -> None:
        """Let *pick* go."""
        self.picks.remove(pick)
        self._count(pick, -1)
        left = np.prod(1 - self.instance.reach[self.picks], axis=0)
        self.left = self.instance.people * left

    def _count(self, pick: int, by: int) -> None:
        instance = self.instance
        self.spent = fsum(float(instance.price[each]) for each in self.picks)
        self._tiers[instance.tier[pick]] += by
        for counts, (codes, _) in zip(self._groups, instance.groups, strict=True):
            counts[codes[pick]] += by
        self._clashes += by * instance.overlaps.clashes(pick)

    @property
    def missing(self) -> int:
        """How many the fewest of all tiers are still short of."""
        return int(self._needs().sum())

    def _needs(self) -> Codes:
        needs: Codes = np.maximum(self.instance.least - self._tiers, 0)
        return needs

    def allowed(self) -> Flags:
        """(n,): who may join, whatever it costs."""
        instance = self.instance
        if len(self.picks) >= instance.size:
            return np.zeros(len(instance.price), bool)
        needs = self._needs()
        free = instance.size - len(self.picks) - int(needs.sum())
        tiers = (self._tiers < instance.most) & ((needs > 0) | (free > 0))
        open_: Flags = tiers[instance.tier] & ~instance.barred & (self._clashes == 0)
        for counts, (codes, most) in zip(self._groups, instance.groups, strict=True):
            open_ &= (codes < 0) | (counts[codes] < most)
        open_[self.picks] = False
        return open_

    def affordable(self, budget: float) -> Flags:
        """(n,): who may join and leaves enough of *budget* for the cheapest of those still needed."""
        instance, needs = self.instance, self._needs()
        left = budget - self.spent
        costs = instance.reserve(needs)
        keep = costs.sum() - (costs - instance.reserve(np.maximum(needs - 1, 0)))
        open_ = self.allowed() & (instance.price <= left)
        kept: Flags = open_ & (instance.price + keep[instance.tier] <= left)
        if kept.any() or not needs.any():
            return kept
        # The fewest cannot all be had: what is needed comes first, and nothing waits for the rest.
        needed: Flags = open_ & (needs > 0)[instance.tier]
        return needed if needed.any() else open_


__all__ = ["Chosen", "Instance"]
