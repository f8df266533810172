"""Posts of creators in SQLite: found by creator, with facts derived from them once."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from typing import Any

from index import creators
from index.connect import Database
from index.desk import load_state, save_state
from index.facts import split_key
from index.rows import PRECISE, documents
from index.schema import UNDATED
from index.times import ORIGIN, seconds
from tingfeng import SHANGHAI, CommentCount, CreatorPost, Document, Engagement

PAGE = 500

FOUNDED = "creator facts"
"""State: which version the kept facts are of."""


def documents_of(database: Database, key: str, since: datetime | None) -> Iterator[Document]:
    """See :meth:`tingfeng.CreatorStore.documents_of`."""
    first = UNDATED if since is None else seconds(since)
    with database.reading() as db:
        rows = db.execute(
            "SELECT w.n FROM creator c JOIN creator_post w ON w.c = c.c"
            " WHERE c.key = ? AND w.published >= ? ORDER BY w.published DESC, w.n DESC",
            (key, first),
        )
        found = [n for (n,) in rows]
    for start in range(0, len(found), PAGE):
        with database.reading() as db:
            page = documents(db, found[start : start + PAGE])
        yield from page


_BARE = (
    "SELECT w.n FROM creator_post w INDEXED BY creator_post_bare JOIN post p ON p.n = w.n"
    " WHERE w.facts IS NULL AND w.published >= ? AND p.version IS NOT NULL"
    " AND p.kind NOT IN ('comment', 'repost') ORDER BY w.n"
)


def unfounded(database: Database, version: str, since: datetime) -> Iterator[Document]:
    """See :meth:`tingfeng.CreatorStore.unfounded`."""
    with database.reading() as db:
        current = load_state(db, FOUNDED) == version
    if not current:
        with database.writing() as db:
            db.execute("UPDATE creator_post SET facts = NULL WHERE facts IS NOT NULL")
            save_state(db, FOUNDED, version)
    with database.reading() as db:
        waiting = [n for (n,) in db.execute(_BARE, (seconds(since),))]
    for start in range(0, len(waiting), PAGE):
        with database.reading() as db:
            page = documents(db, waiting[start : start + PAGE])
        yield from page


def keep_facts(db: sqlite3.Connection, version: str, facts: Mapping[str, str]) -> None:
    """See :meth:`tingfeng.CreatorStore.keep_facts`."""
    if load_state(db, FOUNDED) != version:  # another program of another version is at work
        return
    db.executemany(
        "UPDATE creator_post SET facts = ? WHERE n ="
        " (SELECT n FROM post WHERE platform = ? AND id = ?)",
        [(text, *split_key(key)) for key, text in facts.items()],
    )


_WORKS = (
    "SELECT c.key, p.platform || ':' || p.id, p.kind, w.published, w.facts, e.observed, e.likes,"
    " e.comments, e.reposts, e.favorites, e.views, e.coins, e.heat"
    " FROM json_each(?) j CROSS JOIN creator c ON c.c = j.value"
    " CROSS JOIN creator_post w ON w.c = c.c AND w.published >= ?"
    " CROSS JOIN post p ON p.n = w.n"
    " LEFT JOIN engagement e ON e.n = p.n AND e.observed = p.observed"
    " WHERE p.kind NOT IN ('comment', 'repost')"
    " ORDER BY j.key, w.published DESC, w.n DESC"
)


def works(
    database: Database, since: datetime, keys: Iterable[str] | None
) -> Iterator[tuple[str, list[CreatorPost]]]:
    """See :meth:`tingfeng.CreatorStore.works`."""
    with database.reading() as db:
        chosen = creators.numbers(db, keys, None)
    for start in range(0, len(chosen), PAGE):
        page = (json.dumps(chosen[start : start + PAGE]), seconds(since))
        with database.reading() as db:
            rows = db.execute(_WORKS, page).fetchall()
        for key, found in groupby(rows, key=lambda row: row[0]):
            yield str(key), [_post(row) for row in found]


def _engagement(at: datetime, counts: Sequence[int | None]) -> Engagement:
    likes, comments, reposts, favorites, views, coins, heat = counts
    return Engagement(
        observed_at=at, likes=likes, comments=comments, reposts=reposts, favorites=favorites,
        views=views, coins=coins, heat=heat,
    )  # fmt: skip


# Counts of thousands of posts are of one look, and a datetime costs more than the rest of the row.
@lru_cache(1024)
def _seen_at(seconds_: int) -> datetime:
    return datetime.fromtimestamp(seconds_, SHANGHAI)


def _post(row: tuple[Any, ...]) -> CreatorPost:
    _, key, kind, published, facts, observed, *counts = row
    return CreatorPost(
        key=key,
        kind=kind,
        published_at=None if published == UNDATED else datetime.fromtimestamp(published, SHANGHAI),
        engagement=None if observed is None else _engagement(_seen_at(observed), counts),
        facts=facts,
    )


# copy <> NULL and a group of two or more is a near-duplicate; others speak for themselves.
_COMMENTED = (
    "SELECT q.platform || ':' || q.id, p.author, p.n, p.copy, p.published, p.precision,"
    " EXISTS (SELECT 1 FROM copier k WHERE k.copy = p.copy GROUP BY k.copy HAVING sum(k.posts) > 1)"
    " FROM post p JOIN body b ON b.n = p.n"
    " JOIN post q ON q.platform = p.platform AND q.id = b.parent"
    " JOIN creator_post w ON w.n = q.n AND w.published >= ?"
    " WHERE p.kind = 'comment' AND b.parent IS NOT NULL"
)


def commented(db: sqlite3.Connection, since: datetime) -> dict[str, CommentCount]:
    """See :meth:`tingfeng.CreatorStore.commented`. One walk through all comments."""
    told: dict[str, list[Comment]] = defaultdict(list)
    for key, author, n, copy, when, precision, copied in db.execute(_COMMENTED, (seconds(since),)):
        speaker = voice(author, n, copy if copied else None)
        told[key].append((speaker, bool(copied), when if precision <= PRECISE else None))
    return {key: counted(found) for key, found in told.items()}


Comment = tuple[tuple[str, object], bool, int | None]
"""Who speaks, whether others say the same, and the second at which it was written."""


def counted(found: Sequence[Comment]) -> CommentCount:
    """The comments under one post."""
    hours = [(when - ORIGIN) // 3600 % 24 for _, _, when in found if when is not None]
    return CommentCount(
        comments=len(found),
        voices=len({speaker for speaker, _, _ in found}),
        copies=sum(copied for _, copied, _ in found),
        timed=len(hours),
        night=sum(2 <= hour < 5 for hour in hours),
    )


def voice(author: str | None, post: object, copy: object) -> tuple[str, object]:
    """Who speaks: those who say the same are one, and a comment without an author is its own."""
    if copy is not None:
        return "copy", copy
    return ("author", author) if author else ("post", post)
