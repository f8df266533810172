"""What entries of all hot lists have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from crawlers.dates import read_time
from crawlers.markup import plain
from crawlers.numbers import read_count
from crawlers.sources.answer import Answer, Page, page
from crawlers.sources.links import digest
from tingfeng import Engagement, Observation, Post, fold


def entry(
    answer: Answer,
    platform: str,
    title: str,
    *,
    id: object = None,
    text: str = "",
    url: str = "",
    when: object = None,
    **counts: object,
) -> Observation:
    """One entry. Raises ValueError where it has no title.

    Its identity is the platform's own id where the list has one, else the title's digest, so that
    the same words are the same entry on every surface of a platform and at every hour. The rank
    is not kept: it follows from the heat of a round's entries, and a list without heat still
    leaves an observation each round, so how long a topic stayed is known.
    """
    title = " ".join(plain(title).strip("#").split())
    if not title:
        raise ValueError("an entry without a title")
    published: datetime | None = None
    precision = read_time(0, answer.seen_at)[1]
    if when is not None:
        published, precision = read_time(when, answer.seen_at)
    return Observation(
        post=Post(
            platform=platform,
            id=f"hot-{id}" if id else f"hot-{digest(fold(title))}",
            kind="hot",
            title=title,
            text=plain(text),
            url=url,
            published_at=published,
            precision=precision,
            collected_at=answer.seen_at,
            source="hotlist",
        ),
        engagement=Engagement(
            observed_at=answer.seen_at,
            **{name: read_count(value) for name, value in counts.items()},
        ),
    )


def gather(items: Iterable[Any], make: Callable[[Any], Observation | None]) -> Page:
    """A page of what *make* makes of *items*, each entry once. ``None`` is an advert.

    One odd entry does not hide the others; more odd ones than good ones are a change.
    """
    found: dict[str, Observation] = {}
    unreadable = 0
    for item in items:
        try:
            seen = make(item)
        except (LookupError, TypeError, ValueError, AttributeError):
            unreadable += 1
            continue
        if seen:
            found.setdefault(seen.post.id, seen)
    return page(tuple(found.values()), unreadable=unreadable)
