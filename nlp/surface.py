"""The form of a text in which names are looked for, and the way back to what was written.

Names are written loosely: SK-II, SKII, sk－ii, SK2; Louis Vuitton, LouisVuitton; L'Oréal. Here
signs between Latin letters are taken out, on both sides, and every position remembers its origin.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from functools import cache

from tingfeng import fold

_SIGNS = r"[ \t\u00a0\-‐‑–_.·・'’]"
_HIDDEN = r"[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]"
_GAP = re.compile(
    # One class of signs comes first and what stands before it is asked afterwards: a pattern that
    # begins with a look behind is tried at every character, at twice the time of all matching.
    f"{_SIGNS[:-1]}{_HIDDEN[1:]}"
    + rf"(?:(?<=[a-z0-9&]{_SIGNS}){_SIGNS}{{0,2}}(?=[a-z0-9&ⅡⅢⅣⅱⅲⅳ])"  # inside Latin names
    r"|(?<=[\u4e00-\u9fff][ \u00a0])[ \u00a0]?(?=[a-z0-9])"  # 小米 14, as careful people write
    r"|(?<=[a-z0-9][ \u00a0])[ \u00a0]?(?=[\u4e00-\u9fff])"  # MAC 口红
    r"|(?<=[^\W\d_][·・])(?=[^\W\d_])"  # 乔治·阿玛尼
    rf"|(?<={_HIDDEN}){_HIDDEN}*)"  # unseen, put there to slip past filters
)
_UNSEEN = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff"
_ROMAN = {"Ⅱ": "ii", "Ⅲ": "iii", "Ⅳ": "iv", "ⅱ": "ii", "ⅲ": "iii", "ⅳ": "iv"}
_ROMANS = re.compile("[ⅡⅢⅣⅱⅲⅳ]")
_HALVES = re.compile("[\ud800-\udfff]")
_ACCENTED = re.compile("[\u00c0-\u024f]")
_NUMERALS = {"ii": "2", "iii": "3", "iv": "4"}
_PARTS = re.compile(r"[a-z]+|[0-9]+|[^a-z0-9]+")


@cache
def _accents() -> dict[int, str]:
    """é → e: Latin letters without their marks, one to one."""
    return {
        code: unicodedata.normalize("NFD", chr(code))[0].lower()
        for code in range(0xC0, 0x250)
        if unicodedata.normalize("NFD", chr(code))[0].isascii()
    }


def plain(text: str) -> str:
    """*text* folded and without accents, as many characters as before."""
    folded = fold(text)
    return folded.translate(_accents()) if _ACCENTED.search(folded) else folded


def sound(text: str) -> str:
    """*text* with U+FFFD for halves of surrogate pairs, as many characters as before: a cut-off
    emoji must not hide the names beside it.
    """
    return _HALVES.sub("\ufffd", text)


class Surface:
    """A text with the signs inside names taken out."""

    __slots__ = ("_origins", "_starts", "flat", "folded", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.folded = plain(text)
        self._starts: list[int] = [0]
        self._origins: list[int] = [0]
        if not _GAP.search(self.folded) and not _ROMANS.search(self.folded):
            self.flat = self.folded
            return
        pieces: list[str] = []
        size = at = 0

        def keep(piece: str, origin: int) -> None:
            nonlocal size
            pieces.append(piece)
            self._starts.append(size)
            self._origins.append(origin)
            size += len(piece)

        cuts = [*_GAP.finditer(self.folded), *_ROMANS.finditer(self.folded)]
        for cut in sorted(cuts, key=lambda found: found.start()):
            keep(self.folded[at : cut.start()], at)
            for sign in _ROMAN.get(cut.group(), ""):
                keep(sign, cut.start())
            at = cut.end()
        keep(self.folded[at:], at)
        self.flat = "".join(pieces)

    def origin(self, at: int) -> int:
        """Where the character at *at* of :attr:`flat` stands in :attr:`text`."""
        piece = bisect_right(self._starts, at) - 1
        return self._origins[piece] + at - self._starts[piece]

    def gaps(self, start: int, end: int) -> list[int]:
        """Offsets from *start* before which a visible sign was taken out of ``flat[start:end]``."""
        if len(self._starts) == 1:
            return []
        return [
            at - start
            for at in range(start + 1, end)
            if self.folded[self.origin(at - 1) + 1 : self.origin(at)].strip(_UNSEEN)
        ]


def spellings(name: str) -> dict[str, frozenset[int]]:
    """How *name* may stand in :attr:`Surface.flat`, each with the offsets where signs may have
    been: where the name itself has a sign, a change between letters and digits or a capital.

    >>> sorted(spellings("SK-II"))
    ['sk2', 'skii']
    """
    camel = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", unicodedata.normalize("NFKC", name))
    chunks = [chunk for chunk in re.split(r"[ \t\u00a0\-‐‑–_.·・'’]+", plain(camel)) if chunk]
    found = {}
    # In a fixed order: which of two names at one place is met first must not hang on the process.
    lasts = dict.fromkeys((chunks[-1], _NUMERALS.get(chunks[-1], chunks[-1]))) if chunks else ()
    for last in lasts if len(chunks) > 1 else chunks:
        flat, breaks = "", set()
        for chunk in [*chunks[:-1], last]:
            for part in _PARTS.findall(chunk):
                breaks.add(len(flat))
                flat += part
        found[flat] = frozenset(breaks - {0})
    return found
