"""Works of many creators as arrays, creators by works: what is reckoned at 100,000 creators is
reckoned once for all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import nan

import numpy as np
import numpy.typing as npt

from tingfeng.kol.nouns import Profile, Work
from tingfeng.kol.target import Target

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

WORKS = 60
"""Newest works looked at: more says little more of today and costs memory in proportion."""
DAY = 86400.0
EAST = 8 * 3600
"""Seconds that Shanghai is ahead of UTC, the whole year: calendar days are Shanghai's."""
PAID = 0.5
"""Probability from which a work counts as an advert."""
COLUMNS = (
    "day", "ripe", "views", "likes", "comments", "saves", "shares", "voices", "paid", "hidden_ad",
    "fits", "close", "rival",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Panel:
    """Arrays of shape (creators, :data:`WORKS`), NaN where a creator has no such work or figure.

    ``day`` is the Shanghai day number of the work, ``ripe`` the age of its counts in days, ``paid``,
    ``hidden_ad``, ``fits`` (in the brand's field) and ``rival`` (paid for by a competitor) are 0 or 1.
    Copies of older works are left out: writing the same again is not more work.
    """

    columns: dict[str, Floats]
    tone: Floats
    """(creators, tones): mean over works that are not adverts; NaN: none says."""
    toned: Floats
    """How many works *tone* rests on."""

    def __getitem__(self, name: str) -> Floats:
        return self.columns[name]

    @staticmethod
    def of(profiles: Sequence[Profile], target: Target) -> Panel:
        """The works of *profiles*, as *target* sees them."""
        rows: list[tuple[float, ...]] = []
        lengths: list[int] = []
        width = len(target.tone)
        tones = np.full((len(profiles), width), nan)
        toned = np.zeros(len(profiles))
        fields, rivals = frozenset(target.categories), frozenset(target.competitors)
        for number, profile in enumerate(profiles):
            works = newest(profile)
            rows.extend([_row(work, fields, rivals) for work in works])
            lengths.append(len(works))
            own = [w.tone for w in works if len(w.tone) == width and w.advert < PAID]
            if own and width:
                tones[number] = np.array(own).mean(axis=0)
                toned[number] = len(own)
        return Panel(_padded(rows, lengths), tones, toned)


def newest(profile: Profile) -> list[Work]:
    """At most :data:`WORKS` works, newest first, however they are given; copies of older ones do not
    push others out.
    """
    own = [work for work in profile.works if work.copy_of is None]
    own.sort(key=_moment, reverse=True)
    return own[:WORKS]


def _moment(work: Work) -> datetime:
    return work.at


def day_of(moment: datetime) -> int:
    """Number of the Shanghai day of *moment*, as ``date.toordinal`` counts."""
    return int((moment.timestamp() + EAST) // DAY) + 719163  # ordinal of 1970-01-01


def _row(work: Work, fields: frozenset[str], rivals: frozenset[str]) -> tuple[float, ...]:
    """One work in the order of :data:`COLUMNS`."""
    count = work.counts.get
    begun = work.at.timestamp()
    seen = nan if work.observed_at is None else (work.observed_at.timestamp() - begun) / DAY
    paid = work.advert >= PAID or bool(work.declared)
    return (
        (begun + EAST) // DAY + 719163,
        seen,
        count("views", nan), count("likes", nan), count("comments", nan), count("saves", nan),
        count("shares", nan),
        nan if work.voices is None else work.voices,
        paid,
        work.advert >= PAID and work.declared is False,
        nan if not work.category else work.category in fields,
        nan if work.closeness is None else work.closeness,
        paid and bool(work.brands) and not rivals.isdisjoint(work.brands),
    )  # fmt: skip


def _padded(rows: list[tuple[float, ...]], lengths: list[int]) -> dict[str, Floats]:
    """*rows*, *lengths* of them to each creator, as one padded array per column."""
    flat = np.array(rows, dtype=float).reshape(-1, len(COLUMNS))
    counts = np.array(lengths, dtype=int)
    creator = np.repeat(np.arange(len(counts)), counts)
    begin = np.repeat(np.cumsum(counts) - counts, counts)
    place = np.arange(len(flat)) - begin
    padded = {}
    for number, name in enumerate(COLUMNS):
        column = np.full((len(counts), WORKS), nan)
        column[creator, place] = flat[:, number]
        padded[name] = column
    return padded


def midmean(values: Floats) -> tuple[Floats, Floats, Floats]:
    """Interquartile mean of each row, how many values it rests on, and their robust deviation.

    As robust as is needed (a quarter of the works may be anything), and of discrete small counts far
    less noisy than the median. Deviation: interquartile range / 1.349. NaN where a row is empty.
    """
    ordered = np.sort(values, axis=1)  # NaN last
    n = (~np.isnan(ordered)).sum(axis=1).astype(float)
    place = np.arange(values.shape[1]) + 0.5
    low, high = (n / 4)[:, None], (n * 3 / 4)[:, None]
    # Each value holds the unit [place - .5, place + .5]; weighed by how much of it is in the middle.
    weight = np.clip(np.minimum(place + 0.5, high) - np.maximum(place - 0.5, low), 0, 1)
    weight[n <= 0] = 0
    total = weight.sum(axis=1)
    sums = (np.where(np.isnan(ordered), 0, ordered) * weight).sum(axis=1)
    middle = np.divide(sums, total, out=np.full(len(values), nan), where=total > 0)
    spread = (quantile(ordered, n, 0.75) - quantile(ordered, n, 0.25)) / 1.349
    return middle, n, spread


def quantile(ordered: Floats, n: Floats, share: float) -> Floats:
    """Quantile of each row of *ordered*, whose first *n* values are not NaN."""
    place = np.maximum(n - 1, 0) * share
    below = np.floor(place).astype(int)
    above = np.minimum(below + 1, np.maximum(n - 1, 0).astype(int))
    row = np.arange(len(ordered))
    part = place - below
    found: Floats = ordered[row, below] * (1 - part) + ordered[row, above] * part
    return found
