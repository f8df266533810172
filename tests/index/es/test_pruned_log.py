"""The log of changes does not grow with all that was ever removed, and nothing is lost by that."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from index import changes
from index.connect import Database
from index.es.connect import Cluster
from index.es.position import Book
from index.es.sync import Sync
from index.sqlite import SQLiteStore

DAY = 86_400.0


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def gone(path: Path) -> int:
    """Rows of what is gone."""
    with closing(Database(str(path))) as log, log.reading() as db:
        (rows,) = db.execute("SELECT count(*) FROM change WHERE n IS NULL").fetchone()
        return int(rows)


def test_numbers_go_on_and_the_rest_stays(path: Path, some: Any, now: Any) -> None:
    with closing(Database(str(path))) as log, closing(SQLiteStore(str(path))) as store:
        with log.writing() as db:
            changes.follow(db)
        some(path, 60)
        store.forget("a1", now=now, by="x")
        with log.writing() as db:
            last = changes.head(db)
            assert changes.prune(db, last, now=0) == 0
            assert changes.prune(db, last, now=29 * DAY) == 0
            assert changes.prune(db, 3, now=31 * DAY) == 0  # an index has not seen more yet
            assert changes.dropped(db) == 3
            assert changes.prune(db, last, now=31 * DAY) > 3
            assert (changes.dropped(db), changes.head(db)) == (last, last)
        assert gone(path) == 1
        some(path, 1, first=900)
        with log.reading() as db:
            assert changes.head(db) > last


def test_an_index_that_was_left_behind_is_brought_anew(
    one: Cluster, path: Path, some: Any, there: Any, wanted: Any, now: Any
) -> None:
    clock, said = Clock(), list[Any]()
    some(path, 60)
    with closing(Sync(one, str(path), clock=clock)) as made:
        made.once()
        before = made.position
    with closing(SQLiteStore(str(path))) as store:
        store.forget("a1", now=now, by="x")
    for days in (0, 1, 40):
        clock.now += days * DAY
        with closing(Sync(one, str(path), clock=clock, say=said.append)) as made:
            made.once()
    assert gone(path) <= 1
    assert said == []
    assert there(one) == wanted(path, one)
    Book(one).change(lambda position: replace(position, seq=before.seq), now=clock.now)
    with closing(Sync(one, str(path), clock=clock, say=said.append)) as made:
        made.once()
        assert (made.position.epoch, made.position.swept) == (2, True)
    assert "stood still" in said[0].en
    assert there(one) == wanted(path, one, 2)
