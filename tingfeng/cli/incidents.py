"""How an incident is told: a sentence, a timeline, an object, a row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tingfeng.cli.screen import Screen
from tingfeng.core.incident import Evidence, Incident, Level
from tingfeng.core.message import Lang, Message
from tingfeng.core.post import SHANGHAI

if TYPE_CHECKING:
    from tingfeng.alerts.engine import Replayed
    from tingfeng.alerts.heat import Told
    from tingfeng.insight.table import Table

KINDS = {
    "opened": Message("开警", "opened"),
    "raised": Message("升级", "raised"),
    "lowered": Message("降级", "lowered"),
    "heartbeat": Message("仍在持续", "goes on"),
    "resolved": Message("结束", "resolved"),
    "interim": Message("初判", "interim judgement"),
    "confirmed": Message("初判已确认", "interim judgement confirmed"),
    "corrected": Message("初判更正", "interim judgement corrected"),
}
"""What happened, or what became of an interim judgement."""


def sentence(incident: Incident, screen: Screen, kind: str = "") -> None:
    """One line of an incident, with the evidence of its height."""
    from tingfeng.insight.verdict import STATE_NAMES

    state = KINDS.get(kind) or STATE_NAMES[incident.state]
    _line(incident.opened_at, _brand(incident), incident.level, state, incident.evidence, screen)


def tell(one: Replayed, screen: Screen) -> None:
    """An incident from its opening to its end, each step with what was known at that moment."""
    for number, moment in enumerate(one.timeline):
        brand = _brand(one.incident) if number == 0 else "  →"
        _line(moment.at, brand, moment.level, KINDS[moment.kind], moment.evidence, screen)
        if number == 0:
            for zh, en in moment.evidence.sentences:
                screen.say(f"  {zh}", f"  {en}")


def _brand(incident: Incident) -> str:
    return f"{incident.brand}「{incident.title}」" if incident.title else incident.brand


def _line(
    at: datetime, brand: str, level: Level, what: Message, told: Evidence, screen: Screen
) -> None:
    from tingfeng.insight.verdict import LEVEL_NAMES, measured

    why, name = measured(told), LEVEL_NAMES[level]
    when = f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    screen.say(
        f"{when} {brand} {name.zh} {what.zh}：{why.zh}，近 {told.window_hours:g} 小时 {told.mentions} 声中"
        f"负面 {told.negative}（通常 {told.expected:.1f}）。证据：{'、'.join(told.posts)}",
        f"{when} {brand} {name.en} {what.en}: {why.en}; {told.negative} of {told.mentions} voices "
        f"negative in {told.window_hours:g} h (usually {told.expected:.1f}). Evidence: "
        f"{', '.join(told.posts)}",
    )


def replayed_json(one: Replayed, lang: Lang) -> dict[str, Any]:
    """An incident at its height, with ``timeline``: each step and the evidence of that moment."""
    steps = [
        {
            "at": moment.at,
            "kind": moment.kind,
            "level": moment.level,
            "evidence": evidence_json(moment.evidence, lang),
        }
        for moment in one.timeline
    ]
    return {**incident_json(replace(one.incident, level=one.highest), lang), "timeline": steps}


def incident_json(incident: Incident, lang: Lang) -> dict[str, Any]:
    """Keys of one incident in ``--json``; ``evidence`` is that of its height."""
    return {
        "id": incident.id, "brand": incident.brand, "level": incident.level,
        "state": incident.state, "opened_at": incident.opened_at,
        "first_post_at": incident.first_post_at, "closed_at": incident.closed_at,
        "reopened": incident.reopened, "negative": incident.negative,
        "issue": incident.issue, "title": incident.title or None, "merged": incident.merged,
        "evidence": evidence_json(incident.evidence, lang),
    }  # fmt: skip


def evidence_json(told: Evidence, lang: Lang) -> dict[str, Any]:
    """What was known at one moment."""
    return {
        "at": told.at, "rule": told.rule, "score": told.score, "threshold": told.threshold,
        "window_hours": told.window_hours, "mentions": told.mentions,
        "negative": told.negative, "expected": told.expected,
        "usual_share": told.usual_share, "posts": list(told.posts),
        "sentences": [zh if lang == "zh" else en for zh, en in told.sentences],
    }  # fmt: skip


def heat_json(told: Told) -> dict[str, Any]:
    """Loudness that would have been told."""
    heat = told.heat
    return {
        "brand": told.brand, "at": told.at, "mentions": heat.mentions, "usual": heat.usual,
        "score": heat.value, "threshold": heat.threshold, "planned": told.planned or None,
    }  # fmt: skip


def table(incidents: Iterable[Incident]) -> Table:
    """Incidents as rows of a spreadsheet."""
    from tingfeng.insight.table import Table, columns

    return Table(
        name=Message("事件", "incidents"),
        columns=columns(
            ("编号", "id"), ("品牌", "brand"), ("级别", "level"), ("状态", "state"),
            ("开警", "opened"), ("首帖", "first post"), ("关闭", "closed"), ("规则", "rule"),
            ("分值", "score"), ("警线", "threshold"), ("提及", "mentions"), ("负面", "negative"),
            ("通常负面", "expected"), ("证据", "evidence"), ("议题", "issue"),
            ("议题编号", "issue id"), ("并入", "merged with"),
        ),
        rows=[
            (one.id, one.brand, one.level, one.state, one.opened_at, one.first_post_at,
             one.closed_at, one.evidence.rule, one.evidence.score, one.evidence.threshold,
             one.evidence.mentions, one.evidence.negative, one.evidence.expected,
             " ".join(one.evidence.posts), one.title or None, one.issue, one.merged)
            for one in incidents
        ],
    )  # fmt: skip
