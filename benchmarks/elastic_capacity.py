"""``docs/capacity.md``: what 100 million posts need, from the formulas of :mod:`elastic_paper`.

A test holds the page against them, so that it cannot say what was not measured.
"""

from __future__ import annotations

from typing import Any

from benchmarks.elastic_paper import (
    FILLED,
    KEEP,
    LENGTHS,
    MENTIONS,
    MONTHS,
    NODE_BYTES,
    PLATFORMS,
    POSTS,
    REPLICAS,
    SHARD_BYTES,
    SHARD_DOCUMENTS,
    SLOW,
    Paper,
)
from benchmarks.elastic_text import line, middle, ordinals, vector
from benchmarks.machine import ROOT
from benchmarks.tables import grid
from index.es.layout import PARTITIONED

FILE = ROOT / "docs" / "capacity.md"
Figures = dict[str, Any]


def text(made: Figures) -> str:
    """The page."""
    paper = Paper(made)
    slope, base = line(made)
    month = POSTS / MONTHS
    return TEMPLATE.format(
        server=made["server"], posts=POSTS, months=MONTHS,
        mentions=MENTIONS, looks=paper.looks, brands=made["texts"]["brands"], platforms=PLATFORMS,
        replicas=REPLICAS, characters=made["texts"]["characters"], month=month / 1e6,
        filled=100 * FILLED, disk_table=_disk(paper), unmerged=_gb(paper.unmerged),
        disk=_gb(paper.disk), total=_gb(paper.total), lengths=_lengths(slope, base), slope=slope,
        base=base, vector=vector(made), vectors=_gb(vector(made) * POSTS),
        shards_table=_shards(paper), shards=paper.shards, most=_most(paper), indices=paper.shards // (1 + REPLICAS),
        fields=paper.fields / 1e6, ordinal=_ordinal(made), ordinals=_gb(paper.ordinals),
        heap=paper.heap, memory=2 * paper.heap, node=_gb(NODE_BYTES),
        core=paper.each("server"), written=paper.written / 1e6, indexing=paper.indexing,
        client=paper.each("client"), syncing=paper.syncing, eight=paper.indexing / 8,
        sixteen=paper.indexing / 16, slower=max(paper.syncing, paper.indexing / 16),
        again=middle(made["writing"]["replay"]["again"], "server"), replaying=paper.replaying,
        second=month / (paper.days / MONTHS * 86_400), live=_live(paper, month),
        questions=_questions(paper), quarter=paper.quarter / 1e6, small=made["filled"]["posts"],
        large=made["filled"]["many"]["posts"], slow=_slow(paper), rows=paper.documents["metrics"],
        rows_day=made["texts"]["brands"] * PLATFORMS, keep=_keep(paper), limit=SLOW / 1000,
        key=made["direct"]["key_octets"], keys=_gb(made["direct"]["key_octets"] * POSTS),
        direct=_direct(made["direct"]), record=made["direct"]["record"], put=made["direct"]["put"],
    )  # fmt: skip


def _direct(direct: Figures) -> float:
    """Hours of one process that takes in posts and records their readings."""
    return float(POSTS / direct["put"] + POSTS / direct["record"]) / 3600


def _gb(octets: float) -> str:
    size = octets / 1e9
    if size < 0.1:
        return f"{1000 * size:.0f} MB"
    return f"{size:,.0f} GB" if size >= 10 else f"{size:.1f} GB"


def _disk(paper: Paper) -> str:
    rows = [
        [f"`{name}`", f"{count / 1e6:,.1f} million", f"{paper.octets[name]:,.0f}",
         _gb(paper.bytes[name]), _gb(paper.bytes[name] * (1 + REPLICAS))]
        for name, count in paper.documents.items()
    ]  # fmt: skip
    rows.append(["all", "", "", _gb(paper.total), _gb(paper.total * (1 + REPLICAS))])
    head = ["family", "documents", "bytes each, measured", "once", "with a copy"]
    return grid(head, rows)


def _lengths(slope: float, base: float) -> str:
    rows = [
        [f"{length}", f"{base + slope * length:,.0f}", _gb((base + slope * length) * POSTS)]
        for length in LENGTHS
    ]
    return grid(["characters", "bytes a post", "`posts`, once"], rows)


def _shards(paper: Paper) -> str:
    rows = []
    for family in PARTITIONED:
        octets, documents = paper.bytes[family] / MONTHS, paper.documents[family] / MONTHS
        rows.append([f"`{family}`", f"{documents / 1e6:.1f} million", _gb(octets)])
    return grid(["family", "documents a month", "its shard"], rows)


def _most(paper: Paper) -> str:
    """Posts a month from which one shard is too little."""
    by_bytes = SHARD_BYTES / paper.octets["posts"]
    return f"{min(by_bytes, SHARD_DOCUMENTS) / 1e6:,.0f} million"


def _ordinal(made: Figures) -> str:
    return f"{ordinals(made['filled']):.1f}"


def _live(paper: Paper, month: float) -> str:
    """Share of one processor that a live feed takes of the server."""
    documents = month * (1 + MENTIONS + paper.looks)
    seconds = documents * paper.each("server") * (1 + REPLICAS) / 1e6
    return f"{100 * seconds / (paper.days / MONTHS * 86_400):.2f} %"


def _questions(paper: Paper) -> str:
    rows = []
    for one in paper.made["filled"]["many"]["questions"]:
        least, most = paper.answer(one["name"], paper.quarter)
        rows.append([one["name"], f"{one['p50']:,.0f}", f"{least:,.0f}", f"{most:,.0f}", f"over {SLOW / 1000:.0f} s" if most > SLOW else ""])  # fmt: skip
    head = ["question", "measured, ms", "on paper, at least", "at most", ""]
    return grid(head, rows)


def _slow(paper: Paper) -> str:
    slow = paper.slow()
    return f"{len(slow)} of {len(paper.made['filled']['questions'])}"


def _keep(paper: Paper) -> str:
    monthly = sum(paper.bytes[name] for name in PARTITIONED) / MONTHS
    rest = paper.total - monthly * MONTHS
    rows = []
    for months in KEEP:
        size = (monthly * months + rest + paper.unmerged) * (1 + REPLICAS) / FILLED
        rows.append([f"{months}", f"{POSTS / MONTHS * months / 1e6:,.0f} million", _gb(size)])
    return grid(["months kept", "posts", "disk of the cluster"], rows)


TEMPLATE = """# What {posts:,} posts need in Elasticsearch

Worked out on paper by `benchmarks/elastic_capacity.py` from what `python -m benchmarks elastic` measured
([elastic.md](../benchmarks/elastic.md): {server}, two processors). Nothing here
was tried at this size. A test holds this page against the measured figures; after a new measurement it is
written anew. Longer posts, other questions and other machines change everything: load a month of your own
posts, and put `tingfeng es capacity` beside this.

Assumed, not measured:

- {posts:,} posts of {months} months, {month:.1f} million a month, {characters:.0f} characters each as the measured ones;
- {mentions} mentions a post (posts that were gathered for a brand name one), {looks:.2f} looks at its counts;
- {brands} brands on {platforms} platforms; {replicas} copy of every shard, so at least two nodes, better three;
- disks at most {filled:.0f} % full: from 85 % on, a server puts no shard there, and merging needs room.

## Disk

{disk_table}
Until they are merged, the posts of this month take {unmerged} more (`_recovery_source`). With a copy and
free room: **{disk} in the whole cluster**.

By the length of posts ({base:,.0f} bytes and {slope:.1f} for each character, measured):

{lengths}
Search by meaning adds {vector:,.0f} bytes a post, {vectors} for all of them, once, and its graph wants to
stay in memory: keep it for the months in which people search. A store that is written directly
keeps the place of each post in {key:.0f} bytes more: {keys}.

## Shards

{shards_table}
One shard a month and family, as the templates have it: Elastic advises at most 50 GB and 200 million
documents. More than {most} posts a month would pass the first; below a million a month, shards are small but few:
{indices} indices, {shards} shards with copies, of the 1,000 that a node takes by default.

## Heap

- {fields:.0f} MB for mappings: 1 kB for each field of each index, by Elastic's rule;
- {ordinals} for global ordinals once people have asked all months: {ordinal} bytes a post, measured;
- {node} beside, by the same rule.

Twice that, as answering and writing need room too: **heap {heap} GB, memory {memory} GB a node**. The other half of the
memory caches files: the month that people look at should fit, the rest may stay on disk.

## Filling an empty cluster

A document costs the server {core:.0f} µs of processor and the one process that syncs {client:.0f} µs (measured: a whole
store, all families). {written:,.0f} million documents, on two copies: {indexing:,.0f} hours of one processor, {eight:.1f} hours of
eight, {sixteen:.1f} of sixteen. The process that syncs: {syncing:.1f} hours. So about **{slower:.1f} hours with sixteen
processors**, whichever of the two is slower.

All again in vain, after a restored backup: {again:.0f} µs a post, {replaying:.1f} hours of one processor, and not one byte written.

Written directly instead (`[store] use = "elastic"`: {put:,.0f} posts/s taken in, {record:,.0f} readings/s recorded by one process) it
would be {direct:,.0f} hours: fill with `tingfeng es sync`.

Then {second:.1f} posts a second come in: {live} of one processor.

## Questions

Medians, one at a time, on two processors. Measured: {large:,} posts of 90 days. On paper: {quarter:.1f} million posts of
90 days, along the line through the figures for {small:,} and {large:,} posts, and in proportion to the latter. Shards of several months are asked at
once where there are processors; other people's questions and a cold cache add to it. `words` looks at up to
40 words, and found few in the smaller index.

{questions}
{slow} may take longer than {limit:.0f} s. What many people ask often of a long time is to be asked of `metrics`: counts by
brand, platform and day, at most {rows_day:,} rows a day and {rows:,.0f} for all {months} months, little more than the posts
that were measured first. The panels of the alarms that compare with what is usual read them; build your own of
volume, attitude, shares and trends by day on them too. Words, distinct voices, authors and lists are not
in there: ask those by brand, and of weeks instead of years. Commands ask posts, always.

## Keeping

{keep}
Months are indices: `tingfeng es retention` drops one that is too old at once, with its disk, and nothing is
merged for it. Single posts that are forgotten are deleted, and their room comes back when their segment is merged.
"""
