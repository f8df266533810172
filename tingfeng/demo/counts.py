"""Likes, comments and views as each platform shows them, at any hour of a post's life."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from tingfeng.core.post import Engagement
from tingfeng.demo.draft import Draft
from tingfeng.demo.schedule import dice

_HALF_DAY = 7.0
"""Hours until a post has some two thirds of what it will ever get."""

_STEP = 3.5
"""Hours after which bought likes are delivered, all at once."""


def engagement(draft: Draft, seen_at: datetime, seed: str) -> Engagement | None:
    """What is shown under *draft* at *seen_at*; the same for the same *seed*."""
    if draft.heat is not None:
        hours = max(0.0, (seen_at - draft.at) / timedelta(hours=1))
        return Engagement(observed_at=seen_at, heat=int(draft.heat * (1 + hours) * 0.7**hours))
    rng = dice(seed)
    if draft.platform == "jd" and rng.random() < 0.5:
        return None
    grown = _grown(draft, seen_at)
    likes = int(draft.fame * grown)
    depth = 0.01 if draft.flat else rng.uniform(0.1, 0.35)
    return _shown(draft, seen_at, likes, depth)


def _grown(draft: Draft, seen_at: datetime) -> float:
    hours = max(0.0, (seen_at - draft.at) / timedelta(hours=1))
    if draft.flat:
        return 0.03 if hours < _STEP else 0.99
    return 1 - math.exp(-hours / _HALF_DAY)


def _shown(draft: Draft, seen_at: datetime, likes: int, depth: float) -> Engagement:
    comments, shares = int(likes * depth), int(likes * depth * 0.4)
    if draft.kind == "comment":
        return Engagement(observed_at=seen_at, likes=likes)
    match draft.platform:
        case "weibo":
            return Engagement(observed_at=seen_at, likes=likes, comments=comments, reposts=shares)
        case "xiaohongshu":
            return Engagement(
                observed_at=seen_at,
                likes=likes,
                comments=comments,
                favorites=int(likes * depth * 2),
            )
        case "bilibili":
            return Engagement(
                observed_at=seen_at, likes=likes, comments=comments, reposts=shares,
                favorites=int(likes * depth), views=likes * 22 + 9, coins=int(likes * depth * 0.8),
            )  # fmt: skip
        case "zhihu":
            return Engagement(observed_at=seen_at, likes=likes, comments=comments)
        case _:
            return Engagement(observed_at=seen_at, likes=likes, comments=None)
