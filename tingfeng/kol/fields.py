"""Which field (领域) a post belongs to, and in which scenes (场景) it plays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from tingfeng import Post, fold
from tingfeng.kol.lexicon import WordLists, shipped, word_lists

CATEGORIES: tuple[str, ...] = tuple(shipped("categories"))
SCENES: tuple[str, ...] = tuple(shipped("scenes"))

LEAST = 2
"""Points that a field needs: one word in passing is no subject."""

SAID_TWICE = 2
"""What a word in the title or among the topics counts, against 1 in the body: there authors name
their subject."""


class Fields:
    """Finds fields and scenes by the shipped words, and what the files add to them."""

    def __init__(self, categories: Path | None = None, scenes: Path | None = None) -> None:
        fields, places = word_lists("categories", categories), word_lists("scenes", scenes)
        self.categories = tuple(fields)
        self._kind = {f"c:{name}": name for name in fields}
        both = {f"c:{name}": words for name, words in fields.items()}
        both |= {f"s:{name}": words for name, words in places.items()}
        self._lists = WordLists(both)

    def read(self, post: Post) -> tuple[str, tuple[str, ...]]:
        """The field of *post* (``""``: none) and its scenes, the plainest first."""
        return self.read_folded(fold(post.text), fold(f"{post.title}\n{' '.join(post.tags)}"))

    def read_folded(self, body: str, head: str) -> tuple[str, tuple[str, ...]]:
        """The same of a folded body, and of a folded *head*: title and topics."""
        points: dict[str, dict[str, int]] = defaultdict(dict)
        for text, worth in ((body, 1), (head, SAID_TWICE)):
            for hit in self._lists.hits(text):
                words = points[hit.name]
                words[hit.word] = max(words.get(hit.word, 0), worth)
        sums = {name: sum(words.values()) for name, words in points.items()}
        fields = [(-sums[key], name) for key, name in self._kind.items() if key in sums]
        scenes = [(-sums[key], key[2:]) for key in sums if key.startswith("s:")]
        return _leading(fields), tuple(name for _, name in sorted(scenes))

    def of_words(self, words: Sequence[str]) -> tuple[str, ...]:
        """The fields that typed *words* (keywords, a bio, a vendor's own names) speak of, best first."""
        points: dict[str, int] = defaultdict(int)
        for word in words:
            folded = fold(word)
            for name in self.categories:
                points[name] += 2 * (fold(name) in folded)
            for hit in self._lists.hits(folded):
                if hit.name in self._kind:
                    points[self._kind[hit.name]] += 1
        return tuple(
            name for _, name in sorted((-points[name], name) for name in points if points[name])
        )


def _leading(ranked: list[tuple[int, str]]) -> str:
    """The first, unless it is weak or another has as much."""
    ranked.sort()
    if not ranked or -ranked[0][0] < LEAST:
        return ""
    tied = len(ranked) > 1 and ranked[1][0] == ranked[0][0]
    return "" if tied else ranked[0][1]


@cache
def shipped_fields() -> Fields:
    """The fields and scenes that come with tingfeng."""
    return Fields()
