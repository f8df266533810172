"""The log of changes: an index that follows it from any position ends like the store."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import changes
from index.connect import Database
from index.es.documents import document_id, post_source
from index.es.followed import EPOCH, actions, hanging, page, read, versioned
from index.es.layout import Names
from index.sqlite import SQLiteStore
from tingfeng import SHANGHAI, Author, Coverage, Engagement, Evidence, Incident, Observation

NAMES = Names(prefix="t")
Documents = dict[tuple[str, str], tuple[int, bytes | None]]


class Followed:
    """A store, and a dictionary that follows it as an index with external versions does."""

    def __init__(self, path: str) -> None:
        self.store = SQLiteStore(path)
        self.log = Database(path)
        with self.log.writing() as db:
            changes.follow(db)
        self.index: Documents = {}
        self.position = 0

    def follow(self, *, limit: int = 100, pages: int = 1000, after: int | None = None) -> int:
        """How many documents were written."""
        written = 0
        position = self.position if after is None else after
        for _ in range(pages):
            with self.log.reading() as db:
                found = page(db, position, limit)
            if not len(found):
                break
            for action in actions(found, NAMES, 1):
                known = self.index.get((action.index, action.id), (0, None))
                assert action.version is not None
                if action.version > known[0]:
                    self.index[action.index, action.id] = action.version, action.source
                    written += 1
            position = found.until
        self.position = position
        return written

    def there(self) -> dict[tuple[str, str], bytes]:
        return {key: source for key, (_, source) in self.index.items() if source is not None}

    def wanted(self) -> dict[tuple[str, str], bytes]:
        from index.es.encoding import encoded

        wanted = {}
        with self.log.reading() as db:
            numbers = [n for (n,) in db.execute("SELECT n FROM post")]
            for stored in read(db, numbers):
                where = stored.place
                index = NAMES.index("posts", where)
                wanted[index, document_id(stored)] = encoded(post_source(stored))
                for family, id, source in hanging(stored):
                    wanted[NAMES.index(family, where), id] = encoded(source)
        return wanted

    def close(self) -> None:
        self.log.close()
        self.store.close()


@pytest.fixture
def followed(tmp_path: Path) -> Iterator[Followed]:
    made = Followed(str(tmp_path / "posts.db"))
    yield made
    made.close()


MONTHS = [None, *(datetime(2026, month, 3, 9, tzinfo=SHANGHAI) for month in (4, 5, 6))]
NOW = datetime(2026, 6, 12, 10, tzinfo=SHANGHAI)

CHANGE = st.one_of(
    st.tuples(
        st.just("put"), st.integers(0, 4), st.sampled_from(["好", "坏", "云雀不错"]),
        st.sampled_from(MONTHS), st.one_of(st.none(), st.integers(0, 3)), st.integers(0, 2),
    ),
    st.tuples(
        st.just("read"), st.integers(0, 4),
        st.sets(st.sampled_from(["云雀", "远山", "白鹭"])), st.sampled_from(["a", "b"]),
        st.booleans(),
    ),
    st.tuples(st.just("forget"), st.integers(0, 2)),
    st.tuples(st.just("forget posts"), st.integers(0, 4)),
    st.tuples(st.just("expire"), st.integers(1, 3)),
    st.tuples(st.just("follow"), st.integers(1, 3), st.integers(1, 3)),
)  # fmt: skip


def _do(followed: Followed, number: int, change: Any, make_post: Any, make_analysis: Any) -> None:
    store, now = followed.store, NOW + timedelta(minutes=number)
    match change:
        case ("put", id, text, published, likes, author):
            post = make_post(
                str(id), text, published_at=published, author=Author(id=f"a{author}"),
                collected_at=now,
            )  # fmt: skip
            # An older observation now and then: it changes the post, and not its latest counts.
            at = now - timedelta(hours=3 * (number % 2))
            seen = None if likes is None else Engagement(observed_at=at, likes=likes)
            store.put([Observation(post=post, engagement=seen)], now=now)
        case ("read", id, brands, reader, copy):
            found = store.get(f"weibo:{id}")
            if found is not None:
                root = store.get("weibo:0") if copy else None
                named = None if root is None else root.post.key
                reading = make_analysis(
                    found.post, "negative", tuple(sorted(brands)), reader=reader, copy_of=named
                )
                store.record([reading])
        case ("forget", author):
            store.forget(f"a{author}", now=now)
        case ("forget posts", id):
            store.forget_posts([f"weibo:{id}"], now=now)
        case ("expire", month):
            store.expire(MONTHS[month], now=now)  # type: ignore[arg-type]
        case ("follow", limit, pages):
            followed.follow(limit=limit, pages=pages)


@settings(max_examples=60, deadline=None)
@given(change=st.lists(CHANGE, max_size=25))
def test_whatever_happens_the_index_ends_like_the_store(
    change: list[Any], make_post: Any, make_analysis: Any, tmp_path_factory: Any
) -> None:
    followed = Followed(str(tmp_path_factory.mktemp("log") / "posts.db"))
    try:
        for number, each in enumerate(change):
            _do(followed, number, each, make_post, make_analysis)
        followed.follow(limit=3)
        assert followed.there() == followed.wanted()
        before = dict(followed.index)
        assert followed.follow(after=0) == 0  # a replay of everything writes nothing
        assert followed.index == before
        with followed.log.reading() as db:
            assert changes.waiting(db, followed.position) == 0
    finally:
        followed.close()


def test_nothing_is_logged_before_somebody_follows(tmp_path: Path, make_seen: Any) -> None:
    store = SQLiteStore(str(tmp_path / "posts.db"))
    store.put([make_seen("1")], now=NOW)
    with store._db.reading() as db:
        assert changes.head(db) == 0
        assert changes.followed(db) is None
        assert not db.execute("SELECT * FROM sqlite_master WHERE type = 'trigger'").fetchall()
    with store._db.writing() as db:
        id = changes.follow(db)
    with store._db.writing() as db:
        assert changes.follow(db) == id
        assert changes.head(db) == 1  # what was there before is a change
    store.close()


def test_an_older_observation_alone_is_a_change(followed: Followed, make_post: Any) -> None:
    post = make_post("1")
    for hours in (0, -2):
        seen = Engagement(observed_at=NOW + timedelta(hours=hours), likes=3)
        followed.store.put([Observation(post=post, engagement=seen)], now=NOW)
        followed.follow()
    assert followed.there() == followed.wanted()
    assert len(followed.there()) == 3


def test_a_post_that_is_dated_later_takes_everything_along(
    followed: Followed, make_post: Any, make_analysis: Any
) -> None:
    seen = Engagement(observed_at=NOW, likes=3)
    undated = make_post("1", published_at=None)
    followed.store.put([Observation(post=undated, engagement=seen)], now=NOW)
    followed.store.record([make_analysis(undated, brands=("云雀", "远山"))])
    followed.follow()
    followed.store.put([Observation(post=make_post("1", published_at=MONTHS[1]))], now=NOW)
    followed.follow()
    assert {index.rpartition("-")[2] for index, _ in followed.there()} == {"2026.04"}
    assert followed.there() == followed.wanted()


def test_reading_again_leaves_nothing_behind(
    followed: Followed, make_seen: Any, make_analysis: Any
) -> None:
    seen = make_seen("1")
    followed.store.put([seen], now=NOW)
    for reader in ("a", "b"):
        followed.store.record([make_analysis(seen.post, brands=("云雀",), reader=reader)])
    with followed.log.reading() as db:
        assert not db.execute("SELECT * FROM former").fetchall()


def test_an_incident_that_must_no_longer_name_a_post(followed: Followed, make_seen: Any) -> None:
    followed.store.put([make_seen("1")], now=NOW)
    followed.store.save_incident(incident(posts=("weibo:1",)))
    followed.follow()
    followed.store.forget_posts(["weibo:1"], now=NOW)
    followed.follow()
    (source,) = [source for (index, _), source in followed.there().items() if "-incid" in index]
    assert b"weibo:1" not in source


def incident(**changes: Any) -> Incident:
    evidence = Evidence(
        at=NOW, rule="share_1h", score=5.5, threshold=4.0, window_hours=1.0, mentions=30,
        negative=20, expected=3.0, usual_share=0.1, posts=changes.pop("posts", ()),
    )  # fmt: skip
    fields: dict[str, Any] = {
        "brand": "云雀", "level": "red", "state": "open", "opened_at": NOW, "first_post_at": NOW,
        "updated_at": NOW, "evidence": evidence, "negative": 20,
    }  # fmt: skip
    return Incident(id="i1", **(fields | changes))


def test_incidents_and_hours_of_coverage(followed: Followed) -> None:
    opened = incident()
    followed.store.save_incident(opened)
    hour = NOW.replace(minute=0)
    ledger = Coverage(source="weibo", hour=hour, verdict="ok", requests=2, failures=0, posts=5)
    followed.store.note(ledger)
    followed.follow()
    assert {index for index, _ in followed.index} == {"t-incidents-v1", "t-coverage-v1"}
    followed.store.note(ledger)
    followed.store.save_incident(replace(opened, state="closed", closed_at=NOW))
    assert followed.follow() == 2
    documents = {index: json.loads(source) for (index, _), source in followed.there().items()}
    assert documents["t-coverage-v1"]["requests"] == 4
    assert documents["t-incidents-v1"]["state"] == "closed"


def test_no_name_of_what_was_forgotten_stays_in_the_log(
    followed: Followed, make_seen: Any, make_analysis: Any
) -> None:
    seen = make_seen("secret-7", published_at=MONTHS[1], likes=1)
    followed.store.put([seen], now=NOW)
    followed.store.record([make_analysis(seen.post, brands=("云雀",))])
    followed.follow()
    assert len(followed.there()) == 3
    followed.store.forget_posts(["weibo:secret-7"], now=NOW)
    with followed.log.reading() as db:
        logged = db.execute("SELECT what FROM change").fetchall()
        assert len(logged) == 3
        assert not any("secret" in what for (what,) in logged)
        assert not db.execute("SELECT * FROM former").fetchall()
    followed.follow()
    assert followed.there() == {}


def test_versions_of_a_later_epoch_are_larger() -> None:
    assert versioned(2, 1) > versioned(1, EPOCH - 1)
