"""How much room what the cluster holds takes, and what will be too large."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from index.es.bootstrap import Bootstrap
from index.es.layout import FAMILIES
from index.es.limits import ShardLimit, shard_limit
from tingfeng import Message

if TYPE_CHECKING:
    from index.es.connect import Cluster

GIGABYTES = 40.0
"""Of one shard. Elastic advises 10 to 50 GB: above, moving one to another node takes hours."""

DOCUMENTS = 150_000_000
"""Of one shard. Lucene ends at 2.1 billion; counting takes 0.15 ms a thousand documents and core
(scale), so that a question about one full shard takes twenty seconds."""

SHARDS = 800
"""Of one node, where the server's own limit may not be asked: a fifth is left below the 1,000 at
which it refuses new ones by default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What one index takes."""

    index: str
    family: str
    partition: str
    documents: int
    deleted: int
    octets: int
    """Of primary shards."""

    shards: int
    """Primary ones."""

    @property
    def each(self) -> float:
        """Bytes a document."""
        return self.octets / self.documents if self.documents else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """What ``tingfeng es capacity`` says."""

    rooms: tuple[Room, ...]
    replicas: int
    data_nodes: int | None
    warnings: tuple[Message, ...]
    limit: ShardLimit | None = None
    """``None``: we may not ask."""

    def family(self, family: str) -> tuple[int, int]:
        """Documents and bytes of a family."""
        mine = [room for room in self.rooms if room.family == family]
        return sum(room.documents for room in mine), sum(room.octets for room in mine)

    @property
    def shards(self) -> int:
        """Of all indices, with replicas."""
        return sum(room.shards for room in self.rooms) * (1 + self.replicas)

    def projected(self, posts_a_month: int) -> dict[str, tuple[int, int]]:
        """Documents and bytes of one month's index at so many posts, by family: in proportion to
        what is there.
        """
        posts, _ = self.family("posts")
        found = {}
        for family in ("posts", "mentions", "engagement"):
            documents, octets = self.family(family)
            share = posts_a_month / posts if posts else 0.0
            found[family] = round(documents * share), round(octets * share)
        return found


def capacity(cluster: Cluster, *, posts_a_month: int | None = None) -> Capacity:
    """Asks as an administrator may. *posts_a_month*: what is expected."""
    names = cluster.names
    built = {each.index: each for each in Bootstrap(cluster).built()}
    with cluster.said():
        answer = cluster.client.indices.stats(
            index=",".join(f"{names.alias(family)}-v*" for family in FAMILIES),
            metric=["docs", "store"],
            filter_path="indices.*.primaries.docs,indices.*.primaries.store,"
            "indices.*.primaries.shard_stats",
        )
    rooms = tuple(
        Room(
            index=index,
            family=built[index].family,
            partition=index.rpartition("-")[2] if re.search(r"-v\d+-", index) else "",
            documents=told["primaries"]["docs"]["count"],
            deleted=told["primaries"]["docs"]["deleted"],
            octets=told["primaries"]["store"]["size_in_bytes"],
            shards=told["primaries"].get("shard_stats", {}).get("total_count", 1),
        )
        for index, told in sorted(answer.body.get("indices", {}).items())
        if index in built
    )
    found = Capacity(
        rooms=rooms,
        replicas=cluster.replicas,
        data_nodes=cluster.data_nodes,
        warnings=(),
        limit=shard_limit(cluster),
    )
    return replace(found, warnings=tuple(warnings_of(found, posts_a_month)))


def warnings_of(found: Capacity, posts_a_month: int | None) -> list[Message]:
    """What is too large, or will be."""
    said = [
        _large(room.index, room.documents // room.shards, room.octets // room.shards)
        for room in found.rooms
        if _too_large(room.documents / room.shards, room.octets / room.shards)
    ]
    if posts_a_month is not None:
        said += [
            _will_be_large(family, documents, octets)
            for family, (documents, octets) in found.projected(posts_a_month).items()
            if _too_large(documents, octets)
        ]
    if found.limit is not None:
        said += [found.limit.warning] if found.limit.warning else []
    elif found.data_nodes and found.shards > SHARDS * found.data_nodes:
        said.append(_many(found.shards, found.data_nodes))
    return said


def _too_large(documents: float, octets: float) -> bool:
    return octets > GIGABYTES * 1e9 or documents > DOCUMENTS


def _large(index: str, documents: int, octets: int) -> Message:
    return Message(
        f"{index} 的分片过大：{documents:,} 个文档，{octets / 1e9:.1f} GB（上限约 {GIGABYTES:.0f} GB 或"
        f" {DOCUMENTS:,} 个）。请缩短保存期限，或按品牌分成几个 prefix",
        f"a shard of {index} is too large: {documents:,} documents, {octets / 1e9:.1f} GB (at most"
        f" about {GIGABYTES:.0f} GB or {DOCUMENTS:,}): keep posts for a shorter time, or part the"
        " brands into several prefixes",
    )


def _will_be_large(family: str, documents: int, octets: int) -> Message:
    return Message(
        f"按预计的量，{family} 一个月的分片将有 {documents:,} 个文档，{octets / 1e9:.1f} GB（上限约"
        f" {GIGABYTES:.0f} GB 或 {DOCUMENTS:,} 个）。请按品牌分成几个 prefix",
        f"as expected, a month's shard of {family} will hold {documents:,} documents and"
        f" {octets / 1e9:.1f} GB (at most about {GIGABYTES:.0f} GB or {DOCUMENTS:,}): part the"
        " brands into several prefixes",
    )


def _many(shards: int, nodes: int) -> Message:
    return Message(
        f"{nodes} 个数据节点上有 {shards:,} 个分片，服务器默认每节点最多 1,000 个。请缩短保存期限，或增加节点",
        f"there are {shards:,} shards on {nodes} data nodes, and a server takes 1,000 each by"
        " default: keep posts for a shorter time, or add nodes",
    )
