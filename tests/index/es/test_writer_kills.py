"""Servers and writers that are killed in mid-bulk, or have no room: what was said is there."""

import json
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from benchmarks import bulk_kills
from index.es.writer import Action, BulkWriter
from servers.cluster import Cluster
from servers.node import Node
from servers.server import Server

COUNT = 9000


def held(server: Server, index: str) -> dict[str, int]:
    """Ids and versions of all documents; none is there twice."""
    pairs = list(bulk_kills.held(server, index))
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)


def create(server: Server, index: str, *, replicas: int) -> None:
    settings = {"number_of_replicas": replicas, "refresh_interval": "5s"}
    mappings = {"dynamic": "strict", "properties": bulk_kills.FIELDS}
    body = {"settings": settings, "mappings": mappings}
    status, answer = server.ask("PUT", f"/{index}?wait_for_active_shards=all", body)
    assert status == 200, answer


class Feeding:
    """A writer that is filled by a thread of its own, so that the test can break things."""

    def __init__(self, urls: Sequence[str], index: str) -> None:
        self.index, self.settled, self.failure = index, set[str](), None
        self.said: list[Any] = []
        self.wanted = bulk_kills.wanted(COUNT)
        self._urls = urls
        self.thread = threading.Thread(target=self._feed)
        self.thread.start()

    def _feed(self) -> None:
        from elasticsearch import Elasticsearch

        options: dict[str, Any] = {
            "documents": 100,
            "request_timeout": 10.0,
            "say": self.said.append,
        }
        with (
            closing(Elasticsearch(list(self._urls))) as client,
            BulkWriter(client, settled=lambda each, _: self.settled.add(each.id), **options) as it,
        ):
            for number in range(COUNT):
                source = json.dumps({"n": number, "t": "x" * (number % 700)}).encode()
                id = f"{number:032x}"
                it.add(Action(index=self.index, id=id, source=source, version=number + 1))
                if number % 100 == 0:
                    time.sleep(0.02)  # so that the end is not reached before the kill
            it.flush()
            self.tally = it.tally

    def reaches(self, count: int) -> None:
        end = time.monotonic() + 60
        while len(self.settled) < count and time.monotonic() < end:
            time.sleep(0.001)
        assert len(self.settled) >= count

    def ends(self) -> None:
        self.thread.join(180)
        assert not self.thread.is_alive()
        assert self.settled == set(self.wanted)
        assert self.tally.dead == 0


def test_a_killed_node_that_comes_back_has_all(own_node: Callable[..., Node]) -> None:
    node = own_node("bare8")
    create(node.server, "posts", replicas=0)
    feeding = Feeding([node.url], "posts")
    for moment in (1500, 5000):
        feeding.reaches(moment)
        node.kill()
        told = set(feeding.settled)
        node.start()
        assert told <= set(held(node.server, "posts"))  # nothing that was promised is gone
    feeding.ends()
    assert held(node.server, "posts") == feeding.wanted
    assert feeding.tally.retried > 0


def test_a_small_server_and_a_full_disk(own_node: Callable[..., Node]) -> None:
    """Both need a server of their own: a heap of which a tenth is soon full, and its watermarks."""
    server = own_node("bare8", heap="256m").server
    create(server, "posts", replicas=0)
    told: list[Any] = []
    with closing(server.client()) as client:
        pressure(server, client)
        disk = "cluster.routing.allocation.disk.watermark"
        names = [f"{disk}.{level}" for level in ("low", "high", "flood_stage")]
        full = dict.fromkeys(names, "1%") | {"cluster.info.update.interval": "10s"}
        assert server.ask("PUT", "/_cluster/settings", {"persistent": full})[0] == 200
        flooded(server)
        lifting = {"persistent": dict.fromkeys(names, None)}
        lift = threading.Timer(1.0, server.ask, ("PUT", "/_cluster/settings", lifting))
        lift.start()
        with BulkWriter(client, documents=10, say=told.append) as writer:
            for number in range(100):
                source = b'{"n":%d}' % number
                writer.add(Action(index="posts", id=f"{number:032x}", source=source, version=9))
        lift.join()
    assert held(server, "posts") == {f"{number:032x}": 9 for number in range(100)}
    assert len(told) == 2
    assert "磁盘已满" in told[0].zh


def pressure(server: Server, client: Any) -> None:
    """Bodies larger than a tenth of the heap are refused as 429 for ever: split, to the last."""
    big = b'{"n":1,"t":"%s"}'
    with BulkWriter(client, octets=60_000_000) as writer:
        for number in range(30):
            source = big % (b"x" * 2_000_000)
            writer.add(Action(index="posts", id=f"{number:032x}", source=source, version=1))
        writer.add(Action(index="posts", id="huge", source=big % (b"x" * 30_000_000), version=1))
    assert writer.tally.written == 30
    assert writer.tally.dead == 1
    assert held(server, "posts") == {f"{number:032x}": 1 for number in range(30)}


def flooded(server: Server) -> None:
    """Wait until the server has seen that its disk is full, and blocked the index by itself."""
    end = time.monotonic() + 60
    name = "index.blocks.read_only_allow_delete"
    while time.monotonic() < end:
        found = server.ask("GET", f"/posts/_settings/{name}?flat_settings=true")[1]
        if found.get("posts", {}).get("settings", {}).get(name) == "true":
            return
        time.sleep(0.5)
    raise AssertionError("the server never blocked its index")


def test_a_cluster_that_loses_a_data_node_keeps_all(own_cluster: Callable[..., Cluster]) -> None:
    cluster = own_cluster("bare8", size=3)
    create(cluster.server, "posts", replicas=1)
    feeding = Feeding(cluster.urls, "posts")
    feeding.reaches(2000)
    victim = holder(cluster, "posts")
    victim.kill()
    feeding.ends()
    assert held(cluster.server, "posts") == feeding.wanted
    victim.start(wait=False)
    cluster.wait(status="green")
    assert held(victim.server, "posts") == feeding.wanted


def holder(cluster: Cluster, index: str) -> Node:
    """The node that holds the primary being written."""
    _, shards = cluster.server.ask("GET", f"/_cat/shards/{index}?format=json&h=prirep,node")
    name = next(shard["node"] for shard in shards if shard["prirep"] == "p")
    _, nodes = cluster.server.ask("GET", "/_nodes/http?filter_path=nodes.*.name,nodes.*.http")
    address = next(
        each["http"]["publish_address"] for each in nodes["nodes"].values() if each["name"] == name
    )
    port = address.rpartition(":")[2]
    return next(node for node in cluster.nodes if node.url.endswith(f":{port}"))


def test_a_killed_writer_goes_on_from_its_last_flush(
    bare8: Server, prefix: str, tmp_path: Path
) -> None:
    index = f"{prefix}posts"
    create(bare8, index, replicas=0)
    killed = bulk_kills.kill_and_run_again(
        bare8.url, index, tmp_path / "position", kills=3, documents=COUNT, seed=7
    )
    assert killed == 3
    assert held(bare8, index) == bulk_kills.wanted(COUNT)
