"""Hours of a week: when a channel may speak, and when someone is on duty."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from tingfeng import SHANGHAI, SettingsError

DAY_MINUTES = 24 * 60

_ENGLISH = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CHINESE = "一二三四五六日"
_DAYS = {
    **{name: day for day, name in enumerate(_ENGLISH)},
    **{f"周{name}": day for day, name in enumerate(_CHINESE)},
    **{str(day + 1): day for day in range(7)},
    "周天": 6,
}
_HOURS = re.compile(r"(\d{1,2})[:：](\d{2})\s*[-–—~至]\s*(\d{1,2})[:：](\d{2})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """The same hours on some days of the week, by the clock of Asia/Shanghai."""

    start: int = 0
    """Minute of the day."""
    length: int = DAY_MINUTES
    """In minutes; may reach into the next day, which need not be among *days*."""
    days: frozenset[int] = frozenset(range(7))
    """On which they begin; 0 is Monday."""

    @classmethod
    def parse(cls, hours: str = "", days: str = "") -> Hours:
        """``"09:00-18:00"``, ``"mon-fri"`` or ``"周一-周五"`` or ``"sat,sun"``; empty: always."""
        start, length = _minutes(hours) if hours.strip() else (0, DAY_MINUTES)
        listed = _weekdays(days) if days.strip() else frozenset(range(7))
        return cls(start=start, length=length, days=listed)

    def cover(self, at: datetime) -> bool:
        """Whether *at* lies in them."""
        local = at.astimezone(SHANGHAI)
        minute = local.hour * 60 + local.minute
        today = local.weekday() in self.days and 0 <= minute - self.start < self.length
        yesterday = (local.weekday() - 1) % 7 in self.days
        return today or (yesterday and minute - self.start + DAY_MINUTES < self.length)

    def next(self, at: datetime) -> datetime:
        """*at* if they cover it, else when they begin."""
        if self.cover(at):
            return at
        local = at.astimezone(SHANGHAI)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        begins = (
            midnight + timedelta(days=day, minutes=self.start)
            for day in range(8)
            if (local.weekday() + day) % 7 in self.days
        )
        return next(one for one in begins if one > local)


ALWAYS = Hours()


def _minutes(text: str) -> tuple[int, int]:
    found = _HOURS.fullmatch(text.strip())
    if found:
        hour, minute, to_hour, to_minute = map(int, found.groups())
        start, end = hour * 60 + minute, to_hour * 60 + to_minute
        if max(minute, to_minute) < 60 and start < DAY_MINUTES and end <= DAY_MINUTES:
            return start, end - start if end > start else end - start + DAY_MINUTES
    raise SettingsError(
        f"hours = “{text}” 看不懂：写成 “09:00-18:00”，过午夜的写 “22:00-06:00”",
        f'hours = "{text}": write "09:00-18:00", over midnight "22:00-06:00"',
    )


def _weekdays(text: str) -> frozenset[int]:
    days: set[int] = set()
    for part in re.split(r"[,，、\s]+", text.strip().casefold()):
        first, _, last = part.partition("-")
        if first not in _DAYS or (last or first) not in _DAYS:
            raise SettingsError(
                f"days = “{text}” 看不懂：写成 “周一-周五”、“周六,周日” 或 “mon-fri”",
                f'days = "{text}": write "mon-fri" or "sat,sun"',
            )
        span = (_DAYS[last or first] - _DAYS[first]) % 7
        days |= {(_DAYS[first] + day) % 7 for day in range(span + 1)}
    return frozenset(days)
