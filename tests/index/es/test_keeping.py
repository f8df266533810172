"""What is older than it is kept goes, and how much room the rest takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from index.elastic import ElasticStore
from index.es.capacity import Capacity, Room, capacity, warnings_of
from index.es.condition import condition
from index.es.connect import Cluster
from index.es.keeping import Retention, end
from index.es.writer import BulkWriter
from tingfeng import SHANGHAI, Engagement, Observation

NOW = datetime(2026, 6, 12, 10, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("partition", "after"),
    [
        ("2026.12", datetime(2027, 1, 1, tzinfo=SHANGHAI)),
        ("2026.02", datetime(2026, 3, 1, tzinfo=SHANGHAI)),
        ("1998", datetime(1999, 1, 1, tzinfo=SHANGHAI)),
        ("9999", None),
        ("undated", None),
    ],
)
def test_the_end_of_a_partition(partition: str, after: Any) -> None:
    assert end(partition) == after


@pytest.fixture
def aged(make_post: Any, make_analysis: Any) -> Any:
    """A store with posts of several ages, each with a brand and counts."""

    def fill(path: Any) -> None:
        from index.sqlite import SQLiteStore

        dates = {
            "old year": datetime(2012, 5, 1, tzinfo=SHANGHAI),
            "old month": datetime(2026, 1, 31, tzinfo=SHANGHAI),
            "early in March": datetime(2026, 3, 2, tzinfo=SHANGHAI),
            "late in March": datetime(2026, 3, 20, tzinfo=SHANGHAI),
            "new": NOW,
            "undated, new": None,
            "undated, old": None,
        }
        store = SQLiteStore(str(path))
        for id, at in dates.items():
            collected = NOW - timedelta(days=200) if id == "undated, old" else NOW
            post = make_post(id, published_at=at, collected_at=collected)
            counts = Engagement(observed_at=NOW, likes=1)
            store.put([Observation(post=post, engagement=counts)], now=NOW)
            store.record([make_analysis(post, "neutral", ("云雀",))])
        store.close()

    return fill


def test_months_go_whole_and_the_rest_one_by_one(
    cluster: Cluster, path: Any, aged: Any, synced: Any, there: Any
) -> None:
    aged(path)
    synced(cluster, path)
    before = datetime(2026, 3, 10, tzinfo=SHANGHAI)
    retention = Retention(cluster=cluster, before=before)
    dropped = retention.drop()
    assert {index.rpartition("-")[2] for index in dropped} == {"2012", "2026.01"}
    with BulkWriter(cluster.client) as writer:
        assert retention.thin(writer) == 6  # two posts, each with a mention and counts
    left = [index for index, _ in there(cluster) if "-posts-" in index]
    assert sorted(index.rpartition("-")[2] for index in left) == ["2026.03", "2026.06", "undated"]
    assert len(there(cluster)) == 9
    synced(cluster, path, oldest=before)
    assert len(there(cluster)) == 9
    assert retention.old() == []


@pytest.fixture
def owned(one: Cluster, bare8: Any, reach: Any) -> Iterator[ElasticStore]:
    store = ElasticStore(**reach(bare8))
    yield store
    store.close()


def test_a_store_of_its_own_drops_only_months_that_it_emptied(
    owned: ElasticStore, one: Cluster, make_post: Any, make_analysis: Any
) -> None:
    january = datetime(2024, 1, 5, tzinfo=SHANGHAI)
    for id in ("gone", "redated"):
        post = make_post(id, published_at=january, precision="day", collected_at=NOW)
        owned.put([Observation(post=post)], now=NOW)
    old = make_post("alone", published_at=datetime(2024, 2, 5, tzinfo=SHANGHAI))
    owned.put([Observation(post=old, engagement=Engagement(observed_at=NOW, likes=1))], now=NOW)
    owned.record([make_analysis(old, "neutral", ("云雀",))])
    later = make_post("redated", "改过的话", published_at=NOW, precision="minute",
                      collected_at=NOW + timedelta(hours=1))  # fmt: skip
    owned.put([Observation(post=later)], now=NOW)
    before = datetime(2026, 1, 1, tzinfo=SHANGHAI)
    assert owned.expire(before, now=NOW) == 2
    retention = Retention(cluster=one, before=before)
    assert {index.rpartition("-")[2] for index in retention.drop_empty()} == {"2024.02"}
    assert owned.get("weibo:redated") is not None
    assert owned.get("weibo:gone") is None
    assert [(line.what, line.posts) for line in owned.audit()] == [("age", 2)]


def test_in_any_partition_the_date_counts_and_else_the_day_of_collecting(
    owned: ElasticStore, one: Cluster, make_post: Any
) -> None:
    old = NOW - timedelta(days=900)
    for id, published, collected in (
        ("dated later", None, old), ("never dated", None, old), ("young", None, NOW),
    ):  # fmt: skip
        post = make_post(id, published_at=published, collected_at=collected)
        owned.put([Observation(post=post)], now=NOW)
    post = make_post("dated later", published_at=NOW - timedelta(days=2), precision="minute",
                     collected_at=NOW)  # fmt: skip
    owned.put([Observation(post=post)], now=NOW)
    with BulkWriter(one.client) as writer:
        assert Retention(cluster=one, before=NOW - timedelta(days=365)).thin(writer) == 1
    assert owned.get("weibo:never dated") is None
    assert owned.get("weibo:dated later") is not None


def test_room(cluster: Cluster, path: Any, some: Any, synced: Any, there: Any) -> None:
    some(path, 100)
    synced(cluster, path)
    there(cluster)
    found = capacity(cluster, posts_a_month=10)
    documents, octets = found.family("posts")
    assert documents == 100
    assert octets > 0
    assert found.warnings == ()
    assert found.shards == len(found.rooms)
    expected, _ = found.projected(10)["posts"]
    assert expected == 10
    said = capacity(cluster, posts_a_month=200_000_000).warnings
    assert any("several prefixes" in message.en for message in said)


def test_a_shard_that_is_too_large() -> None:
    room = Room(index="tf-posts-v1-2026.06", family="posts", partition="2026.06", documents=9,
                deleted=0, octets=90_000_000_000, shards=1)  # fmt: skip
    said = warnings_of(Capacity(rooms=(room,) * 900, replicas=0, data_nodes=1, warnings=()), None)
    assert "90.0 GB" in said[0].en
    assert "900 shards" in said[-1].en


def test_condition(cluster: Cluster, path: Any, some: Any, synced: Any, there: Any) -> None:
    assert "es bootstrap" in str(condition(cluster, path, now=0).drift)
    some(path, 50)
    synced(cluster, path, clock=lambda: 1000.0)
    there(cluster)
    found = condition(cluster, path, now=2000.0)
    assert (found.drift, found.waiting, found.lag) == (None, 0, 0.0)
    assert sum(n for index, n in found.documents.items() if "-posts-" in index) == 50
    assert found.health in ("green", "yellow")
    some(path, 5, first=100)
    later = condition(cluster, path, now=2000.0)
    assert (later.waiting, later.lag) == (5, 1000.0)
    assert later.stands_still(900)
    assert not later.stands_still(1100)
    never = replace(later, lag=None, saved=950.0)  # the first load
    assert never.stands_still(900)
    assert not never.stands_still(1000)
    assert not found.stands_still(1)
