"""The bulk writer beside its bound (posting bodies that are ready) and the official client's helper.

Rounds are paired: in each, every way writes the same documents into a fresh index within a minute
of the others, in an order that turns.
"""

from __future__ import annotations

import csv
import gc
import gzip
import http.client
import json
import os
import resource
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import chain, islice
from urllib.parse import urlsplit

from benchmarks.bulk_kills import kills
from benchmarks.machine import DATA, ROOT, heading
from benchmarks.tables import grid
from index.es.bulk_body import Action, body
from index.es.connect import connect
from index.es.documents import Stored, post_source
from index.es.encoding import encoded
from index.es.fields import template
from index.es.layout import Names, post_id
from index.es.writer import BulkWriter
from nlp.engines.linear import LinearEngine
from nlp.nicknames import suggest
from nlp.reader import BrandReader
from nlp.segment import RjiebaSegmenter
from servers.node import Node
from servers.server import Server
from tingfeng import SHANGHAI, Author, Brand, Engagement, Post

DOCUMENTS = 200_000
PAIRED = 40_000
"""Documents of one paired run: 3 to 8 seconds of both cores."""

ROUNDS = 7
CONNECTIONS = 2
SIZE = 1000
FROM = datetime(2026, 3, 1, tzinfo=SHANGHAI)
BRANDS = [
    Brand(name=name, aliases=suggest(name))
    for name in ("苹果", "小米", "三星", "微博", "华为", "京东")
]
_QUERY = "/_bulk?filter_path=errors,items.*.status,items.*.error"

Way = Callable[[Server, Sequence[Action]], None]


def main() -> None:
    # A server that lasts is worth the compiler that tests go without.
    with Node("full8", secured=False, heap="1g", java_options="").start() as node:
        actions = documents(DOCUMENTS)
        text = TEMPLATE.format(
            heading=heading("python -m benchmarks bulk"), version=node.server.version,
            count=DOCUMENTS, paired=PAIRED, rounds=ROUNDS, connections=CONNECTIONS, size=SIZE,
            octets=round(statistics.mean(len(each.source or b"") for each in actions)),
            pairs=pairs(node.server, actions[:PAIRED]), whole=whole(node.server, actions),
            kills=kills(node.server), load=os.getloadavg()[2],
        )  # fmt: skip
    (ROOT / "benchmarks" / "bulk.md").write_text(text, encoding="utf-8")
    print(text)


def documents(count: int) -> list[Action]:
    """Real posts, read, as the store would send them; spread over 90 days in their order."""
    step = timedelta(days=90) / count
    reader = BrandReader(BRANDS, LinearEngine(), RjiebaSegmenter())
    made: list[Action] = []
    posts = (_post(number, text, FROM + number * step) for number, text in enumerate(_texts(count)))
    while some := list(islice(posts, 2000)):
        for post, reading in zip(some, reader.read(some), strict=True):
            likes = Engagement(observed_at=post.collected_at, likes=len(made) % 997, comments=3)
            stored = Stored(
                post=post, n=len(made), indexed_at=post.collected_at, analysis=reading,
                engagements=(likes,),
            )  # fmt: skip
            made.append(
                Action(
                    index=Names(prefix="bench").index("posts", stored.place),
                    id=post_id(post.platform, post.id),
                    source=encoded(post_source(stored)),
                    version=len(made) + 1,
                )
            )
    return made


def _texts(count: int) -> Iterator[str]:
    both = chain(_column("polarity", "text"), _column("weibo_ced_reposts", "text"))
    return islice((text for text in both if text), count)


def _column(name: str, column: str) -> Iterator[str]:
    with gzip.open(DATA / f"{name}.csv.gz", "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            yield row[column].strip()


def _post(number: int, text: str, at: datetime) -> Post:
    return Post(
        platform="weibo", id=f"{number:016}", text=text, author=Author(id=f"{number % 9973:032x}"),
        published_at=at, collected_at=at + timedelta(hours=1),
    )  # fmt: skip


def pairs(server: Server, actions: Sequence[Action]) -> str:
    """Every way in turn; rate of each as a share of the raw one of its round."""
    ways = {"raw": raw(actions), "writer": writer(server), "streaming_bulk": streaming(actions)}
    found: dict[str, list[Figures]] = {name: [] for name in (*ways, "replay")}
    for number in range(ROUNDS):
        names = list(ways)
        for name in names[number % 3 :] + names[: number % 3]:
            found[name].append(measured(server, actions, ways[name], fresh=True))
            if name == "writer":
                found["replay"].append(measured(server, actions, ways[name], fresh=False))
    rows = []
    for name, figures in found.items():
        shares = [each.rate / bound.rate for each, bound in zip(figures, found["raw"], strict=True)]
        rows.append(
            [
                _SHOWN[name],
                f"{min(shares):.2f} / {statistics.median(shares):.2f} / {max(shares):.2f}",
                f"{statistics.median(each.rate for each in figures):,.0f}",
                f"{statistics.median(each.client for each in figures):.1f}",
                f"{statistics.median(each.server for each in figures):.0f}",
            ]
        )
    return grid(
        ["way", "share of raw, min / median / max", "documents/s", "client µs", "server µs"], rows
    )


_SHOWN = {
    "raw": "bodies that are ready, posted", "writer": "**`BulkWriter`**",
    "streaming_bulk": "`helpers.streaming_bulk`, defaults", "replay": "`BulkWriter`, the same again",
}  # fmt: skip


class Figures:
    """Of one run: documents per second, and microseconds of processor per document."""

    def __init__(self, count: int, seconds: float, client: float, server: float) -> None:
        self.rate = count / seconds
        self.client, self.server = client / count * 1e6, server / count * 1e6


def measured(server: Server, actions: Sequence[Action], way: Way, *, fresh: bool) -> Figures:
    """One run of *way*, into new indices if *fresh*."""
    if fresh:
        prepare(server, actions)
    gc.collect()
    gc.freeze()  # what waits here is not what a writer would have in memory
    mine, its, begun = _mine(), _its(server), time.perf_counter()
    way(server, actions)
    seconds = time.perf_counter() - begun
    figures = Figures(len(actions), seconds, _mine() - mine, _its(server) - its)
    server.ask("POST", "/bench-*/_refresh")
    count = server.ask("GET", "/bench-*/_count")[1]["count"]
    assert count == len(actions), count
    return figures


def prepare(server: Server, actions: Sequence[Action]) -> None:
    """Empty indices for *actions*, of the shipped template."""
    body = template("posts", Names(prefix="bench"), analyzer="cjk", replicas=0, refresh="30s")
    status, answer = server.ask("PUT", "/_index_template/bench", body)
    assert status == 200, answer
    names = sorted({action.index for action in actions})
    server.ask("DELETE", f"/{','.join(names)}?ignore_unavailable=true")
    for name in names:
        assert server.ask("PUT", f"/{name}")[0] == 200


def _mine() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _its(server: Server) -> float:
    nodes = server.ask("GET", "/_nodes/stats/process?filter_path=**.total_in_millis")[1]["nodes"]
    return float(sum(node["process"]["cpu"]["total_in_millis"] for node in nodes.values())) / 1000


def raw(actions: Sequence[Action]) -> Way:
    """The bound: no work but to send and to read."""
    bodies = [body(actions[at : at + SIZE]) for at in range(0, len(actions), SIZE)]

    def post(server: Server, _: Sequence[Action]) -> None:
        waiting = iter(bodies)
        lock = threading.Lock()

        def send() -> None:
            place = urlsplit(server.url)
            link = http.client.HTTPConnection(place.hostname or "", place.port)
            while True:
                with lock:
                    some = next(waiting, None)
                if some is None:
                    link.close()
                    return
                link.request("POST", _QUERY, some, {"content-type": "application/x-ndjson"})
                answer = link.getresponse().read()
                assert b'"errors":false' in answer, answer[:500]

        threads = [threading.Thread(target=send) for _ in range(CONNECTIONS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    return post


def writer(server: Server) -> Way:
    """Ours, as a store uses it."""
    client = connect({"url": server.url}).client

    def post(_: Server, actions: Sequence[Action]) -> None:
        with BulkWriter(client, threads=CONNECTIONS, documents=SIZE) as it:
            for action in actions:
                it.add(action)
        assert it.tally.written + it.tally.stale == len(actions)

    return post


def streaming(actions: Sequence[Action]) -> Way:
    """What most people use, as it comes."""
    from elasticsearch.helpers import streaming_bulk

    told = [json.loads(action.source or b"") for action in actions]

    def post(server: Server, actions: Sequence[Action]) -> None:
        lines = (
            {
                "_index": action.index, "_id": action.id, "version": action.version,
                "version_type": "external", "_source": source,
            }
            for action, source in zip(actions, told, strict=True)
        )  # fmt: skip
        with server.client() as client:
            assert all(fine for fine, _ in streaming_bulk(client, lines))

    return post


def whole(server: Server, actions: Sequence[Action]) -> str:
    """All documents by the writer, and their bytes on disk when merged."""
    figures = measured(server, actions, writer(server), fresh=True)
    server.ask("POST", "/bench-*/_forcemerge?max_num_segments=5", timeout=600)
    answer = server.ask("GET", "/bench-*/_stats/store")[1]
    octets = answer["_all"]["primaries"]["store"]["size_in_bytes"] / len(actions)
    return (
        f"{figures.rate:,.0f} documents/s, {figures.client:.1f} µs of client and"
        f" {figures.server:.0f} µs of server processor each; {octets:,.0f} bytes each on disk"
    )


TEMPLATE = """# Writing to Elasticsearch

{heading}
Elasticsearch {version} (full), one node, heap 1 GB, on the same machine; template of the store
(`cjk`, no copies, refresh 30 s). {count:,} real posts, read, {octets:,} bytes each, in time order.

{rounds} paired rounds of {paired:,} documents, {connections} connections, {size:,} documents a request;
microseconds of processor per document; load average of the machine {load:.1f} (above the number of
cores: other work took part of it, and shares scatter):

{pairs}

All {count:,} by `BulkWriter`: {whole}.

{kills}
"""

if __name__ == "__main__":
    main()
