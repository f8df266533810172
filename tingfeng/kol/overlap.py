"""Which creators are heard by the same people."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from tingfeng.kol.sketch import Sketches

if TYPE_CHECKING:
    from numpy.typing import NDArray

SAID = 0.1
"""Overlaps below it are not listed under a pick: a sketch's standard error is 1/16."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """Two audiences that share people."""

    key: str
    """The other creator."""

    share: float
    """Shared people of the smaller audience, 0 to 1, estimated from two sketches."""

    people: int
    """Known commenters of the smaller audience: how much the share rests on."""


@dataclass(slots=True, eq=False)
class Overlaps:
    """Overlaps of many creators; a row is reckoned when it is asked for, and kept."""

    sketches: Sketches
    most: float
    """Two creators above it do not stand in one matrix. Where an overlap is unknown, they may."""

    _rows: dict[int, NDArray[np.float64]] = field(default_factory=dict)

    def row(self, one: int) -> NDArray[np.float64]:
        """Overlap of *one* with each, ``nan`` where it is not known and with itself."""
        if one not in self._rows:
            row = self.sketches.overlaps(one)
            row[one] = np.nan
            self._rows[one] = row
        return self._rows[one]

    def clashes(self, one: int) -> NDArray[np.bool_]:
        """With whom *one* must not stand."""
        clashing: NDArray[np.bool_] = self.row(one) > self.most
        return clashing

    def said(self, one: int, others: list[int], keys: list[str]) -> tuple[Overlap, ...]:
        """Overlaps of *one* with *others* that are worth saying, the largest first."""
        row, people = self.row(one), self.sketches.people
        found = [
            Overlap(
                key=keys[other],
                share=float(row[other]),
                people=int(min(people[one], people[other])),
            )
            for other in others
            if row[other] >= SAID
        ]
        return tuple(sorted(found, key=lambda overlap: (-overlap.share, overlap.key)))


__all__ = ["SAID", "Overlap", "Overlaps"]
