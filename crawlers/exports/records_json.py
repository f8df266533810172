"""JSON of any shape, record by record, in bounded memory.

Lines, arrays, objects one after another, objects keyed by id, and lists somewhere inside an
object (``{"user": {…}, "weibo": […]}``): what encloses the records is found, or named by a path.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from crawlers.exports.json_cursor import (
    BROKEN,
    DECODER,
    SPACE,
    TOO_LONG,
    Cursor,
    Trouble,
    without_comma,
)
from crawlers.exports.text import LINE, Text, TooLong, lines
from tingfeng import Message

Record = tuple[int, Any, Message | None]
Found = tuple[Any, Message | None]
Judge = Callable[[Mapping[str, Any]], bool]
"""Whether an object is a record rather than what encloses records."""

WHOLE = 1 << 20
"""Characters up to which an object is taken for one value; a larger one is walked through."""

_NO_OBJECT = Message(
    "这一条不是对象（键: 值），无法知道各字段的含义",
    "the record is no object: its fields have no names",
)


@dataclass(slots=True)
class Objects:
    """The records of a JSON text. Iterating gives (number or line, object, fault)."""

    text: Text
    is_record: Judge
    path: tuple[str, ...] = ()
    """Where the records are; ``*`` is any key. Empty: found."""

    by_line: bool = False
    """One object a line: the fast way."""

    outer: dict[str, Any] = field(default_factory=dict)
    """What stood beside the records so far, e.g. ``user``."""

    _number: int = 0
    _flat: bool = False
    """A record was met that nothing encloses."""

    def __iter__(self) -> Iterator[Record]:
        return self._lines() if self.by_line and not self.path else self._values()

    def _lines(self) -> Iterator[Record]:
        for number, line in enumerate(lines(self.text), 1):
            if type(line) is TooLong:
                yield number, str(line), TOO_LONG
                continue
            bare = line.strip("\x00\ufeff \t\r\n,")
            if not bare or bare in "[]":
                continue
            try:
                value = DECODER.decode(bare)
            except (ValueError, RecursionError):
                yield from self._several(number, bare)
                continue
            for record in self._found(value, ()):
                yield number, *record

    def _several(self, number: int, line: str) -> Iterator[Record]:
        """A line with more than one object, as two writers at once leave it, or a broken one."""
        at = 0
        while at < len(line):
            try:
                value, at = DECODER.raw_decode(line, at)
            except (ValueError, RecursionError) as error:
                mended = None if isinstance(error, RecursionError) else without_comma(line, error)
                if mended is None:
                    yield number, line[at:], BROKEN
                    return
                line = mended
                continue
            for record in self._found(value, ()):
                yield number, *record
            match = SPACE.match(line, at)
            at = match.end() if match else at

    def _values(self) -> Iterator[Record]:
        cursor = Cursor(self.text.chunks())
        while sign := cursor.peek():
            for value, fault in self._top(cursor, sign):
                self._number += 1
                yield self._number, value, fault

    def _top(self, cursor: Cursor, sign: str) -> Iterator[Found]:
        if sign == "[":
            yield from self._array(cursor, self.path)
            return
        if sign != "{":
            yield cursor.resume(None), BROKEN
            return
        try:
            value = cursor.value(WHOLE)
        except Trouble as trouble:
            if trouble.fault is TOO_LONG or self.path or not self._number:
                yield from self._members(cursor, self.path)
            else:
                yield cursor.resume(None), trouble.fault
        else:
            yield from self._found(value, self.path)

    def _array(self, cursor: Cursor, path: tuple[str, ...]) -> Iterator[Found]:
        cursor.at += 1
        first_key: str | None = None
        while (sign := cursor.peek()) and sign != "]":
            try:
                value = cursor.value(LINE)
            except Trouble as trouble:
                long = trouble.fault is TOO_LONG
                yield (cursor.skip() if long else cursor.resume(first_key)), trouble.fault
                continue
            if isinstance(value, dict) and value:
                first_key = next(iter(value))
            yield from self._found(value, path)
        cursor.at += 1

    def _members(self, cursor: Cursor, path: tuple[str, ...], depth: int = 0) -> Iterator[Found]:
        """An object too large to hold, or broken: the records are in its lists and objects."""
        first_key = cursor.first_key()
        cursor.at += 1
        while (sign := cursor.peek()) and sign != "}":
            try:
                name = cursor.key()
                sign = cursor.peek()
                if path and path[0] not in {"*", name}:
                    cursor.skip() if sign in '[{"' else cursor.value(LINE)
                elif sign == "[":
                    yield from self._array(cursor, path[1:])
                else:
                    yield from self._member(cursor, name, path[1:], depth)
            except Trouble as trouble:
                yield cursor.resume(first_key), trouble.fault
                return
        cursor.at += 1

    def _member(
        self, cursor: Cursor, name: str, path: tuple[str, ...], depth: int
    ) -> Iterator[Found]:
        try:
            value = cursor.value(WHOLE)
        except Trouble as trouble:
            if cursor.peek() == "{" and depth < 5:
                yield from self._members(cursor, path, depth + 1)
            elif trouble.fault is TOO_LONG:
                yield cursor.skip(), trouble.fault
            else:
                raise
            return
        if path:
            yield from self._found(value, path)
        elif not isinstance(value, dict):
            self.outer[name] = value
        elif self.is_record(value):
            yield value, None
        else:
            self.outer[name] = value
            for record in self._inside(value, 1):
                yield record, None

    def _found(self, value: Any, path: tuple[str, ...]) -> Iterator[Found]:
        """The records within *value*, which is held whole."""
        if path and isinstance(value, dict | list):
            for inner in follow(value, path):
                yield (inner, None) if isinstance(inner, dict) else (_raw(inner), _NO_OBJECT)
        elif isinstance(value, dict):
            # What stands beside records is one, however odd: only what comes first may enclose.
            self._flat = self._flat or self.is_record(value)
            inside = [] if self._flat else self._inside(value)
            for record in inside or [value]:
                yield record, None
        elif isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
            for one in value:
                yield from self._found(one, ())
        elif value not in ([], None):
            yield _raw(value), _NO_OBJECT

    def _inside(self, value: dict[str, Any], depth: int = 0) -> list[dict[str, Any]]:
        """Records within an enclosing object: a list that holds some, else objects that are some,
        else its longest list.
        """
        listed: list[dict[str, Any]] = []
        single: list[dict[str, Any]] = []
        longest: list[dict[str, Any]] = []
        for name, inner in value.items():
            if isinstance(inner, list):
                if inner and all(isinstance(one, dict) for one in inner):
                    listed += inner if any(map(self.is_record, inner)) else []
                    longest = max(longest, inner, key=len)
                continue
            if depth == 0:
                self.outer[name] = inner
            if isinstance(inner, dict):
                if self.is_record(inner):
                    single.append(inner)
                elif depth < 4:
                    listed += self._inside(inner, depth + 1)
        return listed or single or longest


def follow(value: Any, path: tuple[str, ...]) -> Iterator[Any]:
    """What lies at *path* within *value*; lists on the way are gone through."""
    if isinstance(value, list):
        for one in value:
            yield from follow(one, path)
    elif not path:
        yield value
    elif isinstance(value, dict):
        names = value if path[0] == "*" else [path[0]]
        for name in names:
            if name in value:
                yield from follow(value[name], path[1:])


def _raw(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)[:1000]
