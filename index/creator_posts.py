"""Which posts are of creators: a list beside the posts, kept by all that changes these."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

from index.schema import UNDATED

Listed = tuple[str | None, int | None, int]
"""Author, date and number of a post as the table has them."""


def came(db: sqlite3.Connection, posts: Iterable[Listed]) -> None:
    """List new posts under their creators; of other authors nothing is listed."""
    db.executemany(
        f"INSERT INTO creator_post (c, published, n) SELECT c, coalesce(?2, {UNDATED}), ?3"  # noqa: S608
        " FROM creator WHERE author = ?1",
        posts,
    )


def moved(db: sqlite3.Connection, post: Listed) -> None:
    """A post has another date, author or words than before."""
    left(db, [post[2]])
    came(db, [post])


def left(db: sqlite3.Connection, gone: Iterable[int]) -> None:
    """Posts were removed."""
    listed = (json.dumps(list(gone)),)
    db.execute("DELETE FROM creator_post WHERE n IN (SELECT value FROM json_each(?))", listed)


def unfound(db: sqlite3.Connection, chosen: str) -> None:
    """Drop facts of posts, a JSON list of numbers: they are read anew."""
    db.execute(
        "UPDATE creator_post SET facts = NULL WHERE facts IS NOT NULL"
        " AND n IN (SELECT value FROM json_each(?))",
        (chosen,),
    )


def any_creators(db: sqlite3.Connection) -> bool:
    """Whether posts must be listed at all."""
    return bool(db.execute("SELECT EXISTS (SELECT 1 FROM creator)").fetchone()[0])
