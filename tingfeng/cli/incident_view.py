"""How the team's side of an incident is told: lines, a timeline, an object."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tingfeng.cli.incidents import KINDS, incident_json, sentence, table
from tingfeng.core.logbook import Ack, Closing, Truth
from tingfeng.core.message import Lang, Message
from tingfeng.core.post import SHANGHAI

if TYPE_CHECKING:
    from tingfeng.alerts.knowledge import Likeness
    from tingfeng.alerts.silences import Standing
    from tingfeng.cli.screen import Screen
    from tingfeng.core.incident import Notice
    from tingfeng.insight.table import Table
    from tingfeng.pipeline.incidents import View

TRUTH_NAMES: dict[Truth, Message] = {
    "true": Message("属实", "true"),
    "false": Message("误报", "false alarm"),
    "unclear": Message("不确定", "unclear"),
}

_KINDS = {
    **KINDS,
    "escalated": Message("无人确认，升给下一级", "not acknowledged, next rung"),
    "digest": Message("补报", "told after being held back"),
}

_WITHHELD = {
    "silence": Message("静默", "silenced"),
    "quiet": Message("免打扰时段", "quiet hours"),
    "gap": Message("数据缺口", "data gap"),
    "inhibited": Message("已由更高事件代表", "inhibited"),
}


def briefly(view: View, screen: Screen) -> None:
    """An incident with what stands around it: the answer to everything that is said of it."""
    for line in summary(view):
        screen.say(line.zh, line.en)


def beside(view: View, screen: Screen) -> None:
    """Under an incident of a list: who, the clocks, silence."""
    if view.incident.state != "closed":
        silent = "；静默中" if view.silence else ""
        silent_en = "; silenced" if view.silence else ""
        owner = view.handled.owner
        screen.say(
            f"  {view.incident.id} 负责：{owner or '还没有人'}；{view.clock.zh}{silent}",
            f"  {view.incident.id} owner: {owner or 'nobody yet'}; {view.clock.en}{silent_en}",
        )


def view_table(views: Sequence[View]) -> Table:
    """Incidents as rows of a spreadsheet, with owner, clocks, silence and acknowledgement."""
    from tingfeng.insight.table import columns

    plain = table(view.incident for view in views)
    more = columns(("负责", "owner"), ("确认", "acknowledged"), ("静默", "silenced"), ("时钟", "clocks"),
                   ("反馈", "feedback"), ("原因", "cause"), ("结果", "outcome"))  # fmt: skip
    rows = [(*row, *_beside(view)) for row, view in zip(plain.rows, views, strict=True)]
    return replace(plain, columns=(*plain.columns, *more), rows=rows)


def _beside(view: View) -> tuple[str | datetime | Message | None, ...]:
    handled, lesson = view.handled, view.handled.lesson
    return (
        handled.owner or None,
        view.acked.at if view.acked else None,
        view.silence.id if view.silence else None,
        view.clock,
        TRUTH_NAMES[handled.feedback.truth] if handled.feedback else None,
        lesson.cause if lesson else None,
        lesson.outcome if lesson else None,
    )


def summary(view: View) -> list[Message]:
    """In a few lines: who, what next, the clocks, silence, what was learnt."""
    from tingfeng.alerts.lines import care

    incident, handled = view.incident, view.handled
    lines = [
        Message(f"事件 {incident.id} {incident.brand}", f"incident {incident.id} {incident.brand}")
    ]
    if incident.issue is not None:
        name = f"{incident.title}（{incident.issue}）" if incident.title else incident.issue
        name_en = f"{incident.title} ({incident.issue})" if incident.title else incident.issue
        lines.append(Message(f"议题：{name}", f"Issue: {name_en}"))
    if incident.merged is not None:
        lines.append(Message(f"已并入 {incident.merged}", f"Merged with {incident.merged}"))
    if incident.state != "closed":
        lines.append(care(incident, handled, view.on_duty))
    lines.append(Message(f"时钟：{view.clock.zh}", f"Clocks: {view.clock.en}"))
    if view.silence is not None:
        until = _stamp(view.silence.end)
        lines.append(
            Message(f"静默中：{view.silence.id}（{view.silence.comment}），到 {until}",
                    f"Silenced: {view.silence.id} ({view.silence.comment}), until {until}")
        )  # fmt: skip
    if handled.feedback is not None:
        truth, why = TRUTH_NAMES[handled.feedback.truth], handled.feedback.reason
        lines.append(
            Message(f"反馈：{truth.zh} {why}".rstrip(), f"Feedback: {truth.en} {why}".rstrip())
        )
    if handled.lesson is not None:
        lines += _lesson(handled.lesson)
    return lines


def _lesson(lesson: Closing) -> list[Message]:
    told = (
        ("关闭理由", "Closed because", lesson.reason), ("原因", "Cause", lesson.cause),
        ("做法", "Action", lesson.action), ("结果", "Outcome", lesson.outcome),
    )  # fmt: skip
    return [Message(f"{zh}：{text}", f"{en}: {text}") for zh, en, text in told if text]


def tell_view(view: View, similar: Sequence[Likeness], screen: Screen) -> None:
    """All that is known of one incident."""
    from tingfeng.alerts.lines import resembles

    sentence(view.incident, screen)
    for zh, en in view.incident.evidence.sentences:
        screen.say(f"  {zh}", f"  {en}")
    for line in summary(view)[1:]:
        screen.say(line.zh, line.en)
    screen.say("经过：", "Timeline:")
    for at, line in timeline(view):
        screen.say(f"  {_stamp(at)} {line.zh}", f"  {_stamp(at)} {line.en}")
    for one in similar:
        line = resembles(one)
        screen.say(line.zh, line.en)


def timeline(view: View) -> list[tuple[datetime, Message]]:
    """What happened, what was sent and what people said, in order."""
    first = view.incident.first_post_at
    told: list[tuple[datetime, Message]] = [(first, Message("首条负面", "first negative post"))]
    rounds: dict[str, list[Notice]] = {}
    for one in view.messages:
        rounds.setdefault(one.id.removesuffix(f".{one.channel}"), []).append(one)
    told += [(one[0].made_at or one[0].created_at, _round(one)) for one in rounds.values()]
    told += [(entry.at, _line(entry)) for entry in view.handled.lines]
    return sorted(told, key=lambda one: one[0])


def _round(notices: Sequence[Notice]) -> Message:
    from tingfeng.alerts.levels import NAMES

    first = notices[0]
    kind, name = _KINDS.get(first.kind, Message(first.kind, first.kind)), NAMES[first.level]
    zh = "，".join(f"{one.channel}：{_fate(one).zh}" for one in notices)
    en = ", ".join(f"{one.channel}: {_fate(one).en}" for one in notices)
    return Message(f"{name.zh} {kind.zh}（{zh}）", f"{name.en} {kind.en} ({en})")


def _fate(notice: Notice) -> Message:
    if notice.withheld is not None:
        word, _, which = notice.withheld.partition(" ")
        name = _WITHHELD.get(word, Message(word, word))
        return Message(f"未发，{name.zh} {which}".rstrip(), f"not sent, {name.en} {which}".rstrip())
    if notice.delivered_at is not None:
        return Message(
            f"已达 {_stamp(notice.delivered_at)}", f"delivered {_stamp(notice.delivered_at)}"
        )
    if notice.attempts < 0:
        return Message("没有送达", "given up")
    return Message("等待发送", "waiting")


def _line(entry: object) -> Message:
    if isinstance(entry, Ack):
        step = f"，下一步：{entry.next_step}" if entry.next_step else ""
        step_en = f"; next: {entry.next_step}" if entry.next_step else ""
        owner = f"，负责人 {entry.owner}" if entry.owner else ""
        owner_en = f", owner {entry.owner}" if entry.owner else ""
        note = f"（{entry.note}）" if entry.note else ""
        note_en = f" ({entry.note})" if entry.note else ""
        return Message(f"{entry.by} 确认{owner}{step}{note}",
                       f"acknowledged by {entry.by}{owner_en}{step_en}{note_en}")  # fmt: skip
    if isinstance(entry, Closing):
        what = _lesson(entry)
        zh, en = "；".join(one.zh for one in what), "; ".join(one.en for one in what)
        verb = Message("关闭", "closed it") if entry.reason else Message("补充", "added")
        return Message(f"{entry.by} {verb.zh}：{zh}", f"{entry.by} {verb.en}: {en}")
    truth = TRUTH_NAMES[getattr(entry, "truth", "unclear")]
    by, reason = getattr(entry, "by", ""), getattr(entry, "reason", "")
    return Message(
        f"{by} 反馈：{truth.zh} {reason}".rstrip(), f"{by}: {truth.en} {reason}".rstrip()
    )


def view_json(view: View, lang: Lang, similar: Iterable[Likeness] | None = None) -> dict[str, Any]:
    """Keys of one incident and what stands around it; with *similar*, its whole story."""
    handled, lesson, acked = view.handled, view.handled.lesson, view.acked
    told: dict[str, Any] = {
        **incident_json(view.incident, lang),
        "owner": handled.owner or None,
        "next_step": handled.next_step or None,
        "due_at": handled.due_at,
        "on_duty": list(view.on_duty),
        "acked": acked and {"by": acked.by, "at": acked.at, "level": acked.level},
        "clocks": {
            "first_action": view.clocks.first_action, "acknowledge": view.clocks.acknowledge,
            "golden": view.clocks.golden, "statement": view.clocks.statement,
        },
        "silenced": view.silence and view.silence.id,
        "feedback": handled.feedback and handled.feedback.truth,
        "lesson": lesson and {
            "reason": lesson.reason, "cause": lesson.cause,
            "action": lesson.action, "outcome": lesson.outcome,
        },
    }  # fmt: skip
    if similar is not None:
        told["timeline"] = [
            {"at": at, "what": what.into(lang)} for at, what in timeline(view)
        ]  # fmt: skip
        told["similar"] = [
            {
                "id": one.incident.id, "brand": one.incident.brand, "score": round(one.score, 3),
                "why": one.why.into(lang), "words": list(one.words),
            }
            for one in similar
        ]  # fmt: skip
    return told


def tell_silence(one: Standing, at: datetime, screen: Screen) -> None:
    """A silence in a line."""
    silence, told = one.silence, _matchers(one)
    zh, en = ("生效中", "holds") if one.active(at) else ("还没开始", "has not begun")
    if at >= one.end:
        zh, en = "已结束", "over"
    critical = silence.include_critical
    lifted = f"，{one.lifted.by} 提前结束" if one.lifted else ""
    lifted_en = f", lifted by {one.lifted.by}" if one.lifted else ""
    screen.say(
        f"{silence.id} {zh}：{told}，{_stamp(silence.start)} 到 {_stamp(one.end)}{lifted}；"
        f"{silence.by}：{silence.comment}{'；含红色和红线词' if critical else ''}",
        f"{silence.id} {en}: {told}, {_stamp(silence.start)} to {_stamp(one.end)}{lifted_en}; "
        f"{silence.by}: {silence.comment}{'; red and red-line words too' if critical else ''}",
    )


def silence_json(one: Standing, at: datetime) -> dict[str, Any]:
    """Keys of one silence."""
    silence, lifted = one.silence, one.lifted
    return {
        "id": silence.id, "active": one.active(at), "brand": silence.brand or None,
        "platform": silence.platform or None, "issue": silence.issue or None,
        "keyword": silence.keyword or None, "start": silence.start, "end": one.end,
        "include_critical": silence.include_critical, "by": silence.by, "at": silence.at,
        "comment": silence.comment, "lifted": lifted and {"by": lifted.by, "at": lifted.at},
    }  # fmt: skip


def _matchers(one: Standing) -> str:
    silence = one.silence
    given = (silence.brand, silence.platform, silence.issue, silence.keyword)
    return " + ".join(text for text in given if text)


def _stamp(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%m-%d %H:%M}"
