"""From when until when, and the two periods it is compared with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from tingfeng import DAY, HOUR, SHANGHAI, WEEK, Lang, Message, SettingsError, Step

_UNITS = {
    "h": timedelta(hours=1), "小时": timedelta(hours=1),
    "d": timedelta(days=1), "天": timedelta(days=1), "日": timedelta(days=1),
    "w": timedelta(weeks=1), "周": timedelta(weeks=1),
}  # fmt: skip
_LENGTH = re.compile(rf"(\d{{1,5}})\s*({'|'.join(_UNITS)})")
_DAY = re.compile(r"(\d{4})(?:/(\d{1,2})/|年\s*(\d{1,2})月\s*)(\d{1,2})日?")
"""Excel's form of a day, and the Chinese one."""
_CLOCK = re.compile(r"(\d{1,2})(?:[:时点](?:(\d{1,2})分?)?)(:\d{2})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A stretch of published time, *since* included, *until* excluded."""

    since: datetime
    until: datetime

    def __post_init__(self) -> None:
        if self.since.tzinfo is None or self.until.tzinfo is None or self.since >= self.until:
            raise ValueError("a period needs two aware times, the earlier one first")

    @classmethod
    def parse(cls, text: str, *, now: datetime) -> Period:
        """What a person typed.

        ======================== =====================================================
        ``7d`` ``24h`` ``2w``    so long back from *now*, to the second, not to midnight
        ``7天`` ``24小时`` ``2周``  the same
        ``today`` 今天            midnight until *now*; ``yesterday`` 昨天: the whole day
        ``week`` 本周             Monday midnight until *now*; ``month`` 本月: since the 1st
        ``2026-06-01``           that day; also ``2026/6/1`` (Excel's form) and 2026年6月1日
        ``2026-06-01..2026-06-07`` seven days: a day that is named is meant whole
        ``2026-06-01T08:00..``   from then until *now*, which ``now`` or 现在 also names
        ======================== =====================================================

        Times without a zone are Asia/Shanghai; what lies after *now* is cut off.

        Raises:
            SettingsError: nothing of the above, or nothing of it before *now*.

        """
        now = now.astimezone(SHANGHAI).replace(microsecond=0)
        since, until = _read(text.strip().lower(), now)
        return cls._checked(since, min(until, now), text)

    @classmethod
    def between(cls, since: str, until: str | None = None, *, now: datetime) -> Period:
        """From where *since* begins to where *until* begins (which is excluded), or *now*.

        Both as :meth:`parse` reads them: ``between("7d")``, ``between("2026-06-01",
        "2026-06-08")``.

        Raises:
            SettingsError: as :meth:`parse`.

        """
        now = now.astimezone(SHANGHAI).replace(microsecond=0)
        for end_of_range in (text.partition("..")[2] for text in (since, until or "")):
            if end_of_range.strip():  # cutting it off would answer another question
                raise SettingsError(
                    f"这里只要一个时间，不要 {end_of_range!r} 这样的范围：用 --since 和 --until 分开写",
                    f"one time belongs here, not a range until {end_of_range!r}: use --since and "
                    "--until",
                )
        end = min(_read(until.strip().lower(), now)[0], now) if until else now
        start = _read(since.strip().lower(), now)[0]
        return cls._checked(start, end, f"{since}..{until or ''}")

    @classmethod
    def _checked(cls, since: datetime, until: datetime, text: str) -> Period:
        if since >= until or since.year < 1970:
            raise SettingsError(
                f"时段 {text!r} 是空的、还没有开始或早于 1970 年。请把较早的时间写在前面",
                f"period {text!r} is empty, has not begun, or is before 1970; give the earlier "
                "time first",
            )
        return cls(since=since, until=until)

    @property
    def length(self) -> timedelta:
        """How long it lasts."""
        return self.until - self.since

    def before(self) -> Period:
        """环比: the same length just before.

        A period that begins at midnight moves by whole days, so that half of today is compared
        with the same hours of yesterday and not with last night.
        """
        shift = self.length
        if self.since.astimezone(SHANGHAI).time() == time():
            shift = timedelta(days=-(-shift // timedelta(days=1)))
        return Period(since=self.since - shift, until=self.until - shift)

    def year_before(self) -> Period:
        """同比: the same dates a year earlier, the same length; 29 February becomes the 28th.

        By date and not by weekday (364 days): 618, 双11 and 3·15 stand still in the calendar, and
        they move Chinese brand talk more than weekends do. Lunar holidays fit neither way.
        """
        local = self.since.astimezone(SHANGHAI)
        day = 28 if (local.month, local.day) == (2, 29) else local.day
        since = local.replace(year=local.year - 1, day=day)
        return Period(since=since, until=since + self.length)

    def step(self) -> Step:
        """The step that gives a readable chart: hours up to three days, days up to three months."""
        if self.length <= timedelta(days=3):
            return HOUR
        return DAY if self.length <= timedelta(days=92) else WEEK

    def starts(self, step: Step) -> list[datetime]:
        """Beginnings of the steps that touch the period; the first may lie before *since*."""
        start = floor(self.since, step)
        found = []
        while start < self.until:
            found.append(start)
            start += step.width
        return found

    def sentence(self) -> Message:
        """For people."""
        since, until = show(self.since), show(self.until)
        return Message(f"{since} 至 {until}（北京时间）", f"{since} to {until} (Asia/Shanghai)")

    def as_json(self) -> dict[str, Any]:
        """``since`` (included) and ``until`` (excluded), ISO 8601 with zone."""
        return {"since": stamp(self.since), "until": stamp(self.until)}


def floor(moment: datetime, step: Step) -> datetime:
    """Start of the step that holds *moment*, Asia/Shanghai; weeks begin on Monday."""
    local = moment.astimezone(SHANGHAI)
    origin = datetime(1970, 1, 5, tzinfo=SHANGHAI)  # a Monday, midnight
    wall = (local - origin) // step.width
    return origin + wall * step.width


def show(moment: datetime) -> str:
    """``2026-06-12 10:00`` in Asia/Shanghai."""
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def stamp(moment: datetime) -> str:
    """ISO 8601 in Asia/Shanghai, with zone, to the second."""
    return moment.astimezone(SHANGHAI).isoformat(timespec="seconds")


def label(moment: datetime, step: Step, lang: Lang = "zh") -> str:
    """A step's start, short: ``06-12``, or ``06-12 10:00`` for steps under a day."""
    local = moment.astimezone(SHANGHAI)
    if step.width < timedelta(days=1):
        return f"{local:%m-%d %H:%M}"
    if step.width < timedelta(days=7):
        return f"{local:%m-%d}"
    return f"{local:%m-%d} 起" if lang == "zh" else f"from {local:%m-%d}"


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=SHANGHAI)


def _read(text: str, now: datetime) -> tuple[datetime, datetime]:
    today = _midnight(now.date())
    named = {
        "today": (today, now),
        "yesterday": (today - timedelta(days=1), today),
        "now": (now, now),
        "week": (today - timedelta(days=today.weekday()), now),
        "month": (today.replace(day=1), now),
    }
    chinese = {
        "今天": "today", "昨天": "yesterday", "现在": "now", "本周": "week", "本月": "month",
    }  # fmt: skip
    named |= {zh: named[en] for zh, en in chinese.items()}
    if text in named:
        return named[text]
    try:
        if length := _LENGTH.fullmatch(text):
            return now - int(length[1]) * _UNITS[length[2]], now
        first, dots, last = text.partition("..")
        since, day_end = _moment(first)
        if last.strip() in ("", "now", "现在"):
            return since, now if dots else day_end
        return since, _moment(last)[1]
    except (ValueError, OverflowError):
        raise SettingsError(
            f"看不懂时段 {text!r}。可写 7d、24h、2w、today、2026-06-01 或 2026-06-01..2026-06-07",
            f"cannot read period {text!r}; try 7d, 24h, 2w, today, 2026-06-01 or "
            "2026-06-01..2026-06-07",
        ) from None


def _moment(text: str) -> tuple[datetime, datetime]:
    """When it begins and ends: a day is a day long, a time has no length."""
    text = _iso(text.strip())
    found = datetime.fromisoformat(text.upper())
    found = found if found.tzinfo else found.replace(tzinfo=SHANGHAI)
    is_day = len(text) <= len("2026-06-01")
    return found, found + timedelta(days=1) if is_day else found


def _iso(text: str) -> str:
    """``2026/6/1 8:00`` and ``2026年6月1日 8时`` as ISO 8601; anything else as it is."""
    day = _DAY.match(text)
    if day is None:
        return text
    date = f"{day[1]}-{day[2] or day[3]:0>2}-{day[4]:0>2}"
    rest = text[day.end() :].strip().lstrip("tT")
    clock = _CLOCK.fullmatch(rest)
    if clock is None:
        return f"{date} {rest}".strip()
    return f"{date} {clock[1]:0>2}:{clock[2] or '0':0>2}{clock[3] or ''}"
