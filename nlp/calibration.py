"""From how likely an answer is said to be to how often it is right."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST = 0.8
"""Highest threshold: above it little would be left."""


def temperature(logits: NDArray[np.float64], y: NDArray[np.int64]) -> float:
    """What the logits are divided by so that held-out probabilities are likeliest."""
    import numpy as np

    def loss(heat: float) -> float:
        scaled = logits / heat
        scaled = scaled - scaled.max(axis=1, keepdims=True)
        return float((np.log(np.exp(scaled).sum(axis=1)) - scaled[np.arange(len(y)), y]).mean())

    return float(min(np.geomspace(0.2, 5, 200), key=loss))


def odds(logits: NDArray[np.float64], heat: float) -> NDArray[np.float64]:
    """Probabilities (rows, classes) of *logits* at temperature *heat*."""
    import numpy as np

    found: NDArray[np.float64] = np.exp((logits - logits.max(axis=1, keepdims=True)) / heat)
    found /= found.sum(axis=1, keepdims=True)
    return found


def threshold(
    odds: NDArray[np.float64], truth: NDArray[np.intp], *, right: float, least: float = 0.5,
    weights: NDArray[np.float64] | None = None,
) -> float:  # fmt: skip
    """The lowest probability from which answers are *right* so often on average; never under
    *least* (below .5 another class could be as likely) nor over :data:`MOST`.
    """
    import numpy as np

    best, hit = odds.max(axis=1), odds.argmax(axis=1) == truth
    for limit in np.arange(least, MOST, 0.01):
        kept = best >= limit
        if kept.any() and np.average(
            hit[kept], weights=None if weights is None else weights[kept]
        ) >= right:  # fmt: skip
            return round(float(limit), 2)
    return MOST
