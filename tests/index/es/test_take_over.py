"""Another store takes an index over, while the former one is still at work."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from index.es.connect import Cluster
from index.es.followed import actions, page
from index.es.sync import Sync
from index.es.writer import BulkWriter
from tingfeng import StoreError


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_the_former_sync_writes_nothing_more(
    one: Cluster, tmp_path: Path, some: Any, there: Any, wanted: Any
) -> None:
    mine, theirs = tmp_path / "mine.db", tmp_path / "theirs.db"
    some(mine, 10)
    some(theirs, 10, seed=1, first=10)
    with closing(Sync(one, str(theirs))) as former:
        former.once()
        some(theirs, 10, seed=2, first=100)
        with closing(Sync(one, str(mine), take_over=True)) as new:
            new.once()
            epoch = new.position.epoch
        with pytest.raises(StoreError, match="follow another store"):
            former.once()
    assert there(one) == wanted(mine, one, epoch)


def test_what_was_on_its_way_goes_later(
    one: Cluster, tmp_path: Path, some: Any, there: Any, wanted: Any
) -> None:
    mine, theirs = tmp_path / "mine.db", tmp_path / "theirs.db"
    some(mine, 10)
    some(theirs, 10, seed=1, first=10)
    clock = Clock()
    with closing(Sync(one, str(theirs))) as former:
        former.once()
        some(theirs, 10, seed=2, first=100)
        with former._log.reading() as db:
            late = list(actions(page(db, 0, 1000), one.names, former.position.epoch))
    with closing(Sync(one, str(mine), take_over=True, clock=clock, patience=30)) as new:
        new.once()
        expected = wanted(mine, one, new.position.epoch)
        assert there(one) == expected
        with BulkWriter(one.client) as writer:
            for action in late:
                writer.add(action)
        assert there(one) != expected
        new.turn()
        assert there(one) != expected
    clock.now += 200
    with closing(Sync(one, str(mine), clock=clock)) as again:
        again.turn()
        assert again.position.sweep_again is None
        assert there(one) == expected
