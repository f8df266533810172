"""Do stated probabilities come true? Ten bins, as a table and as curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.tables import NONE, grid

TEN = 10
SIDE, GAP = 160, 46
"""Pixels of a panel, and between two."""

COLOURS = ("#1b6ca8", "#c8553d", "#3a7d44", "#7a5195", "#8a6d3b")
FEW = 10
"""Rows. A bin of fewer is in the table, but no point of a curve."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One bin."""

    stated: float
    """Mean probability of the likeliest class."""

    right: float
    n: int


Points = list[Point | None]
"""By bin; ``None``: empty."""


def binned(stated: Sequence[float], right: Sequence[bool]) -> Points:
    """Ten bins of equal width."""
    given, hits = np.array(stated, float), np.array(right, float)
    place = np.minimum((given * TEN).astype(int), TEN - 1)
    return [
        Point(stated=float(given[place == b].mean()), right=float(hits[place == b].mean()), n=n)
        if (n := int((place == b).sum()))
        else None
        for b in range(TEN)
    ]


def curves(panels: Mapping[str, Mapping[str, Points]]) -> str:
    """A table: rows are kinds of text and engines, columns bins. Of three classes the likeliest
    has at least a third, so lower bins are empty.
    """
    first = 3
    head = ["kind of text, engine", *(f".{b}–{'1' if b == 9 else f'.{b + 1}'}" for b in range(first, TEN))]  # fmt: skip
    rows = [
        [f"{kind}, {name}", *(
            f"{100 * one.right:.0f} ({one.n})" if one else NONE for one in points[first:]
        )]
        for kind, engines in panels.items()
        for name, points in engines.items()
    ]  # fmt: skip
    return grid(head, rows)


def drawn(path: Path, panels: Mapping[str, Mapping[str, Points]]) -> None:
    """Write the curves as SVG: one panel a kind of text, one line an engine."""
    names = list(dict.fromkeys(name for engines in panels.values() for name in engines))
    width = GAP + len(panels) * (SIDE + GAP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{SIDE + 100}" '
        'font-family="sans-serif" font-size="11">',
        '<rect width="100%" height="100%" fill="white"/>',
    ]
    for number, (kind, engines) in enumerate(panels.items()):
        left, top = GAP + number * (SIDE + GAP), 30
        parts += _frame(left, top, kind)
        for name, points in engines.items():
            colour = COLOURS[names.index(name) % len(COLOURS)]
            kept = [one for one in points if one and one.n >= FEW]
            places = [(left + SIDE * p.stated, top + SIDE * (1 - p.right)) for p in kept]
            line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
            parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}"/>')
            parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{colour}"/>' for x, y in places]  # fmt: skip
    for number, name in enumerate(names):
        x, colour = GAP + number * 110, COLOURS[number % len(COLOURS)]
        parts.append(f'<rect x="{x}" y="{SIDE + 72}" width="10" height="10" fill="{colour}"/>')
        parts.append(f'<text x="{x + 14}" y="{SIDE + 81}">{name}</text>')
    path.write_text("\n".join([*parts, "</svg>"]) + "\n", encoding="utf-8")


def _frame(left: int, top: int, kind: str) -> list[str]:
    bottom = top + SIDE
    return [
        f'<text x="{left}" y="{top - 8}">{kind}</text>',
        f'<rect x="{left}" y="{top}" width="{SIDE}" height="{SIDE}" fill="none" stroke="#999"/>',
        f'<line x1="{left}" y1="{bottom}" x2="{left + SIDE}" y2="{top}" stroke="#ccc"/>',
        *(f'<text x="{left + SIDE * tick - 6:.0f}" y="{bottom + 14}">{tick:g}</text>'
          f'<text x="{left - 22}" y="{bottom - SIDE * tick + 4:.0f}">{tick:g}</text>'
          for tick in (0, 0.5, 1)),
        f'<text x="{left}" y="{bottom + 30}">stated → right</text>',
    ]  # fmt: skip
