"""Dates in words and figures, one reader a shape; :mod:`crawlers.dates` chooses among them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone, tzinfo

from tingfeng import Precision

Reading = tuple[datetime | None, Precision]

NONE: Reading = (None, "second")
DAY = timedelta(days=1)

_CLOCK = (
    r"(?P<half>凌晨|早上|清晨|上午|中午|下午|傍晚|晚上|[AaPp][Mm])?\s*"
    r"(?P<hour>\d{1,2})\s*(?:[:时点])\s*(?P<minute>\d{1,2})?\s*分?"
    r"(?:\s*:?\s*(?P<second>\d{1,2})(?:\s*秒|[.,]\d+)?(?!\d))?"
    r"\s*(?P<after>[AaPp]\.?[Mm]\b\.?)?"
)
_OFFSET = r"\s*(?P<zone>Z\b|(?:UTC|GMT)?\s*[+-]\d{1,2}(?::?\d{2})?(?!\d)|[A-Z]{3,4}\b)?"
_THEN = r"(?:\s*(?P<t>T|,)?\s*(?:(?:星期|周)[一二三四五六日天]\s*)?" + _CLOCK + _OFFSET + ")?"
_YMD = re.compile(
    r"(?P<year>\d{4})\s*(?:[-/年]\s*(?P<month>\d{1,2})(?:\s*[-/月]\s*(?P<day>\d{1,2})(?!\d)\s*[日号]?"
    r"|\s*月?(?![\d/-]))|\.(?P<month2>\d{1,2})\.(?P<day2>\d{1,2})|年)" + _THEN
)
_MDY = re.compile(r"(?P<a>\d{1,2})/(?P<b>\d{1,2})/(?P<year>\d{4})(?!\d)" + _THEN)
_MD = re.compile(
    r"(?P<month>\d{1,2})(?:\s*月\s*(?P<day>\d{1,2})\s*[日号]?|[-/.](?P<day2>\d{1,2}))"
    r"(?![\d万亿千元kKwW%/.-])" + _THEN
)
_WORD_DAY = re.compile(r"(今天|今日|昨天|昨日|前天|大前天|[Tt]oday|[Yy]esterday)" + _THEN)
_WEEKDAY = re.compile(r"(?:上?周|星期|礼拜)([一二三四五六日天])" + _THEN)
_DAYS = {"今": 0, "昨": 1, "前": 2, "大": 3, "t": 0, "y": 1}
_ZONES = {
    "Z": 0, "UTC": 0, "GMT": 0, "CST": 8, "BJT": 8, "HKT": 8, "JST": 9, "KST": 9,
    "EST": -5, "EDT": -4, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "BST": 1, "CET": 1,
}  # fmt: skip
"""``CST`` is China's here: American Central Time does not write about our brands."""


def _offset(name: str | None, zone: tzinfo) -> tzinfo:
    if not name:
        return zone
    if number := re.search(r"([+-])(\d{1,2}):?(\d{2})?$", name):
        delta = timedelta(hours=int(number[2]), minutes=int(number[3] or 0))
        return timezone(delta if number[1] == "+" else -delta)
    hours = _ZONES.get(name.strip())
    return zone if hours is None else timezone(timedelta(hours=hours))


def _clock(parts: dict[str, str | None]) -> tuple[int, int, int]:
    hour = int(parts["hour"] or 0)
    half = (parts.get("half") or parts.get("after") or "").lower().replace(".", "")
    if (
        half in {"pm", "下午", "傍晚", "晚上", "中午"}
        and hour < 12
        and (half, hour) != ("中午", 11)
    ):
        hour += 12
    elif half in {"am", "凌晨", "上午", "早上", "清晨"} and hour == 12:
        hour = 0
    return hour, int(parts["minute"] or 0), int(parts["second"] or 0)


def _moment(day: date, parts: dict[str, str | None], zone: tzinfo) -> Reading:
    """*day* at the clock of a match of ``_THEN``; a negative offset needs seconds or a T before
    it, for ``10:00-11:00`` is a span.
    """
    if parts["hour"] is None:
        return datetime(day.year, day.month, day.day, tzinfo=zone), "day"
    hour, minute, second = _clock(parts)
    name = (
        parts["zone"] if parts["second"] or parts["t"] or "-" not in (parts["zone"] or "") else ""
    )
    precision: Precision = "second" if parts["second"] else "minute" if parts["minute"] else "hour"
    if hour == 24:
        day, hour = day + DAY, 0
    moment = datetime(
        day.year, day.month, day.day, hour, minute, second, tzinfo=_offset(name, zone)
    )
    return moment, precision


def _full(text: str, now: datetime, zone: tzinfo) -> Reading | None:
    if not (match := _YMD.match(text)):
        return None
    parts = match.groupdict()
    year, month = int(match["year"]), parts["month"] or parts["month2"]
    if month is None:
        return datetime(year, 1, 1, tzinfo=zone), "year"
    number = parts["day"] or parts["day2"]
    if number is None:
        return datetime(year, int(month), 1, tzinfo=zone), "month"
    return _moment(date(year, int(month), int(number)), parts, zone)


def _american(text: str, now: datetime, zone: tzinfo) -> Reading | None:
    if not (match := _MDY.match(text)):
        return None
    first, second = int(match["a"]), int(match["b"])
    month, day = (second, first) if first > 12 else (first, second)
    return _moment(date(int(match["year"]), month, day), match.groupdict(), zone)


_AGO = re.compile(
    r"(?:大?约|about\s+)?(半|[一两二三四五六七八九十]|an?\b|\d{1,4})\s*(?:个)?\s*"
    r"(秒|分|小时|钟头|天|日|周|星期|礼拜|月|年|s(?:ec|$|\s)|m(?:in|$|\s)|h|d|w|mo|y)"
    r"[a-z]*[钟半]?\s*(?:之?前|以前|ago\b)"
)
_WORDS = {"半": 0, "一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7,
          "八": 8, "九": 9, "十": 10, "a": 1, "an": 1}  # fmt: skip


def _ago(text: str, now: datetime, zone: tzinfo) -> Reading | None:
    here = now.astimezone(zone).replace(microsecond=0)
    if re.match(r"刚刚|刚才|just now|now$", text, re.IGNORECASE):
        return here, "minute"
    if not (match := _AGO.match(text.lower())):
        return None
    unit = "mo" if match[2].startswith("m") and "month" in match[0] else match[2].strip()
    if match[1] == "半":
        halves = {"小": timedelta(minutes=30), "天": timedelta(hours=12), "年": timedelta(days=182)}
        width = halves.get(unit[0])
        return (here - width, "minute" if unit[0] == "小" else "day") if width else None
    count = _WORDS.get(match[1]) or int(match[1])
    return _minus(here, count, unit)


def _minus(here: datetime, count: int, unit: str) -> Reading | None:
    midnight = here.replace(hour=0, minute=0, second=0)
    if unit[0] in "秒s":
        return here - timedelta(seconds=count), "second"
    if unit in {"月", "mo"}:
        months = here.year * 12 + here.month - 1 - count
        return midnight.replace(year=months // 12, month=months % 12 + 1, day=1), "month"
    if unit[0] in "年y":
        return midnight.replace(year=here.year - count, month=1, day=1), "year"
    if unit[0] in "分m":
        return here - timedelta(minutes=count), "minute"
    if unit[0] in "小钟h":
        return (here - timedelta(hours=count)).replace(minute=0, second=0), "hour"
    if unit[0] in "天日d":
        return midnight - timedelta(days=count), "day"
    # 2周前 is anything from 14 to 20 days: no day, and there is no word between day and month.
    return midnight - timedelta(days=7 * count), "month"


def _named_day(text: str, now: datetime, zone: tzinfo) -> Reading | None:
    today = now.astimezone(zone).date()
    if match := _WORD_DAY.match(text):
        day = today - timedelta(days=_DAYS[match[1][0].lower()])
    elif match := _WEEKDAY.match(text):
        weekday = "一二三四五六日天".index(match[1]) % 7 if match[1] != "天" else 6
        day = today - timedelta(days=(today.weekday() - weekday) % 7)
    else:
        return None
    return _moment(day, match.groupdict(), zone)


def _month_day(text: str, now: datetime, zone: tzinfo) -> Reading | None:
    """The latest such day that is not in the future."""
    if not (match := _MD.match(text)):
        return None
    month, day = int(match["month"]), int(match["day"] or match["day2"])
    for year in range(now.year + 1, now.year - 9, -1):
        try:
            found = _moment(date(year, month, day), match.groupdict(), zone)
        except ValueError:  # 02-29 of a common year
            continue
        if found[0] and found[0] <= now + DAY:
            return found
    return NONE


_CLOCK_ONLY = re.compile(_CLOCK)


def _time_of_day(text: str, now: datetime, zone: tzinfo) -> Reading | None:
    if not (match := _CLOCK_ONLY.match(text)) or match["minute"] is None:
        return None
    moment, precision = _moment(
        now.astimezone(zone).date(), match.groupdict() | {"zone": None, "t": None}, zone
    )
    return (moment - DAY if moment and moment > now + timedelta(minutes=5) else moment), precision


MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = re.compile(r"\b(" + "|".join(MONTHS) + r")[a-z]*\b\.?", re.IGNORECASE)
_YEAR = re.compile(r"(?<![+\-\d:.])(\d{4})(?![\d:])")
_DAY_NUMBER = re.compile(r"(?<![\d:+\-.])(\d{1,2})(?:st|nd|rd|th)?(?![\d:])")
_ENGLISH_CLOCK = re.compile(_CLOCK)
_ENGLISH_ZONE = re.compile(r"(?:(?:GMT|UTC)\s*)?[+-]\d{1,2}:?(?:\d{2})?(?!\d)|\b[A-Z]{3,4}\b|Z\b")


def _english(text: str, now: datetime, zone: tzinfo) -> Reading | None:
    """``Tue Jun 04 10:00:00 +0800 2024``, RFC 822, what JavaScript prints, ``June 4, 2024``."""
    name = _MONTH.search(text)
    year = _YEAR.search(text)
    if not name or not year or name.start() > 20:
        return None
    clock = _ENGLISH_CLOCK.search(text)
    bare = text[: clock.start()] + " " + text[clock.end() :] if clock else text
    number = _DAY_NUMBER.search(bare)
    month = MONTHS.index(name[1].lower()) + 1
    if not number:
        return datetime(int(year[1]), month, 1, tzinfo=zone), "month"
    after = _ENGLISH_ZONE.search(text, clock.end()) if clock else None
    blank = {"hour": None, "zone": None, "t": "T", "second": None, "minute": None}
    parts = blank | (clock.groupdict() if clock else {}) | {"zone": after and after[0]}
    return _moment(date(int(year[1]), month, int(number[1])), parts, zone)


READERS: tuple[Callable[[str, datetime, tzinfo], Reading | None], ...] = (
    _full, _ago, _named_day, _american, _english, _month_day, _time_of_day,
)  # fmt: skip
