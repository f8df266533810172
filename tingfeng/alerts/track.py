"""What is known of one brand at the end of each quarter of an hour."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median
from typing import Any

from tingfeng import SHANGHAI
from tingfeng.alerts.bins import EMPTY, Bin, bin_of, doubling_hours, start_of
from tingfeng.alerts.copies import Echo
from tingfeng.alerts.issue_clusters import Cluster, Heard, clusters, heard
from tingfeng.alerts.issue_past import Past
from tingfeng.alerts.praise import Praise
from tingfeng.alerts.share import (
    BIN_SECONDS,
    DAY_BINS,
    WINDOWS,
    Score,
    ShareSettings,
    ShareState,
    Window,
)
from tingfeng.alerts.volume import Heat, VolumeState

MONTH_DAYS = 28
LEARNING_BINS = 7 * DAY_BINS
LEARNING_MENTIONS = 200
"""A brand is 学习中 until it has seven days or this many mentions, whichever comes first."""

NEVER = -1e9
"""Below any score; JSON knows no infinity."""

PLATFORM_SCORE = 3.0
"""A platform counts as unusual from this score over four hours."""

_FOUR_HOURS = (WINDOWS[1],)
_SHANGHAI_BINS = 8 * 3600 // BIN_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """Everything that rules and levels look at, at the end of one bin."""

    bin: int
    windows: tuple[Window, ...]
    scores: tuple[Score, ...]
    """One a window."""
    usual_day: float
    """Median negatives in 24 hours over the last 28 days without incidents; 0 where unknown."""
    platforms: tuple[str, ...]
    """Where the share is unusual over four hours."""
    followers: int
    """Of the biggest negative author in 24 hours."""
    redline: int
    """Voices with red-line words in 24 hours."""
    redline_usual: float
    """Such voices in a usual day."""
    age_bins: int
    """Bins since the brand was first spoken of."""
    mentions: int
    """Voices since then."""
    peaks: Sequence[float] = ()
    """How far beyond its threshold the highest score stood, on each of the last 28 days."""
    blind: bool = False
    """Most sources could not be read in this hour."""
    day_marks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By rule, the different marks of 24 hours, see :mod:`tingfeng.alerts.signals`."""
    usual_marks: Mapping[str, float] = field(default_factory=dict)
    """How many there are in a usual day."""
    doubling_hours: float | None = None
    """In which the engagement under negative posts doubles, by the last three hours; ``None``: it
    does not grow, or there is too little of it."""
    heat: Heat | None = None
    """How loud it is, whatever is said: opens no incident."""
    planned: str = ""
    """Name of the planned event that this belongs to: its loudness is meant to be."""
    now: datetime | None = None
    """When it was looked at, if before the end of the bin: more may come."""
    issues: tuple[Cluster, ...] = ()
    """What is new of what people complain of, see :meth:`Track.issues`."""
    own_negative: int | None = None
    """Of several incidents at a time, the negative voices in 24 hours that belong to this one."""

    @property
    def at(self) -> datetime:
        """End of the bin, or of what could be seen of it."""
        end = start_of(self.bin + 1)
        return end if self.now is None else min(self.now.astimezone(SHANGHAI), end)

    def marks(self, rule: str) -> tuple[str, ...]:
        """The different marks of one rule in 24 hours."""
        return self.day_marks.get(rule, ())

    @property
    def negative_day(self) -> int:
        """Negative voices in 24 hours."""
        return self.scores[-1].negative if self.own_negative is None else self.own_negative

    @property
    def learning(self) -> bool:
        """Too little is known of this brand yet."""
        return self.age_bins < LEARNING_BINS and self.mentions < LEARNING_MENTIONS


class Track:
    """The series of one brand, moved on bin by bin."""

    def __init__(self, settings: ShareSettings | None = None) -> None:
        self._settings = settings or ShareSettings()
        self.share = ShareState(self._settings)
        self.volume = VolumeState()
        self._platforms: dict[str, ShareState] = {}
        self._platform_scores: dict[str, Score] = {}
        self._day: deque[Bin] = deque(maxlen=DAY_BINS)
        self._past = Past()
        self._echo, self._praise = Echo(), Praise()
        self._silent_bins = DAY_BINS
        self._redline = 0
        self._redline_usual = 0.0
        self._usual_marks: dict[str, float] = {}
        self._plain_bins = DAY_BINS
        self._days: deque[int] = deque(maxlen=MONTH_DAYS)
        self._usual_day = 0.0
        self._peaks: deque[float] = deque(maxlen=MONTH_DAYS)
        self._peak = NEVER
        self._age = 0
        self._mentions = 0
        self._bin = 0

    def look(self, number: int, bin: Bin, *, blind: bool = False, planned: str = "") -> Evaluation:
        """Move on by one bin. Bins come without gaps. *planned*: the event it belongs to."""
        if len(self._day) == DAY_BINS:
            self._echo.forget(self._day[0])
        bin = self._praise.damped(self._echo.damped(bin))
        mentions = sum([pair[0] for pair in bin.counts.values()])
        negative = sum([pair[1] for pair in bin.counts.values()])
        scores = self.share.look(mentions, negative)
        for name in bin.counts:
            if name not in self._platforms:
                self._platforms[name] = ShareState(self._settings, _FOUR_HOURS)
        for name, state in self._platforms.items():
            self._platform_scores[name] = state.look(*bin.counts.get(name, (0, 0)))[0]
        if len(self._day) == DAY_BINS:
            self._redline -= self._day[0].redline
            self._past.take(number - DAY_BINS, self._day[0].said)
        self._day.append(bin)
        self._plain_bins = 0 if bin.marks or bin.engagement else self._plain_bins + 1
        self._silent_bins = 0 if bin.said else self._silent_bins + 1
        self._redline += bin.redline
        excess = [s.value - w.threshold for s, w in zip(scores, self.share.windows, strict=True)]
        self._peak = max(self._peak, *excess)
        peaks = self._peaks
        if self._ends_day(number):
            self._peaks = deque([*peaks, self._peak], maxlen=MONTH_DAYS)
            self._peak = NEVER
        self._bin = number
        self._age += 1
        self._mentions += mentions
        least = _FOUR_HOURS[0].least
        return Evaluation(
            bin=number,
            windows=self.share.windows,
            scores=tuple(scores),
            usual_day=self._usual_day,
            platforms=tuple(
                name
                for name, score in self._platform_scores.items()
                if score.value >= PLATFORM_SCORE and score.negative >= least
            ),
            followers=max([one.followers for one in self._day]),
            redline=self._redline,
            redline_usual=self._redline_usual,
            age_bins=self._age,
            mentions=self._mentions,
            peaks=peaks,
            blind=blind,
            heat=self.volume.look(mentions + bin.left + bin.praise, planned=bool(planned)),
            planned=planned,
            day_marks=self._day_marks(),
            usual_marks=dict(self._usual_marks),
            doubling_hours=None
            if self._plain
            else doubling_hours([one.engagement for one in self._day]),
        )

    @property
    def _plain(self) -> bool:
        """Nothing but numbers of voices in 24 hours, as nearly always."""
        return self._plain_bins >= DAY_BINS

    def _day_marks(self) -> dict[str, tuple[str, ...]]:
        if self._plain:
            return {}
        found: dict[str, dict[str, None]] = {}
        for bin in self._day:
            for rule, marks in bin.marks.items():
                found.setdefault(rule, {}).update(dict.fromkeys(marks))
        return {rule: tuple(marks) for rule, marks in found.items()}

    def issues(self) -> tuple[Cluster, ...]:
        """What is new of what people complain of in the 24 hours that were looked at last."""
        return clusters(self.heard(), self._past) if self._silent_bins < DAY_BINS else ()

    def heard(self) -> list[Heard]:
        """What is kept of the posts of these 24 hours."""
        return heard(enumerate(self._day, self._bin + 1 - len(self._day)))

    def learn(self) -> None:
        """Let the baselines take in the bin last looked at."""
        self.share.learn()
        self.volume.learn()
        for state in self._platforms.values():
            state.learn()
        rate = 1 / self._settings.memory_bins
        self._praise.learn(rate)
        self._redline_usual += rate * (self._redline - self._redline_usual)
        marks = self._day_marks()
        for rule in sorted({*self._usual_marks, *marks}):
            usual = self._usual_marks.get(rule, 0.0)
            self._usual_marks[rule] = usual + rate * (len(marks.get(rule, ())) - usual)
        if self._ends_day(self._bin):
            self._days.append(sum(k for bin in self._day for _, k in bin.counts.values()))
            self._usual_day = float(median(self._days))

    @staticmethod
    def _ends_day(bin: int) -> bool:
        return (bin + 1 + _SHANGHAI_BINS) % DAY_BINS == 0

    def left(self, bins: int) -> tuple[int, int]:
        """Voices of the last *bins* bins that were left out: copies, and praise."""
        seen = list(self._day)[-bins:]
        return sum(bin.left for bin in seen), sum(bin.praise for bin in seen)

    def by_platform(self, bins: int) -> dict[str, tuple[int, int]]:
        """Voices and negatives of the last *bins* bins, most negatives first."""
        sums: dict[str, list[int]] = {}
        for bin in list(self._day)[-bins:]:
            for name, (n, k) in bin.counts.items():
                pair = sums.setdefault(name, [0, 0])
                pair[0] += n
                pair[1] += k
        ranked = sorted(sums.items(), key=lambda item: (-item[1][1], item[0]))
        return {name: (n, k) for name, (n, k) in ranked}

    def dump(self) -> dict[str, Any]:
        """All of it as plain values."""
        return {
            "share": self.share.dump(),
            "volume": self.volume.dump(),
            "platforms": {name: state.dump() for name, state in self._platforms.items()},
            "day": [bin.dump() if bin != EMPTY else 0 for bin in self._day],
            "redline_usual": self._redline_usual,
            "usual_marks": self._usual_marks,
            "days": list(self._days),
            "peaks": [*self._peaks, self._peak],
            "age": self._age,
            "mentions": self._mentions,
            "bin": self._bin,
            "past": self._past.dump(),
            "praise": self._praise.dump(),
        }

    def copy(self) -> Track:
        """Another that goes its own way from here."""
        return Track.load(self.dump(), self._settings)

    @classmethod
    def load(cls, saved: dict[str, Any], settings: ShareSettings | None = None) -> Track:
        """What :meth:`dump` gave."""
        track = cls(settings)
        track.share = ShareState.load(saved["share"], track._settings)
        if "volume" in saved:
            track.volume = VolumeState.load(saved["volume"])
        for name, kept in saved["platforms"].items():
            track._platforms[name] = ShareState.load(kept, track._settings, _FOUR_HOURS)
        track._day.extend(Bin.load(bin) if bin else EMPTY for bin in saved["day"])
        track._echo = Echo(track._day)
        praise = saved.get("praise", (0.0, 0.0))
        track._praise = Praise(praise[0], praise[1], track._day)
        track._redline = sum(bin.redline for bin in track._day)
        track._plain_bins = track._silent_bins = 0
        track._redline_usual = saved["redline_usual"]
        track._usual_marks = dict(saved.get("usual_marks", {}))
        track._days.extend(saved["days"])
        track._usual_day = float(median(track._days)) if track._days else 0.0
        *peaks, track._peak = saved["peaks"]
        track._peaks.extend(peaks)
        track._age, track._mentions = saved["age"], saved["mentions"]
        track._bin = saved["bin"]
        if "past" in saved:
            track._past = Past.load(saved["past"])
        return track


__all__ = ["EMPTY", "Bin", "Evaluation", "Track", "bin_of", "start_of"]
