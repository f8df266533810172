"""Refused documents, sent again as they are by now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index import changes
from index.connect import Database
from index.es.bulk_body import Action
from index.es.followed import Page, actions, page
from index.es.letters import Letter
from index.es.position import Book

if TYPE_CHECKING:
    from index.es.connect import Cluster


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """What a refused document is by now, from the store."""

    log: Database
    cluster: Cluster

    def __call__(self, letter: Letter) -> Iterable[Action | None]:
        """What brings its post to the index; nothing of a post that is gone, for that is a change
        of its own.
        """
        if letter.post_key is None:
            return [letter.action]
        position = Book(self.cluster).load()
        if position is None:
            return [letter.action]
        with self.log.reading() as db:
            seq = changes.again(db, letter.post_key)
            found = Page(until=0) if seq is None else page(db, seq - 1, 1)
        return list(actions(found, self.cluster.names, position.epoch))
