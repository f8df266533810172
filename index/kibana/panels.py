"""What a dashboard shows, said once: the objects of Kibana are made from these nouns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tingfeng import Message

WIDTH = 48
"""Columns of Kibana's grid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A number of a set of documents."""

    title: Message
    operation: Literal["count", "sum", "average", "max", "unique_count"] = "count"
    field: str = ""
    """What it is taken of; empty for a count."""

    where: str = ""
    """KQL: of these documents only."""

    color: str = ""
    """``#rrggbb``; empty: Kibana chooses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Math:
    """Two numbers, or two such, put together."""

    name: Literal["add", "subtract", "divide"]
    left: Metric | Math
    right: Metric | Math


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """A number worked out from others."""

    title: Message
    math: Math
    percent: bool = False
    """Shown as a percentage; the number itself is a ratio."""

    color: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """One row, bar or slice for each of the most frequent values of a field."""

    title: Message
    field: str
    size: int = 10
    rest: bool = False
    """One more for all other values together: where shares are shown, they must add up."""

    by: int | None = 0
    """Place of the metric that decides which values come first, one without a ``where``; ``None``:
    their alphabet.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """One bar or point for each hour or day, local time of who looks."""

    title: Message
    field: str
    interval: Literal["h", "d"] = "d"


Split = Values | Times
Shown = Metric | Formula
Shape = Literal["number", "line", "area", "bars", "rows", "shares", "donut", "cloud", "table"]
"""``bars`` stand and are stacked, ``rows`` lie, ``shares`` lie and each fill 100 %."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A chart: metrics of documents, split."""

    id: str
    """Unique within its dashboard, for ever: users' copies and links bear it."""

    title: Message
    family: str
    """Documents that are counted, e.g. ``mentions``."""

    shape: Shape
    metrics: tuple[Shown, ...]
    splits: tuple[Split, ...] = ()
    where: str = ""
    """KQL: of these documents only, whatever is chosen on the dashboard."""

    alone: bool = False
    """Deaf to filters and controls of its dashboard, the time excepted: for documents that do not
    have the fields which those ask for, and would all be gone. To Lens *where* is one of them: such
    a panel has conditions in its metrics alone.
    """

    about: Message | None = None
    """Shown behind the panel's ⓘ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A panel of words."""

    id: str
    markdown: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A saved search among the panels."""

    id: str
    search: str
    """Name of the search."""


Tile = Panel | Note | Listed


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Panels side by side: each with its width, together :data:`WIDTH`."""

    height: int
    tiles: tuple[tuple[Tile, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """A filter that is on until somebody takes it off.

    Always "not this value": Kibana asks every panel's documents, and a document without the field
    passes "not", while it would fail "is".
    """

    title: Message
    family: str
    field: str
    value: bool | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """A list above the panels, from which values of a field are chosen."""

    title: Message
    family: str
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """A page of Kibana."""

    name: str
    """With the prefix its id, e.g. ``overview`` for ``tf-overview``."""

    title: Message
    about: Message
    rows: tuple[Row, ...]
    controls: tuple[Control, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    span: tuple[str, str] = ("now-30d/d", "now")
    """Time at first; who looks chooses another."""

    @property
    def tiles(self) -> tuple[Tile, ...]:
        """All panels, from the top left."""
        return tuple(tile for row in self.rows for tile, _ in row.tiles)

    @property
    def panels(self) -> tuple[Panel, ...]:
        """The charts among them."""
        return tuple(tile for tile in self.tiles if isinstance(tile, Panel))


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """A list of documents, kept under a name: a Discover session."""

    name: str
    title: Message
    about: Message
    family: str
    columns: tuple[str, ...]
    columns_en: tuple[str, ...] = ()
    """In English, where a field has a twin for it; empty: the same."""

    where: str = ""
    """KQL."""

    sort: str
    """Field, the largest or latest first."""

    exclusions: tuple[Exclusion, ...] = ()
