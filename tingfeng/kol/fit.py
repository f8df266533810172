"""The three parts that are about the brand: relevance, tone, audience. Each is NaN where not known."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np

from tingfeng.kol.measures import Measures
from tingfeng.kol.panel import Floats
from tingfeng.kol.target import Target

FIELD, NEAR = 0.6, 0.4
"""Weight of writing in the brand's field, and of being close to what the brand writes itself."""
ENOUGH, SOME = 8, 30
"""Works of a creator, and creators, whose halves tell anything of chance."""
GRID = np.linspace(0, 1, 101)


@dataclass(frozen=True, slots=True)
class Prior:
    """What the pool says of relevance before a creator's own works do."""

    closeness: tuple[float, ...] = ()
    """Quantiles of closeness at :data:`GRID`; empty: none is known."""
    field: float = 0.5
    """Mean share of works in the brand's fields."""
    field_half: float = 0.0
    """Works by which a creator's own share counts half against that mean."""
    near_half: float = 0.0
    """Likewise of closeness, against the middle of the pool."""

    @staticmethod
    def of(measures: Measures) -> Prior:
        """From all in *measures* (empirical Bayes): where one half of creators' works does not agree
        with the other, differences between them are chance and count for little.
        """
        close = measures.close[~np.isnan(measures.close)]
        grid = tuple(map(float, np.quantile(close, GRID))) if len(close) else ()
        share = measures.fits[~np.isnan(measures.fits)]
        one, other = (percentile(measures.halves[:, i], grid) for i in (1, 3))
        return Prior(
            grid, float(share.mean()) if len(share) else 0.5,
            _half(measures.halves[:, 0], measures.halves[:, 2], measures.fielded),
            _half(one, other, measures.near),
        )  # fmt: skip


def percentile(close: Floats, grid: tuple[float, ...]) -> Floats:
    """Where *close* stands among *grid*, 0 to 1; NaN where either is not known."""
    if not grid:
        return np.full(len(close), nan)
    # Equal quantiles would make the percentile a jump: they are set apart by next to nothing.
    steps = np.array(grid) + np.arange(len(grid)) * 1e-12
    return np.where(np.isnan(close), nan, np.interp(close, steps, GRID))


def _half(one: Floats, other: Floats, n: Floats) -> float:
    """Works at which reliability is one half, by the correlation of halves (Spearman and Brown)."""
    both = ~np.isnan(one) & ~np.isnan(other) & (n >= ENOUGH)
    if both.sum() < SOME or not one[both].std() or not other[both].std():
        return 0.0
    alike = float(np.clip(np.corrcoef(one[both], other[both])[0, 1], 0.02, 1))
    # Of half the works it is r; by n / (n + k) at n / 2, k is n (1 - r) / (2 r).
    return float(n[both].mean()) * (1 - alike) / (2 * alike)


def relevance(measures: Measures, target: Target, prior: Prior) -> Floats:
    """Share of works in the brand's fields, and closeness as its percentile in the pool; each drawn
    to the pool's middle as far as the works are too few to tell it from chance.
    """
    field = measures.fits if target.categories else np.full(len(measures), nan)
    field = prior.field + _own(measures.fielded, prior.field_half) * (field - prior.field)
    near = percentile(measures.close, prior.closeness)
    near = 0.5 + _own(measures.near, prior.near_half) * (near - 0.5)
    both = FIELD * field + NEAR * near
    return np.where(np.isnan(both), np.where(np.isnan(field), near, field), both)


def _own(n: Floats, half: float) -> Floats:
    """What a creator's own works count."""
    return n / np.maximum(n + half, 1e-9)


def tone(measures: Measures, target: Target) -> Floats:
    """1 - Jensen-Shannon divergence in bits between the creator's tone and the brand's."""
    if not target.tone:
        return np.full(len(measures), nan)
    own, wanted = measures.tone, np.array(target.tone)
    wanted = wanted / wanted.sum()
    own = own / own.sum(axis=1, keepdims=True)
    middle = (own + wanted) / 2
    divergence = (_bits(own, middle) + _bits(np.broadcast_to(wanted, own.shape), middle)) / 2
    return np.clip(1 - divergence, 0, 1)


def audience(measures: Measures) -> Floats:
    """Product over dimensions of the overlap to the power of the dimension's weight."""
    return np.exp(measures.audience)


def _bits(one: Floats, other: Floats) -> Floats:
    """Kullback-Leibler divergence in bits; 0 ln 0 is 0."""
    some = one > 0
    share = np.divide(one, other, out=np.ones_like(other), where=some & (other > 0))
    total: Floats = (one * np.log2(share)).sum(axis=1)
    return total
