"""One source of creators: what its columns mean, by what right it speaks, what its prices hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from crawlers.creators.audience import age_column
from crawlers.creators.names import NAMES, bare, barest, by_name
from tingfeng import Basis, Message

OWN = 1000
"""Rank by which a source's own names go before what everybody calls a thing."""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A table of one row a creator."""

    name: str
    """Name of the source: :attr:`tingfeng.Provenance.source`."""

    label: Message
    basis: Basis
    """By what right its rows are kept, unless a person says otherwise."""

    platform: str = ""
    """Where no column says it; empty: a person must."""

    marks: frozenset[str] = frozenset()
    """Bare names of columns that only this source has: each counts like three."""

    columns: Mapping[str, str] = field(default_factory=dict)
    """Our field: its own names for it, beside :data:`~crawlers.creators.names.NAMES`."""

    indices: tuple[str, ...] = ()
    """Columns that are kept as they are, to be shown: the vendor's own figures."""

    taxed: bool | None = None
    fee: float | None = None
    declared: bool | None = None
    """Of its prices, unless a column says so."""

    @cached_property
    def _names(self) -> dict[str, tuple[str, int]]:
        return {**{name: (one, rank + OWN) for name, (one, rank) in by_name(NAMES).items()},
                **by_name(self.columns)}  # fmt: skip

    @cached_property
    def _indices(self) -> frozenset[str]:
        return frozenset(map(bare, self.indices))

    def meaning(self, column: str) -> tuple[str, int] | None:
        """Our field that *column* holds, with a rank: the lower, the surer."""
        for name, more in ((bare(column), 0), (barest(column), 10 * OWN)):
            if name in self._indices:
                return f"indices.{column.strip()}", 0
            if name in self._names:
                one, rank = self._names[name]
                return one, rank + more
        if label := age_column(column):
            return f"audience.age.{label}", 0
        return None

    def choose(self, header: Sequence[str]) -> dict[str, str]:
        """Our field → the column that serves it. A column serves one field."""
        ranked = sorted(
            (found[1], place, found[0], column)
            for place, column in enumerate(header)
            if (found := self.meaning(column))
        )
        chosen: dict[str, str] = {}
        for _, _, one, column in ranked:
            chosen.setdefault(one, column)
        return chosen

    def score(self, header: Sequence[str]) -> int:
        """How well *header* is this source's; 0: it is not."""
        chosen = self.choose(header)
        told = {bare(column) for column in header}
        if not {"id", "handle", "url", "name"} & chosen.keys():
            return 0
        marks = len(self.marks & told)
        own = sum(bare(column) in by_name(self.columns) for column in chosen.values())
        if self.marks and not marks:
            return 0
        known = len(chosen) - len({"id", "handle", "url", "name", "platform"} & chosen.keys())
        return known + own + 3 * marks if known else 0
