"""How close a post is to what a brand writes about: TF-IDF and cosine, nothing learnt elsewhere."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tingfeng import Document, fold, search_terms
from tingfeng.kol.style import plain

LIKED = 3.0
"""Weight of liked creators in Rocchio's sum against the brand's own posts: three creators a person
picked say more of what is wanted now than what the brand wrote."""

TYPED = 1.0
"""Weight of typed keywords, as much as of all posts of the brand together."""


def terms_of(document: Document) -> list[str]:
    """What a post is compared by: its stored tokens of two characters and more, else pairs of
    characters.
    """
    if document.analysis is not None and document.analysis.tokens:
        return [fold(token) for token in document.analysis.tokens if len(token) > 1]
    return [term for term in search_terms(plain(fold(document.post.words))) if len(term) > 1]


def without(terms: Iterable[str], names: Iterable[str]) -> list[str]:
    """*terms* but those that are part of a brand's name, or hold it: naming a brand is no subject."""
    folded = [fold(name) for name in names if name]
    banned = {term for name in folded for term in (name, *search_terms(name))}
    return [
        term
        for term in terms
        if term not in banned and not any(name in term for name in folded if len(name) > 1)
    ]


@dataclass(frozen=True, slots=True)
class Rarity:
    """In how many posts of the pool each term stands; made once, by :meth:`of`."""

    posts: int
    found: Mapping[str, int]

    @classmethod
    def of(cls, texts: Iterable[Sequence[str]]) -> Rarity:
        """Count *texts*, each the terms of one post; terms of a single post are left out, which is
        half of them and tells them apart as well.
        """
        found: Counter[str] = Counter()
        posts = 0
        for terms in texts:
            posts += 1
            found.update(set(terms))
        return cls(posts, {term: n for term, n in found.items() if n > 1})

    def weight(self, term: str) -> float:
        """Inverse document frequency, smoothed: 1 or more."""
        return 1 + math.log((self.posts + 1) / (self.found.get(term, 0) + 1))

    def vector(self, terms: Iterable[str]) -> dict[str, float]:
        """TF-IDF with damped counts, length 1; empty for no terms."""
        raw = {term: (1 + math.log(n)) * self.weight(term) for term, n in Counter(terms).items()}
        return _unit(raw)


def _unit(vector: Mapping[str, float]) -> dict[str, float]:
    length = math.sqrt(sum(value * value for value in vector.values()))
    return {term: value / length for term, value in vector.items()} if length else {}


@dataclass(frozen=True, slots=True)
class Corpus:
    """What a brand writes about, as one vector."""

    rarity: Rarity
    weights: Mapping[str, float]
    """Length 1."""

    names: tuple[str, ...] = ()
    """The brand's own names, which are taken out of every post before it is compared."""

    posts: int = 0
    """Of the brand and of liked creators that it rests on."""

    typed: tuple[str, ...] = field(default=())

    @classmethod
    def of(
        cls,
        rarity: Rarity,
        own: Iterable[Sequence[str]] = (),
        *,
        keywords: Sequence[str] = (),
        liked: Iterable[Sequence[Sequence[str]]] = (),
        names: Sequence[str] = (),
    ) -> Corpus:
        """Rocchio: centroid of the brand's *own* posts, plus typed *keywords*, plus :data:`LIKED`
        times the centroid of *liked* creators, each a list of posts; all as terms.
        """
        total: dict[str, float] = defaultdict(float)
        posts = 0
        mine = [rarity.vector(without(terms, names)) for terms in own]
        theirs = [
            _centroid([rarity.vector(without(terms, names)) for terms in works]) for works in liked
        ]
        words = [term for word in keywords for term in _typed(word)]
        for vector, worth in (
            (_centroid(mine), 1.0),
            (rarity.vector(words), TYPED),
            (_centroid(theirs), LIKED),
        ):
            for term, value in vector.items():
                total[term] += worth * value
        posts = len(mine)
        return cls(rarity, _unit(total), tuple(names), posts, tuple(keywords))

    def closeness(self, terms: Iterable[str]) -> float | None:
        """Cosine of a post's *terms* with the brand, 0 to 1; ``None``: there is nothing to compare."""
        vector = self.rarity.vector(without(terms, self.names) if self.names else terms)
        if not vector or not self.weights:
            return None
        mine = self.weights
        return min(1.0, sum(value * mine[term] for term, value in vector.items() if term in mine))

    def shared(self, terms: Iterable[str], most: int = 8) -> tuple[str, ...]:
        """The terms that bring a post close, strongest first: the evidence for its cosine."""
        vector = self.rarity.vector(without(terms, self.names))
        shared = [(-value * self.weights[term], term) for term, value in vector.items() if term in self.weights]  # fmt: skip
        return tuple(term for _, term in sorted(shared)[:most])


def _typed(word: str) -> list[str]:
    """A typed word both whole, as a segmenter keeps it, and by its pairs, as text without one is."""
    return list(
        dict.fromkeys([fold(word), *(term for term in search_terms(word) if len(term) > 1)])
    )


def _centroid(vectors: Sequence[Mapping[str, float]]) -> dict[str, float]:
    total: dict[str, float] = defaultdict(float)
    for vector in vectors:
        for term, value in vector.items():
            total[term] += value / len(vectors)
    return _unit(total)
