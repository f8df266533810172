"""How far an index has followed which store: kept in the cluster itself, so that one that was wiped
or restored from a snapshot asks for what it lacks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from index.es.layout import hashed

if TYPE_CHECKING:
    from index.es.connect import Cluster


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where an index stands."""

    source: str = ""
    """Id of the store that it follows; empty: of none yet."""

    target: str = field(default_factory=lambda: uuid4().hex)
    """Id of the index, under which the store remembers it."""

    epoch: int = 1
    """See :func:`index.es.followed.versioned`."""

    seq: int = 0
    """Number of the last change that the index has."""

    metrics: int = 0
    """Number of the last change that daily metrics and creators have."""

    swept: bool = True
    """Whether documents of earlier epochs are gone."""

    sweep_again: float | None = None
    """When to look once more for documents of earlier epochs, which somebody who had not yet seen
    the new one may have sent: seconds since 1970.
    """

    expunge_at: float | None = None
    """When the bytes of what was removed can be given up: seconds since 1970; ``None``: of nothing."""

    caught_up: float | None = None
    """When nothing waited last: seconds since 1970."""

    retired: int | None = None
    """The version of the mappings that has taken over: nobody writes here any more."""


@dataclass(slots=True)
class Book:
    """The document of the desk that holds the position."""

    cluster: Cluster
    saved_at: float | None = None
    """When the position that was loaded last was saved: seconds since 1970."""

    _seen: tuple[int, int] | None = None

    def load(self) -> Position | None:
        """``None``: this index has never followed a store."""
        with self.cluster.said():
            answer = self.cluster.client.options(ignore_status=404).get(
                index=self.cluster.names.index("desk"), id=_ID
            )
        if not answer.body.get("found"):
            if "error" in answer.body:
                with self.cluster.said():
                    self.cluster.client.indices.get(index=self.cluster.names.index("desk"))
            self._seen = self.saved_at = None
            return None
        self.saved_at = answer["_source"]["at"] / 1000
        self._seen = answer["_seq_no"], answer["_primary_term"]
        return Position(**answer["_source"]["kept"])

    def save(self, position: Position, *, now: float) -> bool:
        """``False``: somebody else wrote it since it was loaded, which is to be done again."""
        how: dict[str, Any] = {"op_type": "create"}
        if self._seen is not None:
            how = {"if_seq_no": self._seen[0], "if_primary_term": self._seen[1]}
        source = {
            "kind": "position",
            "name": position.source,
            "seq": position.seq,
            "at": int(now * 1000),
            "kept": asdict(position),
        }
        with self.cluster.said():
            answer = self.cluster.client.options(ignore_status=409).index(
                index=self.cluster.names.index("desk"), id=_ID, document=source, **how
            )
        if "error" in answer.body:
            return False
        self._seen = answer["_seq_no"], answer["_primary_term"]
        return True

    def change(self, by: Callable[[Position], Position], *, now: float) -> Position:
        """What *by* makes of the position, whoever else changes it meanwhile."""
        while True:
            new = by(self.load() or Position())
            if self.save(new, now=now):
                return new


_ID = hashed("position")


def further(ours: Position, theirs: Position) -> Position:
    """What two programs that follow the same store agree on: nobody falls back."""
    return replace(
        theirs,
        seq=max(ours.seq, theirs.seq),
        metrics=max(ours.metrics, theirs.metrics),
        swept=ours.swept or theirs.swept,
        sweep_again=theirs.sweep_again if ours.sweep_again is None else ours.sweep_again,
        expunge_at=theirs.expunge_at if ours.expunge_at is None else ours.expunge_at,
        caught_up=ours.caught_up,
    )
