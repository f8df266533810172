"""Answers and posts as spreadsheets: xlsx or csv by the file's ending, any number of rows."""

from __future__ import annotations

import csv
import os
import re
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tingfeng import SHANGHAI, InputError, Lang, Message
from tingfeng.insight.period import show
from tingfeng.insight.table import Column, Shown, Table, shown

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell as Written

SHEET_ROWS = 1_048_576
"""Rows of one sheet (Excel's specification); what is more goes to a further sheet."""

SHEET_LINKS = 65_000
"""Excel opens a file with more than 65,530 hyperlinks a sheet as damaged; further addresses are
plain text."""

CELL = 32_767
"""Characters Excel keeps in one cell."""

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
"""First characters that make a spreadsheet calculate a csv cell (OWASP, CSV injection)."""

_LONG_NUMBER = re.compile(r"\d{12,}")
"""Excel shows such a csv cell as 5.0E+15, and from 16 digits on forgets the last ones."""

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Not allowed in XML 1.0, so not in xlsx either."""

_FORMATS = {"share": "0.0%", "points": "+0.0%;-0.0%;0.0%", "change": "+0%;-0%;0%"}
_TIME = "yyyy-mm-dd hh:mm:ss"


def export(
    path: Path,
    tables: Sequence[Table],
    *,
    now: datetime,
    lang: Lang = "zh",
    query: str = "",
) -> int:
    """Write *tables* to *path*; how many rows were written.

    xlsx: one sheet a table and a last one that says what is counted, *query* and time. csv:
    UTF-8 with a mark that Excel understands, the tables below each other, the same words at the
    end. The file appears whole or not at all.

    Raises:
        InputError: the ending is neither ``.xlsx`` nor ``.csv``, or the folder cannot be written.

    """
    write = {".xlsx": _write_xlsx, ".csv": _write_csv}.get(path.suffix.lower())
    if write is None:
        raise InputError(
            f"不会写 {path.name!r}：文件名请以 .xlsx 或 .csv 结尾",
            f"cannot write {path.name!r}: end the name in .xlsx or .csv",
        )
    asked = (
        (Message("查询", "query"), query),
        (Message("导出时间（北京时间）", "exported (Asia/Shanghai)"), show(now)),
    )
    about = [f"{name.into(lang)}{'：' if lang == 'zh' else ': '}{text}" for name, text in asked]
    return replaced(path, lambda draft: write(draft, tables, about, lang))


def replaced(path: Path, write: Callable[[Path], int]) -> int:
    """Let *write* fill a file beside *path*, then put it in *path*'s place in one step.

    Raises:
        InputError: the folder is missing or cannot be written.

    """
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise unwritable(path, error) from error
    os.close(handle)
    draft = Path(name)
    try:
        rows = write(draft)
        mask = os.umask(0)
        os.umask(mask)
        draft.chmod(0o666 & ~mask)  # mkstemp's 0600 would hide the file from colleagues
        draft.replace(path)
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        with suppress(FileNotFoundError):
            draft.unlink()
    return rows


def unwritable(path: Path, error: OSError) -> InputError:
    """What is said of a file that cannot be written."""
    why = error.strerror or str(error)
    return InputError(
        f"写不了 {path}：{why}。请检查目录是否存在、有无权限、是否被 Excel 打开",
        f"cannot write {path}: {why}; check folder, permissions, and whether Excel holds it open",
    )


def _write_csv(path: Path, tables: Sequence[Table], about: list[str], lang: Lang) -> int:
    rows = 0
    with path.open("w", encoding="utf-8-sig", errors="replace", newline="") as file:
        writer = csv.writer(file)
        for table in tables:
            if len(tables) > 1:
                writer.writerow([plain(table.name.into(lang))])
            writer.writerow([column.name.into(lang) for column in table.columns])
            for row in table.rows:
                writer.writerow([plain(shown(cell, lang)) for cell in row])
                rows += 1
            writer.writerow([])
            for note in table.notes:
                writer.writerow([f"# {note.into(lang)}"])
        for line in about:
            writer.writerow([f"# {line}"])
    return rows


def plain(cell: str | float | datetime | None) -> str | int | float | None:
    """A csv cell that a spreadsheet neither calculates nor rounds.

    Texts that begin like a formula get ``'`` before them, long numbers a tab. For machines,
    xlsx and JSON have the texts as they are.
    """
    if isinstance(cell, datetime):
        return f"{cell.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"
    if not isinstance(cell, str):
        return cell
    cell = cell.replace("\x00", "")
    if _LONG_NUMBER.fullmatch(cell):
        return f"\t{cell}"
    return f"'{cell}" if cell.lstrip(" ").startswith(_DANGEROUS) else cell


def _write_xlsx(path: Path, tables: Sequence[Table], about: list[str], lang: Lang) -> int:
    book, rows = workbook(tables, lang)
    sheet = book.create_sheet({"zh": "口径说明", "en": "about"}[lang])
    sheet.column_dimensions["A"].width = 120
    lines = [
        f"{table.name.into(lang)}: {note.into(lang)}" for table in tables for note in table.notes
    ]
    for line in [*lines, *about]:
        sheet.append([_text(sheet, line)])
    book.save(path)
    return rows


def workbook(tables: Sequence[Table], lang: Lang) -> tuple[Any, int]:
    """A book of *tables*, one sheet each or more, to be saved; how many rows."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    return book, sum(_Sheets(book, table, lang).fill() for table in tables)


@dataclass(slots=True)
class _Sheets:
    """One table on as many sheets as it needs."""

    book: Any
    table: Table
    lang: Lang
    made: int = 0

    def fill(self) -> int:
        """Write all rows; how many."""
        written, room, links, sheet = 0, 0, 0, self._new()
        room = SHEET_ROWS - 1
        for row in self.table.rows:
            if not room:
                sheet, room, links = self._new(), SHEET_ROWS - 1, 0
            cells = []
            for column, cell in zip(self.table.columns, row, strict=True):
                value = shown(cell, self.lang)
                linked = column.kind == "link" and links < SHEET_LINKS and _is_link(value)
                links += linked
                cells.append(_cell(sheet, column, value, linked))
            sheet.append(cells)
            written, room = written + 1, room - 1
        return written

    def _new(self) -> Any:
        from openpyxl.styles import Font
        from openpyxl.utils import get_column_letter

        self.made += 1
        name = self.table.name.into(self.lang)[:28]
        sheet = self.book.create_sheet(name if self.made == 1 else f"{name} {self.made}")
        sheet.freeze_panes = "A2"
        for number, column in enumerate(self.table.columns, 1):
            sheet.column_dimensions[get_column_letter(number)].width = column.width
        heads = [_text(sheet, column.name.into(self.lang)) for column in self.table.columns]
        for head in heads:
            head.font = Font(bold=True)
        sheet.append(heads)
        return sheet


def _is_link(value: Shown) -> bool:
    """An address that may be clicked: the web, and short enough for Excel (2,079)."""
    return (
        isinstance(value, str) and value.startswith(("http://", "https://")) and (len(value) < 2079)
    )


def _cell(sheet: Any, column: Column, value: Shown, linked: bool) -> Any:
    from openpyxl.cell import WriteOnlyCell

    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        cell = _text(sheet, value)
        if linked:
            cell.hyperlink = value
            cell.style = "Hyperlink"
        return cell
    if isinstance(value, datetime):
        local = value.astimezone(SHANGHAI).replace(tzinfo=None)
        if local.year < 1900:  # before Excel's calendar
            return _text(sheet, f"{local:%Y-%m-%d %H:%M:%S}")
        cell = WriteOnlyCell(sheet, local)
        cell.number_format = _TIME
        return cell
    cell = WriteOnlyCell(sheet, value)
    if column.kind in _FORMATS:
        cell.number_format = _FORMATS[column.kind]
    return cell


def _text(sheet: Any, value: str) -> Written:
    """A cell that stays text: ids keep all their digits, and ``=1+1`` is four characters."""
    from openpyxl.cell import WriteOnlyCell

    value = _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", value)
    if len(value) > CELL:
        value = value[: CELL - 1] + "…"
    cell = WriteOnlyCell(sheet, value)
    cell.data_type = "s"
    if value.startswith(_DANGEROUS):
        cell.quotePrefix = True  # stays text when a person edits the cell
    return cell
