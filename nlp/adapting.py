"""Learning from corrections: what :mod:`nlp.adapter` applies.

Everything here is deterministic: folds go by a hash of the group, L-BFGS starts from "as before".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

from nlp.adapter import CLASSES, Part, Question, evidence, softmax
from nlp.adapter_features import Context, Grams, grams
from nlp.calibration import threshold

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ids = NDArray[np.int64]
    Function = Callable[[Floats], tuple[float, Floats]]

FOLDS = 5
INNER = 3
"""Folds within a fold, to choose how strong the words' prior is."""

MATRIX_PRIOR = 20.0
"""Precision of A's distance to the identity. People correct what the engine was unsure of; a freer A
would learn from those that it may also turn round what it was sure of."""

BIAS_PRIOR = 5.0
WORD_PRIORS = (0.5, 2.0, 8.0)
"""Precisions tried for W, in labels: with 2 it takes some twenty that agree to move log-odds by 1."""

LEAST = {"train": 20, "calibrate": 10}
"""Labels of each class that are needed. With fewer the figures' intervals span half the scale."""

CALIBRATED_ACCURACY = 0.8
"""How often an answer that is not ``uncertain`` must be right, on labels it was not fitted to."""

UNTIL_KNOWN = 0.5
"""Threshold while a model is being fitted: below it another class could be as likely."""

_STEPS = 200
_MEMORY = 10
_FLAT = 1e-4
"""Largest slope a label at which the search ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """Labelled answers of an engine to one question, a row each."""

    question: Question
    odds: Floats
    """What the engine says, shape (rows, classes)."""
    contexts: Sequence[Context]
    label: Ids
    groups: Sequence[str]
    """Rows of one group (copies, mentions of one text) are never on both sides of a fold."""
    weight: Floats

    def picked(self, rows: NDArray[np.bool_]) -> Labels:
        """Only these rows."""
        return Labels(
            question=self.question, odds=self.odds[rows], label=self.label[rows],
            contexts=[one for one, kept in zip(self.contexts, rows.tolist(), strict=True) if kept],
            groups=[one for one, kept in zip(self.groups, rows.tolist(), strict=True) if kept],
            weight=self.weight[rows],
        )  # fmt: skip

    def missing(self, least: int) -> dict[int, int]:
        """Classes with fewer than *least* groups, and how many they have."""
        found = Counter(dict.fromkeys(range(CLASSES[self.question]), 0))
        found.update(label for label, _ in set(zip(self.label.tolist(), self.groups, strict=True)))
        return {label: number for label, number in sorted(found.items()) if number < least}


def learnt(labels: Labels, *, words: bool) -> tuple[Part, Floats]:
    """A part fitted to *labels*, and for each row the odds by a part that has not seen its group.

    Without *words* only A, b and the threshold are fitted. The strength of the words' prior is
    chosen inside each fold, so that the odds of a row owe nothing to its own label.
    """
    import numpy as np

    unseen = np.zeros_like(labels.odds)
    for held in folds(labels.groups, FOLDS):
        part = _fitted(labels.picked(~held), words=words)
        rest = labels.picked(held)
        unseen[held] = part.odds(rest.odds, rest.contexts)
    part = _fitted(
        labels, words=words, threshold=threshold(unseen, labels.label, right=CALIBRATED_ACCURACY)
    )
    return part, unseen


def folds(groups: Sequence[str], number: int) -> list[NDArray[np.bool_]]:
    """Which rows each of *number* folds holds out."""
    import numpy as np

    ordered = sorted(set(groups), key=lambda one: blake2b(one.encode(errors="surrogatepass")).digest())  # fmt: skip
    fold = {group: place % number for place, group in enumerate(ordered)}
    of = np.array([fold[group] for group in groups])
    return [of == one for one in range(number) if (of == one).any()]


def _fitted(labels: Labels, *, words: bool, threshold: float = UNTIL_KNOWN) -> Part:
    if not words:
        return fit(labels, None, threshold=threshold)
    splits = folds(labels.groups, INNER)
    losses = {prior: _loss(labels, prior, splits) for prior in WORD_PRIORS}
    return fit(labels, min(losses, key=losses.__getitem__), threshold=threshold)


def _loss(labels: Labels, prior: float, splits: Iterable[NDArray[np.bool_]]) -> float:
    """Negative log-likelihood of held-out labels."""
    import numpy as np

    total = 0.0
    for held in splits:
        part, rest = fit(labels.picked(~held), prior), labels.picked(held)
        odds = part.odds(rest.odds, rest.contexts)[np.arange(len(rest.label)), rest.label]
        total -= float(rest.weight @ np.log(np.maximum(odds, 1e-12)))
    return total


def fit(labels: Labels, word_prior: float | None, *, threshold: float = UNTIL_KNOWN) -> Part:
    """The likeliest part given *labels* and the priors; ``None``: no words."""
    import numpy as np

    size, n = CLASSES[labels.question], len(labels.label)
    seen = evidence(labels.odds)
    phi = grams(labels.contexts if word_prior is not None else ())
    buckets, column, phi = _repeated(phi)
    wanted = np.eye(size)[labels.label]
    square, ends = size * size, size * size + size
    prior = np.full(ends + len(buckets) * size, word_prior or 1.0)
    prior[:square], prior[square:ends] = MATRIX_PRIOR, BIAS_PRIOR

    def objective(point: Floats) -> tuple[float, Floats]:
        matrix = np.eye(size) + point[:square].reshape(size, size)
        weights = point[ends:].reshape(-1, size)
        logits = seen @ matrix.T + point[square:ends]
        for label in range(size):
            logits[:, label] += np.bincount(
                phi.rows, phi.values * weights[column, label], minlength=n
            )
        odds = softmax(logits)
        likely = np.log(np.maximum((odds * wanted).sum(axis=1), 1e-300))
        slope = (odds - wanted) * labels.weight[:, None]
        gradient = prior * point
        gradient[:square] += (slope.T @ seen).ravel()
        gradient[square:ends] += slope.sum(axis=0)
        words = gradient[ends:].reshape(-1, size)
        for label in range(size):
            words[:, label] += np.bincount(
                column, phi.values * slope[phi.rows, label], minlength=len(buckets)
            )
        value = -float(labels.weight @ likely) + 0.5 * _dot(prior * point, point)
        return value, gradient

    # The curvature that n rows of three even odds would give, to begin with.
    curved = prior.copy()
    curved[:square] += 0.2 * np.tile(labels.weight @ seen**2, size)
    curved[square:ends] += 0.2 * labels.weight.sum()
    curved[ends:] += 0.2 * np.repeat(np.bincount(column, phi.values**2, len(buckets)), size)
    point = minimum(objective, np.zeros(len(prior)), curved, flat=_FLAT * max(1, n))
    return Part(
        matrix=np.eye(size) + point[:square].reshape(size, size), bias=point[square:ends],
        buckets=buckets, weights=point[ends:].reshape(-1, size), threshold=threshold,
    )  # fmt: skip


def _repeated(phi: Grams) -> tuple[Ids, Ids, Grams]:
    """The n-grams that stand in two rows or more, their columns, and φ of them alone: what was seen
    once says next to nothing of other texts, and is two thirds of all.
    """
    import numpy as np

    buckets, column, times = np.unique(phi.buckets, return_inverse=True, return_counts=True)
    often = times > 1
    kept = often[column]
    places = np.cumsum(often) - 1
    few = Grams(phi.rows[kept], phi.buckets[kept], phi.values[kept])
    return buckets[often], places[column[kept]], few


def minimum(function: Function, start: Floats, curved: Floats, *, flat: float) -> Floats:
    """Where the convex *function* (value and gradient) is least, by L-BFGS with backtracking.

    *curved*: a guess of its second derivatives, to begin with; *flat*: the largest slope left.

    J. Nocedal and S. Wright, "Numerical Optimization" (2006), algorithms 7.4 and 3.1.
    """
    import numpy as np

    point = start
    value, gradient = function(point)
    moves: list[tuple[Floats, Floats, float]] = []
    for _ in range(_STEPS):
        if np.abs(gradient).max() <= flat:
            break
        direction = _direction(gradient, moves, curved)
        slope = _dot(gradient, direction)
        length = 1.0
        while True:
            trial = point + length * direction
            new_value, new_gradient = function(trial)
            if new_value <= value + 1e-4 * length * slope or length < 1e-12:
                break
            length /= 2
        step, change = trial - point, new_gradient - gradient
        point, value, gradient = trial, new_value, new_gradient
        curvature = _dot(step, change)
        if curvature > 1e-12:
            moves = [*moves[1 - _MEMORY :], (step, change, curvature)]
    return point


def _dot(one: Floats, other: Floats) -> float:
    """Their inner product; BLAS would start threads for it, which wait longer than they work."""
    return float((one * other).sum())


def _direction(
    gradient: Floats, moves: Sequence[tuple[Floats, Floats, float]], curved: Floats
) -> Floats:
    """Downhill, bent by the curvature that the last moves met."""
    bent = gradient.copy()
    parts = []
    for step, change, curvature in reversed(moves):
        part = _dot(step, bent) / curvature
        parts.append(part)
        bent -= part * change
    bent /= curved
    for (step, change, curvature), part in zip(moves, reversed(parts), strict=True):
        bent += step * (part - _dot(change, bent) / curvature)
    return -bent
