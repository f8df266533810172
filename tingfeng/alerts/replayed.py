"""What would have been, had someone watched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from tingfeng import Evidence, Incident, Level
from tingfeng.alerts.course import Kind
from tingfeng.alerts.levels import rank
from tingfeng.alerts.walk import Change


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
