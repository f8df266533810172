"""Which posts stand nearest to a vector, where a cluster keeps the vectors of all."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Protocol

from tingfeng.core.analysis import Document
from tingfeng.core.errors import SettingsError, StoreError
from tingfeng.core.query import Query
from tingfeng.pipeline.access import access

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.elastic import ElasticStore
    from tingfeng.pipeline import Pipeline
    from tingfeng.settings import Settings


class Nearest(Protocol):
    """Asks for neighbours."""

    def __call__(
        self, vector: Sequence[float], *, by: str, query: Query, count: int
    ) -> list[Document]:
        """The *count* posts that *query* means whose vectors, made by *by*, are nearest."""


def nearest(pipeline: Pipeline) -> Nearest | None:
    """``None`` where no cluster keeps vectors (``[elastic] vectors``).

    Raises :class:`tingfeng.SettingsError` where they are asked for and nothing makes them; what it
    gives raises :class:`tingfeng.StoreError` where a cluster has none of the model.
    """
    if not pipeline.settings.elastic.vectors:
        return None
    if refusal := unmade(pipeline.settings):
        raise refusal

    def ask(vector: Sequence[float], *, by: str, query: Query, count: int) -> list[Document]:
        from index.elastic import ElasticStore

        with closing(
            ElasticStore(reads_only=True, **access(pipeline.settings, "reader"))
        ) as cluster:
            near = cluster.nearest(vector, by=by, query=query, count=count)
            if not near and not _any(cluster, by):
                raise _none(cluster.cluster.address)
        found = (pipeline.store.get(document.post.key) for document in near)
        return [document for document in found if document is not None]

    return ask


def unmade(settings: Settings) -> SettingsError | None:
    """What is wrong where vectors are asked for and no sync makes them."""
    if not settings.elastic.vectors or settings.store.get("use") != "elastic":
        return None
    return SettingsError(
        "[elastic] vectors = true 要靠 tingfeng es sync 从 SQLite 同步时生成向量；[store] use ="
        ' "elastic" 直接写入时没有。请删掉 vectors（similar 便与最新的 --among 帖比较），或改用 SQLite'
        " 加同步",
        "[elastic] vectors = true needs `tingfeng es sync` from SQLite, which makes the vectors;"
        ' with [store] use = "elastic" there are none. Take vectors out (similar then compares with'
        " the newest --among posts), or use SQLite and the sync",
    )


def _any(cluster: ElasticStore, by: str) -> bool:
    """Whether a post has a vector made by *by*."""
    there = cluster.cluster
    with there.said():
        answer = there.client.search(
            index=there.names.alias("posts"),
            query={"term": {"embedded_by": by}},
            size=1,
            source=False,
            track_total_hits=False,
        )
    return bool(answer["hits"]["hits"])


def _none(address: str) -> StoreError:
    return StoreError(
        f"Elasticsearch（{address}）里没有这个模型的向量。请运行 tingfeng es sync；若帖子在打开"
        " [elastic] vectors 之前（或换模型之前）已同步，请换一个 [elastic] prefix 重新同步",
        f"Elasticsearch at {address} has no vectors of this model: run `tingfeng es sync`; where posts"
        " were synced before [elastic] vectors was set, or with another model, sync anew into another"
        " [elastic] prefix",
    )
