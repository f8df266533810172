"""Closeness of many posts to one brand at once, from the terms kept of each: the cosine of
:meth:`tingfeng.kol.corpus.Corpus.closeness`, over arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from tingfeng.pipeline.kol_facts import hashed, terms

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tingfeng.kol.corpus import Corpus


class Closeness:
    """Compares with one corpus."""

    def __init__(self, corpus: Corpus) -> None:
        import numpy as np

        from tingfeng.kol.corpus import without

        rarity = corpus.rarity
        known = {hashed(term): rarity.weight(term) for term in (*rarity.found, *corpus.weights)}
        self._hashes = np.array(sorted(known), np.uint32)
        self._rare = np.array([known[one] for one in self._hashes.tolist()], np.float64)
        self._unseen = rarity.weight("")
        mine = {hashed(term): value for term, value in corpus.weights.items()}
        self._mine = np.array([mine.get(one, 0.0) for one in self._hashes.tolist()])
        vocabulary = [*rarity.found, *corpus.weights]
        kept = set(without(vocabulary, corpus.names)) if corpus.names else set(vocabulary)
        named = {hashed(term) for term in vocabulary if term not in kept}
        self._banned = np.array([one in named for one in self._hashes.tolist()], np.bool_)
        self._any = bool(corpus.weights)

    def of(self, facts: Sequence[str | None]) -> list[float | None]:
        """Cosine of each post, 0 to 1; ``None``: it has no terms, or the brand no corpus."""
        import numpy as np

        pairs = [terms(one) if one else (b"", b"") for one in facts]
        sizes = np.array([len(times) for _, times in pairs])
        if not self._any or not sizes.sum():
            return [None] * len(pairs)
        hashes = np.frombuffer(b"".join([one for one, _ in pairs]), np.uint32)
        counts = np.frombuffer(b"".join([one for _, one in pairs]), np.uint8)
        damped = _damped()[counts]
        places = np.minimum(np.searchsorted(self._hashes, hashes), len(self._hashes) - 1)
        found = self._hashes[places] == hashes
        weights = damped * np.where(found, self._rare[places], self._unseen)
        weights[found & self._banned[places]] = 0.0
        post = np.repeat(np.arange(len(pairs)), sizes)
        squares = np.bincount(post, weights * weights, len(pairs))
        dots = np.bincount(post, weights * np.where(found, self._mine[places], 0.0), len(pairs))
        cosine = np.minimum(dots / np.sqrt(np.maximum(squares, 1e-300)), 1.0)
        return [float(one) if length else None for one, length in zip(cosine, squares, strict=True)]


@cache
def _damped() -> NDArray[np.float64]:
    """What counts of a term weigh, by count."""
    import numpy as np

    return 1 + np.log(np.maximum(np.arange(256), 1))
