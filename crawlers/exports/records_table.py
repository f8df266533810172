"""Rows of delimited text and workbooks, with the damage that real ones have."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import dropwhile, islice
from typing import IO, Any

from crawlers.exports.text import LINE, Text, TooLong, lines
from tingfeng import InputError, Message

Record = tuple[int, Any, Message | None]
"""Line, values, and what is wrong with it: then the value is the raw text."""

CELL = 1 << 20
"""Characters of one cell. A larger one is a quotation mark that was never closed."""

_TOO_LONG = Message(
    f"这一行超过 {LINE >> 20} 百万字符，未导入：请检查导出工具是否漏了换行",
    f"the line is longer than {LINE >> 20} million characters: did the exporter forget line ends?",
)
_OPEN_QUOTE = Message(
    "引号没有成对，无法分清这一行的各列：请检查这一行的引号",
    "a quotation mark is not closed, so the columns cannot be told apart: mend the quotes here",
)


@dataclass(slots=True)
class Table:
    """Delimited text. Iterating gives (line, cells, fault); blank lines are no records."""

    text: Text
    delimiter: str
    line: int = 0
    """Lines taken so far."""

    width: int = 0
    """Columns of the first row."""

    _source: Iterator[str] = field(default_factory=lambda: iter(()))
    _again: deque[str] = field(default_factory=deque)
    _current: list[str] = field(default_factory=list)
    _widths: set[int] = field(default_factory=set)
    """Cells of the rows so far: tools that leave trailing cells out always leave the same."""

    _recovering: bool = False
    """After a quote that was never closed, until a row has a width seen before."""

    def __iter__(self) -> Iterator[Record]:
        csv.field_size_limit(CELL)
        self._source = lines(self.text)
        current = self._current
        reader = self._reader()
        while True:
            current.clear()
            start = self.line + 1
            try:
                row = next(reader)
            except StopIteration:
                return
            except (csv.Error, _LongLine) as error:
                yield from self._broken(start, error)
                reader = self._reader()
                continue
            if not row:
                continue
            if self.width < 2:  # a title may stand above the header
                if row[0][:4] == "sep=" and start == 1:  # a hint to Excel, not a row
                    continue
                self.width = len(row)
            if self._recovering and len(row) not in self._widths:
                continue  # a piece of the record that was refused
            if len(row) > self.width and len(current) > 1:
                yield self._give_back(start)
                reader = self._reader()
                continue
            self._recovering = False
            if len(row) > 1 or self.width == 1:
                self._widths.add(len(row))
            yield start, row, None

    @property
    def unfinished(self) -> bool:
        """The row just given has no line end: it is the last, and may be cut."""
        ends = self._current[-1:]
        return bool(ends) and not ends[0].endswith(("\n", "\r"))

    def _reader(self) -> Iterator[list[str]]:
        return csv.reader(self._feed(), delimiter=self.delimiter, strict=True)

    def _feed(self) -> Iterator[str]:
        current, again = self._current, self._again
        while again:
            self.line += 1
            line = again.popleft()
            current.append(line)
            yield line
        for line in self._source:
            self.line += 1
            current.append(line)
            if type(line) is TooLong:
                raise _LongLine
            yield line

    def _give_back(self, start: int) -> Record:
        """A quote swallowed the records after *start*: refuse that line, read the others again."""
        first, *others = self._current
        self._recovering = True
        self._again.extendleft(reversed(others))
        self.line = start
        return start, first, _OPEN_QUOTE

    def _broken(self, start: int, error: Exception) -> Iterator[Record]:
        if isinstance(error, _LongLine):
            *before, long = self._current
            if before:  # the record that the long line was part of
                yield start, before[0], _OPEN_QUOTE
            yield self.line, str(long), _TOO_LONG
        elif len(self._current) > 1:
            yield self._give_back(start)
        else:
            raw = self._current[0] if self._current else ""
            cut = "end of data" in str(error)  # within quotes: the last line was not finished
            row = None if cut else self._leniently(raw)
            if self._recovering and (row is None or len(row) not in self._widths):
                return
            if row is None:
                yield start, raw, _OPEN_QUOTE
            elif any(row):
                yield start, row, None

    def _leniently(self, raw: str) -> list[str] | None:
        """One line in the dialects of programs that do not double their quotes."""
        line = raw.rstrip("\r\n").replace("\r", " ")
        ways: tuple[dict[str, Any], ...] = (
            {"escapechar": "\\", "doublequote": False}, {}, {"quoting": csv.QUOTE_NONE},
        )  # fmt: skip
        for way in ways:
            try:
                row = next(csv.reader([line], delimiter=self.delimiter, **way))
            except (csv.Error, StopIteration):
                continue
            if not self.width or len(row) == self.width:
                return row
        return None


class _LongLine(Exception):
    """A line was too long."""


def sniff_delimiter(sample: str) -> str:
    """The sign between the cells of *sample*: the one that gives most rows the same width."""
    best, best_score = ",", 0.0
    for delimiter in (",", "\t", ";", "|"):
        rows = csv.reader(iter(re.findall(r"[^\n]*\n|[^\n]+", sample)), delimiter=delimiter)
        try:
            widths = [len(row) for row in islice(rows, 50) if row and not row[0].startswith("sep=")]
        except csv.Error:
            continue
        if delimiter == "\t":  # a title may stand above the header; texts hold no tabs
            widths = list(dropwhile(lambda width: width < 2, widths))
        if not widths or widths[0] < 2:
            continue
        # Ragged tables are real (tools that leave trailing cells out): the header decides.
        score = sum(width > 1 for width in widths) / len(widths) + widths[0] / 100
        if score > best_score:
            best, best_score = delimiter, score
    return best


def workbook(stream: IO[bytes], name: str) -> Iterator[Record]:
    """Rows of all sheets of an xlsx; ``None`` cells where empty. A row of None alone is no record;
    before each further sheet comes ``(0, None, None)``.
    """
    import openpyxl

    try:
        with _quietly():
            book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
    except Exception as error:  # whatever a stranger's workbook provokes in openpyxl
        raise _bad_workbook(name, error) from error
    with closing(book):
        for number, sheet in enumerate(book.worksheets):
            if number:
                yield 0, None, None
            sheet.reset_dimensions()  # exporters write wrong ones
            rows = enumerate(sheet.iter_rows(values_only=True), 1)
            while batch := _batch(rows, name):
                yield from [(line, list(row), None) for line, row in batch if _says(row)]


def _batch(rows: Iterator[tuple[int, Any]], name: str) -> list[tuple[int, Any]]:
    try:
        with _quietly():
            return list(islice(rows, 500))
    except Exception as error:  # as above
        raise _bad_workbook(name, error) from error


def _says(row: Any) -> bool:
    return any(cell is not None for cell in row)


@contextmanager
def _quietly() -> Iterator[None]:
    """Openpyxl warns of styles and dates that nobody here can mend."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _bad_workbook(name: str, error: Exception) -> InputError:
    return InputError(
        f"{name} 不是完好的工作簿（{error}）：请在 Excel 中打开并另存为 .xlsx 或 CSV UTF-8",
        f"{name} is no sound workbook ({error}): open it in Excel and save as .xlsx or CSV UTF-8",
    )


def clean(cell: Any) -> str:
    """A header cell without what is invisible."""
    return str(cell if cell is not None else "").strip(" \t\r\n\ufeff\u200b\xa0\"'")


def clean_header(row: list[Any]) -> list[str]:
    """Names of the columns; unnamed ones and repeated ones are numbered."""
    names: list[str] = []
    for number, cell in enumerate(row, 1):
        name = clean(cell) or f"列{number}"
        names.append(name if name not in names else f"{name}_{number}")
    while names and names[-1] == f"列{len(names)}" and len(names) > 1:
        names.pop()
    return names
