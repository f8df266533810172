"""Moments as whole seconds, and the buckets that counts are split into."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import ceil, floor

from tingfeng import SHANGHAI, Step

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_ORIGIN = datetime(1, 1, 1)  # noqa: DTZ001 - local time of Asia/Shanghai; a Monday, so weeks begin there

HOUR = 3600
"""Seconds."""

ORIGIN = -62135625600
"""0001-01-01 00:00 +08:00 in seconds. Every date a post can bear is later, so that division rounds
down. The fixed offset is exact since 1992, the last change of China's clocks."""


def seconds(moment: datetime) -> int:
    """Seconds since 1970, rounded down: no source is more exact (:data:`Precision`)."""
    return floor(moment.timestamp())


def seconds_up(moment: datetime) -> int:
    """The first whole second that is not before *moment*."""
    return ceil(moment.timestamp())


def moment(seconds: int) -> datetime:
    """The aware local time. Unlike ``fromtimestamp`` it knows the years before 1970 everywhere."""
    return (_EPOCH + timedelta(seconds=seconds)).astimezone(SHANGHAI)


def whole(moment_: datetime) -> datetime:
    """*moment_* without fractions of a second, as stores keep it."""
    return moment(seconds(moment_))


def microseconds(width: timedelta) -> int:
    """The exact width of a step."""
    return width // timedelta(microseconds=1)


def bucket(at: int, step: Step) -> int:
    """Number of the bucket in which the second *at* lies."""
    return (at - ORIGIN) * 1_000_000 // microseconds(step.width)


def bucket_start(number: int, step: Step) -> datetime:
    """Local time at which bucket *number* begins."""
    return (_ORIGIN + number * step.width).replace(tzinfo=SHANGHAI)
