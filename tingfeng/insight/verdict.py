"""One sentence for a brand, and the word that stands before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from tingfeng import LEVELS, DeskStore, Evidence, Incident, Level, Message
from tingfeng.insight.period import Period
from tingfeng.insight.sentiment import SentimentAnswer
from tingfeng.insight.trend import TrendAnswer

Tone = Literal["crisis", "watch", "unknown", "blind", "unjudged", "calm"]

TONES: dict[Tone, Message] = {
    "crisis": Message("危机", "crisis"),
    "watch": Message("关注", "watch"),
    "unknown": Message("数据不足", "not enough data"),
    "blind": Message("看不清", "partly blind"),
    "unjudged": Message("未判断", "not judged"),
    "calm": Message("平稳", "calm"),
}

LEVEL_NAMES: dict[Level, Message] = {
    "blue": Message("蓝色关注", "blue (watch)"),
    "yellow": Message("黄色预警", "yellow (warning)"),
    "orange": Message("橙色严重", "orange (serious)"),
    "red": Message("红色危机", "red (crisis)"),
}
"""As the alerts themselves say it."""

STATE_NAMES = {
    "open": Message("进行中", "open"),
    "cooling": Message("降温中", "cooling"),
    "closed": Message("已结束", "closed"),
}

RULE_NAMES: dict[str, Message] = {
    "share_1h": Message("近1小时负面占比偏离分", "negative share of 1 h, score"),
    "share_4h": Message("近4小时负面占比偏离分", "negative share of 4 h, score"),
    "share_24h": Message("近24小时负面占比偏离分", "negative share of 24 h, score"),
    "redline": Message("红线词声音数", "voices with red-line words"),
    "first_day": Message("首日负面占比", "negative share on the first day"),
    "account": Message("发负面的大账号", "big accounts that said something negative"),
    "media": Message("刊载负面的媒体", "media that carry something negative"),
    "hot": Message("热榜条目", "entries on hot lists"),
    "regulator": Message("发声的监管或央媒", "authorities and central media heard"),
    "issue": Message("新议题偏离分", "new issue, score"),
}
"""What each rule counts."""

COUNTED = frozenset({"redline", "account", "media", "hot", "regulator"})
"""Rules of which the score is a number of voices, houses or entries."""

REPLAYED = Message("回放（未发送）", "replayed (never sent)")

UNJUDGED = Message(
    "这段时间没有做过预警判断：tingfeng alerts replay",
    "no alerts were judged in this period: tingfeng alerts replay",
)


def measured(evidence: Evidence) -> Message:
    """What the rule counted, and the line that opens an incident: 红线词声音数 9（开警线 1）."""
    name = RULE_NAMES.get(evidence.rule, Message(evidence.rule, evidence.rule))
    counted = evidence.rule in COUNTED
    form = {"first_day": "{:.0%}"}.get(evidence.rule, "{:.0f}" if counted else "{:.1f}")
    value = form.format(evidence.score)
    # A line of 3.7 voices is no 4: it is what is usual and three deviations.
    line = f"{evidence.threshold:.3g}" if counted else None
    line = line or form.format(evidence.threshold)
    return Message(f"{name.zh} {value}（开警线 {line}）", f"{name.en} {value} (the line is {line})")


DEFINITION = Message(
    "结论词按序判定：有未结束的橙、红事件为“危机”；有未结束的其他事件，或负面占比上升超出误差，为“关注”；"
    "有明确情感的帖子太少为“数据不足”；时段内有采集失明为“看不清”；没有做过预警判断为“未判断”；否则“平稳”。",
    "The word is the first that holds: “crisis”, an orange or red incident is not closed; “watch”, "
    "another incident is not closed or the negative share rose beyond error; “not enough data”, "
    "too few posts with a clear attitude; “partly blind”, collection was blind in the period; "
    "“not judged”, no alerts were evaluated; else “calm”.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarms:
    """The incidents of a period, and how they are known."""

    incidents: tuple[Incident, ...] = ()
    replayed: frozenset[str] = frozenset()
    """Ids of those that a replay found and nobody was told of."""

    judged: bool
    """Whether anything looked for incidents at all: without, none is no news."""

    @classmethod
    def known(
        cls,
        store: DeskStore,
        period: Period,
        incidents: Sequence[Incident] | None,
        replayed: Sequence[Incident] | None,
        judged: bool | None,
    ) -> Alarms:
        """Those that touch *period*; what is given as :func:`tingfeng.insight.report.report` says."""
        told = store.incidents() if incidents is None else incidents
        ids = {each.id for each in told}
        unsent = [each for each in replayed or () if each.id not in ids]
        if judged is None:
            judged = incidents is not None or replayed is not None or bool(told)
        return cls(
            incidents=tuple(each for each in (*told, *unsent) if _touches(each, period)),
            replayed=frozenset(each.id for each in unsent),
            judged=judged,
        )

    def of(self, brand: str) -> Alarms:
        """Those of *brand*."""
        return replace(
            self, incidents=tuple(each for each in self.incidents if each.brand == brand)
        )

    def sentence(self) -> Message:
        """How many, and how bad."""
        if not self.incidents:
            return Message("无预警事件", "no incident") if self.judged else UNJUDGED
        worst = max(self.incidents, key=lambda each: LEVELS.index(each.level)).level
        live = sum(each.state != "closed" for each in self.incidents)
        unsent = sum(each.id in self.replayed for each in self.incidents)
        n, name = len(self.incidents), LEVEL_NAMES[worst]
        zh = f"，{unsent} 起来自回放、未发送" if unsent else ""
        en = f", {unsent} found by replay and never sent" if unsent else ""
        return Message(
            f"{n} 起预警事件（最高{name.zh}，{live} 起未结束{zh}）",
            f"{n} incident{'s' * (n > 1)} (highest {name.en}, {live} not closed{en})",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is said first of a brand."""

    tone: Tone
    sentence: Message


def verdict(volume: TrendAnswer, mood: SentimentAnswer, alarms: Alarms) -> Verdict:
    """Put three answers about one brand and one period into a sentence."""
    shift = mood.shift(mood.before)
    live = [each for each in alarms.incidents if each.state != "closed"]
    tone: Tone = "calm" if alarms.judged else "unjudged"
    if any(LEVELS.index(each.level) >= LEVELS.index("orange") for each in live):
        tone = "crisis"
    elif live or (shift is not None and shift.clear and shift.points > 0):
        tone = "watch"
    elif not mood.enough:
        tone = "unknown"
    elif volume.blind_hours:
        tone = "blind"
    said = [volume.sentence(), mood.sentence(), alarms.sentence()]
    return Verdict(
        tone=tone,
        sentence=Message("；".join(s.zh for s in said) + "。", "; ".join(s.en for s in said) + "."),
    )


def _touches(incident: Incident, period: Period) -> bool:
    ended = incident.closed_at
    return incident.opened_at < period.until and (ended is None or ended >= period.since)
