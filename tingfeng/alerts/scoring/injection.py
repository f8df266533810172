"""Crises put into streams without one: how many are found, how soon, and how often it cries wolf.

The same walk that judges a brand's stored bins judges these. A stream is walked through once; from
wherever a crisis is to begin, a copy of the walk goes on with it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any, NamedTuple

import numpy as np

from tingfeng.alerts.course import Course
from tingfeng.alerts.scoring import intervals
from tingfeng.alerts.scoring.crises import Counts, Read, Shape, Stream, read
from tingfeng.alerts.scoring.played import Played, desk
from tingfeng.alerts.share import BIN_SECONDS, DAY_BINS
from tingfeng.alerts.track import Bin, Track
from tingfeng.alerts.tuning import REPLAY_BINS, WARM_BINS, tune
from tingfeng.alerts.walk import Change, Walk

WEEK_BINS = 7 * DAY_BINS
PLATFORM = "weibo"
BRAND = "x"
WAIT_MINUTES = 5.0
"""A bin is judged so long after its end (the engine's watermark); part of every delay."""

NEVER = math.inf


class Place(NamedTuple):
    """Where a crisis may begin: all that was known until then."""

    bin: int
    track: dict[str, Any]
    course: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A stream without a crisis, read and walked through."""

    stream: Stream
    reader: Read
    offset: float
    read: Counts
    places: Sequence[Place]
    false: Sequence[int]
    """Bins at which an incident was opened, or opened again."""
    weeks: float


PRAISE = 0.3
"""Share of positive voices among those that are not negative."""


def bin(voices: int, negative: int, praise: int = 0) -> Bin:
    """As the store would tell it. *praise*: positive voices beyond the usual share, among *voices*."""
    n, k = int(voices), int(negative)
    positive = round(PRAISE * (n - k - praise)) + int(praise)
    return (
        Bin({PLATFORM: (n, k)}, positive={PLATFORM: positive} if positive else {}) if n else Bin()
    )


def walk_on(ground: Ground, place: Place) -> Walk:
    """A copy of the walk as it stood at *place*."""
    track = Track.load(place.track)
    return Walk(desk(offset=ground.offset), BRAND, track, Course.load(place.course), None, ())


def lay(
    stream: Stream, reader: Read, seed: int, begins: Sequence[int], *,
    room: int = DAY_BINS, live_from: int = WEEK_BINS, budget: float | None = None,
) -> Ground:  # fmt: skip
    """Walk through *stream* as *reader* reads it. *begins*: bins at which crises are to begin; where
    an incident is open then, as soon as it is closed, if that leaves *room*. *budget*: tune first, to so many false alarms
    a week, on the five weeks before *live_from*.
    """
    known = read(reader, stream.voices, stream.negative, np.random.default_rng(seed))
    bins = [bin(n, k) for n, k in zip(stream.voices.tolist(), known.tolist(), strict=True)]
    offset = 0.0
    if budget is not None:
        live_from = max(live_from, WARM_BINS + REPLAY_BINS)
        numbers = Played({BRAND: dict(enumerate(bins))})
        offset = tune(desk(numbers), BRAND, live_from, budget=budget).offset
    walk = Walk(desk(offset=offset), BRAND, Track(), Course(), None, ())
    waiting = sorted(one for one in begins if one >= live_from)
    places, false = [], []
    for number, one in enumerate(bins):
        while waiting and number >= waiting[0] and not walk.course.is_open:
            waiting.pop(0)
            if number + room <= len(bins):
                places.append(Place(number, walk.track.dump(), walk.course.dump()))
        change, _ = walk.new(number, one, live=number >= live_from)
        if change is not None and change.kind == "opened":
            false.append(number)
    return Ground(stream=stream, reader=reader, offset=offset, read=known, places=places,
                  false=false, weeks=(len(bins) - live_from) / WEEK_BINS)  # fmt: skip


def inject(
    ground: Ground, place: Place, shape: Shape, c: float, seed: int, *, least: float = 0.0
) -> float:
    """Minutes from the beginning of the crisis to its alarm; endless if there was none in time.
    *least*: voices of a bin that a crisis is measured by where a brand has fewer.
    """
    dice = np.random.default_rng(seed)
    walk, stream = walk_on(ground, place), ground.stream
    for t in range(shape.bins):
        number = place.bin + t
        if number >= len(stream):
            break
        more = int(dice.poisson(c * max(stream.median, least) * shape.height(t)))
        found = int(dice.binomial(more, ground.reader.sensitivity))
        voices, known = int(stream.voices[number]) + more, int(ground.read[number]) + found
        change, _ = walk.new(number, bin(voices, known), live=True)
        if opened(change):
            return (t + 1) * BIN_SECONDS / 60 + WAIT_MINUTES if t < shape.deadline else NEVER
    return NEVER


def opened(change: Change | None) -> bool:
    """Whether people were told of something new."""
    return change is not None and change.kind == "opened"


def begins(streams: Sequence[Stream], crises: int, seed: int, *, live_from: int, bins: int) -> list[list[int]]:  # fmt: skip
    """Where crises begin: as many in each stream, anywhere in it that leaves *bins* to watch."""
    dice = np.random.default_rng(seed)
    each = -(-crises // len(streams))
    return [
        sorted(dice.integers(live_from, len(one) - bins, each).tolist()) if len(one) > live_from + bins else []
        for one in streams
    ]  # fmt: skip


def recall(
    grounds: Sequence[Ground], shape: Shape, c: float, seed: int, *, least: float = 0.0
) -> dict[str, Any]:
    """Keys: ``crises``, ``found``, ``recall``, ``interval``, ``median_delay_minutes`` and
    ``p90_delay_minutes`` of those found.
    """
    delays = [
        inject(ground, place, shape, c, seed * 1_000_003 + 1000 * i + j, least=least)
        for i, ground in enumerate(grounds)
        for j, place in enumerate(ground.places)
    ]
    return told(delays)


def told(delays: Sequence[float]) -> dict[str, Any]:
    """Figures of *delays*; endless is not found."""
    found = [delay for delay in delays if delay < NEVER]
    share = len(found) / len(delays) if delays else None
    return {
        "crises": len(delays), "found": len(found), "recall": share,
        "interval": intervals.of_share(len(found), len(delays)),
        "median_delay_minutes": median(found) if found else None,
        "p90_delay_minutes": quantiles(found, n=10, method="inclusive")[-1] if len(found) > 1 else None,
    }  # fmt: skip


def wolf(grounds: Sequence[Ground]) -> dict[str, Any]:
    """Keys: ``false_alarms``, ``weeks``, ``false_alarms_per_week``, ``interval``, ``offsets``."""
    events, weeks = sum(len(one.false) for one in grounds), sum(one.weeks for one in grounds)
    return {
        "false_alarms": events, "weeks": weeks,
        "false_alarms_per_week": events / weeks if weeks else None,
        "interval": intervals.of_rate(events, weeks),
        "offsets": sorted(one.offset for one in grounds),
    }  # fmt: skip
