"""Copies of the indices, and what follows when one is restored."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

import pytest

from index.elastic import ElasticStore
from index.es.connect import Cluster
from index.es.refusals import Refusals
from index.es.snapshot import Snapshots
from index.sqlite import SQLiteStore
from tingfeng import SHANGHAI, Author, StoreError

NOW = datetime(2026, 6, 12, 10, tzinfo=SHANGHAI)


@pytest.fixture
def snapshots(cluster: Cluster) -> Iterator[Snapshots]:
    """On every server."""
    yield from repository(cluster)


@pytest.fixture
def copies(one: Cluster) -> Iterator[Snapshots]:
    """On one."""
    yield from repository(one)


def repository(cluster: Cluster) -> Iterator[Snapshots]:
    """In the folder that the server allows."""
    told = cluster.client.nodes.info(metric="settings", filter_path="nodes.*.settings.path.repo")
    (node,) = told["nodes"].values()
    (folder,) = node["settings"]["path"]["repo"]
    made = Snapshots(cluster=cluster)
    made.register(f"{folder}/{cluster.names.prefix}")
    yield made
    for each in made.known():
        cluster.client.snapshot.delete(repository=made.repository, snapshot=each.name)
    cluster.client.snapshot.delete_repository(name=made.repository)


def test_restored_and_caught_up(
    snapshots: Snapshots, cluster: Cluster, path: Any, some: Any, synced: Any, there: Any,
    wanted: Any,
) -> None:  # fmt: skip
    some(path, 80)
    synced(cluster, path)
    before = there(cluster)
    taken = snapshots.take(NOW)
    assert taken.good
    some(path, 40, seed=1, first=60)
    synced(cluster, path)
    with pytest.raises(StoreError, match="--replace"):
        snapshots.restore()
    assert snapshots.restore(replace=True).name == taken.name
    assert there(cluster) == before
    said: list[Any] = []
    _, position = synced(cluster, path, say=said.append)
    assert (said, position.epoch) == ([], 1)
    assert there(cluster) == wanted(path, cluster)


def test_the_latest_are_kept(
    snapshots: Snapshots, cluster: Cluster, path: Any, synced: Any
) -> None:
    synced(cluster, path)
    names = [snapshots.take(NOW + timedelta(minutes=number)).name for number in range(3)]
    assert [each.name for each in snapshots.known()] == names
    assert snapshots.prune(2) == names[:1]
    with pytest.raises(StoreError, match="there is no whole snapshot"):
        snapshots.restore("tf-1", replace=True)


def test_a_folder_that_nodes_do_not_allow(one: Cluster) -> None:
    with pytest.raises(StoreError, match=r"path\.repo"):
        Snapshots(cluster=one).register("/nowhere")


@pytest.fixture
def opened(bare8: Any, reach: Any) -> Callable[[], ElasticStore]:
    """``opened()``: the cluster as the store itself."""
    return lambda: ElasticStore(**reach(bare8))


def test_who_was_forgotten_since_stays_so(
    copies: Snapshots, one: Cluster, opened: Any, make_seen: Any, now: Any
) -> None:
    authors = {"1": "a1", "2": "a2", "3": "a3", "4": "a4"}
    seen = [make_seen(id, author=Author(id=author)) for id, author in authors.items()]
    with closing(opened()) as store:
        store.put(seen, now=now)
        assert store.forget("a4", now=now, by="x") == ["weibo:4"]
        copies.take(NOW)
        assert store.forget("a1", now=now, by="x") == ["weibo:1"]
        assert store.forget_posts(["weibo:2"], now=now, by="x") == ["weibo:2"]
        audit = store.audit()
    with pytest.MonkeyPatch.context() as broken:  # killed when the old indices are gone
        broken.setattr(Refusals, "put_back", lambda self: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            copies.restore(replace=True)
    copies.restore(replace=True)
    refusals = Refusals(cluster=one)
    with closing(opened()) as store:
        assert store.audit() == audit
        assert refusals.forget_again(store, now=now) == 2
        assert refusals.forget_again(store, now=now) == 0
        assert [each.by for each in store.audit()[len(audit) :]] == ["restore", "restore"]
        there = [id for id in authors if store.get(f"weibo:{id}") is not None]
        assert there == ["3"]
        assert store.put(seen, now=now) == ["forgotten", "forgotten", "seen", "forgotten"]
    assert not one.client.indices.exists(index=refusals.index)


def test_a_sync_removes_what_was_forgotten_since(
    copies: Snapshots, one: Cluster, path: Any, some: Any, synced: Any, there: Any, wanted: Any
) -> None:
    some(path, 30)
    synced(one, path)
    copies.take(NOW)
    with closing(SQLiteStore(str(path))) as store:
        assert store.forget("a1", now=NOW, by="x")
    synced(one, path)
    copies.restore(replace=True)
    assert there(one) != wanted(path, one)
    synced(one, path)
    assert there(one) == wanted(path, one)
    assert "a1" not in {hit["_source"].get("author", {}).get("hash") for hit in _posts(one)}


def _posts(cluster: Cluster) -> Any:
    return cluster.client.search(index=cluster.names.alias("posts"), size=100)["hits"]["hits"]
