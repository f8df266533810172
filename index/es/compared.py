"""A store and its index side by side: how many posts each has."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from index import changes
from index.connect import Database
from index.es.position import Position
from index.schema import UNDATED
from index.times import HOUR, moment

if TYPE_CHECKING:
    from index.es.connect import Cluster


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Posts, comments among them."""

    stored: int
    indexed: int
    older: int
    """Dated posts of the store from before the oldest of the index: retention left them out."""

    since: datetime | None
    """When the oldest dated post of the index was published; ``None``: there is none."""


def compared(cluster: Cluster, path: Path, position: Position | None) -> Compared | None:
    """``None`` where the index follows another store. Asks as a reader may."""
    indexed, since = _indexed(cluster)
    with closing(Database(str(path))) as log, log.reading() as db:
        if position is not None and changes.followed(db) != position.source:
            return None
        stored, older = db.execute(
            "SELECT coalesce(sum(posts), 0),"
            " coalesce(sum(posts) FILTER (WHERE hour <> :undated AND hour < :since), 0)"
            " FROM hourly WHERE brand = ''",
            {"undated": UNDATED, "since": None if since is None else since // HOUR},
        ).fetchone()
    return Compared(
        stored=stored,
        indexed=indexed,
        older=older,
        since=None if since is None else moment(since),
    )


def _indexed(cluster: Cluster) -> tuple[int, int | None]:
    """Posts, and seconds since 1970 of the oldest."""
    with cluster.said():
        answer = cluster.client.search(
            index=cluster.names.alias("posts"),
            size=0,
            track_total_hits=True,
            ignore_unavailable=True,
            aggs={"oldest": {"min": {"field": "published_at"}}},
        ).body
    oldest = answer.get("aggregations", {}).get("oldest", {}).get("value")
    return answer["hits"]["total"]["value"], None if oldest is None else int(oldest // 1000)
