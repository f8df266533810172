"""A place in a stream of JSON text: values of any size are read or passed over in little memory."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from crawlers.exports.text import LINE
from tingfeng import Message

BROKEN = Message(
    "这一条不是完整的 JSON，未导入：可能是写到一半中断了",
    "this record is not complete JSON: its writer was probably cut off",
)
TOO_LONG = Message(
    f"这一条超过 {LINE >> 20} 百万字符，未导入",
    f"the record is longer than {LINE >> 20} million characters",
)
DECODER = json.JSONDecoder(strict=False)  # raw line ends and tabs within strings are common
SPACE = re.compile(r"[\s,\ufeff\x00]*")


class Trouble(Exception):
    """No value can be read here, and why."""

    def __init__(self, fault: Message) -> None:
        self.fault = fault


def without_comma(text: str, error: ValueError) -> str | None:
    """*text* without the comma before a closing bracket that *error* is about, which hand-made
    files have; ``None``: it is about something else.
    """
    at = text.rfind(",", 0, getattr(error, "pos", 0) + 1)
    if at < 0 or not _NEEDLESS.match(text, at):
        return None
    return f"{text[:at]} {text[at + 1 :]}"


class Cursor:
    """A place in a stream of text, with as much of it as is needed."""

    def __init__(self, chunks: Iterator[str]) -> None:
        self.buffer, self.at, self._chunks, self.ended = "", 0, chunks, False

    def more(self) -> bool:
        """At least double what is ahead, so that trying again costs no more than once."""
        wanted = max(len(self.buffer) - self.at, 1)
        parts, size = [self.buffer[self.at :]], 0
        while size < wanted:
            chunk = next(self._chunks, None)
            if chunk is None:
                self.ended = True
                break
            parts.append(chunk)
            size += len(chunk)
        self.buffer, self.at = "".join(parts), 0
        return size > 0

    def peek(self) -> str:
        """The next sign that is no blank or comma; empty at the end."""
        while True:
            match = SPACE.match(self.buffer, self.at)
            self.at = match.end() if match else self.at
            if self.at < len(self.buffer):
                return self.buffer[self.at]
            if self.ended or not self.more():
                return ""

    def value(self, limit: int) -> Any:
        """The value that begins here. ``Trouble``: none can be read (the place is unchanged)."""
        while True:
            try:
                value, end = DECODER.raw_decode(self.buffer, self.at)
            except RecursionError:
                raise Trouble(BROKEN) from None
            except ValueError as error:
                if mended := without_comma(self.buffer, error):
                    self.buffer = mended
                    continue
                cut = getattr(error, "pos", 0) >= len(self.buffer) - 10 or "Unterminated" in str(
                    error
                )
                if not cut or self.ended:
                    raise Trouble(BROKEN) from None
                if len(self.buffer) - self.at > limit:
                    raise Trouble(TOO_LONG) from None
                self.more()
                continue
            if end == len(self.buffer) and not self.ended and not isinstance(value, dict | list):
                self.more()  # 12 may be the beginning of 123
                continue
            self.at = end
            return value

    def key(self) -> str:
        """The key of a member and its colon."""
        name = self.value(LINE)
        if not isinstance(name, str) or self.peek() != ":":
            raise Trouble(BROKEN)
        self.at += 1
        return name

    def skip(self) -> str:
        """Pass over the object, list or string that begins here; its beginning."""
        head, depth, quoted = self.buffer[self.at : self.at + 1000], 0, False
        while True:
            match = (_IN_STRING if quoted else _STRUCTURE).search(self.buffer, self.at)
            if match is None:
                # A lone backslash at the end belongs to the sign after it.
                self.at = len(self.buffer) - (quoted and self.buffer.endswith("\\"))
                if self.ended or not self.more():
                    self.at = len(self.buffer)
                    return head
                continue
            self.at, sign = match.end(), match[0]
            if quoted:
                quoted = sign != '"'
            elif sign == '"':
                quoted = True
            else:
                depth += 1 if sign in "{[" else -1
            if depth < 0:
                self.at -= 1
                return head
            if depth == 0 and not quoted:
                return head

    def first_key(self) -> str | None:
        """The first key of the object that begins here."""
        match = _FIRST_KEY.match(self.buffer, self.at)
        return match[1] if match else None

    def resume(self, first_key: str | None) -> str:
        """Pass over a broken record to where the next one seems to begin, by the key that the
        records begin with; the beginning of what was passed over.
        """
        first_key = self.first_key() or first_key
        begin = re.compile(r"\{\s*" + (f'"{re.escape(first_key)}"' if first_key else '"'))
        head, kept = self.buffer[self.at : self.at + 1000], self.at + 1
        while True:
            if match := begin.search(self.buffer, kept):
                self.at = match.start()
                return head
            if self.ended:
                self.at = len(self.buffer)
                return head
            self.at, kept = max(len(self.buffer) - 200, kept), 0
            self.more()


_NEEDLESS = re.compile(r",\s*[}\]]")
_IN_STRING = re.compile(r'\\.|"', re.DOTALL)
_FIRST_KEY = re.compile(r'\{\s*"((?:[^"\\]|\\.)*)"')
_STRUCTURE = re.compile(r'["{}\[\]]')
