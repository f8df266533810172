"""How far an explanation can be trusted: the reader, the baseline, the past, loudness, gaps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tingfeng import Message
from tingfeng.alerts import copies, praise
from tingfeng.alerts.numbers import Gap
from tingfeng.alerts.share import BIN_SECONDS
from tingfeng.alerts.track import Evaluation

if TYPE_CHECKING:
    from tingfeng.alerts.evidence import Case


def trust(case: Case) -> Message:
    """How many voices, read by what, with what error, against what baseline."""
    numbers = case.firing.numbers
    readers = sorted({one.analysis.reader for one in case.documents if one.analysis})
    learning = case.seen.learning
    return Message(
        f"可信度：样本 n={numbers.mentions}；模型 {'、'.join(readers) or '无'}"
        f"（{case.reader_note.zh}）；基线{'【学习中】，统计规则最高蓝色' if learning else '正常'}。",
        f"Trust: n={numbers.mentions}; model {', '.join(readers) or 'none'} "
        f"({case.reader_note.en}); baseline "
        f"{'[learning], statistics say blue at most' if learning else 'normal'}.",
    )


def history(case: Case) -> list[Message]:
    """How often it stood out as far."""
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


def heat_of(seen: Evaluation) -> list[Message]:
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


def missing(gaps: Sequence[Gap]) -> list[Message]:
    """What could not be seen."""
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


def left_out(voices: tuple[int, int], bins: int) -> list[Message]:
    """What of a window of so many *bins* does not count: copies, and praise of a flood."""
    hours = bins * BIN_SECONDS / 3600
    return [*copies.left_out(voices[0], hours), *praise.left_out(voices[1], hours)]
