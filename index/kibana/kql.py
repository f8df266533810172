"""Kibana's query language, read as Kibana reads it: ``kbn-es-query``'s ``grammar.peggy``, without nested
fields, which these indices have none of.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

Scalar = str | bool | None

_SPACE = " \t\r\n\u00a0"
_SPECIAL = '\\():<>"*{}'
_KEYWORD = re.compile(rf"[{_SPACE}]+(?:or|and)[{_SPACE}]+|not[{_SPACE}]+", re.IGNORECASE)
_UNICODE = re.compile(r"\\u([0-9a-fA-F]{4})")
_ESCAPED_WORD = re.compile(r"\\(or|and|not)", re.IGNORECASE)
_BLANKS = {"\\t": "\t", "\\r": "\r", "\\n": "\n"}
_QUERY_STRING = re.compile(r'[+\-=&|><!(){}\[\]^"~*?:\\/]')
_RANGES: dict[str, Literal["lte", "gte", "lt", "gt"]] = {
    "<=": "lte", ">=": "gte", "<": "lt", ">": "gt",
}  # fmt: skip


class KqlError(ValueError):
    """The text is no query; the message gives the place."""


@dataclass(frozen=True, slots=True)
class Value:
    """What is sought. *parts*: the text between its wildcards, one part if it has none."""

    scalar: Scalar
    quoted: bool = False
    parts: tuple[str, ...] | None = None
    """Not ``None``: it has wildcards, which stand between these."""

    @property
    def anything(self) -> bool:
        """A lone ``*``."""
        return self.parts == ("", "")

    def escaped(self) -> str:
        """With its wildcards, for a query that has signs of its own."""
        return "*".join(_QUERY_STRING.sub(r"\\\g<0>", part) for part in self.parts or ())


@dataclass(frozen=True, slots=True)
class Is:
    """``field : value``; *field* ``None``: wherever words are looked for."""

    field: Value | None
    value: Value


@dataclass(frozen=True, slots=True)
class Range:
    """``field >= value``."""

    field: Value
    operator: Literal["lte", "gte", "lt", "gt"]
    value: Value


@dataclass(frozen=True, slots=True)
class Group:
    """Several together; ``not`` has one."""

    name: Literal["and", "or", "not"]
    nodes: tuple[Node, ...]


Node = Is | Range | Group


def parse(text: str) -> Node:
    """The query that *text* says; nothing but blanks: everything. Raises :class:`KqlError`."""
    return _Reader(text).read()


def fields(node: Node) -> Iterator[Value]:
    """Names of fields in a query, as often as they stand there."""
    if isinstance(node, Group):
        for each in node.nodes:
            yield from fields(each)
    elif node.field is not None:
        yield node.field


class _Reader:
    """A reader that looks ahead and never back, but where a field's name proves to be a value."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def read(self) -> Node:
        self._blanks()
        if self._at == len(self._text):
            return Is(Value(None, parts=("", "")), Value(None, parts=("", "")))
        node = self._or(self._and_query)
        self._blanks()
        if self._at < len(self._text):
            raise self._wrong()
        return node

    def _wrong(self) -> KqlError:
        rest = self._text[self._at : self._at + 20] or "the end"
        return KqlError(f"cannot read {self._text!r} at {self._at + 1}: {rest}")

    def _blanks(self) -> None:
        while self._text[self._at : self._at + 1] in tuple(_SPACE):
            self._at += 1

    def _took(self, mark: str) -> bool:
        found = self._text.startswith(mark, self._at)
        self._at += len(mark) if found else 0
        return found

    def _joined(self, word: str, one: Callable[[], Node]) -> list[Node]:
        joint = re.compile(rf"[{_SPACE}]+{word}[{_SPACE}]+", re.IGNORECASE)
        nodes = [one()]
        while found := joint.match(self._text, self._at):
            self._at = found.end()
            nodes.append(one())
        return nodes

    def _or(self, one: Callable[[], Node]) -> Node:
        nodes = self._joined("or", one)
        return nodes[0] if len(nodes) == 1 else Group("or", tuple(nodes))

    def _and(self, one: Callable[[], Node]) -> Node:
        nodes = self._joined("and", one)
        return nodes[0] if len(nodes) == 1 else Group("and", tuple(nodes))

    def _not(self, one: Callable[[], Node]) -> Node:
        found = re.compile(rf"not[{_SPACE}]+", re.IGNORECASE).match(self._text, self._at)
        if not found:
            return one()
        self._at = found.end()
        return Group("not", (one(),))

    def _and_query(self) -> Node:
        return self._and(lambda: self._not(self._sub))

    def _sub(self) -> Node:
        if not self._took("("):
            return self._expression()
        return self._closed(self._and_query)

    def _closed(self, one: Callable[[], Node]) -> Node:
        self._blanks()
        node = self._or(one)
        self._blanks()
        if not self._took(")"):
            raise self._wrong()
        return node

    def _expression(self) -> Node:
        first = self._literal()
        after = self._at
        self._blanks()
        for sign, operator in _RANGES.items():
            if self._took(sign):
                self._blanks()
                return Range(first, operator, self._literal())
        if self._took(":"):
            self._blanks()
            return self._values(first)
        self._at = after
        return Is(None, first)

    def _values(self, field: Value) -> Node:
        if self._took("("):
            return self._closed(lambda: self._and(lambda: self._not(lambda: self._values(field))))
        return Is(field, self._literal())

    def _literal(self) -> Value:
        return self._quoted() if self._took('"') else self._unquoted()

    def _quoted(self) -> Value:
        found = []
        while not self._took('"'):
            if self._at >= len(self._text):
                raise self._wrong()
            found.append(self._escape() or self._next(escapable='\\"'))
        return Value("".join(found), quoted=True)

    def _next(self, escapable: str) -> str:
        if self._text[self._at] == "\\" and self._text[self._at + 1 : self._at + 2] in tuple(escapable):  # fmt: skip
            self._at += 1
        self._at += 1
        return self._text[self._at - 1]

    def _escape(self) -> str:
        pair = self._text[self._at : self._at + 2]
        if pair in _BLANKS:
            self._at += 2
            return _BLANKS[pair]
        if found := _UNICODE.match(self._text, self._at):
            self._at = found.end()
            return chr(int(found.group(1), 16))
        return ""

    def _unquoted(self) -> Value:
        parts, found = [], ""
        while self._at < len(self._text):
            if escaped := self._escape():
                found += escaped
            elif word := _ESCAPED_WORD.match(self._text, self._at):
                found += word.group(1)
                self._at = word.end()
            elif self._text[self._at] == "\\" and self._text[self._at + 1 : self._at + 2] in tuple(_SPECIAL):  # fmt: skip
                found += self._next(escapable=_SPECIAL)
            elif self._took("*"):
                parts.append(found)
                found = ""
            elif self._text[self._at] in _SPECIAL or _KEYWORD.match(self._text, self._at):
                break
            else:
                found += self._next(escapable="")
        return self._value([*parts, found])

    def _value(self, parts: list[str]) -> Value:
        parts[0], parts[-1] = parts[0].lstrip(_SPACE), parts[-1].rstrip(_SPACE)
        if len(parts) > 1:
            return Value(None, parts=tuple(parts))
        if not parts[0]:
            raise self._wrong()
        scalar: Scalar = {"null": None, "true": True, "false": False}.get(parts[0], parts[0])
        return Value(scalar)
