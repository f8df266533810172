"""What one tick sees of all brands at once: which quarters of an hour are as they were.

A tick looks again at six hours of every brand, for posts that came late. Nearly all of them are as
they were a quarter of an hour ago, and reading them again is what costs. So a store that can
(:class:`Stamping`) says of every quarter by which stamp it is known, and only those with another
stamp are read. Stamps are kept beside the bins that they belong to: a process that was started anew
knows as much as one that never stopped.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import blake2b
from typing import Protocol, cast

from tingfeng import QUARTER, Query, Step, Store
from tingfeng.alerts.bins import EMPTY, Bin, bin_of, start_of
from tingfeng.alerts.memory import LATE_BINS, Memory
from tingfeng.alerts.numbers import Numbers

REACH = LATE_BINS + 4
"""Bins back from the present that stamps are asked for; a brand that is further behind, as after a
stop, is read whole."""


class Stamping(Protocol):
    """A store that can tell whether posts are as they were."""

    def stamps(self, query: Query, *, step: Step) -> Mapping[tuple[str, datetime], str]:
        """By brand and step: a text that is another one once anything has changed of what is meant
        by *query* there. What has no posts is left out.
        """


class Glance:
    """The bins of *brands* up to *end*, as far as *numbers* must be asked for them."""

    def __init__(self, store: Store, numbers: Numbers, brands: Sequence[str], end: int) -> None:
        self._numbers = numbers
        self._start, self.end = end - REACH, end
        self._stamps: dict[str, dict[int, str]] | None = None
        if hasattr(store, "stamps") and brands:
            stamping = cast("Stamping", store)
            self._stamps = self._asked(store, stamping, brands)

    def _asked(
        self, store: Store, stamping: Stamping, brands: Sequence[str]
    ) -> dict[str, dict[int, str]]:
        since, until = start_of(self._start), start_of(self.end)
        parts: dict[tuple[str, int], list[str]] = defaultdict(list)
        voices = Query(
            brands=tuple(brands), kinds=self._numbers.looked_at, precise=True,
            since=since, until=until,
        )  # fmt: skip
        for (brand, begin), stamp in stamping.stamps(voices, step=QUARTER).items():
            parts[brand, bin_of(begin)].append(stamp)
        if self._numbers.sees_hot:
            wanted = set(brands)
            hot = Query(kinds=("hot",), seen_since=since, seen_until=until, order="oldest")
            for document in store.search(hot):
                if document.analysis is None:
                    continue
                number = bin_of(document.post.collected_at)
                for brand in wanted & {one.brand for one in document.analysis.mentions}:
                    attitude = document.analysis.attitude(brand)
                    parts[brand, number].append(f"{document.post.key} {attitude}")
        found: dict[str, dict[int, str]] = {brand: {} for brand in brands}
        for (brand, number), told in parts.items():
            text = "\n".join([self._numbers.version, *told])
            found[brand][number] = blake2b(text.encode(), digest_size=6).hexdigest()
        return found

    def bins(self, brand: str, memory: Memory) -> tuple[dict[int, Bin], dict[int, str]]:
        """What each bin from those that may still change up to the end brought, and the stamps by
        which they are known.
        """
        start = memory.settled
        if self._stamps is None:
            return self._numbers.bins(brand, start, self.end), {}
        nothing = blake2b(self._numbers.version.encode(), digest_size=6).hexdigest()
        mine, first = self._stamps[brand], max(start, self._start)
        stamps = {number: mine.get(number, nothing) for number in range(first, self.end)}
        bins = {
            number: bin
            for number, (bin, _) in enumerate(memory.recent, start)
            if number in stamps and memory.stamps.get(number) == stamps[number]
        }
        wanted = [number for number in range(start, self.end) if number not in bins]
        for low, high in _runs(wanted):
            bins |= self._numbers.bins(brand, low, high)
        return {number: bin for number, bin in bins.items() if bin != EMPTY}, stamps


def _runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """*numbers*, which ascend, as ranges without gaps: first, and last plus one."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number:
            runs[-1] = (runs[-1][0], number + 1)
        else:
            runs.append((number, number + 1))
    return runs
