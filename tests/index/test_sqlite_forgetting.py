"""What is forgotten is gone from the file itself, and a kill at any instant only leaves work."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from index import forget
from index.connect import Database
from index.sqlite import SQLiteStore
from tingfeng import Author, Query, StoreError

WORD = "zqxjkv"
"""Stands in no other text, nor does its beginning."""

CHILD = """
import sys
from datetime import datetime
from index import forget
from index.sqlite import SQLiteStore
forget.CHUNK = 100
store = SQLiteStore(sys.argv[1])
print("ready", flush=True)
store.forget("x", now=datetime.fromisoformat(sys.argv[2]), by="child")
"""


def _bytes(path: Path) -> bytes:
    return b"".join(each.read_bytes() for each in sorted(path.parent.glob(f"{path.name}*")))


def _fill(store: SQLiteStore, make_seen: Any, make_analysis: Any, now: Any, posts: int) -> None:
    """Posts of two authors in turn, read, some of them edited: pages split and are filled again."""
    seen = [
        make_seen(
            str(n), f"{WORD if n % 2 else '云雀手机'} 第{n}条 " + "很好用" * (n % 70),
            author=Author(id="yx"[n % 2]), likes=n,
        )
        for n in range(posts)
    ]  # fmt: skip
    store.put(seen, now=now)
    analyses = [
        make_analysis(
            one.post, "negative", brands=("云雀",), tokens=tuple(one.post.text.split()),
            copy_of="weibo:1", fingerprint=bytes(96),
        )
        for one in seen
    ]  # fmt: skip
    store.record(analyses)
    edited = [
        make_seen(
            one.post.id, one.post.text + WORD * 30, author=one.post.author,
            collected_at=now + timedelta(hours=1),
        )
        for one in seen[1::6]
    ]  # fmt: skip
    store.put(edited, now=now)


def test_no_byte_of_a_forgotten_text_stays_in_the_file(
    tmp_path: Path, make_seen: Any, make_analysis: Any, now: Any
) -> None:
    path = tmp_path / "posts.db"
    with closing(SQLiteStore(str(path))) as store:
        _fill(store, make_seen, make_analysis, now, 1000)
        assert WORD.encode() in _bytes(path)
        assert len(store.forget("x", now=now)) == 500
        assert WORD.encode() not in _bytes(path)
        assert all(well for well, _ in store.check())
        assert len(list(store.search(Query(text="云雀手机")))) == 500
    assert WORD.encode() not in _bytes(path)


def test_a_kill_between_removing_and_rewriting_is_made_good(
    tmp_path: Path, make_seen: Any, make_analysis: Any, now: Any, monkeypatch: Any
) -> None:
    path = tmp_path / "posts.db"
    with closing(SQLiteStore(str(path))) as store:
        _fill(store, make_seen, make_analysis, now, 60)

        def killed(_: Any) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(Database, "rewrite", killed)
            with pytest.raises(KeyboardInterrupt):
                store.forget("x", now=now)
        assert next(message.en for well, message in store.check() if not well).startswith("bytes")
        assert store.forget_posts((), now=now) == []
        assert all(well for well, _ in store.check())
        assert WORD.encode() not in _bytes(path)
        assert [line.posts for line in store.audit()] == [30]


@pytest.mark.parametrize("after", [0.0, 0.05, 0.2])
def test_killed_at_any_instant_the_next_call_finishes(
    tmp_path: Path, make_seen: Any, make_analysis: Any, now: Any, after: float
) -> None:
    path = tmp_path / "posts.db"
    with closing(SQLiteStore(str(path))) as store:
        _fill(store, make_seen, make_analysis, now, 2000)
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(path), now.isoformat()], stdout=subprocess.PIPE
    )
    assert child.stdout is not None
    child.stdout.readline()
    time.sleep(after)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    child.stdout.close()
    with closing(SQLiteStore(str(path))) as store:
        store.forget("x", now=now)
        assert {one.post.author.id for one in store.search(Query()) if one.post.author} == {"y"}
        assert store.totals()["posts"] == sum(c.posts for c in store.count(Query())) == 1000
        assert sum(line.posts for line in store.audit()) == 1000
        assert all(well for well, _ in store.check())
        seen = [make_seen(str(n), author=Author(id="x")) for n in range(1, 6)]
        assert store.put(seen, now=now) == ["forgotten"] * 5
    assert WORD.encode() not in _bytes(path)


def test_a_reader_that_stays_is_named(
    tmp_path: Path, make_seen: Any, make_analysis: Any, now: Any
) -> None:
    path = tmp_path / "posts.db"
    with closing(SQLiteStore(str(path))) as store, closing(Database(str(path))) as other:
        _fill(store, make_seen, make_analysis, now, 60)
        store._db._db.execute("PRAGMA busy_timeout = 200")
        with other.reading() as db:
            db.execute("SELECT count(*) FROM post").fetchone()
            with pytest.raises(StoreError, match="keeps reading"):
                store.forget("x", now=now)
        assert store.forget("x", now=now) == []
    assert WORD.encode() not in _bytes(path)


def test_an_older_file_that_may_only_be_read_has_an_empty_audit(
    tmp_path: Path, aged: Any, monkeypatch: Any
) -> None:
    path = tmp_path / "posts.db"
    SQLiteStore(str(path)).close()
    aged(path, 4)
    monkeypatch.setattr(os, "access", lambda *_, **__: False)
    monkeypatch.setattr(os, "supports_effective_ids", {os.access})
    with closing(SQLiteStore(str(path))) as store:
        assert store.audit() == []


def test_a_chunk_is_all_that_a_transaction_takes(
    tmp_path: Path, make_seen: Any, make_analysis: Any, now: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(forget, "CHUNK", 7)
    with closing(SQLiteStore(str(tmp_path / "posts.db"))) as store:
        _fill(store, make_seen, make_analysis, now, 60)
        assert len(store.forget("x", now=now)) == 30
        assert [line.posts for line in store.audit()] == [30]
        assert {one.analysis.copy_of for one in store.search(Query()) if one.analysis} == {
            "weibo:0"
        }
