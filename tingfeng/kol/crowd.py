"""Whom a brand wants to reach, in segments, and how much of each segment a creator reaches.

A segment is a group of people on one platform: by gender, age and city tier as far as the brand asks
for them. Shares of several dimensions are multiplied, since no platform tells them together. People on
two platforms are counted on both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from tingfeng import DIMENSIONS, Audience, Dimension
from tingfeng.kol.reach import best
from tingfeng.kol.reduced import COUNTS
from tingfeng.kol.target import Target

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tingfeng.kol.scoring import Ratings

    Floats = NDArray[np.float64]

PEOPLE: Mapping[str, float] = {
    "douyin": 750e6, "kuaishou": 710e6, "weibo": 580e6, "bilibili": 350e6, "xiaohongshu": 300e6,
    "zhihu": 80e6,
}  # fmt: skip
"""Monthly users by what the companies reported for 2024, rounded; a setting."""

ELSEWHERE = 100e6
"""On platforms that say nothing: only their weight beside other platforms depends on it."""

CELLS = 64
"""Most segments of one platform; dimensions beyond it are left out, the last ones first."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Crowd:
    """Segments, and what each creator reaches of them."""

    people: Floats
    """(segments,): wanted people."""

    reach: Floats
    """(creators, segments): chance that one of them is reached and takes it well, 0 to 1."""

    views: Floats
    """(creators,): views of one work; where nobody says them, estimated."""

    said: tuple[str, ...]
    """By creator where *views* come from: ``works``; else followers who answer as is usual, times what
    such followers are worth in views on this ``platform``, or 1 each where nobody of it says views:
    ``followers``.
    """

    dimensions: tuple[Dimension, ...]
    """What tells segments apart."""


def crowd(
    ratings: Ratings,
    audiences: Sequence[Sequence[Audience]],
    *,
    people: Mapping[str, float] = PEOPLE,
) -> Crowd:
    """Segments for the target of *ratings*; *audiences* are the cards of its creators, in order."""
    measures, target = ratings.measures, ratings.target
    dimensions = _dimensions(target)
    places = sorted(set(measures.platforms))
    cells = prod(len(target.audience[dimension]) + 1 for dimension in dimensions)
    views, said = _views(ratings)
    wanted = np.zeros(cells * len(places))
    reach = np.zeros((len(measures), len(wanted)))
    for place, platform in enumerate(places):
        rows = [row for row, name in enumerate(measures.platforms) if name == platform]
        own = slice(place * cells, (place + 1) * cells)
        usual = {
            dimension: _usual([audiences[row] for row in rows], dimension, target)
            for dimension in dimensions
        }
        size = people.get(platform, ELSEWHERE) * _joint([usual[each] for each in dimensions])
        asked = _joint([_asked(target, dimension) for dimension in dimensions])
        ratio = np.divide(asked, size, out=np.zeros_like(asked), where=size > 0)
        wanted[own] = size * ratio / ratio.max() if ratio.max() > 0 else size
        shares = np.ones((len(rows), 1))
        for each in dimensions:
            told = np.array([_shares(audiences[row], each, target, usual[each]) for row in rows])
            shares = (shares[:, :, None] * told[:, None, :]).reshape(len(rows), -1)
        heads = views[rows, None] * shares
        chance = np.divide(heads, size, out=np.zeros_like(heads), where=size > 0)
        reach[rows, own] = np.minimum(1.0, chance) * ratings.value[rows, None] / 100
    return Crowd(people=wanted, reach=reach, views=views, said=said, dimensions=dimensions)


def _dimensions(target: Target) -> tuple[Dimension, ...]:
    chosen: list[Dimension] = []
    cells = 1
    for dimension in DIMENSIONS:
        groups = len(target.audience.get(dimension, ()))
        if groups and cells * (groups + 1) <= CELLS:
            cells *= groups + 1
            chosen.append(dimension)
    return tuple(chosen)


def _joint(shares: Sequence[Floats]) -> Floats:
    """Shares of all combinations of groups."""
    joint = [prod(each) for each in product(*(share.tolist() for share in shares))]
    return np.array(joint, float)


def _asked(target: Target, dimension: Dimension) -> Floats:
    """(groups + 1,): the last are all others, who are not asked for."""
    return np.array([*target.audience[dimension].values(), 0.0])


def _shares(
    audience: Sequence[Audience], dimension: Dimension, target: Target, usual: Floats
) -> list[float]:
    """Groups and all others, of a creator's audience; the usual ones where no card says it."""
    told = best(audience, dimension)
    split: list[float] = usual.tolist()
    if told is None or not told.shares:
        return split
    groups = target.audience[dimension]
    found = [told.shares.get(group, 0.0) for group in groups]
    found.append(sum(share for group, share in told.shares.items() if group not in groups))
    # What a card leaves unsaid is split as is usual among the groups that it does not list.
    unsaid = [
        part * (group not in told.shares) for part, group in zip(split, [*groups, ""], strict=True)
    ]
    rest, among = max(0.0, 1 - sum(told.shares.values())), sum(unsaid)
    if among > 0:
        found = [own + rest * part / among for own, part in zip(found, unsaid, strict=True)]
    total = sum(found)
    return [own / total for own in found] if total else split


def _usual(audiences: Sequence[Sequence[Audience]], dimension: Dimension, target: Target) -> Floats:
    """(groups + 1,): the mean of the cards of this platform; the wanted split where there is none."""
    groups = tuple(target.audience[dimension])
    told = [best(audience, dimension) for audience in audiences]
    rows = [
        [one.shares.get(group, 0.0) for group in groups]
        for one in told
        if one is not None and one.shares
    ]
    if not rows:
        even = np.full(len(groups) + 1, 1 / (len(groups) + 1))
        even[-1] = 0.0
        split: Floats = even / even.sum()
        return split
    mean = np.array(rows).mean(axis=0)
    # One in a thousand at least: a segment of nobody would be reached by a single view.
    shares = np.maximum(np.append(mean, max(0.0, 1 - mean.sum())), 1e-3)
    found: Floats = shares / shares.sum()
    return found


def _views(ratings: Ratings) -> tuple[Floats, tuple[str, ...]]:
    measures = ratings.measures
    told = np.exp(measures.typical[:, COUNTS.index("views")]) - 0.5
    followers = _answering(ratings)
    views, said = np.nan_to_num(told), ["works"] * len(measures)
    for platform in set(measures.platforms):
        own = np.array([name == platform for name in measures.platforms])
        both = own & (told > 0) & (followers > 0)
        rate = float(np.median(told[both] / followers[both])) if both.any() else 1.0
        lacking = own & np.isnan(told)
        views[lacking] = np.nan_to_num(followers[lacking] * rate)
        for row in np.flatnonzero(lacking):
            said[row] = "platform" if both.any() else "followers"
    return views, tuple(said)


def _answering(ratings: Ratings) -> Floats:
    """Effective followers, times how much they answer against what is usual for the size: whoever
    does not react was hardly reached, and bought ones do not.
    """
    measures, answered = ratings.measures, ratings.found.engagement
    size = np.where(np.isnan(ratings.effective), measures.followers, ratings.effective)
    apart = np.stack([answered.own[name] - answered.usual[name] for name in answered.own])
    known = (~np.isnan(apart)).sum(axis=0)
    mean = np.divide(
        np.nan_to_num(apart).sum(axis=0), known, out=np.zeros(len(size)), where=known > 0
    )
    # Twice at most: a post that everybody passes on reaches strangers, but no price is made on that.
    found: Floats = size * np.minimum(np.exp(mean), 2.0)
    return found


__all__ = ["ELSEWHERE", "PEOPLE", "Crowd", "crowd"]
