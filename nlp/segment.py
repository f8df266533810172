"""Words. Emoticons stay whole, and so do the names of brands."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache, cached_property
from importlib.metadata import PackageNotFoundError, version
from itertools import accumulate, pairwise
from typing import Any

from nlp.clean import EMOTICON
from tingfeng import SettingsError

_PICTURE = re.compile("[\u2600-\u27bf\U0001f000-\U0001faff]")


def _cut(text: str, engine: Callable[[str], list[str]]) -> list[str]:
    if "[" not in text:
        return engine(text)
    words: list[str] = []
    at = 0
    for found in EMOTICON.finditer(text):
        if found.start() > at:
            words += engine(text[at : found.start()])
        words.append(found.group())
        at = found.end()
    if at < len(text):
        words += engine(text[at:])
    return words


class RjiebaSegmenter:
    """jieba's dictionary and algorithm in Rust: the same words in 98 % of short posts, at twenty
    times the speed. What differs is Latin text with ``-`` or ``.``, which it keeps whole.
    """

    def __init__(self) -> None:
        self.version = f"rjieba-{version('rjieba')}"

    def __call__(self, text: str) -> list[str]:
        return _cut(text, _rjieba().cut)


@cache
def _rjieba() -> Any:
    """One dictionary a process: the reader and the linear engine both cut words."""
    import rjieba

    return rjieba.Jieba()


class JiebaSegmenter:
    """jieba itself: the very words of other people's jieba pipelines, where they must agree."""

    def __init__(self) -> None:
        try:
            self.version = f"jieba-{version('jieba')}"
        except PackageNotFoundError:
            raise SettingsError(
                "没有安装 jieba：pip install 'tingfeng[jieba]'，或把 segmenter 改回 rjieba",
                "jieba is not installed: pip install 'tingfeng[jieba]', or set segmenter to rjieba",
            ) from None

    @cached_property
    def _engine(self) -> Any:
        import logging

        import jieba

        # It writes to stderr while it loads its dictionary; that is nobody's message.
        jieba.setLogLevel(logging.WARNING)
        return jieba.Tokenizer()

    def __call__(self, text: str) -> list[str]:
        return _cut(text, self._engine.lcut)


class Joiner:
    """Joins the words that a name was cut into: ``sk|-|ii`` becomes ``sk-ii``.

    Works on the words of any segmenter, after it: a user word inside jieba's own dictionary would
    cut other words apart (``ces`` cuts ``license``), and would make sentiment depend on the
    lexicon of brands.
    """

    def __init__(self, names: Iterable[str]) -> None:
        """*names* are folded."""
        import ahocorasick_rs

        known = sorted({name for name in names if len(name) > 1})
        self._matcher = ahocorasick_rs.AhoCorasick(
            known, matchkind=ahocorasick_rs.MATCHKIND_LEFTMOST_LONGEST
        )
        self._any = bool(known)

    def __call__(self, text: str, words: list[str]) -> list[str]:
        """*words* of *text* with every name whole whose ends no word crosses."""
        if not self._any:
            return words
        spans = [(start, end) for _, start, end in self._matcher.find_matches_as_indexes(text)]
        spans = [span for span in spans if _on_boundary(text, *span)]
        return _rejoin(text, words, spans) if spans else words


def _on_boundary(text: str, start: int, end: int) -> bool:
    """Whether a name with Latin ends does not stand inside a longer Latin word or number."""
    return not (
        (start and _continues(text[start - 1], text[start]))
        or (end < len(text) and _continues(text[end - 1], text[end]))
    )


def _continues(left: str, right: str) -> bool:
    pair = left + right
    return pair.isascii() and (pair.isalpha() or pair.isdigit())


def _rejoin(text: str, words: list[str], spans: list[tuple[int, int]]) -> list[str]:
    """*words* with those inside each span made one, where no word crosses its ends: ``lv包`` does
    not cut 包包 in two.
    """
    edges = {0, *accumulate(map(len, words))}
    for start, end in spans:
        if start in edges and end in edges:
            edges.difference_update(range(start + 1, end))
    return [text[left:right] for left, right in pairwise(sorted(edges))]


def content(words: Iterable[str]) -> list[str]:
    """*words* without blanks and punctuation; emoticons and emoji are words."""
    return [
        word
        for word in words
        if (first := word[0]).isalnum()
        or (first == "[" and len(word) > 1)
        or (first > "\u25ff" and _PICTURE.match(first))
    ]
