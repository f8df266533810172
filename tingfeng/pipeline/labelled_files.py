"""Files of people's own labels: mentions with an attitude, or whole texts with one.

Any table or JSON lines that an import could open will do (csv, xlsx, gz; UTF-8 or GB18030). Every
row is either given back or refused with its line and what to do about it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from tingfeng.core.errors import InputError
from tingfeng.core.message import Message
from tingfeng.pipeline.labelled_rows import (
    Cells,
    MentionRow,
    TextRow,
    Unclear,
    meanings_of,
    mention_row,
    text_row,
)

MENTION_COLUMNS = ("text", "brand", "stance")
"""Needed; ``start``, ``is_brand``, ``ad`` and ``post_kind`` are used where they are there. Without
``is_brand`` every row is the brand."""

TEXT_COLUMNS = ("text", "label")

COLUMN_NAMES = {
    "文本": "text", "内容": "text", "正文": "text", "content": "text", "review": "text",
    "品牌": "brand", "位置": "start", "是否品牌": "is_brand", "态度": "stance", "立场": "stance",
    "广告": "ad", "帖子类型": "post_kind", "情感": "label", "标签": "label", "sentiment": "label",
}  # fmt: skip
"""What else columns may be called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A row that is not scored."""

    line: int
    why: Message

    def as_json(self) -> dict[str, Any]:
        """Line and reason."""
        return {"line": self.line, "why": self.why.en, "why_zh": self.why.zh}


Row = TypeVar("Row", MentionRow, TextRow)


def mention_rows(path: Path) -> tuple[list[MentionRow], list[Refused]]:
    """The mentions of *path*, and the rows that are none.

    Raises :class:`~tingfeng.InputError` if the file cannot be read, lacks a column, or holds no
    usable row.
    """
    return _read(path, MENTION_COLUMNS, "stance", mention_row)


def text_rows(path: Path) -> tuple[list[TextRow], list[Refused]]:
    """The texts of *path*, and the rows that are none; raises like :func:`mention_rows`."""
    return _read(path, TEXT_COLUMNS, "label", text_row)


def _read(
    path: Path, needed: Sequence[str], column: str,
    make: Callable[[int, Cells, Mapping[str, int]], Row],
) -> tuple[list[Row], list[Refused]]:  # fmt: skip
    given: list[tuple[int, Cells]] = []
    refused: list[Refused] = []
    for line, cells in _records(path, needed):
        if isinstance(cells, Message):
            refused.append(Refused(line=line, why=cells))
        else:
            given.append((line, cells))
    labels = meanings_of({cells[column] for _, cells in given}, two=column == "label")
    rows = []
    for line, cells in given:
        try:
            rows.append(make(line, cells, labels))
        except Unclear as unclear:
            refused.append(Refused(line=line, why=unclear.message))
    refused.sort(key=lambda one: one.line)
    if not rows:
        why = refused[0].why if refused else Message("没有一行数据", "there is no row")
        raise InputError(
            f"{path.name} 里没有能评分的行：{why.zh}",
            f"{path.name} has no row that can be scored: {why.en}",
        )
    return rows, refused


def _records(path: Path, needed: Sequence[str]) -> Iterator[tuple[int, Cells | Message]]:
    """Line and cells of every row, by the names of :data:`COLUMN_NAMES`; or why it is none."""
    from crawlers.exports.layout import Stream, layout
    from crawlers.exports.opening import opened

    with opened(path) as members:
        for member in members:
            if member.fault is not None:
                raise InputError(member.fault.zh, member.fault.en)
            header: list[str] = []
            with closing(Stream(member, layout(member))) as stream:
                for line, value, fault in stream.records():
                    if fault is not None or value is None:
                        yield from () if fault is None else [(line, fault)]
                    elif isinstance(value, dict):
                        _complete(path, list(map(_named, value)), needed)
                        yield line, _row([_named(key) for key in value], list(value.values()))
                    elif not header:
                        header = [_named(cell) for cell in value]
                        _complete(path, header, needed)
                    elif len(value) > len(header) or len(value) < len(header) / 2:
                        yield line, _uneven(len(value), len(header))
                    else:
                        blanks = [""] * (len(header) - len(value))
                        yield line, _row(header, [*value, *blanks])


def _named(cell: Any) -> str:
    name = str(cell).strip().strip("\ufeff").lower()
    return COLUMN_NAMES.get(name, name)


def _row(names: Sequence[str], cells: Sequence[Any]) -> Cells:
    """Cells as texts. The text itself keeps its blanks: offsets count them."""
    said = ["" if cell is None else str(cell) for cell in cells]
    return {
        name: cell if name == "text" else cell.strip()
        for name, cell in zip(names, said, strict=True)
    }


def _uneven(cells: int, columns: int) -> Message:
    return Message(
        f"这一行有 {cells} 格，而表头有 {columns} 列：多半是文字里的逗号没有加引号",
        f"the row has {cells} cells and the header {columns}: quote texts that hold commas",
    )


def _complete(path: Path, columns: Sequence[str], needed: Sequence[str]) -> None:
    missing = [name for name in needed if name not in columns]
    if missing:
        names, seen = ", ".join(missing), ", ".join(columns) or "-"
        raise InputError(
            f"{path.name} 缺少列 {names}（看到的列：{seen}）。请在第一行写上列名",
            f"{path.name} lacks the columns {names} (it has {seen}); name them in its first row",
        )
