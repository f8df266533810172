"""What a person closed, the engine closes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tingfeng import Closing, Incident
from tingfeng.alerts.interim import adopt
from tingfeng.alerts.memory import Memory
from tingfeng.alerts.track import bin_of
from tingfeng.alerts.walk import Change


def closed(
    memory: Memory, incident: Incident | None, closings: Mapping[str, Closing]
) -> list[Change]:
    """Carry out, once, what *closings* say of *incident*; what changed.

    Nothing, if it is known already or the incident was over by itself. The logbook is what holds:
    killed before *memory* is kept, or overtaken by another process, it is carried out once more.
    """
    closing = closings.get(incident.id) if incident else None
    course = memory.course
    if incident is None or closing is None or closing.at.timestamp() <= course.heeded:
        return []
    course.heeded = closing.at.timestamp()
    adopt(course)
    if not course.is_open:
        return []
    course.dismiss(max(memory.head - 1, bin_of(closing.at)))
    incident = replace(
        incident, state="closed", level=course.highest, closed_at=closing.at, updated_at=closing.at
    )
    return [
        Change(
            kind="resolved", at=closing.at, incident=incident, evidence=incident.evidence,
            sequence=course.sequence, links={},
        )
    ]  # fmt: skip
