"""The risk that numbers are bought, by signal: 0 to less than 1, and never a fact about a person.

Every signal has an innocent explanation, which is shown beside it (:data:`SIGNALS`). None falls when
more is bought: each is a non-decreasing function of what buying raises.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import nan

import numpy as np

from tingfeng import Message
from tingfeng.kol.curves import Curves
from tingfeng.kol.engagement import Engagement
from tingfeng.kol.measures import Measures
from tingfeng.kol.panel import Floats
from tingfeng.kol.reduced import COUNTS


@dataclass(frozen=True, slots=True)
class Signal:
    """What a signal is called, and what else it may be."""

    name: Message
    innocent: Message


SIGNALS: Mapping[str, Signal] = {
    "growth": Signal(
        Message("粉丝突增找不到来源", "followers jumped and nothing explains it"),
        Message("媒体报道、平台推荐或投流也会如此，请问创作者", "press, a platform's feature or paid"
                " promotion do the same: ask the creator"),
    ),
    "purge": Signal(
        Message("突增之后大量掉粉", "a jump was followed by a fall"),
        Message("一次走红后的自然取关也会如此", "people who came for one post leave by themselves"),
    ),
    "low": Signal(
        Message("互动远低于同量级账号", "engagement far below accounts of its size"),
        Message("老账号、改变内容方向时也会如此", "old accounts, or a change of what it writes about"),
    ),
    "like": Signal(
        Message("点赞多而评论、收藏、分享少", "many likes, few comments, saves and shares"),
        Message("搞笑、抽奖类内容本来如此", "so it is with jokes and giveaways"),
    ),
    "dup": Signal(
        Message("雷同评论多", "many comments are near-duplicates"),
        Message("粉丝控评、接龙也会如此", "fans who post in concert do the same"),
    ),
    "flat": Signal(
        Message("各篇互动几乎一样", "every post gets nearly the same"),
        Message("固定小圈子的账号也会如此", "accounts with a small steady circle"),
    ),
    "follow": Signal(
        Message("关注了大量账号", "it follows very many accounts"),
        Message("早期互关、资料收集也会如此", "following back, or collecting, in its first years"),
    ),
    "night": Signal(
        Message("凌晨 2 至 5 点评论偏多", "many comments between 02:00 and 05:00"),
        Message("海外粉丝或夜间直播也会如此", "followers abroad, or live shows at night"),
    ),
    "hidden": Signal(
        Message("作品数减少，有隐藏或删除", "posts were hidden or deleted"),
        Message("定期整理旧作也会如此", "a seasonal clean-up"),
    ),
}  # fmt: skip
BANDS = (
    (0.15, Message("低", "low")),
    (0.40, Message("中", "medium")),
    (1.01, Message("高", "high")),
)
"""Upper bounds of the bands that are shown."""


def band(risk: float) -> Message:
    """低, 中 or 高."""
    return next(name for bound, name in BANDS if risk < bound)


def risks(measures: Measures, curves: Curves, found: Engagement) -> dict[str, Floats]:
    """Each signal of each creator; NaN: nothing is known of it, which is not zero."""
    return {
        "growth": _growth(measures),
        "purge": 0.3 * _upto(measures.purged / np.maximum(measures.before, 1) / 0.10),
        "low": _low(found.z),
        "like": 0.7 * (1 - np.exp(-0.9 * np.maximum(0, shallow(measures, curves) - 1))),
        "dup": 0.6 * _upto((measures.copies - 0.12) / 0.40),
        "flat": 0.4 * np.maximum(0, 1 - _spread(measures) / 0.25),
        "follow": 0.3 * _upto((measures.following - 1500) / 3500),
        # A tenth of a day's comments in its three quietest hours is already more than is usual.
        "night": 0.3 * _upto((measures.night - 0.10) / 0.20),
        "hidden": 0.3 * _upto((measures.hidden - 0.05) / 0.30),
    }


def authenticity(signals: Mapping[str, Floats]) -> Floats:
    """Product of what each known signal leaves; NaN: none is known."""
    stacked = np.stack(list(signals.values()))
    left = np.where(np.isnan(stacked), 1, 1 - stacked).prod(axis=0)
    return np.where(np.isnan(stacked).all(axis=0), nan, left)


def shallow(measures: Measures, curves: Curves) -> Floats:
    """How many deviations comments, saves and shares per like are below what is usual."""
    likes = measures.count("likes")
    several = []
    for name in ("comments", "saves", "shares"):
        curve = curves.parameters(measures, name)
        own = measures.typical[:, COUNTS.index(name)] - likes
        several.append((curve["depth"] - own) / curve["depth_sigma"])
    stacked = np.stack(several)
    n = (~np.isnan(stacked)).sum(axis=0)
    total = np.nan_to_num(stacked).sum(axis=0)
    return np.where(n > 0, total / np.maximum(n, 1), nan)


def _growth(measures: Measures) -> Floats:
    """Against followers before: against those of today, buying would dilute what was bought before."""
    share = measures.unexplained / np.maximum(measures.before, 1)
    found: Floats = 0.6 * share / (share + 0.10)
    return found


def _low(z: Floats) -> Floats:
    """Nothing down to one and a half deviations below what is usual, then up to a half."""
    risk = 0.5 * np.maximum(0, 2 / (1 + np.exp(1.7 * (z + 1.5))) - 1)
    return np.where(np.isnan(z), nan, risk)


def _spread(measures: Measures) -> Floats:
    """Where five answers a work are usual: below, the same small number says nothing."""
    return np.where(measures.level < 5, nan, measures.spread)


def _upto(share: Floats) -> Floats:
    """Within 0 and 1; NaN stays."""
    return np.clip(share, 0, 1)
