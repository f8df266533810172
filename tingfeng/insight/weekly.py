"""周报: what a daily report tells, over a week, with what only a week shows."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from tingfeng import SHANGHAI, WEEK, Message, SettingsError
from tingfeng.insight.brief import Brief, coverage, method, no_data, notes
from tingfeng.insight.caseload import caseload, timeliness, todo
from tingfeng.insight.daily import headline, nobody, posts_about, spoken_of, unfinished
from tingfeng.insight.outlets import outlets
from tingfeng.insight.period import Period, floor, show
from tingfeng.insight.sentiment import sentiment
from tingfeng.insight.sheet import Grid, Line, Part, Proof, Row, Sheet, grid, line, part, top
from tingfeng.insight.standing import attitude, platforms, rivals, trend_drawing, volume
from tingfeng.insight.survey import survey
from tingfeng.insight.top_negatives import top_negatives
from tingfeng.insight.topics import DEFINITION, topics
from tingfeng.insight.trend import SIGHTS, TrendAnswer, trend

_WEEK = re.compile(r"(\d{4})-?[wW](\d{1,2})")


def week(text: str | None, *, now: datetime, latest: datetime | None) -> Period:
    """The week, Monday to Sunday, that *text* names: ``2026-W24`` (ISO 8601), ``本周``, ``上周``, or
    any day of it; none: the last whole one, or where *latest*, the newest stored post, is older,
    its week. What lies after *now* is cut off.

    Raises:
        SettingsError: it is no week, or lies ahead.

    """
    this = floor(now, WEEK)
    if text is None:
        last = this - timedelta(days=7)
        start = floor(latest, WEEK) if latest is not None and latest < last else last
    else:
        start = _start(text.strip(), now)
    until = min(start + timedelta(days=7), now.astimezone(SHANGHAI).replace(microsecond=0))
    if until <= start:
        raise SettingsError(f"{text!r} 这一周还没有开始", f"the week {text!r} has not begun")
    return Period(since=start, until=until)


def _start(text: str, now: datetime) -> datetime:
    this = floor(now, WEEK)
    named = {"week": this, "本周": this, "last": this - timedelta(days=7)}
    named["上周"] = named["last"]
    if text.lower() in named:
        return named[text.lower()]
    if found := _WEEK.fullmatch(text):
        try:
            monday = date.fromisocalendar(int(found[1]), int(found[2]), 1)
        except ValueError:
            raise SettingsError(f"没有 {text!r} 这一周", f"there is no week {text!r}") from None
        return datetime.combine(monday, time(), SHANGHAI)
    return floor(Period.parse(text, now=now).since, WEEK)


def weekly(brief: Brief) -> Sheet:
    """The report of one week."""
    period = brief.period
    names = [one.name for one in brief.own]
    parts = [one for number, name in enumerate(names, 1) for one in _brand(brief, name, number)]
    parts = parts or [nobody()]
    tail = (
        rivals(brief), timeliness(brief), todo(brief), coverage(brief), method(brief, DEFINITION),
    )  # fmt: skip
    parts += map(top, tail)
    year, number, _ = period.since.astimezone(SHANGHAI).isocalendar()
    last = show(period.until - timedelta(seconds=1))[:10]
    days = f"{show(period.since)[:10]} – {last}"
    return Sheet(
        kind="weekly",
        title=Message(f"{'、'.join(names)} 舆情周报", f"{', '.join(names)}: weekly report"),
        number=Message(f"{year} 年第 {number} 周（{days}）", f"{year}, week {number} ({days})"),
        period=period,
        made_at=brief.now,
        notes=(*notes(brief), *unfinished(brief, timedelta(days=7))),
        parts=tuple(parts),
        evidence=brief.citations.listed,
        missing=len(brief.citations.missing),
        enough=any(posts_about(brief, name) for name in names),
        incidents=spoken_of(brief),
    )


def _brand(brief: Brief, brand: str, number: int) -> list[Part]:
    mood = sentiment(brief.store, brand, brief.period, now=brief.now, scope=brief.scope)
    graph = trend(brief.store, brand, brief.period, now=brief.now, scope=brief.scope)
    first = headline(brief, brand, number, mood, graph)
    cases = caseload(brief, brand, f"b{number}-incidents")
    if not mood.now.posts:
        return [first, part("声量", "Volume", no_data(brief, brand)), cases]
    found = survey(brief.store, brief.scope.query(brief.period, brand))
    chart = trend_drawing(graph, brief.alarms(brand), f"b{number}-trend", f"b{number}-incidents")
    return [
        first,
        part(
            "声量与走势", "Volume over the week", *volume(brief, brand, graph), chart, _days(graph)
        ),
        attitude(brief, brand, mood, days=None),
        platforms(brief, brand),
        *topics(brief, brand, found),
        top_negatives(brief, brand),
        outlets(brief, brand, found),
        cases,
    ]


def _days(graph: TrendAnswer) -> Grid | Line:
    """Day by day; empty where nothing could be seen."""
    rows = []
    for point in graph.points:
        day = show(point.start)[: 16 if graph.step.width < timedelta(days=1) else 10]
        split = point.split
        seen = Message(SIGHTS[point.sight].zh, SIGHTS[point.sight].en)
        if split is None:
            rows.append(Row(cells=(day, "–", "–", "–", "–", seen)))
            continue
        proof = Proof(what=Message("声量", "posts"), posts=split.posts, command=point.command)
        counts = (split.posts, split.negative, split.neutral, split.positive)
        rows.append(Row(cells=(day, *counts, seen), proofs=(proof,)))
    if not rows:
        return line("没有数据。", "No data.", tone="none")
    return grid(
        "日期|声量|负面|中性|正面|采集", "day|posts|negative|neutral|positive|collection", rows
    )
