"""``elastic.md``: the figures of :mod:`benchmarks.elastic` in words and tables."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Any

from benchmarks.machine import ROOT
from benchmarks.tables import grid
from index.es.layout import FAMILIES

FILE = ROOT / "benchmarks" / "elastic.md"
Figures = dict[str, Any]

GOAL_SHARE, GOAL_MICROSECONDS = 0.85, 12.0
"""Of the issue that this was built for."""

_WAYS = {
    "raw": "bodies that are ready, posted",
    "writer": "**`BulkWriter`**",
    "streaming_bulk": "`helpers.streaming_bulk`, defaults",
}
_PARTS = {
    "writing": "paired rounds, replay",
    "filled": "the whole store: sync, bytes, questions",
    "weights": "short and long posts, vectors",
    "direct": "written directly",
    "kills": "killed",
}
_FEWEST = 0.01
"""Share of the disk from which a field has a row."""


def text(made: Figures) -> str:
    """The page."""
    writing, whole = made["writing"], made["filled"]
    texts = made["texts"]
    return TEMPLATE.format(
        heading=made["heading"], server=made["server"], load=_loads(made),
        posts=texts["posts"], characters=texts["characters"], brands=texts["brands"],
        mentions=_documents(whole, "mentions"), looks=_documents(whole, "engagement"),
        documents=writing["documents"], rounds=len(writing["rounds"]["raw"]),
        octets=writing["octets"], connections=made["connections"], request=made["request"],
        ways=_ways(writing), verdict=_verdict(writing), encoded=_cost(writing["encoded"]),
        replay=_replay(writing["replay"]), sync=_sync(whole), disk=_disk(whole),
        fields=_fields(whole), lengths=_lengths(made), vector=vector(made),
        direct=_direct(made["direct"]), questions=_questions(whole), many=whole["many"]["posts"],
        memory=_memory(whole), kills=_kills(made["kills"]),
    )  # fmt: skip


def shares(writing: Figures, way: str) -> list[float]:
    """Rate of *way* as a share of the bound, pair by pair."""
    rounds = writing["rounds"]
    return [
        one["rate"] / bound["rate"] for one, bound in zip(rounds[way], rounds["raw"], strict=True)
    ]


def middle(costs: Sequence[Figures], name: str) -> float:
    """Median of a figure of several runs."""
    return statistics.median(each[name] for each in costs)


def _loads(made: Figures) -> str:
    rows = [
        [shown, made[name]["begun"], *(f"{load:.1f}" for load in made[name]["load"])]
        for name, shown in _PARTS.items()
    ]
    return grid(["part", "begun", "load before", "after"], rows)


def _documents(filled: Figures, family: str) -> int:
    return int(filled["merged"][family]["documents"])


def _ways(writing: Figures) -> str:
    rows = []
    for way, costs in writing["rounds"].items():
        found = shares(writing, way)
        rows.append([
            _WAYS[way],
            f"{statistics.median(found):.2f} [{min(found):.2f}, {max(found):.2f}]",
            f"{middle(costs, 'rate'):,.0f}",
            f"{middle(costs, 'client'):.1f} [{min(c['client'] for c in costs):.1f}, {max(c['client'] for c in costs):.1f}]",
            f"{middle(costs, 'server'):.0f}",
        ])  # fmt: skip
    return grid(["way", "share of the bound", "documents/s", "client µs", "server µs"], rows)


def _verdict(writing: Figures) -> str:
    share = statistics.median(shares(writing, "writer"))
    client = middle(writing["rounds"]["writer"], "client")
    times = [
        mine["rate"] / theirs["rate"]
        for mine, theirs in zip(
            writing["rounds"]["writer"], writing["rounds"]["streaming_bulk"], strict=True
        )
    ]
    return (
        f"Of the bound: {share:.2f} (goal: {GOAL_SHARE}, {_reached(share >= GOAL_SHARE)}); client"
        f" {client:.1f} µs a document (goal: {GOAL_MICROSECONDS:.0f},"
        f" {_reached(client <= GOAL_MICROSECONDS)}). Against `streaming_bulk`, pair by pair:"
        f" {statistics.median(times):.2f} times as fast [{min(times):.2f}, {max(times):.2f}]."
    )


def _reached(whether: bool) -> str:
    return "reached" if whether else "**missed**"


def _cost(costs: Sequence[Figures]) -> str:
    return (
        f"{middle(costs, 'client'):.0f} µs of client and {middle(costs, 'server'):.0f} µs of server"
        f" processor each, {middle(costs, 'rate'):,.0f} documents/s"
    )


def _replay(replay: Figures) -> str:
    return (
        f"first {replay['first']['rate']:,.0f} documents/s and {replay['first']['server']:.0f} µs of"
        f" server processor each, then again {middle(replay['again'], 'rate'):,.0f} documents/s,"
        f" {middle(replay['again'], 'client'):.1f} µs of client and"
        f" {middle(replay['again'], 'server'):.0f} µs of server processor. Of"
        f" {len(replay['again'])} replays the shards hold {replay['operations']} more operations,"
        f" {replay['octets']:,} more bytes and {replay['deleted']} more deleted documents"
    )


def _sync(whole: Figures) -> str:
    cost = whole["sync"]
    return (
        f"{cost['rate']:,.0f} posts/s; each post with all that hangs on it {cost['client']:.0f} µs"
        f" of client and {cost['server']:.0f} µs of server processor"
    )


def _disk(whole: Figures) -> str:
    rows = []
    for family in FAMILIES:
        if family in whole["merged"]:
            merged, written = whole["merged"][family], whole["written"][family]
            count = merged["documents"]
            rows.append([
                f"`{family}`", f"{count:,.0f}", f"{written['octets'] / count:,.0f}",
                f"{merged['octets'] / count:,.0f}", f"{merged['octets'] / whole['posts']:,.0f}",
            ])  # fmt: skip
    head = ["family", "documents", "bytes each, as written", "merged", "merged, for each post"]
    return grid(head, rows)


def _fields(whole: Figures) -> str:
    octets = sum(whole["fields"].values())
    rows = [
        [f"`{name}`", f"{each / whole['posts']:,.0f}", f"{100 * each / octets:.0f} %"]
        for name, each in whole["fields"].items()
        if each >= _FEWEST * octets
    ]
    return grid(["field of `posts`", "bytes a post", "share"], rows)


def _lengths(made: Figures) -> str:
    short, long = made["weights"]["short"], made["weights"]["long"]
    slope, base = line(made)
    return (
        f"Posts of {short['characters']:.0f} characters on average weigh {short['octets']:,.0f}"
        f" bytes, those of {long['characters']:.0f} characters {long['octets']:,.0f}: {base:,.0f}"
        f" bytes and {slope:.1f} for each character"
    )


def line(made: Figures) -> tuple[float, float]:
    """Bytes for each character, and bytes of a post without any."""
    short, long = made["weights"]["short"], made["weights"]["long"]
    slope = (long["octets"] - short["octets"]) / (long["characters"] - short["characters"])
    return slope, short["octets"] - slope * short["characters"]


def vector(made: Figures) -> float:
    """Bytes that the vector of a post adds."""
    return float(made["weights"]["embedded"]["octets"] - made["weights"]["plain"]["octets"])


def _direct(direct: Figures) -> str:
    return (
        f"`put` takes in {direct['put']:,.0f} posts/s, `record` {direct['record']:,.0f} readings/s;"
        f" the place of each post is kept in {direct['key_octets']:.0f} bytes more (`keys`)"
    )


def _questions(whole: Figures) -> str:
    rows, many = [], whole["many"]
    for small, large in zip(whole["questions"], many["questions"], strict=True):
        rows.append(
            [large["name"]]
            + [f"{one[p]:,.0f}" for one in (small, large) for p in ("p50", "p95")]
            + [f"{large['found']:,}"]
        )
    posts = f"{whole['posts']:,}", f"{many['posts']:,}"
    head = ["question"] + [f"{p}, {count}" for count in posts for p in ("p50", "p95")] + ["found"]
    return grid(head, rows)


def _memory(whole: Figures) -> str:
    return f"Global ordinals, which these questions left in the heap: {ordinals(whole):.1f} bytes a post"


def ordinals(whole: Figures) -> float:
    """Bytes of heap a post."""
    return float(whole["many"]["memory"]["fielddata"] / whole["many"]["posts"])


def _kills(kills: Figures) -> str:
    return (
        f"{kills['kills']} times SIGKILL at random moments, each time run again, the last time to"
        f" the end: of {kills['documents']:,} documents {kills['lost']} lost, {kills['doubled']}"
        f" doubled or strange, {kills['other_version']} of another version than the store's"
    )


TEMPLATE = """# Elasticsearch

{heading}
{server}, security on, one node on the same machine; templates of the store, no copies. The
machine's two cores are shared with others: shares of paired runs and microseconds of processor are
steady, rates are not. Its load of one minute:

{load}
{posts:,} posts with real texts ({characters:.0f} characters on average), read by the linear engine for
{brands} brands: {mentions:,} mentions, {looks:,} looks at counts. Times, authors, places and counts
are drawn; how: `elastic_posts.py`. They come in the order of publishing, over 90 days: one month's
index after the other.

## Writing

{rounds} paired rounds of {documents:,} documents of family `posts`, {octets:,.0f} bytes each;
{connections} connections, {request:,} documents a request. In every round each way fills new
indices. Medians, with least and most; microseconds of processor for each document. The writer is given
bytes, `streaming_bulk` objects, which it must encode.

{ways}
{verdict}

Made from nouns on the way, as in a sync: {encoded}.

The same documents again: {replay}.

A whole store by `tingfeng es sync` into an empty cluster (SQLite read, documents made, mentions and
counts written before each post, daily metrics, position): {sync}.

Written directly (`[store] use = "elastic"`): {direct}.

## Bytes

{disk}
"As written": bytes when the last document was in. Until a merge, a server keeps the whole source of
every post for copies that lag, also what `_source` leaves out (`_recovery_source`). "Merged": one
segment an index.

{fields}
{lengths}. The vector of search by meaning adds {vector:,.0f} bytes to each post.

## Questions

Milliseconds, median and 95th percentile, one at a time, for words, brands and spans that change; the
server keeps no answers. Over the {posts:,} posts as they were written, and over {many:,} of the same 90
days: the same again under other ids by other authors (the metrics stay). Commands are measured
whole: `words` puts dozens of questions. Found: posts, or points, in all answers together.

{questions}
{memory}.

## Killed

`tingfeng es sync` of a store of 50,000 posts with mentions and counts. {kills}.
"""
