"""The words that go out: one notice a channel for each change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from tingfeng import SHANGHAI, Incident, Lang, Message, Notice
from tingfeng.alerts.change import Change
from tingfeng.alerts.levels import FIRST_ACTION, NAMES

HAPPENED = {
    "opened": Message("新事件", "new incident"),
    "raised": Message("升级", "raised"),
    "lowered": Message("降级", "lowered"),
    "heartbeat": Message("持续中", "still going on"),
    "resolved": Message("已平息", "resolved"),
}

_AGAIN = Message("再次升温", "flared up again")

_MERGED = Message("并入同一议题的事件", "merged with an incident of the same issue")

_INTERIM = Message("初判·", "interim: ")
_CHECKED = {
    "heartbeat": Message("初判已确认", "interim judgement confirmed"),
    "raised": Message("初判已确认并升级", "interim judgement confirmed, and raised"),
    "lowered": Message("更正：初判级别过高", "correction: the interim level was too high"),
    "resolved": Message("更正：初判未成立", "correction: the interim judgement did not hold"),
}
"""What the judgement of the whole quarter says of what was told before it was over."""


GOLDEN = timedelta(hours=4)
"""黄金4小时: how long Chinese PR desks give a first public answer."""


def notices(change: Change, channels: Sequence[str], lang: Lang, now: datetime) -> list[Notice]:
    """One for each of *channels*; the ids are the same whenever the same thing happens.

    *now*: when they are made, from which the time to act counts: an alert may come late.
    """
    incident = change.incident
    title, body = _title(change).into(lang), _body(change, lang, now)
    return [
        Notice(
            id=f"{incident.id}.{change.kind}.{incident.level}.{change.sequence}.{channel}",
            channel=channel,
            incident=incident.id,
            kind=change.kind,
            level=incident.level,
            title=title,
            body=body,
            created_at=change.at,
        )
        for channel in channels
    ]


def _title(change: Change) -> Message:
    incident, numbers = change.incident, change.evidence
    again = change.kind == "opened" and incident.reopened > 0
    what = _AGAIN if again else HAPPENED[change.kind]
    if change.standing in ("confirmed", "corrected"):
        what = _CHECKED[change.kind]
    if incident.merged:
        what = _MERGED
    mark = _INTERIM if change.standing == "interim" else Message("", "")
    name = NAMES[incident.level]
    hours = f"{numbers.window_hours:g}"
    return Message(
        f"【{mark.zh}{name.zh}·{what.zh}】{incident.brand}{quoted(incident).zh}：近{hours}小时"
        f" {numbers.mentions} 条提及中 {numbers.negative} 条负面",
        f"[{mark.en}{name.en}, {what.en}] {incident.brand}{quoted(incident).en}: {numbers.negative} "
        f"of {numbers.mentions} mentions negative in {hours} h",
    )


def quoted(incident: Incident) -> Message:
    """What *incident* is about, to stand behind its brand; empty where that has no words."""
    title = incident.title
    return Message(f"「{title}」", f" “{title}”") if title else Message("", "")


def _body(change: Change, lang: Lang, now: datetime) -> str:
    incident = change.incident
    sentences = [Message(zh, en).into(lang) for zh, en in change.evidence.sentences]
    since = Message("", "")
    if incident.opened_at != change.at:
        began = f"{incident.opened_at:%m-%d %H:%M}"
        since = Message(f" · {began} 开警", f" · opened {began}")
    head = Message(
        f"事件 {incident.id} · {change.at:%Y-%m-%d %H:%M}{since.zh} · 首条负面以来 {incident.negative} 篇负面",
        f"Incident {incident.id} · {change.at:%Y-%m-%d %H:%M}{since.en} · {incident.negative} "
        "negative posts since the first",
    )
    checked = _checked(change)
    told = sentences if checked is None else [checked.into(lang), *sentences]
    about = [*_issue(incident), *_merged(incident)]
    lines = [head.into(lang), "", *(f"- {one.into(lang)}" for one in about)]
    lines += [f"- {sentence}" for sentence in told]
    if change.links:
        links = " · ".join(f"[{key}]({url})" for key, url in change.links.items())
        lines.append(f"- {Message('原文', 'Posts').into(lang)}: {links}")
    if change.kind != "resolved":
        lines.append(f"- {_clock(change, now.astimezone(SHANGHAI)).into(lang)}")
    if change.kind == "resolved" and change.standing == "final" and not incident.merged:
        lasted = change.at - incident.opened_at
        lines.append(f"- {_lasted(lasted).into(lang)}")
    return "\n".join(lines)


def _issue(incident: Incident) -> list[Message]:
    if incident.issue is None:
        return []
    title = f"「{incident.title}」" if incident.title else ""
    english = f"“{incident.title}”, " if incident.title else ""
    return [
        Message(
            f"议题：{title}（编号 {incident.issue}）；同一品牌的其他议题另立事件。",
            f"Issue: {english}id {incident.issue}; other issues of the brand are incidents of their own.",
        )
    ]


def _merged(incident: Incident) -> list[Message]:
    if incident.merged is None:
        return []
    return [
        Message(
            f"与更早的事件 {incident.merged} 是同一议题：本事件关闭，后续都在那一事件里通知。",
            f"It is one with the older incident {incident.merged}: this one is closed, and what "
            "follows is told there.",
        )
    ]


def _checked(change: Change) -> Message | None:
    """What the whole quarter says of the interim judgement, where there was one."""
    name = NAMES[change.incident.level]
    if change.standing == "confirmed":
        return Message(
            f"复核：整刻钟（到 {change.at:%H:%M}）的数字已齐，初判成立，{name.zh}。",
            f"Checked: with all of the quarter of an hour that ended at {change.at:%H:%M} the "
            f"interim judgement holds: {name.en}.",
        )
    if change.standing != "corrected":
        return None
    if change.kind == "lowered":
        return Message(
            f"复核：整刻钟（到 {change.at:%H:%M}）的数字只够{name.zh}，请按此级别处理。",
            f"Checked: all of the quarter of an hour that ended at {change.at:%H:%M} makes it "
            f"{name.en} only; please act accordingly.",
        )
    return Message(
        f"复核：整刻钟（到 {change.at:%H:%M}）的数字没有过开警线，初判撤回，事件关闭；再过线会另行通知。",
        f"Checked: all of the quarter of an hour that ended at {change.at:%H:%M} does not reach the "
        "line. The interim judgement is withdrawn and the incident closed; you will be told if the "
        "line is crossed again.",
    )


def _clock(change: Change, now: datetime) -> Message:
    """The one line on time: until when to act, and how long the first post has been out."""
    incident = change.incident
    act = Message("", "")
    if change.kind in ("opened", "raised"):
        due, name = now + FIRST_ACTION[incident.level], NAMES[incident.level]
        act = Message(
            f"请在 {due:%m-%d %H:%M} 前首次处置（{name.zh}，自本消息起算）；",
            f"first action is due by {due:%m-%d %H:%M} ({name.en}, from this message on); ",
        )
    first = incident.first_post_at.astimezone(SHANGHAI)
    over = first + GOLDEN
    hours = (now - first) / timedelta(hours=1)
    if now < over:
        zh, en = f"到 {over:%m-%d %H:%M} 满4小时", f"over at {over:%m-%d %H:%M}"
    else:
        zh, en = f"已过 {hours:.1f} 小时", f"{hours:.1f} hours ago, they are over"
    return Message(
        f"时限：{act.zh}黄金4小时：首条负面 {first:%m-%d %H:%M}，{zh}。",
        f"Clock: {act.en}golden four hours: first negative post {first:%m-%d %H:%M}, {en}.",
    )


def _lasted(span: timedelta) -> Message:
    hours = span.total_seconds() / 3600
    return Message(
        f"历时 {hours:.1f} 小时，最后 24 小时各项偏离分都已回落。",
        f"It lasted {hours:.1f} hours; all scores were low for the last 24.",
    )
