"""Observations on their way in."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from index.copies import Copies
from index.edits import digest, edited, encodable, liked, said
from index.facts import Facts, Key, by_platform, facts_by_key
from index.record import forget
from index.rollup import Tally
from index.rows import (
    BODY_COLUMNS,
    POST_COLUMNS,
    Row,
    body_row,
    engagement_row,
    posts,
    precision_code,
)
from index.times import moment, seconds
from tingfeng import Engagement, Observation, Outcome, Post, search_terms

CHUNK = 5000
"""Observations looked up at once: keeps memory flat however much one call brings."""


def put(db: sqlite3.Connection, seen: Iterable[Observation], *, now: datetime) -> list[Outcome]:
    """See :meth:`tingfeng.PostStore.put`; runs inside the caller's transaction."""
    intake = _Intake(db, seconds(now))
    outcomes: list[Outcome] = []
    rest = iter(seen)
    while chunk := list(islice(rest, CHUNK)):
        outcomes += intake.take(chunk)
    return outcomes


@dataclass(slots=True)
class _Known:
    """What a stored post looked like when last seen."""

    n: int
    content: int
    collected: int
    observed: int | None
    counts: tuple[int | None, ...] | None


def _places(columns: str) -> str:
    return ",".join("?" * (columns.count(",") + 1))


_INSERT_POST = " ".join(
    ["INSERT INTO post (", POST_COLUMNS, ") VALUES (", _places(POST_COLUMNS), ")"]
)
_INSERT_BODY = " ".join(
    ["INSERT OR REPLACE INTO body (", BODY_COLUMNS, ") VALUES (", _places(BODY_COLUMNS), ")"]
)
_KNOWN = (
    "SELECT p.id, p.n, p.content, p.collected, p.observed,"
    " e.likes, e.comments, e.reposts, e.favorites, e.views, e.coins, e.heat"
    " FROM json_each(:ids) j CROSS JOIN post p ON p.platform = :platform AND p.id = j.value"
    " LEFT JOIN engagement e ON e.n = p.n AND e.observed = p.observed"
)


class _Intake:
    """One call of put: rows wait in lists, so that each table is written in one go."""

    def __init__(self, db: sqlite3.Connection, now: int) -> None:
        self._db, self._now = db, now
        (last,) = db.execute("SELECT max(n) FROM post").fetchone()
        self._next = (last or 0) + 1
        self._tally = Tally()
        self._posts: list[Row] = []
        self._bodies: list[Row] = []
        self._terms: list[Row] = []
        self._engagements: list[Row] = []
        self._latest: dict[int, Row] = {}

    def take(self, chunk: Sequence[Observation]) -> list[Outcome]:
        """The outcome of each, in order; everything is written when this returns."""
        known = self._known(chunk)
        outcomes = []
        for seen in chunk:
            post, words = seen.post, seen.post.words
            try:
                content = digest(words)
            except UnicodeEncodeError:
                post = encodable(post)
                words = post.words
                content = digest(words)
            state = known.get((post.platform, post.id))
            if state is None:
                state = known[post.platform, post.id] = self._add(post, words, content)
                if seen.engagement is not None:
                    self._observe(state, seen.engagement, timed=True)
                outcomes.append("new")
                continue
            changed = content != state.content and self._edit(state, post, words, content)
            if seen.engagement is not None:
                changed |= self._observe(state, seen.engagement, timed=seen.timed)
            outcomes.append("changed" if changed else "seen")
        self._write()
        return outcomes  # type: ignore[return-value]

    def _known(self, chunk: Sequence[Observation]) -> dict[Key, _Known]:
        keys = {(seen.post.platform, seen.post.id) for seen in chunk}
        found = {}
        for platform, ids in by_platform(keys):
            for row in self._db.execute(_KNOWN, {"platform": platform, "ids": ids}):
                id, n, content, collected, observed, *counts = row
                held = None if observed is None else tuple(counts)
                found[platform, id] = _Known(n, content, collected, observed, held)
        return found

    def _add(self, post: Post, words: str, content: int) -> _Known:
        n, self._next = self._next, self._next + 1
        facts, fields = self._fields(n, post, words, content)
        self._posts.append((*fields, None, self._now))
        self._bodies.append(body_row(n, post))
        self._tally.add(facts, None)
        return _Known(n, content, fields[11], None, None)

    def _fields(self, n: int, post: Post, words: str, content: int) -> tuple[Facts, Row]:
        """Columns of ``post`` up to ``collected``; the terms begin to wait for the index."""
        author = None if post.author is None else post.author.id
        published = None if post.published_at is None else seconds(post.published_at)
        precision = precision_code(post.precision)
        terms = " ".join(search_terms(words))
        self._terms.append((n, terms))
        facts = Facts(
            n,
            post.platform,
            post.id,
            post.kind,
            published,
            precision,
            author,
            None,
            None,
            0,
            None,
            content,
        )
        fields = (
            n, post.platform, post.id, post.kind, published, precision, author, post.source,
            said(words, terms), 0, content, seconds(post.collected_at),
        )  # fmt: skip
        return facts, fields

    def _observe(self, state: _Known, engagement: Engagement, *, timed: bool) -> bool:
        """Whether it is a new observation."""
        row = engagement_row(state.n, engagement)
        at, counts = row[1], row[2:]
        if at == state.observed or (not timed and counts == state.counts):
            return False
        if state.observed is not None and at < state.observed:
            self._write()
            sql = "INSERT INTO engagement VALUES (?,?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING"
            return self._db.execute(sql, row).rowcount > 0
        self._engagements.append(row)
        self._latest[state.n] = (at, liked(engagement), state.n)
        state.observed, state.counts = at, counts
        return True

    def _edit(self, state: _Known, post: Post, words: str, content: int) -> bool:
        """Whether it is an edit; if so, the post is written anew and counts as unread."""
        if seconds(post.collected_at) <= state.collected:
            return False
        self._write()
        db, n = self._db, state.n
        (old,) = posts(db, [n])
        if words in _earlier_words(db, old, n):
            return False
        db.execute(
            "INSERT INTO earlier VALUES (?,?,?,?)", (n, state.collected, old.title, old.text)
        )
        before = facts_by_key(db, [(old.platform, old.id)])[old.platform, old.id]
        copies = Copies()
        forget(db, [before], self._tally, copies)
        db.execute(
            "INSERT INTO post_fts (post_fts, rowid, terms) VALUES ('delete', ?, ?)",
            (n, " ".join(search_terms(old.words))),
        )
        new = edited(old, post)
        facts, fields = self._fields(n, new, words, content)
        _, _, _, kind, published, precision, author, source, wording, _, _, collected = fields
        db.execute(
            "UPDATE post SET kind = ?, published = ?, precision = ?, author = ?, source = ?,"
            " said = ?, content = ?, collected = ?, version = NULL, label = NULL, suspected = 0,"
            " copy = NULL WHERE n = ?",
            (kind, published, precision, author, source, wording, content, collected, n),
        )
        db.execute(_INSERT_BODY, body_row(n, new))
        self._tally.add(facts, None)
        copies.apply(db, self._tally)
        state.content, state.collected = content, collected
        return True

    def _write(self) -> None:
        db = self._db
        db.executemany(_INSERT_POST, self._posts)
        db.executemany(_INSERT_BODY, self._bodies)
        db.executemany("INSERT INTO post_fts (rowid, terms) VALUES (?, ?)", self._terms)
        db.executemany("INSERT INTO engagement VALUES (?,?,?,?,?,?,?,?,?)", self._engagements)
        db.executemany("UPDATE post SET observed = ?, liked = ? WHERE n = ?", self._latest.values())
        self._tally.apply(db)
        for waiting in (self._posts, self._bodies, self._terms, self._engagements):
            waiting.clear()
        self._latest.clear()


def _earlier_words(db: sqlite3.Connection, post: Post, n: int) -> set[str]:
    return {version.words for version in versions(db, post, n)}


def versions(db: sqlite3.Connection, post: Post, n: int) -> list[Post]:
    """*post* with each of its texts, oldest first, its own the last."""
    rows = db.execute(
        "SELECT title, text, collected FROM earlier WHERE n = ? ORDER BY collected", (n,)
    )
    old = [replace(post, title=a, text=b, collected_at=moment(at)) for a, b, at in rows]
    return [*old, post]
