"""Why an incident stands where it stands, in sentences that a person can check."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tingfeng import SHANGHAI, Document, Evidence, Level, Message
from tingfeng.alerts.caveats import heat_of, history, left_out, missing, trust
from tingfeng.alerts.crowd import Crowd, representatives
from tingfeng.alerts.excess import sentences
from tingfeng.alerts.levels import NAMES, Line, nearest_unmet
from tingfeng.alerts.numbers import Gap, event_time, reach
from tingfeng.alerts.rules import Firing
from tingfeng.alerts.share import BIN_SECONDS, Score
from tingfeng.alerts.track import Evaluation, start_of

EXCERPT = 40

_WEB = re.compile(r"https?://[^\s()<>\[\]]+")
_HARMLESS = str.maketrans("[]()<>`*_#@|", "［］（）＜＞｀＊＿＃＠｜")


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
    left: tuple[int, int] = (0, 0)
    """Voices of that window that *sums* leaves out: since many accounts said one text, and praise of
    a flood.
    """
    tiers: Mapping[str, tuple[int, int]] | None = None
    """The same by reach of authors, as far as known; ``None``: too many to read."""
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
            if document.post.key in keys and web_address(document.post.url)
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
        said = [
            *_why(self, plain),
            *_interim(self.seen),
            *sentences(self.sums, self.tiers, numbers, self.left),
            *left_out(self.left, firing.bins),
            *([_telling(chosen)] if chosen else []),
            *_levels(self),
            Crowd.of(self.documents).sentence(),
            trust(self),
            *history(self),
            *heat_of(self.seen),
            *missing(self.gaps),
        ]
        return replace(plain, sentences=tuple((one.zh, one.en) for one in said))


def web_address(url: str) -> bool:
    """Whether a message can hold *url* as a link."""
    return _WEB.fullmatch(url) is not None


def plain(text: str) -> str:
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


def _telling(chosen: Sequence[Document]) -> Message:
    zh, en = [], []
    for document in chosen:
        post = document.post
        words = plain(post.words)
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
