"""Several processes, and processes that are killed, lose nothing."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from index.dump import dump
from index.sqlite import SQLiteStore
from tingfeng import Query

WRITER = str(Path(__file__).with_name("writer_process.py"))
POSTS = 1200


def start(path: Path, first: int = 0, last: int = POSTS) -> subprocess.Popen[str]:
    command = [sys.executable, WRITER, str(path), str(first), str(last)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def finish(process: subprocess.Popen[str]) -> int:
    """Number of transactions it reported."""
    output, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    return len(output.split())


def test_a_killed_writer_run_again_leaves_the_undisturbed_store(tmp_path: Path) -> None:
    calm, rough = tmp_path / "calm.db", tmp_path / "rough.db"
    transactions = finish(start(calm))
    chance = random.Random(20260612)
    for low, high in ((0.05, 0.4), (0.4, 0.65), (0.7, 0.95)):  # puts, edits, readings
        process = start(rough)
        assert process.stdout is not None
        for _ in range(int(transactions * chance.uniform(low, high))):
            process.stdout.readline()
        process.kill()  # somewhere inside the transaction after the last line
        process.communicate()
        assert process.returncode == -9
    finish(start(rough))
    assert list(dump(str(rough))) == list(dump(str(calm)))


def test_two_writers_wait_for_each_other(tmp_path: Path) -> None:
    path = tmp_path / "posts.db"
    SQLiteStore(str(path)).close()
    half = POSTS // 2
    for process in [start(path, 0, half), start(path, half, POSTS)]:
        finish(process)
    store = SQLiteStore(str(path))
    assert store.totals()["read"] == store.totals()["posts"] == POSTS
    assert [count.posts for count in store.count(Query())] == [POSTS]
    assert all(fine for fine, _ in store.check())
    store.close()


def test_two_processes_make_the_file_at_once(tmp_path: Path) -> None:
    path = tmp_path / "posts.db"
    for process in [start(path, 0, 30), start(path, 30, 60)]:
        finish(process)
    store = SQLiteStore(str(path))
    assert store.totals()["posts"] == 60
    store.close()


def test_nobody_is_refused_who_makes_the_file_at_the_same_moment(tmp_path: Path) -> None:
    """SQLite itself does not wait while the log is set up."""

    def make(path: Path, together: threading.Barrier) -> None:
        together.wait()
        SQLiteStore(str(path)).close()

    with ThreadPoolExecutor(4) as pool:
        for number in range(10):
            together = threading.Barrier(4)
            made = [pool.submit(make, tmp_path / f"{number}.db", together) for _ in range(4)]
            for one in made:
                one.result()


def test_readers_beside_a_writer_see_whole_transactions(tmp_path: Path) -> None:
    path = tmp_path / "posts.db"
    process = start(path)
    store = SQLiteStore(str(path))
    seen = []
    while process.poll() is None:
        totals = store.totals()
        assert totals["posts"] % 50 == 0
        seen.append(totals["posts"])
        assert process.stdout is not None
        process.stdout.readline()
    finish(process)
    store.close()
    assert seen == sorted(seen)
    assert len(set(seen)) > 2


@pytest.mark.parametrize("what", ["search", "unread"])
def test_a_half_read_answer_blocks_nobody(tmp_path: Path, what: str) -> None:
    path = str(tmp_path / "posts.db")
    finish(start(Path(path), 0, 1000))
    reader, writer = SQLiteStore(path), SQLiteStore(path)
    answer = reader.search(Query()) if what == "search" else reader.unread("another")
    next(iter(answer))
    writer.save_state("a", "b")
    assert reader.load_state("a") == "b"
    assert len(list(answer)) == 999
    reader.close()
    writer.close()
