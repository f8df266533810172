"""Which posts stand nearest to a vector, where a cluster keeps the vectors of all."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Protocol

from tingfeng.core.analysis import Document
from tingfeng.core.query import Query
from tingfeng.pipeline.access import access

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tingfeng.pipeline import Pipeline


class Nearest(Protocol):
    """Asks for neighbours."""

    def __call__(
        self, vector: Sequence[float], *, by: str, query: Query, count: int
    ) -> list[Document]:
        """The *count* posts that *query* means whose vectors, made by *by*, are nearest."""


def nearest(pipeline: Pipeline) -> Nearest | None:
    """``None`` where no cluster keeps vectors (``[elastic] vectors``)."""
    if not pipeline.settings.elastic.vectors:
        return None

    def ask(vector: Sequence[float], *, by: str, query: Query, count: int) -> list[Document]:
        from index.elastic import ElasticStore

        store = pipeline.store
        if isinstance(store, ElasticStore):
            return store.nearest(vector, by=by, query=query, count=count)
        with closing(ElasticStore(**access(pipeline.settings, "reader"))) as cluster:
            near = cluster.nearest(vector, by=by, query=query, count=count)
        found = (store.get(document.post.key) for document in near)
        return [document for document in found if document is not None]

    return ask
