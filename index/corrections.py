"""What people said of readings, and their rules: tables that only grow."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from index.edits import mended
from tingfeng import Correction, LabelRule
from tingfeng.core.wording import Wording

Said = TypeVar("Said", Correction, LabelRule)


def correct(
    db: sqlite3.Connection, given: Sequence[Correction], rules: Sequence[LabelRule]
) -> None:
    """Put both behind what is there."""
    (last,) = db.execute("SELECT coalesce(max(seq), 0) FROM correction").fetchone()
    numbered = list(enumerate(map(storable, given), last + 1))
    db.executemany(
        'INSERT INTO correction (seq, key, brand, label, "by", at, "group", note)'
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (n, c.key, c.brand, c.label, c.by, c.at.isoformat(), c.group, c.note)
            for n, c in numbered
        ],
    )
    db.executemany(
        "INSERT INTO judged_words (seq, said, sentences, naming) VALUES (?, ?, ?, ?)",
        [(n, *_wording_row(c.wording)) for n, c in numbered if c.wording is not None],
    )
    db.executemany(
        'INSERT INTO label_rule (id, brand, words, label, "by", at, note)'
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (r.id, r.brand, json.dumps(r.words), r.label, r.by, r.at.isoformat(), r.note)
            for r in map(storable, rules)
        ],
    )


def corrections(db: sqlite3.Connection) -> list[Correction]:
    """In the order in which they were made."""
    rows = db.execute(
        'SELECT key, brand, label, "by", at, "group", note, said, sentences, naming'
        " FROM correction LEFT JOIN judged_words USING (seq) ORDER BY seq"
    )
    return [
        Correction(
            key=key,
            brand=brand,
            label=label,
            by=by,
            at=datetime.fromisoformat(at),
            group=group,
            note=note,
            wording=_wording(*words),
        )
        for key, brand, label, by, at, group, note, *words in rows
    ]


def _wording_row(wording: Wording) -> tuple[str, str, str | None]:
    naming = None if wording.naming is None else " ".join(wording.naming)
    return wording.said, " ".join(map(",".join, wording.sentences)), naming


def _wording(said: str | None, sentences: str, naming: str | None) -> Wording | None:
    if said is None:
        return None
    return Wording(
        said=said,
        sentences=tuple(tuple(one.split(",")) for one in sentences.split()),
        naming=None if naming is None else tuple(naming.split()),
    )


def label_rules(db: sqlite3.Connection) -> list[LabelRule]:
    """In the order in which they were made."""
    rows = db.execute('SELECT id, brand, words, label, "by", at, note FROM label_rule ORDER BY seq')
    return [
        LabelRule(
            id=id,
            brand=brand,
            words=tuple(json.loads(words)),
            label=label,
            by=by,
            at=datetime.fromisoformat(at),
            note=note,
        )
        for id, brand, words, label, by, at, note in rows
    ]


def storable(said: Said) -> Said:
    """*said* as stores keep it: a terminal may hand over bytes that are no text in who and why."""
    return replace(said, by=mended(said.by), note=mended(said.note))
