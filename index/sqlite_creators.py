"""The creators' part of the store in a SQLite file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from index import creator_works, creators
from index.connect import Database
from index.creators_pack import (
    check_entry,
    entry_packed,
    entry_unpacked,
    run_packed,
    run_unpacked,
    unpacked,
)
from index.forget import clean
from tingfeng import (
    CommentCount,
    CreatorCard,
    CreatorEntry,
    CreatorOutcome,
    CreatorPost,
    Document,
    Removal,
    ScoreRun,
    Snapshot,
)


class SQLiteCreators:
    """Implements :class:`tingfeng.CreatorStore`."""

    _db: Database

    def put_creators(
        self,
        snapshots: Iterable[Snapshot],
        *,
        hashed: Callable[[str, str], str],
        now: datetime,
    ) -> list[CreatorOutcome]:
        with self._db.writing() as db:
            return creators.put(db, snapshots, hashed, now)

    def snapshots(self, key: str) -> list[Snapshot]:
        with self._db.reading() as db:
            return [unpacked(text) for text in creators.said_of(db, key)]

    def creators(
        self, keys: Iterable[str] | None = None, *, platform: str | None = None, now: datetime
    ) -> Iterator[CreatorCard]:
        return creators.cards(self._db, keys, platform, now)

    def documents_of(self, key: str, since: datetime | None = None) -> Iterator[Document]:
        return creator_works.documents_of(self._db, key, since)

    def unfounded(self, version: str, since: datetime) -> Iterator[Document]:
        return creator_works.unfounded(self._db, version, since)

    def keep_facts(self, version: str, facts: Mapping[str, str]) -> None:
        with self._db.writing() as db:
            creator_works.keep_facts(db, version, facts)

    def works(
        self, since: datetime, keys: Iterable[str] | None = None
    ) -> Iterator[tuple[str, Sequence[CreatorPost]]]:
        return creator_works.works(self._db, since, keys)

    def commented(self, since: datetime) -> Mapping[str, CommentCount]:
        with self._db.reading() as db:
            return creator_works.commented(db, since)

    def note_creators(self, entries: Sequence[CreatorEntry]) -> None:
        with self._db.writing() as db:
            for entry in entries:
                check_entry(entry, lambda key: creators.known(db, key))
                other = entry.other if entry.kind in ("link", "unlink") else ""
                db.execute(
                    "INSERT INTO creator_entry (key, other, body) VALUES (?, ?, ?)",
                    (entry.creator, other, entry_packed(entry)),
                )

    def creator_log(self, key: str | None = None) -> list[CreatorEntry]:
        sql = "SELECT body FROM creator_entry WHERE ?1 IS NULL OR key = ?1 OR other = ?1"
        if key is not None:
            sql = "SELECT body FROM creator_entry WHERE key = ?1 OR (other = ?1 AND other <> '')"
        with self._db.reading() as db:
            rows = db.execute(f"{sql} ORDER BY seq", (key,)).fetchall()
        return [entry_unpacked(body) for (body,) in rows]

    def forget_creator(
        self, key: str, *, author: str, now: datetime, by: str = "", reason: str = ""
    ) -> bool:
        line = Removal(at=now, what="creator", subject=author, posts=0, by=by, reason=reason)
        with self._db.writing() as db:
            found = creators.forget(db, author, line)
        clean(self._db)
        return found

    def expire_creators(self, now: datetime) -> int:
        with self._db.writing() as db:
            return creators.expire(db, now)

    def keep_scores(self, run: ScoreRun, scores: Mapping[str, str]) -> None:
        with self._db.writing() as db:
            sql = "INSERT INTO score_run (id, body) VALUES (?, ?) ON CONFLICT (id) DO NOTHING"
            db.execute(sql, (run.id, run_packed(run)))
            (seq,) = db.execute("SELECT seq FROM score_run WHERE id = ?", (run.id,)).fetchone()
            db.executemany(
                # Whoever objected meanwhile is not scored.
                "INSERT OR REPLACE INTO creator_score SELECT ?, key, ? FROM creator WHERE key = ?",
                [(seq, body, key) for key, body in scores.items()],
            )
            creators.scored(db, scores)

    def score_runs(self) -> list[ScoreRun]:
        with self._db.reading() as db:
            rows = db.execute("SELECT body FROM score_run ORDER BY seq").fetchall()
        return [run_unpacked(body) for (body,) in rows]

    def scores(self, run: str, keys: Iterable[str] | None = None) -> Iterator[tuple[str, str]]:
        sql = (
            "SELECT c.key, s.body FROM score_run r JOIN creator_score s ON s.run = r.seq"
            " JOIN creator c ON c.key = s.key WHERE r.id = ?"
        )
        values = [run]
        if keys is not None:
            sql += " AND c.key IN (SELECT value FROM json_each(?))"
            values.append(json.dumps(list(keys)))
        with self._db.reading() as db:
            rows = db.execute(f"{sql} ORDER BY c.c", values).fetchall()
        return iter(rows)
