"""Alarms over a stream that someone labelled, against the incidents that they know of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any, NamedTuple

from tingfeng import build
from tingfeng.alerts import RULES
from tingfeng.alerts.redline import RedlineWords
from tingfeng.alerts.scoring import intervals
from tingfeng.alerts.scoring.labelled import Voice, play
from tingfeng.alerts.scoring.played import desk, walk_through
from tingfeng.alerts.share import DAY_BINS
from tingfeng.alerts.signals import signals
from tingfeng.alerts.track import bin_of, start_of
from tingfeng.alerts.walk import Change

WEEK_SECONDS = 7 * 86400


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An incident that people know of."""

    brand: str
    start: datetime
    end: datetime


def score(
    voices: Sequence[Voice], known: Sequence[Known], *,
    offset: float = 0.0, learn_days: float = 7.0, words: RedlineWords | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Replay every brand of *voices*, from its first voice to the last of the stream.

    The first *learn_days* of a brand only teach. An alarm is an incident opened, or opened again; it
    is true if it falls into an incident of its brand, begin and end included. Incidents that end
    while their brand is still learnt, or of a brand without voices, are left out, and counted. Keys: ``alarms``, ``true_alarms``,
    ``false_alarms``, ``precision``, ``incidents``, ``found``, ``recall``, ``median_delay_minutes``,
    ``weeks``, ``false_alarms_per_week``, each share and rate with ``…_interval`` (95 %); ``brands``
    with the same for each; ``list`` (each alarm), ``missed``, ``left_out``.
    """
    numbers = play(voices, words, signals([build(RULES, {"use": name}) for name in RULES]))
    ends = max((one.at for one in voices), default=None)
    if ends is None:
        return figures([], [], [], 0.0)
    end = bin_of(ends) + 1
    heard: dict[str, Heard] = {}
    for brand in sorted({one.brand for one in voices}):
        start = numbers.first_bin(brand, end)
        assert start is not None
        live = start + round(learn_days * DAY_BINS)
        _, changes = walk_through(desk(numbers, offset=offset), brand, start, end, live_from=live)
        heard[brand] = Heard(start_of(live), start_of(end), changes)
    return compared(heard, known)


class Heard(NamedTuple):
    """What a replay told of one brand."""

    begin: datetime
    end: datetime
    """Between which it was watched."""
    changes: Sequence[Change]


def compared(heard: Mapping[str, Heard], known: Sequence[Known]) -> dict[str, Any]:
    """What was told of each brand beside the incidents that are *known*; keys as of :func:`score`.

    What was told before a brand was watched, or incidents that were over by then or came later, do
    not count.
    """
    by_brand: dict[str, list[Known]] = defaultdict(list)
    for one in known:
        by_brand[one.brand].append(one)
    parts, brands = [], {}
    for brand, told in sorted(heard.items()):
        alarms = [one for one in told.changes if one.kind == "opened" and one.at >= told.begin]
        counted = [one for one in by_brand[brand] if one.end >= told.begin and one.start < told.end]
        weeks = max(0.0, (told.end - told.begin).total_seconds() / WEEK_SECONDS)
        part = (alarms, counted, _hits(alarms, counted), weeks)
        parts.append(part)
        brands[brand] = _short(figures(*part))
    merged = figures(
        [one for part in parts for one in part[0]],
        [one for part in parts for one in part[1]],
        [one for part in parts for one in part[2]],
        sum(part[3] for part in parts),
    )
    return {**merged, "brands": brands, "left_out": len(known) - merged["incidents"]}


def _hits(alarms: Sequence[Change], known: Sequence[Known]) -> list[Change | None]:
    """The first alarm within each of *known*."""
    return [
        next((alarm for alarm in alarms if one.start <= alarm.at <= one.end), None) for one in known
    ]


def _true(alarm: Change, known: Iterable[Known]) -> bool:
    brand, at = alarm.incident.brand, alarm.at
    return any(one.brand == brand and one.start <= at <= one.end for one in known)


def figures(
    alarms: Sequence[Change], known: Sequence[Known], hits: Sequence[Change | None], weeks: float
) -> dict[str, Any]:
    """See :func:`score`."""
    true = [_true(one, known) for one in alarms]
    false, found = len(alarms) - sum(true), sum(one is not None for one in hits)
    delays = [
        (hit.at - one.start).total_seconds() / 60
        for hit, one in zip(hits, known, strict=True)
        if hit is not None
    ]
    return {
        "alarms": len(alarms), "true_alarms": sum(true), "false_alarms": false,
        "precision": sum(true) / len(alarms) if alarms else None,
        "precision_interval": intervals.of_share(sum(true), len(alarms)),
        "incidents": len(known), "found": found, "recall": found / len(known) if known else None,
        "recall_interval": intervals.of_share(found, len(known)),
        "median_delay_minutes": median(delays) if delays else None,
        "weeks": weeks, "false_alarms_per_week": false / weeks if weeks else None,
        "false_alarms_per_week_interval": intervals.of_rate(false, weeks),
        "list": [_alarm(one, hit) for one, hit in zip(alarms, true, strict=True)],
        "missed": [{"brand": one.brand, "start": one.start, "end": one.end}
                   for one, hit in zip(known, hits, strict=True) if hit is None],
    }  # fmt: skip


def _alarm(change: Change, true: bool) -> dict[str, Any]:
    told = change.evidence
    return {
        "id": change.incident.id, "brand": change.incident.brand, "at": change.at, "true": true,
        "level": change.incident.level, "rule": told.rule, "score": told.score,
        "threshold": told.threshold, "mentions": told.mentions, "negative": told.negative,
        "expected": told.expected, "posts": list(told.posts),
    }  # fmt: skip


def _short(found: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if name not in ("list", "missed")}
