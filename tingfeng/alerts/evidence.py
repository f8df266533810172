"""Why an incident stands where it stands, in sentences that a person can check."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tingfeng import SHANGHAI, Document, Evidence, Level, Message, platform_name
from tingfeng.alerts.crowd import Crowd, representatives
from tingfeng.alerts.levels import NAMES, Line, nearest_unmet
from tingfeng.alerts.numbers import Gap, event_time, reach
from tingfeng.alerts.rules import Firing
from tingfeng.alerts.share import BIN_SECONDS, Score
from tingfeng.alerts.track import Evaluation, start_of

EXCERPT = 40

_WEB = re.compile(r"https?://[^\s()<>\[\]]+")
_HARMLESS = str.maketrans("[]()<>`*_#@|", "［］（）＜＞｀＊＿＃＠｜")


def contributions(sums: Mapping[str, tuple[int, int]], usual: float) -> dict[str, float]:
    """How many negatives each part has beyond its usual; they add up to K - N·usual."""
    return {name: k - n * usual for name, (n, k) in sums.items()}


def rounded(parts: Mapping[str, float], digits: int = 1) -> dict[str, float]:
    """*parts* rounded so that they add up to their rounded sum (largest remainder)."""
    scale = 10**digits
    floors = {name: math.floor(value * scale) for name, value in parts.items()}
    short = round(sum(parts.values()) * scale) - sum(floors.values())
    by_remainder = sorted(parts, key=lambda name: (floors[name] - parts[name] * scale, name))
    for name in by_remainder[:short]:
        floors[name] += 1
    return {name: count / scale for name, count in floors.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One moment of one brand, with all that explains it."""

    brand: str
    seen: Evaluation
    firing: Firing
    """The rule that stands for the moment."""
    level: Level
    lines: Sequence[Line]
    sums: Mapping[str, tuple[int, int]]
    """Voices and negatives by platform in the window of *firing*."""
    documents: Sequence[Document]
    """Negative posts in that window, oldest first."""
    words: Mapping[str, tuple[str, ...]]
    """Red-line words by post key."""
    gaps: Sequence[Gap]
    """Hours of the window in which not everything was seen."""
    reader_note: Message
    """How far the reader is to be trusted."""
    shown: Sequence[Document] = ()
    """Posts by which *firing* counts, where it counts by single posts: oldest first."""

    @property
    def first_post_at(self) -> datetime:
        """Of the earliest negative post in the window."""
        for document in self._telling:
            if (at := event_time(document)) is not None:
                return at.astimezone(SHANGHAI)
        return start_of(self.seen.bin + 1 - self.firing.bins)

    @property
    def _telling(self) -> Sequence[Document]:
        """Negative posts that show what the rule saw: of a red-line word, those that say it."""
        if self.shown:
            return self.shown
        if self.firing.rule != "redline":
            return self.documents
        return [one for one in self.documents if one.post.key in self.words] or self.documents

    def links(self, keys: Sequence[str]) -> dict[str, str]:
        """Addresses of the posts with *keys*, where they are web addresses."""
        return {
            document.post.key: document.post.url
            for document in (*self.shown, *self.documents)
            if document.post.key in keys and _WEB.fullmatch(document.post.url)
        }

    def evidence(self) -> Evidence:
        """The case in the project's noun."""
        chosen = representatives(self._telling, frozenset(self.words))
        numbers, firing = self.firing.numbers, self.firing
        plain = Evidence(
            at=self.seen.at,
            rule=firing.rule,
            score=firing.score,
            threshold=firing.threshold,
            window_hours=firing.bins * BIN_SECONDS / 3600,
            mentions=numbers.mentions,
            negative=numbers.negative,
            expected=numbers.expected,
            usual_share=numbers.usual,
            posts=tuple(document.post.key for document in chosen),
        )
        sentences = [
            *_why(self, plain),
            *_interim(self.seen),
            _contribution(self.sums, numbers),
            *([_telling(chosen)] if chosen else []),
            *_levels(self),
            Crowd.of(self.documents).sentence(),
            _trust(self, numbers),
            *_history(self),
            *_heat(self.seen),
            *_missing(self.gaps),
        ]
        return replace(plain, sentences=tuple((one.zh, one.en) for one in sentences))


def _plain(text: str) -> str:
    """*text* on one line, unable to be Markdown: it was written by strangers."""
    return " ".join(text.split()).translate(_HARMLESS)


def _why(case: Case, shown: Evidence) -> list[Message]:
    numbers = case.firing.numbers
    said: list[Message] = []
    if shown.rule == "redline":
        words = list(dict.fromkeys(word for found in case.words.values() for word in found))
        said.append(
            Message(
                f"为什么：近{shown.window_hours:g}小时 {shown.score:.0f} 个声音针对{case.brand}说到"
                f"红线词（{'、'.join(words)}），开警线 {shown.threshold:g}。",
                f"Why: in {shown.window_hours:g} h {shown.score:.0f} voice(s) said red-line words "
                f"({', '.join(words)}) against {case.brand}; the line is {shown.threshold:g}.",
            )
        )
    if case.firing.says is not None:
        saw = case.firing.says
        said.append(
            Message(
                f"为什么：近{shown.window_hours:g}小时{case.brand}{saw.zh}，开警线 {shown.threshold:g}。",
                f"Why: {case.brand}, in {shown.window_hours:g} h: {saw.en}; the line is "
                f"{shown.threshold:g}.",
            )
        )
    share = numbers.negative / numbers.mentions if numbers.mentions else 0.0
    low = max(0, math.floor(numbers.expected - 2 * numbers.spread))
    high = math.ceil(numbers.expected + 2 * numbers.spread)
    score = _score_words(shown, numbers)
    said.append(
        Message(
            f"{'数量' if said else '为什么'}：近{shown.window_hours:g}小时{case.brand}"
            f" {numbers.mentions} 条提及中 {numbers.negative} 条负面（{share:.0%}）；"
            f"平时占比 {numbers.usual:.1%}，按平时应约 {numbers.expected:.1f} 条"
            f"（常见 {low}–{high} 条）{score.zh}。",
            f"{'Numbers' if said else 'Why'}: {numbers.negative} of {numbers.mentions} mentions of "
            f"{case.brand} in {shown.window_hours:g} h are negative ({share:.0%}); the usual share "
            f"is {numbers.usual:.1%}, so about {numbers.expected:.1f} were to be expected "
            f"(commonly {low}-{high}){score.en}.",
        )
    )
    return said


def _interim(seen: Evaluation) -> list[Message]:
    """That more may come, and when it will be checked."""
    if seen.now is None:
        return []
    end = start_of(seen.bin + 1)
    return [
        Message(
            f"初判：截至 {seen.at:%H:%M:%S}，{end:%H:%M} 止的这一刻钟还会有新内容；到时复核，确认或更正"
            "都会通知。",
            f"Interim: as of {seen.at:%H:%M:%S}; more may come for the quarter of an hour until "
            f"{end:%H:%M}. It is checked then, and you will be told whether it holds.",
        )
    ]


def _score_words(shown: Evidence, numbers: Score) -> Message:
    if shown.rule == "first_day":
        return Message(
            f"；首日规则：占比 {shown.score:.0%}，开警线 {shown.threshold:.0%}",
            f"; first-day rule: share {shown.score:.0%}, the line is {shown.threshold:.0%}",
        )
    if not shown.rule.startswith("share"):
        return Message(
            f"；负面占比偏离分 s={numbers.value:.1f}", f"; share score s={numbers.value:.1f}"
        )
    return Message(
        f"；负面占比偏离分 s={shown.score:.1f}，开警线 {shown.threshold:.1f}",
        f"; share score s={shown.score:.1f}, the line is {shown.threshold:.1f}",
    )


def _contribution(sums: Mapping[str, tuple[int, int]], numbers: Score) -> Message:
    parts = rounded(contributions(sums, numbers.usual))
    total = round(sum(parts.values()), 1)
    zh = "，".join(f"{platform_name(name, 'zh')} {part:+.1f}" for name, part in parts.items())
    en = ", ".join(f"{name} {part:+.1f}" for name, part in parts.items())
    return Message(
        f"贡献：比平时多 {total:+.1f} 条负面，其中 {zh or '无'}。",
        f"Contributions: {total:+.1f} negatives beyond the usual, of which {en or 'none'}.",
    )


def _telling(chosen: Sequence[Document]) -> Message:
    zh, en = [], []
    for document in chosen:
        post = document.post
        words = _plain(post.words)
        excerpt = words if len(words) <= EXCERPT else f"{words[:EXCERPT]}…"
        fans = post.author.followers if post.author else None
        zh.append(
            f"{post.key}（粉丝 {'未知' if fans is None else fans}，互动 {_seen(document, '未知')}）"
            f"“{excerpt}”"
        )
        en.append(
            f"{post.key} ({'unknown' if fans is None else fans} followers, "
            f"{_seen(document, 'unknown')} interactions) “{excerpt}”"
        )
    return Message("代表内容：" + "；".join(zh) + "。", "Telling posts: " + "; ".join(en) + ".")


def _seen(document: Document, unknown: str) -> str:
    return unknown if document.engagement is None else str(reach(document))


def _levels(case: Case) -> list[Message]:
    met = [
        line
        for line in case.lines
        if line.met and not (case.seen.learning and line.statistical)
    ]  # fmt: skip
    zh = "；".join(line.says.zh for line in met) or "达到开警线，未到黄色各线"
    en = "; ".join(line.says.en for line in met) or "an incident is open, no yellow line is met"
    said = [
        Message(
            f"级别依据（{NAMES[case.level].zh}）：{zh}。", f"Level {NAMES[case.level].en}: {en}."
        )
    ]
    near = nearest_unmet(case.lines, case.level)
    if near is None:
        said.append(Message("升级条件：没有更高的未满足条件。", "Next: no unmet line above."))
    else:
        said.append(
            Message(
                f"升级条件：{near.missing.zh}，将升为{NAMES[near.level].zh}。",
                f"Next: {near.missing.en} would make it {NAMES[near.level].en}.",
            )
        )
    return said


def _trust(case: Case, numbers: Score) -> Message:
    readers = sorted({one.analysis.reader for one in case.documents if one.analysis})
    learning = case.seen.learning
    return Message(
        f"可信度：样本 n={numbers.mentions}；模型 {'、'.join(readers) or '无'}"
        f"（{case.reader_note.zh}）；基线{'【学习中】，统计规则最高蓝色' if learning else '正常'}。",
        f"Trust: n={numbers.mentions}; model {', '.join(readers) or 'none'} "
        f"({case.reader_note.en}); baseline "
        f"{'[learning], statistics say blue at most' if learning else 'normal'}.",
    )


def _history(case: Case) -> list[Message]:
    days = len(case.seen.peaks)
    if not days or not case.firing.rule.startswith("share"):
        return []
    alike = sum(peak >= case.firing.excess for peak in case.seen.peaks)
    return [
        Message(
            f"历史：过去 {days} 天里有 {alike} 天偏离得同样远或更远。",
            f"History: on {alike} of the last {days} days it stood out as far or further.",
        )
    ]


def _heat(seen: Evaluation) -> list[Message]:
    """How loud it is, where that is unusual or planned."""
    heat = seen.heat
    if heat is None or not (seen.planned or heat.value >= heat.threshold):
        return []
    planned = Message("", "")
    if seen.planned:
        planned = Message(
            f"；正值计划内事件“{seen.planned}”，只提高声量线，负面占比线不变",
            f"; planned event {seen.planned}: it raises the line of volume, and that of the negative "
            "share not",
        )
    return [
        Message(
            f"声量：这一刻钟 {heat.mentions} 条提及，平时 {heat.usual:.1f} 条，热度分 {heat.value:.1f}"
            f"（热度线 {heat.threshold:.1f}，单凭声量不开警）{planned.zh}。",
            f"Volume: {heat.mentions} mentions in this quarter of an hour, usually {heat.usual:.1f}, "
            f"heat {heat.value:.1f} (the line is {heat.threshold:.1f}; volume alone opens no "
            f"incident){planned.en}.",
        )
    ]


def _missing(gaps: Sequence[Gap]) -> list[Message]:
    if not gaps:
        return []
    names = sorted({source for gap in gaps for source in gap.sources})
    blind = sum(gap.total for gap in gaps)
    return [
        Message(
            f"数据缺口：窗口内 {len(gaps)} 个小时有来源看不见（{'、'.join(names)}），"
            f"其中 {blind} 个小时完全看不见；完全看不见的时段不算平静，也不用于学习。",
            f"Data gap: in {len(gaps)} hours of the window sources could not be read "
            f"({', '.join(names)}), in {blind} of them none; these do not count as quiet, and "
            "nothing is learnt from them.",
        )
    ]
