"""The score: weighted geometric mean of seven parts, behind a gate, with an interval.

One creator is a hundred thousand of them with one row: there is one way to reckon.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from math import isnan

import numpy as np

from tingfeng.kol import gate
from tingfeng.kol.curves import Curves
from tingfeng.kol.effective import effective
from tingfeng.kol.evidence import proofs
from tingfeng.kol.intervals import around, intervals
from tingfeng.kol.measures import Measures
from tingfeng.kol.missing import missing
from tingfeng.kol.nouns import PARTS, Part, PartName, Profile, Proof, Score, Verdict
from tingfeng.kol.panel import Floats
from tingfeng.kol.parts import COLD, LOWEST, Parts, parts
from tingfeng.kol.pool import Pool
from tingfeng.kol.prices import HALF
from tingfeng.kol.target import Target
from tingfeng.kol.tiers import Tiers
from tingfeng.kol.weights import weights_of

LEAST_KNOWN = 0.5
"""Weighted confidence below which a score is not an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratings:
    """Scores of many creators as arrays, in the order of *measures*."""

    measures: Measures
    target: Target
    at: datetime
    found: Parts
    values: Floats
    """(creators, 7): parts as they enter, drawn where little is known."""
    lows: Floats
    highs: Floats
    weights: Floats
    """(7,): sum 1; a part that is not asked for, or that nobody in the pool says, weighs nothing."""
    points: Floats
    """(creators, 7): what each part adds to *reference*."""
    reference: float
    gate: Floats
    value: Floats
    low: Floats
    high: Floats
    verdicts: tuple[Verdict, ...]
    effective: Floats
    expected: Floats
    """(creators, 3): low, middle and high usual price."""
    medians: Floats
    """(7,): the pool's, against which *points* are reckoned."""
    curve: str
    pool: str
    tiers: Tiers

    def __len__(self) -> int:
        return len(self.value)

    def score(self, row: int, profile: Profile | None = None) -> Score:
        """Score of creator *row*; with the evidence of *profile*, where it is given."""
        m, found = self.measures, self.found
        says: dict[PartName, tuple[Proof, ...]] = proofs(self, row, profile)
        lacks = missing(self, row)
        built = tuple(
            Part(
                name=name, value=float(self.values[row, i]), raw=_known(found.raw[row, i]),
                confidence=float(found.sure[row, i]), low=float(self.lows[row, i]),
                high=float(self.highs[row, i]), weight=float(self.weights[i]),
                points=float(self.points[row, i]), proofs=says[name], missing=lacks[name],
            )
            for i, name in enumerate(PARTS)
        )  # fmt: skip
        followers, real = _known(m.followers[row]), _known(self.effective[row])
        ungated = self.reference + float(self.points[row].sum())
        expected = [float(price) for price in self.expected[row]]
        risk = {name: float(x[row]) for name, x in found.signals.items() if not isnan(x[row])}
        return Score(
            key=m.keys[row], name=m.names[row], brand=self.target.brand, preset=self.target.preset,
            at=self.at, value=float(self.value[row]), low=float(self.low[row]),
            high=float(self.high[row]), reference=self.reference, parts=built,
            gate=float(self.gate[row]), gate_points=float(self.value[row]) - ungated,
            gate_says=() if profile is None else gate.says(profile, self.target, now=self.at),
            verdict=self.verdicts[row],
            followers=None if followers is None else round(followers),
            effective=None if real is None else round(real),
            tier=self._tier(row, followers), effective_tier=self._tier(row, real),
            risk=risk, curve=self.curve, price=_known(m.price[row]),
            expected_price=None if isnan(expected[1]) else (expected[0], expected[1], expected[2]),
        )  # fmt: skip

    def scores(self) -> Iterator[Score]:
        """All of them, without evidence."""
        return (self.score(row) for row in range(len(self)))

    def _tier(self, row: int, followers: float | None) -> str:
        whole = None if followers is None else round(followers)
        return self.tiers.of(self.measures.platforms[row], whole)


def rate(
    measures: Measures, target: Target, pool: Pool, curves: Curves, *, now: datetime,
    tiers: Tiers | None = None,
) -> Ratings:  # fmt: skip
    """Scores of all in *measures*, which were taken for the same *target* at *now*."""
    found = parts(measures, target, curves, pool.prior)
    values = np.clip(pool.drawn(found.raw, found.sure), LOWEST, 1)
    lows, highs = intervals(found, pool, values)
    weights = asked(target, pool)
    medians = np.array([pool.medians.get(part, float(pool.unknown()[i]))
                        for i, part in enumerate(PARTS)])  # fmt: skip
    medians = np.clip(medians, LOWEST, 1)
    reference = float(100 * np.exp((weights * np.log(medians)).sum()))
    logs = weights * np.log(values / medians)
    total = logs.sum(axis=1)
    points = reference * _growth(total)[:, None] * logs
    opened = gate.gate(measures.left, measures.rival)
    ungated = reference * np.exp(total)
    below, above = around(values, lows, highs, weights)
    middle, spread = curves.price.expected(measures)
    margins = np.stack([middle - HALF * spread, middle, middle + HALF * spread], axis=1)
    return Ratings(
        measures=measures, target=target, at=now, found=found, values=values, lows=lows,
        highs=highs, weights=weights, points=points, reference=reference, gate=opened,
        value=ungated * opened, low=ungated * below * opened,
        high=np.minimum(100, ungated * above) * opened,
        verdicts=_verdicts(measures, found, weights, opened),
        effective=effective(measures, found.engagement), expected=np.exp(margins),
        medians=medians, curve=curves.version, pool=pool.version, tiers=tiers or Tiers(),
    )  # fmt: skip


def score(
    profile: Profile, target: Target, pool: Pool, curves: Curves, *, now: datetime,
    tiers: Tiers | None = None,
) -> Score:  # fmt: skip
    """What we think of one creator, with the evidence of every part."""
    measures = Measures.of([profile], target, now=now)
    return rate(measures, target, pool, curves, now=now, tiers=tiers).score(0, profile)


def asked(target: Target, pool: Pool) -> Floats:
    """(7,): weights of what *target* asks for and the pool says anything of; sum 1."""
    weights = weights_of(target)
    wanted: dict[PartName, bool] = dict.fromkeys(PARTS, True)
    wanted["tone"], wanted["audience"] = bool(target.tone), bool(target.audience)
    chosen = np.array([weights[p] * wanted[p] * (p in pool.parts) for p in PARTS])
    total = chosen.sum()
    found: Floats = chosen / total if total else np.full(len(PARTS), 1 / len(PARTS))
    return found


def _growth(x: Floats) -> Floats:
    """(exp(x) - 1) / x: the share of the whole change that each part's logarithm stands for."""
    return np.divide(np.expm1(x), x, out=np.ones_like(x), where=np.abs(x) > 1e-12)


def _known(value: float) -> float | None:
    return None if isnan(value) else float(value)


def _verdicts(
    measures: Measures, found: Parts, weights: Floats, opened: Floats
) -> tuple[Verdict, ...]:
    known = (found.sure * weights).sum(axis=1)
    little = (known < LEAST_KNOWN) | (measures.works < COLD) | np.isnan(found.engagement.z)
    chosen = np.select([opened <= 0, little, measures.look], [0, 1, 2], default=3)
    names: tuple[Verdict, ...] = ("vetoed", "not enough data", "review", "fit")
    return tuple(names[i] for i in chosen)
