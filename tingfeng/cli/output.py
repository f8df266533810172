"""Tables of answers: on the screen, and as files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tingfeng.cli.screen import Cell, Screen
from tingfeng.cli.session import now

if TYPE_CHECKING:
    from tingfeng.insight.table import Cell as Written
    from tingfeng.insight.table import Table

SIGNED = {"points": "{:+.1%}", "change": "{:+.0%}", "share": "{:.1%}"}


def show(table: Table, screen: Screen) -> None:
    """A table of an answer, with its notes: what it found and what it counts."""
    narrow = [place for place, column in enumerate(table.columns) if column.kind != "command"]
    columns = [table.columns[place] for place in narrow]
    rows: list[list[Cell]] = []
    command: object = None
    for row in table.rows:
        kept = [row[place] for place in narrow]
        rows.append(
            [_shown(cell, column.kind, screen) for cell, column in zip(kept, columns, strict=True)]
        )
        if command is None and len(narrow) < len(row):
            command = row[-1]
    names = [column.name.into(screen.lang) for column in columns]
    screen.table(table.name.into(screen.lang), names, rows)
    if command:
        screen.say(f"第一行的帖子：{command}（各行的命令在 --json 和 -o 的文件里）",
                   f"Posts of the first row: {command} (of every row: --json, or a file by -o)")  # fmt: skip
    for note in table.notes:
        screen.say(*(note.into(screen.lang),) * 2)
    screen.say()


def _shown(cell: Written, kind: str, screen: Screen) -> Cell:
    from tingfeng.insight.table import shown

    if kind in SIGNED and isinstance(cell, int | float):
        return SIGNED[kind].format(cell)
    return shown(cell, screen.lang)


def save(path: Path | None, tables: Sequence[Table], screen: Screen, query: str = "") -> int | None:
    """Write *tables* where ``-o`` says, if it says; how many rows."""
    if path is None:
        return None
    from tingfeng.insight.export import export

    rows = export(path, tables, now=now(), lang=screen.lang, query=query)
    screen.say(f"已写入 {path}（{rows:,} 行）", f"{path} is written ({rows:,} rows)")
    return rows
