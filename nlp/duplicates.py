"""Copies: posts that say the same thing with a word changed, a tail added, a sign moved.

MinHash after A. Broder, "On the Resemblance and Containment of Documents" (1997): 48 permutations
over character 3-grams, looked up in 16 bands of 3.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from nlp.clean import clean
from tingfeng import Analysis

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PERMUTATIONS, BANDS, ROWS = 48, 16, 3
GRAM = 3
SHORTEST = 15
"""Characters. Shorter texts (转发, 好用推荐) are alike without anybody copying."""

AGREEMENT = 30
"""Of 48 values that must be equal: an estimated Jaccard of .63. Measured on edited copies, see
``benchmarks/copies.md``."""

_SLOTS = 1 << 18
"""A band's table: twice the window, so that a look-up seldom meets a stranger."""

_CHUNK = 512
_NOT_SAID = re.compile(r"\[[^\[\]\s@#/:]{1,8}\]|[\W_]+")


def said(cleaned: str) -> str:
    """Letters and digits of a cleaned text: what a copyist leaves alone."""
    return _NOT_SAID.sub("", cleaned)


@cache
def _permutations() -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    import numpy as np

    # The seed is part of the stored fingerprints' meaning: never change it.
    draw = np.random.Generator(np.random.PCG64(1997))
    factors = draw.integers(0, 1 << 32, PERMUTATIONS, dtype=np.uint32) | np.uint32(1)
    return factors, draw.integers(0, 1 << 32, PERMUTATIONS, dtype=np.uint32)


def fingerprints(cleaned: Sequence[str]) -> list[bytes]:
    """48 little-endian uint16 a text, 96 bytes; ``b""`` for texts too short to be copies."""
    import numpy as np

    texts = [said(text) for text in cleaned]
    long = [text for text in texts if len(text) >= SHORTEST]
    if not long:
        return [b""] * len(texts)
    codes = np.frombuffer("".join(long).encode("utf-32-le", "surrogatepass"), np.uint32)
    lengths = np.fromiter(map(len, long), np.intp, len(long))
    hashes = codes[:-2] * np.uint32(0x01000193) + codes[1:-1]
    hashes = hashes * np.uint32(0x01000193) + codes[2:]
    hashes ^= hashes >> np.uint32(15)
    hashes *= np.uint32(0x2C1B3C6D)
    hashes ^= hashes >> np.uint32(13)
    ends = np.cumsum(lengths)
    inside = np.ones(len(codes), np.bool_)
    inside[ends - 1] = inside[ends - 2] = False
    hashes = hashes[inside[:-2]]
    starts = np.concatenate([np.zeros(1, np.intp), np.cumsum(lengths - (GRAM - 1))[:-1]])
    values = np.empty((PERMUTATIONS, len(long)), np.uint32)
    buffer = np.empty_like(hashes)
    for row, (factor, shift) in enumerate(zip(*_permutations(), strict=True)):
        np.multiply(hashes, factor, out=buffer)
        np.bitwise_xor(buffer, shift, out=buffer)
        np.minimum.reduceat(buffer, starts, out=values[row])
    values ^= values >> np.uint32(16)
    packed = np.ascontiguousarray((values & np.uint32(0xFFFF)).T).astype("<u2").tobytes()
    size = 2 * PERMUTATIONS
    found = iter(range(0, len(packed), size))
    return [
        packed[at : at + size] if len(text) >= SHORTEST and (at := next(found)) >= 0 else b""
        for text in texts
    ]


class Grouper:
    """Names the group of each copy, in the order in which posts came in.

    Knows the last *window* posts with a fingerprint and nothing older, so that a process that
    loads those after a kill answers as if it had never stopped. How posts are cut into batches
    makes no difference. Memory is fixed: 50 MB and *window* keys.
    """

    def __init__(self, window: int = 131_072, agreement: int = AGREEMENT) -> None:
        import numpy as np

        self.window = window
        self.agreement = agreement
        self._count = 0
        # A post's place must outlive the chunk that it is compared with.
        self._size = window + _CHUNK
        self._prints = np.zeros((self._size, PERMUTATIONS), np.uint16)
        self._groups: list[str] = [""] * self._size
        self._latest = np.full((BANDS, _SLOTS), -1, np.int64)

    def load(self, analyses: Iterable[Analysis]) -> None:
        """Take in earlier posts as they were grouped, oldest first."""
        known = [one for one in analyses if one.fingerprint]
        for at in range(0, len(known), _CHUNK):
            chunk = known[at : at + _CHUNK]
            prints = _unpacked(chunk)
            self._remember(prints, _slots(prints))
            for offset, one in enumerate(chunk):
                place = (self._count + offset) % self._size
                self._groups[place] = one.copy_of or one.key
            self._count += len(chunk)

    def group(self, analyses: Sequence[Analysis]) -> list[Analysis]:
        """*analyses* with ``copy_of`` filled in; ``None`` without a fingerprint."""
        grouped = list(analyses)
        places = [place for place, one in enumerate(grouped) if one.fingerprint]
        for at in range(0, len(places), _CHUNK):
            chunk = places[at : at + _CHUNK]
            groups = self._chunk([grouped[place] for place in chunk])
            for place, name in zip(chunk, groups, strict=True):
                grouped[place] = replace(grouped[place], copy_of=name)
        return [
            one if one.fingerprint or one.copy_of is None else replace(one, copy_of=None)
            for one in grouped
        ]

    def _chunk(self, chunk: list[Analysis]) -> list[str]:
        prints = _unpacked(chunk)
        slots = _slots(prints)
        candidates = self._candidates(slots)
        self._remember(prints, slots)
        best = self._best(prints, candidates)
        names: list[str] = []
        for offset, (one, found) in enumerate(zip(chunk, best, strict=True)):
            name = one.key if found < 0 else self._groups[found % self._size]
            self._groups[(self._count + offset) % self._size] = name
            names.append(name)
        self._count += len(chunk)
        return names

    def _candidates(self, slots: NDArray[np.intp]) -> NDArray[np.int64]:
        """Shape (posts, bands): the latest earlier post in the same slot, or -1."""
        import numpy as np

        found = np.empty(slots.shape, np.int64)
        for band in range(BANDS):
            own = slots[:, band]
            found[:, band] = self._latest[band, own]
            order = np.argsort(own, kind="stable")
            again = own[order[1:]] == own[order[:-1]]
            found[order[1:][again], band] = self._count + order[:-1][again]
        oldest = self._count + np.arange(len(slots)) - self.window
        found[found < np.maximum(oldest, 0)[:, None]] = -1
        return found

    def _remember(self, prints: NDArray[np.uint16], slots: NDArray[np.intp]) -> None:
        import numpy as np

        numbers = self._count + np.arange(len(prints))
        self._prints[numbers % self._size] = prints
        for band in range(BANDS):
            # Of equal slots the last assignment, which is the latest post, remains.
            self._latest[band, slots[:, band]] = numbers

    def _best(self, prints: NDArray[np.uint16], candidates: NDArray[np.int64]) -> list[int]:
        """The candidate that agrees most, the older of two alike; -1 where none agrees enough."""
        import numpy as np

        best = np.full(len(prints), -1, np.int64)
        posts, bands = np.nonzero(candidates >= 0)
        if len(posts):
            others = candidates[posts, bands]
            theirs = self._prints[others % self._size]
            equal = (theirs == prints[posts]).sum(axis=1)
            good = equal >= self.agreement
            posts, others, equal = posts[good], others[good], equal[good]
            # Ascending agreement, then younger to older: the last assignment wins.
            order = np.lexsort((-others, equal))
            best[posts[order]] = others[order]
        return [int(number) for number in best]


def _unpacked(analyses: Sequence[Analysis]) -> NDArray[np.uint16]:
    import numpy as np

    joined = b"".join(one.fingerprint for one in analyses)
    return np.frombuffer(joined, "<u2").reshape(-1, PERMUTATIONS).astype(np.uint16)


def _slots(prints: NDArray[np.uint16]) -> NDArray[np.intp]:
    """Shape (posts, bands): the slot of each band's three values."""
    import numpy as np

    rows = prints.reshape(len(prints), BANDS, ROWS).astype(np.uint64)
    mixed = (rows[..., 0] << np.uint64(32)) | (rows[..., 1] << np.uint64(16)) | rows[..., 2]
    mixed = (mixed + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    return (mixed >> np.uint64(64 - 18)).astype(np.intp)


def fingerprint(text: str) -> bytes:
    """Of one text as it was posted."""
    return fingerprints([clean(text)])[0]
