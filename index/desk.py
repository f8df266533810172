"""Incidents, notices, coverage and small texts: what watchers must not forget."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from index import exhibits, logbook
from index.redact import Gone, entry_without, incident_without, named, notice_without, quoted
from index.times import HOUR, moment, seconds, seconds_up
from index.tombstones import buried
from tingfeng import Coverage, Evidence, Incident, Notice, StoreError

_EPOCH = moment(0)


def _micros(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1)


def _packed(noun: Incident | Notice) -> str:
    return json.dumps(asdict(noun), default=datetime.isoformat, ensure_ascii=False)


def _unpacked(text: str) -> dict[str, Any]:
    fields: dict[str, Any] = json.loads(text)
    for name, value in fields.items():
        if (name == "at" or name.endswith("_at")) and value is not None:
            fields[name] = datetime.fromisoformat(value)
    return fields


def load_state(db: sqlite3.Connection, name: str) -> str | None:
    """A small text."""
    row = db.execute("SELECT value FROM state WHERE name = ?", (name,)).fetchone()
    return None if row is None else str(row[0])


def save_state(db: sqlite3.Connection, name: str, value: str) -> None:
    """Keep a small text."""
    db.execute("INSERT OR REPLACE INTO state VALUES (?, ?)", (name, value))


def swap_state(db: sqlite3.Connection, name: str, old: str | None, new: str) -> bool:
    """Keep a small text if *old* stands there; the writer's transaction keeps others out."""
    if load_state(db, name) != old:
        return False
    save_state(db, name, new)
    return True


def save_incident(
    db: sqlite3.Connection,
    incident: Incident,
    notices: Sequence[Notice],
    states: Mapping[str, str],
    now: datetime | None = None,
) -> None:
    """Keep all three, and copies of what the evidence names."""
    if gone := buried(db, quoted(incident, notices)):
        incident = incident_without(incident, Gone(gone))
        notices = [notice_without(each, Gone(gone)) for each in notices]
    i = incident
    db.execute(
        "INSERT OR REPLACE INTO incident VALUES (?, ?, ?, ?, ?)",
        (i.id, i.brand, i.state, _micros(i.opened_at), _packed(i)),
    )
    _line_up(db, notices)
    for name, value in states.items():
        save_state(db, name, value)
    exhibits.keep(db, i, i.evidence.posts, kind="evidence", now=now or exhibits.clock())


def enqueue(db: sqlite3.Connection, notices: Sequence[Notice]) -> None:
    """Put notices into the outbox."""
    if gone := buried(db, named(notices)):
        notices = [notice_without(each, Gone(gone)) for each in notices]
    _line_up(db, notices)


def _line_up(db: sqlite3.Connection, notices: Sequence[Notice]) -> None:
    db.executemany(
        "INSERT INTO notice (id, incident, created, waiting, body) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO NOTHING",
        [
            (each.id, each.incident, _micros(each.created_at), waits(each), _packed(each))
            for each in notices
        ],
    )


def waits(notice: Notice) -> bool:
    """Neither delivered nor given up nor withheld."""
    given_up = notice.failure is not None and notice.attempts < 0
    return notice.delivered_at is None and notice.withheld is None and not given_up


def incidents(db: sqlite3.Connection, brand: str | None, open_only: bool) -> list[Incident]:
    """Latest opened first."""
    rows = db.execute(
        "SELECT body FROM incident WHERE (:brand IS NULL OR brand = :brand)"
        " AND (NOT :open OR state <> 'closed') ORDER BY opened DESC, id DESC",
        {"brand": brand, "open": open_only},
    )
    return [_incident(body) for (body,) in rows]


def _incident(body: str) -> Incident:
    fields = _unpacked(body)
    evidence = _unpacked(json.dumps(fields.pop("evidence")))
    evidence["posts"] = tuple(evidence["posts"])
    evidence["sentences"] = tuple((zh, en) for zh, en in evidence["sentences"])
    return Incident(**fields, evidence=Evidence(**evidence))


def _notice(body: str) -> Notice:
    fields = _unpacked(body)
    return Notice(**{**fields, "covers": tuple(fields.get("covers", ()))})


def waiting(db: sqlite3.Connection) -> list[Notice]:
    """Oldest first."""
    rows = db.execute("SELECT body FROM notice WHERE waiting ORDER BY created, seq")
    return [_notice(body) for (body,) in rows]


def notices(db: sqlite3.Connection, incident: str | None) -> list[Notice]:
    """Oldest first."""
    if incident is None:
        rows = db.execute("SELECT body FROM notice ORDER BY created, seq")
    else:
        sql = "SELECT body FROM notice WHERE incident = ? ORDER BY created, seq"
        rows = db.execute(sql, (incident,))
    return [_notice(body) for (body,) in rows]


def settle(db: sqlite3.Connection, notice: Notice) -> None:
    """Keep attempts, delivery and failure of a queued notice."""
    row = db.execute("SELECT body FROM notice WHERE id = ?", (notice.id,)).fetchone()
    if row is None:
        raise unknown_notice(notice.id)
    queued = settled(_notice(row[0]), notice)
    db.execute(
        "UPDATE notice SET waiting = ?, body = ? WHERE id = ?",
        (waits(queued), _packed(queued), notice.id),
    )


def settled(queued: Notice, answer: Notice) -> Notice:
    """*queued* with what became of it; its words stay as they were queued."""
    return replace(
        queued,
        attempts=answer.attempts,
        delivered_at=answer.delivered_at,
        failure=answer.failure,
    )


def unknown_notice(id: str) -> StoreError:
    """Nothing was queued under this name."""
    return StoreError(
        f"没有名为 {id} 的通知。请先用 save_incident 或 enqueue 把它放进发件箱",
        f"no notice {id} was queued: save_incident and enqueue put one into the outbox",
    )


def redact(db: sqlite3.Connection, gone: Gone) -> None:
    """Take removed posts out of every incident, notice and line of the logbook."""
    for incident in incidents(db, None, open_only=False):
        if (new := incident_without(incident, gone)) != incident:
            db.execute("UPDATE incident SET body = ? WHERE id = ?", (_packed(new), new.id))
    for notice in notices(db, None):
        if (changed := notice_without(notice, gone)) != notice:
            sql = "UPDATE notice SET body = ? WHERE id = ?"
            db.execute(sql, (_packed(changed), changed.id))
    logbook.redact(db, lambda entry: entry_without(entry, gone))


def note(db: sqlite3.Connection, coverage: Coverage) -> None:
    """Add to the ledger."""
    c = coverage
    hour = seconds(c.hour) // HOUR * HOUR
    db.execute(
        "INSERT INTO coverage VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
        " verdict = excluded.verdict, requests = requests + excluded.requests,"
        " failures = failures + excluded.failures, posts = posts + excluded.posts,"
        " detail = excluded.detail",
        (hour, c.source, c.verdict, c.requests, c.failures, c.posts, c.detail),
    )


def coverage(db: sqlite3.Connection, since: datetime, until: datetime) -> list[Coverage]:
    """Hours that overlap with [since, until)."""
    rows = db.execute(
        "SELECT source, hour, verdict, requests, failures, posts, detail FROM coverage"
        " WHERE hour > ? AND hour < ? ORDER BY hour, source",
        (seconds(since) - HOUR, seconds_up(until)),
    )
    return [
        Coverage(
            source=source,
            hour=moment(hour),
            verdict=verdict,
            requests=requests,
            failures=failures,
            posts=posts,
            detail=detail,
        )
        for source, hour, verdict, requests, failures, posts, detail in rows
    ]
