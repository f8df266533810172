"""The index on real servers follows the store: nothing lost, nothing doubled, whatever happens."""

from __future__ import annotations

import json
import random
import shutil
import signal
import subprocess
import sys
import time
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from index.es.connect import Cluster, connect
from index.es.sweep import documents
from index.es.sync import Sync
from index.es.vectors import Vectors
from index.sqlite import SQLiteStore
from tingfeng import SHANGHAI, Author, Engagement, Observation, StoreError

NOW = datetime(2026, 6, 12, 10, tzinfo=SHANGHAI)


def test_the_index_becomes_the_store_and_a_replay_writes_nothing(
    cluster: Cluster, path: Path, some: Any, there: Any, wanted: Any, synced: Any
) -> None:
    some(path, 300)
    tally, _ = synced(cluster, path)
    expected = wanted(path, cluster)
    assert there(cluster) == expected
    assert tally.written > len(expected)
    assert (tally.dead, tally.stale) == (0, 0)
    tally, _ = synced(cluster, path)
    assert (tally.written, tally.stale) == (0, 0)
    forget_the_position(cluster)
    tally, _ = synced(cluster, path)
    assert tally.written == 0
    assert tally.stale >= len(expected)
    assert there(cluster) == expected


def forget_the_position(cluster: Cluster) -> None:
    cluster.client.indices.delete(index=cluster.names.index("desk"))


def test_changes_follow(
    cluster: Cluster,
    path: Path,
    make_post: Any,
    make_analysis: Any,
    there: Any,
    wanted: Any,
    synced: Any,
) -> None:
    with closing(SQLiteStore(str(path))) as store:
        post = make_post("1", published_at=None)
        seen = Engagement(observed_at=NOW, likes=3)
        store.put([Observation(post=post, engagement=seen)], now=NOW)
        store.record([make_analysis(post, "negative", ("云雀", "远山"))])
        synced(cluster, path)
        assert {index.rsplit("-", 1)[1] for index, _ in there(cluster)} == {"undated"}
        # It gets its date, and a brand leaves it.
        dated = make_post("1", published_at=NOW - timedelta(days=40))
        store.put([Observation(post=dated)], now=NOW)
        store.record([make_analysis(post, "positive", ("云雀",), reader="test-2")])
        synced(cluster, path)
        assert {index.rsplit("-", 1)[1] for index, _ in there(cluster)} == {"2026.05"}
        assert there(cluster) == wanted(path, cluster)
        # An older observation, another text.
        older = Engagement(observed_at=NOW - timedelta(hours=1), likes=1)
        edit = make_post("1", "改了", collected_at=NOW + timedelta(hours=1))
        store.put([Observation(post=dated, engagement=older), Observation(post=edit)], now=NOW)
        synced(cluster, path)
        assert there(cluster) == wanted(path, cluster)
        assert not [index for index, _ in there(cluster) if "-mentions-" in index]
        store.forget_posts([post.key], now=NOW)
        synced(cluster, path)
        assert there(cluster) == {}


def test_a_group_that_becomes_suspect_is_suspect_everywhere(
    one: Cluster,
    path: Path,
    make_post: Any,
    make_analysis: Any,
    there: Any,
    wanted: Any,
    synced: Any,
) -> None:
    with closing(SQLiteStore(str(path))) as store:
        for number in range(6):
            post = make_post(str(number), author=Author(id=f"a{number}"))
            store.put([Observation(post=post)], now=NOW)
            store.record([make_analysis(post, brands=("云雀",), copy_of="weibo:0")])
            synced(one, path)
    found = list(documents(one, one.names.pattern("posts"), {"term": {"suspected": True}}))
    assert len(found) == 0  # not yet refreshed, or not suspected
    assert there(one) == wanted(path, one)
    query = {"term": {"suspected": True}}
    for family in ("posts", "mentions"):
        assert len(list(documents(one, one.names.pattern(family), query))) == 6


def test_a_wiped_cluster_is_filled_again(
    one: Cluster, path: Path, some: Any, there: Any, wanted: Any, synced: Any
) -> None:
    some(path, 50)
    synced(one, path)
    for each in one.client.indices.get(index=f"{one.names.prefix}-*").body:
        one.client.indices.delete(index=each)
    synced(one, path)
    assert there(one) == wanted(path, one)


def test_a_store_restored_from_a_backup_takes_the_index_back(
    cluster: Cluster, path: Path, some: Any, tmp_path: Path, there: Any, wanted: Any, synced: Any
) -> None:
    some(path, 40)
    synced(cluster, path)
    shutil.copy(path, tmp_path / "backup.db")
    some(path, 40, seed=1, first=20)
    synced(cluster, path)
    shutil.copy(tmp_path / "backup.db", path)
    for log in (f"{path}-wal", f"{path}-shm"):
        Path(log).unlink(missing_ok=True)
    some(path, 200, seed=2, first=30)  # by now it has more changes than the index saw
    said: list[Any] = []
    _, position = synced(cluster, path, say=said.append)
    assert "ahead of this store" in str(said[0])
    assert position.epoch == 2
    assert there(cluster) == wanted(path, cluster, epoch=2)


def test_another_store_takes_over_only_when_told(
    one: Cluster, path: Path, some: Any, tmp_path: Path, there: Any, wanted: Any, synced: Any
) -> None:
    some(path, 30)
    synced(one, path)
    other = tmp_path / "other.db"
    some(other, 20, seed=5, first=15)
    with pytest.raises(StoreError, match="take-over"):
        synced(one, other)
    assert there(one) == wanted(path, one)
    synced(one, other, take_over=True)
    assert there(one) == wanted(other, one, epoch=2)
    with pytest.raises(StoreError, match="take-over"):
        synced(one, path)


def test_posts_older_than_are_kept_are_left_out(
    one: Cluster, path: Path, some: Any, there: Any, synced: Any
) -> None:
    some(path, 60)
    synced(one, path, oldest=NOW - timedelta(days=30))
    partitions = {index.rsplit("-", 1)[1] for index, _ in there(one)}
    assert partitions == {"2026.05", "2026.06", "undated"}


def test_a_first_load_is_not_refreshed_and_ends_as_it_began(
    cluster: Cluster, path: Path, some: Any, monkeypatch: pytest.MonkeyPatch, synced: Any
) -> None:
    monkeypatch.setattr("index.es.sync.LOAD", 10)
    some(path, 60)
    during = set()

    def look(_: Any) -> None:
        found = cluster.client.indices.get_settings(
            index=cluster.names.pattern("posts"), flat_settings=True
        )
        during.update(each["settings"]["index.refresh_interval"] for each in found.body.values())

    synced(cluster, path, progress=look)
    assert during == {"-1"}
    assert refreshing(cluster) == {"1s"}


def refreshing(cluster: Cluster) -> set[str]:
    found = cluster.client.indices.get_settings(
        index=f"{cluster.names.prefix}-*", flat_settings=True
    )
    marks = cluster.client.indices.get_mapping(index=f"{cluster.names.prefix}-*")
    assert not [each for each in marks.body.values() if "loading" in each["mappings"]["_meta"]]
    return {each["settings"]["index.refresh_interval"] for each in found.body.values()}


def test_a_first_load_that_was_broken_off_is_repaired(
    cluster: Cluster,
    path: Path,
    some: Any,
    monkeypatch: pytest.MonkeyPatch,
    there: Any,
    wanted: Any,
    synced: Any,
) -> None:
    monkeypatch.setattr("index.es.sync.LOAD", 10)
    some(path, 60)

    def killed(_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("index.es.loading.Loading.end", lambda self: None)
    with pytest.raises(KeyboardInterrupt):
        synced(cluster, path, progress=killed)
    monkeypatch.undo()
    with pytest.raises(AssertionError):
        refreshing(cluster)
    synced(cluster, path)
    assert refreshing(cluster) == {"1s"}
    assert there(cluster) == wanted(path, cluster)


FOLLOW = """
import json, sys
from index.es.connect import connect
from index.es import sync
sync.PAGE, sync.SAVE = 20, 3
cluster = connect(json.loads(sys.argv[1]))
made = sync.Sync(cluster, sys.argv[2])
print("ready", flush=True)
made.once()
made.close()
"""


@pytest.mark.parametrize("run", range(3))
def test_killed_at_any_moment_and_run_again(
    one: Cluster,
    bare8: Any,
    path: Path,
    some: Any,
    run: int,
    there: Any,
    wanted: Any,
    synced: Any,
    reach: Any,
) -> None:
    some(path, 2000, seed=run)
    chance = random.Random(run)
    settings = json.dumps(reach(bare8))
    for number in range(4):
        child = subprocess.Popen(
            [sys.executable, "-c", FOLLOW, settings, str(path)], stdout=subprocess.PIPE
        )
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(chance.uniform(0, 0.8))
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        some(path, 50, seed=100 + number, first=chance.randrange(2000))
    synced(one, path)
    assert there(one) == wanted(path, one)


def test_two_at_once(
    one: Cluster,
    bare8: Any,
    path: Path,
    some: Any,
    there: Any,
    wanted: Any,
    synced: Any,
    reach: Any,
) -> None:
    some(path, 600)
    with (
        closing(Sync(one, str(path))) as first,
        closing(connect(reach(bare8))) as again,
        closing(Sync(again, str(path))) as second,
    ):
        first.once()
        second.once()
        some(path, 100, seed=3, first=550)
        second.once()
        first.once()
    assert there(one) == wanted(path, one)
    said: list[Any] = []
    tally, _ = synced(one, path, say=said.append)
    assert (said, tally.written) == ([], 0)


def test_incidents_and_coverage_and_sums(
    cluster: Cluster, path: Path, some: Any, synced: Any
) -> None:
    some(path, 200)
    synced(cluster, path)
    cluster.client.indices.refresh(index=cluster.names.alias("metrics"))
    total = cluster.client.search(
        index=cluster.names.alias("metrics"), size=0,
        aggs={"brands": {"terms": {"field": "brand"}, "aggs": {"n": {"sum": {"field": "posts"}}}}},
    )  # fmt: skip
    counted = {
        each["key"]: each["n"]["value"] for each in total["aggregations"]["brands"]["buckets"]
    }
    from tingfeng import DAY, Query

    with closing(SQLiteStore(str(path))) as store:
        cells = store.count(Query(), ("brand", "time"), step=DAY)
    assert counted == {
        brand: sum(one.posts for one in cells if one.by[0] == brand) for brand in counted
    }
    assert sum(counted.values()) == sum(one.posts for one in cells) > 0


def test_vectors_are_made_once_for_each_wording(
    cluster: Cluster, path: Path, make_post: Any, make_analysis: Any, synced: Any
) -> None:
    made: list[str] = []

    def vectors(texts: Any) -> list[list[float]]:
        made.extend(texts)
        return [[float(len(text))] * 256 for text in texts]

    maker = Vectors(by="test-1", of=vectors)
    with closing(SQLiteStore(str(path))) as store:
        store.put([Observation(post=make_post(str(n), "好" * (n + 1))) for n in range(3)], now=NOW)
        synced(cluster, path, vectors=maker)
        assert sorted(made) == ["好", "好好", "好好好"]
        store.record([make_analysis(make_post("1", "好好"), "positive")])
        synced(cluster, path, vectors=maker)
        assert len(made) == 3
        later = make_post("1", "坏", collected_at=NOW + timedelta(hours=1))
        store.put([Observation(post=later)], now=NOW)
        synced(cluster, path, vectors=maker)
        assert made[3:] == ["坏"]
    cluster.client.indices.refresh(index=cluster.names.alias("posts"))
    near = cluster.client.search(
        index=cluster.names.alias("posts"),
        knn={"field": "embedding", "query_vector": [1.0] * 256, "k": 5, "num_candidates": 10},
    )
    assert near["hits"]["total"]["value"] == 3
