"""What a language model said before, and what asking it has cost: one SQLite file that all
processes share. It holds no texts, only hashes of them.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from multiprocessing import parent_process
from pathlib import Path

from nlp.engines.llm_prompt import Said
from tingfeng import SHANGHAI, ModelError, SettingsError

FORMAT = 1
WAIT = 30.0
"""Seconds to wait for another process: each holds the file for milliseconds."""

AT_ONCE = 500
"""Keys a question to the file: SQLite takes at least 999."""

_TABLES = """
CREATE TABLE IF NOT EXISTS said (
    key BLOB PRIMARY KEY, label TEXT, low INTEGER, high INTEGER, fault TEXT
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS spent (
    scope TEXT PRIMARY KEY, requests INTEGER, tokens INTEGER
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS noted (
    day TEXT, outcome TEXT, n INTEGER, PRIMARY KEY (day, outcome)
) WITHOUT ROWID;
"""

_begun: set[str] = set()
"""Files in which this process has opened its account."""


class Ledger:
    """Cache and account book of :class:`nlp.engines.llm.LlmEngine`. Every call is one transaction:
    what a killed process had reserved stays spent, and what it had been told stays known.
    """

    def __init__(
        self,
        path: str,
        *,
        per_run: Mapping[str, int],
        per_day: Mapping[str, int],
        clock: Callable[[], float],
    ) -> None:
        """*per_run*, *per_day*: most ``requests`` and ``tokens``; what is left out is unlimited.
        A run is a process together with its workers, a day is one of Shanghai. *clock*: seconds
        since 1970.
        """
        for limits in (per_run, per_day):
            for name, most in limits.items():
                if name not in ("requests", "tokens") or not isinstance(most, int) or most < 0:
                    raise SettingsError(
                        "per_run、per_day 只能写 requests 和 tokens，值为不小于 0 的整数",
                        "per_run and per_day take requests and tokens, whole numbers from 0",
                    )
        self.path = Path(path)
        self._limits = {"run": per_run, "day": per_day}
        self._clock = clock
        self._lock = threading.Lock()
        self._db: sqlite3.Connection | None = None
        parent = parent_process()
        self._run = f"run:{parent.pid if parent else os.getpid()}"
        self._leads = parent is None

    def recall(self, keys: Iterable[bytes]) -> dict[bytes, Said]:
        """What is known of *keys*."""
        wanted, found = list(keys), {}
        with self._open() as db:
            for first in range(0, len(wanted), AT_ONCE):
                part = wanted[first : first + AT_ONCE]
                marks = ",".join("?" * len(part))
                query = f"SELECT key, label, low, high, fault FROM said WHERE key IN ({marks})"  # noqa: S608 - question marks only
                for key, label, low, high, fault in db.execute(query, part):
                    found[key] = Said(label=label, span=(low, high), fault=fault)
        return found

    def keep(self, said: Mapping[bytes, Said]) -> None:
        """Remember answers, discarded ones too: a post that is copied a thousand times would
        else be asked about a thousand times. The first answer holds.
        """
        rows = [(key, one.label, *one.span, one.fault) for key, one in said.items()]
        with self._open() as db:
            db.executemany("INSERT OR IGNORE INTO said VALUES (?, ?, ?, ?, ?)", rows)

    def reserve(self, tokens: int) -> bool:
        """Account for one more request of *tokens* at most, or say that the budget forbids it."""
        with self._open() as db:
            scopes = {"run": self._run, "day": f"day:{self._day()}"}
            for name, scope in scopes.items():
                row = db.execute("SELECT requests, tokens FROM spent WHERE scope = ?", (scope,))
                used = dict(zip(("requests", "tokens"), row.fetchone() or (0, 0), strict=True))
                after = {"requests": used["requests"] + 1, "tokens": used["tokens"] + tokens}
                if any(after[unit] > most for unit, most in self._limits[name].items()):
                    return False
            for scope in scopes.values():
                self._spend(db, scope, 1, tokens)
        return True

    def settle(self, reserved: int, used: int, *, unsent: bool = False) -> None:
        """Put right what a request took, once it is known; one that was *unsent* is given back:
        a local server that is down all night must not use up the requests of the day.
        """
        with self._open() as db:
            for scope in (self._run, f"day:{self._day()}"):
                self._spend(db, scope, -1 if unsent else 0, used - reserved)

    def note(self, counts: Mapping[str, int]) -> None:
        """Add to today's tally."""
        rows = [(self._day(), outcome, n) for outcome, n in counts.items() if n]
        with self._open() as db:
            db.executemany(
                "INSERT INTO noted VALUES (?, ?, ?)"
                " ON CONFLICT DO UPDATE SET n = n + excluded.n", rows,
            )  # fmt: skip

    def today(self) -> dict[str, int]:
        """Mentions by what became of them, and ``requests`` and ``tokens``, of all processes."""
        if self._db is None and not self.path.exists():
            return {"requests": 0, "tokens": 0}  # who only looks makes no file
        with self._open() as db:
            day = self._day()
            tally = dict(db.execute("SELECT outcome, n FROM noted WHERE day = ?", (day,)))
            row = db.execute("SELECT requests, tokens FROM spent WHERE scope = ?", (f"day:{day}",))
            requests, tokens = row.fetchone() or (0, 0)
        return {**tally, "requests": requests, "tokens": tokens}

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._db is not None:
                self._db.close()
                self._db = None

    def _day(self) -> str:
        return datetime.fromtimestamp(self._clock(), SHANGHAI).date().isoformat()

    def _spend(self, db: sqlite3.Connection, scope: str, requests: int, tokens: int) -> None:
        db.execute(
            "INSERT INTO spent VALUES (?, MAX(0, ?), MAX(0, ?)) ON CONFLICT DO UPDATE SET"
            " requests = MAX(0, requests + ?), tokens = MAX(0, tokens + ?)",
            (scope, requests, tokens, requests, tokens),
        )

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """The file, to this thread alone, in one transaction."""
        with self._lock:
            try:
                if self._db is None:
                    self._db = self._connection()
                self._db.execute("BEGIN IMMEDIATE")
                try:
                    yield self._db
                except BaseException:
                    self._db.execute("ROLLBACK")
                    raise
                self._db.execute("COMMIT")
            except sqlite3.Error as error:
                raise ModelError(
                    f"llm 的缓存文件 {self.path} 不能用（{error}）：检查磁盘和权限；内容损坏时删掉它即可重建",
                    f"the cache of the engine llm, {self.path}, cannot be used ({error}): check disk "
                    "and permissions; if it is damaged, delete it, it will be made anew",
                ) from error

    def _connection(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path, timeout=WAIT, isolation_level=None, check_same_thread=False)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("BEGIN IMMEDIATE")
        (version,) = db.execute("PRAGMA user_version").fetchone()
        if version not in (0, FORMAT):
            raise sqlite3.DatabaseError(f"format {version}, expected {FORMAT}")
        for statement in _TABLES.split(";"):
            db.execute(statement)
        db.execute(f"PRAGMA user_version = {FORMAT}")
        name = str(self.path.resolve())
        if self._leads and name not in _begun:
            # Numbers of processes come back: in a container each run has the same.
            db.execute("DELETE FROM spent WHERE scope = ?", (self._run,))
            _begun.add(name)
        db.execute("COMMIT")
        return db
