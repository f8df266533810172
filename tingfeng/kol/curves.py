"""How much engagement an account of a size has: the reference by which every account is judged.

Of each platform and field, and of each channel: ln(count + .5) = alpha + beta ln(followers) + noise,
by Huber's regression. A cell of fewer than :data:`LEAST` accounts is pooled and says so.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from math import isfinite, nan

import numpy as np

from tingfeng.kol.measures import Measures
from tingfeng.kol.panel import Flags, Floats
from tingfeng.kol.prices import PriceCurve
from tingfeng.kol.robust import deviation, line

LEAST = 300
"""Accounts of a cell with a curve of its own."""
SOME = 30
"""Accounts of a cell with a level of its own on the pooled slope."""
ENOUGH_WORKS = 5
"""Works below which an account says nothing about a curve."""
SLOPES = (0.05, 0.95)
"""A slope is between 0 and 1: more followers mean more engagement, and less of it for each. What is
estimated outside is held at these, and says so; without it, buying followers could pay."""
CHANNELS = ("voices", "comments", "saves", "shares", "likes")
Cell = tuple[str, str, str]
"""Platform, field, channel; ``""`` stands for all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """One fitted line with its scatter."""

    alpha: float
    beta: float
    sigma: float
    """1.4826 times the median absolute residual."""
    n: int
    flags: tuple[str, ...] = ()
    """``few``: fewer than 300 accounts; ``slope``: pooled; ``held``: the slope was out of bounds."""

    depth: float = nan
    """Median of ln of this channel's count over that of likes, whatever the size: were it to follow
    size, bought followers could make bought likes look usual."""
    depth_sigma: float = nan


@dataclass(frozen=True, slots=True)
class Curves:
    """All reference curves of one fit, the price curve among them."""

    cells: Mapping[Cell, Curve] = field(default_factory=dict)
    price: PriceCurve = field(default_factory=PriceCurve)
    version: str = ""
    """Hash of all parameters: a score that bears it can be made again."""

    @staticmethod
    def fit(measures: Measures, *, currency: str = "CNY") -> Curves:
        """Curves of the accounts in *measures*, prices of which are in *currency*."""
        cells: dict[Cell, Curve] = {}
        for channel in CHANNELS:
            usable = _usable(measures, channel)
            cells |= _cells(measures, channel, usable)
        price = PriceCurve.fit(measures, currency=currency)
        return Curves(cells, price, version_of(cells, price))

    def find(self, platform: str, category: str, channel: str) -> Curve | None:
        """The most particular curve there is."""
        for cell in ((platform, category, channel), (platform, "", channel), ("", "", channel)):
            if cell in self.cells:
                return self.cells[cell]
        return None

    def parameters(self, measures: Measures, channel: str) -> dict[str, Floats]:
        """``alpha``, ``beta``, ``sigma``, ``depth``, ``depth_sigma`` and ``few`` of each creator."""
        pairs = list(zip(measures.platforms, measures.categories, strict=True))
        found = {pair: self.find(*pair, channel) for pair in set(pairs)}
        rows = {
            pair: (nan,) * 6
            if one is None
            else (
                one.alpha,
                one.beta,
                one.sigma,
                one.depth,
                one.depth_sigma,
                float("few" in one.flags),
            )
            for pair, one in found.items()
        }
        table = np.array([rows[pair] for pair in pairs], dtype=float).reshape(-1, 6)
        names = ("alpha", "beta", "sigma", "depth", "depth_sigma", "few")
        return {name: table[:, number] for number, name in enumerate(names)}

    def plain(self) -> dict[str, object]:
        """As JSON."""
        cells = [[*cell, asdict(curve)] for cell, curve in sorted(self.cells.items())]
        return {"version": self.version, "cells": cells, "price": self.price.plain()}

    @staticmethod
    def of_plain(plain: Mapping[str, object]) -> Curves:
        """From :meth:`plain`."""
        rows, price = plain["cells"], plain["price"]
        assert isinstance(rows, list)
        assert isinstance(price, Mapping)
        cells = {
            (str(p), str(c), str(ch)): Curve(**{**curve, "flags": tuple(curve["flags"])})
            for p, c, ch, curve in rows
        }
        return Curves(cells, PriceCurve.of_plain(price), str(plain["version"]))


def version_of(cells: Mapping[Cell, Curve], price: PriceCurve) -> str:
    """Twelve hexadecimal digits: the same parameters have the same version."""
    rows = [[*cell, asdict(curve)] for cell, curve in sorted(cells.items())]
    text = json.dumps([rows, price.plain()], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _usable(measures: Measures, channel: str) -> Flags:
    """Accounts that say something about *channel*."""
    number = ("voices", "comments", "saves", "shares", "likes").index(channel)
    usable: Flags = (
        (measures.counted[:, number] >= ENOUGH_WORKS)
        & (measures.followers > 0)
        & ~np.isnan(measures.typical[:, number])
    )
    return usable


def _cells(measures: Measures, channel: str, usable: Flags) -> dict[Cell, Curve]:
    """The curves of one channel: all together, by platform, by platform and field."""
    size = np.log(np.where(usable, measures.followers, 1))
    value, likes = measures.count(channel), measures.count("likes")
    platforms, fields = np.array(measures.platforms), np.array(measures.categories)
    cells: dict[Cell, Curve] = {}

    def add(cell: Cell, chosen: Flags, parent: Curve | None) -> Curve | None:
        if chosen.sum() >= (SOME if parent else 2):
            depths = (value - likes)[chosen]
            cells[cell] = _curve(size[chosen], value[chosen], depths, parent)
        return cells.get(cell, parent)

    whole = add(("", "", channel), usable, None)
    for platform in sorted(set(platforms[usable])):
        there = usable & (platforms == platform)
        parent = add((str(platform), "", channel), there, whole)
        for category in sorted(set(fields[there]) - {""}):
            add((str(platform), str(category), channel), there & (fields == category), parent)
    return cells


def _curve(size: Floats, value: Floats, depths: Floats, parent: Curve | None) -> Curve:
    """The curve of one cell; on the slope of *parent* where it has few accounts."""
    flags: list[str] = ["few"] if len(size) < LEAST else []
    if flags and parent:
        slope = parent.beta
        flags.append("slope")
    else:
        _, slope = line(size, value)
        held = float(np.clip(slope, *SLOPES)) if isfinite(slope) else sum(SLOPES) / 2
        if held != slope:
            flags.append("held")
        slope = held
    level = float(np.median(value - slope * size))
    scatter = deviation(value - level - slope * size)
    depths = depths[~np.isnan(depths)]
    return Curve(
        alpha=level, beta=slope, sigma=max(scatter, 0.1), n=len(size), flags=tuple(flags),
        depth=float(np.median(depths)) if len(depths) else nan,
        depth_sigma=max(deviation(depths), 0.1) if len(depths) else nan,
    )  # fmt: skip
