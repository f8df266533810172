"""Deleting documents that nothing in the store accounts for any more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from index.es.bulk_body import Action
from index.es.followed import EPOCH
from index.es.paging import hits

if TYPE_CHECKING:
    from index.es.connect import Cluster

FAMILIES = ("posts", "mentions", "engagement", "authors", "incidents", "coverage", "metrics")
"""What a store fills; the desk and the book of places are the programs' own."""

_PAGE = 5000
_LONG = 600.0
"""Seconds that writing an index to disk may take."""


def documents(
    cluster: Cluster, index: str, query: dict[str, Any], **what: Any
) -> Iterator[dict[str, Any]]:
    """Hits with their versions, as they stood when this began; sources only if *what* asks."""
    what.setdefault("source", False)
    by_shard = [{"_shard_doc": "asc"}]
    return hits(cluster, index, query, by_shard, size=_PAGE, missing=True, version=True, **what)


def of_earlier_epochs(cluster: Cluster, epoch: int) -> Iterator[Action]:
    """What deletes documents that an earlier epoch wrote and this one did not write again."""
    for family in FAMILIES:
        pattern = cluster.names.pattern(family)
        with cluster.said():
            cluster.client.indices.refresh(index=pattern, ignore_unavailable=True)
        for hit in documents(cluster, pattern, {"match_all": {}}):
            if hit["_version"] < epoch * EPOCH:
                yield Action(index=hit["_index"], id=hit["_id"], source=None, version=epoch * EPOCH)


EXPUNGED = ("posts", "mentions", "engagement", "authors", "incidents", "desk")
"""Families that told of somebody who is forgotten."""

EXPUNGE_AFTER = 60.0
"""Seconds after which a deletion can be expunged: a shard keeps what it may need to repair itself,
and learns only every 30 seconds that it does not."""


def expunge(cluster: Cluster) -> None:
    """Let the server give up the bytes of deleted documents, by and by, where the key may ask.

    Written to disk first, for nothing is given up that a restart could need.
    """
    client = cluster.client.options(ignore_status=[403, 404], request_timeout=_LONG)
    for family in EXPUNGED:
        with cluster.said():
            index = cluster.names.pattern(family)
            client.indices.flush(index=index, force=True)
            client.indices.forcemerge(
                index=index, only_expunge_deletes=True, wait_for_completion=False
            )
