"""In what tone a creator writes: twelve tones, each with the words and posts that show it."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tingfeng import Message, fold
from tingfeng.kol.lexicon import WordLists, shipped, word_lists
from tingfeng.kol.style import SHORT, plain, traits

TONES: tuple[str, ...] = tuple(shipped("tones"))
"""Names in the order of every vector of tones: 专业, 实用, 亲民, 高端, 潮流, 温暖, 幽默, 克制, 激进, 热情,
文艺, 真诚."""

SMOOTHING = 0.25
"""Added to each tone, in units of what is usual: a post with one telling word is not all one tone."""

CAP = 6.0
"""Times the usual at which one tone of one post stops counting: a list of ingredients is not six
posts."""

KNOWN_AT = 15
"""Posts at which a tone is half known: confidence is n / (n + 15)."""

TELLING = 5
"""Words and posts shown per tone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostTone:
    """How one post sounds."""

    weights: tuple[float, ...]
    """Of :data:`TONES`, sum 1; empty: the text is too short to say."""

    words: Mapping[str, tuple[str, ...]]
    """By tone, the words that carry it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToneProof:
    """Why a creator is said to have one tone."""

    tone: str
    share: float
    lift: float
    """Share over what a usual creator has, 1 = as usual."""

    words: tuple[tuple[str, int], ...]
    """Most frequent telling words, with the number of posts that have each."""

    keys: tuple[str, ...]
    """Posts in which the tone is strongest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tone:
    """How a creator or a brand sounds over many posts."""

    weights: tuple[float, ...]
    """Of :data:`TONES`, sum 1; empty: no post was long enough."""

    posts: int
    proofs: tuple[ToneProof, ...]
    """All tones, the most pronounced first."""

    @property
    def confidence(self) -> float:
        """``n / (n + 15)``."""
        return confidence(self.posts)

    def sentence(self) -> Message:
        """The three most pronounced tones, for people."""
        table = shipped("tones")
        first = [one for one in self.proofs[:3] if one.lift > 1]
        if not first:
            return Message("语调没有明显特点。", "No tone stands out.")
        words = {one.tone: "、".join(word for word, _ in one.words[:3]) for one in first}
        zh = "；".join(f"{one.tone}（{words[one.tone] or '文风'}）" for one in first)
        en = "; ".join(str(table[one.tone]["en"]).split(":")[0] for one in first)
        return Message(
            f"语调偏{zh}，据 {self.posts} 篇非广告内容。",
            f"Sounds {en}; from {self.posts} posts that are no adverts.",
        )


class ToneReader:
    """Reads tones with the shipped lexicon, and what the file *more* adds to it."""

    def __init__(self, more: Path | None = None) -> None:
        table = shipped("tones")
        self._lists = WordLists(word_lists("tones", more))
        self._traits = [tuple(table[name]["traits"].items()) for name in TONES]
        self._usual = [float(table[name]["usual"]) for name in TONES]
        self._place = {name: n for n, name in enumerate(TONES)}

    def strengths(self, folded: str) -> tuple[list[float], dict[str, tuple[str, ...]]]:
        """Strength of each tone in a folded text, unscaled, and its words. Too short: ``[]``."""
        text = plain(folded)
        style = traits(text)
        if not style:
            return [], {}
        found: dict[str, dict[str, None]] = defaultdict(dict)
        for hit in self._lists.hits(text):
            if hit.name in self._place:
                found[hit.name][hit.word] = None
        # Long posts have more words of every tone; by the root, since the same idea is said once.
        size = math.sqrt(max(len(text), SHORT) / 100)
        out = [
            len(found.get(name, ())) / size
            + sum(weight * style.get(trait, 0.0) for trait, weight in self._traits[n])
            for n, name in enumerate(TONES)
        ]
        return out, {name: tuple(some) for name, some in found.items()}

    def read(self, words: str) -> PostTone:
        """The tone of one text, as :attr:`tingfeng.Post.words` gives it."""
        return self.read_folded(fold(words))

    def read_folded(self, folded: str) -> PostTone:
        """The tone of a text that is folded already."""
        strengths, found = self.strengths(folded)
        if not strengths:
            return PostTone(weights=(), words={})
        scaled = [
            min(value / usual, CAP) + SMOOTHING
            for value, usual in zip(strengths, self._usual, strict=True)
        ]
        total = sum(scaled)
        return PostTone(weights=tuple(value / total for value in scaled), words=found)

    def of(self, posts: Iterable[tuple[str, str]]) -> Tone:
        """The tone of many *posts*, each a key and a text; adverts are to be left out by the caller."""
        return gathered((key, self.read(words)) for key, words in posts)


@cache
def shipped_reader() -> ToneReader:
    """The reader with nothing added."""
    return ToneReader()


def gathered(posts: Iterable[tuple[str, PostTone]]) -> Tone:
    """The tone of many posts that were read already."""
    read = [(key, one) for key, one in posts if one.weights]
    if not read:
        return Tone(weights=(), posts=0, proofs=())
    weights = mean([one.weights for _, one in read])
    proofs = []
    for n, name in enumerate(TONES):
        words = Counter(word for _, one in read for word in one.words.get(name, ()))
        strongest = sorted(read, key=lambda row: (-row[1].weights[n], row[0]))
        proofs.append(
            ToneProof(
                tone=name, share=weights[n], lift=weights[n] * len(TONES),
                words=tuple(sorted(words.items(), key=lambda row: (-row[1], row[0]))[:TELLING]),
                keys=tuple(key for key, _ in strongest[:TELLING]),
            )
        )  # fmt: skip
    proofs.sort(key=lambda one: (-one.lift, one.tone))
    return Tone(weights=weights, posts=len(read), proofs=tuple(proofs))


def mean(vectors: Sequence[tuple[float, ...]]) -> tuple[float, ...]:
    """Mean of the vectors that are not empty; empty where none is left."""
    known = [vector for vector in vectors if vector]
    return tuple(sum(column) / len(known) for column in zip(*known, strict=True)) if known else ()


def confidence(posts: int) -> float:
    """How well a tone is known from *posts* posts, 0 to 1."""
    return posts / (posts + KNOWN_AT)


def divergence(one: Sequence[float], other: Sequence[float]) -> float:
    """Jensen-Shannon divergence in bits, 0 (the same) to 1. Both sum to 1 and are as long."""
    total = 0.0
    for p, q in zip(one, other, strict=True):
        middle = (p + q) / 2
        total += sum(x * math.log2(x / middle) for x in (p, q) if x > 0)
    return min(1.0, max(0.0, total / 2))


def alike(one: Sequence[float], other: Sequence[float]) -> float:
    """How alike two tones are, 0 to 1: ``1 - JSD``, as the score uses it."""
    return 1 - divergence(one, other)
