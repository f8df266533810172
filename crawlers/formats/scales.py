"""What sites write in words or stars, on our scales: badges and ratings."""

from __future__ import annotations

import re
from typing import Any, Literal

from crawlers.numbers import read_count

Verified = Literal["none", "person", "organization"]


def verified(flag: Any, kind: Any = None) -> Verified | None:
    """Weibo's badge: *flag* ``verified``, *kind* ``verified_type`` (0 黄V; 1 to 8 蓝V; others none);
    or the badge in words.
    """
    text = str(flag).strip().lower() if flag is not None else ""
    number = read_count(kind) if not isinstance(kind, str) or kind.strip("-").isdigit() else None
    if text in {"false", "0", "否", "普通用户", "无", "未认证", "none", "no"}:
        return "none"
    if re.search(r"蓝v|企业|机构|媒体|政府|官方|organi[sz]ation|business|enterprise", text):
        return "organization"
    if re.search(r"[黄金红橙]v|个人|大v|person", text):
        return "person"
    if text in {"true", "1", "是", "yes"} and number is not None:
        return "organization" if 1 <= number <= 8 else "person" if number == 0 else "none"
    return "none" if str(kind).strip() == "-1" else None


_STARS = {
    "力荐": 5, "推荐": 4, "还行": 3, "较差": 2, "很差": 1, "好评": 5, "中评": 3, "差评": 1,
    "非常满意": 5, "满意": 4, "一般": 3, "不满意": 2, "非常不满意": 1,
}  # fmt: skip


def rating(raw: Any) -> float | None:
    """Stars from 1 to 5: numbers, ``4/5``, ``8/10``, ``★★★★☆``, Douban's ``allstar40`` and words."""
    if isinstance(raw, bool) or raw is None:
        return None
    text = str(raw).strip()
    if text in _STARS:
        return float(_STARS[text])
    if "★" in text:
        return float(text.count("★"))
    match = re.fullmatch(
        r"(?:all)?(star)?\s*(\d+(?:\.\d+)?)\s*(?:/\s*(\d+))?\s*(?:星|分|stars?)?", text
    )
    if not match:
        return None
    value, top = float(match[2]), int(match[3] or 5)
    if (match[1] or not match[3]) and value >= 10 and value % 10 == 0:
        value /= 10
    elif top and top != 5:
        value = value * 5 / top
    return value if 1 <= value <= 5 else None
