"""The posts a report rests on, numbered in the order in which they are cited."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tingfeng import Document, PostStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """One post of the list of evidence."""

    number: int
    document: Document

    @property
    def key(self) -> str:
        """Identity of the post."""
        return self.document.post.key

    @property
    def url(self) -> str:
        """Address of the original; empty unless it is one of the web."""
        url = self.document.post.url
        return url if url.startswith(("https://", "http://")) else ""

    @property
    def excerpt(self) -> str:
        """The first 140 characters of what is written."""
        words = " ".join(self.document.post.words.split())
        return words if len(words) <= 140 else f"{words[:139]}…"


class Citations:
    """Numbers posts as they are cited; what the store does not hold cannot be cited."""

    def __init__(self, store: PostStore) -> None:
        self._store = store
        self._cited: dict[str, Cited] = {}
        self.missing: set[str] = set()
        """Keys that were to be cited and are not stored (any more)."""

    def cite(self, posts: Iterable[str | Document]) -> tuple[int, ...]:
        """The numbers of *posts*, given as keys or documents, ascending."""
        numbers = []
        for post in posts:
            key = post if isinstance(post, str) else post.post.key
            if key not in self._cited:
                document = self._store.get(post) if isinstance(post, str) else post
                if document is None:
                    self.missing.add(key)
                    continue
                self._cited[key] = Cited(number=len(self._cited) + 1, document=document)
            numbers.append(self._cited[key].number)
        return tuple(sorted(set(numbers)))

    @property
    def listed(self) -> tuple[Cited, ...]:
        """All of them, by number."""
        return tuple(self._cited.values())
