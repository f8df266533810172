"""Counts as sites write them: ``1.2万``, ``10万+``, ``999+``, ``3.4k``, ``622 万热度``."""

from __future__ import annotations

import math
import re
import unicodedata

_UNITS = {
    "": 1, "十": 10, "百": 100, "千": 1_000, "k": 1_000, "万": 10_000, "萬": 10_000, "w": 10_000,
    "百万": 1_000_000, "m": 1_000_000, "千万": 10_000_000, "亿": 100_000_000, "億": 100_000_000,
    "b": 1_000_000_000, "万亿": 1_000_000_000_000,
}  # fmt: skip
_LABEL = (
    r"(?:转发|转|评论|回复|点赞|赞同|赞|喜欢|收藏|投币|硬币|分享|播放量?|阅读量?|浏览量?|观看|讨论|热度|弹幕|粉丝|有用|"
    r"关注者?|抢首[评赞]|抢沙发|人|次|个|条|数|views?|likes?|comments?|shares?|retweets?|followers?|plays?)"
)
_WORD = re.compile(rf"{_LABEL}+", re.IGNORECASE)
_COUNT = re.compile(
    rf"(?:{_LABEL}|[::\s(\[约超共近>≥])*"
    r"(?P<number>\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?(?:e\+?\d{1,2})?|(?=[百千万亿]))\s*"
    r"(?P<unit>百万|千万|万亿|[十百千万萬亿億kwmb]?)\s*\+?\s*"
    rf"(?:{_LABEL}|[)\]\s+])*",
    re.IGNORECASE,
)
_LIMIT = 10**15
"""A larger number in a count column is an id that slipped into it."""


def read_count(raw: object) -> int | None:
    """How many *raw* says.

    A label instead of a number (赞, 转发, 投币) is what sites show for nobody: 0. A lower bound
    (``10万+``) is the bound. ``None``: nothing said (``--``, blank, null), negative, or no number.
    """
    if type(raw) is str:
        if raw.isascii() and raw.isdigit():
            return int(raw) if len(raw) < 16 else None
        return _read(raw)
    if type(raw) is int:
        return raw if 0 <= raw < _LIMIT else None
    if isinstance(raw, float):
        return round(raw) if math.isfinite(raw) and 0 <= raw < _LIMIT else None
    return None


def _read(raw: str) -> int | None:
    # A count is short; a cell with a text in it must not be searched for one.
    text = unicodedata.normalize("NFKC", raw[:40]).strip(" \t\r\n'\"\xa0\u200b\ufeff")
    if not text or len(raw) > 40:
        return None
    if _WORD.fullmatch(text):
        return 0
    if not (match := _COUNT.fullmatch(text)):
        return None
    value = float(match["number"].replace(",", "") or 1) * _UNITS[match["unit"].lower()]
    return round(value) if value < _LIMIT else None
