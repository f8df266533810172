"""Streams of voices with a mood that drifts, readers that err, and crises put into them.

Seeds are arguments, so that every run is the same. The share of negatives follows a logistic AR(1)
around 8 % (standard deviation .3), the voices of one bin are more alike than chance (beta-binomial,
ρ = .01), and a reader finds only some negatives and takes some others for negative.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tingfeng.alerts.share import DAY_BINS

Counts = NDArray[np.int64]

BASE_SHARE = 0.08
DRIFT_SD = 0.3
DRIFT_MEMORY = 0.995
"""From one quarter of an hour to the next: half of a mood is gone after a day and a half."""
RHO = 0.01
HOUR_BINS = DAY_BINS // 24


class Read(NamedTuple):
    """How a reader errs."""

    name: str
    sensitivity: float
    """Share of true negatives that it calls negative."""
    specificity: float
    """Share of all others that it does not."""


BASE = Read("base", 0.80, 0.95)
NOISY = Read("noisy", 0.65, 0.90)
GOOD = Read("good", 0.90, 0.98)


@dataclass(frozen=True, slots=True)
class Stream:
    """One brand without a crisis, bin by bin."""

    voices: Counts
    shares: NDArray[np.float64]
    """Chance that a voice of the bin is negative."""
    negative: Counts
    """True ones."""

    @property
    def median(self) -> float:
        """Voices of a usual bin."""
        return float(np.median(self.voices))

    def __len__(self) -> int:
        return len(self.voices)


def stream(voices: Counts, seed: int) -> Stream:
    """A mood for *voices*."""
    dice = np.random.default_rng(seed)
    size = len(voices)
    noise = dice.normal(0, DRIFT_SD * math.sqrt(1 - DRIFT_MEMORY**2), size)
    drift = np.empty(size)
    level = float(dice.normal(0, DRIFT_SD))
    for i, step in enumerate(noise):
        level = DRIFT_MEMORY * level + float(step)
        drift[i] = level
    share = 1 / (1 + np.exp(-(math.log(BASE_SHARE / (1 - BASE_SHARE)) + drift)))
    weight = 1 / RHO - 1
    shares = dice.beta(share * weight, (1 - share) * weight)
    return Stream(voices, shares, dice.binomial(voices, shares))


def read(reader: Read, voices: Counts, negative: Counts, dice: np.random.Generator) -> Counts:
    """How many *reader* calls negative."""
    found = dice.binomial(negative, reader.sensitivity)
    mistaken = dice.binomial(voices - negative, 1 - reader.specificity)
    return np.asarray(found + mistaken, dtype=np.int64)


def made_up(rate: float, bins: int, seed: int) -> Counts:
    """Voices of a brand with *rate* a bin: a daily rhythm, gamma noise that lasts an hour or two, and
    about one burst a week, up to ten times as loud, fading within hours.
    """
    dice = np.random.default_rng(seed)
    at = np.arange(bins)
    mean = rate * (1 + 0.6 * np.sin(2 * np.pi * (at / DAY_BINS + dice.random())))
    slow = np.repeat(dice.gamma(6, 1 / 6, bins // 6 + 1), 6)[:bins]
    mean = mean * slow
    for _ in range(dice.poisson(bins / (7 * DAY_BINS))):
        begin, height = int(dice.integers(bins)), 10 ** dice.uniform(0.3, 1)
        fade = np.exp(-np.arange(bins - begin) / (dice.uniform(2, 6) * HOUR_BINS))
        mean[begin:] += rate * (height - 1) * fade
    return np.asarray(dice.poisson(mean), dtype=np.int64)


def thinned(voices: Counts, part: float, seed: int) -> Counts:
    """The same brand with *part* of the voices."""
    return np.asarray(np.random.default_rng(seed).binomial(voices, part), dtype=np.int64)


def quarters(counts: Sequence[int], step_seconds: int) -> Counts:
    """Counts of steps of *step_seconds* as counts of quarters of an hour."""
    join = max(1, 900 // step_seconds)
    whole = len(counts) // join * join
    summed = np.asarray(counts[:whole], dtype=np.int64).reshape(-1, join).sum(axis=1)
    return np.asarray(summed, dtype=np.int64)


class Shape(NamedTuple):
    """How a crisis runs. *height(t)* is what it adds at bin *t* since it began, in times c times the
    median voices of a bin, all of it negative.
    """

    name: str
    height: Callable[[int], float]
    bins: int
    """How long it is watched."""
    deadline: int
    """Bins within which it should be found."""


def surge(t: int) -> float:
    """Rises over two hours, then fades with a time constant of twelve."""
    ramp = 2 * HOUR_BINS
    return (t + 1) / ramp if t < ramp else math.exp(-(t - ramp) / (12 * HOUR_BINS))


def slow_burn(t: int) -> float:
    """Rises over 48 hours."""
    return min((t + 1) / (48 * HOUR_BINS), 1.0)


def step(t: int) -> float:
    """There at once, for a day."""
    return 1.0 if t < DAY_BINS else 0.0


SHAPES = (
    Shape("surge", surge, 12 * HOUR_BINS, 12 * HOUR_BINS),
    Shape("slow_burn", slow_burn, 60 * HOUR_BINS, 60 * HOUR_BINS),
    Shape("step", step, 12 * HOUR_BINS, 12 * HOUR_BINS),
)
