"""What a person, a log or a program sees of an answer."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from tingfeng.core.message import Lang, Message
from tingfeng.core.post import SHANGHAI

Cell = str | int | float | None | datetime
LOG_EVERY = 10.0
"""Seconds between two progress lines where there is no terminal."""


class Screen:
    """Answers go to standard output, everything else to standard error."""

    def __init__(self, *, lang: Lang = "zh", json: bool = False) -> None:
        self.lang: Lang = lang
        self.json = json

    def pick(self, zh: str, en: str) -> str:
        """The one of the two that this user reads."""
        return zh if self.lang == "zh" else en

    def say(self, zh: str = "", en: str = "") -> None:
        """A line of the answer; nothing where a program reads along."""
        if not self.json:
            print(self.pick(zh, en))

    def aside(self, zh: str, en: str) -> None:
        """A line beside the answer."""
        print(self.pick(zh, en), file=sys.stderr, flush=True)

    def told(self, message: Message) -> None:
        """The same of a message: what work says while it goes on."""
        self.aside(message.zh, message.en)

    def fault(self, message: Message) -> None:
        """What went wrong, and the remedy."""
        self.aside(f"tingfeng：{message.zh}", f"tingfeng: {message.en}")

    def stopped(self) -> None:
        """After Ctrl-C."""
        self.aside("已停止；再次运行会接着做。", "stopped; run it again to go on.")

    def answer(self, fields: dict[str, Any]) -> None:
        """The one object that ``--json`` prints; nothing for people."""
        if self.json:
            print(json.dumps(fields, ensure_ascii=False, default=_plain))

    def table(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
        """A table for people; numbers to the right."""
        if self.json:
            return
        from rich.console import Console
        from rich.markup import escape
        from rich.table import Table

        table = Table(
            title=escape(title) or None, title_justify="left", title_style="bold", box=None
        )
        numeric = [
            all(isinstance(row[i], int | float | None) for row in rows) for i in range(len(columns))
        ]
        for name, right in zip(columns, numeric, strict=True):
            table.add_column(escape(name), justify="right" if right else "left", overflow="fold")
        for row in rows:
            table.add_row(*(_show(cell) for cell in row))
        Console(width=None if sys.stdout.isatty() else 160, highlight=False).print(table)

    @contextmanager
    def progress(self, zh: str, en: str, total: int | None) -> Iterator[Callable[[int], None]]:
        """A bar on a terminal, plain lines elsewhere. Yields ``advance(by)``."""
        title = self.pick(zh, en)
        if sys.stderr.isatty():
            with _bar(title, total) as advance:
                yield advance
        else:
            yield _log(title, total)


@contextmanager
def _bar(title: str, total: int | None) -> Iterator[Callable[[int], None]]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    parts = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    console = Console(stderr=True)
    with Progress(*parts, TimeRemainingColumn(), console=console, transient=True) as progress:
        task = progress.add_task(title, total=total or None)

        def advance(by: int) -> None:
            progress.advance(task, by)

        yield advance


def _log(title: str, total: int | None) -> Callable[[int], None]:
    done, told = 0, time.monotonic()

    def advance(by: int) -> None:
        nonlocal done, told
        done += by
        if time.monotonic() - told >= LOG_EVERY:
            told = time.monotonic()
            share = f" ({min(done / total, 1):.0%})" if total else ""
            print(f"{title} {done:,}{share}", file=sys.stderr, flush=True)

    return advance


def _show(cell: Cell) -> str:
    from rich.markup import escape

    if cell is None:
        return "–"
    if isinstance(cell, datetime):
        return cell.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return escape(str(cell))
    return f"{cell:,}" if isinstance(cell, int) else f"{cell:.2f}"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if hasattr(value, "as_json"):
        return value.as_json()
    return str(value)
