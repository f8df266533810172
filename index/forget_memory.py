"""Forgetting in memory: what it means in every store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from index.memory_desk import MemoryDesk
from index.redact import Gone, entry_without, incident_without, named, notice_without, quoted
from tingfeng import Analysis, Engagement, Incident, Notice, Post, Removal, post_hash


@dataclass(slots=True)
class Stored:
    """One post and all that belongs to it."""

    post: Post
    indexed_at: datetime
    n: int
    """Place in the order in which posts came in."""
    analysis: Analysis | None = None
    earlier: list[Post] = field(default_factory=list)
    engagements: dict[datetime, Engagement] = field(default_factory=dict)

    @property
    def latest(self) -> Engagement | None:
        """The last observation of its counts."""
        return self.engagements[max(self.engagements)] if self.engagements else None


class MemoryRemoval(MemoryDesk):
    """The part of :class:`tingfeng.PostStore` that takes posts out again."""

    def __init__(self) -> None:
        super().__init__()
        self._stored: dict[str, Stored] = {}
        self._refused: set[tuple[str, str]] = set()
        self._audit: list[Removal] = []

    def forget(self, author: str, *, now: datetime, by: str = "", reason: str = "") -> list[str]:
        line = Removal(at=now, what="author", subject=author, posts=0, by=by, reason=reason)
        return self._forget([key for key in self._stored if self._wrote(author, key)], line)

    def _wrote(self, author: str, key: str) -> bool:
        known = self._stored[key].post.author
        return known is not None and known.id == author

    def forget_posts(
        self, keys: Iterable[str], *, now: datetime, by: str = "", reason: str = ""
    ) -> list[str]:
        removed = []
        for key in dict.fromkeys(keys):
            subject = post_hash(key)
            line = Removal(at=now, what="post", subject=subject, posts=0, by=by, reason=reason)
            removed += self._forget([key] if key in self._stored else [], line, key)
        return removed

    def _forget(self, keys: list[str], line: Removal, asked: str = "") -> list[str]:
        new = (line.what, line.subject) not in self._refused
        author = line.subject if line.what == "author" else ""
        copied = self._forget_copies({*keys, asked} - {""}, author, line.at)
        self._refused.add((line.what, line.subject))
        self._refused.update(("post", post_hash(key)) for key in (*keys, *copied))
        self._remove(keys)
        if new or keys or copied:
            self._audit.append(replace(line, posts=len(keys)))
        return keys

    def expire(self, before: datetime, *, now: datetime, by: str = "", reason: str = "") -> int:
        keys = [
            stored.post.key
            for stored in self._stored.values()
            if (stored.post.published_at or stored.post.collected_at) < before
        ]
        self._remove(keys)
        if keys:
            line = Removal(at=now, what="age", before=before, posts=len(keys), by=by, reason=reason)
            self._audit.append(line)
        return len(keys)

    def audit(self) -> list[Removal]:
        return list(self._audit)

    def enqueue(self, notices: Sequence[Notice]) -> None:
        gone = self._gone(named(notices))
        super().enqueue([notice_without(each, gone) for each in notices])

    def _gone(self, keys: Iterable[str]) -> Gone:
        return Gone(key for key in keys if ("post", post_hash(key)) in self._refused)

    def save_incident(
        self,
        incident: Incident,
        notices: Sequence[Notice] = (),
        states: Mapping[str, str] = {},
        *,
        now: datetime | None = None,
    ) -> None:
        gone = self._gone(quoted(incident, notices))
        notices = [notice_without(each, gone) for each in notices]
        super().save_incident(incident_without(incident, gone), notices, states, now=now)

    def _refuses(self, post: Post, now: datetime) -> bool:
        author = None if post.author is None else post.author.id
        if author is None or ("author", author) not in self._refused:
            return ("post", post_hash(post.key)) in self._refused
        self._refused.add(("post", post_hash(post.key)))
        if post.key in self._stored:  # it turned out to be theirs
            self._remove([post.key])
            self._forget_copies({post.key}, author, now)
            self._audit.append(Removal(at=now, what="author", subject=author, posts=1))
        return True

    def _remove(self, keys: list[str]) -> None:
        for key in keys:
            del self._stored[key]
        heirs = self._inherit(keys)
        gone = set(keys)
        self._corrections = [
            replace(one, group=heirs.get(one.group)) if one.group in gone else one
            for one in self._corrections
            if one.key not in gone
        ]
        quoting = Gone(keys)
        for id, incident in self._incidents.items():
            self._incidents[id] = incident_without(incident, quoting)
        for id, notice in self._notices.items():
            self._notices[id] = notice_without(notice, quoting)
        self._logbook = [entry_without(one, quoting) for one in self._logbook]

    def _inherit(self, keys: list[str]) -> dict[str, str]:
        """Let groups whose first post is gone live on under the earliest of those that are left."""
        gone, heirs = set(keys), dict[str, str]()
        for stored in self._stored.values():
            reading = stored.analysis
            if reading is not None and reading.copy_of in gone:
                heir = heirs.setdefault(reading.copy_of, stored.post.key)
                stored.analysis = replace(reading, copy_of=heir)
        return heirs
