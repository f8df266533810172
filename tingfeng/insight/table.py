"""Rows and columns: what terminals, spreadsheets and reports show of an answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tingfeng import Lang, Message

Cell = str | int | float | datetime | Message | None
"""``None`` is shown as an empty cell: not known. Shares are fractions, 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table."""

    name: Message
    kind: str = "plain"
    """``plain``, ``share`` (fraction shown in percent), ``points`` (difference of two shares),
    ``change`` (relative change, shown in percent with sign), ``link`` (address), ``command`` (lists the posts of
    the row: too wide for a screen, where one stands below the table instead)."""

    width: int = 12
    """In half-width characters, for spreadsheets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table of an answer."""

    name: Message
    columns: tuple[Column, ...]
    rows: Iterable[tuple[Cell, ...]]
    """As many cells as columns. May be a generator: read once."""

    notes: tuple[Message, ...] = ()
    """What is counted, and what else a reader must know."""


YES, NO = Message("是", "yes"), Message("否", "no")


Shown = str | int | float | datetime | None


def shown(cell: Cell, lang: Lang) -> Shown:
    """*cell* with the words of its language."""
    return cell.into(lang) if isinstance(cell, Message) else cell


def columns(*given: tuple[str, str] | tuple[str, str, str]) -> tuple[Column, ...]:
    """Columns from (zh, en) or (zh, en, kind)."""
    return tuple(
        Column(name=Message(each[0], each[1]), kind=each[2] if len(each) == 3 else "plain")
        for each in given
    )
