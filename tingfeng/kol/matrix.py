"""Whom to take for a budget: the most wanted people reached, each counted once.

Every creator brings a share of each segment of the wanted people (:mod:`tingfeng.kol.reach`); what
several bring overlaps. The choice respects budget, tiers, agencies, fields, competitors' creators and
overlaps of audiences, and says of each pick what it adds, at what price, and whom it overlaps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tingfeng import Message
from tingfeng.kol.overlap import Overlap
from tingfeng.kol.tiers import tier_name

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tingfeng.kol.instance import Instance
    from tingfeng.kol.sketch import Sketch

LARGEST = 500
"""Creators in one matrix: beyond it they are not chosen one by one, and choosing takes minutes."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Candidate:
    """A creator who might be chosen."""

    key: str
    name: str
    platform: str
    tier: str
    """By effective followers: money is not spent on bought ones."""

    price: float
    """Of the piece of work wanted, in the currency of the budget, with tax and fee where they are
    known. Who has none cannot be weighed and is left out by the caller."""

    fit: float
    """Score, 0 to 100."""

    reach: NDArray[np.float64]
    """By segment: chance that one of its people is reached and takes it well, 0 to 1."""

    category: str = ""
    agency: str = ""
    rival: bool = False
    """Whether a competitor's post of the last 90 days damps the score."""

    barred: Message | None = None
    """Why not at all: vetoed, not enough data …"""

    sketch: Sketch | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """How many of a tier."""

    least: int = 0
    most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a matrix has to respect."""

    budget: float
    size: int = 30
    """At most so many creators, up to :data:`LARGEST`."""

    tiers: Mapping[str, Quota] = field(default_factory=dict)
    per_agency: int = 1
    per_category: int | None = None
    """At most so many of one field; ``None``: no limit."""

    rivals: int = 0
    """So many who posted for a competitor within 90 days."""

    overlap: float = 0.4
    """Two whose audiences overlap more, of the smaller one, do not stand together."""

    without: frozenset[str] = frozenset()
    chosen: tuple[str, ...] = ()
    """Keys of those who are taken in any case."""

    def __post_init__(self) -> None:
        if self.budget < 0 or not 0 <= self.size <= LARGEST:
            raise ValueError(f"a budget below 0, or a size that is not 0 to {LARGEST}")
        for tier, quota in self.tiers.items():
            if quota.most is not None and quota.least > quota.most:
                raise ValueError(f"{tier}: at least {quota.least}, at most {quota.most}")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pick:
    """One of the chosen, in the order in which they are worth their money."""

    candidate: Candidate
    adds: float
    """People reached by it and by none of the picks above."""

    alone: float
    """People it reaches alone."""

    leaves: float
    """People who are lost without it."""

    overlaps: tuple[Overlap, ...] = ()

    @property
    def per_yuan(self) -> float | None:
        """*adds* for one unit of currency; ``None``: it is free."""
        return self.adds / self.candidate.price if self.candidate.price else None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Runner:
    """Who would come next, and why it did not."""

    candidate: Candidate
    adds: float
    why: Message


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plan:
    """A matrix of creators."""

    limits: Limits
    picks: tuple[Pick, ...]
    wanted: float
    """All wanted people."""

    covered: float
    """Of them reached by at least one pick, each counted once."""

    summed: float
    """What the picks reach one by one: overlaps counted as often as they occur."""

    ceiling: float
    """No choice within the limits reaches more."""

    unmet: tuple[Message, ...] = ()
    """Limits that cannot be met."""

    runners: tuple[Runner, ...] = ()
    considered: int = 0
    """Creators who might have been chosen."""

    @property
    def spent(self) -> float:
        """Sum of the prices."""
        from math import fsum

        return fsum(pick.candidate.price for pick in self.picks)

    @property
    def keys(self) -> tuple[str, ...]:
        """Of the picks, in their order."""
        return tuple(pick.candidate.key for pick in self.picks)

    @property
    def assured(self) -> float | None:
        """Share of the best possible that is reached at least, 0 to 1; ``None``: nobody can be."""
        return min(1.0, self.covered / self.ceiling) if self.ceiling else None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Change:
    """What another choice of limits would bring."""

    plan: Plan
    joined: tuple[str, ...]
    left: tuple[str, ...]
    covered: float
    """People more, or fewer where negative."""

    spent: float


def plan(candidates: Sequence[Candidate], people: NDArray[np.float64], limits: Limits) -> Plan:
    """The matrix for *limits* among *candidates*, the same whatever their order.

    *people*: wanted people of each segment, shape (segments,). Raises ``ValueError`` where
    ``limits.chosen`` names nobody.
    """
    from tingfeng.kol.ceiling import ceiling
    from tingfeng.kol.greedy import solve
    from tingfeng.kol.problem import instance_of, unmet

    ordered = sorted(candidates, key=lambda candidate: candidate.key)
    instance = instance_of(ordered, people, limits)
    picks = solve(instance, limits.budget)
    ranked = _ranked(instance, picks)
    return Plan(
        limits=limits,
        picks=tuple(_pick(instance, ordered, ranked, place) for place in range(len(ranked))),
        wanted=float(people.sum()),
        covered=instance.covered(ranked),
        summed=float(instance.alone[ranked].sum()),
        ceiling=ceiling(instance, limits.budget, ranked),
        unmet=unmet(ordered, instance, ranked, limits),
        runners=_runners(instance, ordered, ranked, limits),
        considered=int((~instance.barred).sum()),
    )


def instead(
    before: Plan, candidates: Sequence[Candidate], people: NDArray[np.float64], **changes: object
) -> Change:
    """What *changes* to the limits bring: ``budget=…``, ``without=…``, ``chosen=…``."""
    after = plan(candidates, people, replace(before.limits, **changes))  # type: ignore[arg-type]
    return Change(
        plan=after,
        joined=tuple(key for key in after.keys if key not in before.keys),
        left=tuple(key for key in before.keys if key not in after.keys),
        covered=after.covered - before.covered,
        spent=after.spent - before.spent,
    )


def _ranked(instance: Instance, picks: list[int]) -> list[int]:
    """The most people for the money first; what is free before all."""
    from tingfeng.kol.instance import Chosen

    begun, rest = Chosen(instance), sorted(picks)
    while rest:
        gains = instance.reach[rest] @ begun.left
        rates = [
            (gain / price if price else float("inf"), gain)
            for gain, price in zip(gains.tolist(), instance.price[rest].tolist(), strict=True)
        ]
        begun.add(rest.pop(rates.index(max(rates))))
    return begun.picks


def _pick(
    instance: Instance, candidates: Sequence[Candidate], ranked: list[int], place: int
) -> Pick:
    one = ranked[place]
    above, others = ranked[:place], [other for other in ranked if other != one]
    return Pick(
        candidate=candidates[one],
        adds=instance.covered([*above, one]) - instance.covered(above),
        alone=float(instance.alone[one]),
        leaves=instance.covered(ranked) - instance.covered(others),
        overlaps=instance.overlaps.said(one, others, [each.key for each in candidates]),
    )


def _runners(
    instance: Instance,
    candidates: Sequence[Candidate],
    picks: list[int],
    limits: Limits,
    count: int = 5,
) -> tuple[Runner, ...]:
    """The *count* who would add the most people, and what keeps each out."""
    from tingfeng.kol.instance import Chosen
    from tingfeng.kol.problem import why_not

    chosen = Chosen(instance, tuple(picks))
    gains = instance.reach @ chosen.left
    gains[picks] = -1.0
    for one, candidate in enumerate(candidates):
        if candidate.barred is not None:
            gains[one] = -1.0
    best = [one for one in gains.argsort(kind="stable")[::-1][:count].tolist() if gains[one] > 0]
    return tuple(
        Runner(
            candidate=candidates[one],
            adds=float(gains[one]),
            why=why_not(one, candidates, instance, picks, limits),
        )
        for one in best
    )


def tiers_of(plan: Plan) -> Mapping[str, tuple[int, float]]:
    """By name of tier: picks and what they cost, the largest tier first."""
    from tingfeng.kol.tiers import NAMES

    found: dict[str, tuple[int, float]] = {}
    order = {tier: place for place, tier in enumerate(NAMES)}
    tiers = {pick.candidate.tier for pick in plan.picks}
    for tier in sorted(tiers, key=lambda tier: (order.get(tier, len(order)), tier)):
        prices = [pick.candidate.price for pick in plan.picks if pick.candidate.tier == tier]
        found[tier] = (len(prices), sum(prices))
    return found


__all__ = [
    "Candidate", "Change", "Limits", "Pick", "Plan", "Quota", "Runner", "instead", "plan", "tier_name",
    "tiers_of",
]  # fmt: skip
