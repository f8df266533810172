"""Authors and posts that are forgotten, posts that are too old: transaction after transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from index import creators, exhibits
from index.connect import Database
from index.facts import split_key
from index.removal import note, remove
from index.times import seconds_up
from index.tombstones import bury
from tingfeng import Post, Removal, post_hash

CHUNK = 2000
"""Posts a transaction: a kill costs little, and others may write in between."""

Select = Callable[[sqlite3.Connection], list[int]]


def forget_author(database: Database, line: Removal) -> list[str]:
    """Remove all posts of the author *line* is about, and refuse what comes."""

    def select(db: sqlite3.Connection) -> list[int]:
        sql = "SELECT n FROM post WHERE author = ? ORDER BY n LIMIT ?"
        return [n for (n,) in db.execute(sql, (line.subject, CHUNK))]

    keys = _Removing(database, line, lasting=True).all(select)
    with database.writing() as db:
        creators.forget(db, line.subject, None)
    clean(database)
    return keys


def forget_posts(database: Database, keys: Iterable[str], line: Removal) -> list[str]:
    """Remove single posts, each with a line of its own, and refuse them."""
    removed = []
    for key in dict.fromkeys(keys):

        def select(db: sqlite3.Connection, key: str = key) -> list[int]:
            sql = "SELECT n FROM post WHERE platform = ? AND id = ?"
            return [n for (n,) in db.execute(sql, split_key(key))]

        one = replace(line, subject=post_hash(key))
        removed += _Removing(database, one, lasting=True, key=key).all(select)
    clean(database)
    return removed


def expire(database: Database, line: Removal) -> int:
    """Remove what is older than ``line.before``."""
    assert line.before is not None
    before = seconds_up(line.before)

    def select(db: sqlite3.Connection) -> list[int]:
        old = "SELECT n FROM post WHERE published < :before LIMIT :chunk"
        undated = "SELECT n FROM post WHERE published IS NULL AND collected < :before LIMIT :chunk"
        values = {"before": before, "chunk": CHUNK}
        found = {n for sql in (old, undated) for (n,) in db.execute(sql, values)}
        return sorted(found)[:CHUNK]

    gone = len(_Removing(database, line, lasting=False).all(select))
    if gone:
        with database.writing() as db:
            _merge(db)
    return gone


class _Removing:
    """One request. Each transaction leaves the store whole, so a kill between two only leaves
    work for the next call.
    """

    def __init__(self, database: Database, line: Removal, *, lasting: bool, key: str = "") -> None:
        self._database = database
        self._line = line
        self._lasting = lasting
        self._key = key
        self._seq: int | None = None

    def all(self, select: Select) -> list[str]:
        removed: list[str] = []
        while True:
            with self._database.writing() as db:
                keys = self._some(db, select(db))
            removed += keys
            if len(keys) < CHUNK:
                return removed

    def _some(self, db: sqlite3.Connection, numbers: Sequence[int]) -> list[str]:
        new = self._lasting and bury(db, self._line.what, [self._line.subject])
        keys = remove(db, numbers)
        copied = self._copies(db, keys) if self._lasting else []
        if gone := {*keys, *copied} if self._lasting else set():
            bury(db, "post", map(post_hash, sorted(gone)))
            db.execute("UPDATE upkeep SET unclean = 1")
        if new or keys or copied:
            self._seq = note(db, replace(self._line, posts=len(keys)), self._seq)
        return keys

    def _copies(self, db: sqlite3.Connection, keys: Sequence[str]) -> list[str]:
        """Blank what incidents keep of them, also of posts that have expired."""
        author = self._line.subject if self._line.what == "author" else ""
        asked = [self._key] if self._key else []
        return exhibits.forget(db, {*keys, *asked}, author=author, now=self._line.at)


def found_out(db: sqlite3.Connection, n: int, post: Post, now: datetime) -> None:
    """The stored post *n* turned out to be *post* of a forgotten author: it goes too."""
    assert post.author is not None
    exhibits.forget(db, remove(db, [n]), author=post.author.id, now=now)
    db.execute("UPDATE upkeep SET unclean = 1")
    note(db, Removal(at=now, what="author", subject=post.author.id, posts=1), None)


def clean(database: Database) -> None:
    """Take what was removed out of the file too, if an earlier call has not come to it.

    Freed bytes are zeroed as they are freed (``secure_delete``), but pages that were split before
    keep copies behind: only a rewritten file has none.
    """
    with database.reading() as db:
        (unclean,) = db.execute("SELECT unclean FROM upkeep").fetchone()
    if not unclean:
        return
    with database.writing() as db:
        _merge(db)
    database.rewrite()
    with database.writing() as db:
        db.execute("UPDATE upkeep SET unclean = 0")


def _merge(db: sqlite3.Connection) -> None:
    """Of a removed post the full-text index keeps the words, marked as gone, until it merges: a
    second for every 100,000 posts.
    """
    db.execute("INSERT INTO post_fts (post_fts) VALUES ('optimize')")
