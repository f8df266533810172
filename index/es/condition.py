"""How the cluster is, and how far it has followed the store."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from index import changes
from index.connect import Database
from index.es.bootstrap import Bootstrap
from index.es.compared import Compared, compared
from index.es.layout import FAMILIES
from index.es.position import Book, Position
from tingfeng import Message, StoreError

if TYPE_CHECKING:
    from index.es.connect import Cluster


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What ``tingfeng es status`` says."""

    version: str
    """Of the oldest node; empty where we may not ask."""

    capabilities: tuple[str, ...]
    analyzer: str
    data_nodes: int | None
    health: str
    """``green``, ``yellow`` or ``red``; empty where we may not ask."""

    read_version: int | None
    """Of the mappings that the aliases lead to."""

    documents: Mapping[str, int]
    """By index."""

    drift: Message | None
    """What is wrong with the indices, if anything."""

    position: Position | None
    waiting: int | None
    """Changes that the store has and the index has not; ``None``: no store, or never followed."""

    lag: float | None
    """Seconds since nothing waited; 0 while nothing does, ``None`` if that never was."""

    saved: float | None
    """Seconds since the sync last said how far it is; ``None``: it never did."""

    posts: Compared | None = None
    """Of the store and of the index; ``None``: there is no store here, or it is another's."""

    def stands_still(self, most: float) -> bool:
        """Whether changes have been waiting for more than *most* seconds; in a first load, whether
        it has not come further for so long.
        """
        since = self.saved if self.lag is None else self.lag
        return bool(self.waiting) and since is not None and since > most


def condition(cluster: Cluster, path: Path | None, *, now: float) -> Condition:
    """Asks as a reader may. *path*: the SQLite file that is followed, if there is one."""
    bootstrap = Bootstrap(cluster)
    drift = None
    try:
        if not bootstrap.check():
            drift = _EMPTY
    except StoreError as error:
        drift = error.message
    read = bootstrap.read_version()
    book = Book(cluster)
    position = book.load() if read == cluster.names.version else None
    waiting = lag = None
    file = path if path is not None and path.exists() else None
    if position is not None and file is not None:
        waiting = _waiting(file, position)
        if waiting is not None:
            since = position.caught_up
            lag = 0.0 if not waiting else None if since is None else now - since
    return Condition(
        version=".".join(map(str, cluster.version)),
        capabilities=tuple(sorted(cluster.capabilities)),
        analyzer=cluster.analyzer,
        data_nodes=cluster.data_nodes,
        health=_health(cluster),
        read_version=read,
        documents=_documents(cluster),
        drift=drift,
        position=position,
        waiting=waiting,
        lag=lag,
        saved=None if book.saved_at is None else now - book.saved_at,
        posts=None if file is None else compared(cluster, file, position),
    )


_EMPTY = Message(
    "还没有索引。请运行 tingfeng es bootstrap", "there are no indices: run tingfeng es bootstrap"
)


def _waiting(path: Path, position: Position) -> int | None:
    with closing(Database(str(path))) as log, log.reading() as db:
        if changes.followed(db) != position.source:
            return None
        return changes.waiting(db, position.seq)


def _health(cluster: Cluster) -> str:
    from elasticsearch import AuthorizationException

    with cluster.said():
        try:
            return str(cluster.client.cluster.health()["status"])
        except AuthorizationException:
            return ""


def _documents(cluster: Cluster) -> dict[str, int]:
    """By searching, which whoever reads may do; statistics are for administrators."""
    names = cluster.names
    patterns = ",".join(f"{names.alias(family)}-v*" for family in FAMILIES)
    with cluster.said():
        answer = cluster.client.search(
            index=patterns,
            size=0,
            track_total_hits=False,
            ignore_unavailable=True,
            aggs={"indices": {"terms": {"field": "_index", "size": 10_000}}},
        )
    buckets = answer.body.get("aggregations", {}).get("indices", {}).get("buckets", ())
    counted = {each["key"]: int(each["doc_count"]) for each in buckets}
    for each in Bootstrap(cluster).built():
        counted.setdefault(each.index, 0)
    return dict(sorted(counted.items()))
