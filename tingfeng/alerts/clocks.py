"""Until when someone must have acted, and who is told if nobody did."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tingfeng import SHANGHAI, Incident, Level, Message, Notice
from tingfeng.alerts.acks import Handling
from tingfeng.alerts.levels import FIRST_ACTION
from tingfeng.alerts.messages import GOLDEN

STATEMENT = timedelta(hours=24)
"""黄金24小时: by when Chinese PR desks have told the public what they do about it."""

ACK_WITHIN: dict[Level, timedelta] = {
    "yellow": timedelta(hours=2),
    "orange": timedelta(minutes=30),
    "red": timedelta(minutes=10),
}
"""After which the next rung is told. Blue is only watched: nobody is called for it."""

_ALERTS = ("opened", "raised")


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """The message with which people were last asked to act on an incident."""

    id: str
    """The same on all channels."""
    at: datetime
    """When the first of them went out."""
    opened_at: datetime | None
    """When people were last told that it opened; ``None``: never by such a message."""


def alert(notices: Sequence[Notice], digests: Iterable[Notice] = ()) -> Alert | None:
    """The last one among an incident's *notices*; what was withheld counts from when its channel
    heard of it. ``None``: nobody was told yet.
    """
    made = {id: _made(digest) for digest in digests for id in digest.covers}
    rounds: dict[str, tuple[str, list[datetime]]] = {}
    for one in notices:
        if one.kind in _ALERTS:
            name = one.id.removesuffix(f".{one.channel}")
            at = _heard(one, notices, made)
            _, moments = rounds.setdefault(name, (one.kind, []))
            if at is not None:
                moments.append(at)
    told = [(min(moments), name, kind) for name, (kind, moments) in rounds.items() if moments]
    if not told:
        return None
    at, name, _ = max(told)
    opened = max((moment for moment, _, kind in told if kind == "opened"), default=None)
    return Alert(id=name, at=at, opened_at=opened)


def unheard(notices: Sequence[Notice], digests: Iterable[Notice]) -> frozenset[str]:
    """Channels that an alert among an incident's *notices* was withheld from, and that have heard
    nothing of it since.
    """
    made = {id: _made(digest) for digest in digests for id in digest.covers}
    return frozenset(
        one.channel
        for one in notices
        if one.kind in _ALERTS and _heard(one, notices, made) is None
    )  # fmt: skip


def _heard(
    alert: Notice, notices: Sequence[Notice], made: Mapping[str, datetime]
) -> datetime | None:
    """When the channel of *alert* was told: by it, by a digest, or by what was said after."""
    if alert.withheld is None:
        return _made(alert)
    later = [
        _made(one)
        for one in notices
        if one.channel == alert.channel and one.withheld is None and _made(one) >= _made(alert)
    ]
    return min([*later, *([made[alert.id]] if alert.id in made else [])], default=None)


def _made(notice: Notice) -> datetime:
    return notice.made_at or notice.created_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """Deadlines of one incident."""

    first_action: datetime | None
    """By when someone must have acted; ``None``: nobody was asked to."""
    acknowledge: datetime | None
    """By when someone must have acknowledged it, else the next rung is told."""
    golden: datetime
    """End of the 黄金4小时, which began with the first post."""
    statement: datetime
    """End of the 黄金24小时."""


def clocks(incident: Incident, last: Alert | None) -> Clocks:
    """Of *incident*, of which people were *last* alerted so."""
    within = ACK_WITHIN.get(incident.level)
    return Clocks(
        first_action=last.at + FIRST_ACTION[incident.level] if last else None,
        acknowledge=last.at + within if last and within else None,
        golden=incident.first_post_at + GOLDEN,
        statement=incident.first_post_at + STATEMENT,
    )


def rung(incident: Incident, last: Alert | None, handled: Handling, now: datetime) -> int:
    """How many rungs further it has come because nobody acknowledged it; 0: none."""
    within = ACK_WITHIN.get(incident.level)
    if last is None or within is None or incident.state != "open":
        return 0
    if handled.acked(incident, last.opened_at) is not None:
        return 0
    return max(0, (now - last.at) // within)


def clock_line(incident: Incident, last: Alert | None, handled: Handling, now: datetime) -> Message:
    """Where the clocks stand, in a sentence."""
    if incident.state == "closed":
        return Message("已关闭", "closed")
    known = clocks(incident, last)
    parts = []
    ack = handled.acked(incident, last.opened_at if last else None)
    if ack is not None:
        at = f"{ack.at.astimezone(SHANGHAI):%m-%d %H:%M}"
        parts.append(Message(f"{at} {ack.by}已确认", f"acknowledged by {ack.by} at {at}"))
    elif known.first_action is None:
        parts.append(Message("还没有通知任何人", "nobody was told yet"))
    else:
        left = _left(known.first_action, now)
        parts.append(Message(f"首次处置{left.zh}", f"first action {left.en}"))
    left = _left(known.golden, now)
    parts.append(Message(f"黄金4小时{left.zh}", f"golden four hours {left.en}"))
    return Message("；".join(one.zh for one in parts), "; ".join(one.en for one in parts))


def _left(due: datetime, now: datetime) -> Message:
    span = abs(due - now)
    hours, minutes = divmod(int(span.total_seconds()) // 60, 60)
    zh = f"{hours} 小时 {minutes} 分" if hours else f"{minutes} 分"
    en = f"{hours} h {minutes} min" if hours else f"{minutes} min"
    when = f"{due.astimezone(SHANGHAI):%m-%d %H:%M}"
    if now < due:
        return Message(f" {when} 前（还剩 {zh}）", f"due by {when} ({en} left)")
    return Message(f"已超时 {zh}（{when}）", f"overdue by {en} ({when})")
