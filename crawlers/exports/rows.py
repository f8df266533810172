"""The records of one file, one by one: what became of each, and why."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from crawlers.exports.headers import (
    FIRST,
    Read,
    header_of,
    is_other_header,
    reader_of,
    reader_of_other,
    unless_people,
)
from crawlers.exports.layout import Layout, Stream, facts
from crawlers.exports.member import Member
from crawlers.exports.recognition import ABOVE, is_header, title_rows
from crawlers.exports.records_table import Record, clean, clean_header
from crawlers.exports.walls import wall_in
from crawlers.formats.columns import compile_map
from crawlers.formats.mapping import ColumnMap
from crawlers.formats.record import Context, Format, Refused, Skipped
from tingfeng import Message, Observation

CONTENT = 500
"""Characters kept of a refused record: enough to find it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What became of one record of a file: exactly one of observations, refused, skipped."""

    line: int
    """Where it begins: line of a table or of JSON lines, row of a sheet, else number of the
    record. 0: a whole file of an archive."""

    observations: tuple[Observation, ...] = ()
    """A record may hold more than one post: with its comments, or with what it reposts."""

    refused: Message | None = None
    """Why it could not be taken in."""

    skipped: Message | None = None
    """Why it is no post: a repeated header, a run mark, a user."""

    content: str = ""
    """The raw record, cut, if it was refused."""

    remark: Message | None = None
    """What could not be read of a record that was taken in all the same: its time."""


def rows_of(
    member: Member,
    shape: Layout,
    context: Context,
    plan: ColumnMap | None,
    chosen: Format | None,
    tick: Callable[[], None] | None,
) -> Iterator[Row]:
    """Every record of *member*, which lies as *shape* says; *plan* reads it, else *chosen*."""
    context = facts(shape, context)
    with closing(Stream(member, shape, plan, chosen, tick)) as stream:
        if shape.kind == "json":
            yield from _objects(stream, context, plan, chosen)
        else:
            records = stream.records()
            if shape.titled or shape.kind == "workbook":
                records = _below_titles(records, plan)
            # Other sheets may be about something else where one sheet is what we look for.
            lenient = shape.kind == "workbook" and is_header(shape.columns, plan)
            yield from _table(stream, records, context, plan, chosen, lenient)


def _row(line: int, value: Any, read: Read, remarks: list[Message]) -> Row:
    remarks.clear()
    try:
        found = tuple(read(value))
        return Row(line=line, observations=found, remark=remarks[0] if remarks else None)
    except Skipped as skipped:
        return Row(line=line, skipped=skipped.message)
    except Refused as refused:
        return Row(line=line, refused=refused.message, content=_raw(value))


def _raw(value: Any) -> str:
    if isinstance(value, str):
        return value[:CONTENT]
    if isinstance(value, list):
        return ",".join(["" if cell is None else str(cell)[:CONTENT] for cell in value])[:CONTENT]
    return json.dumps(value, ensure_ascii=False, default=str)[:CONTENT]


def _objects(
    stream: Stream, context: Context, plan: ColumnMap | None, chosen: Format | None
) -> Iterator[Row]:
    read = compile_map(plan, context) if plan else _by_format(chosen, context, stream.outer)
    for line, value, fault in stream.records():
        if fault is None:
            wall = wall_in(value)
            row = _row(line, value, read, context.remarks) if wall is None else None
            yield row or Row(line=line, refused=wall, content=_raw(value))
        else:
            yield Row(line=line, refused=fault, content=_raw(value))


def _by_format(chosen: Format | None, context: Context, outer: Mapping[str, Any]) -> Read:
    assert chosen is not None
    within = Context(
        now=context.now, filed=context.filed, stem=context.stem, outer=outer,
        rounded=context.rounded, zero=context.zero, remarks=context.remarks,
    )  # fmt: skip
    return unless_people(chosen, within)


_HEADER_AGAIN = Message("重复的表头，不是数据", "the header once more, no data")
_OTHER_HEADER = Message(
    "另一份表头，不是数据：下面的行按它读取", "another header, no data: what follows is read by it"
)
_TITLE = Message("表头之前的标题或说明，不是数据", "a title above the header, no data")
_RUN_MARK = Message(
    "工具写入的运行时间，不是数据", "the time of a run, written by the tool: no data"
)
_CUT_OFF = Message(
    "最后一行没有写完（缺列，也没有换行），未导入：导出时可能中断了",
    "the last line is not complete (cells and its end are missing): the export was cut off",
)
_MARK = re.compile(r"\s*\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d)?\s*")


def _table(
    stream: Stream,
    records: Iterator[Record],
    context: Context,
    plan: ColumnMap | None,
    chosen: Format | None,
    lenient: bool,
) -> Iterator[Row]:
    # Workbooks do not keep empty cells at the end of a row; some tools write such rows.
    ragged = stream.whole or getattr(chosen, "ragged", False)
    header: list[str] = []
    width, read = 0, None
    short: set[int] = set()
    heads = FIRST
    for line, row, fault in records:
        if fault is not None:
            yield Row(line=line, refused=fault, content=_raw(row))
        elif isinstance(row, Message):
            yield Row(line=line, skipped=row)
        elif row is None or not header:  # the first row, or the first of another sheet
            header = header_of(row)
            width, heads = len(header), FIRST.union(header)
            make = reader_of_other if lenient and plan is not None else reader_of
            read = make(header, context, plan, chosen) if header else None
        elif (
            row[0] is not None
            and clean(row[0]) == header[0]
            and clean_header(row)[:width] == header
        ):
            yield Row(line=line, skipped=_HEADER_AGAIN)
        elif row[0] in heads and is_other_header(row, header):
            header = header_of(row)
            width, heads = len(header), FIRST.union(header)
            read = reader_of_other(header, context, plan, chosen)
            yield Row(line=line, skipped=_OTHER_HEADER)
        elif len(row) == width:
            if width > 1 and not row[1] and _is_mark(row):
                yield Row(line=line, skipped=_RUN_MARK)
            elif any(row):
                assert read is not None
                yield _row(line, row, read, context.remarks)
        elif len(row) == 1 and _MARK.fullmatch(str(row[0])):
            yield Row(line=line, skipped=_RUN_MARK)
        elif any(row):
            assert read is not None
            if len(row) < width and len(row) not in short and stream.unfinished:
                yield Row(line=line, refused=_CUT_OFF, content=_raw(row))
            elif len(row) * 2 < width and not ragged:
                yield Row(line=line, refused=_too_short(len(row), width), content=_raw(row))
            else:
                yield _uneven(line, row, width, read, context.remarks)
            short.add(len(row))


def _below_titles(records: Iterator[Record], plan: ColumnMap | None) -> Iterator[Record]:
    """*records*, with a message instead of each row above the header of a table or sheet."""
    looked_at: list[Record] = []
    looking = True
    for record in records:
        _, row, fault = record
        if looking and row is not None and fault is None and len(looked_at) < ABOVE:
            looked_at.append(record)
            if not is_header(clean_header(row), plan):
                continue
        if looked_at:
            yield from _marked(looked_at, plan)
            if looked_at[-1] is record:
                looked_at, looking = [], False
                continue
        looked_at, looking = [], row is None
        yield record
    yield from _marked(looked_at, plan)


def _marked(records: list[Record], plan: ColumnMap | None) -> Iterator[Record]:
    above = title_rows([row for _, row, _ in records], plan)
    for place, (line, row, fault) in enumerate(records):
        yield line, _TITLE if place < above else row, fault


def _is_mark(row: list[Any]) -> bool:
    return bool(_MARK.fullmatch(str(row[0]))) and not any(row[1:])


def _too_short(cells: int, width: int) -> Message:
    return Message(
        f"这一行只有 {cells} 格，而表头有 {width} 列：多半是坏行或断行，未导入",
        f"the row has {cells} cells of the header's {width}: broken or torn, not taken in",
    )


def _uneven(line: int, row: list[Any], width: int, read: Read, remarks: list[Message]) -> Row:
    """Trailing empty cells are left out by some tools; more cells than columns cannot be told."""
    extra = row[width:]
    if any(cell is not None and str(cell).strip() for cell in extra):
        fault = Message(
            f"这一行有 {len(row)} 格，而表头只有 {width} 列：多半是文字里的分隔符没有加引号，或表头来自旧版工具",
            f"the row has {len(row)} cells but the header {width}: a separator within a text was "
            "not quoted, or the header is of an older version of the tool",
        )
        return Row(line=line, refused=fault, content=_raw(row))
    return _row(line, (row + [""] * (width - len(row)))[:width], read, remarks)
