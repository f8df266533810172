"""A measured number with its interval, and the functions of rows that give such numbers.

A figure is a function of ``weights``, shape (draws, rows): how often each row counts in each draw.
Ones give the figure itself, a bootstrap of texts its interval, both by the same code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tingfeng import Message

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Rows = Callable[[Floats], Floats]
    """Weights, shape (draws, rows), to one value a draw; NaN where the draw has no answer."""

DRAWS = 1000
AT_ONCE = 1 << 21
"""Weights held together: 16 MB, however many rows there are."""

BINS = 15
"""Of equal width, for the calibration error; as in C. Guo et al., "On Calibration of Modern Neural
Networks" (2017)."""

CLOSE = 1e-9
"""Sums of weights that differ by less are equal: .9 of 10 rows is 9 rows."""

ABSENT = Message(
    "数据不足：标注里缺少其中一类", "not enough data: a class is missing among the labels"
)
EMPTY = Message("数据不足：没有这样标注的行", "not enough data: no row is labelled so")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A measured number."""

    n: int
    """Rows it rests on."""

    value: float | None = None
    low: float | None = None
    high: float | None = None
    """95 % interval: percentiles of the draws in which the figure is defined."""

    reason: Message | None = None
    """Why there is no value."""

    def as_json(self) -> dict[str, Any]:
        """Rounded to four digits: more would be noise."""
        found: dict[str, Any] = {
            name: None if (number := getattr(self, name)) is None else round(number, 4)
            for name in ("value", "low", "high")
        }
        found["n"] = self.n
        if self.reason is not None:
            found["reason"] = self.reason.en
        return found


def measured(figures: Mapping[str, Rows], texts: Sequence[str], seed: int) -> dict[str, Figure]:
    """Every figure with its interval, by a bootstrap of *texts*; the same draws for all."""
    import numpy as np

    if not len(texts):
        return {name: Figure(n=0, reason=EMPTY) for name in figures}
    drawn: dict[str, list[Floats]] = {name: [] for name in figures}
    ones = np.ones((1, len(texts)))
    with np.errstate(divide="ignore", invalid="ignore"):
        whole = {name: float(figure(ones)[0]) for name, figure in figures.items()}
        for weights in draws(texts, seed):
            for name, figure in figures.items():
                drawn[name].append(figure(weights))
    return {
        name: _figure(value, np.concatenate(drawn[name]), len(texts))
        for name, value in whole.items()
    }


def _figure(value: float, drawn: Floats, n: int) -> Figure:
    import numpy as np

    if np.isnan(value):
        return Figure(n=n, reason=ABSENT)
    low, high = np.percentile(drawn[~np.isnan(drawn)], [2.5, 97.5]).tolist()
    return Figure(n=n, value=value, low=low, high=high)


def draws(texts: Sequence[str], seed: int, number: int = DRAWS) -> Iterator[Floats]:
    """*number* bootstrap samples of the different *texts*, as weights of rows, some at a time."""
    import numpy as np

    place = {text: number for number, text in enumerate(dict.fromkeys(texts))}
    owner = np.fromiter((place[text] for text in texts), np.intp, len(texts))
    generator, step = np.random.default_rng(seed), max(1, AT_ONCE // len(texts))
    for at in range(0, number, step):
        size = min(step, number - at)
        picked = generator.integers(0, len(place), (size, len(place)))
        picked += np.arange(size)[:, None] * len(place)
        counts = np.bincount(picked.ravel(), minlength=size * len(place))
        yield counts.reshape(size, len(place))[:, owner].astype(np.float64)


def mean(right: NDArray[np.bool_]) -> Rows:
    """Share of rows that are right."""
    return lambda weights: weights @ right / weights.sum(axis=1)


def share(part: NDArray[np.bool_], whole: NDArray[np.bool_]) -> Rows:
    """Share of *part* among the rows of *whole*."""
    return lambda weights: (weights @ part) / (weights @ whole)


def f1(said: NDArray[Any], true: NDArray[Any], label: int) -> Rows:
    """F1 of one class; undefined where no row is of it."""
    import numpy as np

    both, ours, theirs = (said == label) & (true == label), said == label, true == label

    def figure(weights: Floats) -> Floats:
        there = weights @ theirs
        value: Floats = np.where(there > 0, 2 * (weights @ both) / (weights @ ours + there), np.nan)
        return value

    return figure


def macro_f1(said: NDArray[Any], true: NDArray[Any], classes: Sequence[int]) -> Rows:
    """Mean F1 of *classes*; undefined where one of them is missing."""
    each = [f1(said, true, label) for label in classes]
    return lambda weights: sum(figure(weights) for figure in each) / len(each)  # type: ignore[return-value]


def _ranked(score: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Order from the highest score, and where each run of equal scores ends."""
    import numpy as np

    order = np.argsort(-score, kind="stable")
    ends = np.flatnonzero(np.append(np.diff(score[order]) != 0, True))
    return order, ends


def auc(score: Floats, positive: NDArray[np.bool_]) -> Rows:
    """Area under the ROC curve: equal scores count half."""
    import numpy as np

    order, ends = _ranked(score)

    def figure(weights: Floats) -> Floats:
        hits = np.cumsum((weights * positive)[:, order], axis=1)[:, ends]
        misses = np.cumsum((weights * ~positive)[:, order], axis=1)[:, ends]
        zero = np.zeros((len(weights), 1))
        middle = hits + np.hstack([zero, hits[:, :-1]])
        area = (np.diff(misses, axis=1, prepend=zero) * middle).sum(axis=1) / 2
        value: Floats = area / (hits[:, -1] * misses[:, -1])
        return value

    return figure


def recall_at(score: Floats, positive: NDArray[np.bool_], rate: float) -> Rows:
    """The highest recall of a threshold whose false-positive rate is at most *rate*."""
    import numpy as np

    order, ends = _ranked(score)

    def figure(weights: Floats) -> Floats:
        hits = np.cumsum((weights * positive)[:, order], axis=1)[:, ends]
        misses = np.cumsum((weights * ~positive)[:, order], axis=1)[:, ends]
        allowed = misses <= rate * misses[:, -1:] + CLOSE
        best = np.where(allowed, hits, 0).max(axis=1) / hits[:, -1]
        value: Floats = np.where(misses[:, -1] > 0, best, np.nan)
        return value

    return figure


def coverage_at(confidence: Floats, right: NDArray[np.bool_], wanted: float) -> Rows:
    """The largest share of rows, taken from the most confident, of which *wanted* are right.

    Rows of equal confidence are taken together or not at all. No least number is asked for: with
    few rows the interval says how little the share means. 0 where no such share exists.
    """
    import numpy as np

    order, ends = _ranked(confidence)

    def figure(weights: Floats) -> Floats:
        kept = np.cumsum(weights[:, order], axis=1)[:, ends]
        good = np.cumsum((weights * right)[:, order], axis=1)[:, ends]
        fits = good >= wanted * kept - CLOSE
        value: Floats = np.where(fits, kept, 0).max(axis=1) / kept[:, -1]
        return value

    return figure


def calibration_error(confidence: Floats, right: NDArray[np.bool_]) -> Rows:
    """Expected difference of confidence and accuracy, in :data:`BINS` bins of equal width."""
    import numpy as np

    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = np.where(bins[:, None] == np.arange(BINS), (confidence - right)[:, None], 0)
    return lambda weights: np.abs(weights @ gaps).sum(axis=1) / weights.sum(axis=1)
