"""What must be known of stored posts before a transaction may change them."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from index.rows import precision_code
from index.schema import UNDATED
from index.times import seconds
from tingfeng import Post

Key = tuple[str, str]
"""Platform and id."""


def split_key(key: str) -> Key:
    """The two halves of :attr:`Post.key`. Only an id may hold a colon."""
    platform, _, id = key.partition(":")
    return platform, id


Stances = dict[int, list[tuple[str, int]]]
"""Post number to brands with the attitude to each."""


class Facts(NamedTuple):
    """The columns of table ``post`` that counts depend on."""

    n: int
    platform: str
    id: str
    kind: str
    published: int | None
    precision: int
    author: str | None
    version: int | None
    label: int | None
    suspected: int
    copy: int | None
    content: int
    """Digest of the words: see :func:`index.edits.digest`."""


def facts(n: int, post: Post, content: int) -> Facts:
    """Of a post that nobody has read."""
    return Facts(
        n,
        post.platform,
        post.id,
        post.kind,
        None if post.published_at is None else seconds(post.published_at),
        precision_code(post.precision),
        None if post.author is None else post.author.id,
        None,
        None,
        0,
        None,
        content,
    )


_SELECT = (
    "SELECT p.n, p.platform, p.id, p.kind, p.published, p.precision, p.author, p.version,"
    " p.label, p.suspected, p.copy, p.content "
)


def by_platform(keys: Iterable[Key]) -> Iterator[tuple[str, str]]:
    """Platforms, each with the JSON list of its ids: one look-up for thousands of posts."""
    ids = defaultdict(list)
    for platform, id in keys:
        ids[platform].append(id)
    for platform, listed in ids.items():
        yield platform, json.dumps(listed)


_BY_KEY = (
    _SELECT + "FROM json_each(:ids) j"
    " CROSS JOIN post p ON p.platform = :platform AND p.id = j.value"
)


def facts_by_key(db: sqlite3.Connection, keys: Iterable[Key]) -> dict[Key, Facts]:
    """Facts of the posts that are stored."""
    found = {}
    for platform, ids in by_platform(keys):
        for row in db.execute(_BY_KEY, {"platform": platform, "ids": ids}):
            found[platform, row[2]] = Facts._make(row)
    return found


def facts_by_number(db: sqlite3.Connection, numbers: Iterable[int]) -> list[Facts]:
    """Facts of the posts with these numbers, in that order."""
    sql = _SELECT + "FROM json_each(?) j CROSS JOIN post p ON p.n = j.value"
    return [Facts._make(row) for row in db.execute(sql, (json.dumps(list(numbers)),))]


_OF_GROUP = (
    "FROM (SELECT :copy AS n UNION ALL SELECT n FROM post WHERE copy = :copy AND copy <> n) g"
    " CROSS JOIN post p ON p.n = g.n AND p.copy = :copy"
)


def members(db: sqlite3.Connection, copy: int) -> list[Facts]:
    """The posts of one near-duplicate group."""
    return [Facts._make(row) for row in db.execute(_SELECT + _OF_GROUP, {"copy": copy})]


def stances(db: sqlite3.Connection, of: Sequence[Facts]) -> Stances:
    """Brands and attitudes of posts that were read."""
    found: Stances = {}
    rows = db.execute(
        "SELECT m.n, s.brand, s.label FROM"
        " (SELECT DISTINCT m.n, m.brand FROM json_each(?) j CROSS JOIN mention m ON m.n = j.value)"
        " m CROSS JOIN post p ON p.n = m.n CROSS JOIN stance s"
        " ON s.brand = m.brand AND s.published = coalesce(p.published, ?) AND s.n = m.n",
        (json.dumps([facts.n for facts in of]), UNDATED),
    )
    for n, brand, label in rows:
        found.setdefault(n, []).append((brand, label))
    return found
