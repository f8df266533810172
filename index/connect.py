"""Opening the file, and transactions on it."""

from __future__ import annotations

import os
import random
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

from index.changes import teach
from index.faults import being_read, foreign, read_only, said
from index.schema import APPLICATION, MIGRATIONS, STAND_INS, VERSION
from tingfeng import StoreError

WAIT = 60.0
"""Seconds a writer waits for another one. The longest transaction known, 5,000 observations with
full-text terms, takes 0.3 s; a backup of the file may hold it for much longer."""


READABLE = 1
"""The oldest schema that questions can be put to without a migration, where nothing can be written."""


class Database:
    """One connection, used by one thread at a time."""

    def __init__(self, path: str, *, wait: float = WAIT) -> None:
        self.path = path
        self._lock, self._wait = RLock(), wait
        self.read_only = False
        if path != ":memory:":
            _check_place(Path(path))
            self.read_only = Path(path).exists() and not _writable(Path(path))
        self._stamp = _stamp(path) if self.read_only else None
        with said(path):
            self._db = self._connection()
        try:
            with said(path):
                self._open()
        except BaseException:
            self._db.close()
            raise

    def _connection(self) -> sqlite3.Connection:
        if self.read_only:
            return _connected_for_reading(self.path, self._wait)
        return _connected(self.path, self._wait)

    def _open(self) -> None:
        version = self._check_file()
        db = self._db
        teach(db)
        db.execute("PRAGMA cache_size = -65536")  # 64 MiB: the key index of 1 million posts
        db.execute("PRAGMA temp_store = MEMORY")
        # What is deleted is zeroed. Debian's SQLite does so by itself, others leave it in the file.
        db.execute("PRAGMA secure_delete = ON")
        if self.read_only:
            self._stand_in(version)
            return
        if not version:
            db.execute("PRAGMA page_size = 8192")  # measured: best of 4, 8 and 16 KiB for FTS5
        self._log_ahead()
        # NORMAL loses the last commits on a power cut. FULL cost nothing measurable at 1,000 posts
        # a transaction and 0.15 ms for a small one.
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA wal_autocheckpoint = 4000")  # 32 MB: fewer rewrites of index pages
        db.execute("PRAGMA journal_size_limit = 67108864")
        if version < VERSION:
            self._migrate()

    def _stand_in(self, version: int) -> None:
        """Give a file that may not be migrated the look of a present one, in this connection."""
        for number in range(version + 1, VERSION + 1):
            for statement in STAND_INS.get(number, ()):
                self._db.execute(statement)

    def _log_ahead(self) -> None:
        """Write-ahead logging. SQLite does not wait here: of two that make a file at once, each
        holds what the other needs, so whoever is refused steps back and tries again.
        """
        patience = time.monotonic() + self._wait
        while True:
            try:
                self._db.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:
                busy = getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
                if not busy or time.monotonic() > patience:
                    raise
                time.sleep(random.uniform(0.005, 0.05))  # noqa: S311 (no secret: to part the two)

    def _check_file(self) -> int:
        """The version of the schema; 0: nothing is in the file."""
        db = self._db
        db.execute("BEGIN")  # one moment of the file: another may be making it just now
        try:
            (tables,) = db.execute("SELECT count(*) FROM sqlite_master").fetchone()
            (version,) = db.execute("PRAGMA user_version").fetchone()
            (application,) = db.execute("PRAGMA application_id").fetchone()
        finally:
            db.execute("ROLLBACK")
        if tables and application != APPLICATION:
            raise foreign(self.path)
        if version > VERSION:
            raise StoreError(
                f"{self.path} 由更新版本的听风写成（结构版本 {version}，本程序只认识到 {VERSION}）。"
                "请升级听风，或另选一个文件",
                f"{self.path} was written by a newer tingfeng (schema {version}, this one knows "
                f"{VERSION}): upgrade tingfeng, or choose another file",
            )
        if self.read_only and version < READABLE:
            raise read_only(self.path)
        return int(version)

    def _migrate(self) -> None:
        with self.writing() as db:
            (version,) = db.execute("PRAGMA user_version").fetchone()  # another may have been first
            for number in range(version, VERSION):
                MIGRATIONS[number](db)
            db.execute(f"PRAGMA user_version = {VERSION}")
            db.execute(f"PRAGMA application_id = {APPLICATION}")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that has the right to write from its beginning: all or nothing."""
        if self.read_only:
            raise read_only(self.path)
        with self._lock, said(self.path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A snapshot: all questions asked in it see the same state. Never blocks a writer."""
        with self._lock, said(self.path):
            if self._db.in_transaction:  # a question asked by a writer sees what it has written
                yield self._db
                return
            self._follow()
            self._db.execute("BEGIN")
            try:
                yield self._db
            finally:
                self._db.execute("ROLLBACK")

    def rewrite(self) -> None:
        """Write the file anew, so that nothing in it or its log is left of what was deleted.

        Needs as much room again for the time, in the folder for temporary files and beside the
        file. Others may read meanwhile, but not write.
        """
        with self._lock, said(self.path):
            db = self._db
            db.execute("PRAGMA temp_store = FILE")  # a store may be larger than memory
            try:
                db.execute("VACUUM")
            finally:
                db.execute("PRAGMA temp_store = MEMORY")
            (busy, *_) = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if busy:  # it has waited for readers of the old state as long as for a writer
                raise being_read(self.path)

    def _follow(self) -> None:
        """Open a file anew that somebody else wrote since: an immutable one would not notice."""
        if self.read_only and self._stamp != (stamp := _stamp(self.path)):
            anew = self._connection()
            self._db.close()
            self._db, self._stamp = anew, stamp
            self._open()

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._db.close()


def _check_place(path: Path) -> None:
    if path.is_dir():
        raise StoreError(f"{path} 是一个文件夹。请给出文件名", f"{path} is a folder: name a file")
    if not path.parent.is_dir():
        raise StoreError(
            f"文件夹 {path.parent} 不存在。请先建立它，或改用别的路径",
            f"there is no folder {path.parent}: make it, or choose another path",
        )


def _writable(path: Path) -> bool:
    """File and folder: SQLite keeps its log beside the file, where a link leads to."""
    path = path.resolve()
    effective = os.access in os.supports_effective_ids
    return all(os.access(each, os.W_OK, effective_ids=effective) for each in (path, path.parent))


def _stamp(path: str) -> tuple[int, ...]:
    """Changes whenever somebody writes the file, or begins to."""
    try:
        found = Path(path).stat()
    except FileNotFoundError:
        return ()
    return (found.st_ino, found.st_mtime_ns, found.st_size, _log(path).exists())


def _log(path: str) -> Path:
    return Path(f"{Path(path).resolve()}-wal")


def _connected(place: str, wait: float) -> sqlite3.Connection:
    return sqlite3.connect(
        place,
        timeout=wait,
        isolation_level=None,
        check_same_thread=False,
        uri=place.startswith("file:///"),
    )


def _connected_for_reading(path: str, wait: float) -> sqlite3.Connection:
    """Beside a log, as one of its readers. Without one all is in the file, and SQLite, which could
    not make a log, must be told that it needs none (``immutable``).
    """
    log = _log(path)
    pending = log.exists() and log.stat().st_size > 0
    for how in ["mode=ro"] * log.exists() + ["immutable=1"] * (not pending):
        db = _connected(f"{Path(path).absolute().as_uri()}?{how}", wait)
        try:
            db.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.OperationalError as error:
            db.close()
            failed = error
        else:
            return db
    raise StoreError(
        f"无法读取 {path}（{failed}）。请检查读取权限，或把它连同 {log.name} 复制到可写的文件夹",
        f"{path} cannot be read ({failed}): check the permissions, or copy it, together with"
        f" {log.name}, to a folder that you may write",
    ) from failed
