"""What a query means, document by document: the reference for every other store."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product

from index.edits import liked, said
from index.rows import ATTITUDES, CODES
from index.times import bucket, bucket_start, seconds
from index.where import UNREAD
from tingfeng import Axis, Count, Document, Label, Post, Query, Step, parse_words, search_terms

By = tuple[str | datetime, ...]

_UNREAD_RANK = len(ATTITUDES)


class Matcher:
    """Whether a document is meant by a query."""

    def __init__(self, query: Query, by: Sequence[Axis] = ()) -> None:
        self._query = query
        self._must, self._never = parse_words(query.text)
        self._timed = query.since is not None or query.until is not None or "time" in by

    def __call__(self, document: Document) -> bool:
        query = self._query
        if query.brands and not any(_mentions(document, brand) for brand in query.brands):
            return False
        if query.labels and attitude(document, query.brands) not in query.labels:
            return False
        return self.meant(document)

    def meant(self, document: Document) -> bool:
        """The same, whatever the brand and the attitude."""
        query, post = self._query, document.post
        author = None if post.author is None else post.author.id
        copy_of = None if document.analysis is None else document.analysis.copy_of
        return (
            (post.platform in query.platforms or not query.platforms)
            and (post.kind in query.kinds if query.kinds else post.kind != "hot")
            and (query.suspected is None or query.suspected == document.suspected)
            and (query.author is None or query.author == author)
            and (query.copies_of is None or query.copies_of == copy_of)
            and self._in_time(post)
            and (query.seen_since is None or post.collected_at >= query.seen_since)
            and (query.seen_until is None or post.collected_at < query.seen_until)
            and self._in_words(post)
        )

    def _in_time(self, post: Post) -> bool:
        query, at = self._query, post.published_at
        if query.precise and (at is None or post.precision not in {"second", "minute", "hour"}):
            return False
        if at is None:
            return not self._timed
        return (query.since is None or at >= query.since) and (
            query.until is None or at < query.until
        )

    def _in_words(self, post: Post) -> bool:
        if not self._must and not self._never:
            return True
        terms = search_terms(post.words)
        return all(phrase.within(terms) for phrase in self._must) and not any(
            phrase.within(terms) for phrase in self._never
        )


def _mentions(document: Document, brand: str) -> bool:
    return document.analysis is not None and document.analysis.attitude(brand) is not None


def attitude(document: Document, brands: Sequence[str]) -> Label | None:
    """To the brands together, as :meth:`Analysis.attitude` weighs mentions; without brands, of
    the whole post.
    """
    reading = document.analysis
    if reading is None:
        return None
    if not brands:
        return None if reading.sentiment is None else reading.sentiment.label
    found = {reading.attitude(brand) for brand in brands}
    return next((label for label in ATTITUDES if label in found), None)


@dataclass(frozen=True, slots=True)
class Cell:
    """One post where it counts."""

    by: By
    rank: int
    """Number of the attitude, the worst first."""

    voice: object
    """Author and wording; equal for the same thing said by the same author."""


def cells(
    document: Document, query: Query, by: Sequence[Axis], step: Step | None
) -> Iterator[Cell]:
    """Where *document* counts: nowhere, in one cell, or in one per brand."""
    if "time" in by and step is None:
        raise ValueError("the axis time needs a step")
    if not Matcher(query, by).meant(document):
        return
    for brands in _brands(document, query, by):
        label = attitude(document, brands)
        if query.labels and label not in query.labels:
            continue
        rank = _UNREAD_RANK if label is None else CODES[label]
        values = [_values(name, document, brands, label, step) for name in by]
        for value in product(*values):
            yield Cell(by=value, rank=rank, voice=_voice(document))


def _brands(document: Document, query: Query, by: Sequence[Axis]) -> list[tuple[str, ...]]:
    """The brands with which the document counts, taken apart on the axis ``brand``."""
    mentioned = {m.brand for m in document.analysis.mentions} if document.analysis else set()
    wanted = mentioned & set(query.brands) if query.brands else mentioned
    if "brand" in by:
        return [(brand,) for brand in sorted(wanted)]
    if not query.brands:
        return [()]
    return [tuple(sorted(wanted))] if wanted else []


def _values(
    name: Axis,
    document: Document,
    brands: tuple[str, ...],
    label: Label | None,
    step: Step | None,
) -> list[str | datetime]:
    post = document.post
    if name == "time":
        assert step is not None
        assert post.published_at is not None
        return [bucket_start(bucket(seconds(post.published_at), step), step)]
    if name == "brand":
        return [*brands]
    if name == "label":
        return [UNREAD if label is None else label]
    return [{"platform": post.platform, "kind": post.kind, "source": post.source}[name]]


def _voice(document: Document) -> object:
    post = document.post
    author = post.key if post.author is None else (post.author.id,)
    copy_of = None if document.analysis is None else document.analysis.copy_of
    words = post.words
    return author, copy_of, None if copy_of else said(words, " ".join(search_terms(words)))


def grouped(found: Iterable[Cell]) -> dict[By, list[int]]:
    """Cells to posts, in the order of ATTITUDES and then those without a sentiment."""
    table: dict[By, list[int]] = defaultdict(lambda: [0] * (_UNREAD_RANK + 1))
    for cell in found:
        table[cell.by][cell.rank] += 1
    return table


def counts(table: dict[By, list[int]]) -> list[Count]:
    """One count a cell, ordered by the axes."""
    return [
        Count(by=by, posts=sum(ranks), **dict(zip(ATTITUDES, ranks, strict=False)))
        for by, ranks in sorted(table.items())
    ]


def in_order(found: list[tuple[int, Document]], query: Query) -> list[tuple[int, Document]]:
    """By order of the query; undated posts come last, of equals the later arrival is newer."""

    def published(item: tuple[int, Document]) -> tuple[bool, float, int]:
        n, document = item
        at = document.post.published_at
        return at is not None, 0.0 if at is None else at.timestamp(), n

    newest = sorted(found, key=published, reverse=True)
    if query.order == "oldest":
        dated = [item for item in newest if item[1].post.published_at is not None]
        undated = [item for item in newest if item[1].post.published_at is None]
        return dated[::-1] + undated[::-1]
    if query.order == "liked":
        newest.sort(key=lambda item: -liked(item[1].engagement))
    return newest
