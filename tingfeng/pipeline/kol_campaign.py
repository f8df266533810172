"""Mentions of the brand around creators, by week, before and after a campaign began."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from math import isnan
from typing import TYPE_CHECKING

from tingfeng.core.errors import SettingsError
from tingfeng.core.query import Query

if TYPE_CHECKING:
    from tingfeng.kol.campaign import Brought, Circle
    from tingfeng.pipeline.kol_score import Scored

WEEK = timedelta(days=7)


def measured(
    found: Scored, chosen: Collection[str], *, since: datetime, until: datetime, weeks: int
) -> Brought:
    """What *chosen* brought from *since* until *until*, against *weeks* whole weeks before.

    Raises:
        SettingsError: the campaign has not begun, or ends before it does.

    """
    from tingfeng.kol.campaign import brought, comparable

    if until <= since:
        raise SettingsError("合作的结束早于开始", "the campaign ends before it begins")
    rated = found.ratings
    weeks = min(weeks, _collected(found, since))
    sizes = [
        (key, platform, 0.0 if isnan(size) else float(size))
        for key, platform, size in zip(
            rated.measures.keys, rated.measures.platforms, rated.effective, strict=True
        )
    ]
    mine = [found.row(key) for key in dict.fromkeys(chosen)]
    others = comparable([sizes[row] for row in mine], sizes)
    circles = _circles(found, {sizes[row][0] for row in mine} | set(others), since, until, weeks)
    return brought([circles[sizes[row][0]] for row in mine], [circles[key] for key in others])


def _collected(found: Scored, since: datetime) -> int:
    """Whole weeks before *since* of which there are posts at all: of others nothing is known, and
    they would look like quiet ones.
    """
    oldest = next(
        (
            one.post.published_at
            for one in found.store.search(Query(order="oldest", limit=1, until=since))
        ),
        None,
    )
    # A day of grace: the first day of a collection seldom begins at midnight.
    return max(0, (since - oldest + timedelta(days=1)) // WEEK) if oldest else 0


def _circles(
    found: Scored, keys: set[str], since: datetime, until: datetime, weeks: int
) -> dict[str, Circle]:
    from tingfeng.kol.campaign import Circle

    later = (until - since) // WEEK
    begin, end = since - weeks * WEEK, since + later * WEEK
    before = {key: [0] * weeks for key in keys}
    after = {key: [0] * later for key in keys}
    posts: dict[str, list[str]] = defaultdict(list)
    for key, at, own in _mentions(found, keys, begin, max(end, until)):
        if own and at >= since:
            posts[key].append(own)
        if at < since:
            before[key][(at - begin) // WEEK] += 1
        elif at < end:  # a week that is not over would look like a quiet one
            after[key][(at - since) // WEEK] += 1
    names = dict(zip(found.ratings.measures.keys, found.ratings.measures.names, strict=True))
    return {
        key: Circle(key=key, name=names[key], before=tuple(before[key]), after=tuple(after[key]), posts=tuple(posts[key]))
        for key in keys
    }  # fmt: skip


def _mentions(
    found: Scored, keys: set[str], since: datetime, until: datetime
) -> Iterator[tuple[str, datetime, str]]:
    """Creator, time, and the key of the post where it is the creator's own, of each mention of the
    brand in their posts and in what is written under them.
    """
    store, brand = found.store, found.ratings.target.brand
    # Comments come to older posts too.
    owner = {
        post.key: key for key, posts in store.works(since - 13 * WEEK, list(keys)) for post in posts
    }
    for document in store.search(Query(brands=(brand,), since=since, until=until)):
        post = document.post
        if post.published_at is None:
            continue
        if post.key in owner:
            yield owner[post.key], post.published_at, post.key
        elif post.parent and (key := owner.get(f"{post.platform}:{post.parent}")):
            yield key, post.published_at, ""


__all__ = ["measured"]
