"""Copies of posts that incidents rest on: a document of the desk for the chain of each incident."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime

from index import exhibits
from index.es.desk import ElasticDesk
from index.es.questions import Dsl
from tingfeng import Document, Exhibit, ExhibitKind, Incident
from tingfeng.core.exhibit import without


class ElasticExhibits(ElasticDesk):
    """The part of :class:`tingfeng.DeskStore` that keeps evidence as it was.

    Copies are written before the incident is: killed in between, the next judgement meets them and
    makes no others. A chain is one document, changed only by who saw what they change.
    """

    def get(self, key: str) -> Document | None:
        """A stored post: the other half of the store."""
        raise NotImplementedError

    def _refuses_post(self, document: Document) -> bool:
        """Whether post or author are forgotten by now."""
        raise NotImplementedError

    def _copy(
        self, incident: Incident, keys: Sequence[str], kind: ExhibitKind, now: datetime
    ) -> int:
        if incident.state == "closed" or not keys:
            return 0
        found = [one for one in map(self.get, keys) if one is not None]
        if not exhibits.grown(self.evidence(incident.id), incident, found, kind=kind, now=now):
            return 0
        made = 0

        def longer(chain: list[Exhibit]) -> list[Exhibit]:
            nonlocal made
            new = exhibits.grown(chain, incident, found, kind=kind, now=now)
            made = len(new)
            return [*chain, *new]

        self._change(incident.id, longer)
        # Whoever was forgotten meanwhile: either they saw these copies, or we see their refusal.
        if late := {one.post.key for one in found if self._refuses_post(one)}:
            self._blank(incident.id, lambda chain: exhibits.named(chain, late), "forgotten", now)
        return made

    def evidence(self, incident: str | None = None) -> list[Exhibit]:
        if incident is not None:
            found = self._shelf.get("desk", "exhibits", incident)
            return [] if found is None else _chain(found["_source"])
        pages = sorted(self._listed("exhibits"), key=lambda page: str(page["name"]))
        return [one for page in pages for one in _chain(page)]

    def keep_evidence(self, incident: Incident, keys: Sequence[str], *, now: datetime) -> int:
        return self._copy(incident, keys, "reach", now)

    def expire_evidence(self, before: datetime, *, now: datetime) -> int:
        running = {one.id for one in self.incidents(open_only=True)}
        over = [id for id in self._chained() if id not in running]
        return sum(
            len(self._blank(id, lambda chain: exhibits.old(chain, before), "expired", now))
            for id in over
        )

    def _forget_copies(self, keys: Collection[str], author: str, now: datetime) -> list[str]:
        """Blank copies of these posts and of *author*; keys of the posts that they showed."""
        return [
            key
            for id in self._chained()
            for key in self._blank(
                id, lambda chain: exhibits.named(chain, keys, author), "forgotten", now
            )
        ]

    def _copied(self, keys: Collection[str], author: str) -> list[str]:
        """Keys of the posts that :meth:`_forget_copies` would blank."""
        return [
            chain[number - 1].key
            for chain in exhibits.chains(self.evidence())
            for number in exhibits.named(chain, keys, author)
        ]

    def _chained(self) -> list[str]:
        return sorted({str(page["name"]) for page in self._listed("exhibits")})

    def _blank(
        self,
        id: str,
        chosen: Callable[[Sequence[Exhibit]], list[int]],
        kind: ExhibitKind,
        now: datetime,
    ) -> list[str]:
        gone: list[str] = []

        def shorter(chain: list[Exhibit]) -> list[Exhibit]:
            numbers = chosen(chain)
            gone[:] = [chain[number - 1].key for number in numbers]
            return without(chain, numbers, kind=kind, now=now)

        if chosen(self.evidence(id)):
            self._change(id, shorter)
        return gone

    def _change(self, id: str, by: Callable[[list[Exhibit]], list[Exhibit]]) -> None:
        def changed(known: Dsl | None) -> Dsl:
            lines = by([] if known is None else _chain(known))
            packed = [exhibits.packed(one) for one in lines]
            return {
                "kind": "exhibits", "name": id, "seq": 0, "incident": id,
                "kept": {"lines": packed},
            }  # fmt: skip

        self._shelf.change("desk", "exhibits", id, by=changed)


def _chain(source: Dsl) -> list[Exhibit]:
    lines: Iterable[str] = source["kept"]["lines"]
    return [exhibits.unpacked(line) for line in lines]
