"""The shipped sentiment model: hashed n-grams, eight-bit weights, numpy and nothing else.

After S. Wang and C. Manning, "Baselines and Bigrams: Simple, Good Sentiment and Topic
Classification" (ACL 2012), with three classes, hashing and pruning. Made by ``nlp/train.py``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from nlp.registers import register
from nlp.weights import filled
from tingfeng import Label, Register, Sentiment

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Codes = NDArray[np.uint32]
    Grams = tuple[list[NDArray[np.int32]], NDArray[np.intp]]
    Beside = Callable[[Grams, Grams], None]

BITS = 22
"""4.2 million buckets: 2 ** 20 costs half a point of accuracy, 2 ** 24 gains nothing."""

ORDERS = 4
"""Characters 1 to 4; words 1 to 2."""

AT_ONCE = 1 << 20
"""Characters whose n-grams are held together, at some 60 bytes each: a batch of ordinary posts has
a fifth of that, and ten posts of a million characters must not need gigabytes."""

FORMAT = 1
REGISTERS: tuple[Register, ...] = ("short", "long", "review")
"""Those that have labels to be calibrated on; news is read as other long texts are."""


def mixed(hashes: Codes, salt: int) -> NDArray[np.int32]:
    """Buckets 1 … 2 ** BITS - 1 of 32-bit hashes; bucket 0 is nobody's and weighs nothing."""
    import numpy as np

    stirred = (hashes ^ np.uint32(salt)) * np.uint32(0x2C1B3C6D)
    stirred ^= stirred >> np.uint32(15)
    stirred *= np.uint32(0x297A2D39)
    buckets: NDArray[np.int32] = np.maximum(stirred >> np.uint32(32 - BITS), 1).astype(np.int32)
    return buckets


def _codes(joined: str) -> Codes:
    import numpy as np

    return np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def char_grams(texts: Sequence[str]) -> Grams:
    """Buckets of the n-grams that begin at each character, an array an order, all of one length;
    0 where none begins. Second: where each text starts in them.
    """
    import numpy as np

    codes = _codes("\0".join([text.replace("\0", " ") for text in texts]) + "\0")
    lengths = np.fromiter(map(len, texts), np.intp, len(texts)) + 1
    starts = np.concatenate([np.zeros(1, np.intp), np.cumsum(lengths)[:-1]])
    valid = codes != 0
    inside, hashes = valid.copy(), codes.copy()
    orders = []
    for order in range(1, ORDERS + 1):
        if order > 1:
            hashes[: 1 - order] = hashes[: 1 - order] * np.uint32(0x01000193) + codes[order - 1 :]
            inside[: 1 - order] &= valid[order - 1 :]
            inside[1 - order :] = False
        orders.append(np.where(inside, mixed(hashes, 0x9E3779B9 * order & 0xFFFFFFFF), 0))
    return orders, starts


@cache
def _wordlike() -> NDArray[np.bool_]:
    """Which first characters make a word: letters, digits, and the bracket of an emoticon."""
    import numpy as np

    table = np.fromiter((chr(code).isalnum() for code in range(0x10000)), np.bool_, 0x10000)
    table[[ord("["), ord("_")]] = True
    return table


def word_grams(tokens: Sequence[Sequence[str]]) -> Grams:
    """Like :func:`char_grams` for single words and pairs; punctuation is passed over."""
    import numpy as np

    words = [word for text in tokens for word in (*text, "\0")]
    codes = _codes("".join(words))
    ends = np.cumsum(np.fromiter(map(len, words), np.intp, len(words)))
    begins = np.concatenate([np.zeros(1, np.intp), ends[:-1]])
    # A polynomial hash of any slice from prefix sums: sum of c[i] * B ** i, divided by B ** start.
    powers, inverses = _powers(1 << len(codes).bit_length())
    sums = np.concatenate(
        [np.zeros(1, np.uint32), np.cumsum(codes * powers[: len(codes)], dtype=np.uint32)]
    )
    hashes = (sums[ends] - sums[begins]) * inverses[begins]
    first = codes[np.minimum(begins, len(codes) - 1)]
    is_word = np.ones(len(words), np.bool_)
    is_word[np.cumsum(np.fromiter(map(len, tokens), np.intp, len(tokens)) + 1) - 1] = False
    wordlike = (first > 0xFFFF) | _wordlike()[np.minimum(first, 0xFFFF)]
    keep = ((ends > begins) & wordlike) | ~is_word
    hashes, is_word = hashes[keep], is_word[keep]
    singles = np.where(is_word, mixed(hashes, 0x85EBCA6B), 0)
    pairs = np.zeros_like(singles)
    both = is_word[:-1] & is_word[1:]
    two = mixed(hashes[:-1] * np.uint32(0x01000193) + hashes[1:], 0xC2B2AE35)
    pairs[:-1] = np.where(both, two, 0)
    stops = np.flatnonzero(~is_word)
    return [singles, pairs], np.concatenate([np.zeros(1, np.intp), stops[:-1] + 1])


@cache
def _powers(size: int) -> tuple[Codes, Codes]:
    import numpy as np

    base = 0x01000193
    inverse = pow(base, -1, 1 << 32)
    ones = np.ones(size, np.uint32)
    up, down = ones.copy(), ones.copy()
    up[1:], down[1:] = base, inverse
    return np.multiply.accumulate(up, dtype=np.uint32), np.multiply.accumulate(
        down, dtype=np.uint32
    )


FULL = 8191
"""Largest weight: the sum of one of each of four orders still fits in 16 bits."""


def expanded(codes: NDArray[np.int8]) -> NDArray[np.int16]:
    """Weights behind eight-bit codes, which grow with the root of a weight: 不 and 差 weigh a
    hundred standard deviations, and a linear scale would cut them off or lose all others.
    """
    import numpy as np

    part = codes.astype(np.float64) / 127
    return np.rint(np.sign(part) * part * part * FULL).astype(np.int16)


class LinearSentiment:
    """Three calibrated probabilities from summed weights of n-grams; 2 MB on disk, 17 in memory."""

    def __init__(self, path: str | None = None, threshold: float | None = None) -> None:
        """*path*: a file by ``nlp.train``; the shipped one by default. *threshold*: below this
        probability the label is ``uncertain``; the model's own by default.

        Raises :class:`~tingfeng.ModelError` if the file is missing or of another format.
        """
        digest = filled(path, "linear.npz", self._open, format=FORMAT, bits=BITS)
        if threshold is not None:
            self.thresholds = dict.fromkeys(REGISTERS, threshold)
        mark = "" if threshold is None else f"@{threshold:g}"
        self.version = f"linear-{digest}{mark}"

    def _open(self, arrays: dict[str, Any]) -> None:
        import numpy as np

        table = np.zeros((1 << BITS, 2), np.int16)
        table[np.cumsum(arrays["gaps"], dtype=np.int64)] = expanded(arrays["weights"])
        # Both weights of a bucket in one word: one look into memory instead of two.
        self._pairs = table.view(np.int32).ravel()
        self._scale = arrays["scale"]
        self._bias = arrays["bias"]
        self.temperatures = dict(zip(REGISTERS, arrays["temperatures"].tolist(), strict=True))
        self.thresholds = dict(zip(REGISTERS, arrays["thresholds"].tolist(), strict=True))

    def logits(
        self, texts: Sequence[str], tokens: Sequence[Sequence[str]], beside: Beside | None = None
    ) -> NDArray[np.float64]:
        """Uncalibrated evidence, shape (texts, 3): negative, neutral (always 0), positive. *beside*
        is shown the n-grams of all texts, some texts at a time, in order.
        """
        import numpy as np

        totals = np.zeros((len(texts), 2), np.int64)
        counts = np.zeros(len(texts), np.int64)
        for part in _parts(texts):
            found = char_grams(texts[part]), word_grams(tokens[part])
            for orders, starts in found:
                summed = np.zeros((len(orders[0]), 2), np.int16)
                number = np.zeros(len(orders[0]), np.int16)
                for buckets in orders:
                    summed += self._pairs[buckets].view(np.int16).reshape(-1, 2)
                    number += buckets != 0
                totals[part] += np.add.reduceat(summed, starts, axis=0, dtype=np.int64)
                counts[part] += np.add.reduceat(number, starts, dtype=np.int64)
            if beside:
                beside(*found)
        scaled = totals * self._scale / np.sqrt(np.maximum(counts, 1))[:, None] + self._bias
        return np.column_stack([scaled[:, 0], np.zeros(len(texts)), scaled[:, 1]])

    def log_odds(
        self, texts: Sequence[str], tokens: Sequence[Sequence[str]], registers: Sequence[Register]
    ) -> NDArray[np.float64]:
        """Calibrated log-odds of negative and positive against neutral, shape (texts, 2)."""
        import numpy as np

        if not texts:
            return np.zeros((0, 2))
        heats = np.array([self.temperatures[_calibrated(kind)] for kind in registers])
        odds: NDArray[np.float64] = self.logits(texts, tokens)[:, [0, 2]] / heats[:, None]
        return odds

    def __call__(
        self,
        texts: Sequence[str],
        tokens: Sequence[Sequence[str]],
        registers: Sequence[Register] | None = None,
        beside: Beside | None = None,
    ) -> list[Sentiment]:
        """One answer a text, in order. *registers*, by length if not given, are calibrated apart;
        the likeliest class is the same either way. *beside*: see :meth:`logits`.
        """
        if not texts:
            return []
        import numpy as np

        given = registers or [register("post", text) for text in texts]
        kinds = [_calibrated(kind) for kind in given]
        logits = self.logits(texts, tokens, beside)
        logits /= np.array([self.temperatures[kind] for kind in kinds])[:, None]
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        odds /= odds.sum(axis=1, keepdims=True)
        limits = [self.thresholds[kind] for kind in kinds]
        return [
            answer(negative, neutral, positive, limit)
            for (negative, neutral, positive), limit in zip(odds.tolist(), limits, strict=True)
        ]


def _calibrated(kind: Register) -> Register:
    return "long" if kind == "news" else kind


def _parts(texts: Sequence[str]) -> Iterator[slice]:
    """Places of *texts*, cut so that a part holds no more than :data:`AT_ONCE` or one text."""
    start = size = 0
    for place, text in enumerate(texts):
        size += len(text)
        if size > AT_ONCE and place > start:
            yield slice(start, place)
            start, size = place, len(text)
    yield slice(start, len(texts))


def answer(negative: float, neutral: float, positive: float, threshold: float) -> Sentiment:
    """The likeliest of three probabilities, or ``uncertain`` where it is below *threshold*."""
    if not math.isfinite(negative + neutral + positive):
        raise ValueError("a model gave a probability that is no number")
    best = max(negative, neutral, positive)
    label: Label = "uncertain"
    if best >= threshold:
        label = "negative" if best == negative else "positive" if best == positive else "neutral"
    return Sentiment(negative=negative, neutral=neutral, positive=positive, label=label)
