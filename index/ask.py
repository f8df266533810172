"""Questions: numbers of posts, cells of counts, words."""

from __future__ import annotations

import sqlite3
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from index.hours import hours
from index.rows import ATTITUDES, GLUE
from index.schema import UNDATED
from index.times import HOUR, bucket_start, seconds, seconds_up
from index.where import Selection, axis, label_name, selection
from index.words import keyword_worthy
from tingfeng import Axis, Count, Query, Step

LABEL_SUMS = [f"sum({{label}} = {code})" for code in range(len(ATTITUDES))]

_UNDATED = "(p.published IS NULL)"

Cells = dict[tuple[str | datetime, ...], list[int]]
"""Values of the axes to posts and, in the order of ATTITUDES, their labels."""


_LOOK_UP = 9
"""A post looked up by its key and sorted costs as much as so many passed on a walk by time."""


def _chosen(db: sqlite3.Connection, query: Query, by: Sequence[Axis] = ()) -> Selection:
    narrowed = query.text or query.brands or query.author or query.copies_of or "brand" in by
    if not query.platforms or narrowed:
        return selection(query, by)
    since = UNDATED if query.since is None else seconds(query.since) // HOUR
    until = -UNDATED if query.until is None else seconds_up(query.until) // HOUR + 1
    held = Selection("hourly", "", "", values={"since": since, "until": until})
    platforms = held.bind("platform", query.platforms)
    held.where.append("brand = ''")
    sums = [f"platform IN {platforms}", "hour >= :since AND hour < :until"]
    sql = held.select([f"coalesce(sum(posts) FILTER (WHERE {each}), 0)" for each in sums])
    theirs, passed = db.execute(sql, held.values).fetchone()
    if query.limit is not None and theirs:
        passed = min(passed, passed * query.limit // theirs)
    return selection(query, by, rare=theirs * _LOOK_UP < passed)


def numbers(db: sqlite3.Connection, query: Query) -> array[int]:
    """Numbers of the posts that *query* means, in its order: eight bytes a post."""
    chosen = _chosen(db, query)
    # An author's few posts are found sooner by one pass (which "+" enforces) than from the newest.
    time = chosen.time if query.author is None else f"+{chosen.time}"
    limit = -1 if query.limit is None else query.limit
    chosen.values["limit"] = limit
    newest = [f"{time} DESC", "p.n DESC"]
    if query.order == "liked":
        return _numbers(db, chosen, ["p.liked DESC", *newest])
    if query.order == "newest":
        return _numbers(db, chosen, newest)
    # Undated posts come last in either direction. Sorting by "has no date" first would keep
    # SQLite from walking an index, so they are asked for apart.
    undated = replace(chosen, where=[*chosen.where, _UNDATED])
    chosen.where.append(f"NOT {_UNDATED}")
    found = _numbers(db, chosen, [time, "p.n"])
    if limit < 0 or len(found) < limit:
        undated.values["limit"] = -1 if limit < 0 else limit - len(found)
        found += _numbers(db, undated, ["p.n"])
    return found


def _numbers(db: sqlite3.Connection, chosen: Selection, order: Sequence[str]) -> array[int]:
    sql = chosen.select(["p.n"], "ORDER BY", ", ".join(order), "LIMIT :limit")
    return array("q", (n for (n,) in db.execute(sql, chosen.values)))


def count(
    db: sqlite3.Connection, query: Query, by: Sequence[Axis], step: Step | None
) -> list[Count]:
    """See :meth:`tingfeng.PostStore.count`."""
    cells: Cells = defaultdict(lambda: [0] * 5)
    split = hours(query, by, step)
    for part in split.direct:
        _add(cells, by, step, _direct(db, part, by, step))
    if split.rolled is not None:
        sql, values = split.statement(by)
        _add(cells, by, step, db.execute(sql, values))
    return _counts(cells)


def count_directly(
    db: sqlite3.Connection, query: Query, by: Sequence[Axis], step: Step | None
) -> list[Count]:
    """The same from the posts themselves, whatever table ``hourly`` says."""
    cells: Cells = defaultdict(lambda: [0] * 5)
    _add(cells, by, step, _direct(db, query, by, step))
    return _counts(cells)


def _direct(
    db: sqlite3.Connection, query: Query, by: Sequence[Axis], step: Step | None
) -> Iterable[Sequence[Any]]:
    chosen = _chosen(db, query, by)
    axes = [axis(name, chosen, step) for name in by]
    sums = [each.format(label=chosen.label) for each in LABEL_SUMS]
    group = ["GROUP BY", ", ".join(axes)] if axes else []
    return db.execute(chosen.select([*axes, "count(*)", *sums], *group), chosen.values)


def voices(
    db: sqlite3.Connection, query: Query, by: Sequence[Axis], step: Step | None
) -> list[Count]:
    """See :meth:`tingfeng.PostStore.voices`."""
    chosen = _chosen(db, query, by)
    axes = [f"{axis(name, chosen, step)} AS axis{i}" for i, name in enumerate(by)]
    names = [f"axis{i}" for i in range(len(by))]
    said = ["coalesce(p.author, p.n)", "p.copy", "CASE WHEN p.copy IS NULL THEN p.said END"]
    # Of copies by one author the worst attitude stands, as with several mentions in one post.
    inner = chosen.select(
        [*axes, f"min({chosen.label}) AS label"], "GROUP BY", ", ".join([*names, *said])
    )
    outer = Selection(f"({inner})", "label", "")
    group = ["GROUP BY", ", ".join(names)] if names else []
    columns = [*names, "count(*)", *(each.format(label="label") for each in LABEL_SUMS)]
    cells: Cells = defaultdict(lambda: [0] * 5)
    _add(cells, by, step, db.execute(outer.select(columns, *group), chosen.values))
    return _counts(cells)


def _add(
    cells: Cells, by: Sequence[Axis], step: Step | None, rows: Iterable[Sequence[Any]]
) -> None:
    width = len(by)
    for row in rows:
        values = tuple(_value(name, given, step) for name, given in zip(by, row, strict=False))
        cell = cells[values]
        for place, number in enumerate(row[width:]):
            cell[place] += number or 0


def _value(name: Axis, given: Any, step: Step | None) -> str | datetime:
    if name == "time":
        assert step is not None
        return bucket_start(given, step)
    return label_name(given) if name == "label" else str(given)


def _counts(cells: Cells) -> list[Count]:
    return [
        Count(by=by, posts=posts, **dict(zip(ATTITUDES, labels, strict=True)))
        for by, (posts, *labels) in sorted(cells.items())
        if posts
    ]


def authors(db: sqlite3.Connection, query: Query) -> int:
    """How many different authors."""
    chosen = _chosen(db, query)
    sql = chosen.select(["count(DISTINCT p.author)"])
    (number,) = db.execute(sql, chosen.values).fetchone()
    return int(number)


def terms(db: sqlite3.Connection, query: Query) -> dict[str, int]:
    """In how many posts each word stands."""
    chosen = _chosen(db, query)
    chosen.source += " CROSS JOIN reading r ON r.n = p.n"
    found: Counter[str] = Counter()
    for (tokens,) in db.execute(chosen.select(["r.tokens"]), chosen.values):
        found.update(set(tokens.split(GLUE)))
    return {token: posts for token, posts in found.items() if keyword_worthy(token)}
