"""When people write: the rhythm of day and night, and arrivals that follow a rate."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import TypeVar

from tingfeng.core.post import SHANGHAI

T = TypeVar("T")

HOURS = (
    0.45, 0.25, 0.12, 0.08, 0.08, 0.15, 0.40, 0.80, 1.00, 1.05, 1.05, 1.05,
    1.15, 1.05, 0.95, 0.95, 0.95, 1.00, 1.05, 1.10, 1.20, 1.30, 1.15, 0.80,
)  # fmt: skip
"""Volume by hour of Asia/Shanghai; about 1 in the daytime, a peak before bed."""

WEEKEND = 1.1
"""A tenth more on Saturday and Sunday."""


def dice(seed: str) -> random.Random:
    """Chance that falls the same way for the same *seed*."""
    return random.Random(seed)  # noqa: S311 (a story needs no secrets)


def rhythm(moment: datetime) -> float:
    """How lively the hour of *moment* is, 1 being a usual hour of the day."""
    local = moment.astimezone(SHANGHAI)
    return HOURS[local.hour] * (WEEKEND if local.weekday() >= 5 else 1.0)


def poisson(rng: random.Random, mean: float) -> int:
    """A Poisson number (Knuth's product of uniforms; fine for means below some hundreds)."""
    limit, product, count = math.exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        count += 1
    return count


def arrivals(
    rng: random.Random, since: datetime, until: datetime, rate: Callable[[datetime], float]
) -> Iterator[datetime]:
    """Moments in ``[since, until)``, unordered within an hour; *rate* is posts an hour."""
    hour = since
    while hour < until:
        width = min(3600.0, (until - hour).total_seconds())
        for _ in range(poisson(rng, rate(hour) * width / 3600)):
            yield hour + timedelta(seconds=int(rng.random() * width))
        hour += timedelta(hours=1)


def dealt(rng: random.Random, hand: Mapping[T, int], *, rare: T) -> Iterator[T]:
    """Without end, shuffled hands that each hold every key so many times, *rare* ones apart.

    Independent draws would now and then heap up complaints into a small crisis that nobody
    planted, and the known answers would be wrong. How often chance alone sets off an alarm is
    therefore not to be measured on this story.
    """
    width = sum(hand.values()) // hand[rare]
    while True:
        cards = [key for key, times in hand.items() if key != rare for _ in range(times)]
        rng.shuffle(cards)
        for number in range(hand[rare]):
            # In the middle half of its part, so that the next hand's first is not beside it.
            cards.insert(number * width + rng.randrange(width // 4, width - width // 4), rare)
        yield from cards


def local(midnight: datetime, day: int, hour: int, minute: int = 0) -> datetime:
    """That local time on the *day*-th day (from 0) counted from *midnight*'s date."""
    date = midnight.astimezone(SHANGHAI).date() + timedelta(days=day)
    return datetime(date.year, date.month, date.day, hour, minute, tzinfo=SHANGHAI)
