"""Turns scores of mentions into probabilities that hold for mentions as they come."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from nlp.registers import REGISTERS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

log = logging.getLogger(__name__)

RIGHT = 0.8
"""An answer is ``uncertain`` below the probability from which held-out answers are this often right
on average; on the whole the model is right .7 of the time."""

LEAST = 0.4
"""Lowest threshold: below it two of three classes are about as likely."""

ENOUGH = 300
"""Rows. A register with fewer takes the figures of long posts."""


def shares(scores: Floats, heat: float, shift: Floats | float = 0.0) -> Floats:
    """Probabilities (rows, 3) of *scores* (rows, 2) for negative and positive against neutral."""
    import numpy as np

    two = scores / heat + shift
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


def prevalence(odds: Floats, before: Floats) -> Floats:
    """How common the classes are among unlabelled rows, whose *odds* come from a model trained where
    they were as common as *before*: expectation maximisation after M. Saerens, P. Latinne and
    C. Decaestecker, "Adjusting the Outputs of a Classifier to New a Priori Probabilities" (2002).
    """
    import numpy as np

    now = before.copy()
    for _ in range(200):
        adjusted = odds * (now / before)
        adjusted /= adjusted.sum(axis=1, keepdims=True)
        step = adjusted.mean(axis=0)
        if np.abs(step - now).max() < 1e-5:
            break
        now = step
    return now


def threshold(odds: Floats, truth: NDArray[np.intp], weights: Floats) -> float:
    """The lowest probability from which answers are right :data:`RIGHT` of the time."""
    import numpy as np

    best, right = odds.max(axis=1), odds.argmax(axis=1) == truth
    for limit in np.arange(LEAST, 0.8, 0.01):
        kept = best >= limit
        if kept.any() and np.average(right[kept], weights=weights[kept]) >= RIGHT:
            return round(float(limit), 2)
    return 0.8


def calibrate(
    arrays: dict[str, Any], scores: Floats, truth: NDArray[np.intp], kinds: NDArray[np.intp],
    weights: Floats, loose: Floats, loose_kinds: NDArray[np.intp],
) -> None:  # fmt: skip
    """Fill in temperatures, priors and thresholds of *arrays*.

    *scores* (rows, 2) of labelled rows, each by a model that has not seen its text, with their
    classes, registers and weights; *loose*: scores of unlabelled mentions as they come.
    """
    import numpy as np

    for place in (REGISTERS.index(kind) for kind in ("long", "review", "short", "news")):
        own, free = kinds == place, loose_kinds == place
        if own.sum() < ENOUGH or free.sum() < ENOUGH:
            given = REGISTERS.index("long")
            for name in ("temperatures", "priors", "thresholds"):
                arrays[name][place] = arrays[name][given]
            log.info("%s: as long posts (%d labelled, %d loose)", REGISTERS[place], own.sum(), free.sum())  # fmt: skip
            continue
        warm = heat(scores[own], truth[own], weights[own])
        sums = np.array([weights[own & (truth == label)].sum() for label in range(3)])
        before = sums / sums.sum()
        now = prevalence(shares(loose[free], warm), before)
        shift = np.log(now / before)
        arrays["temperatures"][place] = warm
        arrays["priors"][place] = [shift[0] - shift[1], shift[2] - shift[1]]
        odds = shares(scores[own], warm, arrays["priors"][place])
        natural = weights[own] * (now / before)[truth[own]]
        arrays["thresholds"][place] = threshold(odds, truth[own], natural)
        right = np.average(odds.argmax(axis=1) == truth[own], weights=natural)
        log.info("%s: %d labelled, %d loose, temperature %.2f, shares %s -> %s, right %.3f, threshold %.2f",
                 REGISTERS[place], own.sum(), free.sum(), warm, before.round(3), now.round(3), right,
                 arrays["thresholds"][place])  # fmt: skip


def best_shift(scores: Floats, truth: NDArray[np.bool_]) -> float:
    """What is added to *scores* so that calling what is above 0 true has the best F1."""
    import numpy as np

    def f1(shift: float) -> float:
        said = scores + shift > 0
        return float(2 * (said & truth).sum() / max(1, said.sum() + truth.sum()))

    return float(max(np.arange(-2, 3, 0.1).round(1), key=f1))
