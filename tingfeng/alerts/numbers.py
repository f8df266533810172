"""The series of one brand, read from a store with one question for numbers and one for posts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from tingfeng import QUARTER, Document, Kind, Query, Store
from tingfeng.alerts.redline import RedlineWords
from tingfeng.alerts.track import Bin, bin_of, start_of

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

    def __init__(self, store: Store, words: RedlineWords, kinds: Sequence[Kind] = KINDS) -> None:
        self._store = store
        self._words = words
        self._kinds = tuple(kinds)

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
        for cell in self._store.voices(question, ("brand", "time", "platform"), step=QUARTER):
            name, time, platform = cell.by
            if name == brand and isinstance(time, datetime):
                counts[bin_of(time)][str(platform)] = (cell.posts, cell.negative)
        words, followers = self._signals(brand, start, end)
        return {
            number: Bin(
                dict(sorted(found.items())), len(words.get(number, ())), followers.get(number, 0)
            )
            for number, found in counts.items()
        }

    def _signals(
        self, brand: str, start: int, end: int
    ) -> tuple[dict[int, set[tuple[str, str]]], dict[int, int]]:
        words: dict[int, set[tuple[str, str]]] = defaultdict(set)
        followers: dict[int, int] = {}
        for document in self.negatives(brand, start, end):
            post = document.post
            if post.published_at is None:
                continue
            number = bin_of(post.published_at)
            if self._words.hits(document, brand):
                words[number].add(voice(document))
            if post.author is not None and post.author.followers:
                followers[number] = max(followers.get(number, 0), post.author.followers)
        return words, followers

    def negatives(self, brand: str, start: int, end: int) -> Iterator[Document]:
        """Negative posts, oldest first."""
        question = self.query(brand, start, end)
        return self._store.search(
            Query(
                brands=question.brands, kinds=question.kinds, precise=True, since=question.since,
                until=question.until, labels=("negative",), order="oldest",
            )
        )  # fmt: skip

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


def voice(document: Document) -> tuple[str, str]:
    """Who says what: copies by one author are one voice."""
    post, analysis = document.post, document.analysis
    group = (analysis.copy_of if analysis else None) or post.words
    return group, f"{post.platform}:{post.author.id}" if post.author else post.key
