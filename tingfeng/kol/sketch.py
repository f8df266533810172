"""Who answers, kept as 256 numbers: enough to tell how far two audiences are the same.

A list of who answers whom is personal data. A sketch is an aggregate: overlaps can be read from two of
them, nobody's name or hash can.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

HASHES = 256
"""Standard error of a Jaccard of .4 is .031, of the share of the smaller audience about 1/16."""

LEAST = 30
"""Commenters below which an overlap is not stated: with 30, one shared person is 3 points of it."""

_EMPTY = np.uint32(0xFFFFFFFF)
_SALTS = np.frombuffer(
    b"".join(blake2b(b"tingfeng %d" % n, digest_size=8).digest() for n in range(HASHES)), np.uint64
)
_BATCH = 4096
"""People hashed at once: 8 MB of intermediate numbers."""


@dataclass(frozen=True, slots=True, eq=False)
class Sketch:
    """MinHash of a set of people (Broder 1997), and how many they are."""

    least: NDArray[np.uint32]
    """Of each of 256 hash functions the lowest value over the people, shape (256,)."""

    people: int

    @classmethod
    def of(cls, people: Iterable[str]) -> Sketch:
        """Of people by their keyed hash; the same one twice is one."""
        known = sorted(set(people))
        digests = b"".join(blake2b(one.encode(), digest_size=8).digest() for one in known)
        values = np.frombuffer(digests, np.uint64)
        least = np.full(HASHES, _EMPTY, np.uint32)
        for start in range(0, len(values), _BATCH):
            mixed = _mixed(values[start : start + _BATCH, None] ^ _SALTS)
            np.minimum(least, mixed.min(axis=0), out=least)
        return cls(least, len(known))

    def bytes(self) -> bytes:
        """1 kB, little-endian."""
        return self.least.astype("<u4").tobytes()


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint32]:
    """The upper half of splitmix64's last step: every bit of the input changes half of it."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return ((values ^ (values >> np.uint64(31))) >> np.uint64(32)).astype(np.uint32)


@dataclass(frozen=True, slots=True, eq=False)
class Sketches:
    """Sketches of many audiences side by side, so that one is compared with all at once."""

    least: NDArray[np.uint32]
    """Shape (audiences, 256)."""

    people: NDArray[np.int64]
    """Shape (audiences,); 0: nobody is known to answer."""

    @classmethod
    def of(cls, sketches: Sequence[Sketch | None]) -> Sketches:
        """``None``: comments were not read."""
        least = np.full((len(sketches), HASHES), _EMPTY, np.uint32)
        for row, sketch in enumerate(sketches):
            if sketch is not None:
                least[row] = sketch.least
        people = np.array([0 if one is None else one.people for one in sketches], np.int64)
        return cls(least, people)

    def overlaps(self, with_: int) -> NDArray[np.float64]:
        """Shared people of audience *with_* and each, as a share of the smaller of the two, 0 to 1;
        ``nan`` where either has fewer than :data:`LEAST`.
        """
        same = (self.least == self.least[with_]).mean(axis=1)
        mine, theirs = self.people[with_], self.people
        smaller = np.minimum(mine, theirs)
        shared = same / (1 + same) * (mine + theirs)
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.minimum(shared / smaller, 1.0)
        return np.where(smaller >= LEAST, share, np.nan)


__all__ = ["HASHES", "LEAST", "Sketch", "Sketches"]
