"""The statements that make the tables of the SQLite store."""

from __future__ import annotations

POSTS = (
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

READINGS = (
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

DESK = (
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
JUDGED = (
    'ALTER TABLE reading ADD COLUMN "by" INTEGER NOT NULL DEFAULT 0',
    "ALTER TABLE reading ADD COLUMN emotion BLOB",  # see index.emotions
    "ALTER TABLE reading ADD COLUMN signs TEXT NOT NULL DEFAULT ''",  # joined like tokens
    # Counts only beside a label: a mention without one has the sentiment of the post, "by" and all.
    'ALTER TABLE mention ADD COLUMN "by" INTEGER NOT NULL DEFAULT 0',
    "ALTER TABLE mention ADD COLUMN span_start INTEGER",
    "ALTER TABLE mention ADD COLUMN span_end INTEGER",
    "ALTER TABLE mention ADD COLUMN advert REAL",
)

LOGBOOK = "CREATE TABLE logbook (seq INTEGER PRIMARY KEY, body TEXT NOT NULL)"
NOTICE_INCIDENT = "CREATE INDEX notice_incident ON notice (incident, created)"

# Copies of posts, chained: see tingfeng.core.exhibit. author: keyed hash; both are empty where the copy
# is gone. kept: microseconds.
EXHIBITS = (
    """CREATE TABLE exhibit (
        incident TEXT NOT NULL,
        number INTEGER NOT NULL,
        key TEXT NOT NULL,
        author TEXT NOT NULL,
        kept INTEGER NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (incident, number)
    )""",
    "CREATE INDEX exhibit_key ON exhibit (key)",
    "CREATE INDEX exhibit_author ON exhibit (author)",
)

# Both only grow: what holds is the last row of a post and brand, or of a rule. at: ISO 8601.
CORRECTIONS = (
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
JUDGED_WORDS = """CREATE TABLE judged_words (
    seq INTEGER PRIMARY KEY,
    said TEXT NOT NULL,
    sentences TEXT NOT NULL,
    naming TEXT
)"""

REMOVAL = """CREATE TABLE removal (
    seq INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    what TEXT NOT NULL,
    subject TEXT NOT NULL,
    "before" TEXT,
    posts INTEGER NOT NULL,
    "by" TEXT NOT NULL,
    reason TEXT NOT NULL
)"""

REMOVED = (
    REMOVAL,
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

CHANGES = (
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

POST_HOT = "CREATE INDEX post_hot ON post (collected) WHERE kind = 'hot'"
