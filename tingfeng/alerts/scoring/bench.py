"""The injection bench as a whole, in one object of plain values. Seeds are fixed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tingfeng.alerts.scoring import injection, trials
from tingfeng.alerts.scoring.crises import (
    BASE,
    GOOD,
    NOISY,
    SHAPES,
    Counts,
    Read,
    made_up,
    stream,
    thinned,
)
from tingfeng.alerts.scoring.injection import WEEK_BINS
from tingfeng.alerts.tuning import REPLAY_BINS, WARM_BINS

HEIGHTS = (0.1, 0.25, 0.5, 1.0, 2.0)
"""c: negatives a crisis adds at its height, in times the median voices of a quarter of an hour."""

SMALL_LEAST = 5.0
"""Brands with fewer voices a quarter: their crises are measured by as many, as in the design."""

RATES = (40.0, 25.0, 12.0, 60.0, 8.0, 30.0, 20.0)
"""Voices a quarter of made-up brands, about those of the Numenta series."""

MADE_UP_BINS = 8 * WEEK_BINS


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much is tried."""

    crises: int = 108
    """Of each height."""
    passes: int = 2
    """Moods drawn for each series of voices."""
    trials: int = 20


def made_up_brands(seed: int = 1) -> list[Counts]:
    """Seven brands over eight weeks, for where there are no real counts."""
    return [made_up(rate, MADE_UP_BINS, seed + i) for i, rate in enumerate(RATES)]


def cell(
    voices: Sequence[Counts], reader: Read, size: Size, *,
    heights: Sequence[float] = HEIGHTS, part: float = 1.0, budget: float | None = None, seed: int = 1,
) -> dict[str, Any]:  # fmt: skip
    """Surges, as *reader* reads them, in *part* of the voices. Keys: those of
    :func:`injection.wolf`, ``reader``, ``sensitivity``, ``specificity``, ``part``, ``budget``, and
    ``surge``: by height those of :func:`injection.recall`.
    """
    kept = voices if part == 1 else [thinned(one, part, 77 + i) for i, one in enumerate(voices)]
    streams = [
        stream(one, 100 * turn + i) for turn in range(size.passes) for i, one in enumerate(kept)
    ]
    first = WARM_BINS + REPLAY_BINS if budget is not None else 2 * WEEK_BINS
    shape = SHAPES[0]
    begins = injection.begins(streams, size.crises, seed + 4, live_from=first, bins=shape.bins)
    laid = [
        injection.lay(one, reader, seed + 999 + i, begin, room=shape.bins, budget=budget)
        for i, (one, begin) in enumerate(zip(streams, begins, strict=True))
    ]
    least = SMALL_LEAST if part < 1 else 0.0
    return {
        "reader": reader.name, "sensitivity": reader.sensitivity, "specificity": reader.specificity,
        "part": part, "budget": budget, **injection.wolf(laid),
        "surge": {
            f"{c:g}": injection.recall(laid, shape, c, seed + 2, least=least) for c in heights
        },
    }  # fmt: skip


def shapes(voices: Sequence[Counts], reader: Read, size: Size, seed: int = 1) -> dict[str, Any]:
    """Every other shape at c = .5: those of :func:`injection.recall` by name."""
    streams = [stream(one, 500 + i) for i, one in enumerate(voices)]
    found = {}
    for shape in SHAPES[1:]:
        begins = injection.begins(
            streams, size.crises, seed, live_from=2 * WEEK_BINS, bins=shape.bins
        )
        laid = [
            injection.lay(one, reader, seed + i, begin, room=shape.bins)
            for i, (one, begin) in enumerate(zip(streams, begins, strict=True))
        ]
        found[shape.name] = injection.recall(laid, shape, 0.5, seed + 1)
    return found


def harmless(voices: Sequence[Counts], reader: Read, size: Size, seed: int = 9) -> dict[str, Any]:
    """Keys: ``peaks``, ``bombs`` (one account; many), ``floods``, ``swaps``, ``gaps``: those of
    :mod:`tingfeng.alerts.scoring.trials`.
    """
    streams = [stream(one, 100 + i) for i, one in enumerate(voices)]
    chosen = trials.places(trials.grounds(streams, reader, size.trials, seed), size.trials)
    pairs = ((BASE, GOOD), (GOOD, NOISY))
    return {
        "peaks": trials.peaks(chosen, seed),
        "bombs": [trials.bombs(chosen, authors) for authors in (1, 20, 200)],
        "floods": [
            {"c": c, "after_hours": hours, **trials.floods(chosen, c, seed, 4 * hours)}
            for c in (0.5, 1.0, 2.0) for hours in (3, 0)
        ],
        "swaps": [
            {"old": old.name, "new": new.name, **trials.swaps(streams, old, new, seed)}
            for old, new in pairs
        ],
        "gaps": trials.gaps(chosen),
    }  # fmt: skip


def whole(
    voices: Sequence[Counts], reader: Read = BASE, size: Size | None = None, *,
    budget: float | None = None, advance: Callable[[int], None] = lambda _: None,
) -> dict[str, Any]:  # fmt: skip
    """Keys: ``surges`` (one cell as shipped, one tuned where there is a *budget*), ``shapes``,
    ``harmless``.
    """
    given = size or Size()
    surges = []
    for one in (None, budget) if budget is not None else (None,):
        surges.append(cell(voices, reader, given, budget=one))
        advance(1)
    found = {"surges": surges, "shapes": shapes(voices, reader, given)}
    advance(1)
    found["harmless"] = harmless(voices, reader, given)
    advance(1)
    return found
