"""Small SVG drawings for a creator's card. Every text is escaped here: names come from strangers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape
from math import exp, log

WIDTH, HEIGHT = 340, 130
_LEFT, _RIGHT, _TOP, _BOTTOM = 8, 8, 16, 20


def interval(value: float, low: float, high: float, reference: float, title: str) -> str:
    """A value from 0 to 1 as a bar, its interval as a whisker, the median of the pool as a mark."""
    width = 180
    x = [f"{width * min(1.0, max(0.0, each)):.1f}" for each in (value, low, high, reference)]
    return _svg(
        width, 16, title,
        f'<rect class="ground" width="{width}" height="8" y="4" rx="2"/>'
        f'<rect class="bar" width="{x[0]}" height="8" y="4" rx="2"/>'
        f'<path class="whisker" d="M{x[1]} 1v14M{x[1]} 8H{x[2]}M{x[2]} 1v14"/>'
        f'<path class="median" d="M{x[3]} 2v12"/>',
    )  # fmt: skip


def series(points: Sequence[tuple[date, int]], title: str) -> str:
    """Followers by day; empty where fewer than two days are known."""
    if len(points) < 2:
        return ""
    first, last = points[0][0], points[-1][0]
    values = [value for _, value in points]
    low, high = min(values), max(values)
    days, span = max((last - first).days, 1), max(high - low, 1)
    at = [
        (_LEFT + (WIDTH - _LEFT - _RIGHT) * (day - first).days / days,
         HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * (value - low) / span)
        for day, value in points
    ]  # fmt: skip
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in at)
    dots = "".join(
        f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="2"><title>{day}: {value:,}</title></circle>'
        for (x, y), (day, value) in zip(at, points, strict=True)
    )
    ends = (
        f'<text class="axis" x="{_LEFT}" y="11">{high:,}</text>'
        f'<text class="axis" x="{_LEFT}" y="{HEIGHT - _BOTTOM + 3}">{low:,}</text>'
        f'<text class="axis" x="{_LEFT}" y="{HEIGHT - 4}">{first}</text>'
        f'<text class="axis end" x="{WIDTH - _RIGHT}" y="{HEIGHT - 4}">{last}</text>'
    )
    return _svg(WIDTH, HEIGHT, title, f'<polyline class="line" points="{line}"/>{dots}{ends}')


def against(
    followers: float, own: float, alpha: float, beta: float, sigma: float, title: str, said: str
) -> str:
    """Where a creator stands against the reference line: ln followers to the right, ln(count + .5)
    upwards; the band is one deviation to either side.
    """
    middle, reach = log(followers), log(30)
    xs = (middle - reach, middle + reach)
    ends = [alpha + beta * x for x in xs]
    low = min(own, min(ends) - sigma) - 0.3
    high = max(own, max(ends) + sigma) + 0.3

    def put(x: float, y: float) -> str:
        across = _LEFT + (WIDTH - _LEFT - _RIGHT) * (x - xs[0]) / (xs[1] - xs[0])
        down = HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * (y - low) / (high - low)
        return f"{across:.1f},{down:.1f}"

    band = [put(xs[0], ends[0] - sigma), put(xs[1], ends[1] - sigma), put(xs[1], ends[1] + sigma),
            put(xs[0], ends[0] + sigma)]  # fmt: skip
    x, y = put(middle, own).split(",")
    return _svg(
        WIDTH, HEIGHT, title,
        f'<polygon class="band" points="{" ".join(band)}"/>'
        f'<polyline class="line" points="{put(xs[0], ends[0])} {put(xs[1], ends[1])}"/>'
        f'<circle class="own" cx="{x}" cy="{y}" r="4.5"><title>{escape(said)}</title></circle>'
        f'<text class="axis" x="{_LEFT}" y="{HEIGHT - 4}">{exp(xs[0]):,.0f}</text>'
        f'<text class="axis end" x="{WIDTH - _RIGHT}" y="{HEIGHT - 4}">{exp(xs[1]):,.0f}</text>'
        f'<text class="axis" x="{_LEFT}" y="11">{escape(said)}</text>',
    )  # fmt: skip


def groups(rows: Sequence[tuple[str, float, float | None]], title: str) -> str:
    """Shares by group as bars; what is wanted as a mark. Rows are name, share, wanted."""
    height, most = 20, max((max(share, wanted or 0) for _, share, wanted in rows), default=0) or 1
    parts = []
    for number, (name, share, wanted) in enumerate(rows):
        top, width = number * height, 190 * share / most
        parts.append(
            f'<text class="axis end" x="82" y="{top + 14}">{escape(name)}</text>'
            f'<rect class="bar" x="90" y="{top + 4}" width="{max(width, 1):.1f}" height="12" rx="2"/>'
            f'<text class="axis" x="{96 + width:.1f}" y="{top + 14}">{share:.0%}</text>'
        )
        if wanted is not None:
            at = 90 + 190 * wanted / most
            parts.append(
                f'<path class="median" d="M{at:.1f} {top + 1}v18"><title>{wanted:.0%}</title></path>'
            )
    return _svg(WIDTH, max(len(rows), 1) * height + 2, title, "".join(parts))


def _svg(width: int, height: int, title: str, inner: str) -> str:
    said = escape(title)
    return (
        f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
        f'aria-label="{said}"><title>{said}</title>{inner}</svg>'
    )


__all__ = ["against", "groups", "interval", "series"]
