"""From candidates and limits to numbers, and from numbers back to sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from tingfeng import Message
from tingfeng.kol.instance import Chosen, Instance
from tingfeng.kol.overlap import Overlaps
from tingfeng.kol.sketch import Sketches
from tingfeng.kol.tiers import tier_name

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tingfeng.kol.matrix import Candidate, Limits


def instance_of(
    candidates: Sequence[Candidate], people: NDArray[np.float64], limits: Limits
) -> Instance:
    """The problem in numbers; raises ``ValueError`` where ``limits.chosen`` names nobody."""
    count = len(candidates)
    places = {candidate.key: place for place, candidate in enumerate(candidates)}
    if unknown := [key for key in limits.chosen if key not in places]:
        raise ValueError(", ".join(unknown))
    tiers = sorted({each.tier for each in candidates} | set(limits.tiers))
    quotas = [limits.tiers.get(tier) for tier in tiers]
    barred = [each.barred is not None or each.key in limits.without for each in candidates]
    there = Counter(each.tier for each, out in zip(candidates, barred, strict=True) if not out)
    rival = np.array([0 if each.rival else -1 for each in candidates], np.intp)
    groups = [
        (_codes(each.agency for each in candidates), limits.per_agency),
        (rival, limits.rivals),
    ]
    if limits.per_category is not None:
        groups.append((_codes(each.category for each in candidates), limits.per_category))
    return Instance(
        price=np.array([each.price for each in candidates], float),
        reach=np.array([each.reach for each in candidates], float).reshape(count, len(people)),
        people=np.asarray(people, float),
        tier=np.array([tiers.index(each.tier) for each in candidates], np.intp),
        least=np.array(
            [
                min(quota.least, there[tier]) if quota else 0
                for tier, quota in zip(tiers, quotas, strict=True)
            ],
            np.intp,
        ),
        most=np.array(
            [count if quota is None or quota.most is None else quota.most for quota in quotas], np.intp
        ),
        groups=tuple(groups),
        barred=np.array(barred, bool),
        forced=_taken(candidates, places, limits),
        size=limits.size,
        overlaps=Overlaps(Sketches.of([each.sketch for each in candidates]), limits.overlap),
    )  # fmt: skip


def _taken(
    candidates: Sequence[Candidate], places: dict[str, int], limits: Limits
) -> tuple[int, ...]:
    """Those who are taken in any case, as far as the budget goes."""
    taken: list[int] = []
    spent = 0.0
    for key in dict.fromkeys(limits.chosen):
        price = candidates[places[key]].price
        if spent + price <= limits.budget:
            taken.append(places[key])
            spent += price
    return tuple(taken)


def _codes(names: Iterable[str]) -> NDArray[np.intp]:
    """A number for each name, -1 for none."""
    numbers: dict[Hashable, int] = {"": -1}
    return np.array([numbers.setdefault(name, len(numbers) - 1) for name in names], np.intp)


def unmet(
    candidates: Sequence[Candidate], instance: Instance, picks: list[int], limits: Limits
) -> tuple[Message, ...]:
    """What the limits ask for and the picks do not give."""
    found = []
    counts = Counter(candidates[pick].tier for pick in picks)
    for tier, quota in limits.tiers.items():
        if counts[tier] < quota.least:
            name = tier_name(tier)
            found.append(
                Message(
                    f"{name.zh}至少 {quota.least} 位，只凑到 {counts[tier]} 位：预算或候选不够",
                    f"at least {quota.least} of {name.en}, only {counts[tier]} found: budget or "
                    "candidates do not suffice",
                )
            )
    taken = {candidates[pick].key for pick in picks}
    found.extend(
        Message(f"指定的 {key} 放不下：预算不够", f"{key} was asked for and is not affordable")
        for key in dict.fromkeys(limits.chosen)
        if key not in taken
    )
    return tuple(found)


def why_not(
    one: int, candidates: Sequence[Candidate], instance: Instance, picks: list[int], limits: Limits
) -> Message:
    """What keeps *one* out of *picks*, the firmest reason first."""
    mine = candidates[one]
    chosen = [candidates[pick] for pick in picks]
    if mine.key in limits.without:
        return Message("你排除了", "you left it out")
    if mine.rival and sum(each.rival for each in chosen) >= limits.rivals:
        return Message("90 天内为竞品发过内容", "posted for a competitor within 90 days")
    same = [each for each in chosen if mine.agency and each.agency == mine.agency]
    if len(same) >= limits.per_agency and same:
        return Message(
            f"与{same[0].name}同属 {mine.agency}", f"same agency as {same[0].name}: {mine.agency}"
        )
    row = instance.overlaps.row(one)
    for pick in sorted(picks, key=lambda pick: -float(np.nan_to_num(row[pick]))):
        if row[pick] > limits.overlap:
            name = candidates[pick].name
            return Message(
                f"与{name}受众重合 {row[pick]:.0%}",
                f"audience overlaps {name}'s by {row[pick]:.0%}",
            )
    return _full(mine, chosen, limits) or _dear(one, instance, picks, limits)


def _full(mine: Candidate, chosen: Sequence[Candidate], limits: Limits) -> Message | None:
    quota, tier = limits.tiers.get(mine.tier), tier_name(mine.tier)
    same = sum(each.tier == mine.tier for each in chosen)
    if quota is not None and quota.most is not None and same >= quota.most:
        return Message(f"{tier.zh}名额已满", f"quota of {tier.en} is full")
    kin = sum(bool(mine.category) and each.category == mine.category for each in chosen)
    if limits.per_category is not None and kin >= max(1, limits.per_category):
        return Message(f"{mine.category}名额已满", f"quota of {mine.category} is full")
    if len(chosen) >= limits.size:
        return Message(
            "人数已满；预算内换上它并不更多",
            "the number is full, and exchanging within the budget adds nothing",
        )
    return None


def _dear(one: int, instance: Instance, picks: list[int], limits: Limits) -> Message:
    short = float(instance.price[one]) - (limits.budget - Chosen(instance, tuple(picks)).spent)
    if short > 0:
        return Message(f"还差 {short:,.0f} 元", f"{short:,.0f} short of its price")
    return Message("为名额下限留出了预算", "money is kept for the least of other tiers")


__all__ = ["instance_of", "unmet", "why_not"]
