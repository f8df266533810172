"""A store that may not be written can be searched."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from index.sqlite import SQLiteStore
from tingfeng import Correction, Query, StoreError

READER = """
import os, sys
from index.sqlite import SQLiteStore
from tingfeng import Query, StoreError

def told(path):
    try:
        store = SQLiteStore(path)
    except StoreError as error:
        yield error.into("en")
        return
    yield " ".join(document.post.id for document in store.search(Query(text="手机")))
    yield sum(count.posts for count in store.count(Query()))
    yield store.check()[-1][1].en
    try:
        store.save_state("a", "b")
    except StoreError as error:
        yield error.into("en")
    store.close()

list(told(":memory:"))  # loads all modules, which the other user might not be allowed to read
if os.geteuid() == 0:  # whom permissions do not stop
    os.setgid(65534)
    os.setuid(65534)
print(*told(sys.argv[1]), sep="\\n")
"""


@pytest.fixture
def path() -> Iterator[Path]:
    """In a folder that everybody may enter, unlike tmp_path."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder) / "posts 100%?.db"


@contextmanager
def written(path: Path, *seen: Any, now: Any) -> Iterator[SQLiteStore]:
    store = SQLiteStore(str(path))
    store.put(seen, now=now)
    yield store
    store.close()


def told_to_another_user(path: Path) -> list[str]:
    command = [sys.executable, "-c", READER, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.stderr == ""
    return done.stdout.splitlines()


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
@pytest.mark.parametrize(("file", "folder"), [(0o444, 0o755), (0o644, 0o555), (0o444, 0o555)])
def test_another_user_can_search(
    path: Path, make_seen: Any, now: Any, file: int, folder: int
) -> None:
    with written(path, make_seen("1"), make_seen("2"), now=now):
        pass
    path.chmod(file)
    path.parent.chmod(folder)
    try:
        found, count, health, refusal = told_to_another_user(path)
    finally:
        path.parent.chmod(0o755)
    assert (found, count) == ("2 1", "2")
    assert health.startswith("read-only")
    assert "reading only" in refusal
    assert [each.name for each in path.parent.iterdir()] == [path.name]


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
def test_another_user_can_search_while_the_owner_writes(
    path: Path, make_seen: Any, now: Any
) -> None:
    with written(path, make_seen("1"), now=now) as store:
        store.put([make_seen("2")], now=now)
        assert Path(f"{path}-wal").stat().st_size
        path.parent.chmod(0o555)
        assert told_to_another_user(path)[0] == "2 1"
        path.parent.chmod(0o755)
        assert store.put([make_seen("3")], now=now) == ["new"]


@pytest.fixture
def may_not_write(monkeypatch: pytest.MonkeyPatch) -> Any:
    """From now on, nothing may be written."""

    def forbid(allowed: bool = False) -> None:
        monkeypatch.setattr(os, "access", lambda *_, **__: allowed)
        monkeypatch.setattr(os, "supports_effective_ids", {os.access})

    return forbid


def test_a_reader_sees_what_is_written_after_it_came(
    path: Path, make_seen: Any, now: Any, may_not_write: Any
) -> None:
    with written(path, make_seen("1"), now=now):
        pass
    may_not_write()
    reader = SQLiteStore(str(path))
    assert reader.totals()["posts"] == 1
    may_not_write(allowed=True)
    with written(path, make_seen("2"), now=now) as writer:
        assert reader.totals()["posts"] == 2
        writer.put([make_seen("3")], now=now)
        assert reader.totals()["posts"] == 3
    assert len(list(reader.search(Query()))) == 3
    reader.close()


def test_corrections_are_read_and_none_is_taken(path: Path, now: Any, may_not_write: Any) -> None:
    one = Correction(key="weibo:1", brand=None, label="neutral", by="a", at=now)
    with written(path, now=now) as writer:
        writer.correct([one])
    may_not_write()
    store = SQLiteStore(str(path))
    assert store.corrections() == [one]
    with pytest.raises(StoreError, match="reading only"):
        store.correct([one])
    may_not_write(allowed=True)
    with written(path, now=now) as writer:
        writer.correct([one])
        assert store.corrections() == [one, one]
    store.close()


@pytest.mark.parametrize("version", [1, 2, 3])
def test_a_file_of_an_earlier_version_is_searched_as_it_is(
    path: Path,
    make_seen: Any,
    make_analysis: Any,
    now: Any,
    may_not_write: Any,
    aged: Any,
    version: int,
) -> None:
    reading = make_analysis(make_seen("1").post, "negative", ("云雀",), tokens=("手机",))
    with written(path, make_seen("1"), now=now) as writer:
        writer.record([reading])
    aged(path, version)
    may_not_write()
    store = SQLiteStore(str(path))
    (document,) = store.search(Query(text="手机", brands=("云雀",)))
    assert document.analysis == reading
    assert store.totals()["mentions"] == 1
    assert store.terms(Query()) == {"手机": 1}
    assert store.corrections() == []
    assert store.label_rules() == []
    with pytest.raises(StoreError, match="reading only"):
        store.put([make_seen("2")], now=now)
    store.close()


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
def test_a_log_that_cannot_be_taken_in_is_not_passed_over(
    path: Path, make_seen: Any, now: Any
) -> None:
    copy = path.parent / "copy" / "posts.db"
    copy.parent.mkdir()
    with written(path, make_seen("1"), now=now):
        for end in ("", "-wal"):
            Path(f"{copy}{end}").write_bytes(Path(f"{path}{end}").read_bytes())
    copy.parent.chmod(0o555)
    (told,) = told_to_another_user(copy)
    copy.parent.chmod(0o755)
    assert "cannot be read" in told
    assert "together with posts.db-wal" in told


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
def test_a_link_to_a_file_that_may_not_be_written(path: Path, make_seen: Any, now: Any) -> None:
    link = path.parent / "link" / "posts.db"
    link.parent.mkdir(mode=0o755)
    link.symlink_to(path)
    with written(path, make_seen("1"), now=now) as store:
        store.put([make_seen("2")], now=now)
        path.parent.chmod(0o555)
        found, count, *_ = told_to_another_user(link)
    path.parent.chmod(0o755)
    assert (found, count) == ("2 1", "2")


def test_an_empty_file_that_may_not_be_written(path: Path, may_not_write: Any) -> None:
    path.touch()
    may_not_write()
    with pytest.raises(StoreError, match="reading only"):
        SQLiteStore(str(path))
