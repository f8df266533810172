"""Creators in SQLite: snapshots in, folded cards out, and what must go again."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby

from index import changes
from index.connect import Database
from index.creators_pack import digest, folded, storable
from index.es.layout import hashed as hashed_id
from index.removal import note
from index.schema import UNDATED
from index.times import seconds, seconds_up
from index.tombstones import bury
from tingfeng import CreatorCard, CreatorOutcome, Removal, Snapshot

PAGE = 500
"""Creators fetched at once where many are asked for."""

_LATEST = (
    "UPDATE creator SET (name, until) = ("
    "SELECT s.name, (SELECT max(expires) FROM creator_said WHERE c = creator.c)"
    " FROM creator_said s WHERE s.c = creator.c ORDER BY s.name = '', s.seen DESC, s.seq DESC LIMIT 1)"
    " WHERE c IN (SELECT value FROM json_each(?))"
)
_POSTS = (
    f"INSERT INTO creator_post (c, published, n) SELECT c.c, coalesce(p.published, {UNDATED}), p.n"  # noqa: S608
    " FROM post p JOIN creator c ON c.author = p.author"
    " WHERE c.c IN (SELECT value FROM json_each(?)) AND p.author IS NOT NULL"
    " ON CONFLICT DO NOTHING"
)
# Whoever follows the store must learn of it; nothing in the row changes. Of a name from every post
# that bears it, of figures from any one.
_TOUCH_ONE = (
    "UPDATE post SET author = author WHERE n ="
    " (SELECT n FROM creator_post WHERE c = ? ORDER BY published DESC LIMIT 1)"
)
_TOUCH = "UPDATE post SET author = author WHERE n IN (SELECT n FROM creator_post WHERE c = ?)"


def put(
    db: sqlite3.Connection,
    snapshots: Iterable[Snapshot],
    hashed: Callable[[str, str], str],
    now: datetime,
) -> list[CreatorOutcome]:
    """See :meth:`tingfeng.CreatorStore.put_creators`."""
    intake = _Intake(db, hashed, now)
    outcomes = [intake.take(one) for one in snapshots]
    intake.finish()
    return outcomes


class _Intake:
    def __init__(
        self, db: sqlite3.Connection, hashed: Callable[[str, str], str], now: datetime
    ) -> None:
        self._db, self._hashed, self._now = db, hashed, now
        self._new: set[int] = set()
        self._renamed: dict[int, str] = {}

    def take(self, snapshot: Snapshot) -> CreatorOutcome:
        if snapshot.provenance.expires_at <= self._now:
            return "expired"
        text = storable(snapshot)
        said = json.loads(text)
        author = self._hashed(snapshot.platform, snapshot.id)
        if objected(self._db, author):
            return "objected"
        key = f"{said['platform']}:{said['id']}"
        row = self._db.execute("SELECT c, name FROM creator WHERE key = ?", (key,)).fetchone()
        if row is None:
            sql = "INSERT INTO creator (key, platform, author, name, until) VALUES (?, ?, ?, ?, 0)"
            added = self._db.execute(sql, (key, said["platform"], author, ""))
            row = (added.lastrowid, "")
            self._new.add(int(row[0] or 0))
        c = int(row[0])
        provenance = snapshot.provenance
        added = self._db.execute(
            "INSERT INTO creator_said (c, seen, expires, digest, name, body)"
            " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (
                c, seconds(provenance.seen_at), seconds_up(provenance.expires_at), digest(text),
                said.get("name", ""), text,
            ),
        )  # fmt: skip
        if not added.rowcount:
            return "seen"
        self._renamed.setdefault(c, row[1])
        return "new" if c in self._new and self._first(c) else "changed"

    def _first(self, c: int) -> bool:
        sql = "SELECT count(*) FROM creator_said WHERE c = ?"
        return int(self._db.execute(sql, (c,)).fetchone()[0]) == 1

    def finish(self) -> None:
        """Names and expiry as they now are; posts that were there before their creators."""
        db, touched = self._db, list(self._renamed)
        db.execute(_LATEST, (json.dumps(touched),))
        if self._new:
            db.execute(_POSTS, (json.dumps(sorted(self._new)),))
        for c, before in self._renamed.items():
            (name,) = db.execute("SELECT name FROM creator WHERE c = ?", (c,)).fetchone()
            db.execute(_TOUCH if name != before else _TOUCH_ONE, (c,))


def objected(db: sqlite3.Connection, author: str) -> bool:
    """Whether nothing of this account may be kept."""
    sql = "SELECT EXISTS (SELECT 1 FROM tombstone WHERE what IN ('creator', 'author') AND subject = ?)"
    return bool(db.execute(sql, (author,)).fetchone()[0])


def known(db: sqlite3.Connection, key: str) -> bool:
    """Whether a creator is stored."""
    sql = "SELECT EXISTS (SELECT 1 FROM creator WHERE key = ?)"
    return bool(db.execute(sql, (key,)).fetchone()[0])


def said_of(db: sqlite3.Connection, key: str) -> list[str]:
    """Packed snapshots of one account, oldest first."""
    rows = db.execute(
        "SELECT s.body FROM creator c JOIN creator_said s ON s.c = c.c WHERE c.key = ?"
        " ORDER BY s.seen, s.seq",
        (key,),
    )
    return [body for (body,) in rows]


def numbers(db: sqlite3.Connection, keys: Iterable[str] | None, platform: str | None) -> list[int]:
    """Whom a walk is about, in the order in which they came in."""
    sql, values = "SELECT c FROM creator WHERE TRUE", list[str]()
    if keys is not None:
        sql += " AND key IN (SELECT value FROM json_each(?))"
        values.append(json.dumps(list(keys)))
    if platform is not None:
        sql += " AND platform = ?"
        values.append(platform)
    return [c for (c,) in db.execute(f"{sql} ORDER BY c", values)]


_SAID = (
    "SELECT c, body FROM creator_said WHERE c IN (SELECT value FROM json_each(?)) AND expires > ?"
    " ORDER BY c, seen, seq"
)


def cards(
    database: Database, keys: Iterable[str] | None, platform: str | None, now: datetime
) -> Iterator[CreatorCard]:
    """See :meth:`tingfeng.CreatorStore.creators`; no lock is held while the caller works."""
    with database.reading() as db:
        chosen = numbers(db, keys, platform)
    for start in range(0, len(chosen), PAGE):
        page = (json.dumps(chosen[start : start + PAGE]), seconds(now))
        with database.reading() as db:
            rows = db.execute(_SAID, page).fetchall()
        for _, said in groupby(rows, key=lambda row: row[0]):
            card = folded(body for _, body in said)
            if card is not None:
                yield card


_OF_CREATOR = ("creator_said", "creator_post", "creator")


def scored(db: sqlite3.Connection, keys: Iterable[str]) -> None:
    """Let whoever follows the store know of new scores."""
    numbered = "SELECT c FROM creator WHERE key = ?"
    found = [row for key in keys for row in db.execute(numbered, (key,))]
    db.executemany(_TOUCH_ONE, found)


def drop(db: sqlite3.Connection, chosen: Sequence[int]) -> None:
    """Take creators out, with all that is kept of them; their posts lose the name."""
    told = changes.followed(db) is not None
    for c in chosen:
        sql = "SELECT key, platform, author FROM creator WHERE c = ?"
        key, platform, author = db.execute(sql, (c,)).fetchone()
        if told:
            gone = f"authors - {hashed_id(platform, author)}"
            db.execute("DELETE FROM change WHERE what = ?", (gone,))
            db.execute("INSERT INTO change (what) VALUES (?)", (gone,))
        db.execute("DELETE FROM creator_entry WHERE key = ? OR other = ?", (key, key))
        db.execute("DELETE FROM creator_score WHERE key = ?", (key,))
        db.execute(_TOUCH, (c,))
        for table in _OF_CREATOR:
            db.execute(f"DELETE FROM {table} WHERE c = ?", (c,))  # noqa: S608


def forget(db: sqlite3.Connection, author: str, line: Removal | None) -> bool:
    """Take out the creator with this keyed hash and refuse what comes; whether anything was there.
    *line* goes into the audit, with the number of posts that stay.
    """
    row = db.execute("SELECT c FROM creator WHERE author = ?", (author,)).fetchone()
    new = line is not None and bury(db, "creator", [author])
    if row is not None:
        sql = "SELECT count(*) FROM creator_post WHERE c = ?"
        (posts,) = db.execute(sql, row).fetchone()
        drop(db, row)
        db.execute("UPDATE upkeep SET unclean = 1")
    if line is not None and (new or row is not None):
        note(db, _with_posts(line, posts if row is not None else 0), None)
    return row is not None


def _with_posts(line: Removal, posts: int) -> Removal:
    return Removal(
        at=line.at, what=line.what, subject=line.subject, posts=posts, by=line.by,
        reason=line.reason,
    )  # fmt: skip


def expire(db: sqlite3.Connection, now: datetime) -> int:
    """Remove what may no longer be kept; how many snapshots."""
    moment = seconds(now)
    ended = [c for (c,) in db.execute("SELECT c FROM creator WHERE until <= ?", (moment,))]
    sql = "SELECT DISTINCT c FROM creator_said WHERE expires <= ?"
    touched = [c for (c,) in db.execute(sql, (moment,))]
    gone = db.execute("DELETE FROM creator_said WHERE expires <= ?", (moment,)).rowcount
    if not gone:
        return 0
    drop(db, ended)
    db.execute(_LATEST, (json.dumps([c for c in touched if c not in set(ended)]),))
    return gone
