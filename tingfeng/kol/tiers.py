"""头部, 腰部, KOC: what each platform calls a big account. Nobody agrees, so every bound is a setting.

Published bounds for one platform differ by a factor of ten (小红书's 头部 begins at 50,000, 300,000 or
500,000 followers). A tier only groups creators, in quotas and on the screen; no score reads it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field

from tingfeng import Message

NAMES: Mapping[str, Message] = {
    "super": Message("超头部", "super"),
    "head": Message("头部", "head"),
    "shoulder": Message("肩部", "shoulder"),
    "waist": Message("腰部", "waist"),
    "tail": Message("尾部", "tail"),
    "koc": Message("KOC", "KOC"),
    "below": Message("素人", "below KOC"),
    "": Message("未知", "not known"),
}
"""What a tier is called, the largest first; ``""``: its followers are not said."""

_SHORT_VIDEO = {
    "super": 10_000_000, "head": 3_000_000, "shoulder": 1_000_000, "waist": 300_000, "tail": 100_000,
    "koc": 1_000,
}  # fmt: skip
"""卡思's redefinition for 抖音 and 快手; 克劳锐 calls 100-300 万 腰部."""

BOUNDS: Mapping[str, Mapping[str, int]] = {
    "douyin": _SHORT_VIDEO,
    "kuaishou": _SHORT_VIDEO,
    # 克劳锐 2024 names 腰部; the rest is our judgement.
    "weibo": {"head": 3_000_000, "waist": 1_000_000, "tail": 100_000, "koc": 1_000},
    # Two price guides; 克劳锐's 腰部 is 10-50 万.
    "xiaohongshu": {"head": 500_000, "waist": 50_000, "tail": 10_000, "koc": 1_000},
    # 克劳锐's 腰部; the rest is our judgement.
    "bilibili": {"head": 500_000, "waist": 100_000, "tail": 10_000, "koc": 1_000},
}
"""Least followers of a tier, by platform."""

ELSEWHERE: Mapping[str, int] = BOUNDS["bilibili"]
"""For platforms without bounds of their own: the middle of the published ones."""


def tier_name(tier: str) -> Message:
    """What *tier* is called; an own tier of the settings is called as it is written there."""
    return NAMES.get(tier, Message(tier, tier))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tiers:
    """Which tier an account belongs to."""

    bounds: Mapping[str, Mapping[str, int]] = field(default_factory=lambda: BOUNDS)
    """By platform: least followers of each tier. What is not named keeps its default."""

    def __post_init__(self) -> None:
        for platform, bounds in self.bounds.items():
            least = list(bounds.values())
            if any(value < 0 for value in least) or len(set(least)) < len(least):
                raise ValueError(f"tiers of {platform}: different bounds, none negative: {bounds}")

    def of(self, platform: str, followers: int | None) -> str:
        """Tier of an account with so many *followers*: ``""`` where they are not said, ``below``
        under the lowest bound.
        """
        if followers is None:
            return ""
        bounds = self.bounds.get(platform) or BOUNDS.get(platform) or ELSEWHERE
        rising = sorted(bounds.items(), key=lambda pair: pair[1])
        place = bisect_right([least for _, least in rising], followers)
        return rising[place - 1][0] if place else "below"


__all__ = ["BOUNDS", "NAMES", "Tiers", "tier_name"]
