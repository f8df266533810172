"""What people said of incidents: a table that only grows."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import asdict, fields, replace
from datetime import datetime
from typing import Any

from index.edits import mended
from tingfeng import ENTRIES, Entry

_NAMES = {noun: name for name, noun in ENTRIES.items()}

# Annotations are text here: the times are those that say so.
_TIMES = {
    name: tuple(field.name for field in fields(noun) if "datetime" in str(field.type))
    for name, noun in ENTRIES.items()
}


def log(db: sqlite3.Connection, entries: Sequence[Entry]) -> None:
    """Put *entries* behind what is there."""
    db.executemany(
        "INSERT INTO logbook (body) VALUES (?)", [(packed(storable(one)),) for one in entries]
    )


def logbook(db: sqlite3.Connection) -> list[Entry]:
    """In the order in which it was said."""
    return [unpacked(body) for (body,) in db.execute("SELECT body FROM logbook ORDER BY seq")]


def redact(db: sqlite3.Connection, without: Callable[[Entry], Entry]) -> None:
    """Rewrite the lines that *without* changes."""
    for seq, body in db.execute("SELECT seq, body FROM logbook").fetchall():
        entry = unpacked(body)
        if (new := without(entry)) != entry:
            db.execute("UPDATE logbook SET body = ? WHERE seq = ?", (packed(new), seq))


def storable(entry: Entry) -> Entry:
    """*entry* as stores keep it: a terminal may hand over bytes that are no text."""
    return rewritten(entry, mended)


def rewritten(entry: Entry, by: Callable[[str], str]) -> Entry:
    """*entry* with *by* applied to all its texts."""
    texts = {field.name: getattr(entry, field.name) for field in fields(entry)}
    changed: dict[str, Any] = {
        name: by(text) for name, text in texts.items() if isinstance(text, str)
    }
    return replace(entry, **changed)


def packed(entry: Entry) -> str:
    """As JSON text in ASCII, under the name of its kind."""
    return json.dumps({_NAMES[type(entry)]: asdict(entry)}, default=datetime.isoformat)


def unpacked(text: str) -> Entry:
    """The entry from what :func:`packed` gave."""
    [(name, values)] = json.loads(text).items()
    for time in _TIMES[name]:
        if values.get(time) is not None:
            values[time] = datetime.fromisoformat(values[time])
    return ENTRIES[name](**values)
