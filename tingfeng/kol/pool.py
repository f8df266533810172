"""Against whom a creator is held: quantiles of the parts among all creators that are known.

A pool is made once and kept with its scores, apart from any list that is looked at: adding a creator
to a list changes nobody's score.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

import numpy as np

from tingfeng.kol.curves import Curves
from tingfeng.kol.fit import Prior
from tingfeng.kol.measures import Measures
from tingfeng.kol.nouns import PARTS, PartName
from tingfeng.kol.panel import Floats
from tingfeng.kol.parts import parts
from tingfeng.kol.target import Target

QUANTILES = (0.05, 0.10, 0.25, 0.50, 0.75, 0.90)
UNSAID = 0.5
"""Of every quantile of a part that nobody in the pool says anything of."""
SMALL = 100
"""Creators below which quantiles are shaky, which scores say."""


@dataclass(frozen=True, slots=True)
class Pool:
    """Quantiles of each part, in the order of :data:`QUANTILES`."""

    n: int = 0
    parts: Mapping[PartName, tuple[float, ...]] = field(default_factory=dict)
    """A part that nobody says anything of is missing, and weighs nothing."""
    prior: Prior = field(default_factory=Prior)
    """Of relevance."""
    medians: Mapping[PartName, float] = field(default_factory=dict)
    """Of the parts as scored, drawn where little is known: the reference of explanations."""

    @staticmethod
    def of(measures: Measures, target: Target, curves: Curves) -> Pool:
        """The pool of all in *measures*."""
        prior = Prior.of(measures)
        found = parts(measures, target, curves, prior)
        quantiles: dict[PartName, tuple[float, ...]] = {}
        for number, part in enumerate(PARTS):
            raw = found.raw[:, number]
            known = raw[~np.isnan(raw)]
            if len(known):
                quantiles[part] = tuple(map(float, np.quantile(known, QUANTILES)))
        bare = Pool(len(measures), quantiles, prior)
        values = bare.drawn(found.raw, found.sure)
        some = PARTS if len(values) else ()
        medians = {p: float(np.median(values[:, i])) for i, p in enumerate(some)}
        return Pool(bare.n, bare.parts, prior, medians)

    def at(self, share: float) -> Floats:
        """(7,): quantile *share* of each part."""
        number = QUANTILES.index(share)
        rows = [self.parts[part][number] if part in self.parts else UNSAID for part in PARTS]
        return np.array(rows)

    def unknown(self) -> Floats:
        """(7,): what stands for a part of which nothing is known.

        A quarter from below: mildly pessimistic. Of audiences, a twentieth, and no audience that is
        known counts for less: whoever hides a card never gains by it.
        """
        found = self.at(0.25)
        found[PARTS.index("audience")] = self.at(0.05)[PARTS.index("audience")]
        return found

    def drawn(self, raw: Floats, sure: Floats) -> Floats:
        """*raw* drawn to :meth:`unknown` as far as it is not *sure*; both (creators, 7)."""
        unknown = self.unknown()
        number = PARTS.index("audience")
        floor = np.zeros(len(PARTS))
        floor[number] = unknown[number]
        known = np.maximum(np.where(np.isnan(raw), unknown, raw), floor)
        drawn: Floats = sure * known + (1 - sure) * unknown
        return drawn

    @property
    def version(self) -> str:
        """Hash of what it says."""
        text = repr((self.n, sorted(self.parts.items()), self.prior))
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def plain(self) -> dict[str, object]:
        """As JSON."""
        return {
            "n": self.n, "parts": {part: list(values) for part, values in self.parts.items()},
            "prior": asdict(self.prior) | {"closeness": list(self.prior.closeness)}, "medians": dict(self.medians),
        }  # fmt: skip

    @staticmethod
    def of_plain(plain: Mapping[str, object]) -> Pool:
        """From :meth:`plain`."""
        n, quantiles, prior = plain["n"], plain["parts"], plain["prior"]
        medians = plain["medians"]
        assert isinstance(n, int)
        assert isinstance(quantiles, Mapping)
        assert isinstance(prior, Mapping)
        assert isinstance(medians, Mapping)
        found = {part: tuple(values) for part, values in quantiles.items()}
        known = Prior(**{**prior, "closeness": tuple(prior["closeness"])})
        return Pool(n, found, known, dict(medians))
