"""What is reckoned of each creator before any curve or weight is known: one row of figures each.

Nothing here says whether a figure is good. A hundred thousand creators are a few dozen arrays.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from itertools import islice, pairwise
from math import nan
from typing import Any

import numpy as np

from tingfeng import SHANGHAI, Price
from tingfeng.kol import gate
from tingfeng.kol.growth import Growth
from tingfeng.kol.nouns import Profile
from tingfeng.kol.panel import Flags, Floats, Panel, midmean, quantile
from tingfeng.kol.reach import reach
from tingfeng.kol.target import Target

CHUNK = 4096
"""Creators whose works are arrays at the same time: 60 works of 13 figures are 25 MB."""
RIPE = 2.0
"""Days after which a work's counts are compared: younger ones are still being read."""
HALF_LIFE = 60.0
"""Days after which a work counts half for what a creator writes about; of who posts rarely, the median
age of the works, or the newest two or three would say everything."""
COUNTS = ("voices", "comments", "saves", "shares", "likes", "views")
CLOSEST = 4
"""Closeness is the mean over the closest of every *CLOSEST* works (15 of 60), at least three: a share,
not a number, or who is known by more works would seem closer."""


@dataclass(frozen=True, slots=True)
class Measures:
    """Arrays along creators; NaN: not known."""

    keys: tuple[str, ...]
    names: tuple[str, ...]
    platforms: tuple[str, ...]
    categories: tuple[str, ...]
    """The leading field by the source, ``""``: not said."""
    forms: tuple[str, ...]
    """Of the price."""

    followers: Floats
    following: Floats
    works: Floats
    """Works looked at."""
    typical: Floats
    """(creators, :data:`COUNTS`): interquartile mean of ln(count + .5)."""
    noise: Floats
    """Likewise: standard error of it."""
    counted: Floats
    """Likewise: works that say it."""
    spread: Floats
    """Robust deviation of ln of a work's comments, saves and shares together."""
    level: Floats
    """Typical sum of a work's comments, saves and shares."""
    fits: Floats
    """Share of works in the brand's fields, newer ones weighing more."""
    fielded: Floats
    """How many works that rests on."""
    close: Floats
    """Mean closeness of the closest works."""
    near: Floats
    """How many works say a closeness."""
    tone: Floats
    """(creators, tones)."""
    toned: Floats
    audience: Floats
    """Weighted mean of ln overlap with whom the brand looks for."""
    audience_sure: Floats
    """0 to 1."""
    recent: Floats
    """Works of the last 30 days."""
    pace: Floats
    """Works in 30 days: mean of the last 30 days and of a third of the last 90."""
    adverts: Floats
    """Paid works whose engagement is known."""
    ratio: Floats
    """Engagement of paid works over that of the others."""
    ratio_noise: Floats
    """Standard error of ln *ratio*."""
    ad_share: Floats
    """Paid share of the newest 30 works."""
    undisclosed: Floats
    """Works that look paid and do not say so."""
    rival: Floats
    """Days since the newest work paid by a competitor; NaN: none."""
    unexplained: Floats
    before: Floats
    purged: Floats
    jump: Floats
    copies: Floats
    commenters: Floats
    night: Floats
    hidden: Floats
    """Share of works shown at most that has been hidden since."""
    price: Floats
    left: Floats
    """What events and contracts leave of the score."""
    look: Flags
    """Whether a person must look."""

    @staticmethod
    def of(profiles: Iterable[Profile], target: Target, *, now: datetime) -> Measures:
        """Figures of *profiles*, which are read once and not kept."""
        parts = [_measured(chunk, target, now) for chunk in _chunks(profiles, CHUNK)]
        return Measures.joined(parts or [_measured((), target, now)])

    @staticmethod
    def joined(parts: Sequence[Measures]) -> Measures:
        """One after the other."""
        columns: dict[str, Any] = {
            f.name: _join([getattr(part, f.name) for part in parts]) for f in fields(Measures)
        }
        return Measures(**columns)

    def take(self, rows: Sequence[int]) -> Measures:
        """Only *rows*."""
        index = np.array(rows, dtype=int)
        columns: dict[str, Any] = {}
        for name in (f.name for f in fields(self)):
            column = getattr(self, name)
            array = isinstance(column, np.ndarray)
            columns[name] = column[index] if array else tuple(column[i] for i in rows)
        return Measures(**columns)

    def __len__(self) -> int:
        return len(self.keys)

    def count(self, name: str) -> Floats:
        """Typical ln(count + .5) of channel *name*."""
        column: Floats = self.typical[:, COUNTS.index(name)]
        return column


def _join(column: Sequence[object]) -> object:
    """Arrays or tuples, joined."""
    if isinstance(column[0], tuple):
        return tuple(one for part in column if isinstance(part, tuple) for one in part)
    return np.concatenate([part for part in column if isinstance(part, np.ndarray)])


def _chunks(profiles: Iterable[Profile], size: int) -> Iterator[Sequence[Profile]]:
    several = iter(profiles)
    while chunk := list(islice(several, size)):
        yield chunk


def price_of(profile: Profile, target: Target) -> Price | None:
    """The price that is compared: the form asked for, else the cheapest, in the target's currency."""
    prices = [
        price
        for price in profile.snapshot.prices
        if price.amount > 0
        and price.currency == target.currency
        and target.form in (None, price.form)
    ]
    return min(prices, key=full_price, default=None)


def full_price(price: Price) -> float:
    """With the platform's fee on top."""
    return price.amount * (1 + (price.fee or 0))


def _measured(profiles: Sequence[Profile], target: Target, now: datetime) -> Measures:
    """One chunk."""
    panel = Panel.of(profiles, target)
    today = now.astimezone(SHANGHAI).toordinal()
    snapshots = [profile.snapshot for profile in profiles]
    prices = [price_of(profile, target) for profile in profiles]
    growth = Growth.of([profile.followers for profile in profiles], panel, today=today)
    there = ~np.isnan(panel["day"])
    reached = np.array([reach(s.audience, target) for s in snapshots], dtype=float).reshape(-1, 2)
    copies = _floats([p.copies for p in profiles])
    typical, noise, counted = _typical(panel, copies)
    spread, level = _together(panel)
    fits, fielded = _fits(panel, today)
    close, near = _close(panel)
    ratio, ratio_noise, adverts = _ratio(panel)
    rival = np.where(panel["rival"] > 0, today - panel["day"], np.inf).min(axis=1, initial=np.inf)
    newest = np.arange(there.shape[1]) < 30
    paid = np.where(there & newest, panel["paid"], 0).sum(axis=1)
    recent, quarter = (
        (there & (panel["day"] > today - days)).sum(axis=1).astype(float) for days in (30, 90)
    )
    ad_share = paid / np.maximum((there & newest).sum(axis=1), 1)
    undisclosed = np.nansum(panel["hidden_ad"], axis=1)
    left = np.array([gate.events(p, target, now=now) for p in profiles]).reshape(-1, 2)
    return Measures(
        keys=tuple(s.key for s in snapshots),
        names=tuple(s.name for s in snapshots),
        platforms=tuple(s.platform for s in snapshots),
        categories=tuple(s.category[0] if s.category else "" for s in snapshots),
        forms=tuple("" if price is None else price.form for price in prices),
        followers=_floats([s.followers for s in snapshots]),
        following=_floats([s.following for s in snapshots]),
        works=there.sum(axis=1).astype(float),
        typical=typical, noise=noise, counted=counted, spread=spread, level=level,
        fits=fits, fielded=fielded, close=close, near=near,
        tone=panel.tone, toned=panel.toned,
        audience=reached[:, 0], audience_sure=reached[:, 1],
        recent=recent, pace=(recent + quarter / 3) / 2,
        adverts=adverts, ratio=ratio, ratio_noise=ratio_noise,
        ad_share=ad_share, undisclosed=undisclosed,
        rival=np.where(np.isinf(rival), nan, rival),
        unexplained=growth.unexplained, before=growth.before, purged=growth.purged,
        jump=growth.jump,
        copies=copies,
        commenters=_floats([p.commenters for p in profiles]),
        night=_floats([p.night for p in profiles]),
        hidden=_floats([_hidden(p) for p in profiles]),
        price=_floats([None if price is None else full_price(price) for price in prices]),
        left=left[:, 0], look=(left[:, 1] > 0) | gate.look(undisclosed, ad_share),
    )  # fmt: skip


def _floats(values: Sequence[float | None]) -> Floats:
    return np.array([nan if value is None else value for value in values], dtype=float)


def _hidden(profile: Profile) -> float | None:
    """Share of the posts that once were shown and are not any more; ``None``: nobody counted."""
    shown = [count for _, count in profile.published]
    if len(shown) < 2 or not max(shown):
        return None
    return sum(max(a - b, 0) for a, b in pairwise(shown)) / max(shown)


def _ripe(panel: Panel, name: str) -> Floats:
    """Counts of works old enough to be compared."""
    return np.where(panel["ripe"] < RIPE, nan, panel[name])


def _typical(panel: Panel, copies: Floats) -> tuple[Floats, Floats, Floats]:
    """Of each channel: interquartile mean of ln(count + .5), its standard error, number of works.

    Of comments only what is not *copies* counts, and voices are never more than that: templates that
    differ within a post are the same from post to post.
    """
    means, errors, numbers = [], [], []
    for name in COUNTS:
        middle, n, spread = midmean(np.log(_ripe(panel, name) + 0.5))
        means.append(middle)
        # 1.1: the interquartile mean of normal values is a tenth less sharp than their mean.
        errors.append(1.1 * spread / np.sqrt(np.maximum(n, 1)))
        numbers.append(n)
    means[1] = means[1] + np.log1p(-np.clip(np.nan_to_num(copies), 0, 0.99))
    means[0] = np.minimum(means[0], np.where(np.isnan(means[1]), np.inf, means[1]))
    return np.stack(means, axis=1), np.stack(errors, axis=1), np.stack(numbers, axis=1)


def _counted(panel: Panel) -> Floats:
    """Comments, saves and shares of each work together, of whichever are said."""
    several = np.stack([_ripe(panel, name) for name in ("comments", "saves", "shares")])
    total: Floats = np.where(np.isnan(several).all(axis=0), nan, np.nansum(several, axis=0))
    return total


def _together(panel: Panel) -> tuple[Floats, Floats]:
    """Robust deviation of ln of a work's counted engagement, and the typical engagement."""
    total = _counted(panel)
    middle, n, spread = midmean(np.log(total + 0.5))
    return np.where(n < 12, nan, spread), np.exp(middle) - 0.5


def _fits(panel: Panel, today: int) -> tuple[Floats, Floats]:
    """Share of unpaid works in the brand's fields by recency, and of how many equal works it is as
    sure (Kish): those that weigh little say little.
    """
    said = ~np.isnan(panel["fits"]) & (panel["paid"] == 0)
    age = np.where(said, today - panel["day"], nan)
    ordered, n = np.sort(age, axis=1), said.sum(axis=1).astype(float)
    life = np.maximum(HALF_LIFE, np.nan_to_num(quantile(ordered, n, 0.5)))[:, None]
    weight = np.where(said, 0.5 ** (np.nan_to_num(age) / life), 0)
    total, squares = weight.sum(axis=1), (weight**2).sum(axis=1)
    hits = (weight * np.nan_to_num(panel["fits"])).sum(axis=1)
    share = np.divide(hits, total, out=np.full(len(total), nan), where=total > 0)
    equal = np.divide(total**2, squares, out=np.zeros(len(total)), where=total > 0)
    return share, equal


def _close(panel: Panel) -> tuple[Floats, Floats]:
    """Mean of the closest works, the same share of few as of many, and how many say a closeness."""
    ordered = -np.sort(-np.where(panel["paid"] == 0, panel["close"], nan), axis=1)
    n = (~np.isnan(ordered)).sum(axis=1)
    taken = np.minimum(np.maximum(np.ceil(n / CLOSEST), 3), n)
    inside = np.arange(ordered.shape[1]) < taken[:, None]
    total = np.where(inside, np.nan_to_num(ordered), 0).sum(axis=1)
    mean = np.divide(total, taken, out=np.full(len(n), nan), where=n > 0)
    return mean, n.astype(float)


def _ratio(panel: Panel) -> tuple[Floats, Floats, Floats]:
    """Paid engagement over unpaid, the error of its logarithm, and the number of paid works."""
    total = np.log(_counted(panel) + 0.5)
    paid, own = np.where(panel["paid"] > 0, total, nan), np.where(panel["paid"] == 0, total, nan)
    (bought, n, one), (free, m, two) = (_median(paid), _median(own))
    error = 1.25 * np.sqrt(one**2 / np.maximum(n, 1) + two**2 / np.maximum(m, 1))
    return np.where((n > 0) & (m > 0), np.exp(bought - free), nan), error, n


def _median(values: Floats) -> tuple[Floats, Floats, Floats]:
    """Median of each row, how many values it rests on, and their robust deviation."""
    ordered = np.sort(values, axis=1)
    n = (~np.isnan(ordered)).sum(axis=1).astype(float)
    spread = (quantile(ordered, n, 0.75) - quantile(ordered, n, 0.25)) / 1.349
    return quantile(ordered, n, 0.5), n, spread
