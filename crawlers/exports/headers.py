"""Rows of names among rows of data: which they are, and who reads what stands below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from crawlers.exports.recognition import formats
from crawlers.exports.records_table import clean_header
from crawlers.formats.columns import compile_map
from crawlers.formats.mapping import ColumnMap
from crawlers.formats.people import People
from crawlers.formats.record import Context, Format, Record, Refused
from crawlers.formats.synonyms import SYNONYMS, meanings
from tingfeng import InputError, Message, Observation

Read = Callable[[Any], list[Observation]]

PEOPLE = People()

FIRST = frozenset(" ".join(SYNONYMS.values()).split())
"""Names with which a header may begin."""

_SURE = 3
"""Cells that must be names of columns before a row in the middle of a file is a header."""


def is_other_header(row: Sequence[Any], header: Sequence[str]) -> bool:
    """Whether *row* names other columns than *header*: the file of another run, or of comments
    behind posts, was glued to this one.
    """
    said = [str(cell).strip() for cell in row if cell not in (None, "")]
    names = sum(name in header or bool(meanings(name)) for name in said)
    return names >= _SURE and names * 2 > len(said) and not any(name.isdigit() for name in said)


def reader_of(
    header: list[str], context: Context, plan: ColumnMap | None, chosen: Format | None
) -> Read:
    """What reads the rows below *header*. Raises InputError if the mapping's columns are missing."""
    if plan is not None:
        return compile_map(plan, context, header)
    assert chosen is not None
    read = unless_people(chosen, context)
    return lambda row: read(dict(zip(header, row, strict=False)))


def reader_of_other(
    header: list[str], context: Context, plan: ColumnMap | None, chosen: Format | None
) -> Read:
    """Like :func:`reader_of` for a second header: where nobody can read what stands below it, the
    rows are refused one by one.
    """
    record = dict.fromkeys(header, "")
    if plan is None:
        known = (chosen, *formats())
        chosen = next((one for one in known if one is not None and one.recognises(record)), None)
    try:
        if plan is not None or chosen is not None:
            return reader_of(header, context, plan, chosen)
        message = Message(
            f"上方的表头（{'、'.join(header[:20])}）不是已知的格式，无法读取这一行：请拆成单独的文件导入",
            f"the header above it ({', '.join(header[:20])}) is of no format we know: put these "
            "rows into a file of their own",
        )
    except InputError as error:
        message = error.message

    def refuse(row: Any) -> list[Observation]:
        raise Refused(message.zh, message.en)

    return refuse


def unless_people(chosen: Format, context: Context) -> Read:
    """Some tools write users between posts, or on another sheet."""

    def read(record: Record) -> list[Observation]:
        try:
            return chosen.read(record, context)
        except Refused:
            if PEOPLE.recognises(record):
                return PEOPLE.read(record, context)
            raise
        except (LookupError, TypeError, ValueError, AttributeError, OverflowError) as error:
            # Whatever the record of a stranger provokes: one record, never the import.
            raise Refused(
                f"这一条的结构与 {chosen.label.zh} 的格式不符（{error!r}），未导入",
                f"the record is not laid out as those of {chosen.label.en} are ({error!r})",
            ) from error

    return read


def header_of(row: list[Any] | None) -> list[str]:
    """Names of the columns; none where a sheet has only begun."""
    return clean_header(row) if row else []
