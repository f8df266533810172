"""How an incident is being handled: who took it, what comes next, how it was closed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from tingfeng import Ack, Closing, Entry, Feedback, Incident
from tingfeng.alerts.levels import rank


@dataclass(frozen=True, slots=True, kw_only=True)
class Handling:
    """What the logbook says of one incident."""

    acks: tuple[Ack, ...] = ()
    owner: str = ""
    """Empty: nobody took it."""
    next_step: str = ""
    due_at: datetime | None = None
    lesson: Closing | None = None
    """All that was said of why it is over and what came of it: of each text the last."""
    closings: tuple[Closing, ...] = ()
    feedback: Feedback | None = None
    lines: tuple[Ack | Closing | Feedback, ...] = field(default=(), repr=False)
    """All of it, as it was said."""

    def acked(self, incident: Incident, since: datetime | None) -> Ack | None:
        """The acknowledgement that holds: not of a lower level, and not of before *since*, when
        people were last told that it opened.
        """
        holding = (
            one
            for one in reversed(self.acks)
            if rank(one.level) >= rank(incident.level) and (since is None or one.at >= since)
        )
        return next(holding, None)


def handling(incident: str, logbook: Iterable[Entry]) -> Handling:
    """Of the incident with that id."""
    found = Handling()
    for entry in logbook:
        if isinstance(entry, Ack | Closing | Feedback) and entry.incident == incident:
            found = _with(found, entry)
    return found


def _with(known: Handling, entry: Ack | Closing | Feedback) -> Handling:
    known = replace(known, lines=(*known.lines, entry))
    if isinstance(entry, Feedback):
        return replace(known, feedback=entry)
    if isinstance(entry, Closing):
        lesson = _added(known.lesson, entry)
        return replace(known, lesson=lesson, closings=(*known.closings, entry))
    step = entry.next_step or known.next_step
    fresh = bool(entry.next_step or entry.due_at)
    return replace(
        known,
        acks=(*known.acks, entry),
        owner=entry.owner or known.owner or entry.by,
        next_step=step,
        due_at=entry.due_at if fresh else known.due_at,
    )


def _added(known: Closing | None, further: Closing) -> Closing:
    if known is None:
        return further
    return replace(
        further,
        reason=further.reason or known.reason,
        cause=further.cause or known.cause,
        action=further.action or known.action,
        outcome=further.outcome or known.outcome,
    )


def lessons(logbook: Iterable[Entry]) -> dict[str, Closing]:
    """By incident, all that was written of why it is over and what came of it."""
    found: dict[str, Closing] = {}
    for one in logbook:
        if isinstance(one, Closing):
            found[one.incident] = _added(found.get(one.incident), one)
    return found


def closings(logbook: Iterable[Entry]) -> dict[str, Closing]:
    """By incident, the last line that says it is over."""
    return {one.incident: one for one in logbook if isinstance(one, Closing) and one.reason}


def shown(incident: Incident, closing: Closing | None) -> Incident:
    """*incident* as people see it between a closing by hand and the run that carries it out."""
    if closing is None or incident.state == "closed" or closing.at < incident.updated_at:
        return incident
    return replace(incident, state="closed", closed_at=closing.at)
