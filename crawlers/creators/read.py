"""A file about creators: whose it is, and what each of its rows says."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from crawlers.creators import SHEETS
from crawlers.creators.build import Builder, Terms
from crawlers.creators.names import bare
from crawlers.creators.plan import Plan
from crawlers.creators.sheet import Sheet
from crawlers.exports.layout import Layout, Stream, layout
from crawlers.exports.member import Member
from crawlers.exports.opening import Progress, opened
from crawlers.exports.records_table import clean_header
from crawlers.exports.rows import CONTENT
from crawlers.formats.platforms import PATTERNS
from crawlers.formats.record import Refused
from tingfeng import InputError, Message, Snapshot, UnknownName, load

LEAST = 2
"""Columns besides who it is that a table must have in common with what we know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatorRow:
    """What became of one row: exactly one of snapshot, refused, skipped."""

    line: int
    snapshot: Snapshot | None = None
    refused: Message | None = None
    skipped: Message | None = None
    content: str = ""
    """The raw row, cut, if it was refused."""

    remarks: tuple[Message, ...] = ()
    """Cells that could not be read of a row that was taken in all the same."""


@dataclass(slots=True, kw_only=True)
class Recognised:
    """What a file is."""

    source: str
    label: Message
    columns: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    """Columns that nobody here knows."""


def sheets() -> list[Sheet]:
    """Every source, in the order of the table."""
    return [load(SHEETS, name) for name in SHEETS]


def sheet_named(name: str) -> Sheet:
    """The source of that name. Raises UnknownName."""
    if name not in SHEETS:
        raise UnknownName(name, list(SHEETS))
    found: Sheet = load(SHEETS, name)
    return found


class _Judge:
    """What rows and objects are about creators: for the readers of exports."""

    records: tuple[str, ...] = ()

    def __init__(self, plan: Plan | None) -> None:
        self._plan, self._sheets = plan, sheets()

    def fits(self, record: Mapping[str, Any]) -> bool:
        if self._plan is not None:
            return self._plan.fits(record)
        return any(one.score(list(record)) >= LEAST for one in self._sheets)


def plan_of(sheet: Sheet, header: Sequence[str]) -> Plan:
    """Which columns of *header* serve which field."""
    return Plan(
        source=sheet.name, basis=sheet.basis, columns=sheet.choose(header),
        platform=sheet.platform, taxed=sheet.taxed, fee=sheet.fee, declared=sheet.declared,
    )  # fmt: skip


def recognise(path: Path, header: Sequence[str], source: str | None) -> Sheet:
    """Whose columns these are. Raises InputError naming what was seen, and what to do."""
    if source is not None and source in SHEETS:
        return sheet_named(source)
    best = max(sheets(), key=lambda one: one.score(header))
    if best.score(header) < LEAST:
        seen = "、".join(header[:40]) or "-"
        raise InputError(
            f"{path.name} 不像达人资料。看到的列：{seen}。可用 --suggest 起草一份列映射，核对后用 --map 导入；"
            "达人自己的帖子用 --works",
            f"{path.name} does not look like data about creators; its columns: {seen}. Draft a mapping"
            " with --suggest, check it, and import with --map; creators' own posts go with --works",
        )
    return best if source is None else replace(best, name=source)


def shape_of(member: Member, plan: Plan | None) -> Layout:
    """How the rows of *member* lie."""
    return layout(member, _Judge(plan))


def read_creators(
    path: Path,
    *,
    terms: Terms,
    plan: Plan | None = None,
    source: str | None = None,
    told: Callable[[Recognised], None] = lambda _: None,
    progress: Progress | None = None,
) -> Iterator[CreatorRow]:
    """Every row of *path*. *plan* for tables that no source knows; *told* is given what each part
    of the file is, before its rows. Raises InputError where it is nothing we can read.
    """
    with opened(path) as members:
        good = 0
        for member in members:
            try:
                if member.fault is not None:
                    raise InputError(member.fault.zh, member.fault.en)
                tick = (lambda m=member: progress(m.position())) if progress else None
                for row in _rows(path, member, terms, plan, source, told, tick):
                    good += 1
                    yield row
            except InputError as error:
                if len(members) == 1:
                    raise
                yield CreatorRow(line=0, refused=error.message, content=member.within)
    if progress:
        progress(path.stat().st_size)


def _rows(
    path: Path,
    member: Member,
    terms: Terms,
    plan: Plan | None,
    source: str | None,
    told: Callable[[Recognised], None],
    tick: Callable[[], None] | None,
) -> Iterator[CreatorRow]:
    judge = _Judge(plan)
    shape = layout(member, judge)
    if not terms.platform:
        terms = replace(terms, platform=_platform_of(member.name) if _mixed(plan) else "")

    def builder(header: Sequence[str], sample: Sequence[Mapping[str, Any]]) -> Builder:
        chosen, label = plan, Message("按映射读取的表", "a table read by a mapping")
        if chosen is None:
            sheet = recognise(path, header, source)
            chosen, label = plan_of(sheet, header), sheet.label
        used = set(chosen.columns.values())
        unread = [one for one in header if one not in used and not _is_unnamed(one)]
        told(Recognised(source=chosen.source, label=label, columns=list(header), unread=unread))
        return Builder(chosen, terms, sample)

    with closing(Stream(member, shape, judge, None, tick)) as stream:
        if shape.kind == "json":
            yield from _objects(stream, builder(list(shape.columns), shape.sample))
        else:
            yield from _table(stream, shape, judge, builder)


def _mixed(plan: Plan | None) -> bool:
    return plan is None or not plan.platform


def _platform_of(name: str) -> str:
    """The platform that a file is named after: ``xhs_creator_creators_2026.csv``."""
    low = name.lower()
    return next((platform for platform, pattern in PATTERNS if re.search(pattern, low)), "")


def _objects(stream: Stream, builder: Builder) -> Iterator[CreatorRow]:
    for line, value, fault in stream.records():
        if fault is not None:
            yield CreatorRow(line=line, refused=fault, content=_raw(value))
        else:
            yield _row(builder, value, line)


_HEADER_AGAIN = Message("重复的表头，不是数据", "the header once more, no data")
_TITLE = Message("表头之前的标题或说明，不是数据", "a title above the header, no data")
_BLANK = Message("空行", "a blank row")


def _table(
    stream: Stream,
    shape: Layout,
    judge: _Judge,
    make: Callable[[Sequence[str], Sequence[Mapping[str, Any]]], Builder],
) -> Iterator[CreatorRow]:
    header: list[str] = []
    builder: Builder | None = None
    for line, row, fault in stream.records():
        if fault is not None:
            yield CreatorRow(line=line, refused=fault, content=_raw(row))
        elif row is None:  # another sheet
            header, builder = [], None
        elif not header:
            names = clean_header(row)
            if not judge.fits(dict.fromkeys(names, "")):
                yield CreatorRow(line=line, skipped=_TITLE)
                continue
            header = names
            builder = make(header, shape.sample if header == list(shape.columns) else ())
        elif not any(cell not in (None, "") for cell in row):
            yield CreatorRow(line=line, skipped=_BLANK)
        elif clean_header(row)[: len(header)] == header:
            yield CreatorRow(line=line, skipped=_HEADER_AGAIN)
        else:
            assert builder is not None
            yield _cells(builder, header, row, line)
    if not header and builder is None and shape.columns:
        make(list(shape.columns), ())  # says what is wrong with them


def _cells(builder: Builder, header: list[str], row: list[Any], line: int) -> CreatorRow:
    if any(str(cell).strip() for cell in row[len(header) :] if cell is not None):
        fault = Message(
            f"这一行有 {len(row)} 格，而表头只有 {len(header)} 列：多半是文字里的分隔符没有加引号",
            f"the row has {len(row)} cells but the header {len(header)}: a separator within a text was"
            " not quoted",
        )
        return CreatorRow(line=line, refused=fault, content=_raw(row))
    padded = (row + [""] * (len(header) - len(row)))[: len(header)]
    return _row(builder, dict(zip(header, padded, strict=True)), line, row)


def _row(builder: Builder, record: Mapping[str, Any], line: int, raw: Any = None) -> CreatorRow:
    remarks: list[Message] = []
    try:
        snapshot = builder.read(record, line, remarks)
    except Refused as refused:
        content = _raw(record if raw is None else raw)
        return CreatorRow(line=line, refused=refused.message, content=content)
    return CreatorRow(line=line, snapshot=snapshot, remarks=tuple(remarks))


def _raw(value: Any) -> str:
    if isinstance(value, str):
        return value[:CONTENT]
    if isinstance(value, list):
        return ",".join("" if cell is None else str(cell)[:CONTENT] for cell in value)[:CONTENT]
    return json.dumps(value, ensure_ascii=False, default=str)[:CONTENT]


def _is_unnamed(column: str) -> bool:
    return bool(re.fullmatch(r"列\d+|", bare(column)))
