"""From what was typed to the pipeline, the period and the posts it means."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tingfeng.cli.screen import Screen
from tingfeng.core.errors import SettingsError
from tingfeng.core.post import SHANGHAI
from tingfeng.core.query import DAY, Query

if TYPE_CHECKING:
    from tingfeng.core.ports import PostStore
    from tingfeng.insight.counted import Scope
    from tingfeng.insight.period import Period
    from tingfeng.pipeline import Pipeline
    from tingfeng.settings import Settings


def now() -> datetime:
    """The clock of the machine."""
    return datetime.now(SHANGHAI)


def settings_of(args: argparse.Namespace, screen: Screen) -> Settings:
    """The settings this command stands under; they set the language where none was typed."""
    from tingfeng.settings import Settings

    settings = Settings.read(args.settings)
    if args.lang is None:
        screen.lang = settings.lang
    return settings


@contextmanager
def opened(args: argparse.Namespace, screen: Screen) -> Iterator[Pipeline]:
    """The pipeline of these settings, its store closed at the end."""
    from tingfeng.pipeline import Pipeline

    with Pipeline(settings_of(args, screen), clock=now) as pipeline:
        yield pipeline


@contextmanager
def asked(args: argparse.Namespace, screen: Screen) -> Iterator[Pipeline]:
    """The pipeline for a question about brands, which old tags would answer wrongly."""
    with opened(args, screen) as pipeline:
        if pipeline.outdated:
            screen.aside(
                "注意：词表改过，历史帖子还是旧的品牌标注，数字会偏少或偏多。先运行 tingfeng retag",
                "note: the lexicon changed and stored posts still bear the old tags, so figures are "
                "off: run `tingfeng retag` first",
            )
        yield pipeline


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
    """The period typed; where no beginning was, *days* with that of the newest stored post.

    So that a folder of old exports answers at once. Every answer states its period.
    """
    from tingfeng.insight.period import Period, floor

    clock = now()
    latest = newest(store)
    until = ends(args.until, at=clock) if args.until else clock
    if args.since:
        since = begins(args.since, at=clock)
    else:
        if not args.until and latest is not None and latest < clock:
            until = latest + timedelta(seconds=1)
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
