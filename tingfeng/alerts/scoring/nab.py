"""The volume test along the series of the Numenta Anomaly Benchmark, row by row: each is judged
before the next is seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import quantiles
from typing import Any

from tingfeng.alerts.scoring.nab_files import Series
from tingfeng.alerts.scoring.nab_rules import PROFILES, Profile, Truth, episodes, normalized
from tingfeng.alerts.volume import VolumeSettings, VolumeState

EPISODE_HOURS = 6
"""Detections closer than this are one alarm to whoever receives them."""

WEEK_SECONDS = 7 * 86400


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What the test said along one series."""

    series: Series
    truth: Truth
    threshold: float
    louder: Mapping[int, float]
    """Score of each row that is louder than the day before it: what some threshold would report."""
    step_seconds: int

    def rows(self, threshold: float) -> list[int]:
        """Where notices are opened at *threshold*, after the rows that are not scored."""
        return [
            row
            for row, value in self.louder.items()
            if value >= threshold and row >= self.truth.probation
        ]

    @cached_property
    def told(self) -> list[int]:
        """At the threshold that the product ships."""
        return self.rows(self.threshold)

    @property
    def weeks(self) -> float:
        """That were scored."""
        return (self.truth.rows - self.truth.probation) * self.step_seconds / WEEK_SECONDS

    def score(self, profile: Profile, threshold: float | None = None) -> float:
        """Raw, for adding up."""
        rows = self.told if threshold is None else self.rows(threshold)
        return self.truth.score(rows, profile)

    def alarms(self) -> tuple[int, int]:
        """Episodes of notices, and how many of them touch no window."""
        together = episodes(self.told, EPISODE_HOURS * 3600 // self.step_seconds)
        false = [one for one in together if not any(map(self.truth.window_of, one))]
        return len(together), len(false)

    def delays(self) -> list[float]:
        """Minutes from the labelled point of each window to its first detection."""
        times, found = self.series.times, []
        for (first, last), row in self.truth.hits(self.told).items():
            inside = [one for one in self.series.labels if times[first] <= one <= times[last]]
            found += [(times[row] - one).total_seconds() / 60 for one in inside[:1]]
        return found


def hear(series: Series, settings: VolumeSettings | None = None) -> Heard:
    """Run the test along *series*, row by row."""
    step = series.step_seconds
    given = replace(settings or VolumeSettings(), bin_seconds=step)
    state = VolumeState(given)
    louder = {}
    for row, count in enumerate(series.counts):
        heat = state.step(count)
        if heat.louder:
            louder[row] = heat.value
    return Heard(series=series, truth=series.truth, threshold=given.threshold, louder=louder,
                 step_seconds=step)  # fmt: skip


def figures(
    heard: Sequence[Heard], published: Mapping[str, Mapping[str, float]] | None = None
) -> dict[str, Any]:
    """Keys: ``standard``, ``reward_low_FP_rate``, ``reward_low_FN_rate`` (0 to 100, normalized over
    these series); ``windows``, ``hits``, ``recall``; ``alarms`` (episodes), ``false_alarms``,
    ``episode_precision``, ``weeks``, ``false_alarms_per_week``; ``delay_minutes`` (quartiles from
    the labelled point, and the share within an hour of it); ``leave_one_out`` (the threshold chosen
    on the other series, standard profile); ``threshold``; ``series`` (each by itself, with the times
    of its notices); ``published`` (other detectors on the same series).
    """
    windows = sum(len(one.truth.scored) for one in heard)
    hits = sum(len(one.truth.hits(one.told)) for one in heard)
    alarms = [one.alarms() for one in heard]
    total, false = sum(a for a, _ in alarms), sum(f for _, f in alarms)
    weeks = sum(one.weeks for one in heard)
    return {
        **_normalized(heard),
        "windows": windows,
        "hits": hits,
        "recall": hits / windows if windows else None,
        "alarms": total,
        "false_alarms": false,
        "episode_precision": (total - false) / total if total else None,
        "weeks": weeks,
        "false_alarms_per_week": false / weeks if weeks else None,
        "delay_minutes": _delay([delay for one in heard for delay in one.delays()]),
        "leave_one_out": leave_one_out(heard),
        "threshold": heard[0].threshold if heard else None,
        "series": [_one(one) for one in heard],
        "published": published or {},
    }


def _normalized(heard: Sequence[Heard]) -> dict[str, float]:
    windows = sum(len(one.truth.scored) for one in heard)
    return {
        name: normalized(sum(one.score(profile) for one in heard), windows, profile)
        for name, profile in PROFILES.items()
    }


def _one(heard: Heard) -> dict[str, Any]:
    alarms, false = heard.alarms()
    return {
        "name": heard.series.name, "rows": heard.truth.rows, "weeks": heard.weeks,
        "windows": len(heard.truth.scored), "hits": len(heard.truth.hits(heard.told)),
        "alarms": alarms, "false_alarms": false, **_normalized([heard]),
        "raw": {name: heard.score(profile) for name, profile in PROFILES.items()},
        "notices": [heard.series.times[row].replace(tzinfo=None).isoformat(" ")
                    for row in heard.told],
    }  # fmt: skip


def _delay(minutes: Sequence[float]) -> dict[str, float] | None:
    if len(minutes) < 2:
        return None
    low, middle, high = quantiles(minutes, n=4, method="inclusive")
    close = sum(abs(one) <= 60 for one in minutes) / len(minutes)
    return {"q25": low, "median": middle, "q75": high, "within_an_hour": close}


def leave_one_out(heard: Sequence[Heard]) -> float | None:
    """Normalized standard score, each series at the threshold that is best on all others."""
    if len(heard) < 2:
        return None
    profile = PROFILES["standard"]
    least = min(one.threshold for one in heard) - 1.5
    choices = sorted({round(v, 2) for one in heard for v in one.louder.values() if v >= least})
    table = [[one.score(profile, choice) for choice in choices] for one in heard]
    sums = [sum(column) for column in zip(*table, strict=True)]
    total = 0.0
    for scores in table:
        rest = [both - own for both, own in zip(sums, scores, strict=True)]
        total += scores[rest.index(max(rest))] if rest else -len(heard)
    return normalized(total, sum(len(one.truth.scored) for one in heard), profile)
