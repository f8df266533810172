"""What would have been, had someone watched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from tingfeng import Evidence, Incident, Level
from tingfeng.alerts.change import Change, Desk
from tingfeng.alerts.course import Course, Kind
from tingfeng.alerts.heat import Hearing
from tingfeng.alerts.levels import rank
from tingfeng.alerts.memory import REACH_BINS
from tingfeng.alerts.share import ShareSettings
from tingfeng.alerts.track import EMPTY, Track
from tingfeng.alerts.walk import Walk


class Moment(NamedTuple):
    """One step in the life of an incident, with the evidence of that moment and no other."""

    at: datetime
    kind: Kind
    """``opened`` (again, after it was resolved), ``raised``, ``lowered`` or ``resolved``."""
    level: Level
    """From then on; of one that is resolved, its highest."""
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """An incident that would have been, and how it would have run."""

    incident: Incident
    """As it stood at the end of the replay. Its evidence is that of its highest level, which may
    be hours later than its opening."""
    changes: tuple[Change, ...]
    """In order, the opening first; heartbeats are left out."""

    @property
    def timeline(self) -> tuple[Moment, ...]:
        """How it ran, step by step: what to print beside each time."""
        return tuple(
            Moment(one.at, one.kind, one.incident.level, one.evidence) for one in self.changes
        )

    @property
    def opening(self) -> Evidence:
        """Why it opened: what to print beside :attr:`Incident.opened_at`."""
        return self.changes[0].evidence

    @property
    def highest(self) -> Level:
        """The highest level it reached."""
        return max((change.incident.level for change in self.changes), key=rank)


def replay(
    desk: Desk, brand: str, end: int, share: ShareSettings, loud: Hearing | None = None
) -> list[tuple[Change | None, Incident]]:
    """All that happened to the incidents of *brand* up to bin *end*, in order, and at last, without a
    change, those that are known still as they stand then. *loud* hears of each bin in which none
    was open.
    """
    numbers = desk.numbers
    start = numbers.first_bin(brand, end)
    if start is None:
        return []
    walk = Walk(desk, brand, Track(share), Course(), None, numbers.gaps(start, end))
    told: list[tuple[Change | None, Incident]] = []
    # Eight weeks at a time, so that years of history need no more memory than weeks.
    for low in range(start, end, REACH_BINS):
        high = min(low + REACH_BINS, end)
        bins = numbers.bins(brand, low, high)
        for number in range(low, high):
            changes, _ = walk.step(number, bins.get(number, EMPTY), live=True)
            told += [(change, change.incident) for change in changes]
            if loud is not None and not any(lane.course.is_open for lane in walk.lanes):
                loud(walk.loudness(number))
    return told + [(None, lane.incident) for lane in walk.lanes if lane.incident is not None]
