"""One walk over the posts of a question: which texts are repeated, and which big accounts speak."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from tingfeng import Document, Message, PostStore, Query
from tingfeng.insight.people import Party, party

LOOKED_AT = 20_000
"""Posts looked at, those with most reactions first: a minute's work at most. Where there are more,
the report says so; counts are asked of the store and stay exact."""

CUT = Message(
    f"帖子太多，名单与话题只从互动最多的 {LOOKED_AT:,} 条里挑选（各数仍是全量统计）。",
    f"There are too many posts: lists and topics are chosen among the {LOOKED_AT:,} with most "
    "reactions (figures are of all).",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What the walk found."""

    posts: int
    cut: bool
    """There were more than :data:`LOOKED_AT`."""
    groups: tuple[tuple[str, int], ...]
    """Near-duplicate groups by the key of their first post, with the posts seen, most first."""
    parties: dict[Party, tuple[Document, ...]]
    """Posts of all but ordinary people, most reactions first."""


def survey(store: PostStore, query: Query) -> Survey:
    """Walk over the posts of *query*."""
    groups: Counter[str] = Counter()
    parties: dict[Party, list[Document]] = {}
    posts = 0
    for document in store.search(replace(query, order="liked", limit=LOOKED_AT + 1)):
        posts += 1
        if posts > LOOKED_AT:
            break
        if document.analysis is not None and document.analysis.copy_of:
            groups[document.analysis.copy_of] += 1
        if (side := party(document)) != "ordinary":
            parties.setdefault(side, []).append(document)
    return Survey(
        posts=min(posts, LOOKED_AT),
        cut=posts > LOOKED_AT,
        groups=tuple(sorted(groups.items(), key=lambda pair: (-pair[1], pair[0]))),
        parties={side: tuple(found) for side, found in parties.items()},
    )
