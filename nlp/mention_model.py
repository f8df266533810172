"""The shipped model of mentions: attitude to a brand, brand or mere word, advert or not.

Three logistic regressions over the features of :mod:`nlp.mention_features`, with weights of eight
bits. Made by ``nlp/mention_train.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nlp.linear import answer, expanded
from nlp.mention_features import BITS, NAME_GAIN, Place, cues, evidence, name_ids, window, zone_ids
from nlp.registers import REGISTERS
from nlp.weights import filled
from tingfeng import Segmenter, Sentiment

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FORMAT = 1
LANES = ("negative", "positive", "meant", "advert")
"""Columns of the weights: evidence for negative and for positive against neutral, for the brand
against a mere word, for promotion."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What the model says of one place."""

    sentiment: Sentiment
    meant: float
    advert: float


class MentionModel:
    """Sums of weights; some 20,000 places a second."""

    def __init__(self, path: str | None = None, threshold: float | None = None) -> None:
        """*path*: a file by ``nlp.mention_train``; the shipped one by default. *threshold*: below
        this probability attitude is ``uncertain``; the model's own, by register, by default.

        Raises :class:`~tingfeng.ModelError` if the file is missing or of another format.
        """
        self.hash = filled(path, "mentions.npz", self._open, format=FORMAT, bits=BITS)
        if threshold is not None:
            self.thresholds[:] = threshold

    def _open(self, arrays: dict[str, Any]) -> None:
        import numpy as np

        table = np.zeros((1 << BITS, len(LANES)), np.int16)
        table[np.cumsum(arrays["gaps"], dtype=np.int64)] = expanded(arrays["weights"])
        # The four weights of a bucket in one word: one look into memory instead of four.
        self._rows = table.view(np.int64).ravel()
        self._scale: Floats = arrays["scale"]
        self._signs: Floats = arrays["signs"].astype(np.float64)
        self._bias: Floats = arrays["bias"]
        self.temperatures: Floats = arrays["temperatures"].copy()
        self.thresholds: Floats = arrays["thresholds"].copy()

    def logits(
        self, places: Sequence[Place], whole: Floats, clause: Floats, segment: Segmenter
    ) -> Floats:
        """Uncalibrated evidence, shape (places, 4), in the order of :data:`LANES`. *whole* and
        *clause*: calibrated log-odds of the post model, shape (places, 2).
        """
        import numpy as np

        seen = [window(place) for place in places]
        zones, starts = zone_ids(seen)
        totals = np.zeros((len(places), len(LANES)))
        for orders in zones:
            summed = np.zeros((len(orders[0]), len(LANES)), np.int32)
            count = np.zeros(len(orders[0]), np.int32)
            for ids in orders:
                summed += self._rows[ids].view(np.int16).reshape(-1, len(LANES))
                count += ids != 0
            number = np.maximum(np.add.reduceat(count, starts), 1)
            totals += np.add.reduceat(summed, starts, axis=0) / np.sqrt(number)[:, None]
        names = name_ids(places)
        summed = self._rows[names].view(np.int16).reshape(*names.shape, len(LANES)).sum(axis=1)
        totals += summed * (NAME_GAIN / np.sqrt(names.shape[1]))
        signs = np.array([cues(p, w, segment) for p, w in zip(places, seen, strict=True)])
        dense = np.column_stack([evidence(whole, clause), signs])
        scores: Floats = totals * self._scale + dense @ self._signs + self._bias
        return scores

    def __call__(
        self, places: Sequence[Place], whole: Floats, clause: Floats, segment: Segmenter
    ) -> list[Judged]:
        """One answer a place, in order; arguments as of :meth:`logits`."""
        if not places:
            return []
        import numpy as np

        kinds = np.array([REGISTERS.index(place.register) for place in places])
        scores = self.logits(places, whole, clause, segment)
        stance = self.calibrated(scores[:, :2], kinds)
        meant, advert = (1 / (1 + np.exp(-np.clip(scores[:, lane], -30, 30))) for lane in (2, 3))
        limits = self.thresholds[kinds].tolist()
        return [
            Judged(answer(negative, neutral, positive, limit), brand, promotion)
            for (negative, neutral, positive), limit, brand, promotion in zip(
                stance.tolist(), limits, meant.tolist(), advert.tolist(), strict=True
            )
        ]

    def calibrated(self, scores: Floats, kinds: NDArray[np.intp]) -> Floats:
        """Probabilities of negative, neutral and positive, shape (rows, 3), in registers *kinds*."""
        import numpy as np

        heated = scores / self.temperatures[kinds][:, None]
        three = np.column_stack([heated[:, 0], np.zeros(len(heated)), heated[:, 1]])
        odds: Floats = np.exp(three - three.max(axis=1, keepdims=True))
        odds /= odds.sum(axis=1, keepdims=True)
        return odds
