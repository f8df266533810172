"""How well whom a creator reaches is whom the brand looks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log, nan, sqrt

from tingfeng import Audience, Dimension
from tingfeng.kol.target import Target

WEIGHTS: Mapping[Dimension, float] = {
    "gender": 0.25, "age": 0.30, "city_tier": 0.20, "region": 0.10, "interest": 0.15,
}  # fmt: skip
"""How much each dimension matters, of those that the brand asks for (judgement)."""
PRIOR = 200
"""People whom a guess from who answers must outnumber to be believed half."""
TRUST = {"platform": 1.0, "typed": 0.7, "inferred": 1.0}
"""A typed audience is a claim; an inferred one is trusted by its number."""
LEAST = 1e-3
"""Overlap below which a dimension counts as this: no overlap at all is not infinitely bad."""


def overlap(shares: Mapping[str, float], wanted: Mapping[str, float]) -> float:
    """Bhattacharyya coefficient, 0 to 1, of an audience with *wanted*.

    What the platform does not say (it lists five provinces, say) is shared among the groups that are
    not listed, none of which can be larger than the smallest that is.
    """
    rest = max(0.0, 1 - sum(shares.values()))
    absent = sum(share for group, share in wanted.items() if group not in shares)
    most = min(shares.values(), default=1.0)
    total = 0.0
    for group, share in wanted.items():
        own = shares.get(group)
        if own is None:
            own = min(most, rest * share / absent) if absent else 0.0
        total += sqrt(max(own, 0.0) * share)
    return min(1.0, total)


def reach(audience: Sequence[Audience], target: Target) -> tuple[float, float]:
    """Weighted mean of ln overlap over what *target* asks for and is known, and how sure that is.

    NaN and 0 where nothing is known or asked.
    """
    asked = sum(WEIGHTS[dimension] for dimension in target.audience)
    total = known = sure = 0.0
    for dimension, wanted in target.audience.items():
        told = best(audience, dimension)
        if told is None or not told.shares:
            continue
        weight = WEIGHTS[dimension]
        total += weight * log(max(LEAST, overlap(told.shares, wanted)))
        known += weight
        sure += weight * trust(told)
    return (total / known, sure / asked) if known else (nan, 0.0)


def best(audience: Sequence[Audience], dimension: Dimension) -> Audience | None:
    """What is trusted most of one dimension."""
    several = [one for one in audience if one.dimension == dimension]
    return max(several, key=trust, default=None)


def trust(told: Audience) -> float:
    """0 to 1."""
    if told.told == "inferred":
        return (told.n or 0) / ((told.n or 0) + PRIOR)
    return TRUST[told.told]
