"""Tables of the SQLite store, and how an older file becomes a newer one."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

APPLICATION = 0x74696E67
"""``ting`` in ASCII: the mark in the header by which a file is known to be ours."""

UNDATED = -(1 << 62)
"""Stands for "no date" where a key column cannot be NULL: sorts before every date."""


def m001_posts_readings_desk(db: sqlite3.Connection) -> None:
    """First version."""
    for statement in (*_POSTS, *_READINGS, *_DESK):
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
    for statement in (*_JUDGED, *_CORRECTIONS):
        db.execute(statement)


def m004_which_words_people_judged(db: sqlite3.Connection) -> None:
    """Digests of the words that a correction is about. Of earlier ones nobody knows them: these
    hold whatever their post says.
    """
    db.execute(_JUDGED_WORDS)


def m005_what_was_removed(db: sqlite3.Connection) -> None:
    """Who and what is refused, the audit, and what a removal leaves to do."""
    for statement in _REMOVED:
        db.execute(statement)


def m006_what_an_index_elsewhere_must_follow(db: sqlite3.Connection) -> None:
    """Room for the log of changes, which nothing writes before a store is followed."""
    for statement in _CHANGES:
        db.execute(statement)


MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (
    m001_posts_readings_desk,
    m002_what_posts_leave_unsaid,
    m003_who_judged_and_what_people_corrected,
    m004_which_words_people_judged,
    m005_what_was_removed,
    m006_what_an_index_elsewhere_must_follow,
)
"""In order; number *i* brings ``user_version`` from *i* to *i* + 1."""

VERSION = len(MIGRATIONS)

_POSTS = (
    # Narrow on purpose: every question walks this table, and none of them needs the text.
    # label: position in rows.ATTITUDES; copy: n of the post that opens the near-duplicate group.
    """CREATE TABLE post (
        n INTEGER PRIMARY KEY,
        platform TEXT NOT NULL,
        id TEXT NOT NULL,
        kind TEXT NOT NULL,
        published INTEGER,
        precision INTEGER NOT NULL,
        label INTEGER,
        suspected INTEGER NOT NULL DEFAULT 0,
        version INTEGER REFERENCES version (id),
        copy INTEGER,
        author TEXT,
        source TEXT NOT NULL,
        said INTEGER NOT NULL,
        liked INTEGER NOT NULL,
        content INTEGER NOT NULL,
        collected INTEGER NOT NULL,
        observed INTEGER,
        indexed INTEGER NOT NULL
    )""",
    # None by author: written at random places, it took a quarter of all time of importing, and
    # without it the posts of one author among a million are found in a tenth of a second.
    "CREATE UNIQUE INDEX post_key ON post (platform, id)",
    "CREATE INDEX post_published ON post (published)",
    "CREATE INDEX post_version ON post (version)",
    "CREATE INDEX post_suspected ON post (published) WHERE suspected = 1",
    "CREATE INDEX post_copy ON post (copy) WHERE copy <> n",
    """CREATE TABLE body (
        n INTEGER PRIMARY KEY,
        title TEXT NOT NULL,
        text TEXT NOT NULL,
        url TEXT NOT NULL,
        author_name TEXT,
        followers INTEGER,
        verified TEXT,
        parent TEXT,
        rating REAL,
        place TEXT,
        media TEXT,
        tags TEXT
    )""",
    """CREATE TABLE earlier (
        n INTEGER NOT NULL,
        collected INTEGER NOT NULL,
        title TEXT NOT NULL,
        text TEXT NOT NULL,
        PRIMARY KEY (n, collected)
    ) WITHOUT ROWID""",
    """CREATE TABLE engagement (
        n INTEGER NOT NULL,
        observed INTEGER NOT NULL,
        likes INTEGER, comments INTEGER, reposts INTEGER, favorites INTEGER,
        views INTEGER, coins INTEGER, heat INTEGER,
        PRIMARY KEY (n, observed)
    ) WITHOUT ROWID""",
    # Contentless: the text is in body already. search_terms() has done the folding, so the
    # tokenizer only splits at blanks; nothing ranks by length, so columnsize is left out.
    """CREATE VIRTUAL TABLE post_fts USING fts5 (
        terms, content='', columnsize=0, tokenize='ascii'
    )""",
    # Posts per hour. brand '' is every post, with the sentiment of the whole post.
    """CREATE TABLE hourly (
        brand TEXT NOT NULL,
        hour INTEGER NOT NULL,
        platform TEXT NOT NULL,
        kind TEXT NOT NULL,
        suspected INTEGER NOT NULL,
        precise INTEGER NOT NULL,
        posts INTEGER NOT NULL,
        negative INTEGER NOT NULL,
        positive INTEGER NOT NULL,
        uncertain INTEGER NOT NULL,
        neutral INTEGER NOT NULL,
        PRIMARY KEY (brand, hour, platform, kind, suspected, precise)
    ) WITHOUT ROWID""",
)

_READINGS = (
    """CREATE TABLE version (
        id INTEGER PRIMARY KEY,
        reader TEXT NOT NULL,
        lexicon TEXT NOT NULL,
        UNIQUE (reader, lexicon)
    )""",
    """CREATE TABLE reading (
        n INTEGER PRIMARY KEY,
        negative REAL, neutral REAL, positive REAL,
        tokens TEXT NOT NULL,
        keywords TEXT NOT NULL,
        fingerprint BLOB
    )""",
    # Probabilities and label are NULL where they are those of the whole post.
    """CREATE TABLE mention (
        n INTEGER NOT NULL,
        place INTEGER NOT NULL,
        brand TEXT NOT NULL,
        start INTEGER NOT NULL,
        "end" INTEGER NOT NULL,
        alias TEXT NOT NULL,
        entity TEXT NOT NULL,
        rule TEXT NOT NULL,
        negative REAL, neutral REAL, positive REAL, label INTEGER,
        PRIMARY KEY (n, place)
    ) WITHOUT ROWID""",
    # One row per post and brand, clustered for "this brand over these weeks".
    """CREATE TABLE stance (
        brand TEXT NOT NULL,
        published INTEGER NOT NULL,
        n INTEGER NOT NULL,
        label INTEGER NOT NULL,
        PRIMARY KEY (brand, published, n)
    ) WITHOUT ROWID""",
    # Who stands in a near-duplicate group how often, reposts left aside; author '' is unknown.
    """CREATE TABLE copier (
        copy INTEGER NOT NULL,
        author TEXT NOT NULL,
        posts INTEGER NOT NULL,
        PRIMARY KEY (copy, author)
    ) WITHOUT ROWID""",
    "CREATE TABLE suspect (copy INTEGER PRIMARY KEY)",
)

_DESK = (
    "CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    """CREATE TABLE incident (
        id TEXT PRIMARY KEY,
        brand TEXT NOT NULL,
        state TEXT NOT NULL,
        opened INTEGER NOT NULL,
        body TEXT NOT NULL
    ) WITHOUT ROWID""",
    """CREATE TABLE notice (
        seq INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        incident TEXT NOT NULL,
        created INTEGER NOT NULL,
        waiting INTEGER NOT NULL,
        body TEXT NOT NULL
    )""",
    "CREATE INDEX notice_waiting ON notice (created) WHERE waiting",
    """CREATE TABLE coverage (
        hour INTEGER NOT NULL,
        source TEXT NOT NULL,
        verdict TEXT NOT NULL,
        requests INTEGER NOT NULL,
        failures INTEGER NOT NULL,
        posts INTEGER NOT NULL,
        detail TEXT NOT NULL,
        PRIMARY KEY (hour, source)
    ) WITHOUT ROWID""",
)

# "by": position in rows.BYS. A column that is added costs no rewriting: a file of any size migrates
# at once, and an old row is as long as it was.
_JUDGED = (
    'ALTER TABLE reading ADD COLUMN "by" INTEGER NOT NULL DEFAULT 0',
    "ALTER TABLE reading ADD COLUMN emotion BLOB",  # see index.emotions
    "ALTER TABLE reading ADD COLUMN signs TEXT NOT NULL DEFAULT ''",  # joined like tokens
    # Counts only beside a label: a mention without one has the sentiment of the post, "by" and all.
    'ALTER TABLE mention ADD COLUMN "by" INTEGER NOT NULL DEFAULT 0',
    "ALTER TABLE mention ADD COLUMN span_start INTEGER",
    "ALTER TABLE mention ADD COLUMN span_end INTEGER",
    "ALTER TABLE mention ADD COLUMN advert REAL",
)

# Both only grow: what holds is the last row of a post and brand, or of a rule. at: ISO 8601.
_CORRECTIONS = (
    """CREATE TABLE correction (
        seq INTEGER PRIMARY KEY,
        key TEXT NOT NULL,
        brand TEXT,
        label TEXT,
        "by" TEXT NOT NULL,
        at TEXT NOT NULL,
        "group" TEXT,
        note TEXT NOT NULL
    )""",
    """CREATE TABLE label_rule (
        seq INTEGER PRIMARY KEY,
        id TEXT NOT NULL,
        brand TEXT,
        words TEXT NOT NULL,
        label TEXT,
        "by" TEXT NOT NULL,
        at TEXT NOT NULL,
        note TEXT NOT NULL
    )""",
)

# Beside the table of corrections, not a column of it: a file of an earlier version that may only be
# read has that table or a stand-in for it. Digests are joined: clauses of a sentence by commas,
# sentences and what names the brand by blanks; naming is NULL where the question was the whole post.
_JUDGED_WORDS = """CREATE TABLE judged_words (
    seq INTEGER PRIMARY KEY,
    said TEXT NOT NULL,
    sentences TEXT NOT NULL,
    naming TEXT
)"""

_REMOVAL = """CREATE TABLE removal (
    seq INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    what TEXT NOT NULL,
    subject TEXT NOT NULL,
    "before" TEXT,
    posts INTEGER NOT NULL,
    "by" TEXT NOT NULL,
    reason TEXT NOT NULL
)"""

_REMOVED = (
    _REMOVAL,
    # what: author or post; subject: their hashes.
    """CREATE TABLE tombstone (
        what TEXT NOT NULL,
        subject TEXT NOT NULL,
        PRIMARY KEY (what, subject)
    ) WITHOUT ROWID""",
    # One row. last: no post gets a number up to this one again; unclean: bytes of what was to be
    # forgotten may still be in the file.
    """CREATE TABLE upkeep (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        last INTEGER NOT NULL,
        unclean INTEGER NOT NULL
    )""",
    "INSERT INTO upkeep VALUES (1, 0, 0)",
)

_CHANGES = (
    # n: a post that changed; what: an incident, an hour of coverage, or a document that is gone.
    """CREATE TABLE change (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        n INTEGER UNIQUE,
        what TEXT
    )""",
    "CREATE UNIQUE INDEX change_what ON change (what) WHERE what IS NOT NULL",
    # Where documents of a post stood before: by an earlier date, or of a brand it no longer names.
    """CREATE TABLE former (
        n INTEGER NOT NULL,
        published INTEGER NOT NULL,
        brand TEXT NOT NULL,
        PRIMARY KEY (n, published, brand)
    ) WITHOUT ROWID""",
)

STAND_INS: dict[int, tuple[str, ...]] = {
    3: (
        "CREATE TEMP VIEW reading AS"
        """ SELECT *, 0 AS "by", NULL AS emotion, '' AS signs FROM main.reading""",
        'CREATE TEMP VIEW mention AS SELECT *, 0 AS "by", NULL AS span_start, NULL AS span_end,'
        " NULL AS advert FROM main.mention",
        *(each.replace("CREATE TABLE", "CREATE TEMP TABLE") for each in _CORRECTIONS),
    ),
    4: (_JUDGED_WORDS.replace("CREATE TABLE", "CREATE TEMP TABLE"),),
    5: (_REMOVAL.replace("CREATE TABLE", "CREATE TEMP TABLE"),),
}
"""By version: what stands before the tables of an older file that may only be read, so that the
questions of today can be put to it."""
