"""What a report says of one brand, and of the sources: gathered, not yet put into words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tingfeng import Brand, Coverage, Store
from tingfeng.insight.counted import Scope
from tingfeng.insight.loudest import Loud, loudest
from tingfeng.insight.period import Period
from tingfeng.insight.sentiment import SentimentAnswer, sentiment
from tingfeng.insight.trend import TrendAnswer, trend
from tingfeng.insight.verdict import Alarms, Verdict, verdict
from tingfeng.insight.words import WordsAnswer, words


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """What the page says of one brand."""

    number: int
    name: str
    volume: TrendAnswer
    mood: SentimentAnswer
    words: WordsAnswer
    alarms: Alarms
    negative: tuple[Loud, ...]
    """Most reacted-to negative texts."""

    examples: tuple[Loud, ...]
    """Most reacted-to texts of any attitude: what the volume rests on."""

    peak: tuple[Loud, ...]
    """Most reacted-to texts of the step with most posts."""

    platforms: tuple[tuple[str, int], ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What the ledger says of one source in the period."""

    name: str
    hours: int
    blind: int
    requests: int
    failures: int
    posts: int
    last: str
    """Last verdict."""

    last_seen: datetime | None
    """Latest hour in which it answered; ``None``: not in the period."""


def section(
    store: Store,
    number: int,
    brand: Brand,
    brands: Sequence[Brand],
    period: Period,
    scope: Scope,
    alarms: Alarms,
    now: datetime,
) -> Section:
    """Ask everything about *brand*; *alarms*: those that touch the period, of any brand."""
    name = brand.name
    volume = trend(store, name, period, now=now, scope=scope)
    mood = sentiment(store, name, period, now=now, scope=scope)
    mine = alarms.of(name)
    query = scope.query(period, name)
    peak: tuple[Loud, ...] = ()
    if volume.peak:
        step = Period(
            since=max(volume.peak.start, period.since), until=min(volume.peak.end, period.until)
        )
        peak = loudest(store, scope.query(step, name), limit=3)
    platforms = [(str(c.by[0]), c.posts) for c in store.count(query, ("platform", "brand"))]
    return Section(
        number=number,
        name=name,
        volume=volume,
        mood=mood,
        words=words(store, name, period, now=now, brands=brands, scope=scope, limit=12),
        alarms=mine,
        negative=loudest(store, scope.query(period, name, labels=("negative",))),
        examples=loudest(store, query, limit=3),
        peak=peak,
        platforms=tuple(sorted(platforms, key=lambda pair: (-pair[1], pair[0]))),
        verdict=verdict(volume, mood, mine),
    )


def sources(ledger: Iterable[Coverage]) -> list[Source]:
    """The ledger, source by source."""
    by_name: dict[str, list[Coverage]] = {}
    for row in ledger:
        by_name.setdefault(row.source, []).append(row)
    found = []
    for name, rows in sorted(by_name.items()):
        rows.sort(key=lambda row: row.hour)
        found.append(
            Source(
                name=name,
                hours=len(rows),
                blind=sum(row.blind for row in rows),
                requests=sum(row.requests for row in rows),
                failures=sum(row.failures for row in rows),
                posts=sum(row.posts for row in rows),
                last=rows[-1].verdict,
                last_seen=max((row.hour for row in rows if not row.blind), default=None),
            )
        )
    return found
