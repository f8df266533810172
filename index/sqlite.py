"""The default store: one SQLite file, WAL, full-text search, many readers beside a writer."""

from __future__ import annotations

import heapq
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice

from index import ask
from index.edits import sightings
from index.facts import members, split_key
from index.forget import expire, forget_author, forget_posts
from index.health import check
from index.put import put
from index.record import record
from index.removal import audit
from index.revise import versions
from index.rows import documents, engagement, posts
from index.schema import UNDATED
from index.sqlite_creators import SQLiteCreators
from index.sqlite_desk import SQLiteDesk
from index.stamps import stamps
from tingfeng import (
    Analysis,
    Axis,
    Count,
    Document,
    Message,
    Observation,
    Outcome,
    Post,
    Query,
    Removal,
    Step,
)

PAGE = 500
"""Posts fetched at once where many are asked for: no lock is held while the caller works."""


class SQLiteStore(SQLiteDesk, SQLiteCreators):
    """Implements :class:`tingfeng.Store` in the file *path*, made when it is missing.

    Where file or folder may not be written, questions work and writing raises. Raises
    :class:`tingfeng.StoreError` when the file cannot be used at all.
    """

    def put(self, seen: Iterable[Observation], *, now: datetime) -> list[Outcome]:
        with self._db.writing() as db:
            return put(db, seen, now=now)

    def record(self, analyses: Sequence[Analysis], *, of: Mapping[str, str] | None = None) -> None:
        with self._db.writing() as db:
            record(db, analyses, of or {})

    def unread(self, reader: str, *, limit: int | None = None) -> Iterator[Post]:
        return islice(self._pages_of_unread(reader), limit)

    def _pages_of_unread(self, reader: str) -> Iterator[Post]:
        last = 0
        while True:
            with self._db.reading() as db:
                page = _waiting(db, "reader", reader, last)
                found = list(posts(db, page))
            if not page:
                return
            yield from found
            last = page[-1]

    def untagged(self, lexicon: str) -> Iterator[Document]:
        last = 0
        while True:
            with self._db.reading() as db:
                page = _waiting(db, "lexicon", lexicon, last)
                found = documents(db, page)
            if not page:
                return
            yield from found
            last = page[-1]

    def recent(self, reader: str, limit: int = 131_072) -> Iterator[Analysis]:
        with self._db.reading() as db:
            first = db.execute(_FIRST_RECENT, (reader, limit)).fetchone()[0]
        while first is not None:
            with self._db.reading() as db:
                rows = db.execute(_RECENT, (reader, first, PAGE)).fetchall()
            for n, platform, id, fingerprint, copy_of in rows:
                first = n + 1
                yield Analysis(
                    platform=platform,
                    id=id,
                    reader="",
                    lexicon="",
                    fingerprint=fingerprint,
                    copy_of=copy_of,
                )
            if len(rows) < PAGE:
                return

    def get(self, key: str) -> Document | None:
        with self._db.reading() as db:
            n = _number(db, key)
            return None if n is None else documents(db, [n])[0]

    def copies(self, root: str) -> Iterator[Document]:
        with self._db.reading() as db:
            n = _number(db, root)
            numbers = [] if n is None else sorted(post.n for post in members(db, n))
        yield from self._documents(numbers)

    def search(self, query: Query) -> Iterator[Document]:
        with self._db.reading() as db:
            numbers = ask.numbers(db, query)
        yield from self._documents(numbers)

    def _documents(self, numbers: Sequence[int]) -> Iterator[Document]:
        for start in range(0, len(numbers), PAGE):
            with self._db.reading() as db:
                found = documents(db, numbers[start : start + PAGE])
            yield from found

    def count(
        self, query: Query, by: Sequence[Axis] = (), *, step: Step | None = None
    ) -> list[Count]:
        with self._db.reading() as db:
            return ask.count(db, query, by, step)

    def voices(
        self, query: Query, by: Sequence[Axis] = (), *, step: Step | None = None
    ) -> list[Count]:
        with self._db.reading() as db:
            return ask.voices(db, query, by, step)

    def stamps(self, query: Query, *, step: Step) -> Mapping[tuple[str, datetime], str]:
        """By brand and step: a text that is another one once anything has changed of what is meant
        by *query* there. What has no posts is left out.
        """
        with self._db.reading() as db:
            return stamps(db, query, step)

    def authors(self, query: Query) -> int:
        with self._db.reading() as db:
            return ask.authors(db, query)

    def terms(self, query: Query) -> Mapping[str, int]:
        with self._db.reading() as db:
            return ask.terms(db, query)

    def totals(self) -> Mapping[str, int]:
        with self._db.reading() as db:
            names = ("posts", "comments", "read", "unread", "no_text", "undated", "mentions")
            row = db.execute(_TOTALS, {"undated": UNDATED}).fetchone()
            (size,) = db.execute(
                "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
            ).fetchone()
        return {**dict(zip(names, row, strict=True)), "bytes": size}

    def observations(self, key: str) -> list[Observation]:
        with self._db.reading() as db:
            n = _number(db, key)
            if n is None:
                return []
            (post,) = posts(db, [n])
            rows = db.execute(_ENGAGEMENTS, (n,))
            return sightings(versions(db, post, n), [engagement(row) for row in rows])

    def forget(self, author: str, *, now: datetime, by: str = "", reason: str = "") -> list[str]:
        line = Removal(at=now, what="author", subject=author, posts=0, by=by, reason=reason)
        return forget_author(self._db, line)

    def forget_posts(
        self, keys: Iterable[str], *, now: datetime, by: str = "", reason: str = ""
    ) -> list[str]:
        line = Removal(at=now, what="post", posts=0, by=by, reason=reason)
        return forget_posts(self._db, keys, line)

    def expire(self, before: datetime, *, now: datetime, by: str = "", reason: str = "") -> int:
        line = Removal(at=now, what="age", before=before, posts=0, by=by, reason=reason)
        return expire(self._db, line)

    def audit(self) -> list[Removal]:
        with self._db.reading() as db:
            return audit(db)

    def check(self) -> list[tuple[bool, Message]]:
        """What ``tingfeng doctor`` says of the file: whether it is well, and a sentence."""
        with self._db.reading() as db:
            return check(db, self._db.path, read_only=self._db.read_only)


_PRINTED = (
    " FROM reading r CROSS JOIN post p ON p.n = r.n LEFT JOIN post c ON c.n = p.copy"
    " WHERE p.version IN (SELECT id FROM version WHERE reader = ?) AND r.fingerprint IS NOT NULL"
)
_FIRST_RECENT = f"SELECT min(n) FROM (SELECT p.n{_PRINTED} ORDER BY r.n DESC LIMIT ?)"  # noqa: S608
_RECENT = (
    "SELECT p.n, p.platform, p.id, r.fingerprint, c.platform || ':' || c.id"
    f"{_PRINTED} AND r.n >= ? ORDER BY r.n LIMIT ?"
)
_ENGAGEMENTS = (
    "SELECT observed, likes, comments, reposts, favorites, views, coins, heat"
    " FROM engagement WHERE n = ? ORDER BY observed"
)
# From the small tables: the hourly one knows all posts, and how many of them have a sentiment.
_TOTALS = """
    SELECT posts, comments, posts - unread, unread, posts - unread - judged, undated,
        (SELECT count(*) FROM mention)
    FROM (
        SELECT
            coalesce(sum(posts), 0) AS posts,
            coalesce(sum(posts) FILTER (WHERE kind = 'comment'), 0) AS comments,
            coalesce(sum(posts) FILTER (WHERE hour = :undated), 0) AS undated,
            coalesce(sum(negative + positive + uncertain + neutral), 0) AS judged,
            (SELECT count(*) FROM post WHERE version IS NULL) AS unread
        FROM hourly WHERE brand = ''
    )
"""


def _number(db: sqlite3.Connection, key: str) -> int | None:
    sql = "SELECT n FROM post WHERE platform = ? AND id = ?"
    row = db.execute(sql, split_key(key)).fetchone()
    return None if row is None else int(row[0])


def _waiting(db: sqlite3.Connection, column: str, current: str, last: int) -> list[int]:
    """Numbers after *last* of posts whose reading bears another version."""
    rows = db.execute("SELECT id, reader, lexicon FROM version").fetchall()
    others: list[int | None] = [
        id
        for id, reader, lexicon in rows
        if {"reader": reader, "lexicon": lexicon}[column] != current
    ]
    if column == "reader":
        others.append(None)
    sql = "SELECT n FROM post WHERE version IS ? AND n > ? ORDER BY n LIMIT ?"
    found = [[n for (n,) in db.execute(sql, (each, last, PAGE))] for each in others]
    return list(islice(heapq.merge(*found), PAGE))
