"""Who and what is refused: authors and posts that were removed for good."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence

from tingfeng import Observation, Post, post_hash


def bury(db: sqlite3.Connection, what: str, subjects: Iterable[str]) -> int:
    """Refuse *subjects* from now on: hashes of what is an ``author`` or a ``post``. How many were
    not refused before.
    """
    sql = "INSERT INTO tombstone VALUES (?, ?) ON CONFLICT DO NOTHING"
    return db.executemany(sql, [(what, subject) for subject in subjects]).rowcount


def buried(db: sqlite3.Connection, keys: Iterable[str]) -> list[str]:
    """Those of *keys* whose posts were forgotten."""
    hashes = {post_hash(key): key for key in keys}
    known = _among(db, "post", hashes)
    return [key for hashed, key in hashes.items() if hashed in known]


def _among(db: sqlite3.Connection, what: str, subjects: Iterable[str]) -> set[str]:
    rows = db.execute(
        "SELECT t.subject FROM json_each(?) j CROSS JOIN tombstone t"
        " ON t.what = ? AND t.subject = j.value",
        (json.dumps(list(subjects)), what),
    )
    return {subject for (subject,) in rows}


class Tombstones:
    """What one call of ``put`` must know of them; nearly always: that there are none."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        (self.any,) = db.execute("SELECT EXISTS (SELECT 1 FROM tombstone)").fetchone()
        self._authors: set[str] = set()
        self._posts: set[str] = set()

    def look(self, chunk: Sequence[Observation]) -> None:
        """Look up all that *chunk* will be asked about."""
        authors = {seen.post.author.id for seen in chunk if seen.post.author is not None}
        self._authors = _among(self._db, "author", authors)
        self._posts = _among(self._db, "post", {post_hash(seen.post.key) for seen in chunk})

    def of_author(self, post: Post) -> bool:
        """Whether *post* is of a forgotten author."""
        return post.author is not None and post.author.id in self._authors

    def of_post(self, post: Post) -> bool:
        """Whether this very post was forgotten."""
        return post_hash(post.key) in self._posts

    def add(self, post: Post) -> None:
        """Refuse *post* from now on, whoever is said to have written it."""
        hashed = post_hash(post.key)
        self._posts.add(hashed)
        bury(self._db, "post", [hashed])
