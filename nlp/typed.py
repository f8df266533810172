"""What a person typed into a search, cut as posts are cut."""

from __future__ import annotations

import re
from collections.abc import Callable

from nlp.keywords import stopwords

_WORDS = re.compile(r'-?(?:"[^"]*"|“[^”]*”)|\S+')
_HAN = re.compile(r"[\u3400-\u9fff]")

_PARTICLES = frozenset("的了吗呢吧啊呀着过是和与或及之也都很就还在把被给对从到")
"""Single characters that bind words. Asked for as words they would hide posts that say the same."""


def typed(text: str, cut: Callable[[str], list[str]]) -> str:
    """*text* with every run of Chinese cut into words by *cut*: ``小米手机发热`` finds posts in
    which 小米, 手机 and 发热 stand, wherever. ``"小米手机"`` and ``-小米手机`` stay whole.
    """
    return " ".join(piece for word in _WORDS.findall(text) for piece in _pieces(word, cut))


def _pieces(word: str, cut: Callable[[str], list[str]]) -> list[str]:
    if word[0] in '-"“' or not _HAN.search(word):
        return [word]
    words = [piece.replace('"', "") for piece in cut(word)]
    told = [piece for piece in words if piece not in _PARTICLES and piece not in stopwords()]
    pieces = [f'"{piece}"' if " " in piece or piece[0] == "-" else piece for piece in told or words]
    return pieces or [word]
