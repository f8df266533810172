"""A flood of praise: it must not hide what others complain of at the same time.

Five times the usual voices, nearly all of them positive, make the share of negatives fall although as
many people complain as in any crisis. So of praise beyond its usual share half is left out of the
share: half, and not all, because a reader takes some praise for blame (of 100 about half as many as
the usual share of negatives says), and a flood alone would raise an alarm by its mistakes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import replace

from tingfeng import Message
from tingfeng.alerts.bins import Bin

HOUR_BINS = 4
FLOOD_LEAST = 20
FLOOD_SHARE = 0.5
"""Within an hour, in voices and in times the other voices: less than that hides nothing."""

LEFT_OUT = 0.5

PRIOR = 0.3
PRIOR_WEIGHT = 50.0
"""Positive share of a brand of which nothing is known, and its weight in mentions."""


class Praise:
    """The usual share of praise, and what of a bin is beyond it."""

    def __init__(
        self, positive: float = 0.0, mentions: float = 0.0, day: Iterable[Bin] = ()
    ) -> None:
        self._positive, self._mentions = positive, mentions
        self._hour = deque((_sums(one) for one in day), maxlen=HOUR_BINS)
        self._kept = (0, 0)

    @property
    def usual(self) -> float:
        """Positive share of a usual hour."""
        return (self._positive + PRIOR * PRIOR_WEIGHT) / (self._mentions + PRIOR_WEIGHT)

    def _beyond(self, mentions: int, positive: int) -> float:
        """How many of *positive* would have to go for their share to be the usual one."""
        usual = self.usual
        return max(0.0, (positive - usual * mentions) / (1 - usual))

    def damped(self, bin: Bin) -> Bin:
        """*bin* as it comes in, with the voices that count."""
        mentions, positive = _sums(bin)
        self._hour.append((mentions, positive))
        within = sum(n for n, _ in self._hour)
        flood = self._beyond(within, sum(p for _, p in self._hour))
        self._kept = (mentions, positive)
        if flood < max(FLOOD_LEAST, FLOOD_SHARE * (within - flood)):
            return bin
        beyond = min(self._beyond(mentions, positive), positive)
        self._kept = (mentions - round(beyond), positive - round(beyond))
        counts, left = dict(bin.counts), 0
        for platform, number in bin.positive.items():
            n, k = counts.get(platform, (0, 0))
            less = min(round(LEFT_OUT * beyond * number / positive), n - k) if positive else 0
            counts[platform] = (n - less, k)
            left += less
        return replace(bin, counts=counts, praise=left) if left else bin

    def learn(self, rate: float) -> None:
        """Take in the bin that came last, without the flood."""
        mentions, positive = self._kept
        self._mentions += mentions - rate * self._mentions
        self._positive += positive - rate * self._positive

    def dump(self) -> list[float]:
        """The two numbers, for JSON."""
        return [self._positive, self._mentions]


def _sums(bin: Bin) -> tuple[int, int]:
    """Mentions and praise, whatever was left out."""
    whole = sum(n for n, _ in bin.counts.values()) + bin.praise
    return whole, sum(bin.positive.values())


def left_out(voices: int, hours: float) -> list[Message]:
    """That so much praise does not count, and why; nothing where all does."""
    if not voices:
        return []
    return [
        Message(
            f"正面涌入：近{hours:g}小时正面远多于平时，其中 {voices} 条不计入以上提及数，免得把负面占比冲淡；"
            "原帖都在。",
            f"Praise: far more than usual in {hours:g} h; {voices} of it are not among the mentions above, "
            "so that they do not hide what others complain of. The posts are kept.",
        )
    ]
