"""How fast a robot may be spoken to, and when everybody else speaks to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

from tingfeng import SHANGHAI, Notice

_PROMPT = (3.0, 15.0)
_PATIENT = (5.0, 40.0)
"""Seconds after the half hour at which what is not red goes out: an incident that opens or rises,
and everything else. Half the cron jobs of a tenant speak at :00 and :30, and 飞书 then refuses
(11232); the shorter one still leaves a message within a minute of its post."""

NEWS = ("opened", "raised", "escalated")
"""Kinds of notices that tell of something worse than was known."""

_BEFORE = 5.0
"""Seconds before the mark from which on it is better to wait: clocks are never quite equal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """At most so many messages within any span of so many seconds.

    A log of what was sent rather than a bucket that fills up again: a full bucket of 18 lets 35
    through within a minute, and the platforms count to 20.
    """

    limits: tuple[tuple[int, float], ...]

    @classmethod
    def of(cls, *limits: tuple[int, float]) -> Pace:
        """``Pace.of((18, 60))``: 18 in any minute."""
        return cls(limits=limits)

    def due(self, sent: Sequence[float], now: float) -> float:
        """The moment from which on another message may go; *sent*: earlier ones, oldest first."""
        return max(
            [now, *(sent[-count] + span for count, span in self.limits if len(sent) >= count)]
        )

    def kept(self, sent: Sequence[float], now: float) -> list[float]:
        """What of *sent* still counts. A time that lies ahead, as after a clock was set, does not."""
        longest = max((span for _, span in self.limits), default=0.0)
        return [at for at in sent if now - longest < at <= now]


UNHURRIED = Pace(limits=())


def off_the_mark(notice: Notice, now: datetime) -> datetime:
    """When *notice* should go out, so as not to meet everyone at the full and the half hour.

    Red goes at once. The wait hangs on the notice's id: the same in every process.
    """
    if notice.level == "red" or notice.kind == "test":
        return now
    local = (now + timedelta(seconds=_BEFORE)).astimezone(SHANGHAI)
    mark = local.replace(minute=local.minute // 30 * 30, second=0, microsecond=0)
    low, high = _PROMPT if notice.kind in NEWS else _PATIENT
    moment = mark + timedelta(seconds=low + (high - low) * fraction(notice.id))
    return max(now, moment)


def fraction(text: str) -> float:
    """0 to 1, as if at random, the same for the same text."""
    return int.from_bytes(blake2b(text.encode(), digest_size=4).digest(), "big") / 2**32
