"""The command line as a person types it, what it answered, and SIGKILL in the middle of it."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from index.dump import dump

POLL = 0.005
"""Seconds between two looks at the store while a process is to be killed."""


@dataclass(slots=True, kw_only=True)
class Shell:
    """Commands in *folder*, and a record of them without any text of a post."""

    folder: Path
    record: list[str] = field(default_factory=list)

    def ask(self, *words: str, typed: str = "", show: Callable[[Any], str] | None = None) -> Any:
        """Run ``tingfeng`` with *words*, *typed* on standard input; its answer. *show* makes the line
        that the record keeps; without it the command is not recorded.
        """
        begun = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "tingfeng", *words, "--json"], cwd=self.folder, input=typed,
            capture_output=True, text=True, encoding="utf-8", check=False,
        )  # fmt: skip
        seconds = time.perf_counter() - begun
        if done.returncode:
            raise SystemExit(f"tingfeng {' '.join(words)} exited with {done.returncode}:\n{done.stdout}{done.stderr}")  # fmt: skip
        answer = json.loads(done.stdout)
        if show is not None:
            self.note(words, show(answer), seconds)
        return answer

    def note(self, words: Sequence[str], answer: str, seconds: float | None = None) -> None:
        """Keep a command and what came of it."""
        took = "" if seconds is None else f"   # {seconds:.1f} s"
        self.record += [f"$ tingfeng {' '.join(words)}{took}", *(f"  {line}" for line in answer.splitlines())]  # fmt: skip

    def killed(self, words: Sequence[str], moment: Callable[[], bool], after: float = 0.0) -> bool:
        """Start a command and kill it with its workers *after* seconds from the *moment*; whether it
        was still running.
        """
        process = subprocess.Popen(
            [sys.executable, "-m", "tingfeng", *words], cwd=self.folder, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        while process.poll() is None and not moment():
            time.sleep(POLL)
        time.sleep(after)
        alive = process.poll() is None
        if alive:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return alive

    def rows(self, question: str, *values: Any) -> list[tuple[Any, ...]]:
        """What the store's own file answers."""
        name = f"file:{self.folder / 'tingfeng.db'}?mode=ro"
        with closing(sqlite3.connect(name, uri=True, timeout=30)) as db:
            return db.execute(question, values).fetchall()

    def state(self, name: str) -> str:
        """What stands under *name* in the store."""
        found = self.rows("SELECT value FROM state WHERE name = ?", name)
        return str(found[0][0]) if found else ""

    def count(self, table: str) -> int:
        """Rows of a table of the store."""
        return int(self.rows(f"SELECT count(*) FROM {table}")[0][0])

    def read_by(self, reader: str) -> int:
        """Posts that bear a reading of readers with this in their name."""
        ((found,),) = self.rows(
            "SELECT count(*) FROM post JOIN version ON version.id = post.version"
            " WHERE instr(version.reader, ?)", reader,
        )  # fmt: skip
        return int(found)

    def tables(self, *but: str) -> list[tuple[Any, ...]]:
        """Every row of the store, and every term of its index, without the tables *but*."""
        return [row for row in dump(str(self.folder / "tingfeng.db")) if row[0] not in but]
