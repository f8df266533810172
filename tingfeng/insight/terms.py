"""Which tokens can be news, and how surprising their growth is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from math import log

from tingfeng import Brand, fold

_WORD = re.compile(r"(?=.*[^\W\d_])[\w][\w·.+-]*")


def surprise(now: int, of_now: int, then: int, of_then: int) -> float:
    """Dunning's G² of a word in *now* of *of_now* posts against *then* of *of_then*; 0 where it
    has not grown.
    """
    if not of_now or not of_then or now * of_then <= then * of_now:
        return 0.0
    cells = (now, of_now - now, then, of_then - then)
    share = (now + then) / (of_now + of_then)
    expected = (of_now * share, of_now * (1 - share), of_then * share, of_then * (1 - share))
    return 2 * sum(n * log(n / e) for n, e in zip(cells, expected, strict=True) if n > 0)


def own_words(brands: Sequence[Brand]) -> frozenset[str]:
    """Aliases, and what a segmenter makes of them: their parts, and pairs of short ones."""
    found = set()
    for brand in brands:
        for alias in (brand.name, *(each.text for each in brand.aliases)):
            text = fold(alias)
            found |= {text, *re.split(r"[\W_]+", text)}
            if len(text) <= 3:
                found |= {text[i : i + 2] for i in range(len(text) - 1)}
    return frozenset(found)


def is_news(word: str, own: frozenset[str]) -> bool:
    """Whether *word* tells anything: no stop word, no number, none of the lexicon's *own*."""
    folded = fold(word)
    return (
        len(word) > 1
        and folded not in _stop_words()
        and folded not in own
        and _WORD.fullmatch(word) is not None
    )


@cache
def _stop_words() -> frozenset[str]:
    """Frequent words that tell nothing, our own list."""
    return frozenset(files("tingfeng.insight").joinpath("stopwords.txt").read_text("utf-8").split())
