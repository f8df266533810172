"""A first load costs less while nobody searches: no refreshing, no replicas, until it is over."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from index.es.layout import PARTITIONED, SINGLE

if TYPE_CHECKING:
    from index.es.connect import Cluster

_FAST = {"refresh_interval": "-1", "number_of_replicas": 0}
_NOTE = "loading"
"""In ``_meta`` of an index under load: what its settings were. Whoever comes after a crash finds it
there and puts them back."""


@dataclass(slots=True)
class Loading:
    """Indices under load."""

    cluster: Cluster
    active: bool = False
    _indices: set[str] = field(default_factory=set)

    def begin(self, indices: list[str]) -> bool:
        """Whether we may: who cannot change indices loads them as they are."""
        from elasticsearch import AuthorizationException

        self.active = True
        with self.cluster.said():
            try:
                for index in indices:
                    self._slow_down(index)
            except AuthorizationException:
                self.active = False
        return self.active

    def add(self, index: str) -> None:
        """An index that was made meanwhile."""
        if self.active and index not in self._indices:
            with self.cluster.said():
                self._slow_down(index)

    def _slow_down(self, index: str) -> None:
        client = self.cluster.client
        settings = client.indices.get_settings(index=index, flat_settings=True)
        told = settings.body[index]["settings"]
        before = {name: told.get(f"index.{name}") for name in _FAST}
        meta = self._meta(index)
        if _NOTE not in meta:
            client.indices.put_mapping(index=index, meta=meta | {_NOTE: before})
        client.indices.put_settings(index=index, settings={"index": _FAST})
        self._indices.add(index)

    def _meta(self, index: str) -> dict[str, Any]:
        answer = self.cluster.client.indices.get_mapping(index=index)
        return dict(answer.body[index]["mappings"].get("_meta", {}))

    def end(self) -> None:
        """Put the settings back and let what was written be found."""
        self.active = False
        with self.cluster.said():
            for index in sorted(self._indices):
                self._restore(index)
                self._indices.discard(index)

    def _restore(self, index: str) -> None:
        client = self.cluster.client
        meta = self._meta(index)
        before = meta.pop(_NOTE, None)
        if before is not None:
            client.indices.put_settings(index=index, settings={"index": before})
            client.indices.refresh(index=index)
            client.indices.put_mapping(index=index, meta=meta)  # last: a kill before it is healed

    def heal(self) -> list[str]:
        """Put back the settings of indices whose load was broken off; their names."""
        from elasticsearch import AuthorizationException

        names = self.cluster.names
        patterns = [names.stem(family) for family in SINGLE]
        patterns += [names.pattern(family) for family in PARTITIONED]
        with self.cluster.said():
            answer = self.cluster.client.options(ignore_status=404).indices.get_mapping(
                index=",".join(patterns),
                ignore_unavailable=True,
                filter_path=f"*.mappings._meta.{_NOTE}",
            )
            left = sorted(answer.body)
            try:
                for index in left:
                    self._restore(index)
            except AuthorizationException:
                return []
        return left
