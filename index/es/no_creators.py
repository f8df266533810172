"""Creators are kept in SQLite: why a store that writes to a cluster directly has none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NoReturn

from tingfeng import (
    CommentCount,
    CreatorCard,
    CreatorEntry,
    CreatorOutcome,
    CreatorPost,
    Document,
    ScoreRun,
    Snapshot,
    StoreError,
)


class NoCreators:
    """Implements :class:`tingfeng.CreatorStore` as a store without creators.

    What is said of a person must go wholly and at once when the right to keep it ends. In one
    transaction of one file that is certain; over indices, their snapshots and caches it is not. The
    cluster gets what ``tingfeng es sync`` brings, which follows what goes as well.
    """

    def put_creators(
        self,
        snapshots: Iterable[Snapshot],
        *,
        hashed: Callable[[str, str], str],
        now: datetime,
    ) -> list[CreatorOutcome]:
        raise _elsewhere()

    def snapshots(self, key: str) -> list[Snapshot]:
        return []

    def creators(
        self, keys: Iterable[str] | None = None, *, platform: str | None = None, now: datetime
    ) -> Iterator[CreatorCard]:
        return iter(())

    def documents_of(self, key: str, since: datetime | None = None) -> Iterator[Document]:
        return iter(())

    def unfounded(self, version: str, since: datetime) -> Iterator[Document]:
        return iter(())

    def keep_facts(self, version: str, facts: Mapping[str, str]) -> None:
        """There are no posts of creators."""

    def works(
        self, since: datetime, keys: Iterable[str] | None = None
    ) -> Iterator[tuple[str, Sequence[CreatorPost]]]:
        return iter(())

    def commented(self, since: datetime) -> Mapping[str, CommentCount]:
        return {}

    def note_creators(self, entries: Sequence[CreatorEntry]) -> None:
        raise _elsewhere()

    def creator_log(self, key: str | None = None) -> list[CreatorEntry]:
        return []

    def forget_creator(
        self, key: str, *, author: str, now: datetime, by: str = "", reason: str = ""
    ) -> bool:
        raise _elsewhere()

    def expire_creators(self, now: datetime) -> int:
        return 0

    def keep_scores(self, run: ScoreRun, scores: Mapping[str, str]) -> NoReturn:
        raise _elsewhere()

    def score_runs(self) -> list[ScoreRun]:
        return []

    def scores(self, run: str, keys: Iterable[str] | None = None) -> Iterator[tuple[str, str]]:
        return iter(())


def _elsewhere() -> StoreError:
    return StoreError(
        '达人资料只保存在 SQLite 里（到期、反对时要能当场删净）：用 [store] use = "sqlite" 的设置导入和评分，'
        "再用 tingfeng es sync 把结果带到集群",
        "creators are kept in SQLite only, where what expires or is objected to is gone at once: import"
        ' and score under settings with [store] use = "sqlite", and bring the results to the cluster'
        " by `tingfeng es sync`",
    )
