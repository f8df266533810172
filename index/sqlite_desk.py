"""The watchers' half of the store in a SQLite file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from index import corrections, desk, exhibits, logbook
from index.connect import Database
from tingfeng import Correction, Coverage, Entry, Exhibit, Incident, LabelRule, Notice


class SQLiteDesk:
    """Implements :class:`tingfeng.DeskStore` in the file *path*."""

    def __init__(self, path: str) -> None:
        self._db = Database(str(path))

    def load_state(self, name: str) -> str | None:
        with self._db.reading() as db:
            return desk.load_state(db, name)

    def save_state(self, name: str, value: str) -> None:
        with self._db.writing() as db:
            desk.save_state(db, name, value)

    def swap_state(self, name: str, old: str | None, new: str) -> bool:
        with self._db.writing() as db:
            return desk.swap_state(db, name, old, new)

    def enqueue(self, notices: Sequence[Notice]) -> None:
        with self._db.writing() as db:
            desk.enqueue(db, notices)

    def save_incident(
        self,
        incident: Incident,
        notices: Sequence[Notice] = (),
        states: Mapping[str, str] = {},
        *,
        now: datetime | None = None,
    ) -> None:
        with self._db.writing() as db:
            desk.save_incident(db, incident, notices, states, now)

    def evidence(self, incident: str | None = None) -> list[Exhibit]:
        with self._db.reading() as db:
            return exhibits.evidence(db, incident)

    def keep_evidence(self, incident: Incident, keys: Sequence[str], *, now: datetime) -> int:
        with self._db.writing() as db:
            return exhibits.keep(db, incident, keys, kind="reach", now=now)

    def expire_evidence(self, before: datetime, *, now: datetime) -> int:
        with self._db.writing() as db:
            return exhibits.expire(db, before, now=now)

    def incidents(self, *, brand: str | None = None, open_only: bool = False) -> list[Incident]:
        with self._db.reading() as db:
            return desk.incidents(db, brand, open_only)

    def waiting(self) -> list[Notice]:
        with self._db.reading() as db:
            return desk.waiting(db)

    def settle(self, notice: Notice) -> None:
        with self._db.writing() as db:
            desk.settle(db, notice)

    def notices(self, incident: str | None = None) -> list[Notice]:
        with self._db.reading() as db:
            return desk.notices(db, incident)

    def correct(self, given: Sequence[Correction], rules: Sequence[LabelRule] = ()) -> None:
        with self._db.writing() as db:
            corrections.correct(db, given, rules)

    def corrections(self) -> list[Correction]:
        with self._db.reading() as db:
            return corrections.corrections(db)

    def label_rules(self) -> list[LabelRule]:
        with self._db.reading() as db:
            return corrections.label_rules(db)

    def log(self, entries: Sequence[Entry]) -> None:
        with self._db.writing() as db:
            logbook.log(db, entries)

    def logbook(self) -> list[Entry]:
        with self._db.reading() as db:
            return logbook.logbook(db)

    def note(self, coverage: Coverage) -> None:
        with self._db.writing() as db:
            desk.note(db, coverage)

    def coverage(self, since: datetime, until: datetime) -> list[Coverage]:
        with self._db.reading() as db:
            return desk.coverage(db, since, until)

    def close(self) -> None:
        self._db.close()
