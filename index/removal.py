"""Posts on their way out, in one transaction: out of every count, group, index and story."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime

from index.copies import Copies
from index.creator_posts import left
from index.desk import redact
from index.facts import facts_by_number, members
from index.record import forget
from index.redact import Gone
from index.rollup import Tally
from index.rows import posts
from tingfeng import Removal, search_terms

_OF_POST = ("post", "body", "earlier", "engagement")
"""The post first: triggers of :mod:`index.changes` look at its counts when it goes."""
_CHOSEN = "IN (SELECT value FROM json_each(?))"


def remove(db: sqlite3.Connection, numbers: Sequence[int]) -> list[str]:
    """Remove the posts with these numbers; their keys, in that order."""
    if not numbers:
        return []
    going = facts_by_number(db, numbers)
    listed = json.dumps([post.n for post in going])
    tally, copies = Tally(), Copies()
    forget(db, going, tally, copies)
    _drop_terms(db, [post.n for post in going])
    for table in _OF_POST:
        db.execute(f"DELETE FROM {table} WHERE n {_CHOSEN}", (listed,))  # noqa: S608
    left(db, [post.n for post in going])
    copies.apply(db, tally)
    keys = [f"{post.platform}:{post.id}" for post in going]
    heirs = _inherit(db, listed, tally)
    tally.apply(db)
    _drop_corrections(db, keys)
    _rename_groups(db, {key: heirs.get(post.n) for key, post in zip(keys, going, strict=True)})
    redact(db, Gone(keys))
    # Numbers are the order in which posts came in: none is given twice.
    db.execute("UPDATE upkeep SET last = max(last, ?)", (max(post.n for post in going),))
    return keys


def _drop_terms(db: sqlite3.Connection, numbers: Sequence[int]) -> None:
    """The index keeps no text: what is to be taken out of it must be said again."""
    db.executemany(
        "INSERT INTO post_fts (post_fts, rowid, terms) VALUES ('delete', ?, ?)",
        [
            (n, " ".join(search_terms(post.words)))
            for n, post in zip(numbers, posts(db, numbers), strict=True)
        ],
    )


_ORPHANS = (
    "SELECT p.copy, min(p.n) FROM json_each(?) j CROSS JOIN post p"
    " ON p.copy = j.value AND p.copy <> p.n GROUP BY p.copy ORDER BY p.copy"
)


def _inherit(db: sqlite3.Connection, gone: str, tally: Tally) -> dict[int, int]:
    """Let groups whose first post is gone live on under the earliest of those that are left; who
    follows whom.
    """
    heirs = dict(db.execute(_ORPHANS, (gone,)).fetchall())
    for root, heir in heirs.items():
        # Both are dissolved and judged anew as one: the heir may have opened a group of its own.
        _join(db, root, heir, tally)
    return heirs


def _join(db: sqlite3.Connection, root: int, heir: int, tally: Tally) -> None:
    copies = Copies()
    for copy in (root, heir):
        for post in members(db, copy):
            copies.add(post, copy, -1)
    copies.apply(db, tally)
    db.execute("UPDATE post SET copy = ? WHERE copy = ? AND copy <> n", (heir, root))
    for post in members(db, heir):
        copies.add(post, heir)
    copies.apply(db, tally)


def _drop_corrections(db: sqlite3.Connection, keys: Sequence[str]) -> None:
    listed = (json.dumps(keys),)
    db.execute(
        f"DELETE FROM judged_words WHERE seq IN (SELECT seq FROM correction WHERE key {_CHOSEN})",  # noqa: S608
        listed,
    )
    db.execute(f"DELETE FROM correction WHERE key {_CHOSEN}", listed)  # noqa: S608


def _rename_groups(db: sqlite3.Connection, heirs: dict[str, int | None]) -> None:
    """What people said of copies goes on holding for the group under its new name."""
    named = {
        group
        for (group,) in db.execute('SELECT DISTINCT "group" FROM correction')
        if group in heirs
    }
    for group in named:
        db.execute(
            'UPDATE correction SET "group" ='
            " (SELECT platform || ':' || id FROM post WHERE n = ?) WHERE \"group\" = ?",
            (heirs[group], group),
        )


def note(db: sqlite3.Connection, line: Removal, seq: int | None) -> int:
    """Write *line* into the audit, or add its posts to the line *seq*; the number of the line."""
    if seq is not None:
        db.execute("UPDATE removal SET posts = posts + ? WHERE seq = ?", (line.posts, seq))
        return seq
    before = None if line.before is None else line.before.isoformat()
    added = db.execute(
        'INSERT INTO removal (at, what, subject, "before", posts, "by", reason)'
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (line.at.isoformat(), line.what, line.subject, before, line.posts, line.by, line.reason),
    )
    return int(added.lastrowid or 0)


def audit(db: sqlite3.Connection) -> list[Removal]:
    """In the order in which it was written."""
    rows = db.execute(
        'SELECT at, what, subject, "before", posts, "by", reason FROM removal ORDER BY seq'
    )
    return [
        Removal(
            at=datetime.fromisoformat(at),
            what=what,
            subject=subject,
            before=None if before is None else datetime.fromisoformat(before),
            posts=posts_,
            by=by,
            reason=reason,
        )
        for at, what, subject, before, posts_, by, reason in rows
    ]
