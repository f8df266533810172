"""From one version of the mappings to the next, while people read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from threading import Event, Thread
from typing import Any, Self

import pytest

from index.elastic import ElasticStore
from index.es import bootstrap, fields
from index.es.bootstrap import Bootstrap
from index.es.connect import Cluster
from index.es.migrate import Migration
from index.es.posts import Posts
from index.es.shelf import Shelf
from index.es.sync import Sync
from tingfeng import StoreError


@pytest.fixture(autouse=True)
def two_has_a_further_field(monkeypatch: pytest.MonkeyPatch) -> None:
    def made(family: str, names: Any, **how: Any) -> dict[str, Any]:
        body = fields.template(family, names, **how)
        if names.version == 2:
            body["template"]["mappings"]["properties"]["further"] = {"type": "keyword"}
            body["template"]["mappings"]["_meta"]["hash"] = "two"
            body["_meta"]["hash"] = "two"
        return body

    monkeypatch.setattr(bootstrap, "template", made)


class Reader:
    """Somebody who counts posts all the time."""

    def __init__(self, cluster: Cluster) -> None:
        self.seen: set[int] = set()
        self._cluster, self._over = cluster, Event()
        self._thread = Thread(target=self._read)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _read(self) -> None:
        alias = self._cluster.names.alias("posts")
        while not self._over.is_set():
            self.seen.add(int(self._cluster.client.count(index=alias)["count"]))


def refresh(cluster: Cluster) -> None:
    cluster.client.indices.refresh(index=f"{cluster.names.prefix}-*")


def test_nothing_is_missing_at_any_moment(
    cluster: Cluster, path: Any, some: Any, synced: Any, there: Any, wanted: Any
) -> None:
    some(path, 300)
    synced(cluster, path)
    refresh(cluster)
    later = cluster.at(2)
    with Reader(cluster) as reader:
        done = Migration(cluster=later).follow(str(path))
        refresh(cluster)
    assert reader.seen == {300}
    assert (done.old, done.new) == (1, 2)
    assert there(later) == wanted(path, later)
    mapping = cluster.client.indices.get_mapping(index=cluster.names.alias("posts"))
    assert all("further" in each["mappings"]["properties"] for each in mapping.body.values())
    with pytest.raises(StoreError, match="upgrade tingfeng"):
        synced(cluster, path)
    some(path, 20, seed=1, first=290)
    synced(later, path)
    assert there(later) == wanted(path, later)
    gone = Migration(cluster=later).drop()
    assert sorted(gone) == sorted(done.left)
    assert {each.version for each in Bootstrap(later).built()} == {2}


def test_a_sync_that_runs_meanwhile_is_told_to_stop(
    one: Cluster, path: Any, some: Any, there: Any, wanted: Any
) -> None:
    some(path, 100)
    later = one.at(2)
    with closing(Sync(one, str(path))) as old:
        old.once()
        Migration(cluster=later).follow(str(path))
        some(path, 10, seed=1, first=95)
        with pytest.raises(StoreError, match="replaced by v2"):
            old.once()
    with closing(Sync(later, str(path))) as new:
        new.once()
    assert there(later) == wanted(path, later)


def test_broken_off_and_run_again(
    one: Cluster, path: Any, some: Any, synced: Any, there: Any, wanted: Any
) -> None:
    some(path, 100)
    synced(one, path)
    later = one.at(2)
    broken = Migration(cluster=later)

    def killed() -> None:
        raise KeyboardInterrupt

    broken_swap = Migration._swap
    try:
        Migration._swap = lambda self: killed()  # type: ignore[method-assign]
        with pytest.raises(KeyboardInterrupt):
            broken.follow(str(path))
    finally:
        Migration._swap = broken_swap  # type: ignore[method-assign]
    refresh(one)
    assert one.client.count(index=one.names.alias("posts"))["count"] == 100
    with pytest.raises(StoreError, match="es migrate"):
        synced(later, path)  # what it would write, nobody would read
    Migration(cluster=later).follow(str(path))
    assert there(later) == wanted(path, later)
    with pytest.raises(StoreError, match="nothing to migrate"):
        Migration(cluster=later).follow(str(path))


@pytest.fixture
def direct(cluster: Cluster, elastic: Any, reach: Any) -> Iterator[ElasticStore]:
    store = ElasticStore(**reach(elastic))
    yield store
    store.close()


def test_a_cluster_that_is_the_store_is_copied(
    direct: ElasticStore, cluster: Cluster, make_seen: Any, make_analysis: Any, now: Any
) -> None:
    seen = [make_seen(str(number), f"云雀 {number}", likes=number) for number in range(30)]
    direct.put(seen, now=now)
    direct.record([make_analysis(each.post, "negative", ("云雀",)) for each in seen])
    direct.save_state("cursor", "7")
    before = [direct.get(each.post.key) for each in seen]
    later = cluster.at(2)
    Migration(cluster=later).copy()
    counted = cluster.client.count(index=cluster.names.alias("mentions"))["count"]
    assert counted == 30
    shelf = Shelf(later)
    posts = Posts(cluster=later, shelf=shelf)
    found = posts.find([(each.post.platform, each.post.id) for each in seen])
    kept = {f"{key[0]}:{key[1]}": each.stored for key, each in found.items()}
    assert [kept[each.post.key].document for each in seen] == before  # type: ignore[union-attr]
    state = shelf.get("desk", "state", "cursor")
    assert state is not None
    assert state["_source"]["value"] == "7"


def test_there_must_be_something(one: Cluster) -> None:
    with pytest.raises(StoreError, match="es bootstrap"):
        Migration(cluster=one.at(2)).copy()
