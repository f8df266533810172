"""A stored post gains an edited text, or fields that it left unsaid."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace

from index.copies import Copies
from index.creator_posts import moved
from index.edits import digest, said, superseded, unsaid
from index.facts import Facts, facts, facts_by_key
from index.record import forget, move
from index.rollup import Tally
from index.rows import BODY_COLUMNS, body_row
from index.times import moment, seconds
from tingfeng import Post, search_terms

INSERT_BODY = " ".join(
    [
        f"INSERT OR REPLACE INTO body ({BODY_COLUMNS})",
        f"VALUES ({','.join('?' * (BODY_COLUMNS.count(',') + 1))})",
    ]
)


def revise(db: sqlite3.Connection, n: int, old: Post, new: Post, tally: Tally) -> None:
    """Write *new* in place of *old*: see :func:`index.edits.revised`. The caller applies *tally*.

    New words are unread; with the same words, what was read in them stays.
    """
    if new.collected_at != old.collected_at:
        db.execute(
            "INSERT INTO earlier VALUES (?,?,?,?)",
            (n, seconds(old.collected_at), old.title, old.text),
        )
    gone = [(n, seconds(v.collected_at)) for v in _earlier(db, old, n) if superseded(v, new)]
    db.executemany("DELETE FROM earlier WHERE n = ? AND collected = ?", gone)
    before = facts_by_key(db, [(old.platform, old.id)])[old.platform, old.id]
    copies = Copies()
    if new.words == old.words:
        _fill(db, before, new, tally, copies)
    else:
        _reword(db, before, old, new, tally, copies)
    db.execute(INSERT_BODY, body_row(n, new))
    copies.apply(db, tally)
    told = facts(n, new, 0)
    moved(db, (told.author, told.published, n))


def _fill(db: sqlite3.Connection, before: Facts, new: Post, tally: Tally, copies: Copies) -> None:
    told = facts(before.n, new, before.content)
    after = before._replace(published=told.published, precision=told.precision, author=told.author)
    if after != before:
        move(db, before, after, tally, copies)
    db.execute(
        "UPDATE post SET published = ?, precision = ?, author = ?, unsaid = ? WHERE n = ?",
        (after.published, after.precision, after.author, unsaid(new), after.n),
    )


def _reword(
    db: sqlite3.Connection, before: Facts, old: Post, new: Post, tally: Tally, copies: Copies
) -> None:
    n, words = before.n, new.words
    forget(db, [before], tally, copies)
    terms = " ".join(search_terms(words))
    db.execute(
        "INSERT INTO post_fts (post_fts, rowid, terms) VALUES ('delete', ?, ?)",
        (n, " ".join(search_terms(old.words))),
    )
    db.execute("INSERT INTO post_fts (rowid, terms) VALUES (?, ?)", (n, terms))
    after = facts(n, new, digest(words))
    db.execute(
        "UPDATE post SET kind = ?, published = ?, precision = ?, author = ?, source = ?,"
        " said = ?, content = ?, collected = ?, unsaid = ?, version = NULL, label = NULL,"
        " suspected = 0, copy = NULL WHERE n = ?",
        (
            after.kind, after.published, after.precision, after.author, new.source,
            said(words, terms), after.content, seconds(new.collected_at), unsaid(new), n,
        ),
    )  # fmt: skip
    tally.add(after, None)


def versions(db: sqlite3.Connection, post: Post, n: int) -> list[Post]:
    """*post* with each of its texts, oldest first, its own the last."""
    return [*_earlier(db, post, n), post]


def _earlier(db: sqlite3.Connection, post: Post, n: int) -> Sequence[Post]:
    rows = db.execute(
        "SELECT title, text, collected FROM earlier WHERE n = ? ORDER BY collected", (n,)
    )
    return [replace(post, title=a, text=b, collected_at=moment(at)) for a, b, at in rows]
