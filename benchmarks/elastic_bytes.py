"""What documents weigh on disk and in memory; and a store that writes to the cluster directly."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import islice, repeat
from pathlib import Path
from typing import Any

from benchmarks.elastic_posts import UNTIL, pages
from benchmarks.elastic_ways import PREFIX, Bench
from index.elastic import ElasticStore
from index.es.documents import Stored, document_id, post_source
from index.es.encoding import encoded
from index.es.fields import DIMENSIONS
from index.es.layout import FAMILIES, Names
from index.es.writer import Action
from tingfeng import Observation

_WEIGHS = 11.0
"""Seconds: a server weighs its files once in ten."""

_LEASES = 120.0
"""Seconds to wait for leases: they are looked at every 30."""

SHORT, LONG = 40, 120
"""Characters: posts of at most the one and at least the other are weighed apart."""

WEIGHED = 10_000
DIRECT = 5_000


def disk(bench: Bench, prefix: str, *, merged: bool) -> dict[str, dict[str, float]]:
    """Documents and bytes of every family that has any; *merged*: after one segment was made of
    each index, as a month ends up that is written no more.
    """
    bench.settled(prefix)
    if merged:
        _touch(bench, prefix)
        _wait_for_leases(bench, prefix)
        bench.asked("POST", f"/{prefix}-*/_forcemerge?max_num_segments=1", timeout=1800)
        bench.settled(prefix)
    time.sleep(_WEIGHS)
    found = {}
    for family in FAMILIES:
        alias = Names(prefix=prefix).alias(family)
        told = bench.asked("GET", f"/{alias}/_stats/docs,store")["_all"]["primaries"]
        if told["docs"]["count"]:
            found[family] = {
                "documents": told["docs"]["count"],
                "octets": told["store"]["size_in_bytes"],
            }
    return found


def _touch(bench: Bench, prefix: str) -> None:
    """Write one post of every month once more: an index of one segment would not be merged."""
    alias = Names(prefix=prefix).alias("posts")
    query = {
        "size": 1000, "version": True, "collapse": {"field": "partition"},
        "query": {"exists": {"field": "partition"}},
    }  # fmt: skip
    for hit in bench.asked("POST", f"/{alias}/_search", query)["hits"]["hits"]:
        place = f"/{hit['_index']}/_doc/{hit['_id']}"
        how = f"?version={hit['_version'] + 1}&version_type=external"
        bench.asked("PUT", place + how, hit["_source"])
    bench.settled(prefix)


def _wait_for_leases(bench: Bench, prefix: str) -> None:
    """Until nobody needs the operations any more that led to the documents. Before, a merge keeps
    the whole source of every post, also what is left out of ``_source``, for a copy that lags.
    """
    end = time.monotonic() + _LEASES
    while time.monotonic() < end:
        shards = list(_shards(bench, prefix))
        if all(
            lease["retaining_seq_no"] > shard["seq_no"]["max_seq_no"]
            for shard in shards
            for lease in shard["retention_leases"]["leases"]
        ):
            return
        time.sleep(2.0)
    raise SystemExit("the leases of the shards were not renewed")


def _shards(bench: Bench, prefix: str) -> Iterator[dict[str, Any]]:
    told = bench.asked("GET", f"/{prefix}-*/_stats?level=shards")["indices"]
    for index in told.values():
        for copies in index["shards"].values():
            yield from copies


def fields(bench: Bench, prefix: str) -> dict[str, float]:
    """Bytes of each field of posts in all indices, the heaviest first."""
    alias = Names(prefix=prefix).alias("posts")
    path = f"/{alias}/_disk_usage?run_expensive_tasks=true"
    told = bench.asked("POST", path, timeout=600)
    found: dict[str, float] = {}
    for index, usage in told.items():
        if index != "_shards":
            for name, each in usage["fields"].items():
                found[name] = found.get(name, 0) + each["total_in_bytes"]
    return dict(sorted(found.items(), key=lambda each: -each[1]))


def memory(bench: Bench, prefix: str) -> dict[str, float]:
    """Bytes of heap for global ordinals, which questions build; and how many shards there are."""
    told = bench.asked("GET", f"/{prefix}-*/_stats/fielddata")
    fielddata = told["_all"]["primaries"]["fielddata"]["memory_size_in_bytes"]
    return {"fielddata": fielddata, "shards": told["_shards"]["total"]}


def standing(bench: Bench, prefix: str = PREFIX) -> tuple[int, int, int]:
    """Sum of the last operations of all shards, bytes and deleted documents: what any write changes,
    and one that is refused does not.
    """
    time.sleep(_WEIGHS)
    operations = sum(shard["seq_no"]["max_seq_no"] for shard in _shards(bench, prefix))
    whole = bench.asked("GET", f"/{prefix}-*/_stats/docs,store")["_all"]["primaries"]
    return operations, whole["store"]["size_in_bytes"], whole["docs"]["deleted"]


def weights(bench: Bench, file: Path) -> dict[str, dict[str, float]]:
    """Characters and bytes of posts of some kinds, without what hangs on them."""
    kinds = {
        "short": (one for one in _stored(file) if 0 < len(one.post.words) <= SHORT),
        "long": (one for one in _stored(file) if len(one.post.words) >= LONG),
        "plain": _stored(file),
        "embedded": map(_embedded, _stored(file), repeat(random.Random(13))),
    }
    names, actions, characters = Names(prefix=PREFIX), list[Action](), dict[str, float]()
    index = {kind: names.index("posts", f"{1990 + place}") for place, kind in enumerate(kinds)}
    for kind, stored in kinds.items():
        some = list(islice(stored, WEIGHED))
        characters[kind] = sum(len(one.post.words) for one in some) / len(some)
        actions += (
            Action(
                index=index[kind], id=document_id(one), version=1,
                source=encoded(post_source(replace(one, partition=index[kind][-4:]))),
            )
            for one in some
        )  # fmt: skip
    bench.fresh(index.values())
    bench.writer(actions)
    disk(bench, PREFIX, merged=True)
    told = bench.asked("GET", f"/{names.alias('posts')}/_stats/store,docs")["indices"]
    found = {kind: told[index[kind]]["primaries"] for kind in kinds}
    return {
        kind: {
            "characters": characters[kind],
            "octets": each["store"]["size_in_bytes"] / each["docs"]["count"],
        }
        for kind, each in found.items()
    }


def _embedded(stored: Stored, dice: random.Random) -> Stored:
    """With a vector. A drawn one: like real ones it cannot be compressed."""
    made = tuple(round(dice.gauss(0.0, 0.06), 6) for _ in range(DIMENSIONS))
    return replace(stored, vector=made, vector_by="drawn")


def _stored(file: Path) -> Iterator[Stored]:
    for page in pages(file):
        for changed in page.posts:
            yield changed.stored


def direct(bench: Bench, file: Path) -> dict[str, float]:
    """Posts a second that ``[store] use = "elastic"`` takes in, and readings that it records."""
    stored = list(islice(_stored(file), DIRECT))
    seen = [Observation(post=one.post, engagement=one.engagements[-1]) for one in stored]
    read = [one.analysis for one in stored if one.analysis is not None]
    bench.drop()
    with closing(ElasticStore(**bench.settings())) as store:
        store.put(seen[:100], now=UNTIL)  # templates and indices are made
        begun = time.perf_counter()
        outcomes = store.put(seen[100:], now=UNTIL)
        put = time.perf_counter() - begun
        assert set(outcomes) == {"new"}
        begun = time.perf_counter()
        store.record(_roots_first(read))
        recorded = time.perf_counter() - begun
    keys = disk(bench, PREFIX, merged=True)["keys"]
    return {
        "posts": len(seen),
        "put": len(outcomes) / put,
        "record": len(read) / recorded,
        "key_octets": keys["octets"] / keys["documents"],
    }


def _roots_first(read: list[Any]) -> list[Any]:
    """Without copies of posts that are not among these."""
    keys = {one.key for one in read}
    return [one if one.copy_of in keys else replace(one, copy_of=None) for one in read]
