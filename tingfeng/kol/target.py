"""Whom a brand looks for: all that a score is reckoned against, made from stored rows or typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from tingfeng import Dimension
from tingfeng.kol.nouns import PARTS, PartName

Preset = Literal["种草", "曝光", "转化", "口碑"]
PRESETS: tuple[Preset, ...] = ("种草", "曝光", "转化", "口碑")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What one brand wants of a creator. What is empty is not asked for and scores nothing."""

    brand: str
    categories: tuple[str, ...] = ()
    """Fields that the brand works in, as :attr:`~tingfeng.kol.nouns.Work.category` names them; the
    leading one first. Empty: any field will do, and relevance rests on closeness alone."""

    keywords: tuple[str, ...] = ()
    """Words typed by a person where the brand has no corpus of its own; five or more say enough."""

    audience: Mapping[Dimension, Mapping[str, float]] = field(default_factory=dict)
    """Whom the brand wants to reach: shares by group, 0 to 1, summing to 1 within a dimension; groups
    as in :class:`~tingfeng.core.creator.Audience`. A dimension left out does not matter."""

    tone: tuple[float, ...] = ()
    """Weights of ``tingfeng.kol.tone.TONES``, sum 1; empty: not known."""

    competitors: tuple[str, ...] = ()
    """Brands as :attr:`~tingfeng.kol.nouns.Work.brands` names them."""

    red_lines: tuple[str, ...] = ()
    """Kinds of :class:`~tingfeng.kol.nouns.Risk` that this brand never accepts, whatever their
    severity."""

    preset: Preset = "种草"
    weights: Mapping[PartName, float] | None = None
    """Own weights, sum 1, which replace the preset's; ``None``: the preset's."""

    currency: str = "CNY"
    """Prices in another currency are not compared."""

    form: str | None = None
    """The piece of work wanted (``image``, ``video`` …); ``None``: the cheapest that is quoted."""

    def __post_init__(self) -> None:
        if self.weights is not None and (
            set(self.weights) - set(PARTS)
            or min(self.weights.values(), default=0.0) < 0
            or abs(sum(self.weights.values()) - 1) > 1e-6
        ):
            raise ValueError(f"weights are of {PARTS}, not negative, and sum to 1: {self.weights}")


__all__ = ["PRESETS", "Preset", "Target"]
