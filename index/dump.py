"""All that a SQLite store holds, row by row, to compare two of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any


def dump(path: str) -> Iterator[tuple[Any, ...]]:
    """Yield ``(table, *columns)`` of every row in the order of the keys, then every search term as
    ``("term", term, n, position)``.

    Column ``indexed`` is left out: the moment of storing is the only thing in which two stores of
    the same posts may differ.
    """
    with closing(sqlite3.connect(path)) as db:
        for (table,) in db.execute(_TABLES).fetchall():
            described = db.execute("SELECT name, pk FROM pragma_table_info(?)", (table,)).fetchall()
            columns = ", ".join(f'"{name}"' for name, _ in described if name != "indexed")
            keys = ", ".join(f'"{name}"' for name, place in described if place)
            statement = ["SELECT", columns, "FROM", table, "ORDER BY", keys]
            for row in db.execute(" ".join(statement)):
                yield (table, *row)
        db.execute(
            "CREATE VIRTUAL TABLE temp.word USING fts5vocab ('main', 'post_fts', 'instance')"
        )
        for row in db.execute("SELECT term, doc, offset FROM word ORDER BY term, doc, offset"):
            yield ("term", *row)


# The tables of FTS5 itself are left out: how terms are packed depends on when it merged.
_TABLES = (
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'post\\_fts%'"
    " ESCAPE '\\' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
)
