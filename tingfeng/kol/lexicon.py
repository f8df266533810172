"""Words looked for in a post, many lists at once: fields, scenes and tones; and what discloses an advert."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from tingfeng import SettingsError, fold


class Hit(NamedTuple):
    """One word found."""

    name: str
    """Of the list."""

    word: str
    start: int
    end: int


class WordLists:
    """Lists of words, found all at once: at every place the longest word.

    *lists* maps the name of a list to its words, matched as :func:`tingfeng.fold` writes them; one
    word may stand in several lists. Latin words match whole words only.
    """

    def __init__(self, lists: Mapping[str, Sequence[str]]) -> None:
        import ahocorasick_rs

        names: dict[str, list[str]] = {}
        for name, words in lists.items():
            for word in words:
                known = names.setdefault(fold(word), [])
                if name not in known:
                    known.append(name)
        self._words = list(names)
        self._names = [tuple(names[word]) for word in self._words]
        self._matcher = ahocorasick_rs.AhoCorasick(
            self._words, matchkind=ahocorasick_rs.MATCHKIND_LEFTMOST_LONGEST
        )

    def hits(self, folded: str) -> Iterator[Hit]:
        """Everything found in a folded text, from left to right, without overlaps."""
        for n, start, end in self._matcher.find_matches_as_indexes(folded):
            word = self._words[n]
            if not (word[0].isascii() and _inside(folded, start, end)):
                for name in self._names[n]:
                    yield Hit(name, word, start, end)


def _inside(text: str, start: int, end: int) -> bool:
    """Whether a Latin word is only part of a longer one (app in apple)."""
    before, after = text[start - 1 : start], text[end : end + 1]
    return (text[start].isalpha() and before.isascii() and before.isalpha()) or (
        text[end - 1].isascii() and text[end - 1].isalpha() and after.isascii() and after.isalpha()
    )


@cache
def shipped(name: str) -> Mapping[str, Any]:
    """One of the tables under ``tingfeng/kol/data``."""
    return tomllib.loads(
        files("tingfeng.kol").joinpath(f"data/{name}.toml").read_text(encoding="utf-8")
    )


def word_lists(name: str, more: Path | None = None) -> dict[str, tuple[str, ...]]:
    """The shipped lists *name*, and those of the file *more*, which has the same form.

    A list of *more* that is shipped too is added to it; a word with ``-`` before it is taken out.
    Errors: :class:`~tingfeng.SettingsError` where *more* is no such file.
    """
    lists = {key: tuple(one["words"]) for key, one in shipped(name).items() if "words" in one}
    if more is None:
        return lists
    try:
        added = tomllib.loads(more.read_text(encoding="utf-8"))
        for key, one in added.items():
            kept = [word for word in lists.get(key, ()) if f"-{word}" not in one["words"]]
            lists[key] = (*kept, *(word for word in one["words"] if not word.startswith("-")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise SettingsError(
            f'词表 {more.name} 读不了（{error}）：每个领域写成 [领域] 下一行 words = ["词", "词"]',
            f"the word list {more.name} cannot be read ({error}): write [field] and, under it, "
            'words = ["word", "word"]',
        ) from error
    return lists


class Signs(NamedTuple):
    """What a post says of its being paid for: the words found for each, empty where nothing is."""

    declared: tuple[str, ...]
    denied: tuple[str, ...]
    selling: tuple[str, ...]
    invited: tuple[str, ...]


LOOKED_AT = 200
"""Places looked at of each kind: a text with more is no text, and is not to cost minutes."""


class Disclosure:
    """Finds marks of advertising; see ``data/disclosure.toml`` for the patterns and their reasons."""

    def __init__(self, patterns: Mapping[str, Mapping[str, Sequence[str]]] | None = None) -> None:
        import ahocorasick_rs

        self._anchors = ahocorasick_rs.AhoCorasick(ANCHORS) if patterns is None else None
        patterns = shipped("disclosure") if patterns is None else patterns
        self._patterns = {
            kind: (
                re.compile("|".join(lines["meant"])),
                re.compile("|".join(lines["elsewhere"]) or "(?!)"),
            )
            for kind, lines in patterns.items()
        }

    def signs(self, folded: str) -> Signs:
        """Marks in a folded text."""
        if self._anchors is not None and not self._anchors.find_matches_as_indexes(folded):
            return NO_SIGNS
        return Signs(*(self._found(kind, folded) for kind in Signs._fields))

    def _found(self, kind: str, folded: str) -> tuple[str, ...]:
        meant, elsewhere = self._patterns[kind]
        others = [match.span() for match in elsewhere.finditer(folded)]
        return tuple(
            dict.fromkeys(
                match[0].strip()
                for match in islice(meant.finditer(folded), LOOKED_AT)
                if all(end <= match.start() or match.end() <= start for start, end in others)
            )
        )


NO_SIGNS = Signs((), (), (), ())

ANCHORS = (
    "广告", "无广", "不是广", "非广", "赞助", "推广", "合作", "恰", "报备", "商单", "利益", "寄来", "寄送", "寄给我", "送测",
    "送来", "送的", "赠送", "免费提供", "提供的", "邀请", "邀约", "受邀", "应邀", "特邀", "自费", "自掏", "自购", "自己花钱", "链接",
    "连接", "入口", "款放在", "款挂在", "款都在", "款在", "物放在", "物挂在", "物都在", "物在", "橱窗", "小黄车", "购物车", "左下角",
    "右下角", "下方", "开团", "团购", "专属", "专享", "独家", "粉丝折", "粉丝优", "粉丝福", "我的折", "我的优", "我的邀", "我的 ",
    "我的c", "淘宝", "京东", "抖音", "口令", "报我", "报暗", "报名字", "报id", "报小", "体验官", "推荐官", "探店官", "种草官", "试用测评",
    "试吃", "pr礼", "pr盒", "品牌礼盒", "gifted", "sponsor", "partner", "referral", "affiliate", "#ad", "[ad]", "【ad】",
    "(ad)", "ad:", "ad\n", "\nad", "|ad", "ad|", "·ad", "ad·", "no ad", "an ad", ".com/", ".cn/", ".hk/", ".to/", ".it/", "￥",
    "¥", "$",
)  # fmt: skip
"""A text without any of these holds none of the shipped patterns: one look instead of forty."""
