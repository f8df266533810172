"""Documents that Elasticsearch refused for good, kept in a file until they are sent again."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, TextIO

from index.es.bulk_body import Action
from index.es.letters import Letter, kept
from index.es.verdicts import Finding
from tingfeng import SHANGHAI, StoreError

if TYPE_CHECKING:
    from index.es.writer import BulkWriter

LIMIT = 100_000
"""Letters. More are no matter of single documents: something is wrong with all of them."""

WAIT = 60.0
"""Seconds for another program that writes the file."""

Again = Callable[[Letter], Iterable[Action]]
"""What a document is by now, from the store: none where it is no more."""

_COLUMNS = (
    "at", "name", "id", "operation", "version", "status", "error", "reason", "attempts",
    "post_key", "author", "source",
)  # fmt: skip

_SCHEMA = """
CREATE TABLE IF NOT EXISTS letter (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, name TEXT NOT NULL, id TEXT NOT NULL,
    operation TEXT NOT NULL, version INTEGER, status INTEGER NOT NULL, error TEXT NOT NULL,
    reason TEXT NOT NULL, attempts INTEGER NOT NULL, post_key TEXT, author TEXT, source BLOB,
    UNIQUE (name, id)
)
"""
_NAMES = ", ".join(_COLUMNS)
_PUT = f"INSERT OR REPLACE INTO letter ({_NAMES}) VALUES ({', '.join('?' * 12)})"  # noqa: S608
_PAGE = 500
_READ = (
    f"SELECT seq, {_NAMES} FROM letter WHERE seq > ? AND seq <= ?"  # noqa: S608
    f" AND (? IS NULL OR name = ?) ORDER BY seq LIMIT {_PAGE}"
)
_NEVER = -1

_Known = dict[tuple[str, str], tuple[int | None, str]]


class DeadLetters:
    """One letter for each document: the newest version that was refused. Used by any thread, and
    by several programs at once.
    """

    def __init__(
        self,
        path: Path | str,
        *,
        limit: int = LIMIT,
        now: Callable[[], datetime] = lambda: datetime.now(SHANGHAI),
    ) -> None:
        self._path, self._limit, self._now = Path(path), limit, now
        self._lock = RLock()
        self._known: _Known = {}
        self._seen = _NEVER
        with self._said():
            # For nobody but us: letters hold what people wrote.
            os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))
            self._db = sqlite3.connect(
                self._path, timeout=WAIT, isolation_level=None, check_same_thread=False
            )
            try:
                self._db.execute("PRAGMA secure_delete = ON")  # what is forgotten is overwritten
                self._db.execute(_SCHEMA)
            except BaseException:
                self._db.close()
                raise

    def put(self, refused: Sequence[tuple[Action, Finding, int]]) -> None:
        """Keep these; an older version of a document gives way, to an older one nothing does.

        :raises StoreError: there would be more than *limit*.
        """
        with self._writing() as db:
            for action, finding, attempts in refused:
                key = action.index, action.id
                former = self._known.get(key)
                if former is not None and (former[0] or 0) > (action.version or 0):
                    continue
                db.execute(_PUT, self._row(action, finding, attempts))
                self._known[key] = action.version, action.operation
            if len(self._known) > self._limit:
                raise self._too_many()

    def _row(self, action: Action, finding: Finding, attempts: int) -> tuple[object, ...]:
        (before,) = self._db.execute(
            "SELECT coalesce(sum(attempts), 0) FROM letter WHERE name = ? AND id = ?",
            (action.index, action.id),
        ).fetchone()
        source, post_key, author = kept(action.source)
        at = self._now().isoformat(timespec="seconds")
        return (
            at, action.index, action.id, action.operation, action.version, finding.status,
            finding.type, finding.reason, before + attempts, post_key, author, source,
        )  # fmt: skip

    def written(self, actions: Sequence[Action]) -> None:
        """Drop letters that these later writes have made pointless."""
        with self._lock, self._said():
            self._look()
            if not self._known:
                return
            gone = [(each.index, each.id) for each in actions if self._outdated(each)]
        if gone:
            with self._writing() as db:
                db.executemany("DELETE FROM letter WHERE name = ? AND id = ?", gone)
                for key in gone:
                    self._known.pop(key, None)

    def _outdated(self, action: Action) -> bool:
        letter = self._known.get((action.index, action.id))
        if letter is None:
            return False
        version, operation = letter
        if version is None:
            return not action.create or operation == "create"
        return action.version is not None and action.version >= version

    def letters(self, *, index: str | None = None) -> Iterator[Letter]:
        """All, or those of one index; oldest first."""
        for _, letter in self._rows(index):
            yield letter

    def counts(self) -> dict[tuple[str, str], int]:
        """How many, by index and type of error."""
        with self._lock, self._said():
            rows = self._db.execute(
                "SELECT name, error, count(*) FROM letter GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2"
            ).fetchall()
        return {(name, error): count for name, error, count in rows}

    def __len__(self) -> int:
        return sum(self.counts().values())

    def retry(
        self, writer: BulkWriter, *, index: str | None = None, again: Again | None = None
    ) -> tuple[int, int]:
        """Send letters again and wait for what becomes of them: how many are settled, and how many
        are still here. *writer* keeps its dead letters here.

        *again* says what the documents are by now. Where there is a store it should be given: a
        document may have moved to another index since, or gone.
        """
        sent: list[tuple[int]] = []
        before = self._keys(index)
        for seq, letter in self._rows(index):
            actions = [letter.action] if again is None else list(again(letter))
            known = [action for action in actions if action is not None]
            if len(known) < len(actions):
                continue  # not kept, and nobody says what it was
            for action in known:
                writer.add(action)
            sent.append((seq,))
        writer.flush()
        with self._writing() as db:
            # Who was refused again has a new number.
            db.executemany("DELETE FROM letter WHERE seq = ?", sent)
            self._seen = _NEVER
        left = before & self._keys(index)
        return len(before) - len(left), len(left)

    def export(self, file: TextIO, *, index: str | None = None) -> int:
        """Write letters as lines of JSON; how many."""
        count = 0
        for letter in self.letters(index=index):
            file.write(f"{letter.line()}\n")
            count += 1
        return count

    def forget(self, keys: Iterable[str] = (), *, author: str | None = None) -> int:
        """Drop what tells of these posts or of *author* (keyed hash); how many.

        Letters of deletions stay: they are what removes it from the index.
        """
        with self._writing() as db:
            before = db.total_changes
            if author is not None:
                db.execute("DELETE FROM letter WHERE author = ?", (author,))
            for key in keys:
                db.execute("DELETE FROM letter WHERE post_key = ?", (key,))
                # Incidents and notices name several posts.
                for form in {json.dumps(key), json.dumps(key, ensure_ascii=False)}:
                    db.execute(
                        "DELETE FROM letter WHERE post_key IS NULL AND instr(source, ?)",
                        (form.encode(),),
                    )
            self._seen = _NEVER
            return db.total_changes - before

    def drop(self, *, index: str | None = None) -> int:
        """Give up all letters, or those of one index; how many."""
        with self._writing() as db:
            before = db.total_changes
            db.execute("DELETE FROM letter WHERE ? IS NULL OR name = ?", (index, index))
            self._seen = _NEVER
            return db.total_changes - before

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._db.close()

    def _rows(self, index: str | None) -> Iterator[tuple[int, Letter]]:
        """Those that are here now, page by page; letters that are put meanwhile come later."""
        with self._lock, self._said():
            (last,) = self._db.execute("SELECT coalesce(max(seq), 0) FROM letter").fetchone()
        seq = 0
        while True:
            with self._lock, self._said():
                rows = self._db.execute(_READ, (seq, last, index, index)).fetchall()
            yield from ((row[0], _letter(*row[1:])) for row in rows)
            if len(rows) < _PAGE:
                return
            seq = rows[-1][0]

    def _keys(self, index: str | None) -> set[tuple[str, str]]:
        with self._lock, self._said():
            self._look()
            return {key for key in self._known if index is None or key[0] == index}

    def _look(self) -> None:
        """Know the letters as they are, also where another program has changed them."""
        (version,) = self._db.execute("PRAGMA data_version").fetchone()
        if version == self._seen:
            return
        rows = self._db.execute("SELECT name, id, version, operation FROM letter").fetchall()
        self._known = {(name, id): (v, operation) for name, id, v, operation in rows}
        self._seen = version

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._said():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                self._look()
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                self._seen = _NEVER
                raise

    @contextmanager
    def _said(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise StoreError(
                f"无法使用死信文件 {self._path}（{error}）。请检查磁盘空间，以及文件和文件夹的权限",
                f"the file of dead letters {self._path} cannot be used ({error}): check the disk,"
                " and the permissions of file and folder",
            ) from error

    def _too_many(self) -> StoreError:
        return StoreError(
            f"死信超过 {self._limit} 条：问题不在个别文档。请用 tingfeng es dlq list 查看原因，"
            "解决后运行 tingfeng es dlq retry",
            f"more than {self._limit} dead letters: this is not about single documents. See why"
            " with `tingfeng es dlq list`, and then run `tingfeng es dlq retry`",
        )


def _letter(at: str, name: str, *rest: object) -> Letter:
    fields = dict(zip(_COLUMNS[2:], rest, strict=True))
    return Letter(at=datetime.fromisoformat(at), index=name, **fields)  # type: ignore[arg-type]
