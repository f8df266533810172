"""The likeliest :class:`nlp.adapter.Part` given labels and priors: convex, so there is but one.

Deterministic: L-BFGS starts from "as before", or from the part under another prior.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from nlp.adapter import CLASSES, Part, evidence, softmax
from nlp.adapter_features import Grams, grams
from nlp.adapter_labels import Labels

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ids = NDArray[np.int64]
    Function = Callable[[Floats], tuple[float, Floats]]

MATRIX_PRIOR = 20.0
"""Precision of A's distance to the identity. People correct what the engine was unsure of; a freer A
would learn from those that it may also turn round what it was sure of."""

BIAS_PRIOR = 5.0

UNTIL_KNOWN = 0.5
"""Threshold while a model is being fitted: below it another class could be as likely."""

_STEPS = 200
_MEMORY = 10
_FLAT = 1e-4
"""Largest slope a label at which the search ends."""


def fit(labels: Labels, word_prior: float | None, *, threshold: float = UNTIL_KNOWN) -> Part:
    """The likeliest part given *labels* and the priors; ``None``: no words."""
    return Fitting(labels, words=word_prior is not None).part(word_prior, threshold=threshold)


class Fitting:
    """Parts fitted to the same labels under one prior of the words after another."""

    def __init__(self, labels: Labels, *, words: bool) -> None:
        import numpy as np

        self._labels = labels
        self._seen = evidence(labels.odds)
        self._buckets, self._column, self._phi = _repeated(grams(labels.contexts if words else ()))
        self._size = CLASSES[labels.question]
        self._wanted = np.eye(self._size)[labels.label]
        self._ends = self._size * (self._size + 1)
        self._last = np.zeros(self._ends + len(self._buckets) * self._size)

    def part(self, word_prior: float | None, *, threshold: float = UNTIL_KNOWN) -> Part:
        """The likeliest part under a prior of this precision; ``None``: no words."""
        import numpy as np

        size, square, ends = self._size, self._size**2, self._ends
        buckets = self._buckets if word_prior is not None else self._buckets[:0]
        prior = np.full(ends + len(buckets) * size, word_prior or 1.0, float)
        prior[:square], prior[square:ends] = MATRIX_PRIOR, BIAS_PRIOR
        start = self._last[: len(prior)]
        flat = _FLAT * max(1, len(self._labels.label))
        point = minimum(self._objective(prior), start, self._curved(prior), flat=flat)
        # The next prior is near this one, and so is what it leads to.
        self._last = np.concatenate([point, self._last[len(point) :]])
        return Part(
            matrix=np.eye(size) + point[:square].reshape(size, size), bias=point[square:ends],
            buckets=buckets, weights=point[ends:].reshape(-1, size), threshold=threshold,
        )  # fmt: skip

    def _objective(self, prior: Floats) -> Function:
        """Value and gradient: the labels' surprise, and how far from the priors' middle."""
        import numpy as np

        size, square, ends, seen = self._size, self._size**2, self._ends, self._seen
        wanted, weight, n = self._wanted, self._labels.weight, len(self._labels.label)
        phi, column, words = self._phi, self._column, len(prior) > ends

        def objective(point: Floats) -> tuple[float, Floats]:
            matrix = np.eye(size) + point[:square].reshape(size, size)
            logits = seen @ matrix.T + point[square:ends]
            if words:
                weights = point[ends:].reshape(-1, size)
                for label in range(size):
                    values = phi.values * weights[column, label]
                    logits[:, label] += np.bincount(phi.rows, values, minlength=n)
            odds = softmax(logits)
            likely = np.log(np.maximum((odds * wanted).sum(axis=1), 1e-300))
            slope = (odds - wanted) * weight[:, None]
            gradient = prior * point
            gradient[:square] += (slope.T @ seen).ravel()
            gradient[square:ends] += slope.sum(axis=0)
            if words:
                of = gradient[ends:].reshape(-1, size)
                for label in range(size):
                    values = phi.values * slope[phi.rows, label]
                    of[:, label] += np.bincount(column, values, minlength=len(of))
            value = -float(weight @ likely) + 0.5 * _dot(prior * point, point)
            return value, gradient

        return objective

    def _curved(self, prior: Floats) -> Floats:
        """The curvature that n rows of three even odds would give, to begin with."""
        import numpy as np

        size, square, ends, weight = self._size, self._size**2, self._ends, self._labels.weight
        curved = prior.copy()
        curved[:square] += 0.2 * np.tile(weight @ self._seen**2, size)
        curved[square:ends] += 0.2 * weight.sum()
        if len(prior) > ends:
            often = np.bincount(self._column, self._phi.values**2, len(self._buckets))
            curved[ends:] += 0.2 * np.repeat(often, size)
        return curved


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
