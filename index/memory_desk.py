"""The watchers' half of the store in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from index import logbook
from index.corrections import storable
from index.desk import settled, unknown_notice, waits
from index.times import HOUR, moment, seconds
from tingfeng import Correction, Coverage, Entry, Incident, LabelRule, Notice


class MemoryDesk:
    """Implements :class:`tingfeng.DeskStore`."""

    def __init__(self) -> None:
        self._states: dict[str, str] = {}
        self._incidents: dict[str, Incident] = {}
        self._notices: dict[str, Notice] = {}
        self._coverage: dict[tuple[datetime, str], Coverage] = {}
        self._corrections: list[Correction] = []
        self._rules: list[LabelRule] = []
        self._logbook: list[Entry] = []

    def load_state(self, name: str) -> str | None:
        return self._states.get(name)

    def save_state(self, name: str, value: str) -> None:
        self._states[name] = value

    def swap_state(self, name: str, old: str | None, new: str) -> bool:
        if self._states.get(name) != old:
            return False
        self._states[name] = new
        return True

    def enqueue(self, notices: Sequence[Notice]) -> None:
        self._line_up(notices)

    def _line_up(self, notices: Sequence[Notice]) -> None:
        for notice in notices:
            self._notices.setdefault(notice.id, notice)

    def save_incident(
        self, incident: Incident, notices: Sequence[Notice] = (), states: Mapping[str, str] = {}
    ) -> None:
        self._incidents[incident.id] = incident
        self._line_up(notices)
        self._states.update(states)

    def incidents(self, *, brand: str | None = None, open_only: bool = False) -> list[Incident]:
        found = [
            incident
            for incident in self._incidents.values()
            if brand in {None, incident.brand} and not (open_only and incident.state == "closed")
        ]
        return sorted(found, key=lambda each: (each.opened_at, each.id), reverse=True)

    def waiting(self) -> list[Notice]:
        return [notice for notice in self.notices() if waits(notice)]

    def settle(self, notice: Notice) -> None:
        queued = self._notices.get(notice.id)
        if queued is None:
            raise unknown_notice(notice.id)
        self._notices[notice.id] = settled(queued, notice)

    def notices(self, incident: str | None = None) -> list[Notice]:
        found = [each for each in self._notices.values() if incident in {None, each.incident}]
        return sorted(found, key=lambda notice: notice.created_at)

    def correct(self, given: Sequence[Correction], rules: Sequence[LabelRule] = ()) -> None:
        self._corrections += map(storable, given)
        self._rules += map(storable, rules)

    def corrections(self) -> list[Correction]:
        return list(self._corrections)

    def label_rules(self) -> list[LabelRule]:
        return list(self._rules)

    def log(self, entries: Sequence[Entry]) -> None:
        self._logbook += map(logbook.storable, entries)

    def logbook(self) -> list[Entry]:
        return list(self._logbook)

    def note(self, coverage: Coverage) -> None:
        hour = moment(seconds(coverage.hour) // HOUR * HOUR)
        known = self._coverage.get((hour, coverage.source))
        new = replace(coverage, hour=hour)
        if known is not None:
            new = replace(
                new,
                requests=known.requests + new.requests,
                failures=known.failures + new.failures,
                posts=known.posts + new.posts,
            )
        self._coverage[hour, coverage.source] = new

    def coverage(self, since: datetime, until: datetime) -> list[Coverage]:
        hour = timedelta(seconds=HOUR)
        found = [key for key in self._coverage if key[0] + hour > since and key[0] < until]
        return [self._coverage[key] for key in sorted(found)]
