"""Emoji and ``[表情]`` that show feeling, with how glad they are in practice.

``data/signs.csv`` counts our own training texts, and those of a table of counts of Weibo's
emoticons: [微笑] is no smile. A sign with ``n`` 0 was too rare to be counted and was judged by hand.
"""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib.resources import files

from tingfeng import fold

_VARIANT = re.compile("[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]")
"""How an emoji is drawn, and the colour of a hand."""


@cache
def valences() -> dict[str, float]:
    """Each sign, folded, with its valence from -1 (only in unhappy posts) to 1."""
    text = files("nlp").joinpath("data/signs.csv").read_text(encoding="utf-8")
    return {row["sign"]: float(row["valence"]) for row in csv.DictReader(text.splitlines())}


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(
        "|".join(re.escape(sign) for sign in sorted(valences(), key=len, reverse=True))
    )


def signs(text: str) -> tuple[str, ...]:
    """The signs of *text*, each once, in order, as the table spells them."""
    found = _pattern().findall(_VARIANT.sub("", fold(text)) if not text.isascii() else text.lower())
    return tuple(dict.fromkeys(found)) if found else ()


def mood(found: tuple[str, ...]) -> float:
    """Mean valence of signs; 0 without any."""
    table = valences()
    return sum(table[sign] for sign in found) / len(found) if found else 0.0
