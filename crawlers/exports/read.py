"""Import of files that other collectors exported: what a file is, and what each record says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from crawlers.exports.archives import unreadable
from crawlers.exports.layout import Layout, find_format, layout
from crawlers.exports.member import Member
from crawlers.exports.opening import Progress, opened
from crawlers.exports.rows import Row, rows_of
from crawlers.formats.mapping import ColumnMap, load_map
from crawlers.formats.record import Context, Format
from crawlers.formats.suggest import draft
from tingfeng import SHANGHAI, InputError, Message

__all__ = ["Row", "Source", "read_file", "recognise", "suggest"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What a file is."""

    name: str
    """Name of the format, e.g. ``mediacrawler-weibo``; ``mapping`` for any table by a mapping.
    An archive with several gives them joined by ``+``."""

    label: Message
    """For people."""

    encoding: str = ""
    """Of the text; empty for workbooks."""

    columns: tuple[str, ...] = ()
    """Columns, or keys of the first record."""


def recognise(path: Path, mapping: ColumnMap | None = None) -> Source:
    """What *path* is. Raises InputError naming what was seen, and what to do, if it is nothing we
    can read.
    """
    found: list[Source] = []
    with _named(path.name), opened(path) as members:
        faults = [member.fault for member in members if member.fault]
        for member in members:
            if member.fault is None:
                try:
                    shape = layout(member, mapping)
                    found.append(_source(shape, _format(shape, mapping)))
                except InputError as error:
                    faults.append(error.message)
        if not found:
            raise unreadable(path.name, faults)
    names = dict.fromkeys(source.name for source in found)
    first = found[0]
    if len(names) == 1:
        return first
    return Source(
        name="+".join(names),
        label=Message(
            "、".join(source.label.zh for source in found),
            ", ".join(source.label.en for source in found),
        ),
        encoding=first.encoding,
    )


def read_file(
    path: Path,
    *,
    now: datetime,
    mapping: Path | None = None,
    progress: Progress | None = None,
) -> Iterator[Row]:
    """Every record of *path*, one :class:`Row` each, in order, in bounded memory.

    *mapping* is a TOML file for tables that no format knows. *progress* is given the bytes of the
    file consumed so far, now and then. Authors are given raw; core Privacy hides them. Raises
    InputError at once if the file is nothing we can read, and at the end if it is damaged or
    changed meanwhile: the rows given before stay valid. Raises SettingsError for a wrong mapping.
    """
    plan = load_map(mapping) if mapping else None
    filed = min(datetime.fromtimestamp(path.stat().st_mtime, UTC), now) if path.exists() else now
    context = Context(now=now, filed=filed.astimezone(SHANGHAI), stem=path.name.partition(".")[0])
    with _named(path.name), opened(path) as members:
        lost: list[Row] = []
        readable = False
        for member in members:
            try:
                for row in _rows(member, plan, context, progress):
                    yield from () if readable else lost
                    readable = True
                    yield row
                yield from () if readable else lost
                readable = True
            except InputError as error:
                if len(members) == 1:
                    raise
                row = Row(line=0, refused=error.message, content=member.within)
                if readable:
                    yield row
                else:  # nothing is said of an archive before something in it can be read
                    lost.append(row)
        if not readable:
            raise unreadable(path.name, [row.refused for row in lost if row.refused])
    if progress:
        progress(path.stat().st_size)


def _rows(
    member: Member, plan: ColumnMap | None, context: Context, progress: Progress | None
) -> Iterator[Row]:
    if member.fault is not None:
        raise InputError(member.fault.zh, member.fault.en)
    tick = (lambda: progress(member.position())) if progress else None
    with _named(member.name):
        shape = layout(member, plan)
        yield from rows_of(member, shape, context, plan, _format(shape, plan), tick)


@contextmanager
def _named(name: str) -> Iterator[None]:
    """Whatever is wrong with a file is said with its *name*."""
    try:
        yield
    except InputError as error:
        if name in error.message.zh:
            raise
        raise InputError(f"{name}：{error.message.zh}", f"{name}: {error.message.en}") from error


def _source(shape: Layout, chosen: Format | None) -> Source:
    label = chosen.label if chosen else Message("按映射读取的表", "a table read by a mapping")
    return Source(
        name=chosen.name if chosen else "mapping",
        label=label,
        encoding=shape.encoding,
        columns=tuple(shape.columns),
    )


def _format(shape: Layout, plan: ColumnMap | None) -> Format | None:
    """The format of a file; ``None``: the mapping reads it."""
    if plan is not None:
        return None
    chosen = find_format(shape)
    if chosen is None:
        seen = "、".join(map(str, shape.columns[:40])) or "-"
        raise InputError(
            f"{shape.name}（{shape.kind}）不是已知工具的导出。看到的列：{seen}。"
            "可先用 --suggest 生成一份列映射，核对后用 --map 导入",
            f"{shape.name} ({shape.kind}) is no export of a tool we know; its columns: {seen}. "
            "Draft a mapping of its columns with --suggest, check it, and import with --map",
        )
    return chosen


def suggest(path: Path, *, now: datetime | None = None) -> str:
    """A draft mapping in TOML for a table no format knows, with examples, to be checked by hand.

    Raises InputError if *path* has no records.
    """
    moment = now or datetime.now(SHANGHAI)
    with _named(path.name), opened(path) as members:
        shape = _fullest(path, members)
        chosen = find_format(shape)
    text = draft(path.name, list(shape.columns), shape.sample, moment)
    if chosen is None:
        return text
    return (
        f"# 这是已知格式 {chosen.name}，不需要映射，直接导入即可。\n"
        f"# This is a known format, {chosen.name}: it can be imported without a mapping.\n{text}"
    )


def _fullest(path: Path, members: Sequence[Member]) -> Layout:
    """Of the member with the most records at its beginning: a note beside the data has few."""
    shapes: list[Layout] = []
    faults = [member.fault for member in members if member.fault]
    for member in members:
        try:
            if member.fault is None:
                shapes.append(layout(member))
        except InputError as error:
            faults.append(error.message)
    if not shapes:
        raise unreadable(path.name, faults)
    return max(shapes, key=lambda shape: (find_format(shape) is not None, len(shape.sample)))
