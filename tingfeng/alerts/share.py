"""Is the share of negative voices higher than is usual for this brand?

The test that opens incidents. A count of negatives alone cries wolf at every promotion; their
share, against what this brand is used to, does not. Three windows look at once: the short one is
quick, the long one sees what smoulders.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from tingfeng.alerts.tail import SMALL, beta_binomial_score, normal_score

BIN_SECONDS = 900
"""Event time is cut into quarters of an hour."""

DAY_BINS = 86400 // BIN_SECONDS


class Window(NamedTuple):
    """One length of looking back, and what opens an incident in it."""

    name: str
    bins: int
    threshold: float
    """Of the score. Measured on Twitter counts with injected crises: .16 (1 h) and .12 (4 h) false
    alarms per brand and week at these values."""
    least: int
    """Negatives there must be. Asking for ten an hour made small brands deaf (recall .3)."""

    @property
    def hours(self) -> float:
        """Length in hours."""
        return self.bins * BIN_SECONDS / 3600


WINDOWS = (Window("1h", 4, 5.0, 3), Window("4h", 16, 4.0, 3), Window("24h", 96, 3.0, 6))


class Score(NamedTuple):
    """What one window says at the end of one bin."""

    value: float
    """-log10 of the chance to see as many negatives at the usual share. A score, no honest
    probability: windows overlap and shares drift."""
    mentions: int
    negative: int
    usual: float
    """The usual negative share, before this bin was learnt."""
    spread: float
    """Standard deviation of the number of negatives at the usual share."""

    @property
    def expected(self) -> float:
        """Negatives at the usual share."""
        return self.mentions * self.usual


NOTHING = Score(0.0, 0, 0, 0.0, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareSettings:
    """How a baseline starts and how fast it learns."""

    prior: float = 0.10
    """Negative share of a brand of which nothing is known."""

    prior_weight: float = 50.0
    """In mentions."""

    memory_bins: int = 672
    """Time constant of learning: seven days of quarters."""

    overdispersion: float = 0.02
    """ρ at the start: how alike the voices of one window are, beyond their common share."""

    overdispersion_range: tuple[float, float] = (0.001, 0.3)


class Baseline:
    """What one window has learnt: discounted mentions and negatives, and ρ."""

    __slots__ = ("_negative", "_rho", "_seen", "_settings")

    def __init__(
        self,
        settings: ShareSettings,
        seen: float = 0.0,
        negative: float = 0.0,
        rho: float | None = None,
    ) -> None:
        self._settings = settings
        self._seen, self._negative = seen, negative
        self._rho = settings.overdispersion if rho is None else rho

    @property
    def usual(self) -> float:
        """The usual negative share."""
        given = self._settings
        return (self._negative + given.prior * given.prior_weight) / (
            self._seen + given.prior_weight
        )

    def score(self, mentions: int, negative: int) -> Score:
        """How unusual *negative* of *mentions* are. Learns nothing."""
        usual = self.usual
        if not mentions:
            return Score(0.0, 0, 0, usual, 0.0)
        variance = mentions * usual * (1 - usual)
        spread = math.sqrt(variance * (1 + (mentions - 1) * self._rho))
        expected = mentions * usual
        value = (
            beta_binomial_score(negative, mentions, usual, self._rho)
            if expected < SMALL
            else normal_score((negative - expected) / spread)
        )
        return Score(value, mentions, negative, usual, spread)

    def learn(self, score: Score) -> None:
        """Take the window in; an outburst counts only up to two standard deviations."""
        rate = 1 / self._settings.memory_bins
        mentions, usual = score.mentions, score.usual
        expected = mentions * usual
        capped = min(score.negative, expected + 2 * score.spread)
        self._seen += mentions - rate * self._seen
        self._negative += capped - rate * self._negative
        variance = expected * (1 - usual)
        if mentions > 3 and variance > 0.5:
            excess = ((capped - expected) ** 2 / variance - 1) / (mentions - 1)
            low, high = self._settings.overdispersion_range
            self._rho = min(max(self._rho + rate * (excess - self._rho), low), high)

    def dump(self) -> list[float]:
        """The three numbers, for JSON."""
        return [self._seen, self._negative, self._rho]


class ShareState:
    """The test along one series. Small (the last day of bins and three numbers a window), and the
    same after :meth:`dump` and :meth:`load`.
    """

    __slots__ = ("_baselines", "_recent", "_scores", "_settings", "_sums", "windows")

    def __init__(
        self,
        settings: ShareSettings | None = None,
        windows: Sequence[Window] = WINDOWS,
    ) -> None:
        self._settings = settings or ShareSettings()
        self.windows = tuple(windows)
        self._recent: deque[tuple[int, int]] = deque(maxlen=max(w.bins for w in self.windows) + 1)
        self._baselines = [Baseline(self._settings) for _ in self.windows]
        self._sums = [[0, 0] for _ in self.windows]
        self._scores: list[Score] = [NOTHING for _ in self.windows]

    @property
    def scores(self) -> tuple[Score, ...]:
        """What :meth:`look` said last, one a window."""
        return tuple(self._scores)

    def look(self, mentions: int, negative: int) -> list[Score]:
        """Move on by one bin; the scores of the windows that end with it, in their order."""
        if not 0 <= negative <= mentions:
            raise ValueError(f"{negative} negatives of {mentions} mentions")
        recent = self._recent
        recent.append((mentions, negative))
        for i, window in enumerate(self.windows):
            sums = self._sums[i]
            sums[0] += mentions
            sums[1] += negative
            if len(recent) > window.bins:
                left = recent[-window.bins - 1]
                sums[0] -= left[0]
                sums[1] -= left[1]
            self._scores[i] = self._baselines[i].score(*sums)
        return list(self._scores)

    def learn(self) -> None:
        """Let the baselines take in what :meth:`look` saw last."""
        for baseline, score in zip(self._baselines, self._scores, strict=True):
            baseline.learn(score)

    def step(self, mentions: int, negative: int, *, learn: bool = True) -> list[Score]:
        """Look, and learn unless an incident is open."""
        scores = self.look(mentions, negative)
        if learn:
            self.learn()
        return scores

    def dump(self) -> dict[str, Any]:
        """All of it as plain values."""
        return {
            "recent": [pair for bin in self._recent for pair in bin],
            "baselines": [baseline.dump() for baseline in self._baselines],
        }

    @classmethod
    def load(
        cls,
        saved: dict[str, Any],
        settings: ShareSettings | None = None,
        windows: Sequence[Window] = WINDOWS,
    ) -> ShareState:
        """What :meth:`dump` gave."""
        state = cls(settings, windows)
        flat: Iterable[int] = iter(saved["recent"])
        state._recent.extend(zip(flat, flat, strict=True))
        state._baselines = [Baseline(state._settings, *kept) for kept in saved["baselines"]]
        for i, window in enumerate(state.windows):
            inside = list(state._recent)[-window.bins :]
            state._sums[i] = [sum(n for n, _ in inside), sum(k for _, k in inside)]
            state._scores[i] = state._baselines[i].score(*state._sums[i])
        return state
