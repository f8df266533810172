"""The words that go out: one notice a channel for each change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from tingfeng import Lang, Message, Notice
from tingfeng.alerts.levels import FIRST_ACTION, NAMES
from tingfeng.alerts.walk import Change

HAPPENED = {
    "opened": Message("新事件", "new incident"),
    "raised": Message("升级", "raised"),
    "lowered": Message("降级", "lowered"),
    "heartbeat": Message("持续中", "still going on"),
    "resolved": Message("已平息", "resolved"),
}

_AGAIN = Message("再次升温", "flared up again")


def notices(change: Change, channels: Sequence[str], lang: Lang) -> list[Notice]:
    """One for each of *channels*; the ids are the same whenever the same thing happens."""
    incident = change.incident
    title, body = _title(change).into(lang), _body(change, lang)
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
    name = NAMES[incident.level]
    hours = f"{numbers.window_hours:g}"
    return Message(
        f"【{name.zh}·{what.zh}】{incident.brand}：近{hours}小时 {numbers.mentions} 条提及中"
        f" {numbers.negative} 条负面",
        f"[{name.en}, {what.en}] {incident.brand}: {numbers.negative} of {numbers.mentions} "
        f"mentions negative in {hours} h",
    )


def _body(change: Change, lang: Lang) -> str:
    incident = change.incident
    sentences = [Message(zh, en).into(lang) for zh, en in change.evidence.sentences]
    head = Message(
        f"事件 {incident.id} · {change.at:%Y-%m-%d %H:%M} · 首条负面以来 {incident.negative} 篇负面",
        f"Incident {incident.id} · {change.at:%Y-%m-%d %H:%M} · {incident.negative} negative posts "
        "since the first",
    )
    lines = [head.into(lang), "", *(f"- {sentence}" for sentence in sentences)]
    if change.links:
        links = " · ".join(f"[{key}]({url})" for key, url in change.links.items())
        lines.append(f"- {Message('原文', 'Posts').into(lang)}: {links}")
    if change.kind in ("opened", "raised"):
        due = change.at + FIRST_ACTION[incident.level]
        lines.append(
            "- " + Message(f"请在 {due:%m-%d %H:%M} 前首次处置。",
                           f"First action is due by {due:%m-%d %H:%M}.").into(lang)
        )  # fmt: skip
    if change.kind == "resolved":
        lasted = change.at - incident.opened_at
        lines.append(f"- {_lasted(lasted).into(lang)}")
    return "\n".join(lines)


def _lasted(span: timedelta) -> Message:
    hours = span.total_seconds() / 3600
    return Message(
        f"历时 {hours:.1f} 小时，最后 24 小时各项偏离分都已回落。",
        f"It lasted {hours:.1f} hours; all scores were low for the last 24.",
    )
