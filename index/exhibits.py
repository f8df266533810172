"""Copies of posts that incidents rest on: chains of :class:`tingfeng.Exhibit` in SQLite."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from index.facts import split_key
from index.rows import documents
from index.times import moment
from tingfeng import SHANGHAI, Document, Exhibit, ExhibitKind, Incident
from tingfeng.core.exhibit import kept, without

_EPOCH = moment(0)


def clock() -> datetime:
    """The present moment, for callers that do not say one."""
    return datetime.now(SHANGHAI)


def grown(
    chain: Sequence[Exhibit],
    incident: Incident,
    found: Iterable[Document],
    *,
    kind: ExhibitKind,
    now: datetime,
) -> list[Exhibit]:
    """What *chain* of *incident* gains by the posts *found*, the same in every store."""
    lines = list(chain)
    at = incident.evidence.at if kind == "evidence" else None
    for document in found:
        line = kept(
            lines, document, incident=incident.id, brand=incident.brand, kind=kind, at=at, now=now
        )
        if line is not None:
            lines.append(line)
    return lines[len(chain) :]


def named(chain: Iterable[Exhibit], keys: Collection[str], author: str = "") -> list[int]:
    """Numbers of the copies of these posts, and of all that *author* wrote."""
    return [
        one.number
        for one in chain
        if one.content and (one.key in keys or (author and one.author == author))
    ]


def keep(
    db: sqlite3.Connection,
    incident: Incident,
    keys: Sequence[str],
    *,
    kind: ExhibitKind,
    now: datetime,
) -> int:
    """Copy what is stored under *keys*; how many copies are new."""
    if incident.state == "closed" or not keys:
        return 0
    sql = "SELECT n FROM post WHERE platform = ? AND id = ?"
    found = [row for key in keys for row in db.execute(sql, split_key(key))]
    new = grown(
        evidence(db, incident.id), incident, documents(db, [n for (n,) in found]),
        kind=kind, now=now,
    )  # fmt: skip
    _write(db, new)
    return len(new)


def _write(db: sqlite3.Connection, lines: Iterable[Exhibit]) -> None:
    db.executemany(
        "INSERT OR REPLACE INTO exhibit VALUES (?, ?, ?, ?, ?, ?)",
        [
            (
                one.incident, one.number, one.key, one.author,
                (one.kept_at - _EPOCH) // timedelta(microseconds=1), packed(one),
            )
            for one in lines
        ],
    )  # fmt: skip


def packed(one: Exhibit) -> str:
    """As JSON text in ASCII."""
    return json.dumps(asdict(one), default=datetime.isoformat)


def unpacked(text: str) -> Exhibit:
    """The line from what :func:`packed` gave."""
    values: dict[str, Any] = json.loads(text)
    for name in ("at", "kept_at"):
        if values[name] is not None:
            values[name] = datetime.fromisoformat(values[name])
    return Exhibit(**values)


def evidence(db: sqlite3.Connection, incident: str | None) -> list[Exhibit]:
    """Chain by chain."""
    if incident is None:
        rows = db.execute("SELECT body FROM exhibit ORDER BY incident, number")
    else:
        sql = "SELECT body FROM exhibit WHERE incident = ? ORDER BY number"
        rows = db.execute(sql, (incident,))
    return [unpacked(body) for (body,) in rows]


def forget(
    db: sqlite3.Connection, keys: Collection[str], *, author: str = "", now: datetime
) -> list[str]:
    """Blank the copies of these posts and of *author*; keys of the posts that they showed."""
    rows = db.execute(
        "SELECT incident FROM exhibit WHERE key IN (SELECT value FROM json_each(?))"
        " UNION SELECT incident FROM exhibit WHERE author = ? AND author <> ''",
        (json.dumps(list(keys)), author),
    ).fetchall()
    return _blank(
        db, [id for (id,) in rows], lambda chain: named(chain, keys, author), "forgotten", now
    )


def expire(db: sqlite3.Connection, before: datetime, *, now: datetime) -> int:
    """Blank what is older, of incidents that are closed; how many."""
    rows = db.execute(
        "SELECT DISTINCT incident FROM exhibit WHERE key <> '' AND kept < ? AND incident NOT IN"
        " (SELECT id FROM incident WHERE state <> 'closed')",
        ((before - _EPOCH) // timedelta(microseconds=1),),
    ).fetchall()
    return len(_blank(db, [id for (id,) in rows], lambda chain: old(chain, before), "expired", now))


def old(chain: Iterable[Exhibit], before: datetime) -> list[int]:
    """Numbers of the copies that were made before a moment."""
    return [one.number for one in chain if one.content and one.kept_at < before]


def _blank(
    db: sqlite3.Connection,
    incidents: Sequence[str],
    chosen: Callable[[Sequence[Exhibit]], list[int]],
    kind: ExhibitKind,
    now: datetime,
) -> list[str]:
    gone: list[str] = []
    for id in incidents:
        chain = evidence(db, id)
        numbers = chosen(chain)
        gone += [chain[number - 1].key for number in numbers]
        _write(db, without(chain, numbers, kind=kind, now=now))
    return gone


def chains(lines: Iterable[Exhibit]) -> list[list[Exhibit]]:
    """One list an incident."""
    return [list(same) for _, same in groupby(lines, key=lambda one: one.incident)]
