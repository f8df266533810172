"""What 100 million posts need, worked out from the measured figures of ``elastic.json``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from benchmarks.elastic_text import middle, ordinals
from index.es.fields import properties
from index.es.layout import PARTITIONED, SINGLE

Figures = dict[str, Any]

POSTS = 100_000_000
MONTHS = 36
MENTIONS = 1.2
"""Mentions a post: posts that were gathered by brand name a brand, some name two. The measured ones
were not gathered so, and name few."""

REPLICAS = 1
FILLED = 0.75
"""Share of a disk that may be full: from 85 % on a server puts no shard there, and merging needs
room for what is merged."""

SHARD_BYTES, SHARD_DOCUMENTS = 50e9, 200e6
"""What Elastic advises a shard to stay below ("Size your shards")."""

FIELD_BYTES, NODE_BYTES = 1_000, 0.5e9
"""The same page: heap for each field of each index, and beside all of that."""

HEAPS = (2, 4, 8, 16, 31)
"""GB. Above 31, pointers take twice the room."""

PLATFORMS = 8
LENGTHS = (40, 100, 300)
KEEP = (3, 6, 12, 24, 36)
SLOW = 1_000
"""Milliseconds from which a dashboard feels broken: such a question is put to the metrics."""

QUARTER = 90
"""Days that were measured, and that dashboards show at most by default."""


@dataclass(frozen=True, slots=True)
class Paper:
    """Figures for :data:`POSTS`, each from measured ones."""

    made: Figures

    @property
    def octets(self) -> dict[str, float]:
        """Bytes of a document of each family, merged."""
        merged = self.made["filled"]["merged"]
        return {name: each["octets"] / each["documents"] for name, each in merged.items()}

    @property
    def looks(self) -> float:
        """Looks at the counts of a post."""
        whole = self.made["filled"]
        return float(whole["merged"]["engagement"]["documents"]) / float(whole["posts"])

    @property
    def days(self) -> float:
        """Of :data:`MONTHS`."""
        return MONTHS * 365.25 / 12

    @property
    def documents(self) -> dict[str, float]:
        """How many documents each family will have."""
        return {
            "posts": POSTS, "mentions": POSTS * MENTIONS, "engagement": POSTS * self.looks,
            "metrics": self.made["texts"]["brands"] * PLATFORMS * self.days,
        }  # fmt: skip

    @property
    def bytes(self) -> dict[str, float]:
        """Bytes of each family, once."""
        return {name: count * self.octets[name] for name, count in self.documents.items()}

    @property
    def total(self) -> float:
        """Bytes of all of them, once."""
        return sum(self.bytes.values())

    @property
    def unmerged(self) -> float:
        """Bytes more that this month's posts take until they are merged."""
        written = self.made["filled"]["written"]["posts"]
        more = written["octets"] / written["documents"] - self.octets["posts"]
        return max(0.0, more) * POSTS / MONTHS

    @property
    def disk(self) -> float:
        """Bytes of disk in the whole cluster."""
        return (self.total + self.unmerged) * (1 + REPLICAS) / FILLED

    @property
    def shards(self) -> int:
        """In the whole cluster, copies included: months, undated ones, and single indices."""
        return (len(PARTITIONED) * (MONTHS + 1) + len(SINGLE)) * (1 + REPLICAS)

    @property
    def fields(self) -> float:
        """Bytes of heap for mappings, on a node that holds a shard of every index."""
        counts = {family: _fields(properties(family, "cjk")) for family in (*PARTITIONED, *SINGLE)}
        indices = {name: MONTHS + 1 if name in PARTITIONED else 1 for name in counts}
        return float(sum(counts[name] * indices[name] for name in counts) * FIELD_BYTES)

    @property
    def ordinals(self) -> float:
        """Bytes of heap for global ordinals, once all months were asked."""
        return ordinals(self.made["filled"]) * POSTS

    @property
    def heap(self) -> int:
        """GB: what is needed may be half of it, as the other half is questions and writing."""
        needed = 2 * (NODE_BYTES + self.fields + self.ordinals) / 1e9
        return next((size for size in HEAPS if size >= needed), HEAPS[-1])

    def each(self, side: str) -> float:
        """Microseconds of processor on one *side*, ``client`` or ``server``, for a document of any
        kind, in a sync.
        """
        whole = self.made["filled"]
        documents = sum(whole["merged"][name]["documents"] for name in PARTITIONED)
        return float(whole["sync"][side]) * float(whole["posts"]) / float(documents)

    @property
    def written(self) -> float:
        """Documents of one copy that are written."""
        return sum(self.documents[name] for name in PARTITIONED)

    @property
    def indexing(self) -> float:
        """Hours of one processor, for all copies: each indexes by itself."""
        return self.written * self.each("server") * (1 + REPLICAS) / 3.6e9

    @property
    def syncing(self) -> float:
        """Hours of one processor that the one process which syncs needs."""
        return self.written * self.each("client") / 3.6e9

    @property
    def replaying(self) -> float:
        """Hours of one processor for writing all posts again in vain."""
        return POSTS * middle(self.made["writing"]["replay"]["again"], "server") / 3.6e9

    def answer(self, name: str, posts: float) -> tuple[float, float]:
        """Milliseconds (median) of a question when its 90 days hold so many *posts*, at least and at
        most: along the line through both measured sizes, and in proportion to the larger one. On a
        busy machine the line alone may be flat by chance.
        """
        (few, t_few), (many, t_many) = (
            (one["posts"], next(q["p50"] for q in one["questions"] if q["name"] == name))
            for one in (self.made["filled"], self.made["filled"]["many"])
        )
        slope = max(0.0, (t_many - t_few) / (many - few))
        line, proportion = t_many + slope * (posts - many), t_many * posts / many
        return float(min(line, proportion)), float(max(line, proportion))

    @property
    def quarter(self) -> float:
        """Posts of 90 days."""
        return POSTS * QUARTER / self.days

    def slow(self) -> list[str]:
        """Questions that may take longer than :data:`SLOW` when 90 days hold so many posts."""
        names = [one["name"] for one in self.made["filled"]["questions"]]
        return [name for name in names if self.answer(name, self.quarter)[1] > SLOW]


def _fields(mapping: Figures) -> int:
    return sum(_fields(each["properties"]) + 1 if "properties" in each else 1 for each in mapping.values())  # fmt: skip
