"""What an adapted engine looks at: hashed n-grams of what stands around a name, or of a post."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nlp.marking import marked, tidy
from tingfeng import Asked

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ids = NDArray[np.int64]

BITS = 18
"""Buckets of n-grams: some thousand labels hold about 100,000 different ones."""

ORDERS = 3
"""Characters 1 to 3: longer ones are seldom seen twice among so few labels."""

SIDE = 40
"""Characters left and right of a name that are looked at."""

_PRIME = 0x01000193
Context = tuple[str, ...]
"""What φ is made of; n-grams of different places in the tuple are different."""


@dataclass(frozen=True, slots=True)
class Grams:
    """φ of many contexts: in row ``rows[i]`` bucket ``buckets[i]`` has the value ``values[i]``."""

    rows: Ids
    buckets: Ids
    values: Floats
    """All of one row alike, and the row of length 1."""

    def weighed(self, n: int, known: Ids, weights: Floats) -> Floats:
        """``W · φ`` of *n* rows, shape (n, classes); *known*: the buckets of *weights*, rising."""
        import numpy as np

        total = np.zeros((n, weights.shape[1]))
        if len(known):
            at = np.minimum(np.searchsorted(known, self.buckets), len(known) - 1)
            hit = known[at] == self.buckets
            at, rows, values = at[hit], self.rows[hit], self.values[hit]
            for label in range(weights.shape[1]):
                total[:, label] = np.bincount(rows, values * weights[at, label], minlength=n)
        return total


def grams(contexts: Sequence[Context]) -> Grams:
    """φ of each of *contexts*, all of one width: which n-grams stand there, not how often."""
    import numpy as np

    found: list[Ids] = []
    for place, texts in enumerate(zip(*contexts, strict=True)):
        joined = "\0".join(text.replace("\0", " ") for text in texts) + "\0"
        codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
        owner = np.cumsum(codes == 0) - (codes == 0)
        inside, hashes = codes != 0, codes.copy()
        for order in range(1, ORDERS + 1):
            if order > 1:
                hashes[: 1 - order] = hashes[: 1 - order] * np.uint32(_PRIME) + codes[order - 1 :]
                inside[: 1 - order] &= codes[order - 1 :] != 0
                inside[1 - order :] = False
            at = np.flatnonzero(inside)
            bucket = _spread(
                hashes[at] ^ np.uint32(0x9E3779B9 * (1 + place * ORDERS + order) & 0xFFFFFFFF)
            )
            found.append(owner[at].astype(np.int64) << BITS | bucket)
    cells = np.unique(np.concatenate(found)) if found else np.zeros(0, np.int64)
    rows = cells >> BITS
    length = np.sqrt(np.bincount(rows, minlength=len(contexts)))
    return Grams(rows, cells & (1 << BITS) - 1, 1 / length[rows])


def _spread(hashes: NDArray[np.uint32]) -> Ids:
    """The upper bits of well mixed hashes."""
    import numpy as np

    mixed = hashes * np.uint32(0x2C1B3C6D)
    mixed ^= mixed >> np.uint32(15)
    mixed *= np.uint32(0x297A2D39)
    return (mixed >> np.uint32(32 - BITS)).astype(np.int64)


def mention_context(asked: Asked, span: tuple[int, int]) -> Context:
    """What is said beside the name, what is said in its clause, and the name itself."""
    left, name, right = marked(asked.text, asked.start, asked.end, SIDE)
    around = f"{left}【】{right}"
    low, high = min(span[0], asked.start), max(span[1], asked.end)
    if high - low > 2 * SIDE:  # an engine that gives the whole text knows no clause
        low, high = max(low, asked.start - SIDE), min(high, asked.end + SIDE)
    clause = asked.text[low : asked.start] + "【】" + asked.text[asked.end : high]
    return around, tidy(clause), name


def post_context(text: str) -> Context:
    """The beginning and the end of a text: who writes much says at its ends what it is for."""
    tidied = tidy(text)
    return (tidied if len(tidied) <= 6 * SIDE else f"{tidied[: 4 * SIDE]}\n{tidied[-2 * SIDE :]}",)
