"""Creators: authors who appear with a name of their own. Nobody else is profiled."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby

from index.creators_pack import folded
from index.es.documents import Source, iso
from index.es.layout import hashed
from index.times import moment

_TOUCHED = (
    "SELECT DISTINCT p.author FROM change c JOIN post p ON p.n = c.n JOIN body b ON b.n = p.n"
    " WHERE c.seq > ? AND c.seq <= ? AND p.author IS NOT NULL"
    " AND (b.author_name <> '' OR EXISTS (SELECT 1 FROM creator k WHERE k.author = p.author))"
)
_NAMED = (
    "SELECT DISTINCT p.author FROM body b JOIN post p ON p.n = b.n"
    " WHERE b.author_name <> '' AND p.author IS NOT NULL"
    " UNION SELECT k.author FROM creator k JOIN creator_post w ON w.c = k.c"
)
_GONE = "SELECT EXISTS (SELECT 1 FROM change WHERE seq > ? AND seq <= ? AND what LIKE 'posts %')"

# Names and counts of followers are those of the latest sighting that tells them.
_SUMS = (
    "SELECT p.author, p.platform, count(*), sum(p.liked), min(p.published), max(p.published)"
    " FROM post p WHERE p.author IN (SELECT value FROM json_each(?)) GROUP BY p.author, p.platform"
)
_LATEST = (
    "SELECT p.author, p.platform, b.author_name, b.followers, b.verified"
    " FROM post p JOIN body b ON b.n = p.n"
    " WHERE p.author IN (SELECT value FROM json_each(?)) ORDER BY p.collected, p.n"
)
_BRANDS = (
    "SELECT DISTINCT p.author, p.platform, m.brand FROM post p JOIN mention m ON m.n = p.n"
    " WHERE p.author IN (SELECT value FROM json_each(?)) ORDER BY 1, 2, 3"
)

_CARDS = (
    "SELECT k.author, k.platform, k.name, k.key, s.body FROM json_each(?) j"
    " CROSS JOIN creator k ON k.author = j.value JOIN creator_said s ON s.c = k.c"
    " ORDER BY k.c, s.seen, s.seq"
)
# Of each creator's scores the newest, whatever the brand: the panels show one fit.
_FIT = "SELECT s.body FROM creator_score s WHERE s.key = ? ORDER BY s.run DESC LIMIT 1"

Key = tuple[str, str]
"""Author and platform."""


def touched(db: sqlite3.Connection, after: int, until: int) -> tuple[list[str], bool]:
    """Named authors whose figures may have changed, and whether posts are gone, of whoever: then
    all named authors.
    """
    (gone,) = db.execute(_GONE, (after, until)).fetchone()
    rows = db.execute(_NAMED) if gone else db.execute(_TOUCHED, (after, until))
    return sorted(author for (author,) in rows), bool(gone)


def creator_id(platform: str, author: str) -> str:
    """Of a creator on one platform."""
    return hashed(platform, author)


def documents(db: sqlite3.Connection, authors: Sequence[str]) -> Iterator[tuple[str, Source]]:
    """Ids and documents of family ``authors``. One walk through the posts, however many are asked
    for: there is no index by author.
    """
    if not authors:
        return
    chosen = (json.dumps(list(authors)),)
    brands: dict[Key, list[str]] = defaultdict(list)
    for author, platform, brand in db.execute(_BRANDS, chosen):
        brands[author, platform].append(brand)
    told: dict[Key, Source] = defaultdict(dict)
    for author, platform, name, followers, verified in db.execute(_LATEST, chosen):
        fields = {"name": name or None, "followers": followers, "verified": verified}
        told[author, platform] |= {key: value for key, value in fields.items() if value is not None}
    for key, card in cards(db, chosen):
        told[key] |= card
    for author, platform, posts, liked, first, last in db.execute(_SUMS, chosen).fetchall():
        if "name" not in told[author, platform]:
            continue
        source = {
            "platform": platform,
            "hash": author,
            **told[author, platform],
            "brands": brands[author, platform],
            "posts": posts,
            "engagement": liked,
            "first_seen": None if first is None else iso(moment(first)),
            "last_seen": None if last is None else iso(moment(last)),
        }
        kept = {name: value for name, value in source.items() if value not in (None, [])}
        yield creator_id(platform, author), kept


def cards(db: sqlite3.Connection, chosen: tuple[str]) -> Iterator[tuple[Key, Source]]:
    """What sources say of creators, and their newest score."""
    rows = db.execute(_CARDS, chosen).fetchall()
    for (author, platform, name, key), said in groupby(rows, key=lambda row: row[:4]):
        card = folded(row[4] for row in said)
        assert card is not None
        found: Source = {"name": name or key, "followers": card.snapshot.followers,
                         "verified": card.snapshot.verified, "category": list(card.snapshot.category)}  # fmt: skip
        score = db.execute(_FIT, (key,)).fetchone()
        if score is not None:
            said_of = json.loads(score[0])
            found |= {"tier": said_of.get("effective_tier") or said_of.get("tier"), "fit": said_of.get("value"),
                      "fit_low": said_of.get("low"), "fit_high": said_of.get("high")}  # fmt: skip
        yield (
            (author, platform),
            {one: value for one, value in found.items() if value not in (None, [], "")},
        )
