"""Stores under test."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from index import STORES
from index.schema import MIGRATIONS
from servers.emptied import Emptied
from servers.fixtures import NAMES
from tingfeng import build

ELASTIC = [pytest.param(f"elastic on {name}", marks=pytest.mark.elastic) for name in NAMES]


@pytest.fixture(params=["memory", "sqlite", *ELASTIC])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    """Every store of the table, empty; that of Elasticsearch on every server."""
    use, _, server = request.param.partition(" on ")
    if server:
        options = request.getfixturevalue("emptied")(server)
    else:
        options = {"path": str(tmp_path / "posts.db")} if use == "sqlite" else {}
    made = build(STORES, {"use": use, **options})
    yield made
    made.close()


@pytest.fixture(scope="session")
def emptied(server_of: Any) -> Iterator[Callable[[str], dict[str, Any]]]:
    """``emptied("bare8")``: settings of an Elasticsearch store without posts, as good as new.

    A dozen indices made anew for each of hundreds of tests would take a quarter of an hour.
    """
    places: dict[str, Emptied] = {}

    def empty(name: str) -> dict[str, Any]:
        if name not in places:
            places[name] = Emptied(server_of(name))
        return places[name].settings()

    yield empty
    for place in places.values():
        place.close()


@pytest.fixture
def fill(store: Any, make_seen: Any, make_analysis: Any, now: Any) -> Callable[..., Any]:
    """``fill("a", "text", label="negative", brands=("云雀",))``: one post, put and read."""

    def one(id: str, text: str = "云雀手机续航不错", **changes: Any) -> Any:
        names = ("label", "brands", "copy_of", "tokens", "fingerprint", "reader", "lexicon")
        reading = {name: changes.pop(name) for name in names if name in changes}
        seen = make_seen(id, text, **changes)
        store.put([seen], now=now)
        if reading:
            store.record([make_analysis(seen.post, **reading)])
        return seen.post

    return one


_UNDONE = {
    10: ["DROP INDEX post_hot"],
    9: [
        f"DROP TABLE {name}"
        for name in (
            "creator",
            "creator_said",
            "creator_post",
            "creator_entry",
            "score_run",
            "creator_score",
        )
    ],
    8: ["DROP TABLE exhibit"],
    7: ["DROP TABLE logbook", "DROP INDEX notice_incident"],
    6: ["DROP TABLE change", "DROP TABLE former"],
    5: ["DROP TABLE removal", "DROP TABLE tombstone", "DROP TABLE upkeep"],
    4: ["DROP TABLE judged_words"],
    3: [
        *[f'ALTER TABLE reading DROP COLUMN "{name}"' for name in ("by", "emotion", "signs")],
        *[
            f'ALTER TABLE mention DROP COLUMN "{name}"'
            for name in ("by", "span_start", "span_end", "advert")
        ],
        "DROP TABLE correction",
        "DROP TABLE label_rule",
    ],
    2: ["ALTER TABLE post DROP COLUMN unsaid"],
}


@pytest.fixture
def aged() -> Callable[[Path, int], None]:
    """``aged(path, 2)``: the file as the program wrote it when that was the schema."""

    def age(path: Path, version: int) -> None:
        with closing(sqlite3.connect(path)) as db, closing(sqlite3.connect(":memory:")) as new:
            for number in range(len(MIGRATIONS), version, -1):
                for statement in _UNDONE[number]:
                    db.execute(statement)
            for migration in MIGRATIONS[:version]:
                migration(new)
            assert _tables(db) == _tables(new)
            db.execute(f"PRAGMA user_version = {version}")
            db.commit()

    return age


def _tables(db: sqlite3.Connection) -> list[Any]:
    # sqlite_sequence cannot be dropped: SQLite makes it for the first column that counts by itself.
    sql = "SELECT name, sql FROM sqlite_master WHERE name <> 'sqlite_sequence' ORDER BY name"
    return db.execute(sql).fetchall()
