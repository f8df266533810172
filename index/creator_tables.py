"""The statements that make the tables of creators in the SQLite store."""

from __future__ import annotations

CREATORS = (
    # author: keyed hash, by which posts are known; name: of the latest snapshot; until: when the
    # last of the snapshots expires.
    """CREATE TABLE creator (
        c INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,
        platform TEXT NOT NULL,
        author TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        until INTEGER NOT NULL
    )""",
    # body: see index.creators_pack.
    """CREATE TABLE creator_said (
        seq INTEGER PRIMARY KEY,
        c INTEGER NOT NULL,
        seen INTEGER NOT NULL,
        expires INTEGER NOT NULL,
        digest TEXT NOT NULL,
        name TEXT NOT NULL,
        body TEXT NOT NULL,
        UNIQUE (c, digest)
    )""",
    "CREATE INDEX creator_said_seen ON creator_said (c, seen)",
    "CREATE INDEX creator_said_expires ON creator_said (expires)",
    # Posts of creators, so that theirs are found without walking all. The newest first, which is how
    # they are read; undated ones last. facts: what is derived from a post once, to be made again.
    """CREATE TABLE creator_post (
        c INTEGER NOT NULL,
        published INTEGER NOT NULL,
        n INTEGER NOT NULL,
        facts TEXT,
        PRIMARY KEY (c, published DESC, n)
    ) WITHOUT ROWID""",
    "CREATE INDEX creator_post_n ON creator_post (n)",
    "CREATE INDEX creator_post_bare ON creator_post (published) WHERE facts IS NULL",
    """CREATE TABLE creator_entry (
        seq INTEGER PRIMARY KEY,
        key TEXT NOT NULL,
        other TEXT NOT NULL,
        body TEXT NOT NULL
    )""",
    "CREATE INDEX creator_entry_key ON creator_entry (key)",
    "CREATE INDEX creator_entry_other ON creator_entry (other) WHERE other <> ''",
    """CREATE TABLE score_run (
        seq INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        body TEXT NOT NULL
    )""",
    """CREATE TABLE creator_score (
        run INTEGER NOT NULL,
        key TEXT NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (run, key)
    ) WITHOUT ROWID""",
    "CREATE INDEX creator_score_key ON creator_score (key)",
)
