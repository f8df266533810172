"""Ways to write documents to a cluster, side by side, and what each costs.

Rounds are paired: in each, every way writes the same documents into new indices, in an order that
turns, within seconds of the others; so other work on the machine hits all of them alike.
"""

from __future__ import annotations

import base64
import gc
import http.client
import json
import resource
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from index.es.bootstrap import Bootstrap
from index.es.bulk_body import Action, body
from index.es.connect import Cluster, connect
from index.es.writer import BulkWriter
from servers.server import Server

CONNECTIONS = 2
SIZE = 1000
"""Documents of a request."""

PREFIX = "bench"
_LOOKS = 1.1
"""Seconds: a server looks at its own use of the processor once a second."""

_QUERY = "/_bulk?filter_path=errors,items.*.status,items.*.error"

Way = Callable[[Iterable[Action]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Of one run."""

    rate: float
    """Documents a second."""

    client: float
    """Microseconds of processor in this process, for each document."""

    server: float
    """The same in the server."""


class Bench:
    """One server, and indices of our own on it."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def cluster(self, prefix: str = PREFIX) -> Cluster:
        """As a store connects. Close it."""
        return connect(self.settings(prefix))

    def settings(self, prefix: str = PREFIX) -> dict[str, Any]:
        """Of :func:`index.es.connect.connect`."""
        login = {"user": self.server.user, "password": self.server.password}
        return {"url": self.server.url, "prefix": prefix, **(login if self.server.user else {})}

    def drop(self, prefix: str = PREFIX) -> None:
        """Delete its indices. Named one by one: a server may refuse patterns here."""
        names = ",".join(self.asked("GET", f"/{prefix}-*?filter_path=*.settings.index.uuid"))
        if names:
            self.asked("DELETE", f"/{names}")

    def fresh(self, indices: Iterable[str], prefix: str = PREFIX) -> None:
        """Empty indices of the shipped templates."""
        self.drop(prefix)
        with closing(self.cluster(prefix)) as cluster:
            made = Bootstrap(cluster)
            for _ in made.run():
                pass
            for index in sorted(set(indices)):
                assert made.ensure(index)

    def asked(self, method: str, path: str, content: Any = None, *, timeout: float = 60.0) -> Any:
        """The answer, which must be a good one."""
        status, answer = self.server.ask(method, path, content, timeout=timeout)
        assert status == 200, answer
        return answer

    def spent(self) -> float:
        """Seconds of processor that the server has used."""
        time.sleep(_LOOKS)
        path = "/_nodes/stats/process?filter_path=nodes.*.process.cpu.total_in_millis"
        nodes = self.asked("GET", path)["nodes"].values()
        return float(sum(node["process"]["cpu"]["total_in_millis"] for node in nodes)) / 1000

    def settled(self, prefix: str = PREFIX) -> None:
        """All that was written is on disk, and shown."""
        self.asked("POST", f"/{prefix}-*/_refresh")
        self.asked("POST", f"/{prefix}-*/_flush?force=true&wait_if_ongoing=true")

    def measured(self, count: int, work: Callable[[], object]) -> Cost:
        """What *work* costs for each of *count* documents."""
        gc.collect()
        gc.freeze()  # what waits here is not what a program that writes has in memory
        its = self.spent()
        mine, begun = _mine(), time.perf_counter()
        work()
        mine, seconds = _mine() - mine, time.perf_counter() - begun
        its = self.spent() - its
        gc.unfreeze()
        return Cost(rate=count / seconds, client=mine / count * 1e6, server=its / count * 1e6)

    def raw(self, actions: Sequence[Action]) -> Way:
        """The bound: bodies that are ready are posted, and answers read; nothing else is done."""
        bodies = [body(actions[at : at + SIZE]) for at in range(0, len(actions), SIZE)]
        headers = {"content-type": "application/x-ndjson"}
        if self.server.user:
            pair = f"{self.server.user}:{self.server.password}".encode()
            headers["authorization"] = f"Basic {base64.b64encode(pair).decode()}"

        def post(_: Iterable[Action]) -> None:
            waiting, lock, failed = iter(bodies), threading.Lock(), list[bytes]()

            def send() -> None:
                place = urlsplit(self.server.url)
                with closing(http.client.HTTPConnection(place.netloc)) as link:
                    while True:
                        with lock:
                            some = next(waiting, None)
                        if some is None:
                            return
                        link.request("POST", _QUERY, some, headers)
                        answer = link.getresponse().read()
                        if b'"errors":false' not in answer:
                            failed.append(answer[:500])

            threads = [threading.Thread(target=send) for _ in range(CONNECTIONS)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert not failed, failed

        return post

    def writer(self, actions: Iterable[Action]) -> None:
        """Ours, as a store and a sync use it."""
        with closing(self.cluster()) as cluster:
            with BulkWriter(cluster.client, threads=CONNECTIONS, documents=SIZE) as it:
                for action in actions:
                    it.add(action)
            assert not it.tally.dead

    def streaming(self, actions: Sequence[Action]) -> Way:
        """What most people use, with its defaults. It makes bytes of documents by itself."""
        from elasticsearch.helpers import streaming_bulk

        lines = [
            {
                "_index": action.index, "_id": action.id, "version": action.version,
                "version_type": "external", "_source": json.loads(action.source or b""),
            }
            for action in actions
        ]  # fmt: skip

        def post(_: Iterable[Action]) -> None:
            with self.server.client() as client:
                assert all(fine for fine, _ in streaming_bulk(client, lines))

        return post


def pairs(
    bench: Bench, actions: Sequence[Action], *, documents: int, rounds: int
) -> dict[str, list[Cost]]:
    """Costs of every way, round by round: each round is *documents* of *actions*."""
    found: dict[str, list[Cost]] = {"raw": [], "writer": [], "streaming_bulk": []}
    portions = [actions[at : at + documents] for at in range(0, len(actions), documents)]
    _warm(bench, portions[0])
    for number in range(rounds):
        some = portions[number % len(portions)]
        ways = list(found)
        turn = number % len(ways)
        for name in ways[turn:] + ways[:turn]:
            way = _way(bench, name, some)
            bench.fresh(each.index for each in some)
            found[name].append(bench.measured(len(some), lambda w=way, s=some: w(s)))
            bench.settled()
            there = bench.asked("GET", f"/{PREFIX}-posts/_count")["count"]
            assert there == len(some), (name, there)
    return found


def _warm(bench: Bench, actions: Sequence[Action]) -> None:
    """The server compiles its code as it runs: the first documents cost several times as much."""
    bench.fresh(each.index for each in actions)
    bench.writer(actions)


def _way(bench: Bench, name: str, actions: Sequence[Action]) -> Way:
    if name == "raw":
        return bench.raw(actions)
    return bench.writer if name == "writer" else bench.streaming(actions)


def _mine() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
