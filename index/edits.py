"""What happens to a post over time, the same in every store."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from hashlib import blake2b

from index.times import whole
from tingfeng import Author, Engagement, Observation, Post


def digest(text: str) -> int:
    """A signed 64-bit number for *text*. Two of 10 million texts share one with odds of 1:370000."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)


def said(words: str, terms: str) -> int:
    """What tells two wordings apart when voices are counted: searchable letters, if any."""
    return digest(terms or words)


def encodable(post: Post) -> Post:
    """*post* without halves of surrogate pairs, which cut-off JSON escapes leave in a text."""
    return replace(post, text=mended(post.text), title=mended(post.title))


def mended(text: str) -> str:
    """*text* without halves of surrogate pairs; whole pairs become their character."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def storable(post: Post) -> Post:
    """*post* as stores keep it: whole seconds, and words that can be encoded."""
    published = None if post.published_at is None else whole(post.published_at)
    post = replace(post, published_at=published, collected_at=whole(post.collected_at))
    try:
        post.words.encode()
    except UnicodeEncodeError:
        return encodable(post)
    return post


def revised(old: Post, seen: Post) -> Post:
    """The stored post *old* after the storable sighting *seen*; equal to *old* if that says nothing.

    Another ``collected_at`` tells an edit from a post of which only gaps were filled.
    """
    if not _same(old.title, seen.title) or not _same(old.text, seen.text):
        edit = _fuller(seen, old)
        if seen.collected_at > old.collected_at and edit.words != old.words:
            return edit
        seen = replace(seen, title=old.title, text=old.text)
    return replace(
        _fuller(old, seen), kind=old.kind, source=old.source, collected_at=old.collected_at
    )


def superseded(earlier: Post, now: Post) -> bool:
    """Whether the words of *earlier* are those of *now*, or some of them."""
    if earlier.words == now.words:
        return True
    return earlier.title in {"", now.title} and earlier.text in {"", now.text}


def _same(one: str, other: str) -> bool:
    return one == other or not one or not other


def _fuller(first: Post, second: Post) -> Post:
    """*first*; what it leaves unsaid still holds as *second* says it."""
    undated = first.published_at is None and second.published_at is not None
    dated = second if undated else first
    return replace(
        first,
        text=first.text or second.text,
        title=first.title or second.title,
        url=first.url or second.url,
        author=_known_better(first.author, second.author),
        published_at=dated.published_at,
        precision=dated.precision,
        parent=first.parent or second.parent,
        rating=second.rating if first.rating is None else first.rating,
        place=first.place or second.place,
        media=first.media or second.media,
        tags=first.tags or second.tags,
    )


def _known_better(first: Author | None, second: Author | None) -> Author | None:
    if first is None or second is None or first.id != second.id:
        return first or second
    return replace(
        first,
        name=first.name or second.name,
        followers=second.followers if first.followers is None else first.followers,
        verified=first.verified or second.verified,
    )


def unsaid(post: Post) -> int:
    """One bit for each field that *post* leaves empty: what a later sighting may fill.

    The bits are stored: a new one goes to the end, and needs a migration.
    """
    author = post.author
    gaps = 0 if post.url else 1
    if author is None:
        gaps |= 2 + 4 + 8 + 16
    else:
        if not author.name:
            gaps |= 4
        if author.followers is None:
            gaps |= 8
        if not author.verified:
            gaps |= 16
    if post.published_at is None:
        gaps |= 32
    if not post.parent:
        gaps |= 64
    if post.rating is None:
        gaps |= 128
    if not post.place:
        gaps |= 256
    if not post.media:
        gaps |= 512
    if not post.tags:
        gaps |= 1024
    if not post.title:
        gaps |= 2048
    if not post.text:
        gaps |= 4096
    return gaps


def liked(engagement: Engagement | None) -> int:
    """Sum of all counts but views."""
    if engagement is None:
        return 0
    e = engagement
    counts = (e.likes, e.comments, e.reposts, e.favorites, e.coins, e.heat)
    return sum(count for count in counts if count)


def sightings(versions: list[Post], engagements: Iterable[Engagement]) -> list[Observation]:
    """Texts (oldest first) and counts as one row of observations by time."""
    seen: dict[datetime, Observation] = {
        post.collected_at: Observation(post=post) for post in versions
    }
    for engagement in engagements:
        at = whole(engagement.observed_at)
        post = next((p for p in reversed(versions) if p.collected_at <= at), versions[0])
        seen[at] = Observation(post=replace(post, collected_at=at), engagement=engagement)
    return [seen[at] for at in sorted(seen)]
