"""What is older than it is kept goes, and how much room the rest takes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

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
