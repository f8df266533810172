"""The file itself: what can be opened, what is refused, and what doctor says."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from index.connect import Database
from index.dump import dump
from index.schema import MIGRATIONS, VERSION
from index.sqlite import SQLiteStore
from tingfeng import Analysis, Author, Emotion, Mention, Observation, Sentiment, StoreError

FELT = Emotion(odds=(0.0, 0.9, 0.1, 0.0, 0.0, 0.0))


def touched(path: Path, statement: str) -> str:
    with closing(sqlite3.connect(path)) as db:
        db.execute(statement)
        db.commit()
    return str(path)


def test_posts_outlive_the_process(tmp_path: Path, make_seen: Any, now: Any) -> None:
    path = str(tmp_path / "posts.db")
    store = SQLiteStore(path)
    store.put([make_seen("1")], now=now)
    store.close()
    again = SQLiteStore(path)
    assert again.put([make_seen("1"), make_seen("2")], now=now) == ["seen", "new"]
    again.close()


@pytest.mark.parametrize("content", [b"id,text\n" * 200, b"SQLite format 3\0" + b"x" * 2000])
def test_something_that_is_no_database(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "posts.csv"
    path.write_bytes(content)
    with pytest.raises(StoreError, match="another file"):
        SQLiteStore(str(path))
    assert path.read_bytes() == content


def test_the_database_of_another_program(tmp_path: Path) -> None:
    path = touched(tmp_path / "other.db", "CREATE TABLE t (x)")
    before = Path(path).read_bytes()
    with pytest.raises(StoreError, match="not a tingfeng database"):
        SQLiteStore(path)
    assert Path(path).read_bytes() == before


def test_a_newer_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "posts.db"
    SQLiteStore(str(path)).close()
    touched(path, f"PRAGMA user_version = {VERSION + 1}")
    with pytest.raises(StoreError, match="upgrade tingfeng"):
        SQLiteStore(str(path))


@pytest.mark.parametrize(("name", "remedy"), [("no/posts.db", "make it"), ("", "name a file")])
def test_no_place_for_a_file(tmp_path: Path, name: str, remedy: str) -> None:
    with pytest.raises(StoreError, match=remedy):
        SQLiteStore(str(tmp_path / name))


def test_locked_for_too_long(tmp_path: Path) -> None:
    path = str(tmp_path / "posts.db")
    first, second = Database(path), Database(path, wait=0.05)
    with first.writing(), pytest.raises(StoreError, match="another program"), second.writing():
        pass
    with second.writing() as db:
        db.execute("INSERT INTO state VALUES ('a', 'b')")
    first.close()
    second.close()


def test_a_full_disk_is_said_and_loses_nothing(tmp_path: Path, make_seen: Any, now: Any) -> None:
    store = SQLiteStore(str(tmp_path / "posts.db"))
    store.put([make_seen("1")], now=now)
    with store._db.reading() as db:
        (pages,) = db.execute("PRAGMA page_count").fetchone()
    store._db._db.execute(f"PRAGMA max_page_count = {pages + 1}")
    with pytest.raises(StoreError, match="disk"):
        store.put([make_seen(str(n), "长" * 900) for n in range(50)], now=now)
    assert store.totals()["posts"] == 1
    store.close()


def test_migrations_are_ordered_and_documented() -> None:
    names = [migration.__name__ for migration in MIGRATIONS]
    assert [name[:4] for name in names] == [f"m{n:03}" for n in range(1, len(names) + 1)]
    assert all(migration.__doc__ for migration in MIGRATIONS)


def test_a_file_of_the_first_version_becomes_the_same_as_a_new_one(
    tmp_path: Path, make_post: Any, now: Any, aged: Any
) -> None:
    author = Author(id="a", name="官方", followers=0, verified="organization")
    posts = [
        make_post("1", "", author=None, published_at=None),
        make_post("2", "正文", author=replace(author, name=None), title="题", url="u", rating=0.0),
        make_post("3", "正文", author=author, parent="9", place="上海", media="image", tags=("a",)),
    ]
    path = tmp_path / "posts.db"
    store = SQLiteStore(str(path))
    store.put([Observation(post=post) for post in posts], now=now)
    store.close()
    new = list(dump(str(path)))
    aged(path, 1)
    store = SQLiteStore(str(path))
    assert list(dump(str(path))) == new
    assert store.put([Observation(post=post) for post in posts], now=now) == ["seen"] * 3
    store.close()


def readings(make_analysis: Any, posts: Any, **changes: Any) -> list[Analysis]:
    """A mention with the sentiment of its post, one with its own, and nothing to read."""
    mood = Sentiment(negative=0.2, neutral=1 / 3, positive=0.5, label="positive")
    own = Mention(brand="白鹭", start=3, end=5, alias="白鹭", rule="plain", sentiment=mood)
    read, other, empty = (make_analysis(post, "negative", ("云雀",), **changes) for post in posts)
    return [
        read,
        replace(other, mentions=(*other.mentions, own), copy_of=read.key, fingerprint=bytes(96)),
        replace(empty, sentiment=None, mentions=()),
    ]


def test_readings_of_the_second_version_were_made_by_the_model(
    tmp_path: Path, make_seen: Any, make_analysis: Any, now: Any, aged: Any
) -> None:
    path = tmp_path / "posts.db"
    store = SQLiteStore(str(path))
    seen = [make_seen(str(n)) for n in range(3)]
    store.put(seen, now=now)
    old = readings(make_analysis, [each.post for each in seen], tokens=("手机",))
    store.record(old)
    new = list(dump(str(path)))
    store.close()
    aged(path, 2)
    store = SQLiteStore(str(path))
    assert list(dump(str(path))) == new
    assert list(store.untagged("")) == [store.get(each.key) for each in old]
    assert [document.analysis for document in store.untagged("")] == old
    again = [replace(each, emotion=FELT, signs=("😡",)) for each in old]
    store.record(again)
    assert [document.analysis for document in store.untagged("")] == again
    assert store.corrections() == []
    assert all(fine for fine, _ in store.check())
    store.close()


def test_in_memory(make_seen: Any, now: Any) -> None:
    store = SQLiteStore(":memory:")
    assert store.put([make_seen("1")], now=now) == ["new"]
    store.close()


def test_a_sound_file_in_wal_mode(tmp_path: Path) -> None:
    store = SQLiteStore(str(tmp_path / "posts.db"))
    answers = store.check()
    store.close()
    assert len(answers) == 4
    assert all(fine for fine, _ in answers)
    assert all(message.zh and message.en for _, message in answers)


def test_a_damaged_file_is_seen(tmp_path: Path, make_seen: Any, now: Any) -> None:
    path = tmp_path / "posts.db"
    store = SQLiteStore(str(path))
    store.put([make_seen(str(n)) for n in range(500)], now=now)
    store.close()
    content = bytearray(path.read_bytes())
    middle = len(content) // 8192 // 2 * 8192
    content[middle : middle + 200] = b"\xff" * 200
    path.write_bytes(content)
    store = SQLiteStore(str(path))
    assert not store.check()[0][0]
    store.close()


def test_what_was_said_to_be_stored_survives_a_power_cut(tmp_path: Path) -> None:
    store = SQLiteStore(str(tmp_path / "posts.db"))
    with store._db.reading() as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert db.execute("PRAGMA synchronous").fetchone() == (2,)
    store.close()
