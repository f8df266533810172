"""What work of this reach usually costs: asking prices against a curve that followers do not enter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import nan

import numpy as np

from tingfeng.kol.measures import Measures
from tingfeng.kol.panel import Flags, Floats
from tingfeng.kol.robust import deviation, huber

LEAST = 20
"""Prices below which there is no curve."""
STEEP = 1.2
"""How sharply the part falls: twice the usual price scores .30, half of it .70."""
HALF = 1.2816
"""Deviations that hold 80 %: what is shown as low and high price."""
RIDGE = 2.0
"""Pseudo-accounts that draw platforms, forms and fields to the common level."""
Basis = tuple[str, ...]
BASES = ("views", "level")
"""Reach by typical views where the platform says them, else by comments, saves and shares."""


@dataclass(frozen=True, slots=True)
class PriceCurve:
    """ln price = base + slope ln reach + platform + form + field, one for each basis of reach."""

    currency: str = "CNY"
    slopes: Mapping[str, tuple[float, float, float, int]] = field(default_factory=dict)
    """By basis: base, slope, deviation, number of prices."""
    offsets: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """By basis, of ``platform:…``, ``form:…``, ``field:…``."""

    @staticmethod
    def fit(measures: Measures, *, currency: str = "CNY") -> PriceCurve:
        """From all asking prices in *measures*."""
        slopes, offsets = {}, {}
        for basis in BASES:
            reach = reach_of(measures, basis)
            usable: Flags = np.asarray(np.isfinite(reach) & (measures.price > 0))
            if np.count_nonzero(usable) >= LEAST:
                slopes[basis], offsets[basis] = _fitted(measures, reach, usable)
        return PriceCurve(currency, slopes, offsets)

    def expected(self, measures: Measures) -> tuple[Floats, Floats]:
        """Natural logarithm of the usual price of each creator, and its deviation; NaN: not known."""
        middle, spread = np.full((2, len(measures)), nan)
        for basis in reversed(BASES):  # views, where they are known, have the last word
            if basis not in self.slopes:
                continue
            base, slope, deviation_, _ = self.slopes[basis]
            known = self.offsets[basis]
            extra = np.array(
                [sum(known.get(name, 0.0) for name in row) for row in _names(measures)]
            )
            found = base + slope * reach_of(measures, basis) + extra
            middle = np.where(np.isnan(found), middle, found)
            spread = np.where(np.isnan(found), spread, deviation_)
        return middle, spread

    def plain(self) -> dict[str, object]:
        """As JSON."""
        slopes = {basis: list(values) for basis, values in self.slopes.items()}
        offsets = {basis: dict(values) for basis, values in self.offsets.items()}
        return {"currency": self.currency, "slopes": slopes, "offsets": offsets}

    @staticmethod
    def of_plain(plain: Mapping[str, object]) -> PriceCurve:
        """From :meth:`plain`."""
        slopes, offsets = plain["slopes"], plain["offsets"]
        assert isinstance(slopes, Mapping)
        assert isinstance(offsets, Mapping)
        return PriceCurve(
            str(plain["currency"]), {b: (v[0], v[1], v[2], int(v[3])) for b, v in slopes.items()},
            {basis: dict(values) for basis, values in offsets.items()},
        )  # fmt: skip


def cost(measures: Measures, curve: PriceCurve) -> tuple[Floats, Floats, Floats]:
    """The part, ln of asking over usual price, and the latter's standard error from engagement."""
    middle, _ = curve.expected(measures)
    over = np.log(np.where(measures.price > 0, measures.price, nan)) - middle
    slope = max((values[1] for values in curve.slopes.values()), default=0.0)
    said = np.asarray(measures.counted[:, 1:4] > 0)
    noise = np.where(said, measures.noise[:, 1:4], 0.0).sum(axis=1)
    error = slope * noise / np.maximum(said.sum(axis=1), 1)
    return 1 / (1 + np.exp(STEEP * over)), over, error


def reach_of(measures: Measures, basis: str) -> Floats:
    """Natural logarithm of what one work reaches."""
    if basis == "views":
        return measures.count("views")
    return np.log(np.maximum(measures.level, 0) + 0.5)


def _names(measures: Measures) -> list[tuple[str, str, str]]:
    """What each creator's price depends on beside reach."""
    return [
        (f"platform:{platform}", f"form:{form}", f"field:{category}")
        for platform, form, category in zip(
            measures.platforms, measures.forms, measures.categories, strict=True
        )
    ]


def _fitted(
    measures: Measures, reach: Floats, usable: Flags
) -> tuple[tuple[float, float, float, int], dict[str, float]]:
    rows = [name for name, use in zip(_names(measures), usable, strict=True) if use]
    kinds = sorted({name for row in rows for name in row})
    # A kind that everyone is of says nothing beside the base.
    kinds = [kind for kind in kinds if 0 < sum(kind in row for row in rows) < len(rows)]
    place = {kind: number + 2 for number, kind in enumerate(kinds)}
    design = np.zeros((len(rows), len(kinds) + 2))
    design[:, 0], design[:, 1] = 1, reach[usable]
    for number, row in enumerate(rows):
        for name in row:
            if name in place:
                design[number, place[name]] = 1
    price = np.log(measures.price[usable])
    ridge = np.array([0.0, 0.0] + [RIDGE] * len(kinds))
    found = huber(design, price, ridge)
    if not 0 <= found[1] <= 1.5:  # dearer for less, or far dearer than reach: chance of few prices
        slope = float(np.clip(found[1], 0, 1.5))
        kept = np.delete(np.arange(design.shape[1]), 1)
        rest = huber(design[:, kept], price - slope * design[:, 1], ridge[kept])
        found = np.insert(rest, 1, slope)
    scatter = deviation(price - design @ found)
    offsets = {kind: float(found[number]) for kind, number in place.items()}
    return (float(found[0]), float(found[1]), max(scatter, 0.05), len(rows)), offsets
