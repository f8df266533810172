"""The posts that were met with most reactions, each text once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from tingfeng import Document, Message, PostStore, Query
from tingfeng.insight.counted import command, total


@dataclass(frozen=True, slots=True, kw_only=True)
class Loud:
    """One text and how far it went."""

    document: Document
    """Of its copies, the one with most reactions."""

    reactions: int | None
    """Likes, comments, reposts, favourites and coins together, last seen. ``None``: not said."""

    copies: int
    """Posts of the query with nearly the same text, this one included."""

    command: str
    """Lists the copies; empty for a text too short to be called a copy."""


DEFINITION = Message(
    "按互动量（赞、评、转、藏、币之和，最近一次采集所见）排序；近似重复的内容合并成一条并给出份数。",
    "By reactions (likes, comments, reposts, favourites and coins, as last seen); near-duplicates "
    "are shown once, with their number.",
)


def loudest(store: PostStore, query: Query, *, limit: int = 10) -> tuple[Loud, ...]:
    """The *limit* most reacted-to texts of *query*, one of each near-duplicate group."""
    found: list[Loud] = []
    for document in _first_of_each(store.search(replace(query, order="liked", limit=None))):
        group = document.analysis.copy_of if document.analysis else None
        of = replace(query, copies_of=group) if group else query
        found.append(
            Loud(
                document=document,
                reactions=reactions(document),
                copies=max(1, total(store, of).posts) if group else 1,
                command=command(of) if group else "",
            )
        )
        if len(found) == limit:
            break
    return tuple(found)


def reactions(document: Document) -> int | None:
    """All counts but views and heat together; ``None``: the platform showed none."""
    seen = document.engagement
    if seen is None:
        return None
    given = [seen.likes, seen.comments, seen.reposts, seen.favorites, seen.coins]
    known = [count for count in given if count is not None]
    return sum(known) if known else None


def certainty(document: Document, brand: str) -> str:
    """``p=0.93``: how sure the model is that *document* is negative of *brand*; empty if it did
    not say so.
    """
    mentions = document.analysis.mentions if document.analysis else ()
    sure = [
        each.sentiment.negative
        for each in mentions
        if each.brand == brand and each.sentiment.label == "negative"
    ]
    return f"p={max(sure):.2f}" if sure else ""


def _first_of_each(documents: Iterator[Document]) -> Iterator[Document]:
    groups: set[str] = set()
    for document in documents:
        group = document.analysis.copy_of if document.analysis else None
        if (group or document.post.key) not in groups:
            groups.add(group or document.post.key)
            yield document
