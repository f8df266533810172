"""All that a query finds, page by page, as it stood when the first was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from index.es.fetching import patiently

if TYPE_CHECKING:
    from index.es.connect import Cluster

_ALIVE = "5m"
"""How long the server keeps the snapshot for a reader who is busy between two pages."""


def hits(
    cluster: Cluster,
    index: str,
    query: dict[str, Any],
    sort: list[dict[str, Any]],
    *,
    size: int,
    missing: bool = False,
    **what: Any,
) -> Iterator[Any]:
    """Hits of *index* (an alias, or a pattern) in order. All shards answer, or it raises. *missing*:
    an index that is not there holds nothing. *what*: more of a search's body.
    """
    client = cluster.client
    with cluster.said():
        pit = patiently(
            lambda: client.open_point_in_time(
                index=index, keep_alive=_ALIVE, ignore_unavailable=missing
            )
        )["id"]
    after: dict[str, Any] = {}
    try:
        while True:
            with cluster.said():
                answer = client.search(
                    pit={"id": pit, "keep_alive": _ALIVE}, query=query, sort=sort, size=size,
                    track_total_hits=False, allow_partial_search_results=False, **what, **after,
                )  # fmt: skip
            pit, found = answer["pit_id"], answer["hits"]["hits"]
            yield from found
            if len(found) < size:
                return
            after = {"search_after": found[-1]["sort"]}
    finally:
        # It ends by itself; what cannot be reached now need not be told.
        with suppress(Exception):
            client.close_point_in_time(id=pit)
