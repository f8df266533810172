"""The series of one brand, read from a store with one question for numbers and one for posts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

from tingfeng import QUARTER, Document, Kind, Query, Store
from tingfeng.alerts.described import described
from tingfeng.alerts.excess import MOST_READ, by_tier
from tingfeng.alerts.gathered import NOTHING, Gathered, event_time, reach, voice
from tingfeng.alerts.redline import RedlineWords
from tingfeng.alerts.share import Score
from tingfeng.alerts.track import Bin, bin_of, start_of

if TYPE_CHECKING:
    from tingfeng.alerts.signals import Sees, SignalRule

KINDS: tuple[Kind, ...] = ("post", "comment", "review", "article")
"""Voices. A bare repost shows how fast a thing spreads, not that one more person says it."""


class Total(NamedTuple):
    """How much there is in a stretch of time."""

    posts: int
    negative: int


class Gap(NamedTuple):
    """An hour in which we did not see everything."""

    first_bin: int
    sources: tuple[str, ...]
    """Those that could not be read."""
    total: bool
    """Nothing at all was seen. One dead source among many must not stop learning for ever."""

    @property
    def bins(self) -> range:
        """The quarters of the hour."""
        return range(self.first_bin, self.first_bin + 4)


class Numbers:
    """Asks *store* about one brand at a time."""

    def __init__(
        self,
        store: Store,
        words: RedlineWords,
        kinds: Sequence[Kind] = KINDS,
        signals: Sequence[SignalRule] = (),
    ) -> None:
        self._store = store
        self._words = words
        self._kinds = tuple(kinds)
        self.signals = tuple(signals)

    @property
    def looked_at(self) -> tuple[Kind, ...]:
        """Kinds of posts that :meth:`bins` hangs on, entries of hot lists left aside."""
        return tuple(
            dict.fromkeys((*self._kinds, *(("article",) if "news" in self._wanted else ())))
        )

    @property
    def sees_hot(self) -> bool:
        """Whether it hangs on hot lists."""
        return "hot" in self._wanted

    @cached_property
    def version(self) -> str:
        """Another one once kinds, rules or red-line words are others."""
        told = f"{self._kinds} {described(self._words)} {described(self.signals)}"
        return blake2b(told.encode(), digest_size=6).hexdigest()

    def query(self, brand: str, start: int, end: int) -> Query:
        """Dated voices about *brand* in the bins from *start* up to *end*, *end* excluded."""
        return Query(
            brands=(brand,), kinds=self._kinds, precise=True,
            since=start_of(start), until=start_of(end),
        )  # fmt: skip

    def first_bin(self, brand: str, end: int) -> int | None:
        """Bin of the earliest dated voice before *end*."""
        question = Query(
            brands=(brand,), kinds=self._kinds, precise=True, until=start_of(end),
            order="oldest", limit=1,
        )  # fmt: skip
        for document in self._store.search(question):
            if document.post.published_at is not None:
                return bin_of(document.post.published_at)
        return None

    def bins(self, brand: str, start: int, end: int) -> dict[int, Bin]:
        """What each bin brought; bins without voices are left out."""
        if start >= end:
            return {}
        question = self.query(brand, start, end)
        counts: dict[int, dict[str, tuple[int, int]]] = defaultdict(dict)
        praise: dict[int, dict[str, int]] = defaultdict(dict)
        for cell in self._store.voices(question, ("brand", "time", "platform"), step=QUARTER):
            name, time, platform = cell.by
            if name == brand and isinstance(time, datetime):
                counts[bin_of(time)][str(platform)] = (cell.posts, cell.negative)
                if cell.positive:
                    praise[bin_of(time)][str(platform)] = cell.positive
        seen = self._gathered(brand, start, end)
        return {
            number: seen.get(number, NOTHING).bin(
                dict(sorted(counts[number].items())), praise[number]
            )
            for number in sorted({*counts, *seen})
        }

    def _gathered(self, brand: str, start: int, end: int) -> dict[int, Gathered]:
        seen: dict[int, Gathered] = defaultdict(Gathered)
        every: list[Sees] = ["negative", *self._wanted]
        for sees in every:
            rules = [rule for rule in self.signals if sees in rule.sees]
            for document in self.shown(sees, brand, start, end):
                if (at := event_time(document)) is None:
                    continue
                red = sees == "negative" and bool(self._words.hits(document, brand))
                seen[bin_of(at)].add(document, brand, sees, rules, red=red)
        return {number: one for number, one in seen.items() if one.tells}

    @property
    def _wanted(self) -> list[Sees]:
        """What besides negative posts the rules look at."""
        found = {sees for rule in self.signals for sees in rule.sees}
        others: tuple[Sees, ...] = ("news", "hot")
        return [sees for sees in others if sees in found]

    def shown(self, sees: Sees, brand: str, start: int, end: int) -> Iterator[Document]:
        """What a rule that *sees* so is shown of the bins from *start* up to *end*."""
        if sees == "negative":
            yield from self.negatives(brand, start, end)
        elif sees == "news":
            yield from self._store.search(
                Query(
                    brands=(brand,), kinds=("article",), precise=True, since=start_of(start),
                    until=start_of(end), labels=("neutral", "uncertain"), order="oldest",
                )
            )  # fmt: skip
        else:
            yield from self._hot(brand, start, end)

    def _hot(self, brand: str, start: int, end: int) -> Iterator[Document]:
        """Entries of hot lists by when they were first seen: most lists do not say since when."""
        return self._store.search(
            Query(
                brands=(brand,), kinds=("hot",), seen_since=start_of(start),
                seen_until=start_of(end), order="oldest",
            )
        )  # fmt: skip

    def negatives(self, brand: str, start: int, end: int) -> Iterator[Document]:
        """Negative posts, oldest first."""
        question = self.query(brand, start, end)
        return self._store.search(
            Query(
                brands=question.brands, kinds=question.kinds, precise=True, since=question.since,
                until=question.until, labels=("negative",), order="oldest",
            )
        )  # fmt: skip

    def tiers(
        self, brand: str, start: int, end: int, counted: Score
    ) -> dict[str, tuple[int, int]] | None:
        """Voices and negatives by reach of authors, among those *counted*; ``None``: too many."""
        if counted.mentions > MOST_READ:
            return None
        every = replace(self.query(brand, start, end), order="oldest")
        return by_tier(self._store.search(every), brand)

    def words(self, document: Document, brand: str) -> tuple[str, ...]:
        """Red-line words of one post."""
        return self._words.hits(document, brand)

    def total(self, brand: str, start: int, end: int) -> Total:
        """All posts from *start* up to *end*."""
        if start >= end:
            return Total(0, 0)
        cells = self._store.count(self.query(brand, start, end), ("brand",))
        mine = [cell for cell in cells if cell.by == (brand,)]
        return Total(sum(cell.posts for cell in mine), sum(cell.negative for cell in mine))

    def gaps(self, start: int, end: int) -> list[Gap]:
        """Hours in which sources could not be read, by the coverage ledger."""
        since = start_of(start).replace(minute=0)
        ledger: dict[datetime, list[tuple[str, bool]]] = defaultdict(list)
        for line in self._store.coverage(since, start_of(end)):
            hour = start_of(bin_of(line.hour)).replace(minute=0)
            ledger[hour].append((line.source, line.blind))
        return [
            Gap(
                first_bin=bin_of(hour),
                sources=tuple(sorted(source for source, blind in lines if blind)),
                total=all(blind for _, blind in lines),
            )
            for hour, lines in sorted(ledger.items())
            if any(blind for _, blind in lines)
        ]


__all__ = ["KINDS", "Gap", "Numbers", "Total", "event_time", "reach", "voice"]
