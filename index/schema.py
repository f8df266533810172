"""Versions of the SQLite store: how an older file becomes a newer one."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from index import tables
from index.creator_tables import CREATORS

APPLICATION = 0x74696E67
"""``ting`` in ASCII: the mark in the header by which a file is known to be ours."""

UNDATED = -(1 << 62)
"""Stands for "no date" where a key column cannot be NULL: sorts before every date."""


def m001_posts_readings_desk(db: sqlite3.Connection) -> None:
    """First version."""
    for statement in (*tables.POSTS, *tables.READINGS, *tables.DESK):
        db.execute(statement)
    # Fewer, larger merges than the default of 4: 3.6 instead of 4.4 microseconds of FTS5's own time
    # a post, and searches look into at most twice as many segments.
    db.execute("INSERT INTO post_fts(post_fts, rank) VALUES ('automerge', 8)")


def m002_what_posts_leave_unsaid(db: sqlite3.Connection) -> None:
    """Column ``unsaid`` of ``post``: the bits of :func:`index.edits.unsaid`."""
    db.execute("ALTER TABLE post ADD COLUMN unsaid INTEGER NOT NULL DEFAULT 0")
    db.execute(
        "UPDATE post SET unsaid = (SELECT (url = '') + 2 * (post.author IS NULL)"
        " + 4 * (coalesce(author_name, '') = '') + 8 * (followers IS NULL)"
        " + 16 * (coalesce(verified, '') = '') + 32 * (post.published IS NULL)"
        " + 64 * (coalesce(parent, '') = '') + 128 * (rating IS NULL)"
        " + 256 * (coalesce(place, '') = '') + 512 * (coalesce(media, '') = '')"
        " + 1024 * (tags IS NULL) + 2048 * (title = '') + 4096 * (text = '')"
        " FROM body WHERE body.n = post.n)"
    )


def m003_who_judged_and_what_people_corrected(db: sqlite3.Connection) -> None:
    """Who said a sentiment, evidence and adverts of mentions, emotions, signs, corrections. What
    was read before, the model said.
    """
    for statement in (*tables.JUDGED, *tables.CORRECTIONS):
        db.execute(statement)


def m004_which_words_people_judged(db: sqlite3.Connection) -> None:
    """Digests of the words that a correction is about. Of earlier ones nobody knows them: these
    hold whatever their post says.
    """
    db.execute(tables.JUDGED_WORDS)


def m005_what_was_removed(db: sqlite3.Connection) -> None:
    """Who and what is refused, the audit, and what a removal leaves to do."""
    for statement in tables.REMOVED:
        db.execute(statement)


def m006_what_an_index_elsewhere_must_follow(db: sqlite3.Connection) -> None:
    """Room for the log of changes, which nothing writes before a store is followed."""
    for statement in tables.CHANGES:
        db.execute(statement)


def m007_what_people_say_of_incidents(db: sqlite3.Connection) -> None:
    """The logbook; and notices are asked for by incident at every turn."""
    for statement in (tables.LOGBOOK, tables.NOTICE_INCIDENT):
        db.execute(statement)


def m008_evidence_as_it_was(db: sqlite3.Connection) -> None:
    """Copies of posts that incidents rest on."""
    for statement in tables.EXHIBITS:
        db.execute(statement)


def m009_who_is_known_by_name(db: sqlite3.Connection) -> None:
    """Creators: what sources said of them, which posts are theirs, what people said, scores."""
    for statement in CREATORS:
        db.execute(statement)


def m010_what_stands_on_hot_lists(db: sqlite3.Connection) -> None:
    """Entries of hot lists are asked for by when they were first seen, among millions of posts."""
    db.execute(tables.POST_HOT)


MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (
    m001_posts_readings_desk,
    m002_what_posts_leave_unsaid,
    m003_who_judged_and_what_people_corrected,
    m004_which_words_people_judged,
    m005_what_was_removed,
    m006_what_an_index_elsewhere_must_follow,
    m007_what_people_say_of_incidents,
    m008_evidence_as_it_was,
    m009_who_is_known_by_name,
    m010_what_stands_on_hot_lists,
)
"""In order; number *i* brings ``user_version`` from *i* to *i* + 1."""

VERSION = len(MIGRATIONS)

STAND_INS: dict[int, tuple[str, ...]] = {
    3: (
        "CREATE TEMP VIEW reading AS"
        """ SELECT *, 0 AS "by", NULL AS emotion, '' AS signs FROM main.reading""",
        'CREATE TEMP VIEW mention AS SELECT *, 0 AS "by", NULL AS span_start, NULL AS span_end,'
        " NULL AS advert FROM main.mention",
        *(each.replace("CREATE TABLE", "CREATE TEMP TABLE") for each in tables.CORRECTIONS),
    ),
    4: (tables.JUDGED_WORDS.replace("CREATE TABLE", "CREATE TEMP TABLE"),),
    5: (tables.REMOVAL.replace("CREATE TABLE", "CREATE TEMP TABLE"),),
    7: (tables.LOGBOOK.replace("CREATE TABLE", "CREATE TEMP TABLE"),),
    8: (tables.EXHIBITS[0].replace("CREATE TABLE", "CREATE TEMP TABLE"),),
    9: tuple(
        each.replace("CREATE TABLE", "CREATE TEMP TABLE")
        for each in CREATORS
        if each.startswith("CREATE TABLE")
    ),
}
"""By version: what stands before the tables of an older file that may only be read, so that the
questions of today can be put to it."""
