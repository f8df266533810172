"""Bytes to text, whatever they are written in, in bounded memory; damage is mended per record."""

from __future__ import annotations

import codecs
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

from tingfeng import InputError

CHUNK = 256 << 10
"""Bytes decoded at once: large enough that the loop costs nothing, small enough to be nothing."""

CUT = (EOFError, zlib.error, zipfile.BadZipFile)
"""What a damaged archive raises."""

LINE = 4 << 20
"""Characters of the longest line or record taken in; the longest real one seen has 60 thousand."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def sniff_encoding(head: bytes, name: str) -> str:
    """The codec that *head*, the beginning of a file, is written in. Raises InputError for bytes
    that are no text at all.
    """
    for bom, codec in _BOMS:
        if head.startswith(bom):
            return codec
    if not head.strip(b"\0"):
        raise InputError(
            f"{name} 里只有零字节：文件可能没有写完就断电或中断了，请重新导出",
            f"{name} holds nothing but zero bytes: its writer was cut off; export it again",
        )
    # Line ends, commas and digits are ASCII in any language, and half of their UTF-16 is zero.
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) > len(head) // 50 and max(even, odd) > 8 * min(even, odd):
        wide = "utf-16-be" if even > odd else "utf-16-le"
        # A zero byte or two in a short file of another encoding would make rare characters of all.
        if len(_USUAL.findall(head.decode(wide, "replace"))) * 4 > len(head):
            return wide
    _refuse_binary(head, name)
    text = head.decode("utf-8", "replace")
    # Chance hardly ever makes three bytes of UTF-8: a few wrong bytes are damage, mended later.
    if len(_WIDE.findall(text)) >= text.count("\ufffd") - (len(text) - len(text.rstrip("\ufffd"))):
        return "utf-8"
    return min(("gb18030", "big5hkscs"), key=lambda codec: _faults(head, codec))


def _faults(head: bytes, codec: str) -> int:
    text = codecs.getincrementaldecoder(codec)("replace").decode(head)
    # Private use and rare characters are what GB18030 makes of Big5.
    return text.count("\ufffd") + len(re.findall("[\ue000-\uf8ff\u3400-\u4dbf]", text))


_USUAL = re.compile("[\t\r\n\x20-\x7e\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef]")
_WIDE = re.compile("[\u0800-\ufffc\U00010000-\U0010ffff]")


def _refuse_binary(head: bytes, name: str) -> None:
    control = len(re.findall(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]", head))
    if control > len(head) // 20:
        raise InputError(
            f"{name} 不是文本，也不是认得的压缩包或工作簿：请导出为 csv、json、jsonl 或 xlsx",
            f"{name} is neither text nor a known archive or workbook: export it as csv, json, "
            "jsonl or xlsx",
        )


_TWICE = re.compile(rb"\xc3[\xa2-\xaf](?:\xc2[\x80-\xbf]|\xe2\x80|\xe2\x82\xac|\xc5|\xcb|\xc6)")
"""The first bytes of Chinese in UTF-8, taken for Latin-1 or Windows-1252 and encoded again."""


@dataclass(slots=True)
class Text:
    """A stream of decoded text; the flags tell whether records may need :meth:`mend`."""

    stream: IO[bytes]
    encoding: str
    tick: Callable[[], None] | None = None
    """Called after every chunk."""

    damaged: bool = False
    """Some bytes were not of the encoding."""

    twice: bool = False
    """Some text was encoded twice."""

    escaped: bool = False
    """JSON escapes of surrogates were met: emoji, or half of one where a text was cut."""

    cut: Exception | None = None
    """A damaged archive ended the text; to be raised when what came before is read."""

    def chunks(self) -> Iterator[str]:
        """The text, bit by bit."""
        handling = (
            "replace" if "16" in self.encoding or "32" in self.encoding else "surrogateescape"
        )
        decoder = codecs.getincrementaldecoder(self.encoding)(handling)
        plain = self.encoding.startswith("utf-8")
        while data := self._read():
            if plain and not self.twice and _TWICE.search(data):
                self.twice = True
            if self.tick:
                self.tick()
            yield self._checked(decoder.decode(data))
        yield self._checked(decoder.decode(b"", final=True))

    def _read(self) -> bytes:
        try:
            return self.stream.read(CHUNK)
        except CUT as error:
            self.cut = error
            return b""

    def _checked(self, text: str) -> str:
        self.escaped = self.escaped or "\\ud" in text or "\\uD" in text
        if not self.damaged and not text.isascii():
            try:
                text.encode("utf-8")
            except UnicodeEncodeError:
                self.damaged = True
        return text

    @property
    def suspect(self) -> bool:
        """Whether the records that follow must be looked at by :meth:`mend`."""
        return self.damaged or self.twice or self.escaped

    def mend(self, text: str) -> str | None:
        """*text* as it was meant; ``None`` if its bytes are of no encoding we know."""
        if self.escaped:
            text = (_HALF if self.damaged else _SURROGATE).sub("\ufffd", text)
        if self.damaged and _ESCAPED.search(text):
            raw = text.encode(self.encoding.removesuffix("-sig"), "surrogateescape")
            for codec in ("utf-8", "gb18030"):
                try:
                    return raw.decode(codec)
                except UnicodeDecodeError:
                    continue
            return None
        return once(text) if self.twice else text


_ESCAPED = re.compile("[\udc80-\udcff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_HALF = re.compile("[\ud800-\udc7f\udd00-\udfff]")  # no byte that could not be decoded
_LATIN = re.compile("[\xc3-\xf4][\x80-\xbf\u0152-\u2122]")
_WINDOWS = {
    byte: bytes([byte]).decode("cp1252") for byte in range(0x80, 0xA0)
    if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}  # fmt: skip
_EASTERN = re.compile("[\u2e80-\uffef\U0001f000-\U000fffff]")
_BACK = {ord(char): byte for byte, char in _WINDOWS.items()}


def once(text: str) -> str:
    """*text*, and if it is UTF-8 that was decoded as Latin-1 or Windows-1252, what it was.

    Only where Chinese or the like comes out: ``Ã`` and a blank may be meant.
    """
    if not _LATIN.search(text):
        return text
    try:
        meant = text.translate(_BACK).encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text
    return meant if _EASTERN.search(meant) else text


class TooLong(str):
    """The beginning of a line longer than :data:`LINE`; the rest was passed over."""

    __slots__ = ()


def lines(text: Text, limit: int | None = None) -> Iterator[str]:
    """Lines with their ends, split at LF only (or CR where a file has no LF): U+2028 and its kin
    are characters of a text, not ends of a line.
    """
    longest = limit or LINE
    pending: list[str] = []
    size, end = 0, ""
    for chunk in text.chunks():
        if not end and chunk:
            end = "\r" if "\n" not in chunk and "\r" in chunk else "\n"
        parts = chunk.split(end) if end else [chunk]
        pending.append(parts[0])
        size += len(parts[0])
        if len(parts) > 1:
            first = "".join(pending)
            yield first + end if size <= longest else TooLong(first[:1000])
            yield from [part + end for part in parts[1:-1]]
            pending, size = [parts[-1]], len(parts[-1])
        elif size > longest:
            pending = ["".join(pending)[:1000]]
    rest = "".join(pending)
    if rest:
        yield rest if size <= longest else TooLong(rest[:1000])
