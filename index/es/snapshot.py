"""Copies of the indices in a folder that every node sees, and back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from index.es import faults
from index.es.bootstrap import Bootstrap
from index.es.layout import FAMILIES
from index.es.refusals import Refusals
from index.times import moment
from tingfeng import StoreError

if TYPE_CHECKING:
    from index.es.connect import Cluster

LONG = 6 * 3600.0
"""Seconds that one may take: the first copies everything, later ones what changed since."""


_RESTORE = "cluster:admin/snapshot/restore"


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One copy."""

    name: str
    at: datetime
    state: str
    """``SUCCESS`` is the only good one."""

    indices: tuple[str, ...]
    failures: int

    @property
    def good(self) -> bool:
        """Whether all of it can be restored."""
        return self.state == "SUCCESS" and not self.failures


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshots:
    """The copies of one installation."""

    cluster: Cluster

    @property
    def repository(self) -> str:
        """What it is called in the cluster."""
        return f"{self.cluster.names.prefix}-snapshots"

    def register(self, folder: str) -> None:
        """Make *folder* the place of the copies. Nodes must see it, and allow it by ``path.repo``."""
        from elasticsearch import ApiError

        try:
            self.cluster.client.snapshot.create_repository(
                name=self.repository,
                repository={"type": "fs", "settings": {"location": folder, "compress": True}},
            )
        except ApiError as error:
            if faults.error_type(error) in (
                "repository_exception",
                "repository_verification_exception",
            ):
                raise _no_folder(folder, faults.reason(error)) from error
            raise faults.explained(error, self.cluster.address) from error

    def take(self, now: datetime) -> Snapshot:
        """Copy all indices, as they are now."""
        name = f"{self.cluster.names.prefix}-{now:%Y%m%d-%H%M%S}"
        alias = self.cluster.names.alias
        with self._said():
            answer = self.cluster.client.options(request_timeout=LONG).snapshot.create(
                repository=self.repository,
                snapshot=name,
                indices=[f"{alias(family)}-v*" for family in FAMILIES],
                include_global_state=False,
                ignore_unavailable=True,
                wait_for_completion=True,
            )
        found = _snapshot(answer.body["snapshot"])
        if not found.good:
            raise _bad(found)
        return found

    def known(self) -> list[Snapshot]:
        """Oldest first."""
        with self._said():
            answer = self.cluster.client.snapshot.get(
                repository=self.repository, snapshot=f"{self.cluster.names.prefix}-*"
            )
        found = map(_snapshot, answer.body["snapshots"])
        return sorted(found, key=lambda each: (each.at, each.name))

    @contextmanager
    def _said(self) -> Iterator[None]:
        from elasticsearch import NotFoundError

        with self.cluster.said():
            try:
                yield
            except NotFoundError as error:
                if faults.error_type(error) != "repository_missing_exception":
                    raise
                raise _no_repository() from error

    def prune(self, keep: int) -> list[str]:
        """Delete all but the latest *keep* good ones; what was deleted. One that is being made is
        left to whoever makes it.
        """
        known = self.known()
        kept = {each.name for each in [one for one in known if one.good][-keep:]}
        gone = [one.name for one in known if one.name not in kept and one.state != "IN_PROGRESS"]
        with self.cluster.said():
            for name in gone:
                self.cluster.client.options(request_timeout=LONG).snapshot.delete(
                    repository=self.repository, snapshot=name
                )
        return gone

    def restore(self, name: str | None = None, *, replace: bool = False) -> Snapshot:
        """Bring back the snapshot *name*, by default the latest good one.

        A sync must not run meanwhile; started afterwards it brings what came since. With *replace*
        indices that stand in the way are deleted first, else they are an error. Refusals and the
        audit are kept as they were; what the copy brings back all the same is to be removed by
        :meth:`index.es.refusals.Refusals.forget_again`.
        """
        try:
            self._allowed()
            return self._bring(name, replace=replace)
        except StoreError as error:
            if getattr(error.__cause__, "status_code", None) == 403:
                raise _superuser() from error.__cause__
            raise

    def _allowed(self) -> None:
        """Whoever may delete indices and not restore would delete them in vain."""
        from elasticsearch import ApiError

        try:
            answer = self.cluster.client.security.has_privileges(cluster=[_RESTORE])
        except ApiError:
            return  # a cluster without security knows no rights; restoring itself is answered
        if not answer.body["has_all_requested"]:
            raise _superuser()

    def _bring(self, name: str | None, *, replace: bool) -> Snapshot:
        found = self._named(name)
        there = self._present(found.indices)
        if there and not replace:
            raise _in_the_way(there)
        refusals = Refusals(cluster=self.cluster)
        refusals.put_aside()
        with self.cluster.said():
            for index in there:
                self.cluster.client.indices.delete(index=index)
            answer = self.cluster.client.options(request_timeout=LONG).snapshot.restore(
                repository=self.repository,
                snapshot=found.name,
                indices=list(found.indices),
                include_global_state=False,
                wait_for_completion=True,
            )
        shards = answer.body["snapshot"]["shards"]
        if shards["failed"]:
            raise _bad(found)
        refusals.put_back()
        Bootstrap(self.cluster).check()
        return found

    def _named(self, name: str | None) -> Snapshot:
        known = self.known()
        good = [each for each in known if each.good and name in (None, each.name)]
        if not good:
            raise _unknown(name, [each.name for each in known])
        return good[-1]

    def _present(self, indices: Sequence[str]) -> list[str]:
        """All of ours of the versions that are restored: a month that the snapshot lacks would be
        a part of another time.
        """
        versions = {index.partition("-v")[2].partition("-")[0] for index in indices}
        built = Bootstrap(self.cluster).built()
        return [each.index for each in built if str(each.version) in versions]


def _snapshot(told: dict[str, Any]) -> Snapshot:
    return Snapshot(
        name=told["snapshot"],
        at=moment(told["start_time_in_millis"] // 1000),
        state=told["state"],
        indices=tuple(sorted(told["indices"])),
        failures=len(told.get("failures", ())),
    )


def _no_folder(folder: str, reason: str) -> StoreError:
    return StoreError(
        f"Elasticsearch 不能用 {folder} 存放快照（{reason}）。请在每个节点的 elasticsearch.yml 里把它写进"
        " path.repo，并让 elasticsearch 用户可写",
        f"Elasticsearch cannot keep snapshots in {folder} ({reason}): put it into path.repo in every"
        " node's elasticsearch.yml, and let the user elasticsearch write there",
    )


def _no_repository() -> StoreError:
    return StoreError(
        "还没有存放快照的文件夹。第一次要写 --folder：tingfeng es snapshot --folder 各节点都看得到的文件夹",
        "there is no folder for snapshots yet. The first time it is to be named: tingfeng es snapshot"
        " --folder a-folder-that-every-node-sees",
    )


def _superuser() -> StoreError:
    return StoreError(
        "这个密钥不能恢复快照。恢复要超级用户：export ELASTIC_PASSWORD=…，然后再运行 tingfeng es restore",
        "this key may not restore a snapshot. Restoring needs the superuser: export"
        " ELASTIC_PASSWORD=…, then run tingfeng es restore again",
    )


def _bad(found: Snapshot) -> StoreError:
    return StoreError(
        f"快照 {found.name} 不完整（{found.state}，{found.failures} 个分片失败）。请检查集群状态和磁盘后重做",
        f"the snapshot {found.name} is not whole ({found.state}, {found.failures} shards failed):"
        " check the cluster and the disk, and take it again",
    )


def _in_the_way(there: Sequence[str]) -> StoreError:
    return StoreError(
        f"已有 {len(there)} 个索引（{there[0]} 等），恢复会取代它们。确认后加 --replace",
        f"{len(there)} indices are there ({there[0]} and so on), which restoring would replace: add"
        " --replace if that is meant",
    )


def _unknown(name: str | None, known: Sequence[str]) -> StoreError:
    listed = ", ".join(known) or "–"
    return StoreError(
        f"没有完整的快照 {name or ''}。现有：{listed}",
        f"there is no whole snapshot {name or ''}; there are: {listed}",
    )
