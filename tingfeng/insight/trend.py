"""Volume and attitude over time, and the hours in which nothing could be seen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, cast

from tingfeng import DAY, HOUR, Message, Query, SettingsError, Step, Store
from tingfeng.insight.counted import Counted, Scope, command, counted, has_data, total
from tingfeng.insight.period import Period, floor, stamp
from tingfeng.insight.proportion import growth, signed
from tingfeng.insight.sentiment import Split, as_json, posts
from tingfeng.insight.table import NO, YES, Cell, Table, columns

Sight = Literal["seen", "partly", "blind", "unknown"]
"""What the collectors' ledger says: every source that tried saw something; some hours or sources
failed; all failed in every hour that is in the ledger; nothing is in the ledger (imported data)."""

SIGHTS: dict[Sight, Message] = {
    "seen": Message("正常", "seen"),
    "partly": Message("部分失明", "partly blind"),
    "blind": Message("失明", "blind"),
    "unknown": Message("无采集记录", "no ledger"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One step."""

    start: datetime
    end: datetime
    whole: bool
    """False: the period covers only a part of the step, so it looks lower than it is."""

    split: Split | None
    """``None``: no post is stored and the collectors were blind. Not zero: not known."""

    sight: Sight
    blind_hours: tuple[datetime, ...]
    """Hours in which every source that was asked failed."""

    command: str
    """Lists the posts of the step."""

    def as_json(self) -> dict[str, Any]:
        """Keys ``start end whole sight blind_hours split command``; ``split`` is null where
        nothing could be seen.
        """
        return {
            "start": stamp(self.start), "end": stamp(self.end), "whole": self.whole,
            "sight": self.sight, "blind_hours": [stamp(hour) for hour in self.blind_hours],
            "split": as_json(self.split), "command": self.command,
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendAnswer:
    """Volume and attitude of one brand, step by step."""

    counted: Counted
    step: Step
    points: tuple[Point, ...]
    """Every step of the period, also those without posts, oldest first."""

    total: Split
    before: Split | None
    """环比. ``None``: the store knows too little of that time, which is not the same as 0."""

    year_before: Split | None
    """同比. ``None`` likewise."""

    imprecise: int
    """Posts of *total* that stand in no point: only their day is known, and a point is shorter."""

    ledger_hours: int
    """Hours of the period that the collectors' ledger knows."""

    @property
    def blind_hours(self) -> tuple[datetime, ...]:
        """All of them, oldest first."""
        return tuple(hour for point in self.points for hour in point.blind_hours)

    @property
    def peak(self) -> Point | None:
        """The step with most posts; ``None`` without any post."""
        known = [point for point in self.points if point.split and point.split.posts]
        return max(known, key=lambda point: point.split.posts if point.split else 0, default=None)

    def sentence(self) -> Message:
        """Volume and both comparisons."""
        n = self.total.posts
        than, ago = (signed(growth(n, posts(each))) for each in (self.before, self.year_before))
        zh, en = (
            f"；采集失明 {len(self.blind_hours)} 小时",
            f"; blind for {len(self.blind_hours)} h",
        )
        blind = bool(self.blind_hours)
        if self.imprecise:
            zh = f"；其中 {self.imprecise} 条只知日期，不在任何一格" + zh * blind
            en = f"; of {self.imprecise} only the day is known, they stand in no step" + en * blind
            blind = True
        return Message(
            f"声量 {n} 条，环比 {_or_none(than, 'zh')}，同比 {_or_none(ago, 'zh')}" + zh * blind,
            f"{n} posts; on the period before {_or_none(than, 'en')}; on the year before "
            f"{_or_none(ago, 'en')}" + en * blind,
        )

    def as_json(self) -> dict[str, Any]:
        """Keys ``counted step_seconds points total imprecise before year_before change
        ledger_hours blind_hours``; ``change`` has ``before year_before``, relative change of posts or null.
        """
        then = {"before": self.before, "year_before": self.year_before}
        return {
            "counted": self.counted.as_json(),
            "step_seconds": int(self.step.width.total_seconds()),
            "points": [point.as_json() for point in self.points],
            "total": self.total.as_json(),
            "imprecise": self.imprecise,
            **{name: as_json(split) for name, split in then.items()},
            "change": {
                name: growth(self.total.posts, posts(split)) for name, split in then.items()
            },
            "ledger_hours": self.ledger_hours,
            "blind_hours": [stamp(hour) for hour in self.blind_hours],
        }

    def table(self) -> Table:
        """One row a step; counts are empty where nothing could be seen."""
        return Table(
            name=Message("趋势", "trend"),
            columns=columns(
                ("开始", "start"), ("声量", "posts"), ("负面", "negative"), ("中性", "neutral"),
                ("正面", "positive"), ("不确定", "uncertain"), ("负面占比", "negative share", "share"),
                ("采集", "collection"), ("完整时段", "whole step"), ("查看命令", "command", "command"),
            ),
            rows=tuple(_row(point) for point in self.points),
            notes=(self.sentence(), self.counted.sentence(), DEFINITION),
        )  # fmt: skip


MOST_STEPS = 20_000
"""Two years of hours. More has no reader; half a century of hours took 24 s and 1.7 GB."""

DEFINITION = Message(
    "环比：与紧邻的、同样长的上一时段比；同比：与去年同日期的时段比。“–”表示当时没有足够数据，不是 0。"
    "失明：该小时所有采集请求都失败，没有帖子不等于平静。",
    "On the period before: the stretch of the same length just before; on the year before: the "
    "same dates. “–” means there was not enough data then, not 0. Blind: every request of the "
    "hour failed, so no posts does not mean quiet.",
)


def trend(
    store: Store,
    brand: str | None,
    period: Period,
    *,
    now: datetime,
    step: Step | None = None,
    scope: Scope | None = None,
) -> TrendAnswer:
    """Volume and attitude of *brand* (``None``: all posts) over *period*.

    *step*: :data:`~tingfeng.HOUR`, ``DAY``, ``WEEK`` or any; by default what suits the length.
    """
    scope, step = scope or Scope(), step or period.step()
    if period.length > MOST_STEPS * step.width:
        raise SettingsError(
            f"这段时间按这个粒度超过 {MOST_STEPS:,} 格：请缩短时段或改用更大的 --step",
            f"more than {MOST_STEPS:,} steps: ask for a shorter period or a wider --step",
        )
    query = scope.query(period, brand)
    axes: tuple[Literal["time", "brand"], ...] = ("time", "brand") if brand else ("time",)
    timed = replace(query, precise=step.width < DAY.width)
    cells = {
        cast("datetime", cell.by[0]): Split.of(cell) for cell in store.count(timed, axes, step=step)
    }
    whole = Split.of(total(store, query))
    sights = _ledger(store, period)
    return TrendAnswer(
        counted=counted(store, brand, period, scope, now),
        step=step,
        points=tuple(
            _point(start, step, period, cells.get(start), sights, timed)
            for start in period.starts(step)
        ),
        total=whole,
        imprecise=whole.posts - sum(split.posts for split in cells.values()),
        before=_then(store, brand, period.before(), scope),
        year_before=_then(store, brand, period.year_before(), scope),
        ledger_hours=len(sights),
    )


def _then(store: Store, brand: str | None, period: Period, scope: Scope) -> Split | None:
    known = has_data(store, period)
    return Split.of(total(store, scope.query(period, brand))) if known else None


def _ledger(store: Store, period: Period) -> dict[datetime, Sight]:
    """Each hour of the ledger: blind if every source failed, partly if some did."""
    seen: dict[datetime, list[bool]] = {}
    for row in store.coverage(floor(period.since, HOUR), period.until):
        seen.setdefault(floor(row.hour, HOUR), []).append(row.blind)
    return {
        hour: "blind" if all(blind) else "partly" if any(blind) else "seen"
        for hour, blind in seen.items()
    }


def _point(
    start: datetime,
    step: Step,
    period: Period,
    split: Split | None,
    ledger: dict[datetime, Sight],
    query: Query,
) -> Point:
    end = start + step.width
    covered = Period(since=max(start, period.since), until=min(end, period.until))
    mine = {hour: ledger[hour] for hour in covered.starts(HOUR) if hour in ledger}
    blind = tuple(hour for hour, sight in mine.items() if sight == "blind")
    sight: Sight = "unknown"
    if mine:
        whole = {"seen", "blind"} & set(mine.values())
        sight = mine[next(iter(mine))] if len(set(mine.values())) == len(whole) == 1 else "partly"
    nothing = Split(posts=0, negative=0, neutral=0, positive=0, uncertain=0, unread=0)
    return Point(
        start=start,
        end=end,
        whole=covered.length == step.width,
        split=split or (None if sight == "blind" else nothing),
        sight=sight,
        blind_hours=blind,
        command=command(replace(query, since=covered.since, until=covered.until)),
    )


def _row(point: Point) -> tuple[Cell, ...]:
    split = point.split
    counts: tuple[int | None, ...] = (None,) * 5
    if split:
        counts = (split.posts, split.negative, split.neutral, split.positive, split.uncertain)
    share = split.share("negative").share if split else None
    whole = YES if point.whole else NO
    return (point.start, *counts, share, SIGHTS[point.sight], whole, point.command)


def _or_none(change: str, lang: Literal["zh", "en"]) -> str:
    return {"zh": "–（当时无数据）", "en": "– (no data then)"}[lang] if change == "–" else change
