"""Words that no statistics need: one post that says them of the brand matters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from importlib.resources import files

from tingfeng import Document, fold
from tingfeng.alerts.claim import is_claimed

NEAR = 50
"""Characters between the brand's name and the word at most: further apart, a long text usually
speaks of something else."""


class RedlineWords:
    """A lexicon of red-line words.

    *words* maps each word to the phrases that contain it harmlessly (爆炸: 颜值爆炸).
    """

    def __init__(self, words: Mapping[str, Iterable[str]]) -> None:
        self._harmless = {
            fold(word): tuple(fold(phrase) for phrase in phrases) for word, phrases in words.items()
        }
        longest_first = sorted(self._harmless, key=lambda word: (-len(word), word))
        self._pattern = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")

    @classmethod
    def parse(cls, lines: Iterable[str]) -> RedlineWords:
        """One word a line, harmless phrases after a tab, ``#`` for remarks."""
        words: dict[str, list[str]] = {}
        for line in lines:
            word, _, phrases = line.partition("\t")
            if word.strip() and not word.startswith("#"):
                words[word.strip()] = phrases.split()
        return cls(words)

    @classmethod
    def shipped(cls, more: Iterable[str] = ()) -> RedlineWords:
        """The list that comes with tingfeng, and *more* lines of the same form."""
        text = files("tingfeng.alerts").joinpath("data/redline.txt").read_text(encoding="utf-8")
        return cls.parse([*text.splitlines(), *more])

    def hits(self, document: Document, brand: str) -> tuple[str, ...]:
        """The words that *document* says against *brand*, in order, each once.

        Empty unless the attitude to the brand is negative, the word stands near its name, and it
        is claimed rather than asked or denied (:mod:`tingfeng.alerts.claim`).
        """
        analysis = document.analysis
        if analysis is None or analysis.attitude(brand) != "negative":
            return ()
        text = fold(document.post.words)
        places = [
            (mention.start, mention.end)
            for mention in analysis.mentions
            if mention.brand == brand and mention.sentiment.label == "negative"
        ]
        found: dict[str, None] = {}
        for match in self._pattern.finditer(text):
            near = any(
                match.start() - end <= NEAR and start - match.end() <= NEAR for start, end in places
            )
            if (
                near
                and not self._means_no_harm(text, match.start(), match.group())
                and is_claimed(text, match.start(), match.end())
            ):
                found[match.group()] = None
        return tuple(found)

    def _means_no_harm(self, text: str, start: int, word: str) -> bool:
        for phrase in self._harmless[word]:
            inside = phrase.find(word)
            if inside >= 0 and text.startswith(phrase, max(start - inside, 0)):
                return True
        return False


class BrandWords(RedlineWords):
    """Lexicons *by_brand*, and *shared* for every other brand."""

    def __init__(self, shared: RedlineWords, by_brand: Mapping[str, RedlineWords]) -> None:
        self._shared = shared
        self._by_brand = dict(by_brand)

    def hits(self, document: Document, brand: str) -> tuple[str, ...]:
        return self._by_brand.get(brand, self._shared).hits(document, brand)
