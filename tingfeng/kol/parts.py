"""The seven parts of many creators: what each is, how sure, and how far chance may have moved it."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np

from tingfeng.kol import fit
from tingfeng.kol.authenticity import authenticity, risks
from tingfeng.kol.curves import LEAST, Curves
from tingfeng.kol.engagement import Engagement, engagement
from tingfeng.kol.measures import Measures
from tingfeng.kol.nouns import PARTS, PartName
from tingfeng.kol.panel import Floats
from tingfeng.kol.prices import STEEP, cost
from tingfeng.kol.stability import USUAL, stability, sure
from tingfeng.kol.target import Target

LOWEST = 0.02
"""No part is less: in a geometric mean nothing would make good for it."""
POOLED = 0.9
"""Of the confidence that is left where a curve rests on fewer than 300 accounts."""
COLD = 12
"""Works below which flatness and much else is not known."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Arrays (creators, seven parts) in the order of :data:`~tingfeng.kol.nouns.PARTS`."""

    raw: Floats
    """NaN: not known."""
    sure: Floats
    """Confidence, 0 to 1; 0 where *raw* is NaN."""
    error: Floats
    """Standard error of *raw*, by the number of works and people that it rests on."""
    engagement: Engagement
    signals: dict[str, Floats]
    over: Floats
    """Natural logarithm of asking over usual price."""

    def column(self, part: PartName) -> Floats:
        """*raw* of one part."""
        found: Floats = self.raw[:, PARTS.index(part)]
        return found


def parts(measures: Measures, target: Target, curves: Curves, prior: fit.Prior) -> Parts:
    """Of all creators; *prior* is the pool's."""
    answered = engagement(measures, curves)
    signals = risks(measures, curves, answered)
    same = curves.price.currency == target.currency
    price, over, error = cost(measures, curves.price)
    price, over = (np.where(same, x, nan) for x in (price, over))
    columns: dict[PartName, tuple[Floats, Floats, Floats]] = {
        "relevance": (
            fit.relevance(measures, target, prior),
            _sure_relevance(measures, target),
            _error_relevance(measures, target),
        ),
        "tone": (fit.tone(measures, target), _of(measures.toned, 15), _root(0.10, measures.toned)),
        "audience": (fit.audience(measures), measures.audience_sure, _flat(measures, 0.02)),
        "engagement": (
            answered.value,
            _sure_engagement(measures, answered),
            np.exp(-(answered.z**2) / 2) / np.sqrt(2 * np.pi) * answered.error,
        ),
        "authenticity": (
            authenticity(signals),
            _sure_authenticity(measures),
            _error_authenticity(measures, signals, answered),
        ),
        "cost": (price, _sure_cost(measures, curves), price * (1 - price) * STEEP * error),
        "stability": (
            stability(measures),
            sure(measures) * _of(measures.works, 3),
            _error_stability(measures),
        ),
    }
    raw, confidence, noise = (np.stack([columns[p][i] for p in PARTS], axis=1) for i in range(3))
    raw = np.clip(raw, LOWEST, 1)
    known = ~np.isnan(raw)
    return Parts(
        raw, np.where(known, confidence, 0), np.where(known, np.nan_to_num(noise), 0),
        answered, signals, over,
    )  # fmt: skip


def _of(n: Floats, half: float) -> Floats:
    """Confidence by number: one half at *half*."""
    return n / (n + half)


def _root(scale: float, n: Floats) -> Floats:
    return scale / np.sqrt(np.maximum(n, 1))


def _flat(measures: Measures, value: float) -> Floats:
    return np.full(len(measures), value)


def _counts(measures: Measures) -> Floats:
    """Works of which comments, saves or shares are said."""
    most: Floats = measures.counted[:, 1:4].max(axis=1)
    return most


def _sure_relevance(measures: Measures, target: Target) -> Floats:
    """By number of works; less where fields or closeness are not known."""
    n = np.maximum(measures.fielded if target.categories else 0.0, measures.near)
    field = np.where(measures.fielded > 0, 1.0, 0.5) if target.categories else 1.0
    return _of(n, 5) * field * np.where(measures.near > 0, 1.0, 0.75)


def _error_relevance(measures: Measures, target: Target) -> Floats:
    """Of a share by Wilson's middle, and of a percentile of the mean of few works."""
    n = measures.fielded
    share = (np.nan_to_num(measures.fits) * n + 1) / (n + 2)
    field = np.sqrt(share * (1 - share) / (n + 2)) if target.categories else 0.0
    near = np.where(measures.near > 0, _root(0.5, measures.near), 0.0)
    found: Floats = np.sqrt((fit.FIELD * field) ** 2 + (fit.NEAR * near) ** 2)
    return found


def _sure_engagement(measures: Measures, answered: Engagement) -> Floats:
    """By number of works; less where comments were not read or the curve rests on few accounts."""
    read = np.where(measures.counted[:, 0] > 0, 1.0, 0.9)
    found: Floats = _of(_counts(measures), 5) * read * np.where(answered.few > 0, POOLED, 1.0)
    return found


def _sure_cost(measures: Measures, curves: Curves) -> Floats:
    """By number of works, and less the wider prices scatter around the curve: against a price that is
    only known to a factor of e, nothing asked is half as telling as it looks.
    """
    scatter = np.nan_to_num(curves.price.expected(measures)[1])
    enough = max((prices for *_, prices in curves.price.slopes.values()), default=0) >= LEAST
    found: Floats = _of(_counts(measures), 5) / (1 + scatter**2) * (1.0 if enough else POOLED)
    return found


def _sure_authenticity(measures: Measures) -> Floats:
    """At most half where followers were not seen for 30 days, or of too few works to judge."""
    cold = np.isnan(measures.unexplained) | (measures.works < COLD)
    read = np.where(np.isnan(measures.copies), 0.8, 1.0)
    found: Floats = _of(measures.works, 3) * np.where(cold, 0.5, 1.0) * read
    return found


def _error_authenticity(
    measures: Measures, signals: dict[str, Floats], found: Engagement
) -> Floats:
    """How far the signals that rest on few works may be off."""
    slope = np.where(signals["like"] > 0, 0.63, 0.15)
    like = np.where(np.isnan(signals["like"]), 0, slope * np.nan_to_num(found.error))
    low = np.where(np.nan_to_num(signals["low"]) > 0, 0.425, 0.0) * np.nan_to_num(found.error)
    active = np.nan_to_num(signals["flat"]) > 0
    flat = np.where(active, 0.4 / np.sqrt(2 * np.maximum(measures.works, 1)), 0)
    off: Floats = np.sqrt(like**2 + low**2 + flat**2)
    return off


def _error_stability(measures: Measures) -> Floats:
    """Of a count of works, and of a ratio of medians."""
    rhythm = np.where(measures.pace < USUAL, np.sqrt(np.maximum(measures.pace, 1)) / USUAL, 0.0)
    shaky = np.nan_to_num(measures.ratio) * measures.ratio_noise
    known = ~np.isnan(measures.ratio) & (measures.adverts > 0)
    steady = np.where(known, np.minimum(shaky, 1), 0.0)
    off: Floats = 0.5 * np.sqrt(rhythm**2 + np.nan_to_num(steady) ** 2)
    return off
