"""From one version of the mappings to the next, while people read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from copy import deepcopy
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
from tingfeng import Author, StoreError


@pytest.fixture(autouse=True)
def two_has_a_further_field(monkeypatch: pytest.MonkeyPatch) -> None:
    def made(family: str, names: Any, **how: Any) -> dict[str, Any]:
        body = deepcopy(fields.template(family, names, **how))
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
    posts = Posts(cluster=later, shelf=shelf, ensure=Bootstrap(later).ensure)
    found = posts.find([(each.post.platform, each.post.id) for each in seen])
    kept = {f"{key[0]}:{key[1]}": each.stored for key, each in found.items()}
    assert [kept[each.post.key].document for each in seen] == before  # type: ignore[union-attr]
    state = shelf.get("desk", "state", "cursor")
    assert state is not None
    assert state["_source"]["value"] == "7"


@pytest.fixture
def owned(one: Cluster, bare8: Any, reach: Any) -> Iterator[ElasticStore]:
    store = ElasticStore(**reach(bare8) | {"refresh": "1h"})
    yield store
    store.close()


def counted(cluster: Cluster, family: str) -> int:
    refresh(cluster)
    return int(cluster.client.count(index=cluster.names.pattern(family))["count"])


def test_what_came_last_is_copied(
    owned: ElasticStore, one: Cluster, make_seen: Any, now: Any
) -> None:
    owned.put([make_seen(str(number)) for number in range(20)], now=now)
    refresh(one)
    owned.put([make_seen(str(number), likes=1) for number in range(20, 50)], now=now)
    owned.save_state("cursor", "7")
    owned.forget_posts(["weibo:49"], now=now, by="x")
    later = one.at(2)
    Migration(cluster=later).copy()
    assert {each: counted(later, each) for each in ("posts", "keys", "desk")} == {
        each: counted(one, each) for each in ("posts", "keys", "desk")
    }
    assert counted(later, "posts") == 49


def test_nothing_is_swapped_where_a_document_is_missing(
    owned: ElasticStore, one: Cluster, make_seen: Any, now: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    owned.put([make_seen(str(number)) for number in range(5)], now=now)
    copied = Migration._copied

    def all_but_one(self: Migration, former: Cluster) -> Iterator[Any]:
        rest = copied(self, former)
        next(rest)
        yield from rest

    monkeypatch.setattr(Migration, "_copied", all_but_one)
    with pytest.raises(StoreError, match="hold 4 documents and should hold 5"):
        Migration(cluster=one.at(2)).copy()
    assert Bootstrap(one).read_version() == 1
    owned.put([make_seen("6")], now=now)  # nothing is blocked any more


def test_who_was_forgotten_after_a_copy_broke_off_does_not_come_back(
    owned: ElasticStore, one: Cluster, bare8: Any, reach: Any, make_seen: Any, now: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    seen = [make_seen(id, author=Author(id=f"a{id}")) for id in ("1", "2")]
    owned.put(seen, now=now)
    later = one.at(2)
    with monkeypatch.context() as broken:
        broken.setattr(Migration, "_swap", lambda self: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            Migration(cluster=later).copy()
    assert counted(later, "posts") == 2
    with closing(ElasticStore(**reach(bare8))) as opened:  # the half-made indices stop nobody
        assert opened.forget("a1", now=now, by="x") == ["weibo:1"]
    Migration(cluster=later).copy()
    refresh(later)
    found = one.client.search(index=one.names.alias("posts"), source=["post_key"])
    assert [hit["_source"]["post_key"] for hit in found["hits"]["hits"]] == ["weibo:2"]
    with pytest.raises(StoreError, match="upgrade tingfeng"):
        Bootstrap(one).check()


def test_there_must_be_something(one: Cluster) -> None:
    with pytest.raises(StoreError, match="es bootstrap"):
        Migration(cluster=one.at(2)).copy()
