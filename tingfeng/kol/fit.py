"""The three parts that are about the brand: relevance, tone, audience. Each is NaN where not known."""

from __future__ import annotations

from math import nan

import numpy as np

from tingfeng.kol.measures import Measures
from tingfeng.kol.panel import Floats
from tingfeng.kol.target import Target

FIELD, NEAR = 0.6, 0.4
"""Weight of writing in the brand's field, and of being close to what the brand writes itself."""
GRID = np.linspace(0, 1, 101)


def relevance(measures: Measures, target: Target, closeness: Floats) -> Floats:
    """Share of works in the brand's fields, and closeness as its percentile among *closeness*.

    *closeness*: quantiles of the pool at :data:`GRID`; empty: none is known.
    """
    field = measures.fits if target.categories else np.full(len(measures), nan)
    near = np.full(len(measures), nan)
    if len(closeness):
        # Equal quantiles would make the percentile a jump: they are set apart by next to nothing.
        steps = closeness + np.arange(len(closeness)) * 1e-12
        near = np.interp(measures.close, steps, GRID)
    both = FIELD * field + NEAR * near
    return np.where(np.isnan(both), np.where(np.isnan(field), near, field), both)


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
