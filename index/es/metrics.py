"""Counts of each brand, platform and day, with what is usual for them: what dashboards of a long
time and the baseline of the negative share read.
"""

from __future__ import annotations

import sqlite3
from calendar import isleap, monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from index import changes
from index.es.documents import Source, iso
from index.es.layout import UNDATED, hashed
from index.times import ORIGIN, bucket_start
from tingfeng import DAY, SHANGHAI, Axis, Count, PostStore, Query

USUAL_DAYS = 28
"""Days before that tell what is usual: four of each weekday."""

WIDEST = 92
"""Days counted at once: a hundred brands on ten platforms make 92,000 figures, 100 MB."""

_ONE = timedelta(days=1)
_SECONDS = 86_400
"""Of a day."""

_FIRST = datetime(1, 1, 2, tzinfo=SHANGHAI)
_LAST = datetime.max.replace(tzinfo=SHANGHAI)
"""Sources write impossible dates. Beyond these there is no way to UTC, or no further day."""


def touched(db: sqlite3.Connection, after: int, until: int) -> list[datetime]:
    """Days, as local midnights, on which changes after one number and up to another may have
    changed a count. Of a document that is gone only the month is known.
    """
    span = (after, until)
    local = changes.DAY_OF.format(column="p.published")
    rows = db.execute(
        f"SELECT DISTINCT {local} FROM change c JOIN post p ON p.n = c.n"  # noqa: S608
        " WHERE c.seq > ? AND c.seq <= ? AND p.published IS NOT NULL",
        span,
    ).fetchall()
    local = changes.DAY_OF.format(column="f.published")
    rows += db.execute(
        f"SELECT DISTINCT {local} FROM change c JOIN former f ON f.n = c.n"  # noqa: S608
        " WHERE c.seq > ? AND c.seq <= ? AND f.published <> ?",
        (*span, changes.NO_DATE),
    ).fetchall()
    gone = db.execute(
        "SELECT DISTINCT substr(what, 7, instr(substr(what, 7), ' ') - 1) FROM change"
        " WHERE seq > ? AND seq <= ? AND what LIKE 'posts %'",
        span,
    )
    days = {bucket_start((day - ORIGIN) // _SECONDS, DAY) for (day,) in rows}
    for (partition,) in gone:
        days |= set(_days_of(partition))
    return sorted(days)


def _days_of(partition: str) -> Iterator[datetime]:
    if partition == UNDATED:
        return
    year, _, month = partition.partition(".")
    first = datetime(int(year), int(month or 1), 1, tzinfo=SHANGHAI)
    for number in range(
        monthrange(first.year, first.month)[1] if month else 365 + isleap(first.year)
    ):
        yield first + number * _ONE


def spans(days: Sequence[datetime]) -> Iterator[tuple[datetime, datetime]]:
    """First and last day of the runs that must be counted anew together: a day also changes what
    is usual for those after it.
    """
    first = last = None
    for day in sorted(days):
        if last is not None and day - last > timedelta(days=2 * USUAL_DAYS):
            assert first is not None
            yield first, last
            first = None
        first, last = first or day, day
    if first is not None and last is not None:
        yield first, last


def _later(day: datetime, days: int) -> datetime:
    return _LAST if _LAST - day < days * _ONE else day + days * _ONE


def _earlier(day: datetime, days: int) -> datetime:
    return _FIRST if day - _FIRST < days * _ONE else day - days * _ONE


def windows(days: Sequence[datetime]) -> Iterator[tuple[datetime, datetime]]:
    """From when until when (excluded) figures must be made anew for changes on *days*: disjoint,
    and none so wide that its figures would not fit into memory.
    """
    for first, last in spans(days):
        since, end = max(first, _FIRST), _later(last, USUAL_DAYS + 1)
        while since < end:
            until = min(end, _later(since, WIDEST))
            yield since, until
            since = until


@dataclass(slots=True)
class Metrics:
    """Metrics of a store."""

    store: PostStore

    def documents(self, since: datetime, until: datetime) -> Iterator[tuple[str, Source]]:
        """Ids and documents of the days in [since, until)."""
        end = until if until < _LAST else None  # after the very last day no other begins
        asked = Query(since=_earlier(since, USUAL_DAYS), until=end)
        counts = {_cell(one): one for one in self.store.count(asked, _AXES, step=DAY)}
        within = Query(since=since, until=end)
        voices = {_cell(one): one.posts for one in self.store.voices(within, _AXES, step=DAY)}
        shares = {
            (brand, platform, day.toordinal()): _share(one)
            for (brand, platform, day), one in counts.items()
        }
        for (brand, platform, day), count in counts.items():
            if day >= since:
                usual = [
                    share
                    for back in range(1, USUAL_DAYS + 1)
                    if (share := shares.get((brand, platform, day.toordinal() - back))) is not None
                ]
                cell = (brand, platform, day)
                yield metric_id(*cell), _source(cell, count, voices.get(cell, 0), usual)


_AXES: tuple[Axis, ...] = ("brand", "platform", "time")
Cell = tuple[str, str, datetime]


def _cell(count: Count) -> Cell:
    brand, platform, day = count.by
    assert isinstance(brand, str)
    assert isinstance(platform, str)
    assert isinstance(day, datetime)
    return brand, platform, day


def metric_id(brand: str, platform: str, day: datetime) -> str:
    """Of the counts of one day."""
    return hashed(brand, platform, day.strftime("%Y-%m-%d"))


def _share(count: Count) -> float | None:
    """Negative ones of those with a clear attitude; ``None``: there are none."""
    judged = count.negative + count.neutral + count.positive
    return count.negative / judged if judged else None


def _source(cell: Cell, count: Count, voices: int, usual: Sequence[float]) -> Source:
    brand, platform, day = cell
    share = _share(count)
    source: Mapping[str, object] = {
        "brand": brand,
        "platform": platform,
        "day": iso(day),
        "posts": count.posts,
        "negative": count.negative,
        "neutral": count.neutral,
        "positive": count.positive,
        "uncertain": count.uncertain,
        "unread": count.unread,
        "voices": voices,
        "negative_share": None if share is None else round(share, 6),
        "usual_share": round(sum(usual) / len(usual), 6) if usual else None,
        "usual_days": len(usual),
    }
    return {name: value for name, value in source.items() if value is not None}
