"""A document that Elasticsearch refused, and of whom it tells."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from index.es.bulk_body import Action

KEPT = 1_000_000
"""Bytes of the largest document that is kept in full. A larger one is made again from the store."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One dead letter."""

    at: datetime
    """Of the last refusal."""

    index: str
    id: str
    operation: str
    """``index``, ``create`` or ``delete``."""

    version: int | None
    status: int
    """Of HTTP; 0: there was no answer."""

    error: str
    """Type of the error, as the server calls it."""

    reason: str
    attempts: int
    """How often it was sent, over all retries."""

    post_key: str | None
    """Of the post it tells of; ``None``: of none, or of no single one."""

    author: str | None
    """Keyed hash of the author it tells of."""

    source: bytes | None
    """The document; ``None``: a deletion, or not kept, see :data:`KEPT` and :func:`kept`."""

    @property
    def action(self) -> Action | None:
        """To send it again; ``None``: the document was not kept."""
        deletes = self.operation == "delete"
        if self.source is None and not deletes:
            return None
        return Action(
            index=self.index,
            id=self.id,
            source=self.source,
            version=self.version,
            create=self.operation == "create",
        )

    def line(self) -> str:
        """As one line of JSON."""
        fields: dict[str, Any] = {
            name: getattr(self, name) for name in self.__slots__ if name not in ("at", "source")
        }
        source = None if self.source is None else json.loads(self.source)
        fields = {"at": self.at.isoformat(), **fields, "source": source}
        return json.dumps(fields, ensure_ascii=False)


def kept(source: bytes | None) -> tuple[bytes | None, str | None, str | None]:
    """What is kept of a document, with the post and the author it tells of.

    Nothing is kept of what cannot be read, for nobody could find in it whom it tells of, and
    forget them.
    """
    if source is None:
        return None, None, None
    try:
        told = json.loads(source)
    except ValueError:
        return None, None, None
    if not isinstance(told, dict):
        return None, None, None
    post_key, author = told.get("post_key"), told.get("author")
    # A document of an author has the hash at its top; in that of a post, it is of the words there.
    mark = author.get("hash") if isinstance(author, dict) else None
    if mark is None and post_key is None:
        mark = told.get("hash")
    whole = source if len(source) <= KEPT else None
    return whole, _text(post_key), _text(mark)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
