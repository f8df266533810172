"""Learning from corrections: what :mod:`nlp.adapter` applies.

Everything here is deterministic: folds go by a hash of the group. How strongly words may speak is
chosen by repeated cross-validation, and what the choice brings is judged by labels outside of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nlp.adapter import Part, evidence
from nlp.adapter_features import grams
from nlp.adapter_fitting import Fitting, fit
from nlp.adapter_labels import Labels, folds
from nlp.calibration import threshold

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FOLDS = 5

INNER, REPEATS = 3, 3
"""Folds within a fold, to choose how strong the words' prior is, and by how many partitions: by one
alone the choice would be a matter of which label stands on which side."""

WORD_PRIORS = (None, 32.0, 16.0, 8.0, 4.0, 2.0, 1.0, 0.5)
"""Precisions tried for W, in labels, the weakest model first; ``None``: no words at all. With 2 it
takes some twenty labels that agree to move log-odds by 1. Steps of two, so that a neighbour's choice
is nearly the same model."""

LEAST = {"train": 20, "calibrate": 10}
"""Labels of each class that are needed. With fewer the figures' intervals span half the scale."""

CALIBRATED_ACCURACY = 0.8
"""How often an answer that is not ``uncertain`` must be right, on labels it was not fitted to."""


def learnt(labels: Labels, *, words: bool) -> tuple[Part, Floats]:
    """A part fitted to *labels*, and for each row the odds by a part that has not seen its group.

    Without *words* only A, b and the threshold are fitted. The strength of the words' prior is
    chosen inside each fold, so that the odds of a row owe nothing to its own label.
    """
    import numpy as np

    unseen = np.zeros_like(labels.odds)
    for held in folds(labels.groups, FOLDS):
        known, rest = labels.picked(~held), labels.picked(held)
        part = fit(known, strength(known) if words else None)
        unseen[held] = part.odds(rest.odds, rest.contexts)
    limit = threshold(unseen, labels.label, right=CALIBRATED_ACCURACY)
    return fit(labels, strength(labels) if words else None, threshold=limit), unseen


def strength(labels: Labels) -> float | None:
    """Which of :data:`WORD_PRIORS` *labels* themselves speak for.

    The weakest model that is no more than one standard error worse than the best: where words bring
    nothing beyond chance it is none, and where they bring much it is nearly the best one. The error
    is that of what the best one brings over no words, the same for all: the choice then goes down
    with the gain step by step, not from all to nothing.

    L. Breiman et al., "Classification and Regression Trees" (1984), 3.4.3: the one-SE rule.
    """
    import numpy as np

    losses = _losses(labels)
    total = losses.sum(axis=1)
    best = int(total.argmin())
    gain = losses[0] - losses[best]
    error = float(np.sqrt(len(gain)) * gain.std())
    return WORD_PRIORS[int(np.flatnonzero(total <= total[best] + error)[0])]


def _losses(labels: Labels) -> Floats:
    """Negative log-likelihood of each group where it is held out, shape (priors, groups), by the
    mean of :data:`REPEATS` partitions.
    """
    import numpy as np

    names, of = np.unique(np.array(labels.groups, object), return_inverse=True)
    total = np.zeros((len(WORD_PRIORS), len(names)))
    for seed in range(1, REPEATS + 1):
        for held in folds(labels.groups, INNER, seed=seed):
            fitting, rest = Fitting(labels.picked(~held), words=True), labels.picked(held)
            seen, phi, rows = evidence(rest.odds), grams(rest.contexts), np.arange(len(rest.label))
            for loss, prior in zip(total, WORD_PRIORS, strict=True):
                odds = fitting.part(prior).moved(seen, phi)[rows, rest.label]
                loss += np.bincount(
                    of[held], -rest.weight * np.log(np.maximum(odds, 1e-12)), len(names)
                )
    return total / REPEATS
