"""Days on which it is loud because it was meant to be: sales, holidays, launches.

They raise the threshold of the volume test and nothing else: who complains on the day of a sale
complains all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tingfeng import SHANGHAI

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something planned, from the morning of its first day to the night of its last (Shanghai)."""

    name: str
    first: date
    last: date
    brands: tuple[str, ...] = ()
    """Empty: all."""

    def covers(self, brand: str, day: date) -> bool:
        """Whether *day* belongs to it for *brand*."""
        return self.first <= day <= self.last and (not self.brands or brand in self.brands)


_YEARLY = (("618", (6, 1), (6, 20)), ("双11", (10, 20), (11, 12)), ("双12", (12, 8), (12, 13)))
"""With the weeks of presale that the platforms announce each year (618 from the end of May or the
first of June, 双11 from the middle or end of October)."""

_NEW_YEAR = {
    2023: (1, 22), 2024: (2, 10), 2025: (1, 29), 2026: (2, 17), 2027: (2, 6), 2028: (1, 26),
    2029: (2, 13), 2030: (2, 3), 2031: (1, 23), 2032: (2, 11), 2033: (1, 31), 2034: (2, 19),
    2035: (2, 8),
}  # fmt: skip
"""First day of the lunar year, by the almanac of 紫金山天文台 (GB/T 33661-2017)."""

_EVE, _LANTERNS = 7, 7
"""春节: from a week before to a week after the first day, as shops and travellers have it."""


def yearly(year: int) -> list[Event]:
    """What everybody in China knows of in *year*."""
    found = [
        Event(name=name, first=date(year, *first), last=date(year, *last))
        for name, first, last in _YEARLY
    ]
    if year in _NEW_YEAR:
        day = date(year, *_NEW_YEAR[year])
        found.append(Event(name="春节", first=day - _EVE * DAY, last=day + _LANTERNS * DAY))
    return found


class Calendar:
    """*events* of one's own, and with *shipped* those of every year."""

    def __init__(self, events: Iterable[Event] = (), *, shipped: bool = True) -> None:
        self._own = tuple(events)
        self._shipped = shipped
        self._years: dict[int, Sequence[Event]] = {}

    def at(self, brand: str, moment: datetime) -> str:
        """Name of what is planned for *brand* then, one's own first; empty: nothing."""
        day = moment.astimezone(SHANGHAI).date()
        if self._shipped and day.year not in self._years:
            self._years[day.year] = yearly(day.year)
        every = (*self._own, *self._years.get(day.year, ()))
        return next((one.name for one in every if one.covers(brand, day)), "")
