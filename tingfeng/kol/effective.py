"""Effective followers: not those that a jump brought, and not more than engagement bears out."""

from __future__ import annotations

import numpy as np

from tingfeng.kol.engagement import Engagement
from tingfeng.kol.measures import Measures
from tingfeng.kol.panel import Floats


def effective(measures: Measures, found: Engagement) -> Floats:
    """min(followers - unexplained growth, followers that the engagement implies); NaN: not said.

    Implied: the second smallest, over comments, saves and shares, of the number of followers at which
    as much would be at the 10th percentile of the reference curve. Buying one channel does not raise
    it, nor do followers.
    """
    grown = measures.followers - np.nan_to_num(measures.unexplained)
    implied = np.exp(np.minimum(np.where(np.isnan(found.implied), np.inf, found.implied), 30.0))
    return np.maximum(0, np.minimum(grown, implied))
