"""Copies of the indices, and what follows when one is restored."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from index.es.connect import Cluster
from index.es.snapshot import Snapshots
from tingfeng import SHANGHAI, StoreError

NOW = datetime(2026, 6, 12, 10, tzinfo=SHANGHAI)


@pytest.fixture
def snapshots(cluster: Cluster) -> Any:
    """With a repository in the folder that the server allows."""
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
