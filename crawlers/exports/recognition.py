"""Whether an object is a record, and a row a header: by what formats and people call things."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from crawlers.exports.records_table import clean, clean_header
from crawlers.formats import FORMATS
from crawlers.formats.record import Finder, Format
from crawlers.formats.suggest import familiar
from tingfeng import load

_WORDS = frozenset({
    "text", "content", "contents", "body", "review", "comment", "desc", "description", "title",
    "full_text", "message", "caption", "正文", "内容", "评论", "评论内容", "标题", "微博正文", "文本",
    "content_text", "raw_text", "text_raw", "summary", "reviewContent", "note",
})  # fmt: skip


@cache
def formats() -> tuple[Format, ...]:
    """Every format, in the order of the table."""
    return tuple(load(FORMATS, name)() for name in FORMATS)


def known(record: Mapping[str, Any]) -> bool:
    """Whether some format, or common sense, takes an object for a record. A user beside the
    posts is none.
    """
    return any(one.recognises(record) for one in formats() if one.name != "people") or any(
        isinstance(record.get(name), str) for name in _WORDS & record.keys()
    )


ABOVE = 10
"""Rows in which a header is looked for: name of the export, when it was made, a blank."""


def title_rows(rows: Sequence[list[Any]], plan: Finder | None) -> int:
    """How many of the first *rows* stand above the header. None do unless a row below the first
    has the columns that are looked for, and those above it have no more cells.
    """
    cells = 0
    for place, row in enumerate(rows[:ABOVE]):
        filled = sum(clean(cell) != "" for cell in row)
        if filled >= cells and is_header(clean_header(row), plan):
            return place
        cells = max(cells, filled)
    return 0


def is_header(names: Sequence[str], plan: Finder | None) -> bool:
    """Whether these are names of columns: the mapping's, a format's, or such as people use."""
    record = dict.fromkeys(names, "")
    if plan is not None:
        return plan.fits(record)
    return any(one.recognises(record) for one in formats()) or len(familiar(names)) > 1
