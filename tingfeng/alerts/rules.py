"""What opens an incident. Each rule looks at one evaluation and has no memory."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from tingfeng import Message
from tingfeng.alerts.share import DAY_BINS, Score
from tingfeng.alerts.track import Evaluation

CALM_LEAST = 1.0
"""One chance in ten is calm for anybody. A sensitive offset would else ask for scores below zero,
and no incident would ever end."""


class Firing(NamedTuple):
    """A rule that has something to say."""

    rule: str
    """``share_1h``, ``redline`` …"""
    score: float
    threshold: float
    bins: int
    """Length of the window it judged."""
    numbers: Score
    """Of that window."""
    says: Message | None = None
    """What was seen, where it is no number of opinions."""

    @property
    def excess(self) -> float:
        """How far beyond the threshold."""
        return self.score - self.threshold


def leading(firings: Sequence[Firing]) -> Firing:
    """The rule that stands for the moment: a red-line word first, then what single posts show, else
    what is furthest out.
    """
    return max(
        firings,
        key=lambda firing: (firing.rule == "redline", firing.says is not None, firing.excess),
    )


class Rule(Protocol):
    """Opens incidents."""

    name: str

    def firings(self, seen: Evaluation) -> list[Firing]:
        """What opens an incident now; empty for nothing."""

    def quiet(self, seen: Evaluation) -> bool:
        """Whether this rule would let an incident cool down."""


@dataclass(frozen=True, slots=True)
class ShareRule:
    """The negative share is higher than usual (see :mod:`tingfeng.alerts.share`).

    During a brand's first day, when the usual share is a guess, a plain rule stands beside it: 31 %
    negative of at least 20 mentions in an hour (measured at .25 false alarms per brand-week, recall
    .8 for crises of half the usual volume).
    """

    offset: float = 0.0
    """Added to all three thresholds; from -1 (sensitive) to +3 (calm)."""
    calm_below: float = 2.0
    """An incident cools while all scores are this far below their thresholds."""
    first_day_share: float = 0.31
    first_day_mentions: int = 20
    first_day_negative: int = 5

    name = "share"

    def firings(self, seen: Evaluation) -> list[Firing]:
        fired = []
        for window, score in zip(seen.windows, seen.scores, strict=True):
            threshold = window.threshold + self.offset
            if score.value >= threshold and score.negative >= window.least:
                rule = f"share_{window.name}"
                fired.append(Firing(rule, score.value, threshold, window.bins, score))
        hour = seen.scores[0]
        if (
            seen.age_bins <= DAY_BINS
            and hour.mentions >= self.first_day_mentions
            and hour.negative >= self.first_day_negative
            and hour.negative >= self.first_day_share * hour.mentions
        ):
            share = hour.negative / hour.mentions
            fired.append(
                Firing("first_day", share, self.first_day_share, seen.windows[0].bins, hour)
            )
        return fired

    def quiet(self, seen: Evaluation) -> bool:
        return all(
            score.value < max(window.threshold + self.offset - self.calm_below, CALM_LEAST)
            for window, score in zip(seen.windows, seen.scores, strict=True)
        )


@dataclass(frozen=True, slots=True)
class RedlineRule:
    """Someone says a red-line word against the brand; one voice in 24 hours is enough.

    For a brand of which such things are said every day, what counts is more than usual.
    """

    least: int = 1

    name = "redline"

    def threshold(self, seen: Evaluation) -> float:
        """Voices in 24 hours that open an incident."""
        usual = seen.redline_usual
        # Below one a day each voice is news; above, three Poisson deviations over the usual.
        return max(self.least, usual + 3 * math.sqrt(usual)) if usual >= 1 else self.least

    def firings(self, seen: Evaluation) -> list[Firing]:
        threshold = self.threshold(seen)
        if seen.redline < threshold:
            return []
        return [Firing("redline", seen.redline, threshold, DAY_BINS, seen.scores[-1])]

    def quiet(self, seen: Evaluation) -> bool:
        return seen.redline < self.threshold(seen)
