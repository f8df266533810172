"""Huber's regression and the median absolute deviation: what outliers cannot bend."""

from __future__ import annotations

import numpy as np

from tingfeng.kol.panel import Floats

BEND = 1.345
"""Huber's constant: 95 % of the sharpness of least squares where noise is normal."""
ROUNDS = 50


def deviation(values: Floats) -> float:
    """1.4826 times the median absolute deviation from the median; 0 of nothing."""
    if not len(values):
        return 0.0
    return float(1.4826 * np.median(np.abs(values - np.median(values))))


def huber(design: Floats, values: Floats, ridge: Floats | None = None) -> Floats:
    """Coefficients of *values* on the columns of *design*, (n, k); *ridge* of each, (k,)."""
    penalty = np.diag(np.zeros(design.shape[1]) if ridge is None else ridge)
    weight: Floats = np.ones(len(values))
    found: Floats = np.zeros(design.shape[1])
    for _ in range(ROUNDS):
        weighed = design * weight[:, None]
        normal = weighed.T @ design + penalty
        new: Floats = np.linalg.lstsq(normal, weighed.T @ values, rcond=None)[0].astype(np.float64)
        rest = values - design @ new
        scale = max(deviation(rest), 1e-9)
        weight = np.minimum(1.0, BEND * scale / np.maximum(np.abs(rest), 1e-12))
        settled = np.allclose(new, found, rtol=0, atol=1e-10)
        found = new
        if settled:
            break
    return found


def line(x: Floats, y: Floats) -> tuple[float, float]:
    """Level and slope of *y* on *x*; NaN where all *x* are the same."""
    if len(x) < 2 or np.ptp(x) < 1e-9:
        return float(np.median(y)), float("nan")
    level, slope = huber(np.stack([np.ones_like(x), x], axis=1), y)
    return float(level), float(slope)
