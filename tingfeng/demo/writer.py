"""Puts sentences together into posts that read like their platform and never repeat themselves."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any, NamedTuple

from tingfeng.core.analysis import Label
from tingfeng.demo.script import Form, read

_TRIES = 40
"""Attempts at a combination not used before; the pools hold many times what is drawn."""

_SIGNS: dict[tuple[str, Label], tuple[str, ...]] = {
    ("weibo", "positive"): ("[心]", "[赞]", "[哈哈]", "[太开心]", "[鼓掌]", "[爱你]"),
    ("weibo", "negative"): ("[怒]", "[泪]", "[怒骂]", "[裂开]", "[衰]", "[生病]"),
    ("weibo", "neutral"): ("[疑问]", "[思考]", "[围观]", "[二哈]"),
    ("xiaohongshu", "positive"): ("[赞R]", "[派对R]", "[飞吻R]", "～", "✨"),
    ("xiaohongshu", "negative"): ("[哭惹R]", "[生气R]", "[叹气R]"),
    ("xiaohongshu", "neutral"): ("[疑问R]", "～", "[暗中观察R]"),
    ("bilibili", "positive"): ("[打call]", "[妙啊]", "[给心心]"),
    ("bilibili", "negative"): ("[生气]", "[大哭]", "[辣眼睛]"),
    ("bilibili", "neutral"): ("[思考]", "[OK]"),
}
"""Emoticons as each platform writes them. A neutral post seldom has one."""

_TAGS = {
    "云雀": ("云雀", "云雀手机", "数码", "手机", "云雀X5"),
    "青禾": ("青禾", "燕麦奶", "早餐", "燕麦"),
    "橙子": ("橙子手机", "数码", "橙子S3"),
}


class Text(NamedTuple):
    """What was written."""

    text: str
    name: str
    """How the brand is called in it."""


class Writer:
    """Composes texts; remembers what it used, so that no two say the same."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._used: Counter[str] = Counter()
        self._pairs: set[frozenset[str]] = set()

    def write(self, form: Form, platform: str, subject: str) -> Text:
        """A new text of *form* about *subject*, a table of ``names.toml``."""
        for _ in range(_TRIES):
            pieces = self._pieces(form, platform)
            # Two texts that share their two longest sentences would be near-duplicates.
            pair = frozenset(sorted(pieces, key=len)[-2:])
            if pair not in self._pairs:
                break
        self._pairs.add(pair)
        self._used.update(pieces)
        text, name = self._named("".join(pieces), subject)
        return Text(self._dress(text, platform, form.label), name)

    def tags(self, brand: str) -> tuple[str, ...]:
        """Topics an author would put under a post about *brand*."""
        return tuple(sorted(self._rng.sample(_TAGS[brand], self._rng.randint(1, 3))))

    def _pieces(self, form: Form, platform: str) -> list[str]:
        taken: set[str] = set()
        pieces: list[str] = []
        for name in self._rng.choice(form.shapes(platform)).split():
            pool = form.pool(name, platform)
            aspects = [aspect for aspect in pool if not aspect or aspect not in taken]
            aspect = self._rng.choice(aspects)
            taken.add(aspect)
            pieces.append(self._piece([line for line in pool[aspect] if line not in pieces]))
        return pieces

    def _piece(self, lines: list[str]) -> str:
        """The one used least among three, so that no sentence becomes a tic."""
        drawn = [self._rng.choice(lines) for _ in range(3)]
        return min(drawn, key=lambda line: self._used[line])

    def _named(self, text: str, subject: str) -> tuple[str, str]:
        entry: dict[str, Any] = read("names")[subject]
        names, weights = zip(*entry["names"], strict=True)
        place = "{x}" if "{x}" in text else "{m}"
        while True:
            name: str = self._rng.choices(names, weights)[0]
            if _fits(text, place, name, entry.get("needs", {}).get(name)):
                return text.replace(place, name), name

    def _dress(self, text: str, platform: str, label: Label) -> str:
        if platform in {"jd", "zhihu"}:
            return text
        if text.endswith("。") and self._rng.random() < 0.6:
            text = text[:-1]
        often = 0.06 if label == "neutral" else 0.3
        signs = _SIGNS.get((platform, label))
        if signs and not text.endswith("]") and self._rng.random() < often:
            text += self._rng.choice(signs)
        return text


def _fits(text: str, place: str, name: str, needs: list[str] | None) -> bool:
    if place not in text:
        return True
    if name.endswith("Pro") and ("Pro" in text or "标准版" in text):
        return False
    if needs is None:
        return True
    # At the head of a text a doubtful name reads like a person or a fruit. 24 characters are
    # safely inside the 30 that the lexicon looks at.
    place_at = text.index(place)
    near = text[: place_at + len(place) + 24]
    return place_at > 0 and any(word in near for word in needs)
