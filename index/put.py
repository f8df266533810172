"""Observations on their way in."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from index import creator_posts
from index.edits import digest, encodable, liked, revised, said, storable, unsaid
from index.facts import Key, by_platform, facts
from index.forget import found_out
from index.revise import INSERT_BODY, revise
from index.rollup import Tally
from index.rows import POST_COLUMNS, Row, body_row, engagement_row, posts
from index.times import seconds
from index.tombstones import Tombstones
from tingfeng import Engagement, Observation, Outcome, Post, search_terms

CHUNK = 5000
"""Observations looked up at once: keeps memory flat however much one call brings."""


def put(db: sqlite3.Connection, seen: Iterable[Observation], *, now: datetime) -> list[Outcome]:
    """See :meth:`tingfeng.PostStore.put`; runs inside the caller's transaction."""
    intake = _Intake(db, now)
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
    unsaid: int
    collected: int
    observed: int | None
    counts: tuple[int | None, ...] | None


_INSERT_POST = " ".join(
    [
        f"INSERT INTO post ({POST_COLUMNS})",
        f"VALUES ({','.join('?' * (POST_COLUMNS.count(',') + 1))})",
    ]
)
_LAST = (
    "SELECT max(last, coalesce((SELECT max(n) FROM post), 0)) FROM upkeep"  # the newest may be gone
)
_KNOWN = (
    "SELECT p.id, p.n, p.content, p.unsaid, p.collected, p.observed,"
    " e.likes, e.comments, e.reposts, e.favorites, e.views, e.coins, e.heat"
    " FROM json_each(:ids) j CROSS JOIN post p ON p.platform = :platform AND p.id = j.value"
    " LEFT JOIN engagement e ON e.n = p.n AND e.observed = p.observed"
)


class _Intake:
    """One call of put: rows wait in lists, so that each table is written in one go."""

    def __init__(self, db: sqlite3.Connection, now: datetime) -> None:
        self._db, self._moment, self._now = db, now, seconds(now)
        (last,) = db.execute(_LAST).fetchone()
        self._next = last + 1
        self._buried = Tombstones(db)
        self._creators = creator_posts.any_creators(db)
        self._tally = Tally()
        self._posts: list[Row] = []
        self._bodies: list[Row] = []
        self._terms: list[Row] = []
        self._engagements: list[Row] = []
        self._latest: dict[int, Row] = {}

    def take(self, chunk: Sequence[Observation]) -> list[Outcome]:
        """The outcome of each, in order; everything is written when this returns."""
        known = self._known(chunk)
        if self._buried.any:
            self._buried.look(chunk)
        outcomes = []
        for seen in chunk:
            if self._buried.any and self._refuses(seen.post, known):
                outcomes.append("forgotten")
                continue
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
            # Nearly every sighting of a known post ends at these comparisons.
            gaps = state.unsaid and state.unsaid & ~unsaid(post)
            later = content != state.content and seconds(post.collected_at) > state.collected
            changed = bool(gaps or later) and self._revise(state, post)
            if seen.engagement is not None:
                changed |= self._observe(state, seen.engagement, timed=seen.timed)
            outcomes.append("changed" if changed else "seen")
        self._write()
        return outcomes  # type: ignore[return-value]

    def _refuses(self, post: Post, known: dict[Key, _Known]) -> bool:
        if not self._buried.of_author(post):
            return self._buried.of_post(post)
        # From now on by its key as well: another source may not say whose it is.
        self._buried.add(post)
        stored = known.pop((post.platform, post.id), None)
        if stored is not None:
            self._write()
            found_out(self._db, stored.n, post, self._moment)
        return True

    def _known(self, chunk: Sequence[Observation]) -> dict[Key, _Known]:
        keys = {(seen.post.platform, seen.post.id) for seen in chunk}
        found = {}
        for platform, ids in by_platform(keys):
            for row in self._db.execute(_KNOWN, {"platform": platform, "ids": ids}):
                id, n, content, gaps, collected, observed, *counts = row
                held = None if observed is None else tuple(counts)
                found[platform, id] = _Known(n, content, gaps, collected, observed, held)
        return found

    def _add(self, post: Post, words: str, content: int) -> _Known:
        n, self._next = self._next, self._next + 1
        known, gaps = facts(n, post, content), unsaid(post)
        collected, terms = seconds(post.collected_at), " ".join(search_terms(words))
        self._posts.append(
            (
                n, post.platform, post.id, post.kind, known.published, known.precision,
                known.author, post.source, said(words, terms), 0, content, collected, None,
                self._now, gaps,
            )
        )  # fmt: skip
        self._bodies.append(body_row(n, post))
        self._terms.append((n, terms))
        self._tally.add(known, None)
        return _Known(n, content, gaps, collected, None, None)

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

    def _revise(self, state: _Known, seen: Post) -> bool:
        """Whether the stored post gains anything by this sighting."""
        self._write()
        (old,) = posts(self._db, [state.n])
        new = revised(old, storable(seen))
        if new == old:
            return False
        revise(self._db, state.n, old, new, self._tally)
        state.content, state.unsaid = digest(new.words), unsaid(new)
        state.collected = seconds(new.collected_at)
        return True

    def _write(self) -> None:
        db = self._db
        db.executemany(_INSERT_POST, self._posts)
        db.executemany(INSERT_BODY, self._bodies)
        db.executemany("INSERT INTO post_fts (rowid, terms) VALUES (?, ?)", self._terms)
        db.executemany("INSERT INTO engagement VALUES (?,?,?,?,?,?,?,?,?)", self._engagements)
        db.executemany("UPDATE post SET observed = ?, liked = ? WHERE n = ?", self._latest.values())
        self._tally.apply(db)
        if self._creators:
            creator_posts.came(db, [_of_author(row) for row in self._posts if row[6] is not None])
        for waiting in (self._posts, self._bodies, self._terms, self._engagements):
            waiting.clear()
        self._latest.clear()


def _of_author(row: Row) -> creator_posts.Listed:
    n, author, published = row[0], row[6], row[4]
    return author, published, n
