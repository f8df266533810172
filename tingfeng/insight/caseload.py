"""What became of incidents in a period: new, raised, lowered, closed; who must do what next."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from tingfeng import Incident, Message
from tingfeng.insight.brief import Brief
from tingfeng.insight.dossier import KINDS, Dossier, touching
from tingfeng.insight.period import Period, show
from tingfeng.insight.proportion import Proportion
from tingfeng.insight.sheet import Line, Part, Proof, Row, grid, line, part
from tingfeng.insight.verdict import LEVEL_NAMES, REPLAYED, STATE_NAMES, UNJUDGED, measured

SHOWN = 20
"""Incidents that get a row; more are counted."""


def caseload(brief: Brief, brand: str, id: str) -> Part:
    """Incidents that were going on, with what happened to them in the period."""
    cases = touching(brief.dossiers, brief.period, brand)
    if not brief.judged:
        return part("预警事件", "Incidents",
                    line(f"{UNJUDGED.zh}。", f"{UNJUDGED.en}.", tone="none"), id=id)  # fmt: skip
    if not cases:
        nothing = line("时段内没有预警事件（新增、升级、关闭均为 0）。",
                       "No incident in the period: none opened, raised or closed.")  # fmt: skip
        return part("预警事件", "Incidents", nothing, id=id)
    rows = [_row(brief, one) for one in cases[:SHOWN]]
    told = [brief.citations.cite(one.incident.evidence.posts) for one in cases[:SHOWN]]
    table = grid(
        "事件|时段内最高|期末级别|期末状态|开警|时段内变化|时段内负面|判定|负责",
        "incident|highest in the period|level at the end|state at the end|opened|in the period|negatives in the period|"
        "judged by|owner",
        [_cited(row, numbers) for row, numbers in zip(rows, told, strict=True)],
    )
    left = len(cases) - SHOWN
    more = [line(f"另有 {left} 起未列出。", f"{left} more are not listed.")] if left > 0 else []
    return part("预警事件", "Incidents", _counts(brief, cases), table, *more, id=id)


def _counts(brief: Brief, cases: Sequence[Dossier]) -> Line:
    happened = [step.kind for one in cases for step in one.during(brief.period)]
    going = sum(brief.at_end(one).state != "closed" for one in cases)
    unsent = sum(one.replayed for one in cases)
    zh = "，".join(f"{KINDS[kind].zh} {happened.count(kind)} 次" for kind in KINDS)
    en = ", ".join(f"{KINDS[kind].en} {happened.count(kind)}" for kind in KINDS)
    more = (f"；{unsent} 起来自回放、未发送", f"; {unsent} found by replay and never sent")
    tail = more if unsent else ("", "")
    return line(
        f"时段内涉及 {len(cases)} 起事件：{zh}；期末未结束 {going} 起{tail[0]}。",
        f"{len(cases)} incidents in the period: {en}; {going} not closed at its end{tail[1]}.",
        look="tingfeng alerts list",
    )


def _row(brief: Brief, one: Dossier) -> Row:
    incident = brief.at_end(one)
    happened = one.during(brief.period)
    zh = "、".join(
        f"{show(s.at)[5:]} {KINDS[s.kind].zh}（{LEVEL_NAMES[s.level].zh}）" for s in happened
    )
    en = ", ".join(f"{show(s.at)[5:]} {KINDS[s.kind].en} ({LEVEL_NAMES[s.level].en})" for s in happened)  # fmt: skip
    name = f"{incident.id}（{REPLAYED.zh}）" if one.replayed else incident.id
    name_en = f"{incident.id} ({REPLAYED.en})" if one.replayed else incident.id
    posts, proofs = 0, tuple[Proof, ...]()
    if (window := during(incident, brief.period)) is not None:
        asked = brief.scope.query(window, incident.brand, labels=("negative",))
        posts = sum(cell.posts for cell in brief.store.count(asked, ("brand",)))
        proofs = (Proof.of("负面", "negative", posts, asked),)
    return Row(
        cells=(Message(name, name_en), LEVEL_NAMES[one.height(brief.period)],
               LEVEL_NAMES[incident.level], STATE_NAMES[incident.state],
               show(incident.opened_at), Message(zh or "持续", en or "went on"), posts,
               measured(incident.evidence), one.owner or "–"),
        proofs=proofs,
        look=one.look,
    )  # fmt: skip


def _cited(row: Row, numbers: tuple[int, ...]) -> Row:
    return Row(cells=row.cells, proofs=row.proofs, look=row.look, cited=numbers)


def during(incident: Incident, period: Period) -> Period | None:
    """The part of *period* in which *incident* was going on, from its first post on."""
    since = max(incident.first_post_at, period.since)
    until = min(incident.closed_at or period.until, period.until)
    return Period(since=since, until=until) if since < until else None


def todo(brief: Brief) -> Part:
    """Who must do what, as things stand when the report is made: incidents that are not over."""
    names = {one.name for one in brief.own}
    open_now = [
        one
        for one in brief.dossiers
        if one.incident.state != "closed" and one.incident.brand in names
    ]
    if not open_now:
        said = (
            line(
                "没有未结束的事件，因此没有待办。",
                "No incident is open, so there is nothing to do.",
            )
            if brief.judged
            else line(f"{UNJUDGED.zh}。", f"{UNJUDGED.en}.", tone="none")
        )
        return part("待办与责任人", "To do, and by whom", said)
    lines = [_task(brief, one) for one in open_now]
    first = line(f"截至 {show(brief.now)}，未结束的事件 {len(open_now)} 起。",
                 f"As of {show(brief.now)}, {len(open_now)} incidents are not closed.",
                 tone="small")  # fmt: skip
    return part("待办与责任人", "To do, and by whom", first, *lines)


def _task(brief: Brief, one: Dossier) -> Line:
    incident = one.incident
    name = LEVEL_NAMES[incident.level]
    head = (f"事件 {incident.id}（{incident.brand}，{name.zh}）",
            f"Incident {incident.id} ({incident.brand}, {name.en})")  # fmt: skip
    if one.replayed:
        return line(f"{head[0]}：回放所见、没有通知过人，请判断是否立案并指定负责人。",
                    f"{head[1]}: found by replay, nobody was told; decide whether to take it up, and "
                    "who does.", look=one.look)  # fmt: skip
    if not one.owner:
        late = _late(one, brief)
        return line(
            f"{head[0]}：无人确认，没有负责人{late.zh}。接手：tingfeng alerts ack {incident.id}",
            f"{head[1]}: nobody acknowledged it, no owner{late.en}. To take it: tingfeng alerts ack "
            f"{incident.id}",
            tone="warn",
            look=one.look,
        )
    step = one.next_step
    due, due_en, tone = "", "", "plain"
    if one.due_at is not None:
        over = one.due_at < brief.now
        due = f"，{show(one.due_at)} 前完成" + ("（已超时）" if over else "")
        due_en = f", by {show(one.due_at)}" + (" (overdue)" if over else "")
        tone = "warn" if over else "plain"
    return Line(
        said=Message(
            f"{head[0]}：负责 {one.owner}；下一步：{step or '未定'}{due}。",
            f"{head[1]}: owner {one.owner}; next step: {step or 'not said'}{due_en}.",
        ),
        tone="warn" if tone == "warn" else "plain",
        look=one.look,
    )


def _late(one: Dossier, brief: Brief) -> Message:
    if one.told_at is None or one.act_within is None:
        return Message("", "")
    due = one.told_at + one.act_within
    zh = f"，首次处置应在 {show(due)} 前" + ("（已超时）" if due < brief.now else "")
    en = f"; first action due by {show(due)}" + (" (overdue)" if due < brief.now else "")
    return Message(zh, en)


def timeliness(brief: Brief) -> Part:
    """How fast incidents opened in the period were answered and closed, and how many were false."""
    names = {one.name for one in brief.own}
    opened = [
        one
        for one in brief.dossiers
        if not one.replayed
        and one.incident.brand in names
        and brief.period.since <= one.incident.opened_at < brief.period.until
    ]
    if not opened:
        return part("处置时效与误报率", "Handling and false alarms",
                    line("数据不足：时段内没有发出过预警的新事件（n=0）。",
                         "Not enough data: no incident of the period was sent to anybody (n=0).",
                         tone="none"))  # fmt: skip
    first = [one.first_response for one in opened]
    lasted = [one.lasted for one in opened]
    lines = [
        _spans("首次响应（首条通知至首次确认）", "First response (first message to first acknowledgement)",
               [one.total_seconds() for one in first if one is not None], len(opened)),
        _spans("闭环（开警至结束）", "Closing (opening to end)",
               [one.total_seconds() for one in lasted if one is not None], len(opened)),
        _within(opened),
        _false(opened),
    ]  # fmt: skip
    return part("处置时效与误报率", "Handling and false alarms", *lines)


def _spans(zh: str, en: str, seconds: list[float], of: int) -> Line:
    look = "tingfeng alerts list"
    if not seconds:
        return line(f"{zh}：{of} 起中 0 起有记录。", f"{en}: on record of 0 of {of}.",
                    tone="none", look=look)  # fmt: skip
    middle, most = span(median(seconds)), span(max(seconds))
    return line(
        f"{zh}：{of} 起中 {len(seconds)} 起有记录，中位 {middle.zh}，最长 {most.zh}。",
        f"{en}: on record of {len(seconds)} of {of}, median {middle.en}, longest {most.en}.",
        look=look,
    )


def _within(opened: Sequence[Dossier]) -> Line:
    known = [one for one in opened if one.act_within is not None]
    timely = sum(
        one.first_response is not None
        and one.act_within is not None
        and one.first_response <= one.act_within
        for one in known
    )
    return line(
        f"按级别时限内响应：{len(known)} 起中 {timely} 起。",
        f"Answered within the time of their level: {timely} of {len(known)}.",
        look="tingfeng alerts list",
    )


def _false(opened: Sequence[Dossier]) -> Line:
    said = [one.feedback.truth for one in opened if one.feedback is not None]
    sure = [truth for truth in said if truth != "unclear"]
    look = "tingfeng alerts list"
    if not sure:
        return line(
            f"误报率：数据不足，{len(opened)} 起新事件都没有反馈。反馈：tingfeng alerts feedback",
            f"False alarms: not enough data, nobody judged any of {len(opened)} incidents. To judge: "
            "tingfeng alerts feedback", tone="none", look=look)  # fmt: skip
    wrong = Proportion(count=sure.count("false"), of=len(sure))
    low, high = wrong.interval or (0.0, 1.0)
    return line(
        f"误报率：有反馈的 {wrong.of} 起中 {wrong.count} 起是误报（95% 区间 {low:.0%}–{high:.0%}）；"
        f"拿不准 {said.count('unclear')} 起，没有反馈 {len(opened) - len(said)} 起。",
        f"False alarms: {wrong.count} of {wrong.of} that were judged (95% interval "
        f"{low:.0%}–{high:.0%}); {said.count('unclear')} unclear, {len(opened) - len(said)} not "
        "judged.",
        look=look,
    )


def span(seconds: float) -> Message:
    """``3 小时 5 分``."""
    hours, minutes = divmod(round(seconds / 60), 60)
    if not hours:
        return Message(f"{minutes} 分", f"{minutes} min")
    return Message(f"{hours} 小时 {minutes} 分", f"{hours} h {minutes} min")
