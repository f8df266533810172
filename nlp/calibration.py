"""From how likely an answer is said to be to how often it is right."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CALIBRATED_ACCURACY = 0.87
"""An answer is ``uncertain`` below the probability from which held-out answers are this often
right on average."""


def temperature(logits: NDArray[np.float64], y: NDArray[np.int64]) -> float:
    """What the logits are divided by so that held-out probabilities are likeliest."""
    import numpy as np

    def loss(heat: float) -> float:
        scaled = logits / heat
        scaled = scaled - scaled.max(axis=1, keepdims=True)
        return float((np.log(np.exp(scaled).sum(axis=1)) - scaled[np.arange(len(y)), y]).mean())

    return float(min(np.geomspace(0.2, 5, 200), key=loss))


def threshold(logits: NDArray[np.float64], y: NDArray[np.int64], heat: float) -> float:
    """The lowest probability from which answers are right :data:`CALIBRATED_ACCURACY` of the
    time; never under .5 (then another class could be as likely) nor over .8.
    """
    import numpy as np

    odds = np.exp((logits - logits.max(axis=1, keepdims=True)) / heat)
    odds /= odds.sum(axis=1, keepdims=True)
    best, right = odds.max(axis=1), odds.argmax(axis=1) == y
    for limit in np.arange(0.5, 0.8, 0.01):
        kept = right[best >= limit]
        if len(kept) and kept.mean() >= CALIBRATED_ACCURACY:
            return round(float(limit), 2)
    return 0.8
