"""Vectors of words, for search by meaning: made once for each wording."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from index.es.documents import document_id
from index.es.fetching import fetched
from index.es.fields import DIMENSIONS
from index.es.followed import Changed

if TYPE_CHECKING:
    from index.es.connect import Cluster

_FIELDS = ["title", "text", "embedding", "embedded_by"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vectors:
    """What makes them."""

    by: str
    """Its version: vectors of another one are made anew."""

    of: Callable[[Sequence[str]], Iterable[Sequence[float]]]
    """Texts to vectors of :data:`index.es.fields.DIMENSIONS` numbers, in order."""

    def onto(self, changed: Sequence[Changed], cluster: Cluster) -> tuple[Changed, ...]:
        """*changed* with vectors: those that the index has of the same words, else new ones."""
        known = self._known(changed, cluster)
        wanted = [
            each.stored.post.words
            for each in changed
            if document_id(each.stored) not in known and each.stored.post.words.strip()
        ]
        texts = list(dict.fromkeys(wanted))
        made = dict(zip(texts, map(_checked, self.of(texts)), strict=True)) if texts else {}
        return tuple(
            replace(each, stored=replace(each.stored, vector=vector, vector_by=self.by))
            if (vector := known.get(document_id(each.stored)) or made.get(each.stored.post.words))
            else each
            for each in changed
        )

    def _known(self, changed: Sequence[Changed], cluster: Cluster) -> dict[str, tuple[float, ...]]:
        """Vectors in the index of the words that the posts still have, by id."""
        if not changed:
            return {}
        docs = [
            {
                "_index": cluster.names.index("posts", each.stored.place),
                "_id": document_id(each.stored),
            }
            for each in changed
        ]
        found = {}
        for each, there in zip(changed, fetched(cluster, docs, _FIELDS), strict=True):
            source = there.get("_source", {})
            post = each.stored.post
            same = (source.get("title", ""), source.get("text", "")) == (post.title, post.text)
            if same and source.get("embedded_by") == self.by and "embedding" in source:
                found[there["_id"]] = tuple(source["embedding"])
        return found


def _checked(vector: Sequence[float]) -> tuple[float, ...] | None:
    """``None`` of nothing: the server takes no vector without a direction."""
    numbers = tuple(map(float, vector))
    if len(numbers) != DIMENSIONS:
        raise ValueError(f"{len(numbers)} numbers instead of {DIMENSIONS}")
    return numbers if any(numbers) else None
