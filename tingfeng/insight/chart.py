"""Small SVG charts, to be put into a page whose style sheet gives the classes their colours.

Every text is escaped here: what a chart shows may come from strangers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from math import ceil, log10

from tingfeng import HOUR, LABELS, Label, Lang, Level, Message
from tingfeng.insight.period import label, show
from tingfeng.insight.proportion import Proportion, percent
from tingfeng.insight.sentiment import LABEL_NAMES, Split
from tingfeng.insight.trend import Point, TrendAnswer

WIDTH, HEIGHT = 760, 236
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 8, 30, 26
_STACK: tuple[Label, ...] = ("negative", "neutral", "positive")
_TOO_FEW = Message("数据不足", "not enough data")
_NAMES = {str(name): said for name, said in LABEL_NAMES.items()} | {
    "unread": Message("未分析", "unread")
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """An incident on the time axis."""

    at: datetime
    level: Level
    text: str
    href: str
    """Anchor in the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One row of a bar chart."""

    name: str
    value: int
    text: str
    """What stands behind the bar."""

    strong: bool = False


def trend_chart(answer: TrendAnswer, marks: Sequence[Mark], lang: Lang, id: str) -> str:
    """Stacked columns by attitude, blind hours hatched, incidents marked."""
    first, last = answer.points[0].start, answer.points[-1].end
    width = WIDTH - _LEFT - _RIGHT

    def x(moment: datetime) -> float:
        return _LEFT + width * ((moment - first) / (last - first))

    top = max((p.split.posts for p in answer.points if p.split), default=0)
    ticks = _ticks(top)
    floor = HEIGHT - _BOTTOM

    def y(posts: float) -> float:
        return floor - (floor - _TOP) * posts / ticks[-1]

    parts = [
        f'<pattern id="{id}-hatch" width="6" height="6" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><rect width="6" height="6" class="blind-ground"/>'
        '<line x1="0" y1="0" x2="0" y2="6" class="blind-line"/></pattern>'
    ]
    parts.extend(
        f'<line class="grid" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y(tick):.1f}" '
        f'y2="{y(tick):.1f}"/><text class="axis end" x="{_LEFT - 6}" y="{y(tick) + 4:.1f}">'
        f"{tick}</text>"
        for tick in ticks
    )
    for since, until in _runs(answer.blind_hours):
        said = Message("采集失明", "blind").into(lang)
        left, right = x(max(since, first)), x(min(until, last))
        parts.append(
            f'<rect x="{left:.1f}" y="{_TOP}" width="{right - left:.1f}" '
            f'height="{floor - _TOP}" fill="url(#{id}-hatch)">'
            f"<title>{said} {show(since)} – {show(until)}</title></rect>"
        )
    for point in answer.points:
        parts += _column(point, label(point.start, answer.step, lang), x, y, lang)
    every = ceil(len(answer.points) / 8)
    for point in answer.points[::every]:
        middle = (x(point.start) + x(point.end)) / 2
        parts.append(
            f'<text class="axis mid" x="{middle:.1f}" y="{HEIGHT - 8}">'
            f"{escape(label(point.start, answer.step, lang))}</text>"
        )
    for mark in marks:
        if first <= mark.at <= last:
            at = x(mark.at)
            parts.append(
                f'<a href="{escape(mark.href)}"><title>{escape(mark.text)}</title>'
                f'<line class="mark" x1="{at:.1f}" x2="{at:.1f}" y1="{_TOP - 8}" y2="{floor}"/>'
                f'<path class="level-{mark.level}" d="M{at:.1f} {_TOP - 6}l-7 -13h14z"/></a>'
            )
    brand = answer.counted.brand
    title = Message("声量与情感走势", "volume and attitude").into(lang)
    return _svg(
        WIDTH, HEIGHT, f"{brand}: {title}" if brand else title, answer.sentence().into(lang),
        "".join(parts), id,
    )  # fmt: skip


def attitude_bar(split: Split, lang: Lang, id: str) -> str:
    """One stacked bar of the three shares, with the interval of the negative one."""
    parts, left, names = [], 0.0, []
    for name in _STACK:
        share = split.share(name).share or 0
        width, said = WIDTH * share, f"{LABEL_NAMES[name].into(lang)} {percent(share)}"
        names.append(said)
        parts.append(
            f'<rect class="{name}" x="{left:.1f}" y="0" width="{width:.1f}" height="34">'
            f"<title>{said}</title></rect>"
        )
        if width > 84:
            parts.append(
                f'<text class="on-{name} mid" x="{left + width / 2:.1f}" y="22">{said}</text>'
            )
        left += width
    low, high = split.share("negative").interval or (0.0, 0.0)
    parts.append(_whisker(low, high))
    return _svg(
        WIDTH, 50, Message("情感占比", "shares of attitude").into(lang), ", ".join(names),
        "".join(parts), id,
    )  # fmt: skip


def bars(rows: Sequence[Bar], title: str, id: str) -> str:
    """Horizontal bars, in the order given."""
    most = max((row.value for row in rows), default=0) or 1
    parts, height = [], 30
    for number, row in enumerate(rows):
        top, width = number * height, 430 * row.value / most
        kind = "strong" if row.strong else "plain"
        parts.append(
            f'<text class="name end" x="128" y="{top + 20}">{escape(_short(row.name))}</text>'
            f'<rect class="bar {kind}" x="138" y="{top + 6}" width="{max(width, 1):.1f}" '
            f'height="19" rx="2"/>'
            f'<text class="axis" x="{146 + width:.1f}" y="{top + 20}">{escape(row.text)}</text>'
        )
    said = "; ".join(f"{row.name} {row.text}" for row in rows)
    return _svg(WIDTH, max(len(rows), 1) * height + 4, title, said, "".join(parts), id)


def interval_text(share: Proportion, lang: Lang) -> str:
    """``31% [27–36%] n=388``; of too few posts the interval alone is stated."""
    if share.interval is None:
        return "n=0"
    low, high = share.interval
    said = percent(share.share) if share.enough else _TOO_FEW.into(lang)
    return f"{said} [{low * 100:.0f}–{high * 100:.0f}%] n={share.of}"


def _whisker(low: float, high: float) -> str:
    a, b = WIDTH * low, WIDTH * high
    return (
        f'<path class="whisker" d="M{a:.1f} 38v8M{a:.1f} 42H{b:.1f}M{b:.1f} 38v8">'
        f"<title>95% {percent(low)}–{percent(high)}</title></path>"
    )


def _column(
    point: Point,
    name: str,
    x: Callable[[datetime], float],
    y: Callable[[float], float],
    lang: Lang,
) -> Iterator[str]:
    if point.split is None or not point.split.posts:
        return
    left, right = x(point.start), x(point.end)
    width = max((right - left) * 0.82, 1)
    left += (right - left - width) / 2
    said = [name, f"n={point.split.posts}"]
    stack, parts = 0, []
    unread = (("unread", point.split.unread),)
    for kind, posts in (*((kind, getattr(point.split, kind)) for kind in LABELS), *unread):
        if posts:
            parts.append(
                f'<rect class="{kind}" x="{left:.1f}" width="{width:.1f}" '
                f'y="{y(stack + posts):.1f}" height="{y(stack) - y(stack + posts):.1f}"/>'
            )
            said.append(f"{_NAMES[kind].into(lang)} {posts}")
            stack += posts
    if not point.whole:
        said.append(Message("不完整时段", "incomplete step").into(lang))
    shown = "" if point.whole else ' class="incomplete"'
    yield f"<g{shown}><title>{'，'.join(said)}</title>{''.join(parts)}</g>"


def _runs(hours: Sequence[datetime]) -> list[tuple[datetime, datetime]]:
    """Hours in a row as one stretch."""
    found: list[tuple[datetime, datetime]] = []
    for hour in hours:
        if found and found[-1][1] == hour:
            found[-1] = (found[-1][0], hour + HOUR.width)
        else:
            found.append((hour, hour + HOUR.width))
    return found


def _ticks(top: int) -> list[int]:
    """Whole numbers from 0 to at least *top*, three to six of them, 1, 2 or 5 apart."""
    rough = max(top, 1) / 4
    size = 10 ** int(log10(rough)) if rough >= 1 else 1
    apart = next(n * size for n in (1, 2, 5, 10) if n * size >= rough)
    return list(range(0, ceil(max(top, 1) / apart) * apart + 1, apart))


def _short(name: str, most: int = 14) -> str:
    return name if len(name) <= most else f"{name[: most - 1]}…"


def _svg(width: int, height: int, title: str, said: str, body: str, id: str) -> str:
    return (
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-labelledby="{id}-t {id}-d" '
        f'xmlns="http://www.w3.org/2000/svg"><title id="{id}-t">{escape(title)}</title>'
        f'<desc id="{id}-d">{escape(said)}</desc>{body}</svg>'
    )
