"""How much an account is answered, kept and passed on, against accounts of its size.

Likes do not enter: they are what is bought first. Followers enter only as what must be lived up to.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tingfeng.kol.curves import Curves
from tingfeng.kol.measures import Measures
from tingfeng.kol.panel import Floats
from tingfeng.kol.reduced import COUNTS

LOWEST, HIGHEST = -3.0, 2.0
"""Bounds of z: above two deviations more engagement is no better, it is only stranger."""
READ = 5
"""Works of which comments were read, from which voices stand for comments."""


@dataclass(frozen=True, slots=True)
class Engagement:
    """Arrays along creators."""

    z: Floats
    """Median over channels, bounded; NaN: not known."""
    by_channel: dict[str, Floats]
    """Of ``comments`` (voices where comments were read), ``saves``, ``shares``: unbounded z."""
    own: dict[str, Floats]
    """Typical ln(count + .5) of each channel."""
    usual: dict[str, Floats]
    """What accounts of its size have, likewise."""
    scatter: dict[str, Floats]
    """Deviation among accounts of its size."""
    n: dict[str, Floats]
    """Works that say so."""
    error: Floats
    """Standard error of *z*."""
    implied: Floats
    """ln of the followers at which such engagement would be at the 10th percentile; NaN: not known."""
    few: Floats
    """1 where the curve rests on too few accounts."""

    @property
    def value(self) -> Floats:
        """The part."""
        return normal(self.z)


def engagement(measures: Measures, curves: Curves) -> Engagement:
    """Of all creators."""
    size = np.log(np.where(measures.followers > 0, measures.followers, np.nan))
    channels, own, usual, scatter, works = {}, {}, {}, {}, {}
    errors, implied, few = [], [], []
    for name in ("comments", "saves", "shares"):
        typical, noise, n, curve = _channel(measures, curves, name)
        own[name], works[name], scatter[name] = typical, n, curve["sigma"]
        usual[name] = curve["alpha"] + curve["beta"] * size
        z = (typical - usual[name]) / curve["sigma"]
        channels[name] = z
        errors.append(np.where(np.isnan(z), np.nan, noise / curve["sigma"]))
        tenth = typical + 1.2816 * curve["sigma"] - curve["alpha"]
        implied.append(tenth / curve["beta"])
        few.append(curve["few"])
    stacked = np.stack(list(channels.values()))
    return Engagement(
        z=np.clip(_median(stacked), LOWEST, HIGHEST),
        by_channel=channels,
        own=own, usual=usual, scatter=scatter, n=works,
        # Channels of one work rise and fall together: their median is hardly sharper than each.
        error=_mean(np.stack(errors)),
        implied=_second(np.stack(implied)),
        few=np.nan_to_num(np.stack(few)).max(axis=0),
    )  # fmt: skip


def normal(z: Floats) -> Floats:
    """Standard normal distribution function, to 1e-7 (Abramowitz and Stegun 26.2.17)."""
    t = 1 / (1 + 0.2316419 * np.abs(z))
    series = t * (0.319381530 + t * (-0.356563782 + t * (1.781477937
             + t * (-1.821255978 + t * 1.330274429))))  # fmt: skip
    tail = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi) * series
    found: Floats = np.where(z >= 0, 1 - tail, tail)
    return found


def _channel(
    measures: Measures, curves: Curves, name: str
) -> tuple[Floats, Floats, Floats, dict[str, Floats]]:
    """Typical count, its error, number of works and the curve; distinct voices instead of comments where read."""
    number = COUNTS.index(name)
    typical, noise = measures.typical[:, number], measures.noise[:, number]
    curve = curves.parameters(measures, name)
    if name != "comments":
        return typical, noise, measures.counted[:, number], curve
    voices = curves.parameters(measures, "voices")
    heard = (measures.counted[:, 0] >= READ) & ~np.isnan(voices["alpha"])
    curve = {key: np.where(heard, voices[key], curve[key]) for key in curve}
    return (
        np.where(heard, measures.typical[:, 0], typical),
        np.where(heard, measures.noise[:, 0], noise),
        np.where(heard, measures.counted[:, 0], measures.counted[:, number]),
        curve,
    )


def _median(stacked: Floats) -> Floats:
    """Over the first axis, of what is known."""
    ordered = np.sort(stacked, axis=0)
    n = (~np.isnan(stacked)).sum(axis=0)
    column = np.arange(stacked.shape[1])
    low, high = np.maximum(n - 1, 0) // 2, n // 2
    middle = (ordered[low, column] + ordered[np.minimum(high, len(stacked) - 1), column]) / 2
    return np.where(n > 0, middle, np.nan)


def _mean(stacked: Floats) -> Floats:
    """Over the first axis, of what is known."""
    n = (~np.isnan(stacked)).sum(axis=0)
    total = np.nan_to_num(stacked).sum(axis=0)
    return np.where(n > 0, total / np.maximum(n, 1), np.nan)


def _second(stacked: Floats) -> Floats:
    """Second smallest over the first axis, the smallest where only one is known."""
    ordered = np.sort(stacked, axis=0)
    second: Floats = np.where(np.isnan(ordered[1]), ordered[0], ordered[1])
    return second
