"""How much louder is it than is usual for this brand?

Loudness alone is no crisis: a promotion is loud too. So this test opens notices of heat and never
an incident. A count is judged by the negative-binomial tail against a slow mean; then the score is
judged again by how often this very series scores as high, since no formula knows how bursty a brand
is. The second judgement did more for the score on the Numenta benchmark than any choice of formula.
"""

from __future__ import annotations

import math
import struct
from base64 import b64decode, b64encode
from bisect import bisect_left, insort
from collections import deque
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

from tingfeng.alerts.share import BIN_SECONDS
from tingfeng.alerts.tail import negative_binomial_score

DAY_SECONDS = 86400


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeSettings:
    """Every number of the test. They were written down before any series was scored with them."""

    bin_seconds: int = BIN_SECONDS
    memory_days: float = 7.0
    """Time constant of mean and dispersion."""
    first_bins: int = 12
    """The mean of these is where the mean starts; they are not judged."""
    dispersion: float = 0.5
    """φ at the start: the variance is μ + φ μ²."""
    dispersion_range: tuple[float, float] = (0.02, 5.0)
    tail_days: float = 14.0
    """Scores remembered for the second judgement. 7 and 28 days were worse in the design's own
    measurement."""
    tail_share: float = 0.02
    """What counts as the tail of them."""
    least_days: float = 3.0
    """Nothing is said before so many days of scores are remembered."""
    longest_excess: float = 20.0
    """An excess counts up to so many times the start of the tail, so that one giant does not
    deafen the test for a fortnight."""
    least_mean_excess: float = 0.2
    quiet_hours: float = 24.0
    """A second notice within so many hours must be louder than everything since."""
    planned: float = 1.0
    """Added to the threshold while a planned event is on."""

    @property
    def day_bins(self) -> float:
        """Bins in a day."""
        return DAY_SECONDS / self.bin_seconds

    @property
    def threshold(self) -> float:
        """Of the score: one crossing a week is to be expected."""
        return math.log10(7 * self.day_bins)


class Heat(NamedTuple):
    """What the test says at the end of one bin."""

    value: float
    """-log10 of how often this series is as loud; 0 below its own tail and while it is learnt."""
    raw: float
    """The same by the negative-binomial formula alone."""
    mentions: int
    usual: float
    """Mentions of a usual bin."""
    threshold: float
    louder: bool
    """Than anything in the quiet hours before."""

    @property
    def notice(self) -> bool:
        """Whether to speak of it."""
        return self.louder and self.value >= self.threshold


class VolumeState:
    """The test along one series; the same after :meth:`dump` and :meth:`load`.

    Holds a fortnight of scores in half precision: 3.6 KB of text at quarters of an hour.
    """

    __slots__ = (
        "_bin", "_dispersion", "_heat", "_learnt", "_mean", "_peaks", "_recent", "_settings",
        "_sorted",
    )  # fmt: skip

    def __init__(self, settings: VolumeSettings | None = None) -> None:
        self._settings = settings or VolumeSettings()
        self._mean = 0.0
        self._dispersion = self._settings.dispersion
        self._learnt = 0
        self._recent: deque[float] = deque()
        self._sorted: list[float] = []
        self._peaks: deque[tuple[int, float]] = deque()
        self._bin = 0
        self._heat = Heat(0.0, 0.0, 0, 0.0, self._settings.threshold, False)

    @property
    def heat(self) -> Heat:
        """What :meth:`look` said last."""
        return self._heat

    def look(self, mentions: int, *, planned: bool = False) -> Heat:
        """Move on by one bin. *planned*: it belongs to an event the brand knows of."""
        if mentions < 0:
            raise ValueError(f"{mentions} mentions")
        given = self._settings
        raw = 0.0
        if self._learnt >= given.first_bins:
            raw = _half(negative_binomial_score(mentions, self._mean, self._dispersion))
        value = self._calibrated(raw)
        threshold = given.threshold + (given.planned if planned else 0.0)
        self._bin += 1
        louder = value > self._highest()
        self._remember(value)
        self._heat = Heat(value, raw, mentions, self._mean, threshold, louder)
        return self._heat

    def learn(self) -> None:
        """Take in what :meth:`look` saw last; an outburst counts up to two standard deviations."""
        given, mentions = self._settings, self._heat.mentions
        self._learnt += 1
        if self._learnt <= given.first_bins:
            self._mean += (mentions - self._mean) / self._learnt
            return
        mean, dispersion = self._mean, self._dispersion
        rate = max(1 / self._learnt, 1 / (given.memory_days * given.day_bins))
        capped = min(mentions, mean + 2 * math.sqrt(mean + dispersion * mean * mean))
        self._mean += rate * (capped - mean)
        # Below one mention a bin the dispersion cannot be told from the data.
        if mean > 1:
            seen = ((capped - mean) ** 2 - mean) / (mean * mean)
            low, high = given.dispersion_range
            self._dispersion = min(max(dispersion + rate * (seen - dispersion), low), high)
        self._keep(self._heat.raw)

    def step(self, mentions: int, *, planned: bool = False, learn: bool = True) -> Heat:
        """Look, and learn unless an incident is open or the hour was blind."""
        heat = self.look(mentions, planned=planned)
        if learn:
            self.learn()
        return heat

    def _calibrated(self, raw: float) -> float:
        """An exponential tail beyond the quantile, as in peaks over threshold."""
        given, scores = self._settings, self._sorted
        if len(scores) < given.least_days * given.day_bins:
            return 0.0
        start = int((1 - given.tail_share) * len(scores))
        edge = scores[start]
        if raw <= edge:
            return 0.0
        most = given.longest_excess * max(edge, 0.5)
        excesses = [min(one - edge, most) for one in islice(scores, start, None) if one > edge]
        mean = sum(excesses) / len(excesses) if excesses else 0.0
        mean = max(mean, given.least_mean_excess)
        return -math.log10(given.tail_share) + (raw - edge) / (mean * math.log(10))

    def _highest(self) -> float:
        """Of the quiet hours before this bin."""
        oldest = self._bin - self._settings.quiet_hours / 24 * self._settings.day_bins
        while self._peaks and self._peaks[0][0] < oldest:
            self._peaks.popleft()
        return self._peaks[0][1] if self._peaks else 0.0

    def _remember(self, value: float) -> None:
        """Only what nothing later surpasses can ever be the highest."""
        if value > 0:
            while self._peaks and self._peaks[-1][1] <= value:
                self._peaks.pop()
            self._peaks.append((self._bin, value))

    def _keep(self, raw: float) -> None:
        given, scores = self._settings, self._sorted
        self._recent.append(raw)
        insort(scores, raw)
        if len(self._recent) > given.tail_days * given.day_bins:
            del scores[bisect_left(scores, self._recent.popleft())]

    def dump(self) -> dict[str, Any]:
        """All of it as plain values."""
        packed = struct.pack(f"<{len(self._recent)}e", *self._recent)
        return {
            "mean": self._mean,
            "dispersion": self._dispersion,
            "learnt": self._learnt,
            "bin": self._bin,
            "peaks": [list(peak) for peak in self._peaks],
            "scores": b64encode(packed).decode(),
            "last": [self._heat.mentions, self._heat.raw],
        }

    @classmethod
    def load(cls, saved: dict[str, Any], settings: VolumeSettings | None = None) -> VolumeState:
        """What :meth:`dump` gave."""
        state = cls(settings)
        state._mean, state._dispersion = saved["mean"], saved["dispersion"]
        state._learnt, state._bin = saved["learnt"], saved["bin"]
        state._peaks.extend((bin, value) for bin, value in saved["peaks"])
        packed = b64decode(saved["scores"])
        state._recent.extend(struct.unpack(f"<{len(packed) // 2}e", packed))
        state._sorted = sorted(state._recent)
        mentions, raw = saved["last"]
        state._heat = Heat(0.0, raw, mentions, state._mean, state._settings.threshold, False)
        return state


def _half(score: float) -> float:
    """In half precision, as it is stored, so that a stored state goes on exactly as it would."""
    rounded: float = struct.unpack("<e", struct.pack("<e", min(score, 10_000.0)))[0]
    return rounded
