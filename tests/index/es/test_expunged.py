"""Of people who were forgotten a sync leaves no bytes in the index."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path
from typing import Any

from index.es.connect import Cluster
from index.es.sync import Sync
from index.sqlite import SQLiteStore
from tingfeng import Author, Observation


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def deleted(cluster: Cluster) -> int:
    """Documents that are deleted and still in the files."""
    cluster.client.indices.refresh(index=cluster.names.pattern("posts"))
    found = cluster.client.indices.stats(index=cluster.names.pattern("posts"), metric="docs")
    return int(found["_all"]["primaries"]["docs"]["deleted"])


def test_deleted_documents_leave_the_files(
    one: Cluster, path: Path, make_post: Any, now: Any
) -> None:
    clock = Clock()
    with (
        closing(SQLiteStore(str(path))) as store,
        closing(Sync(one, str(path), clock=clock)) as made,
    ):
        posts = [make_post(str(n), author=Author(id=f"a{n}")) for n in range(300)]
        store.put([Observation(post=post) for post in posts], now=now)
        made.once()
        store.forget("a7", now=now, by="x")
        made.once()
        assert made.position.expunge_at is not None
        time.sleep(40)  # a shard tells every 30 seconds what it needs no more
    clock.now += 100
    with closing(Sync(one, str(path), clock=clock)) as made:  # killed and run again
        made.once()
        assert made.position.expunge_at is None
    end = time.monotonic() + 60
    while deleted(one) and time.monotonic() < end:
        time.sleep(1)
    assert deleted(one) == 0
    assert one.client.count(index=one.names.alias("posts"))["count"] == 299
