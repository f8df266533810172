"""Turns scores of mentions into probabilities, by register, and says where they are too low."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from nlp.calibration import threshold
from nlp.registers import REGISTERS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

log = logging.getLogger(__name__)

RIGHT = 0.75
"""An answer is ``uncertain`` below the probability from which held-out answers are this often right
on average; on the whole the model is right .7 of the time. At .8 a third would be uncertain."""

LEAST = 0.4
"""Lowest threshold: below it two of three classes are about as likely."""

ENOUGH = 300
"""Rows. A register with fewer takes the figures of long posts."""


def shares(scores: Floats, heat: float) -> Floats:
    """Probabilities (rows, 3) of *scores* (rows, 2) for negative and positive against neutral."""
    import numpy as np

    two = scores / heat
    three = np.column_stack([two[:, 0], np.zeros(len(two)), two[:, 1]])
    odds: Floats = np.exp(three - three.max(axis=1, keepdims=True))
    odds /= odds.sum(axis=1, keepdims=True)
    return odds


def heat(scores: Floats, truth: NDArray[np.intp], weights: Floats) -> float:
    """What *scores* are divided by so that held-out answers are likeliest."""
    import numpy as np

    def loss(value: float) -> float:
        own = shares(scores, value)[np.arange(len(truth)), truth]
        return float(-(weights * np.log(np.maximum(own, 1e-9))).sum())

    return float(min(np.geomspace(0.5, 4, 100), key=loss))


def calibrate(
    arrays: dict[str, Any], scores: Floats, truth: NDArray[np.intp], kinds: NDArray[np.intp],
    weights: Floats,
) -> None:  # fmt: skip
    """Fill in temperatures and thresholds of *arrays*.

    *scores* (rows, 2) of labelled rows, each by a model that has not seen its text, with their
    classes, registers and weights.

    The labelled rows hold more negative ones than people write. How common each attitude is among
    mentions as they come cannot be estimated from scores (expectation maximisation was tried: for
    reviews it ended at five stars only), so the odds are those of the labelled rows.
    """
    import numpy as np

    for place in (REGISTERS.index(kind) for kind in ("long", "review", "short", "news")):
        own = kinds == place
        if own.sum() < ENOUGH:
            for name in ("temperatures", "thresholds"):
                arrays[name][place] = arrays[name][REGISTERS.index("long")]
            log.info("%s: as long posts (%d labelled)", REGISTERS[place], own.sum())
            continue
        warm = heat(scores[own], truth[own], weights[own])
        odds = shares(scores[own], warm)
        arrays["temperatures"][place] = warm
        arrays["thresholds"][place] = threshold(
            odds, truth[own], right=RIGHT, least=LEAST, weights=weights[own]
        )
        right = np.average(odds.argmax(axis=1) == truth[own], weights=weights[own])
        kept = (odds.max(axis=1) >= arrays["thresholds"][place]).mean()
        log.info("%s: %d labelled, temperature %.2f, right %.3f, threshold %.2f keeps %.2f",
                 REGISTERS[place], own.sum(), warm, right, arrays["thresholds"][place], kept)  # fmt: skip


def best_shift(scores: Floats, truth: NDArray[np.bool_]) -> float:
    """What is added to *scores* so that calling what is above 0 true has the best F1."""
    import numpy as np

    def f1(shift: float) -> float:
        said = scores + shift > 0
        return float(2 * (said & truth).sum() / max(1, said.sum() + truth.sum()))

    return float(max(np.arange(-2, 3, 0.1).round(1), key=f1))
