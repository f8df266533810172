"""Dates as sites and exports write them: stamps, ISO, RFC, Chinese and English, relative ones.

Reading never looks at the clock of this machine: *now* is the moment of the answer (or of the
file), so a saved answer gives the same dates for ever.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, tzinfo

from crawlers.date_words import DAY, MONTHS, NONE, READERS, Reading
from tingfeng import SHANGHAI, Precision

EARLIEST = 1990
"""No post is older than the web; smaller years are zeros, ids or counts in a date column."""

_EXCEL = datetime(1899, 12, 30)  # noqa: DTZ001 - serial dates of Excel have no zone


def read_time(raw: object, now: datetime, *, zone: tzinfo = SHANGHAI) -> Reading:
    """What *raw* means when read at *now*, and how exactly it says so.

    *zone* is meant where no offset is given. Numbers are Unix seconds, from 10^11 on milli-, from
    10^14 on microseconds; also compact dates (20240604) and serial days of Excel. ``6/4/2024`` is
    the month first, as Excel writes it, unless only the day first makes sense. ``(None, …)``:
    nothing readable, a year before 1990, or more than a day after *now*.
    """
    if type(raw) is str and raw[4:5] == "-" and (precision := _ISO.get(len(raw))):
        try:
            moment = datetime.fromisoformat(raw)
        except ValueError:
            return _slowly(raw, now, zone)
        moment = moment.astimezone(zone) if moment.tzinfo else moment.replace(tzinfo=zone)
        if EARLIEST <= moment.year < now.year or _plausible(moment, now):
            return moment, precision
        return NONE
    return _slowly(raw, now, zone)


_ISO: dict[int, Precision] = {19: "second", 25: "second", 16: "minute", 10: "day"}
"""Lengths of ISO dates that the standard library reads: nearly all of a million rows."""


def _plausible(moment: datetime, now: datetime) -> bool:
    """A day of grace: clocks differ, and a date without a zone may be of another one."""
    return moment.year >= EARLIEST and moment <= now + DAY


def _slowly(raw: object, now: datetime, zone: tzinfo) -> Reading:
    try:
        moment, precision = _any(raw, now, zone)
        if moment is None or not _plausible(moment, now):
            return NONE
        return moment.astimezone(zone), precision
    except (ValueError, OverflowError, OSError):
        return NONE


def _any(raw: object, now: datetime, zone: tzinfo) -> Reading:
    if isinstance(raw, datetime):
        return (raw if raw.tzinfo else raw.replace(tzinfo=zone)), "second"
    if isinstance(raw, date):
        return datetime.combine(raw, time(), zone), "day"
    if isinstance(raw, bool) or raw is None:
        return NONE
    if isinstance(raw, int | float):
        return _number(float(raw), str(raw), zone)
    if isinstance(raw, str):
        return _text(raw, now, zone)
    return NONE


_NUMERIC = re.compile(r"/?(?:Date)?\(?(\d+(?:\.\d+)?(?:[eE]\+?\d+)?)\)?/?")
_NOISE = re.compile(
    r"^(?:(?:最[后近])?(?:发布|发表|编辑|更新|修改|创建|回复|评论|投稿|追评)?(?:时间|日期|于|在)\s*[::]?"
    r"|(?:published|posted|edited|updated|on|at)\b\s*[::]?)\s*",
    re.IGNORECASE,
)


def _text(raw: str, now: datetime, zone: tzinfo) -> Reading:
    # Only the beginning can be a date; a cell that holds a whole post is none.
    text = raw[:120].translate(_HALF_WIDTH).strip(" \t\r\n'\"[]\xa0\ufeff")
    if number := _NUMERIC.fullmatch(text):
        return _number(float(number[1]), number[1], zone)
    text = _CHINESE_RFC.sub(_in_english, _NOISE.sub("", text))
    for read in READERS:
        if (found := read(text, now, zone)) is not None:
            return found
    return NONE


_CHINESE_RFC = re.compile(
    r"^(?:(?:星期|周)[一二三四五六日天]\s*[,,]\s*)?(\d{1,2})\s+(十[一二]?|[一二三四五六七八九])月\s+(?=\d{4})"
)


def _in_english(match: re.Match[str]) -> str:
    """A feed that writes RFC 822 in Chinese: ``星期四, 04 六月 2026 10:00:00``."""
    names = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"]
    return f"{match[1]} {MONTHS[names.index(match[2])]} "


_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0x2F: "/"}


def _number(value: float, text: str, zone: tzinfo) -> Reading:
    digits = text.partition(".")[0]
    if "e" not in text.lower() and (compact := _compact(digits, zone)):
        return compact
    if 32_000 <= value < 80_000:  # days since 1900: 1987 to 2119
        moment = (_EXCEL + timedelta(seconds=round(value * 86_400))).replace(tzinfo=zone)
        return moment, "second" if value % 1 else "day"
    scale = next((s for limit, s in ((1e17, 1e9), (1e14, 1e6), (1e11, 1e3)) if value >= limit), 1)
    moment = datetime.fromtimestamp(int(value / scale), zone)
    if "e" not in text.lower():
        return moment, "second"
    # A spreadsheet cut the stamp to a few digits (1.71746E+12): it is only as exact as the last.
    mantissa, _, exponent = text.lower().partition("e")
    blur = 10.0 ** (int(exponent) - len(mantissa.partition(".")[2])) / scale
    steps: tuple[tuple[float, Precision], ...] = ((1, "second"), (60, "minute"), (3600, "hour"))
    return moment, next((name for limit, name in steps if blur <= limit), "day")


def _compact(digits: str, zone: tzinfo) -> Reading | None:
    shapes: dict[int, tuple[str, Precision]] = {
        4: ("%Y", "year"), 8: ("%Y%m%d", "day"),
        12: ("%Y%m%d%H%M", "minute"), 14: ("%Y%m%d%H%M%S", "second"),
    }  # fmt: skip
    if digits[:2] not in {"19", "20"} or len(digits) not in shapes:
        return None
    shape, precision = shapes[len(digits)]
    try:
        return datetime.strptime(digits, shape).replace(tzinfo=zone), precision
    except ValueError:
        return None
