"""What an incident is about: kept with it, so that the same thing is known again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from tingfeng.alerts.issue_clusters import SHARED, Cluster, Heard
from tingfeng.alerts.issue_sketch import Sketch

MOST_TERMS = 64
MOST_POSTS = 64
"""Kept of an issue: a kilobyte."""

ALIKE = 0.5
"""Share of the smaller one's words from which two are the same issue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """Its words and its latest posts, as numbers."""

    id: str
    """Ten hex digits, of the two words that most people said when it was first told."""
    title: str = ""
    terms: tuple[int, ...] = ()
    """Most said first."""
    posts: tuple[int, ...] = ()

    @classmethod
    def of(cls, brand: str, cluster: Cluster) -> Issue:
        """What *cluster* is about."""
        terms = tuple(term for term, _ in cluster.terms)
        return cls(id=_id(brand, sorted(terms[:2])), terms=terms[:MOST_TERMS],
                   posts=_sample(cluster.posts))  # fmt: skip

    @classmethod
    def of_posts(cls, brand: str, found: Iterable[Heard]) -> Issue | None:
        """Of the single posts by which a rule counts; ``None``: too little is said in them."""
        sketches = [one.sketch for one in found]
        terms = {term for one in sketches for term in one.terms}
        if len(terms) < 2:
            return None
        ordered = sorted(terms)
        return cls(id=_id(brand, ordered), terms=tuple(ordered[:MOST_TERMS]),
                   posts=_sample(one.post for one in sketches))  # fmt: skip

    def follow(self, cluster: Cluster) -> Issue:
        """The same issue with what is said of it now."""
        terms = dict.fromkeys((*(term for term, _ in cluster.terms), *self.terms))
        return Issue(id=self.id, title=self.title, terms=tuple(terms)[:MOST_TERMS],
                     posts=_sample(cluster.posts))  # fmt: skip

    def is_of(self, cluster: Cluster) -> bool:
        """Whether *cluster* speaks of it: half of the words, or a third of the posts, of the smaller
        of the two are the same.
        """
        words = cluster.words
        shared = len(words.intersection(self.terms))
        if shared and shared >= max(min(2, len(words)), ALIKE * min(len(words), len(self.terms))):
            return True
        posts = cluster.posts
        same = len(posts.intersection(self.posts))
        return same > 0 and same >= SHARED * min(len(posts), len(self.posts))

    def is_said_in(self, sketch: Sketch) -> bool:
        """Whether a post says two of its words, or the one that there is."""
        return len(sketch.terms.intersection(self.terms)) >= min(2, len(self.terms))

    def dump(self) -> list[Any]:
        """Plain values."""
        return [self.id, self.title, list(self.terms), list(self.posts)]

    @classmethod
    def load(cls, saved: list[Any]) -> Issue:
        """What :meth:`dump` gave."""
        id, title, terms, posts = saved
        return cls(id=id, title=title, terms=tuple(terms), posts=tuple(posts))


def _id(brand: str, terms: Iterable[int]) -> str:
    name = "\0".join([brand, *(f"{term:06x}" for term in terms)])
    return blake2b(name.encode(), digest_size=5).hexdigest()


def _sample(posts: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(posts)[:MOST_POSTS])
