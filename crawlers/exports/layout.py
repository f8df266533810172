"""How the records lie in a file: found out from its beginning, then read the same way."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from itertools import islice
from typing import IO, Any, Literal

from crawlers.exports.member import HEAD, Member
from crawlers.exports.recognition import formats, known, title_rows
from crawlers.exports.records_json import Objects
from crawlers.exports.records_table import Record, Table, clean_header, sniff_delimiter, workbook
from crawlers.exports.text import CUT, Text, sniff_encoding
from crawlers.exports.walls import refuse_html, refuse_wall
from crawlers.formats.record import Context, Finder, Format
from crawlers.numbers import read_count
from tingfeng import InputError, Message

SAMPLE = 200
"""Records looked at before reading: enough to see a column of zeros, too few to notice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How the records of one member lie."""

    name: str
    kind: Literal["json", "table", "workbook"]
    encoding: str = ""
    delimiter: str = ","
    by_line: bool = False
    columns: Sequence[str] = ()
    sample: Sequence[Mapping[str, Any]] = ()
    """The first records, by name of column."""

    titled: bool = False
    """Whether something stands above the header."""


class Stream:
    """The records of a member, decoded; close it when done."""

    def __init__(
        self,
        member: Member,
        shape: Layout,
        plan: Finder | None = None,
        chosen: Format | None = None,
        tick: Callable[[], None] | None = None,
    ) -> None:
        self._bytes: IO[bytes] = member.open()
        self._shape, self._name, self._tick = shape, member.name, tick
        self.outer: dict[str, Any] = {}
        self._text = Text(self._bytes, shape.encoding, tick) if shape.encoding else None
        self._judge = plan.fits if plan else chosen.recognises if chosen else known
        self._path = plan.records if plan else ()
        self._table: Table | None = None

    def records(self) -> Iterator[Record]:
        """(line, cells or object, fault); a fault comes with the raw text."""
        if self._text is None:
            for count, record in enumerate(workbook(self._bytes, self._name)):
                if self._tick and count % 1000 == 0:
                    self._tick()
                yield record
        elif self._shape.kind == "json":
            objects = Objects(
                self._text, self._judge, self._path, self._shape.by_line, outer=self.outer
            )
            yield from self._mended(objects, self._text)
        else:
            self._table = Table(self._text, self._shape.delimiter)
            yield from self._mended(self._table, self._text)
        if self._text is not None and self._text.cut is not None:
            raise self._text.cut

    def _mended(self, records: Any, text: Text) -> Iterator[Record]:
        for record in records:
            if not text.suspect:
                yield record
                continue
            line, value, fault = record
            if fault is None:
                try:
                    yield line, _mend(value, text), None
                except UnicodeError:
                    yield line, _printable(value), _WRONG_ENCODING
            else:
                yield line, _printable(value), fault

    @property
    def whole(self) -> bool:
        """Whether rows come as cells rather than as text that was cut into them."""
        return self._text is None

    @property
    def unfinished(self) -> bool:
        """The row just given is the last and has no line end."""
        return self._table is not None and self._table.unfinished

    def close(self) -> None:
        """Let go of the file."""
        self._bytes.close()


_WRONG_ENCODING = Message(
    "这一条的文字编码损坏（既不是 UTF-8 也不是 GB18030），未导入：请用原始文件",
    "the text is neither UTF-8 nor GB18030: use the original file",
)


def _mend(value: Any, text: Text) -> Any:
    if isinstance(value, str):
        meant = text.mend(value)
        if meant is None:
            raise UnicodeError
        return meant
    if isinstance(value, list):
        return [_mend(one, text) for one in value]
    if isinstance(value, dict):
        return {_mend(key, text): _mend(one, text) for key, one in value.items()}
    return value


def _printable(value: Any) -> str:
    raw = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return raw[:1000].encode("utf-8", "replace").decode("utf-8")


def _head(member: Member) -> bytes:
    parts, size = [], 0
    with closing(member.open()) as stream, suppress(*CUT):
        while size < HEAD and (data := stream.read(HEAD - size)):
            parts.append(data)
            size += len(data)
    return b"".join(parts)


def layout(member: Member, plan: Finder | None = None) -> Layout:
    """How the records of *member* lie. Raises InputError if there are none to read."""
    if member.kind == "workbook":
        return _with_sample(member, Layout(name=member.name, kind="workbook"), plan)
    head = _head(member)
    encoding = sniff_encoding(head, member.name)
    text = codecs.getincrementaldecoder(encoding)("replace").decode(head).lstrip("\ufeff")
    refuse_html(text, member.name)
    bare = text.lstrip(" \t\r\n\x00,\ufeff")
    if not bare:
        raise InputError(f"{member.name} 里只有空白", f"{member.name} holds nothing but blanks")
    if _PYTHON.match(bare):
        raise InputError(
            f"{member.name} 是 Python 打印的字典（单引号），不是 JSON：请用 json.dumps(…, ensure_ascii=False) "
            "写出后再导入",
            f"{member.name} holds dictionaries as Python prints them, no JSON: write them with "
            "json.dumps(..., ensure_ascii=False) and import that",
        )
    if bare[0] in "[{":
        shape = Layout(name=member.name, kind="json", encoding=encoding, by_line=_is_by_line(bare))
    else:
        shape = Layout(
            name=member.name,
            kind="table",
            encoding=encoding,
            delimiter=sniff_delimiter(bare[:65536]),
        )
    return _with_sample(member, shape, plan)


_PYTHON = re.compile(r"\[?\s*\{\s*'")


def _is_by_line(text: str) -> bool:
    """One object a line; the last line of *text* may be cut."""
    if text[0] == "[":
        return False
    lines = [line for line in text.split("\n", 20)[:20] if line.strip()]
    whole = 0
    for line in lines:
        try:
            whole += isinstance(json.loads(line.strip("\x00\ufeff \t\r,"), strict=False), dict)
        except (ValueError, RecursionError):
            continue
    if len(lines) == 1:
        return False
    return whole * 2 >= len(lines) - 1 and whole > 0


def _with_sample(member: Member, shape: Layout, plan: Finder | None) -> Layout:
    with closing(Stream(member, shape, plan)) as stream:
        columns, sample, fault, above = sample_of(stream, shape, plan)
    if plan is None or shape.kind == "json" or not columns:
        refuse_wall(sample, columns, fault, member.name)  # whoever maps code and msg means it
    return replace(shape, columns=columns, sample=sample, titled=above > 0)


Sample = tuple[list[str], list[Mapping[str, Any]], Message | None, int]


def sample_of(stream: Stream, shape: Layout, plan: Finder | None) -> Sample:
    """Columns, first records and first fault of a stream; how many rows stand above its header."""
    good: list[Any] = []
    first: Message | None = None
    with suppress(*CUT):  # reading will tell; the beginning is looked at all the same
        for _, value, fault in islice(stream.records(), SAMPLE + 1):
            if fault is None:
                good.append(value)
            first = first or fault
    if shape.kind == "json":
        return list(dict.fromkeys(key for one in good for key in one)), good, first, 0
    rows = [row for row in good if row]
    if not rows:
        return [], [], first, 0
    above = title_rows(rows, plan)
    header = clean_header(rows[above])
    records: list[Mapping[str, Any]] = [
        dict(zip(header, row, strict=False))
        for row in rows[above + 1 :]
        if clean_header(row) != header
    ]
    return header, records, first, above


def find_format(shape: Layout) -> Format | None:
    """The format that recognises most of the sample; of a table without rows, its header."""
    sample = shape.sample or [dict.fromkeys(shape.columns, "")]
    best, most = None, 0
    for one in formats():
        count = sum(one.recognises(record) for record in sample)
        if count > most:
            best, most = one, count
    return best


def facts(shape: Layout, context: Context) -> Context:
    """What only many records together tell."""
    rounded, zero = set(), set()
    for name in shape.columns:
        values = [v for record in shape.sample if (v := record.get(name)) not in (None, "")]
        if not values:
            continue
        if all(read_count(value) == 0 for value in values):
            zero.add(name)
        digits = {text for value in values if (text := str(value).strip("' \t")).isdigit()}
        long = [text for text in digits if len(text) > 15]
        # Chance makes one zero of ten: three of them in all, and no id without, are Excel's.
        if sum(len(text) - 15 for text in long) >= 3 and all(
            text.endswith("0" * (len(text) - 15)) for text in long
        ):
            rounded.add(name)
    return replace(context, rounded=frozenset(rounded), zero=frozenset(zero))
