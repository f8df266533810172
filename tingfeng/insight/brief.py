"""What every report is asked about, and the parts that stand in each: coverage, model, notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from tingfeng import HOUR, Brand, Incident, Message, Store
from tingfeng.insight import demands, loudest, people, seal, sentiment, trend, verdict, voice
from tingfeng.insight.counted import Scope, counted, total
from tingfeng.insight.dossier import Dossier, touching
from tingfeng.insight.evidence import Citations
from tingfeng.insight.period import Period, floor, show
from tingfeng.insight.section import sources
from tingfeng.insight.sheet import Line, Part, Proof, Row, grid, line, part
from tingfeng.insight.verdict import Alarms


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """The question of a report."""

    store: Store
    brands: Sequence[Brand]
    """The lexicon, competitors among them."""
    period: Period
    now: datetime
    dossiers: Sequence[Dossier] = ()
    """Incidents, whenever they were."""
    judged: bool = False
    """Whether anything looked for incidents at all."""
    model: str = ""
    """Name and version of what read the posts."""
    limits: Sequence[Message] = ()
    """What is known of its errors."""
    scope: Scope = field(default_factory=Scope)
    citations: Citations = field(init=False)
    """The list of evidence, which grows while the report is made."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "citations", Citations(self.store))

    @property
    def own(self) -> list[Brand]:
        """Those that get parts of their own: all, if none is our own."""
        return [one for one in self.brands if one.role == "own"] or list(self.brands)

    def alarms(self, brand: str) -> Alarms:
        """The incidents of *brand*, each at its height in the period and in its state at the end."""
        mine = touching(self.dossiers, self.period, brand)
        return Alarms(
            incidents=tuple(
                replace(self.at_end(one), level=one.height(self.period)) for one in mine
            ),
            replayed=frozenset(one.incident.id for one in mine if one.replayed),
            judged=self.judged,
        )

    def at_end(self, dossier: Dossier) -> Incident:
        """As it stood at the end of the period."""
        return dossier.as_of(self.period.until) or dossier.incident


def blind_hours(store: Store, period: Period) -> list[datetime]:
    """Hours of *period* in which every source that was asked failed."""
    seen: dict[datetime, bool] = {}
    for row in store.coverage(floor(period.since, HOUR), period.until):
        hour = floor(row.hour, HOUR)
        seen[hour] = seen.get(hour, True) and row.blind
    return sorted(hour for hour, blind in seen.items() if blind)


def notes(brief: Brief, brand: str | None = None) -> tuple[Line, ...]:
    """Under the title: the period, what is counted, and what could not be seen."""
    when, told = brief.period.sentence(), counted(
        brief.store, brand, brief.period, brief.scope, brief.now
    ).sentence()  # fmt: skip
    found = [
        line(f"统计区间：{when.zh}。", f"Period: {when.en}."),
        Line(said=told, tone="small"),
        line(f"生成于 {show(brief.now)}（北京时间）。", f"Made at {show(brief.now)} (Asia/Shanghai).",
             tone="small"),
    ]  # fmt: skip
    return (*found, *_blindness(brief))


def _blindness(brief: Brief) -> list[Line]:
    hours = blind_hours(brief.store, brief.period)
    if not hours:
        return []
    first, last = show(hours[0]), show(hours[-1])
    return [
        line(
            f"采集失明 {len(hours)} 小时（{first} 至 {last} 之间，所有来源的请求都失败）：其间没有帖子不等于"
            "平静，声量与环比偏低，以下各数只代表看得见的部分。",
            f"Blind for {len(hours)} h (between {first} and {last}, every request to every source "
            "failed): no posts then does not mean quiet, volume and growth are too low, and all "
            "figures speak only of what could be seen.",
            tone="warn",
        )
    ]


def coverage(brief: Brief) -> Part:
    """What the store holds of the period, and what each source answered."""
    asked = brief.scope.query(brief.period)
    stored = total(brief.store, asked)
    blocks: list[Line] = [
        line(
            f"时段内库中 {stored.posts} 条帖子（不限品牌），其中 {stored.unread} 条尚未分析或无文字可读。",
            f"In the period the store holds {stored.posts} posts about anything, {stored.unread} of "
            "them not read or without text.",
            Proof.of("库中帖子", "stored posts", stored.posts, asked),
        )
    ]
    ledger = sources(brief.store.coverage(floor(brief.period.since, HOUR), brief.period.until))
    if not ledger:
        blocks.append(
            line("时段内没有采集记录：数据来自导入，无法判断是否有遗漏。",
                 "No collection ledger for the period: the data were imported, gaps cannot be told.",
                 tone="none")
        )  # fmt: skip
        return part("数据覆盖", "Data coverage", *blocks)
    rows = [
        Row(cells=(one.name, one.hours, one.blind, one.requests, one.failures, one.posts, one.last,
                   show(one.last_seen) if one.last_seen else "–"))
        for one in ledger
    ]  # fmt: skip
    blind = sum(one.blind for one in ledger)
    blocks.append(
        line(f"{len(ledger)} 个来源，合计失明 {blind} 个来源小时。",
             f"{len(ledger)} sources, blind for {blind} source-hours in all.")
    )  # fmt: skip
    table = grid(
        "来源|有记录小时|失明小时|请求|失败|帖子|最后结果|最后成功",
        "source|hours in ledger|blind hours|requests|failures|posts|last verdict|last success",
        rows,
    )
    return part("数据覆盖", "Data coverage", *blocks, table)


def method(brief: Brief, *more: Message) -> Part:
    """Which model read, how it errs, and what the words of the report mean."""
    name = f"：{brief.model}" if brief.model else ""
    blocks = [
        line(f"情感与品牌由模型判读{name}。机器判读有误差，单条帖子请以原文为准。",
             f"Attitude and brands were read by a model{name.replace('：', ': ')}. Machines err; for "
             "a single post the original decides.")
    ]  # fmt: skip
    blocks += [Line(said=limit) for limit in brief.limits] or [
        line("没有提供该模型的误差说明。", "No statement of its errors was given.", tone="none")
    ]
    told = (
        verdict.DEFINITION, trend.DEFINITION, sentiment.DEFINITION, voice.DEFINITION,
        loudest.DEFINITION, demands.DEFINITION, people.DEFINITION, *more, seal.DEFINITION,
    )  # fmt: skip
    blocks += [Line(said=one, tone="small") for one in told]
    return part("模型误差与口径", "Model error and definitions", *blocks)


def no_data(brief: Brief, brand: str) -> Line:
    """Nothing is said of a brand that nobody named."""
    asked = brief.scope.query(brief.period, brand)
    return line(
        "数据不足：时段内没有提到它的帖子（n=0），不作判断。",
        "Not enough data: no post of the period names it (n=0), so nothing is concluded.",
        Proof.of("声量", "posts", 0, asked),
        tone="none",
    )
