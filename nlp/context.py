"""Whether the words around an ambiguous name mean the brand."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlp.nicknames import shipped_context
from nlp.surface import plain
from tingfeng import Alias

SHORT_POST = 100
"""Characters. In a post up to here every word is near: it has one subject. Measured on real
mentions of ambiguous names, see ``benchmarks/attitude.md``."""

OFFICIAL = re.compile(
    r"[\W_]*|.*(?:官方|官网|旗舰|专卖|专营|自营|集团|公司|客服|服务|俱乐部|车友|社区|商城|营业|门店"
    r"|客户端|频道|微博|网|手机|汽车|电器|家电|科技|中国|浏览器|official|china).*"
)
"""What the brand's own accounts, and those of its shops and clubs, have beside its name."""


_TOPIC = re.compile(r"(?:\[?超话\]?|超级话题)?[#\[]")
"""What closes a topic: ``#小米#``, ``#小米超话#``, ``#小米[超话]#``, ``#小米[话题]#``."""


def is_topic(folded: str, start: int, end: int) -> bool:
    """Whether the name at ``folded[start:end]`` is all of a topic."""
    return folded[start - 1 : start] == "#" and bool(_TOPIC.match(folded, end))


_OFFICIAL_WORDS = re.compile(
    r"[\W_]*(?:(?:官方|官微|官博|旗舰店|旗舰|专卖店|专营店|自营|集团|公司|客服|服务|售后|商城|手机|汽车|电器|家电|科技"
    r"|中国|微博|official|china|store)[\W_]*)+"
)


def is_official(beside: str) -> bool:
    """Whether an account has nothing *beside* the name but what only the brand puts there: 官方,
    but not 中国苹果之乡.
    """
    return bool(_OFFICIAL_WORDS.fullmatch(beside))


def _pattern(words: tuple[str, ...]) -> re.Pattern[str] | None:
    """Any of *words*; Latin ones not inside longer Latin words (app in apple)."""
    parts = []
    for word in dict.fromkeys(plain(word) for word in words if word):
        left = r"(?<![a-z])" if word[0].isascii() and word[0].isalpha() else ""
        right = r"(?![a-z])" if word[-1].isascii() and word[-1].isalpha() else ""
        parts.append(f"{left}{re.escape(word)}{right}")
    return re.compile("|".join(parts)) if parts else None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say of one place."""

    accepted: bool
    rule: str
    open: bool = False
    """Only shipped words, or none, speak here: an engine that reads the place may overrule them."""

    hint: float | None = None
    """How far the words around speak for (1) or against (0) the brand; ``None``: none do."""


def _hints(alias: Alias, shipped: frozenset[str]) -> frozenset[str]:
    """The words of *alias* that nobody chose: those of *shipped*, where it holds half of them or
    more, for such a list was written by ``tingfeng init``. A shorter one a person wrote, and means.
    """
    given = {plain(word) for word in (*alias.near, *alias.never)}
    return shipped if 2 * len(given & shipped) >= len(shipped) else frozenset()


class Context:
    """The rules of one alias, ready to be asked."""

    __slots__ = ("_ambiguous", "_beside", "_latin", "_near", "_over", "_shipped", "_window")

    def __init__(self, alias: Alias) -> None:
        shipped = shipped_context(alias.text)
        self._shipped = _hints(alias, shipped or frozenset())
        self._ambiguous = shipped is not None or bool(alias.near)
        name = plain(alias.text)
        self._latin = name[:1].isascii() or name[-1:].isascii()
        self._window = alias.window
        self._near = _pattern(alias.near)
        # 小米粥 holds the name: it speaks of this place only. 熬粥 speaks of all around it.
        self._over = tuple(dict.fromkeys(plain(w) for w in alias.never if name in plain(w)))
        self._beside = _pattern(tuple(w for w in alias.never if name not in plain(w)))

    def judge(self, folded: str, start: int, end: int, sign: str = "") -> Verdict:
        """Whether the name at ``folded[start:end]`` is the brand, and by which rule.

        *sign* is what the place itself says for it (``topic``, ``official``): as good as a word of
        the positive context. Words that users chose themselves close the question, and so does a
        longer word that holds the name.
        """
        for word in self._over:
            at = folded.find(word, max(start - len(word), 0), end + len(word))
            while at >= 0:
                if at <= start and end <= at + len(word):
                    return Verdict(False, f"never:{word}", hint=0.0)
                at = folded.find(word, at + 1, end + len(word))
        low, high = max(start - self._window, 0), end + self._window
        if self._beside:
            unwanted = self._search(self._beside, folded, low, high, start, end)
            if unwanted:
                return Verdict(False, f"never:{unwanted}", unwanted in self._shipped, 0.0)
        if sign and self._near:
            return Verdict(True, sign, hint=1.0)
        if not self._near:
            return Verdict(True, "boundary" if self._latin else "plain", self._ambiguous)
        if len(folded) <= SHORT_POST:
            low, high = 0, len(folded)
        wanted = self._search(self._near, folded, low, high, start, end)
        if wanted:
            return Verdict(True, f"near:{wanted}", wanted in self._shipped, 1.0)
        return Verdict(False, "no context", open=True)

    def _search(
        self, pattern: re.Pattern[str], folded: str, low: int, high: int, start: int, end: int
    ) -> str:
        """The first word found that does not lie inside the name itself; one that users chose
        themselves before any that is shipped.
        """
        first = ""
        for found in pattern.finditer(folded, low, high):
            if not (start <= found.start() and found.end() <= end):
                word = found.group()
                if word not in self._shipped:
                    return word
                first = first or word
        return first
