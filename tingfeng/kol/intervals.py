"""How far off a score may be: by chance of few works, and by what is not known at all."""

from __future__ import annotations

import numpy as np

from tingfeng.kol.panel import Floats
from tingfeng.kol.parts import LOWEST, Parts
from tingfeng.kol.pool import Pool

HALF = 1.2816
"""Standard errors that hold 80 % of normal noise: an interval is meant to hold four times in five."""


def intervals(found: Parts, pool: Pool, values: Floats) -> tuple[Floats, Floats]:
    """Low and high of each part, (creators, 7): its error, and the pool's 10th and 90th percentile.

    The latter stand for as much of the part as is not known.
    """
    raw = np.where(np.isnan(found.raw), values, found.raw)
    low = found.sure * (raw - HALF * found.error) + (1 - found.sure) * pool.at(0.10)
    high = found.sure * (raw + HALF * found.error) + (1 - found.sure) * pool.at(0.90)
    low, high = np.clip(low, LOWEST, 1), np.clip(high, LOWEST, 1)
    return np.minimum(low, values), np.maximum(high, values)


def around(values: Floats, low: Floats, high: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Factors by which the weighted geometric mean may be lower and higher.

    Parts err independently, so their distances add up as squares; all at their worst at once, as the
    simple sum would have it, is far rarer than one time in ten.
    """
    down = (weights * np.log(values / low)) ** 2
    up = (weights * np.log(high / values)) ** 2
    return np.exp(-np.sqrt(down.sum(axis=1))), np.exp(np.sqrt(up.sum(axis=1)))
