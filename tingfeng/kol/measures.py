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
from tingfeng.kol import gate, reduced
from tingfeng.kol.growth import Growth
from tingfeng.kol.nouns import Profile
from tingfeng.kol.panel import Flags, Floats, Panel
from tingfeng.kol.reach import reach
from tingfeng.kol.reduced import COUNTS
from tingfeng.kol.target import Target

CHUNK = 4096
"""Creators whose works are arrays at the same time: 60 works of 13 figures are 25 MB."""


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
    halves: Floats
    """(creators, 4): *fits* and *close* by half of the works, and by the other half."""
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
    typical, noise, counted = reduced.typical(panel, copies)
    spread, level = reduced.together(panel)
    fits, fielded = reduced.fits(panel, today)
    close, near = reduced.close(panel)
    ratio, ratio_noise, adverts = reduced.ratio(panel)
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
        halves=reduced.halves(panel, today),
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
