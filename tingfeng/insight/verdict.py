"""One sentence for a brand, and the word that stands before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tingfeng import LEVELS, Incident, Level, Message
from tingfeng.insight.sentiment import SentimentAnswer
from tingfeng.insight.trend import TrendAnswer

Tone = Literal["crisis", "watch", "unknown", "blind", "calm"]

TONES: dict[Tone, Message] = {
    "crisis": Message("危机", "crisis"),
    "watch": Message("关注", "watch"),
    "unknown": Message("数据不足", "not enough data"),
    "blind": Message("看不清", "partly blind"),
    "calm": Message("平稳", "calm"),
}

LEVEL_NAMES: dict[Level, Message] = {
    "blue": Message("蓝 关注", "blue"),
    "yellow": Message("黄 预警", "yellow"),
    "orange": Message("橙 严重", "orange"),
    "red": Message("红 危机", "red"),
}

STATE_NAMES = {
    "open": Message("进行中", "open"),
    "cooling": Message("降温中", "cooling"),
    "closed": Message("已结束", "closed"),
}

DEFINITION = Message(
    "结论词按序判定：有未结束的橙、红事件为“危机”；有未结束的其他事件，或负面占比上升超出误差，为“关注”；"
    "有明确情感的帖子太少为“数据不足”；时段内有采集失明为“看不清”；否则“平稳”。",
    "The word is the first that holds: “crisis”, an orange or red incident is not closed; “watch”, "
    "another incident is not closed or the negative share rose beyond error; “not enough data”, "
    "too few posts with a clear attitude; “partly blind”, collection was blind in the period; "
    "else “calm”.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is said first of a brand."""

    tone: Tone
    sentence: Message


def verdict(volume: TrendAnswer, mood: SentimentAnswer, incidents: Sequence[Incident]) -> Verdict:
    """Put three answers about one brand and one period into a sentence."""
    shift = mood.shift(mood.before)
    live = [each for each in incidents if each.state != "closed"]
    tone: Tone = "calm"
    if any(LEVELS.index(each.level) >= LEVELS.index("orange") for each in live):
        tone = "crisis"
    elif live or (shift is not None and shift.clear and shift.points > 0):
        tone = "watch"
    elif not mood.enough:
        tone = "unknown"
    elif volume.blind_hours:
        tone = "blind"
    said = [volume.sentence(), mood.sentence(), _incidents(incidents)]
    return Verdict(
        tone=tone,
        sentence=Message("；".join(s.zh for s in said) + "。", "; ".join(s.en for s in said) + "."),
    )


def _incidents(incidents: Sequence[Incident]) -> Message:
    if not incidents:
        return Message("无预警事件", "no incident")
    worst = max(incidents, key=lambda each: LEVELS.index(each.level)).level
    live = sum(each.state != "closed" for each in incidents)
    n, name = len(incidents), LEVEL_NAMES[worst]
    return Message(
        f"{n} 起预警事件（最高 {name.zh}，{live} 起未结束）",
        f"{n} incident{'s' * (n > 1)} (highest {name.en}, {live} not closed)",
    )
