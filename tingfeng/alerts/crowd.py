"""Who speaks, and which posts speak for them."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tingfeng import Document, Message, fold
from tingfeng.alerts.numbers import reach, voice

REPRESENTATIVES = 3
ALIKE = 0.5
LOOKED_AT = 500
"""Of the furthest reach; what stands behind five hundred others represents nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """Who speaks: many people, or few people many times."""

    negative: int
    authors: int
    """Distinct, as far as authors are known."""
    copies: int
    """Posts that repeat another negative post of the window."""
    top_five: int
    """Posts by the five most active authors."""
    suspected: int
    """Posts in groups that look like water army."""

    @classmethod
    def of(cls, documents: Sequence[Document]) -> Crowd:
        """Count *documents*."""
        authors = Counter(voice(document)[1] for document in documents)
        groups = Counter(
            document.analysis.copy_of
            for document in documents
            if document.analysis and document.analysis.copy_of
        )
        return cls(
            negative=len(documents),
            authors=len(authors),
            copies=sum(size - 1 for size in groups.values()),
            top_five=sum(size for _, size in authors.most_common(5)),
            suspected=sum(document.suspected for document in documents),
        )

    def sentence(self) -> Message:
        """For the evidence."""
        all = max(self.negative, 1)
        return Message(
            f"真实人数：负面 {self.negative} 篇来自 {self.authors} 位作者，"
            f"最活跃五位占 {self.top_five / all:.0%}，重复文案占 {self.copies / all:.0%}，"
            f"疑似水军 {self.suspected} 篇（仍计入原文，同一作者同一文案每刻钟只算一次）。",
            f"People: {self.negative} negative posts by {self.authors} authors, the five most "
            f"active wrote {self.top_five / all:.0%}, {self.copies / all:.0%} are copies, "
            f"{self.suspected} look like water army (kept; one author saying the same thing counts "
            "once a quarter of an hour).",
        )


def representatives(documents: Iterable[Document], first: frozenset[str]) -> list[Document]:
    """Up to three posts that say different things: those in *first* before others, then by reach.

    Of each copy group one, and of posts that share half of their pairs of characters one.
    """
    ranked = sorted(
        documents,
        key=lambda one: (
            one.post.key not in first,
            -reach(one),
            -((one.post.author.followers or 0) if one.post.author else 0),
            one.post.key,
        ),
    )
    groups: dict[str, Document] = {}
    for document in ranked[:LOOKED_AT]:
        groups.setdefault(voice(document)[0], document)
    chosen: list[Document] = []
    pieces: list[frozenset[str]] = []
    others: list[Document] = []
    for document in groups.values():
        mine = _pieces(document)
        if len(chosen) < REPRESENTATIVES and all(_alike(mine, one) < ALIKE for one in pieces):
            chosen.append(document)
            pieces.append(mine)
        else:
            others.append(document)
    # Where all say nearly the same, three of them are still better than one.
    return [*chosen, *others[: REPRESENTATIVES - len(chosen)]]


def _pieces(document: Document) -> frozenset[str]:
    words = fold(document.post.words)
    return frozenset(a + b for a, b in itertools.pairwise(words))


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / (len(one | other) or 1)
