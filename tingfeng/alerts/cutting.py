"""Markdown cut to so many bytes, at places where nothing is broken."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator

_WHOLE = re.compile(r"\[[^\[\]\n]*\]\([^()\s]*\)|\*\*[^*\n]{1,200}\*\*|`[^`\n]{1,200}`|<[^<>\n]*>")
"""What must not be cut through: a link, bold and code (within reason), a tag."""

_JOINER = "\u200d"
_KEEP = 0.75
"""Of what would fit, how much must be left for a cut at the end of a line to be worth it."""


def cut(text: str, fits: Callable[[str], bool], more: str) -> str:
    """*text* if it *fits*, else as much of it as fits together with *more*, the words that say
    where the rest can be read.

    *fits* must be monotone: what is longer fits no better. Cuts at the end of a line where that
    costs little, and never through a character as people see it (an emoji of several code points
    is one), a link, or a tag. Where not even *more* fits, the result is empty.
    """
    if fits(text):
        return text
    ends = [0, *boundaries(text)]
    room = bisect_right(ends, False, key=lambda end: not fits(text[:end].rstrip() + more))
    if room == 0:
        return ""
    end = ends[room - 1]
    line = text.rfind("\n", 0, end)
    if line >= end * _KEEP and line in set(ends):
        end = line
    return text[:end].rstrip() + more


def boundaries(text: str) -> Iterator[int]:
    """Positions at which *text* may end, its own end last."""
    position = 0
    for whole in _WHOLE.finditer(text):
        yield from _characters(text, position, whole.start())
        yield whole.end()
        position = whole.end()
    yield from _characters(text, position, len(text))


def _characters(text: str, start: int, stop: int) -> Iterator[int]:
    position = start
    while position < stop:
        position = _next(text, position, stop)
        yield position


def _next(text: str, start: int, stop: int) -> int:
    """Where the character that begins at *start* ends, by the main rules of UAX 29."""
    end = start + 1
    if _is_flag(text[start]) and end < stop and _is_flag(text[end]):
        end += 1
    while end < stop:
        if _extends(text[end]) or text[end - 1] == _JOINER:
            end += 1
        else:
            break
    return end


def _is_flag(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _extends(char: str) -> bool:
    """Joiners, variation selectors, skin tones, tags and accents belong to what is before them."""
    return (
        char == _JOINER
        or "\U0001f3fb" <= char <= "\U0001f3ff"
        or "\U000e0020" <= char <= "\U000e007f"
        or unicodedata.category(char) in ("Mn", "Me", "Mc")
    )


def plain(markdown: str) -> str:
    """As it reads where Markdown is not understood: links become ``words address``."""
    text = re.sub(r"\[([^\[\]\n]*)\]\(([^()\s]*)\)", r"\1 \2", markdown)
    return re.sub(r"\*\*([^*\n]+)\*\*", r"\1", text)


def tame(markdown: str) -> str:
    """*markdown* without tags: what is not from us must call nobody (``<@all>``) nor be coloured."""
    return markdown.replace("<", "＜").replace(">", "＞")
