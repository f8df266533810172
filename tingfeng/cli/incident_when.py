"""Moments that lie ahead, as people type them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from tingfeng.core.errors import SettingsError
from tingfeng.core.post import SHANGHAI

_UNITS = {
    "m": timedelta(minutes=1), "min": timedelta(minutes=1), "分": timedelta(minutes=1),
    "分钟": timedelta(minutes=1), "h": timedelta(hours=1), "小时": timedelta(hours=1),
    "d": timedelta(days=1), "天": timedelta(days=1), "w": timedelta(weeks=1),
    "周": timedelta(weeks=1),
}  # fmt: skip
_SPAN = re.compile(rf"(\d{{1,5}})\s*({'|'.join(sorted(_UNITS, key=len, reverse=True))})")
_CLOCK = re.compile(r"(\d{1,2})[:：](\d{2})")


def ahead(text: str, *, at: datetime) -> datetime:
    """``2h`` ``3天``: so long after *at*. ``16:00``: the next such time. ``2026-06-01`` or
    ``2026-06-01T18:00``: then; times without a zone are Asia/Shanghai.
    """
    typed, at = text.strip().lower(), at.astimezone(SHANGHAI)
    if span := _SPAN.fullmatch(typed):
        return at + int(span[1]) * _UNITS[span[2]]
    try:
        if clock := _CLOCK.fullmatch(typed):
            today = at.replace(hour=int(clock[1]), minute=int(clock[2]), second=0, microsecond=0)
            return today if today > at else today + timedelta(days=1)
        moment = datetime.fromisoformat(typed.upper().replace("/", "-"))
    except (ValueError, OverflowError):
        raise SettingsError(
            f"看不懂时间 {text!r}：写 2h、3天、16:00 或 2026-06-01T18:00",
            f"{text!r} is no time: write 2h, 3d, 16:00 or 2026-06-01T18:00",
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)
