"""Looking after a cluster: its condition, its size, what is too old, copies, refused documents."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.es.connect import Cluster
from tingfeng.pipeline.reached import Reached
from tingfeng.pipeline.stores import DEAD_LETTERS, open_store

if TYPE_CHECKING:
    from index.es.capacity import Capacity
    from index.es.condition import Condition
    from index.es.keeping import Kept
    from index.es.letters import Letter
    from index.es.snapshot import Snapshot


class Upkeep(Reached):
    """What ``tingfeng es status``, ``capacity``, ``retention``, ``snapshot``, ``restore`` and
    ``dlq`` do.
    """

    def condition(self) -> Condition:
        """How the cluster is and how far it has followed."""
        from index.es.condition import condition

        with self.cluster("reader") as cluster:
            return condition(cluster, self.file, now=self.clock().timestamp())

    def capacity(self, posts_a_month: int | None) -> Capacity:
        """How much room what it holds takes."""
        from index.es.capacity import capacity

        with self.cluster("provisioner") as cluster:
            return capacity(cluster, posts_a_month=posts_a_month)

    def old(self, days: int) -> list[str]:
        """Indices that :meth:`retention` would delete."""
        from index.es.keeping import Retention

        with self.cluster("retention") as cluster:
            return Retention(cluster=cluster, before=self.before(days)).old()

    def retention(self, days: int) -> Kept:
        """Delete what is older: whole months, then single documents. Where the cluster is the store
        itself, the store removes its posts, and months that are empty then go.
        """
        from index.es.keeping import Kept, Retention
        from index.es.writer import BulkWriter

        before = self.before(days)
        if self.file is None:
            with closing(open_store(self.settings, self.say)) as store:
                expired = store.expire(before, now=self.clock(), by="es retention")
            with self.cluster("retention") as cluster:
                empty = Retention(cluster=cluster, before=before).drop_empty()
            return Kept(indices=tuple(empty), documents=expired)
        with self.cluster("retention") as cluster, self.cluster("writer") as writes:
            dropped = Retention(cluster=cluster, before=before).drop()
            with (
                self.letters() as dead,
                BulkWriter(writes.client, dead=dead, say=self.say) as writer,
            ):
                single = Retention(cluster=writes, before=before).thin(writer)
        return Kept(indices=tuple(dropped), documents=single)

    def snapshot(self, folder: str | None, keep: int | None) -> tuple[Snapshot, list[str]]:
        """Copy all indices, then delete older copies; the copy, and names of what was deleted."""
        from index.es.snapshot import Snapshots

        if folder is not None:
            with self.cluster("provisioner") as cluster:
                Snapshots(cluster=cluster).register(folder)
        with self.cluster("retention") as cluster:
            snapshots = Snapshots(cluster=cluster)
            taken = snapshots.take(self.clock())
            return taken, snapshots.prune(keep) if keep else []

    def snapshots(self) -> list[Snapshot]:
        """Oldest first."""
        from index.es.snapshot import Snapshots

        with self.cluster("retention") as cluster:
            return Snapshots(cluster=cluster).known()

    def restore(self, name: str | None, *, replace: bool) -> tuple[Snapshot, int]:
        """Bring indices back as they were; which copy, and how many of its posts were removed once
        more since they had been forgotten, or had grown too old. Where the cluster follows a store,
        the next sync removes them.
        """
        from index.es.refusals import BY, Refusals
        from index.es.snapshot import Snapshots

        with self.administrator() as cluster:
            found = Snapshots(cluster=cluster).restore(name, replace=replace)
            refusals = Refusals(cluster=cluster)
            if self.file is not None:
                refusals.drop()
                return found, 0
            now, oldest = self.clock(), self.oldest
            with closing(open_store(self.settings, self.say)) as store:
                removed = refusals.forget_again(store, now=now)
                if oldest is not None:
                    removed += store.expire(oldest, now=now, by=BY)
        return found, removed

    def retry(self, index: str | None) -> tuple[int, int]:
        """Send refused documents again, as they are by now: settled, and still refused."""
        from index.es.writer import BulkWriter

        with self.cluster("writer") as cluster, self.letters() as dead, ExitStack() as open_:
            again = self._again(cluster, open_)
            with BulkWriter(cluster.client, dead=dead, say=self.say) as writer:
                return dead.retry(writer, index=index, again=again)

    def _again(
        self, cluster: Cluster, open_: ExitStack
    ) -> Callable[[Letter], Iterable[Any]] | None:
        from index.connect import Database
        from index.es.again import Again

        file = self.file
        if file is None or not file.exists():
            return None
        log = open_.enter_context(closing(Database(str(file))))
        return Again(log=log, cluster=cluster)

    def refused(self) -> dict[tuple[str, str], int]:
        """How many documents were refused, by index and type of error."""
        if not (self.settings.folder / DEAD_LETTERS).exists():
            return {}
        with self.letters() as dead:
            return dead.counts()

    def export(self, path: Path, index: str | None) -> int:
        """Write refused documents as lines of JSON, for nobody else to read; how many."""
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file, self.letters() as dead:
            return dead.export(file, index=index)
