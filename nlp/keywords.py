"""The telling words of a post: often here, seldom elsewhere."""

from __future__ import annotations

import gzip
import math
import re
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files

from tingfeng import ModelError

MOST = 8
"""Keywords a post: enough for topics, few enough to read."""

_WORTH = re.compile(r"(?=.*[^\W\d_])[\w.+\- ]+")
"""At least one letter; no emoticon, emoji or sign."""


@cache
def stopwords() -> frozenset[str]:
    """Words that tell nothing, a line each; ``#`` begins a remark."""
    lines = files("nlp").joinpath("data/stopwords.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


@cache
def _rarity() -> tuple[dict[str, float], float]:
    """Inverse document frequency of words in the training texts, and that of an unknown word."""
    try:
        packed = files("nlp").joinpath("data/words.txt.gz").read_bytes()
    except OSError as error:
        raise ModelError(
            f"缺少词频表：{error}。请重新安装", f"the word counts are missing: {error}; reinstall"
        ) from error
    head, *lines = gzip.decompress(packed).decode().splitlines()
    texts = int(head)
    table: dict[str, float] = {}
    for line in lines:
        # A line a count: the words that stand in that many texts.
        count, *words = line.split(" ")
        table.update(dict.fromkeys(words, math.log(texts / int(count))))
    return table, math.log(texts)


@lru_cache(maxsize=1 << 16)
def _weight(token: str) -> float:
    """How telling one occurrence is; 0 for what is never a keyword."""
    if len(token) < 2 or token in stopwords() or not _WORTH.fullmatch(token):
        return 0.0
    table, unknown = _rarity()
    return table.get(token, unknown)


def keywords(tokens: Iterable[str], most: int = MOST) -> tuple[str, ...]:
    """The *most* telling of *tokens* (words of a cleaned text), best first; of two alike the
    earlier. No single characters, numbers, emoticons or stop words.
    """
    scores: dict[str, float] = {}
    for token in tokens:
        weight = _weight(token)
        if weight:
            scores[token] = scores.get(token, 0.0) + weight
    # Sorting keeps the order of equals, which is that of the text.
    return tuple(sorted(scores, key=scores.__getitem__, reverse=True)[:most])
