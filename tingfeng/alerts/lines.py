"""Sentences about how incidents are handled, as they stand in messages and answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from tingfeng import SHANGHAI, Closing, Incident, Lang, Message, Notice
from tingfeng.alerts.acks import Handling
from tingfeng.alerts.knowledge import Likeness
from tingfeng.alerts.levels import NAMES
from tingfeng.alerts.messages import quoted


def stamp(at: datetime) -> str:
    """As all messages write a moment."""
    return f"{at.astimezone(SHANGHAI):%m-%d %H:%M}"


def care(incident: Incident, handled: Handling, on: Sequence[str]) -> Message:
    """Who takes care, and what comes next. *on*: who is on duty."""
    if not handled.owner:
        who = Message(
            f"值班 {'、'.join(on)}" if on else "还没有人",
            f"on duty: {', '.join(on)}" if on else "nobody yet",
        )
        return Message(
            f"负责：{who.zh}（未确认）。接手：tingfeng alerts ack {incident.id}",
            f"Owner: {who.en} (not acknowledged). To take it: tingfeng alerts ack {incident.id}",
        )
    due = f"，{stamp(handled.due_at)} 前" if handled.due_at else ""
    by = f", by {stamp(handled.due_at)}" if handled.due_at else ""
    step = handled.next_step
    return Message(
        f"负责：{handled.owner}；下一步：{(step or '未定') + due}",
        f"Owner: {handled.owner}; next step: {(step or 'not said') + by}",
    )


def resembles(one: Likeness) -> Message:
    """An earlier incident that is like it, with what the team wrote of it."""
    earlier, lesson = one.incident, one.lesson
    when = f"{earlier.opened_at.astimezone(SHANGHAI):%Y-%m-%d}"
    zh = [f"相似往事：{earlier.id}（{when}，{NAMES[earlier.level].zh}；{one.why.zh}）"]
    en = [f"An earlier one like it: {earlier.id} ({when}, {NAMES[earlier.level].en}; {one.why.en})"]
    if lesson is not None:
        told = (("原因", "cause", lesson.cause), ("做法", "action", lesson.action),
                ("结果", "outcome", lesson.outcome))  # fmt: skip
        zh += [f"{name}：{text}" for name, _, text in told if text]
        en += [f"{name}: {text}" for _, name, text in told if text]
    return Message("；".join(zh), "; ".join(en))


def by_hand(notice: Notice, incident: Incident, closing: Closing, lang: Lang) -> Notice:
    """*notice* of an end, as the message that someone closed the incident."""
    name = NAMES[incident.level]
    title = Message(
        f"【{name.zh}·已关闭】{incident.brand}：{closing.by} 关闭了事件",
        f"[{name.en}, closed] {incident.brand}: {closing.by} closed the incident",
    )
    told = (
        Message(f"事件 {incident.id} · {stamp(closing.at)} 关闭",
                f"Incident {incident.id} · closed {stamp(closing.at)}"),
        Message(f"理由：{closing.reason}", f"Reason: {closing.reason}"),
        *(
            Message(f"{zh}：{text}", f"{en}: {text}")
            for zh, en, text in (("原因", "Cause", closing.cause), ("做法", "Action", closing.action),
                                 ("结果", "Outcome", closing.outcome))
            if text
        ),
        Message("比关闭时更严重才会再次开警；平静满 6 小时后恢复照常判断。",
                "It opens again only if it becomes worse than it was; after six quiet hours it is "
                "judged as ever."),
    )  # fmt: skip
    # By the moment it was said and no running number: two processes that carry it out say it once.
    id = f"{incident.id}.resolved.by-hand-{int(closing.at.timestamp())}.{notice.channel}"
    body = "\n".join(f"- {' '.join(one.into(lang).split())}" for one in told)
    return replace(notice, id=id, title=title.into(lang), body=body)


def standing(incident: Incident) -> Message:
    """An open incident in one line."""
    name, told = NAMES[incident.level], incident.evidence
    return Message(
        f"{name.zh} {incident.brand}{quoted(incident).zh}（{incident.id}，{stamp(incident.opened_at)} 开警）："
        f"首帖以来 {incident.negative} 篇负面，最高时近{told.window_hours:g}小时 {told.mentions} 条提及中"
        f" {told.negative} 条负面",
        f"{name.en} {incident.brand}{quoted(incident).en} ({incident.id}, opened "
        f"{stamp(incident.opened_at)}): "
        f"{incident.negative} negative posts since the first, at its height {told.negative} of "
        f"{told.mentions} mentions in {told.window_hours:g} h",
    )


def over(incident: Incident) -> Message:
    """A closed one."""
    when = stamp(incident.closed_at or incident.updated_at)
    return Message(
        f"已平息 {incident.brand}{quoted(incident).zh}（{incident.id}，{when} 关闭）",
        f"resolved {incident.brand}{quoted(incident).en} ({incident.id}, closed {when})",
    )
