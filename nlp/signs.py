"""Emoji and ``[表情]`` that show feeling, with how glad they are in practice.

``data/signs.csv`` counts our own training texts, and those of a table of counts of Weibo's
emoticons: [微笑] is no smile. A sign with ``n`` 0 was too rare to be counted and was judged by hand.
"""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib.resources import files


@cache
def valences() -> dict[str, float]:
    """Each sign, folded, with its valence from -1 (only in unhappy posts) to 1."""
    text = files("nlp").joinpath("data/signs.csv").read_text(encoding="utf-8")
    return {row["sign"]: float(row["valence"]) for row in csv.DictReader(text.splitlines())}


_CANDIDATE = re.compile("\\[[^\\[\\]]{1,8}\\]|[\u2600-\u27bf\U0001f300-\U0001faff]")
"""Emoticons in brackets, and whatever may be an emoji: two ranges are searched for five times as fast
as the signs themselves."""


def signs(text: str) -> tuple[str, ...]:
    """The signs of a folded or cleaned *text*, each once, in order, as the table spells them."""
    found = _CANDIDATE.findall(text)
    return tuple(sign for sign in dict.fromkeys(found) if sign in valences()) if found else ()


def mood(found: tuple[str, ...]) -> float:
    """Mean valence of signs; 0 without any."""
    table = valences()
    return sum(table[sign] for sign in found) / len(found) if found else 0.0
