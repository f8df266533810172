"""Single documents and short lists: read at once, changed only by who saw what they change."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from index.es.encoding import sendable
from index.es.fetching import answered
from index.es.layout import hashed
from index.es.paging import hits
from index.es.questions import Dsl

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

    from index.es.connect import Cluster

PAGE = 1000
"""Documents fetched at once where all are asked for."""


class Shelf:
    """Documents of a few small families, on one cluster."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.stale: set[str] = set()
        """Families written here, whose documents no search shows yet."""
        self._wrote = False

    def get(self, family: str, *names: str) -> Any | None:
        """The document of that name: its ``_source``, ``_seq_no`` and ``_primary_term``."""
        index = self.cluster.names.index(family)
        with self.cluster.said():
            found = self.cluster.client.options(ignore_status=404).get(
                index=index, id=hashed(*names)
            )
        if "error" in found:  # the index is missing, which is no empty answer
            self._missing(index)
        return found if found.get("found") else None

    def known(self, family: str, names: Sequence[Sequence[str]]) -> list[bool]:
        """Whether each of these documents is there."""
        if not names:
            return []
        ids = [hashed(*each) for each in names]
        with self.cluster.said():
            answer = self.cluster.client.mget(
                index=self.cluster.names.index(family), ids=ids, source=False
            )
        return [bool(each.get("found")) for each in answered(answer["docs"])]

    def _missing(self, index: str) -> None:
        with self.cluster.said():
            self.cluster.client.indices.get(index=index)

    def put(self, family: str, *names: str, source: Dsl, **how: Any) -> bool:
        """Whether the document was written: ``create``, ``version`` and ``seen`` may refuse it.

        ``seen``: the answer of :meth:`get` that *source* was made from; ``None``: nothing was there.
        """
        seen = how.pop("seen", ...)
        if seen is None:
            how["op_type"] = "create"
        elif seen is not ...:
            how |= {"if_seq_no": seen["_seq_no"], "if_primary_term": seen["_primary_term"]}
        if "version" in how:
            how["version_type"] = "external"
        self.stale.add(family)
        self._wrote = True
        with self.cluster.said():
            return self._put(family, names, sendable(source), how)

    def _put(self, family: str, names: Sequence[str], source: Dsl, how: dict[str, Any]) -> bool:
        from elastic_transport import TransportError

        # A second try by the transport would meet its own first one, and call it somebody else's.
        once = self.cluster.client.options(ignore_status=409, max_retries=0)
        index = self.cluster.names.index(family)
        try:
            answer = once.index(index=index, id=hashed(*names), document=source, **how)
        except TransportError:  # the answer is lost; what became of the request can be seen
            there = self.get(family, *names)
            if there is None or there["_source"] != source:
                raise
            return True
        return "error" not in answer

    def change(self, family: str, *names: str, by: Callable[[Dsl | None], Dsl]) -> Dsl:
        """Replace a document by what *by* makes of it, again and again until nobody interferes."""
        while True:
            seen = self.get(family, *names)
            new = by(None if seen is None else seen["_source"])
            if self.put(family, *names, source=new, seen=seen):
                return new

    def drop(self, family: str, *names: str) -> None:
        """Delete a document, if it is there."""
        with self.cluster.said():
            self.cluster.client.options(ignore_status=404).delete(
                index=self.cluster.names.index(family), id=hashed(*names)
            )
        self.stale.add(family)

    def refresh(self, family: str, *, always: bool = False) -> None:
        """Let searches see what was written here; *always*: what others wrote, too."""
        if always or family in self.stale:
            # A reader's key may not ask for it, and decides nothing: it sees what the interval shows.
            client = self.cluster.client if self._wrote else self._tolerant
            with self.cluster.said():
                client.indices.refresh(index=self.cluster.names.alias(family))
            self.stale.discard(family)

    @property
    def _tolerant(self) -> Elasticsearch:
        return self.cluster.client.options(ignore_status=403)

    def all(
        self,
        family: str,
        query: Dsl,
        sort: list[Dsl],
        *,
        size: int = PAGE,
        anew: bool = False,
        **what: Any,
    ) -> Iterator[Any]:
        """Hits in order, as they stood at the first page. *anew*: what others have just written is
        among them; where an answer decides what is written or removed. *what*: more of a search.
        """
        self.refresh(family, always=anew)
        yield from hits(
            self.cluster, self.cluster.names.alias(family), query, sort, size=size, **what
        )

    def number(self, count: int = 1) -> int:
        """The first of *count* numbers that nobody else has or will have; they only grow."""

        def further(known: Dsl | None) -> Dsl:
            last = known["seq"] if known else 0
            return {"kind": "counter", "name": "numbers", "seq": last + count}

        return int(self.change("desk", "counter", "numbers", by=further)["seq"]) - count + 1
