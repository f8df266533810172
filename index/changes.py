"""Which posts, incidents and hours changed since when: what an index elsewhere must follow.

Kept by triggers that are made when a store is first followed (:func:`follow`); until then nothing
of this costs anything. From then on putting a post costs 11 microseconds more (28 without), and
keeping a reading 6 more (13), most of it for being able to undo a statement with a trigger. Numbers
are given in the order of commits, since one transaction writes at a
time, and never twice.
"""

from __future__ import annotations

import json
import sqlite3
from typing import Any
from uuid import uuid4

from index.es.layout import hashed, partition
from index.schema import UNDATED
from index.times import ORIGIN, moment

STORE = "followed as"
"""Name of the state that holds the id of a followed store."""

KEPT = 30 * 86_400.0
"""Seconds for which it is known what is gone: an index that stood still, or was restored from a copy,
within that time need not be brought anew."""

_DAILY = 86_400.0
_DROPPED = "changes dropped"
"""Name of the state that holds what :func:`prune` must know."""

FORMER = (
    "SELECT n, published, brand FROM json_each(?) j CROSS JOIN former f ON f.n = j.value"
    " ORDER BY n, published, brand"
)
"""Where documents of posts stood before: brand '' is the post itself."""

NO_DATE = UNDATED
"""Column ``published`` of :data:`FORMER` where the post had no date."""

DAY_OF = f"({{column}} - ({ORIGIN})) / 86400 * 86400 + ({ORIGIN})"
"""SQL: the second at which the local day of a date begins, in Asia/Shanghai."""

# Deleted and inserted, not "OR REPLACE": inside a trigger the conflict clause of the statement that
# fired it holds instead, and an upsert has one.
_POST_CHANGED = "DELETE FROM change WHERE n = NEW.n; INSERT INTO change (n) VALUES (NEW.n);"
_WHAT_CHANGED = "DELETE FROM change WHERE what = {what}; INSERT INTO change (what) VALUES ({what});"
_INCIDENT_CHANGED = _WHAT_CHANGED.format(what="'incident ' || NEW.id")
_COVERAGE_CHANGED = _WHAT_CHANGED.format(what="'coverage ' || NEW.hour || ' ' || NEW.source")

# A document that is gone is named by the hash that is its id in the index, so that forgetting a
# post leaves nothing here that names it.
_POST_GONE = """
    INSERT OR REPLACE INTO change (what)
        SELECT 'posts ' || place || ' ' || document_id(OLD.platform, OLD.id)
        FROM (SELECT document_partition(OLD.published) AS place UNION
            SELECT document_partition(published) FROM former WHERE n = OLD.n AND brand = '');
    INSERT OR REPLACE INTO change (what)
        SELECT 'mentions ' || place || ' '
            || document_id(OLD.platform, OLD.id, brand, '_overall')
        FROM (SELECT document_partition(OLD.published) AS place, brand
            FROM mention WHERE n = OLD.n UNION
            SELECT document_partition(published), brand
            FROM former WHERE n = OLD.n AND brand <> '');
    INSERT OR REPLACE INTO change (what)
        SELECT 'engagement ' || place || ' ' || document_id(OLD.platform, OLD.id, observed)
        FROM engagement,
            (SELECT document_partition(OLD.published) AS place UNION
            SELECT document_partition(published) FROM former WHERE n = OLD.n AND brand = '')
        WHERE n = OLD.n;
    DELETE FROM former WHERE n = OLD.n;
    DELETE FROM change WHERE n = OLD.n;
"""

_BRAND_LEFT = (
    "DELETE FROM former WHERE n = OLD.n AND published = OLD.published AND brand = OLD.brand;"
    " INSERT INTO former VALUES (OLD.n, OLD.published, OLD.brand);"
)
_BRAND_CAME = (
    "DELETE FROM former WHERE n = NEW.n AND published = NEW.published AND brand = NEW.brand;"
)
_POST_MOVED = (
    "DELETE FROM former WHERE n = OLD.n AND brand = ''"
    " AND published = coalesce(OLD.published, {undated});"
    " INSERT INTO former VALUES (OLD.n, coalesce(OLD.published, {undated}), '');"
)

_TRIGGERS = {
    "change_post_new": ("AFTER INSERT ON post", _POST_CHANGED),
    "change_post": ("AFTER UPDATE ON post", _POST_CHANGED),
    "change_post_date": (
        "AFTER UPDATE OF published ON post WHEN OLD.published IS NOT NEW.published",
        _POST_MOVED.format(undated=UNDATED),
    ),
    "change_post_gone": ("BEFORE DELETE ON post", _POST_GONE),
    # The latest observation is followed by an update of its post.
    "change_engagement": (
        "AFTER INSERT ON engagement WHEN NEW.observed"
        " < (SELECT observed FROM post WHERE n = NEW.n)",
        _POST_CHANGED,
    ),
    # A reading that is made again takes every brand out, and most of them in again.
    "change_stance_new": ("AFTER INSERT ON stance", _BRAND_CAME),
    "change_stance_gone": ("AFTER DELETE ON stance", _BRAND_LEFT),
    "change_stance_date": ("AFTER UPDATE OF published ON stance", _BRAND_LEFT + _BRAND_CAME),
    "change_incident_new": ("AFTER INSERT ON incident", _INCIDENT_CHANGED),
    "change_incident": ("AFTER UPDATE ON incident", _INCIDENT_CHANGED),
    "change_coverage_new": ("AFTER INSERT ON coverage", _COVERAGE_CHANGED),
    "change_coverage": ("AFTER UPDATE ON coverage", _COVERAGE_CHANGED),
}


def teach(db: sqlite3.Connection) -> None:
    """Give a connection the functions that the triggers call."""
    db.create_function("document_id", -1, _document_id, deterministic=True)
    db.create_function("document_partition", 1, place, deterministic=True)


def _document_id(*parts: str | int) -> str:
    return hashed(*map(str, parts))


def place(published: int | None) -> str:
    """Partition of the index for a column ``published``."""
    return partition(None if published in (None, UNDATED) else moment(published))


def follow(db: sqlite3.Connection) -> str:
    """Begin to log changes, all that is there being the first; the id of the store.

    Runs inside the caller's transaction. Asking again is safe.
    """
    row = db.execute("SELECT value FROM state WHERE name = ?", (STORE,)).fetchone()
    present = dict(db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    wanted = {
        name: f"CREATE TRIGGER {name} {when} BEGIN {body} END"
        for name, (when, body) in _TRIGGERS.items()
    }
    if row is not None and all(present.get(name) == sql for name, sql in wanted.items()):
        return str(row[0])
    for name, sql in wanted.items():
        db.execute(f"DROP TRIGGER IF EXISTS {name}")
        db.execute(sql)
    everything(db)
    if row is not None:
        return str(row[0])
    id = uuid4().hex
    db.execute("INSERT INTO state VALUES (?, ?)", (STORE, id))
    return id


def everything(db: sqlite3.Connection) -> None:
    """Log all that is there as changed now."""
    db.execute("INSERT OR REPLACE INTO change (n) SELECT n FROM post ORDER BY n")
    db.execute(
        "INSERT OR REPLACE INTO change (what)"
        " SELECT 'incident ' || id FROM incident ORDER BY opened"
    )
    db.execute(
        "INSERT OR REPLACE INTO change (what)"
        " SELECT 'coverage ' || hour || ' ' || source FROM coverage ORDER BY hour, source"
    )


def followed(db: sqlite3.Connection) -> str | None:
    """The id of the store; ``None``: nobody ever followed it."""
    row = db.execute("SELECT value FROM state WHERE name = ?", (STORE,)).fetchone()
    return None if row is None else str(row[0])


def head(db: sqlite3.Connection) -> int:
    """Number of the last change; 0: there was none."""
    return int(db.execute("SELECT coalesce(max(seq), 0) FROM change").fetchone()[0])


def waiting(db: sqlite3.Connection, after: int) -> int:
    """How many changes are later than *after*."""
    return int(db.execute("SELECT count(*) FROM change WHERE seq > ?", (after,)).fetchone()[0])


def prune(db: sqlite3.Connection, done: int, *, now: float) -> int:
    """Forget what is gone for longer than :data:`KEPT`, of changes up to *done*, which an index has;
    how much. *now* in seconds since 1970. Of what is there everything stays logged.
    """
    until, marks = _pruned(db)
    marked = not marks or now - marks[-1][0] >= _DAILY
    if marked:
        marks.append((now, head(db)))
    old = [seq for at, seq in marks if now - at >= KEPT]
    last = min(done, max(old, default=0))
    gone = 0
    if further := last > until:
        until, marks = last, [mark for mark in marks if mark[1] > last or mark is marks[-1]]
        # The very last number stays taken: it is where new ones go on.
        gone = db.execute(
            "DELETE FROM change WHERE seq <= ? AND seq < (SELECT max(seq) FROM change)"
            " AND (what LIKE 'posts %' OR what LIKE 'mentions %' OR what LIKE 'engagement %'"
            " OR what LIKE 'authors %')",
            (until,),
        ).rowcount
    if marked or further:
        value = json.dumps({"until": until, "marks": marks})
        db.execute("INSERT OR REPLACE INTO state VALUES (?, ?)", (_DROPPED, value))
    return gone


def dropped(db: sqlite3.Connection) -> int:
    """Up to which number it is no longer known what is gone."""
    return _pruned(db)[0]


def _pruned(db: sqlite3.Connection) -> tuple[int, list[tuple[float, int]]]:
    row = db.execute("SELECT value FROM state WHERE name = ?", (_DROPPED,)).fetchone()
    told: dict[str, Any] = {"until": 0, "marks": []} if row is None else json.loads(row[0])
    return int(told["until"]), [(float(at), int(seq)) for at, seq in told["marks"]]


def partitions(db: sqlite3.Connection) -> list[str]:
    """Partitions of the index that posts fall into."""
    days = db.execute(
        f"SELECT DISTINCT {DAY_OF.format(column='published')} FROM post"  # noqa: S608
    )
    return sorted({place(day) for (day,) in days})


def again(db: sqlite3.Connection, key: str) -> int | None:
    """Number of the last change of a post by its key; ``None``: there is no such post."""
    platform, _, id = key.partition(":")
    row = db.execute(
        "SELECT seq FROM change c JOIN post p ON p.n = c.n WHERE p.platform = ? AND p.id = ?",
        (platform, id),
    ).fetchone()
    return None if row is None else int(row[0])
