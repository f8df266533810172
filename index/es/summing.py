"""Daily metrics and creators, brought to the index after the posts they are made from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from index import changes
from index.connect import Database
from index.es import creators, metrics, sweep
from index.es.bulk_body import Action
from index.es.documents import iso
from index.es.encoding import encoded
from index.es.followed import versioned
from index.es.position import Position
from tingfeng import PostStore

if TYPE_CHECKING:
    from index.es.connect import Cluster


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """What is made from many posts at once."""

    cluster: Cluster
    log: Database
    store: PostStore

    def actions(self, position: Position) -> tuple[int, Iterator[Action]]:
        """What must be written for the changes that the index has and its sums have not, and the
        number up to which that is.
        """
        after = position.metrics
        with self.log.reading() as db:
            until = min(changes.head(db), position.seq)
            if until <= after:
                return after, iter(())
            days = metrics.touched(db, after, until)
            named, gone = creators.touched(db, after, until)
            profiles = dict(creators.documents(db, named))
        version = versioned(position.epoch, until)

        def due() -> Iterator[Action]:
            for since, end in metrics.windows(days):
                figures = dict(metrics.Metrics(self.store).documents(since, end))
                span = {"range": {"day": {"gte": iso(since), "lt": iso(end)}}}
                yield from self._replacing("metrics", figures, span, version)
            everybody: dict[str, Any] | None = {"match_all": {}} if gone else None
            yield from self._replacing("authors", profiles, everybody, version)

        return until, due()

    def _replacing(
        self,
        family: str,
        documents: dict[str, Any],
        former: dict[str, Any] | None,
        version: int,
    ) -> Iterator[Action]:
        """*documents* in place of those that the query *former* finds."""
        index = self.cluster.names.index(family)
        for id, source in documents.items():
            yield Action(index=index, id=id, source=encoded(source), version=version)
        if former is None:
            return
        with self.cluster.said():
            self.cluster.client.indices.refresh(index=index)
        for hit in sweep.documents(self.cluster, index, former):
            if hit["_id"] not in documents:
                yield Action(index=index, id=hit["_id"], source=None, version=version)
