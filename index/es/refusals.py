"""What people asked to have removed outlives a restore: a copy knows nothing of what came after it.

Refusals and the audit are put aside in the cluster before the indices are replaced, and put back
after. What is then left aside is what the copy did not know, and must be removed once more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from index.es.bootstrap import Bootstrap
from index.es.bulk_body import Action
from index.es.encoding import encoded
from index.es.layout import PARTITIONED, hashed
from index.es.shelf import Shelf
from index.es.sweep import documents
from index.es.writer import BulkWriter
from tingfeng import PostStore, StoreError, post_hash

if TYPE_CHECKING:
    from index.es.connect import Cluster

KINDS = ("refused", "removal", "removing")
"""Of the desk's documents: whom and what to refuse, the audit, and removals that are under way."""

_COUNTER = ("counter", "numbers")
"""Where the desk keeps the last number that it gave. It must not fall back: lines of the audit that
are put back bear later ones than the copy's."""

BY = "restore"
"""Who removed, in the audit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusals:
    """Of the installation on *cluster*, for one who may make and delete indices."""

    cluster: Cluster

    @property
    def index(self) -> str:
        """Where they are meanwhile."""
        return f"{self.cluster.names.prefix}-aside"

    def put_aside(self) -> None:
        """Before indices are deleted. What is aside already, of a restore that was broken off,
        stays there.
        """
        desk = self.cluster.names.index("desk")
        if not self._there(desk):
            return
        if any(True for _ in self._listed(desk)) and not self._there(self.index):
            self._make()
        if not self._there(self.index):
            return
        actions = [
            Action(index=self.index, id=hit["_id"], source=encoded(hit["_source"]), create=True)
            for hit in self._listed(desk)
        ]
        counter = self._document(desk, *_COUNTER)
        if counter is not None:
            actions.append(
                Action(index=self.index, id=hashed(*_COUNTER), source=encoded(counter),
                       version=counter["seq"])
            )  # fmt: skip
        self._write(actions)

    def put_back(self) -> None:
        """After indices are restored. Aside stays what the copy did not know."""
        if not self._there(self.index):
            return
        desk = self.cluster.names.index("desk")
        known = {hit["_id"] for hit in self._listed(desk)}
        kept = {hit["_id"]: hit["_source"] for hit in self._listed(self.index)}
        self._write(
            [
                Action(index=desk, id=id, source=encoded(source), create=True)
                for id, source in kept.items()
                if id not in known
            ]
        )
        last = self._document(self.index, *_COUNTER)
        if last is not None:
            Shelf(self.cluster).change(
                "desk", *_COUNTER, by=lambda there: max(there or last, last, key=_number)
            )
        self._write([Action(index=self.index, id=id, source=None) for id in known & set(kept)])

    def forget_again(self, store: PostStore, *, now: datetime) -> int:
        """Remove from *store*, on this cluster, what the copy brought back; how many posts."""
        if not self._there(self.index):
            return 0
        names = [hit["_source"]["name"] for hit in self._listed(self.index, "refused")]
        subjects = {what: set[str]() for what in ("author", "post")}
        for what, _, subject in (name.partition(" ") for name in names):
            subjects[what].add(subject)
        gone = 0
        for author in sorted(subjects["author"]):
            gone += len(store.forget(author, now=now, by=BY))
        gone += len(store.forget_posts(self._keys(subjects["post"]), now=now, by=BY))
        self.drop()
        return gone

    def drop(self) -> None:
        """Nothing is left to be done."""
        with self.cluster.said():
            self.cluster.client.options(ignore_status=404).indices.delete(index=self.index)

    def _keys(self, hashes: set[str]) -> list[str]:
        """Of posts that are refused by their hash alone: each key is looked at."""
        if not hashes:
            return []
        pattern = self.cluster.names.pattern(PARTITIONED[0])
        with self.cluster.said():
            self.cluster.client.indices.refresh(index=pattern)
        hits = documents(self.cluster, pattern, {"match_all": {}}, source=["post_key"])
        keys = (str(hit["_source"]["post_key"]) for hit in hits)
        return [key for key in keys if post_hash(key) in hashes]

    def _listed(self, index: str, *kinds: str) -> Iterator[dict[str, Any]]:
        with self.cluster.said():
            self.cluster.client.indices.refresh(index=index)
        query = {"terms": {"kind": list(kinds or KINDS)}}
        return documents(self.cluster, index, query, source=True)

    def _there(self, index: str) -> bool:
        with self.cluster.said():
            return bool(self.cluster.client.indices.exists(index=index))

    def _document(self, index: str, *names: str) -> dict[str, Any] | None:
        with self.cluster.said():
            found = self.cluster.client.options(ignore_status=404).get(
                index=index, id=hashed(*names)
            )
        return dict(found["_source"]) if found.get("found") else None

    def _make(self) -> None:
        body = {**Bootstrap(self.cluster).body("desk")["template"], "aliases": {}}
        with self.cluster.said():
            self.cluster.client.indices.create(index=self.index, **body)

    def _write(self, actions: list[Action]) -> None:
        with BulkWriter(self.cluster.client) as writer:
            for action in actions:
                writer.add(action)
        if writer.tally.dead:
            raise _lost(writer.tally.dead)


def _number(counter: dict[str, Any]) -> int:
    return int(counter["seq"])


def _lost(count: int) -> StoreError:
    return StoreError(
        f"有 {count} 条“已要求删除”的记录不能写入。请运行 tingfeng es status 检查集群，再次运行"
        " tingfeng es restore",
        f"{count} records of what is to stay removed cannot be written: check the cluster with"
        " tingfeng es status, and run tingfeng es restore again",
    )
