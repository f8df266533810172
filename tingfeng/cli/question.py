"""From what was typed to the period, the brands and the posts it means."""

from __future__ import annotations

import argparse
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, get_args

from tingfeng.cli.session import now
from tingfeng.core.errors import SettingsError
from tingfeng.core.platforms import platform_name
from tingfeng.core.post import Kind
from tingfeng.core.query import DAY, Query

if TYPE_CHECKING:
    from tingfeng.core.ports import PostStore
    from tingfeng.insight.counted import Scope
    from tingfeng.insight.period import Period
    from tingfeng.pipeline import Pipeline

QUIET = timedelta(days=1)
"""A store whose newest post is older is an archive: its answers end there and not now."""


def begins(text: str, *, at: datetime) -> datetime:
    """What ``--since`` means: ``7d`` is seven days before *at*."""
    from tingfeng.insight.period import Period

    return Period.between(text, now=at).since


def ends(text: str, *, at: datetime) -> datetime:
    """What ``--until`` means; what lies after *at* is cut off."""
    from tingfeng.insight.period import Period

    return Period.between("1970-01-01", text, now=at).until


def newest(store: PostStore) -> datetime | None:
    """When the newest dated post was published."""
    document = next(iter(store.search(Query(limit=1))), None)
    return document.post.published_at if document else None


def period_of(args: argparse.Namespace, store: PostStore, *, days: int) -> Period:
    """The period typed; where no end was, up to the newest stored post, where no beginning was,
    *days* before that.

    So that a folder of old exports answers at once, and no row says 0 of days that nobody
    collected. Every answer states its period.
    """
    from tingfeng.insight.period import Period, floor

    clock = now()
    latest = newest(store)
    since = begins(args.since, at=clock) if args.since else None
    until = ends(args.until, at=clock) if args.until else clock
    if not args.until and latest and (since or latest) <= latest < clock - QUIET:
        until = latest + timedelta(seconds=1)
    if since is None:
        # Whole days: the first would else look quieter than it was.
        today = floor(until - timedelta(microseconds=1), DAY)
        since = today - timedelta(days=days - 1)
    if since >= until:
        raise SettingsError("--since 不早于 --until", "--since does not lie before --until")
    return Period(since=since, until=until)


def scope_of(args: argparse.Namespace) -> Scope:
    """Which posts count."""
    from tingfeng.insight.counted import Scope

    return Scope(
        reposts=not args.no_reposts,
        comments=not args.no_comments,
        suspected=not args.no_suspected,
        platforms=tuple(args.platform),
    )


def known_platforms(store: PostStore, typed: list[str]) -> list[str]:
    """Ids of the platforms *typed*, by id or as readers call them; each must be in the store."""
    stored = [str(cell.by[0]) for cell in store.count(Query(kinds=get_args(Kind)), ("platform",))]
    ids = {platform_name(id, "zh"): id for id in stored} | {id: id for id in stored}
    for name in typed:
        if name not in ids:
            shown = "、".join(f"{platform_name(id, 'zh')}（{id}）" for id in stored)
            raise SettingsError(
                f"库里没有平台 {name!r}。有：{shown or '无'}",
                f"the store has no platform {name!r}; it has: {', '.join(stored) or 'none'}",
            )
    return [ids[name] for name in typed]


def known_brands(pipeline: Pipeline, names: list[str]) -> list[str]:
    """*names*, each of which the lexicon must know; none typed: the own brands, else all."""
    known = [brand.name for brand in pipeline.brands]
    for name in names:
        if name not in known:
            raise SettingsError(
                f"词表里没有品牌 {name!r}，已有：{'、'.join(known) or '无'}。可加进 tingfeng.toml",
                f"the lexicon has no brand {name!r}; it has: {', '.join(known) or 'none'}. "
                "Add it to tingfeng.toml",
            )
    own = [brand.name for brand in pipeline.brands if brand.role == "own"]
    return names or own or known
