"""A report as a tree of sentences and rows, each with what proves it; files are written from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal, TypeAlias

from tingfeng import Lang, Message, Query
from tingfeng.insight.counted import command
from tingfeng.insight.evidence import Cited
from tingfeng.insight.period import Period, stamp
from tingfeng.insight.seal import seal

SHOWN_KEYS = 50

Tone = Literal["plain", "lead", "warn", "none", "small"]
"""``lead``: what is said first. ``warn``: what must not be overlooked. ``none``: there is nothing to
be said, and why. ``small``: how things were counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The stored posts behind a number."""

    what: Message
    posts: int
    command: str = ""
    """Lists exactly *posts* posts."""
    keys: tuple[str, ...] = ()
    """The posts themselves, where no question to the store means just these."""

    @property
    def shown(self) -> tuple[str, ...]:
        """The first of *keys*, as many as a page bears; all of them are in ``--json``."""
        return self.keys[:SHOWN_KEYS]

    @property
    def more(self) -> int:
        """Keys beyond those."""
        return len(self.keys) - len(self.shown)

    @classmethod
    def of(cls, zh: str, en: str, posts: int, query: Query) -> Proof:
        """Of a count of *query*."""
        return cls(what=Message(zh, en), posts=posts, command=command(query))

    def as_json(self, lang: Lang) -> dict[str, Any]:
        """Keys ``what posts command keys``."""
        return {
            "what": self.what.into(lang), "posts": self.posts, "command": self.command,
            "keys": list(self.keys),
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A sentence."""

    said: Message
    proofs: tuple[Proof, ...] = ()
    cited: tuple[int, ...] = ()
    """Numbers in the list of evidence."""
    tone: Tone = "plain"
    look: str = ""
    """What else a command shows that is no list of posts, e.g. an incident."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What somebody wrote in public, word for word, and about it."""

    text: str
    about: Line
    links: tuple[Line, ...] = ()


Cell: TypeAlias = str | int | Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a table."""

    cells: tuple[Cell, ...]
    proofs: tuple[Proof, ...] = ()
    cited: tuple[int, ...] = ()
    look: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table; whole numbers stand to the right."""

    columns: tuple[Message, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A chart, for pages only: what it shows stands in sentences and tables too."""

    draw: Callable[[Lang], str]
    """SVG."""


Block: TypeAlias = Line | Quote | Grid | Drawing


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A heading and what stands under it."""

    title: Message
    blocks: tuple[Block, ...]
    depth: Literal[1, 2] = 2
    """2: belongs to the brand whose part of depth 1 stands before it."""
    id: str = ""
    """Anchor in a page; empty: none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A whole report."""

    kind: Literal["daily", "weekly", "incident"]
    title: Message
    number: Message
    """期号."""
    period: Period
    made_at: datetime
    notes: tuple[Line, ...]
    """Under the title."""
    parts: tuple[Part, ...]
    evidence: tuple[Cited, ...]
    missing: int = 0
    """Posts once relied on that are no longer stored."""
    enough: bool = True
    """Whether any post of the period is about what the report is about."""
    incidents: tuple[str, ...] = field(default=())
    """Ids of those that it speaks of."""

    def proofs(self) -> Iterator[Proof]:
        """All of them, as they come."""
        for line in self.notes:
            yield from line.proofs
        for part in self.parts:
            for block in part.blocks:
                yield from _proofs(block)

    def as_json(self, lang: Lang) -> dict[str, Any]:
        """Keys ``kind number since until enough incidents figures evidence``: each figure as
        :meth:`Proof.as_json`, of each piece of evidence ``key`` and ``sha256``.
        """
        return {
            "kind": self.kind,
            "number": self.number.into(lang),
            "since": stamp(self.period.since),
            "until": stamp(self.period.until),
            "enough": self.enough,
            "incidents": list(self.incidents),
            "figures": [proof.as_json(lang) for proof in self.proofs()],
            "evidence": [
                {"key": each.key, "sha256": seal(each.document.post)} for each in self.evidence
            ],
        }


def _proofs(block: Block) -> Iterator[Proof]:
    if isinstance(block, Line):
        yield from block.proofs
    elif isinstance(block, Quote):
        for line in (block.about, *block.links):
            yield from line.proofs
    elif isinstance(block, Grid):
        for row in block.rows:
            yield from row.proofs


def line(zh: str, en: str, *proofs: Proof, **more: Any) -> Line:
    """A sentence in both languages."""
    return Line(said=Message(zh, en), proofs=proofs, **more)


def part(zh: str, en: str, *blocks: Block, depth: Literal[1, 2] = 2, id: str = "") -> Part:
    """A heading in both languages and its blocks."""
    return Part(title=Message(zh, en), blocks=blocks, depth=depth, id=id)


def top(given: Part) -> Part:
    """*given* as a part of the whole report, of no single brand."""
    return replace(given, depth=1)


def grid(columns: str, english: str, rows: list[Row]) -> Grid:
    """A table; names of columns are separated by ``|``."""
    names = zip(columns.split("|"), english.split("|"), strict=True)
    return Grid(columns=tuple(Message(zh, en) for zh, en in names), rows=tuple(rows))
