"""Deleting what is older than it is kept: whole months as indices, the rest document by document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from index.es.bootstrap import Bootstrap, Built
from index.es.bulk_body import Action
from index.es.layout import PARTITIONED
from index.es.sweep import documents
from index.es.writer import BulkWriter
from index.times import seconds_up
from tingfeng import SHANGHAI

if TYPE_CHECKING:
    from index.es.connect import Cluster

_CHUNK = 1000
"""Posts whose counts are looked for at once: well below the 65,536 terms that a server takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What retention did."""

    indices: tuple[str, ...]
    """Deleted whole."""

    documents: int
    """Deleted one by one, mentions and counts among them."""


def end(partition: str) -> datetime | None:
    """The first moment after a partition; ``None``: it has none."""
    found = re.fullmatch(r"(\d{4})(?:\.(\d{2}))?", partition)
    if found is None:
        return None
    year, month = int(found[1]), int(found[2] or 12)
    year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    if year > MAXYEAR:
        return None
    return datetime(year, month, 1, tzinfo=SHANGHAI)


def too_old(before: datetime) -> dict[str, Any]:
    """Finds what was published, or where undated, collected, before: the condition of
    :meth:`tingfeng.PostStore.expire`.
    """
    end = {"lt": seconds_up(before), "format": "epoch_second"}
    undated = {
        "bool": {
            "filter": [{"range": {"collected_at": end}}],
            "must_not": [{"exists": {"field": "published_at"}}],
        }
    }
    return {"bool": {"should": [{"range": {"published_at": end}}, undated]}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """Everything published, or where undated, collected, before a moment goes."""

    cluster: Cluster
    before: datetime

    def old(self) -> list[str]:
        """Indices all of whose posts are too old."""
        return [
            each.index
            for each, partition in self._partitions()
            if (after := end(partition)) is not None and after <= self.before
        ]

    def drop(self) -> list[str]:
        """Delete the indices that are too old as a whole; which."""
        gone = self.old()
        with self.cluster.said():
            for index in gone:
                self.cluster.client.options(ignore_status=404).indices.delete(index=index)
        return gone

    def drop_empty(self) -> list[str]:
        """Of the indices that are too old by their names those of months without a post; which.
        Where the cluster is the store itself a post stays where it came in, though it be dated
        later.
        """
        old = set(self.old())
        names = self.cluster.names
        posts = sorted(
            old & {each.index for each, _ in self._partitions() if each.family == "posts"}
        )
        gone: list[str] = []
        for index in posts:
            if self._empty(index):
                partition = index.rpartition("-")[2]
                gone += old & {names.index(family, partition) for family in PARTITIONED}
        with self.cluster.said():
            for index in sorted(gone):
                self.cluster.client.options(ignore_status=404).indices.delete(index=index)
        return sorted(gone)

    def _empty(self, index: str) -> bool:
        """Asked by the statistics: whoever may delete indices may read no post."""
        client = self.cluster.client
        with self.cluster.said():
            client.indices.refresh(index=index)
            answer = client.indices.stats(index=index, metric="docs")
        return int(answer["_all"]["primaries"]["docs"]["count"]) == 0

    def thin(self, writer: BulkWriter) -> int:
        """Delete single documents in what is left; how many."""
        whole = set(self.old())
        left = {partition for each, partition in self._partitions() if each.index not in whole}
        return sum(self._thin(partition, writer) for partition in sorted(left))

    def _thin(self, partition: str, writer: BulkWriter) -> int:
        names = self.cluster.names
        indices = {family: names.index(family, partition) for family in PARTITIONED}
        with self.cluster.said():
            self.cluster.client.indices.refresh(
                index=",".join(indices.values()), ignore_unavailable=True
            )
        query = too_old(self.before)
        hits = documents(self.cluster, indices["posts"], query, source=["post_key"])
        count = 0
        while gone := list(islice(hits, _CHUNK)):
            count += self._delete(gone, indices, writer)
        return count

    def _delete(
        self, gone: list[dict[str, Any]], indices: dict[str, str], writer: BulkWriter
    ) -> int:
        """What hangs on a post goes before it: if this is broken off, the post is found again."""
        of = {"terms": {"post_key": [hit["_source"]["post_key"] for hit in gone]}}
        hanging = 0
        for family in ("mentions", "engagement"):
            for hit in documents(self.cluster, indices[family], of):
                writer.add(_deleted(hit))
                hanging += 1
        writer.flush()
        for hit in gone:
            writer.add(_deleted(hit))
        writer.flush()
        return len(gone) + hanging

    def _partitions(self) -> Iterator[tuple[Built, str]]:
        for each in Bootstrap(self.cluster).built():
            if each.family in PARTITIONED:
                yield each, each.index.rpartition("-")[2]


def _deleted(hit: dict[str, Any]) -> Action:
    return Action(index=hit["_index"], id=hit["_id"], source=None)
