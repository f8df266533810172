"""What an author feels, of six: hashed words and pairs of characters, weights of eight bits.

It shares the n-grams of :mod:`nlp.linear`, and sums six weights with two additions: three of them
lie side by side in each 64-bit word.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from nlp.weights import filled
from tingfeng import FEELINGS, Emotion

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ids = NDArray[np.int32]

BITS = 20
"""Buckets: 2 ** 22 gains nothing, 2 ** 17 costs a point of macro-F1 (cross-validation)."""

DROPPED = 2
"""Bits of the post model's buckets that are not used here."""

FORMAT = 1
LARGEST = 511
"""Of a weight; with as much added it is never negative, and takes ten bits."""

LANE = 21
"""Bits of a sum; three of them fit into 64."""

AT_ONCE = 1 << (LANE - 10)
"""N-grams whose weights a lane can sum."""


class EmotionModel:
    """Probabilities of :data:`tingfeng.FEELINGS`."""

    def __init__(self, path: str | None = None) -> None:
        """*path*: a file by ``nlp.emotion_train``; the shipped one by default.

        Raises :class:`~tingfeng.ModelError` if the file is missing or of another format.
        """
        self.hash = filled(path, "emotion.npz", self._open, format=FORMAT, bits=BITS)

    def _open(self, arrays: dict[str, Any]) -> None:
        import numpy as np

        part = arrays["weights"].astype(np.float64) / 127
        keep = np.cumsum(arrays["gaps"], dtype=np.int64)
        weights = np.rint(np.sign(part) * part * part * LARGEST) + LARGEST
        self._words = []
        for at in (0, 3):
            shifts = np.array([0, LANE, 2 * LANE], np.uint64)
            words = np.full(1 << BITS, (np.uint64(LARGEST) << shifts).sum(), np.uint64)
            words[keep] = (weights[:, at : at + 3].astype(np.uint64) << shifts).sum(axis=1)
            words[0] = 0
            self._words.append(words)
        self._scale = float(arrays["scale"])
        self._bias = arrays["bias"]
        self._temperature = float(arrays["temperature"])

    def logits(self, grams: Sequence[tuple[Ids, NDArray[np.intp]]]) -> NDArray[np.float64]:
        """Uncalibrated evidence, shape (texts, 6). *grams*: buckets of the pairs of characters and
        of the words, as :func:`nlp.linear.char_grams` and ``word_grams`` give them, each with where
        the texts start in it.
        """
        import numpy as np

        totals = np.zeros((len(grams[0][1]), len(FEELINGS)))
        counts = np.zeros(len(grams[0][1]))
        for ids, starts in grams:
            number = np.add.reduceat(ids != 0, starts, dtype=np.int64)
            counts += number
            totals += self._summed(ids >> DROPPED, starts)
            totals -= (LARGEST * number)[:, None]
        scores: NDArray[np.float64] = totals * (self._scale / np.sqrt(np.maximum(counts, 1)))[:, None] + self._bias  # fmt: skip
        return scores

    def _summed(self, ids: Ids, starts: NDArray[np.intp]) -> NDArray[np.float64]:
        import numpy as np

        cuts = np.unique(np.concatenate([starts, np.arange(0, len(ids), AT_ONCE)]))
        back = np.searchsorted(cuts, starts)
        lanes = []
        for words in self._words:
            sums = np.add.reduceat(words[ids], cuts)
            for lane in range(3):
                part = (sums >> np.uint64(lane * LANE)) & np.uint64((1 << LANE) - 1)
                lanes.append(np.add.reduceat(part.astype(np.float64), back))
        return np.column_stack(lanes)

    def read(self, grams: Sequence[tuple[Ids, NDArray[np.intp]]]) -> list[Emotion]:
        """One answer a text, in order; *grams* as of :meth:`logits`."""
        import numpy as np

        heated = self.logits(grams) / self._temperature
        odds = np.exp(heated - heated.max(axis=1, keepdims=True))
        odds /= odds.sum(axis=1, keepdims=True)
        return [Emotion(odds=tuple(row)) for row in odds.tolist()]
