"""Numbers that were written down instead of asked of a store, and the product's walk through them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import cast

from tingfeng import Document, Message
from tingfeng.alerts.course import Course
from tingfeng.alerts.levels import Ladder
from tingfeng.alerts.numbers import Gap, Numbers, Total
from tingfeng.alerts.rules import RedlineRule, Rule, ShareRule
from tingfeng.alerts.signals import Sees, SignalRule
from tingfeng.alerts.track import EMPTY, Bin, Track
from tingfeng.alerts.walk import Change, Desk, Walk


class Played(Numbers):
    """Bins of any brand, as *bins* has them. There are no posts behind them but *negatives*."""

    def __init__(
        self,
        bins: Mapping[str, Mapping[int, Bin]],
        *,
        negatives: Mapping[str, Mapping[int, Sequence[Document]]] | None = None,
        words: Callable[[Document, str], tuple[str, ...]] = lambda *_: (),
        gaps: Sequence[Gap] = (),
        shown: Mapping[str, Mapping[int, Sequence[tuple[Sees, Document]]]] | None = None,
        signals: Sequence[SignalRule] = (),
    ) -> None:
        self._bins = bins
        self._negatives = negatives or {}
        self._found = words
        self._gaps = gaps
        self._shown = shown or {}
        self.signals = tuple(signals)

    def first_bin(self, brand: str, end: int) -> int | None:
        """The earliest before *end*."""
        return min((number for number in self._bins.get(brand, ()) if number < end), default=None)

    def bins(self, brand: str, start: int, end: int) -> dict[int, Bin]:
        """From *start* up to *end*."""
        mine = self._bins.get(brand, {})
        return {number: bin for number, bin in mine.items() if start <= number < end}

    def negatives(self, brand: str, start: int, end: int) -> Iterator[Document]:
        """Those that were given."""
        mine = self._negatives.get(brand, {})
        return (one for number in range(start, end) for one in mine.get(number, ()))

    def shown(self, sees: Sees, brand: str, start: int, end: int) -> Iterator[Document]:
        """Those that were given."""
        mine = self._shown.get(brand, {})
        for number in range(start, end):
            yield from (one for seen, one in mine.get(number, ()) if seen == sees)

    def tiers(self, *_: object) -> dict[str, tuple[int, int]]:
        """Nothing is known of who did not complain."""
        return {}

    def words(self, document: Document, brand: str) -> tuple[str, ...]:
        """Red-line words."""
        return self._found(document, brand)

    def total(self, brand: str, start: int, end: int) -> Total:
        """Voices stand for posts."""
        pairs = [
            pair for bin in self.bins(brand, start, end).values() for pair in bin.counts.values()
        ]
        return Total(sum(n for n, _ in pairs), sum(k for _, k in pairs))

    def gaps(self, start: int, end: int) -> list[Gap]:
        """Those that touch the stretch."""
        return [gap for gap in self._gaps if gap.bins.stop > start and gap.first_bin < end]


NO_NUMBERS = Played({})
"""For walks that are handed their bins one by one."""


def desk(numbers: Numbers = NO_NUMBERS, *, offset: float = 0.0) -> Desk:
    """The shipped rules and levels over *numbers*: those of single posts that it shows, too."""
    single = cast("Sequence[Rule]", numbers.signals)
    rules: tuple[Rule, ...] = (ShareRule(offset=offset), RedlineRule(), *single)
    return Desk(numbers=numbers, rules=rules, ladder=Ladder(), reader_note=Message("", ""))


def walk_through(
    desk: Desk, brand: str, start: int, end: int, *, live_from: int | None = None
) -> tuple[Walk, list[Change]]:
    """All that changes from *start* up to *end*, heartbeats left out. Before *live_from* bins only
    teach.
    """
    numbers = desk.numbers
    walk = Walk(desk, brand, Track(), Course(), None, numbers.gaps(start, end))
    bins = numbers.bins(brand, start, end)
    changes = []
    for number in range(start, end):
        live = live_from is None or number >= live_from
        found, _ = walk.step(number, bins.get(number, EMPTY), live=live)
        changes += found
    return walk, changes
