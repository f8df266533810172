"""The watchers' half of the store in memory."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from index import exhibits, logbook
from index.corrections import storable
from index.desk import settled, unknown_notice, waits
from index.times import HOUR, moment, seconds
from tingfeng import (
    Correction,
    Coverage,
    Document,
    Entry,
    Exhibit,
    ExhibitKind,
    Incident,
    LabelRule,
    Notice,
)
from tingfeng.core.exhibit import without


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
        self._exhibits: dict[str, list[Exhibit]] = {}

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
        self,
        incident: Incident,
        notices: Sequence[Notice] = (),
        states: Mapping[str, str] = {},
        *,
        now: datetime | None = None,
    ) -> None:
        self._incidents[incident.id] = incident
        self._line_up(notices)
        self._states.update(states)
        self._copy(incident, incident.evidence.posts, "evidence", now or exhibits.clock())

    def get(self, key: str) -> Document | None:
        """A stored post: the other half of the store."""
        raise NotImplementedError

    def _copy(
        self, incident: Incident, keys: Sequence[str], kind: ExhibitKind, now: datetime
    ) -> int:
        if incident.state == "closed":
            return 0
        found = [one for one in map(self.get, keys) if one is not None]
        chain = self._exhibits.setdefault(incident.id, [])
        new = exhibits.grown(chain, incident, found, kind=kind, now=now)
        chain += new
        return len(new)

    def evidence(self, incident: str | None = None) -> list[Exhibit]:
        chosen = sorted(self._exhibits) if incident is None else [incident]
        return [one for id in chosen for one in self._exhibits.get(id, [])]

    def keep_evidence(self, incident: Incident, keys: Sequence[str], *, now: datetime) -> int:
        return self._copy(incident, keys, "reach", now)

    def expire_evidence(self, before: datetime, *, now: datetime) -> int:
        gone = 0
        for id, chain in self._exhibits.items():
            known = self._incidents.get(id)
            if known is None or known.state == "closed":
                numbers = exhibits.old(chain, before)
                self._exhibits[id] = without(chain, numbers, kind="expired", now=now)
                gone += len(numbers)
        return gone

    def _forget_copies(self, keys: Collection[str], author: str, now: datetime) -> list[str]:
        """Blank copies of these posts and of *author*; keys of the posts that they showed."""
        gone = []
        for id, chain in self._exhibits.items():
            numbers = exhibits.named(chain, keys, author)
            gone += [chain[number - 1].key for number in numbers]
            self._exhibits[id] = without(chain, numbers, kind="forgotten", now=now)
        return gone

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
