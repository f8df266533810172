"""What happens to a post over time, the same in every store."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from hashlib import blake2b

from index.times import whole
from tingfeng import Engagement, Observation, Post


def digest(text: str) -> int:
    """A signed 64-bit number for *text*. Two of 10 million texts share one with odds of 1:370000."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)


def said(words: str, terms: str) -> int:
    """What tells two wordings apart when voices are counted: searchable letters, if any."""
    return digest(terms or words)


def encodable(post: Post) -> Post:
    """*post* without halves of surrogate pairs, which cut-off JSON escapes leave in a text."""

    def mend(text: str) -> str:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

    return replace(post, text=mend(post.text), title=mend(post.title))


def edited(old: Post, new: Post) -> Post:
    """*old* after an edit: what the newer sighting leaves unsaid still holds."""
    dated = new if new.published_at else old
    return replace(
        new,
        url=new.url or old.url,
        author=new.author or old.author,
        published_at=dated.published_at,
        precision=dated.precision,
        parent=new.parent or old.parent,
        rating=old.rating if new.rating is None else new.rating,
        place=new.place or old.place,
        media=new.media or old.media,
        tags=new.tags or old.tags,
    )


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
