"""Counts of every size: pages of a composite aggregation, taken apart as the reference does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from index.es.documents import STANCE
from index.es.questions import Dsl, attitude, meant
from index.memory_query import By, counts, grouped
from index.memory_query import Cell as _Cell
from index.rows import ATTITUDES, CODES
from index.times import ORIGIN, bucket, bucket_start
from index.where import UNREAD
from tingfeng import Axis, Count, Label, Query, Step

Search = Callable[[Dsl], Any]
"""Body of a search to its answer."""

PAGE = 5000
"""Buckets a page. Each may hold four more for the attitudes, and a server refuses 65,536."""

_RANK_UNREAD = len(ATTITUDES)


def count(search: Search, query: Query, by: Sequence[Axis], step: Step | None) -> list[Count]:
    """See :meth:`tingfeng.PostStore.count`."""
    table: dict[By, list[int]] = defaultdict(lambda: [0] * (_RANK_UNREAD + 1))
    for cell, rank, _, posts in _cells(search, query, by, step, voices=False):
        table[cell][rank] += posts
    return counts({cell: ranks for cell, ranks in table.items() if sum(ranks)})


def voices(search: Search, query: Query, by: Sequence[Axis], step: Step | None) -> list[Count]:
    """See :meth:`tingfeng.PostStore.voices`."""
    worst: dict[tuple[By, str], int] = {}
    for cell, rank, voice, _ in _cells(search, query, by, step, voices=True):
        key = (cell, voice)
        worst[key] = min(rank, worst.get(key, rank))
    return counts(
        grouped(_Cell(by=cell, rank=rank, voice=voice) for (cell, voice), rank in worst.items())
    )


def values(search: Search, query: Query, field: str) -> Iterator[tuple[str, int]]:
    """Each value of *field* among the posts that *query* means, with their number."""
    for bucket_ in _pages(search, meant(query), [{"it": {"terms": {"field": field}}}], {}):
        yield bucket_["key"]["it"], bucket_["doc_count"]


_Found = tuple[By, int, str, int]
"""Values of the axes, rank of the attitude, voice, posts."""


def _cells(
    search: Search, query: Query, by: Sequence[Axis], step: Step | None, *, voices: bool
) -> Iterator[_Found]:
    if "time" in by and step is None:
        raise ValueError("the axis time needs a step")
    sources = [_source(name, step) for name in by if name != "label"]
    if voices:
        sources.append({"voice": {"terms": {"field": "voice"}}})
    split = {} if "brand" in by else _attitudes(query)
    for found in _pages(search, meant(query, by), sources, split):
        yield from _taken_apart(found, query, by, step)


def _taken_apart(
    found: Any, query: Query, by: Sequence[Axis], step: Step | None
) -> Iterator[_Found]:
    key, voice = found["key"], found["key"].get("voice", "")
    if "brand" in by:
        brand, _, label = key["brand"].rpartition(STANCE)
        if (query.brands and brand not in query.brands) or (
            query.labels and label not in query.labels
        ):
            return
        given = {**key, "brand": brand, "label": label}
        yield _values(given, by, step), CODES[label], voice, found["doc_count"]
        return
    rest = found["doc_count"]
    for label in ATTITUDES:
        posts = found["attitudes"]["buckets"][label]["doc_count"]
        rest -= posts
        if posts and (not query.labels or label in query.labels):
            yield _values({**key, "label": label}, by, step), CODES[label], voice, posts
    if rest and not query.labels:
        yield _values({**key, "label": UNREAD}, by, step), _RANK_UNREAD, voice, rest


def _values(key: dict[str, Any], by: Sequence[Axis], step: Step | None) -> By:
    return tuple(_time(key["time"], step) if name == "time" else str(key[name]) for name in by)


def _time(millis: int, step: Step | None) -> datetime:
    assert step is not None
    return bucket_start(bucket(millis // 1000, step), step)


def _source(name: Axis, step: Step | None) -> Dsl:
    if name == "time":
        assert step is not None
        return {"time": {"date_histogram": {"field": "published_at", **_grid(step)}}}
    field = {"brand": "stances"}.get(name, name)
    return {name: {"terms": {"field": field}}}


def _grid(step: Step) -> Dsl:
    """Buckets that lie wholly inside those of *step*: whole seconds, from the same origin."""
    width = int(step.width.total_seconds()) or 1
    if step.width.total_seconds() % 1:
        width = 1  # posts bear whole seconds; the bucket of each is found in _time
    return {"fixed_interval": f"{width}s", "offset": f"{ORIGIN % width:+d}s"}


def _attitudes(query: Query) -> Dsl:
    filters: dict[Label, Dsl] = {label: attitude(query.brands, label) for label in ATTITUDES}
    return {"attitudes": {"filters": {"filters": filters}}}


def _pages(search: Search, posts: Dsl, sources: list[Dsl], split: Dsl) -> Iterator[Any]:
    """Buckets of all *sources* together; without any, one for everything."""
    body: Dsl = {"size": 0, "query": posts}
    if not sources:
        answer = search({**body, "aggs": split, "track_total_hits": True})
        total = answer["hits"]["total"]["value"]
        yield {"key": {}, "doc_count": total, **answer.get("aggregations", {})}
        return
    after: Dsl = {}
    while True:
        pages: Dsl = {"composite": {"size": PAGE, "sources": sources, **after}}
        if split:
            pages["aggs"] = split
        answer = search({**body, "aggs": {"cells": pages}, "track_total_hits": False})
        found = answer["aggregations"]["cells"]
        yield from found["buckets"]
        if "after_key" not in found or len(found["buckets"]) < PAGE:
            return
        after = {"after": found["after_key"]}
