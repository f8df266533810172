"""日报: one day of the own brands, in the order in which Chinese PR desks read it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from tingfeng import SHANGHAI, Message, SettingsError
from tingfeng.insight.brief import Brief, coverage, method, no_data, notes
from tingfeng.insight.caseload import caseload, todo
from tingfeng.insight.period import Period
from tingfeng.insight.sentiment import SentimentAnswer, sentiment
from tingfeng.insight.sheet import Line, Part, Sheet, line, part, top
from tingfeng.insight.standing import attitude, level_line, platforms, rivals, trend_drawing, volume
from tingfeng.insight.top_negatives import top_negatives
from tingfeng.insight.trend import TrendAnswer, trend
from tingfeng.insight.verdict import TONES, verdict

BASELINE_DAYS = 7


def day(text: str | None, *, now: datetime, latest: datetime | None) -> Period:
    """The day that *text* names, as :meth:`Period.parse` reads it; none: the last whole one, or
    where *latest*, the newest stored post, is older, its day.

    Raises:
        SettingsError: it is no day, or lies ahead.

    """
    if text is None:
        today = datetime.combine(now.astimezone(SHANGHAI).date(), datetime.min.time(), SHANGHAI)
        first = today - timedelta(days=1)
        if latest is not None and latest < first:
            first = _midnight(latest.astimezone(SHANGHAI).date())
        return Period(since=first, until=first + timedelta(days=1))
    period = Period.parse(text, now=now)
    midnight = period.since.astimezone(SHANGHAI)
    if midnight != _midnight(midnight.date()) or period.length > timedelta(days=1):
        raise SettingsError(
            f"{text!r} 不是一天。日报请写 2026-06-14、yesterday、today 这样的日期",
            f"{text!r} is no day; a daily report is of 2026-06-14, yesterday or today",
        )
    return period


def daily(brief: Brief) -> Sheet:
    """The report of one day."""
    first = brief.period.since.astimezone(SHANGHAI).date()
    parts = [
        part for number, one in enumerate(brief.own, 1) for part in _brand(brief, one.name, number)
    ]
    if not brief.own:
        parts = [nobody()]
    parts += map(top, (rivals(brief), todo(brief), coverage(brief), method(brief)))
    names = [one.name for one in brief.own]
    return Sheet(
        kind="daily",
        title=Message(f"{'、'.join(names)} 舆情日报", f"{', '.join(names)}: daily report"),
        number=Message(
            f"{first:%Y} 年第 {first:%j} 期（{first:%Y-%m-%d}）",
            f"No. {first:%Y-%j} ({first:%Y-%m-%d})",
        ),
        period=brief.period,
        made_at=brief.now,
        notes=(*notes(brief), *unfinished(brief, timedelta(days=1))),
        parts=tuple(parts),
        evidence=brief.citations.listed,
        missing=len(brief.citations.missing),
        enough=any(posts_about(brief, name) for name in names),
        incidents=spoken_of(brief),
    )


def nobody() -> Part:
    """The settings name no brand."""
    return part("一句话结论", "In one sentence",
                line("数据不足：设置里没有品牌。", "Not enough data: the settings name no brand.",
                     tone="none"))  # fmt: skip


def unfinished(brief: Brief, whole: timedelta) -> tuple[Line, ...]:
    """What is said of a period that is not over."""
    if brief.period.length >= whole:
        return ()
    return (line("本期尚未结束，各数还会变化；环比取上期的同样时段。",
                 "This period is not over, figures will change; they are compared with the same "
                 "hours of the period before.", tone="warn"),)  # fmt: skip


def spoken_of(brief: Brief) -> tuple[str, ...]:
    """Ids of the incidents of the period, of any own brand."""
    names = [one.name for one in brief.own]
    return tuple(one.id for name in names for one in brief.alarms(name).incidents)


def posts_about(brief: Brief, brand: str) -> int:
    """How many the store holds of the period."""
    asked = brief.scope.query(brief.period, brand)
    return sum(cell.posts for cell in brief.store.count(asked, ("brand",)))


def headline(
    brief: Brief, brand: str, number: int, mood: SentimentAnswer, graph: TrendAnswer
) -> Part:
    """一句话结论 and the level."""
    alarms = brief.alarms(brand)
    told = verdict(graph, mood, alarms)
    tone = TONES[told.tone]
    return part(
        f"{brand}：{tone.zh}", f"{brand}: {tone.en}",
        line(f"一句话结论：{told.sentence.zh}", f"In one sentence: {told.sentence.en}", tone="lead"),
        level_line(brief, brand),
        depth=1, id=f"b{number}",
    )  # fmt: skip


def _brand(brief: Brief, brand: str, number: int) -> list[Part]:
    mood = sentiment(brief.store, brand, brief.period, now=brief.now, scope=brief.scope)
    graph = trend(brief.store, brand, brief.period, now=brief.now, scope=brief.scope)
    first = headline(brief, brand, number, mood, graph)
    cases = caseload(brief, brand, f"b{number}-incidents")
    if not mood.now.posts:
        return [first, part("声量", "Volume", no_data(brief, brand)), cases]
    chart = trend_drawing(graph, brief.alarms(brand), f"b{number}-trend", f"b{number}-incidents")
    return [
        first,
        part("声量", "Volume", *volume(brief, brand, graph), chart),
        attitude(brief, brand, mood, days=BASELINE_DAYS),
        platforms(brief, brand),
        top_negatives(brief, brand),
        cases,
    ]


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
