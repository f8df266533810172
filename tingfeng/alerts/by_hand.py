"""What a person closed, the engine closes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tingfeng import Closing
from tingfeng.alerts.change import Change
from tingfeng.alerts.interim import adopt
from tingfeng.alerts.issue_lanes import Lane
from tingfeng.alerts.memory import Memory
from tingfeng.alerts.track import bin_of


def closed(memory: Memory, closings: Mapping[str, Closing]) -> list[Change]:
    """Carry out, once, what *closings* say of the incidents of *memory*; what changed.

    Nothing, if it is known already or the incident was over by itself. The logbook is what holds:
    killed before *memory* is kept, or overtaken by another process, it is carried out once more.
    """
    found = [_closed(memory, lane, closings) for lane in memory.lanes]
    return [change for change in found if change is not None]


def _closed(memory: Memory, lane: Lane, closings: Mapping[str, Closing]) -> Change | None:
    course, incident = lane.course, lane.incident
    closing = closings.get(incident.id) if incident else None
    if incident is None or closing is None or closing.at.timestamp() <= course.heeded:
        return None
    course.heeded = closing.at.timestamp()
    adopt(course)
    if not course.is_open:
        return None
    course.dismiss(max(memory.head - 1, bin_of(closing.at)))
    lane.incident = replace(
        incident, state="closed", level=course.highest, closed_at=closing.at, updated_at=closing.at
    )
    return Change(
        kind="resolved", at=closing.at, incident=lane.incident, evidence=incident.evidence,
        sequence=course.sequence, links={},
    )  # fmt: skip
