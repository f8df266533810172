"""Post to Analysis: the one place where the parts of this package meet."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from nlp import SEGMENTERS, SENTIMENT
from nlp.clean import VERSION, clean, silent
from nlp.duplicates import fingerprints
from nlp.keywords import keywords
from nlp.mentions import Candidate, MentionFinder
from nlp.segment import Joiner, content
from nlp.surface import plain
from tingfeng import (
    Analysis,
    Brand,
    Mention,
    Post,
    Segmenter,
    Sentiment,
    SentimentModel,
    build,
    lexicon_version,
    load,
)

NOTHING_SAID = Sentiment(negative=1 / 3, neutral=1 / 3, positive=1 / 3, label="uncertain")
"""Of a mention in a post without a word to read, such as a bare ``@小米``."""


class BrandReader:
    """Reads posts for *brands*. What it says of a post depends on that post alone."""

    def __init__(
        self, brands: Sequence[Brand], sentiment: SentimentModel, segmenter: Segmenter
    ) -> None:
        self.brands = tuple(brands)
        self.sentiment = sentiment
        self.segmenter = segmenter
        self.version = f"{segmenter.version}+{sentiment.version}+clean-{VERSION}"
        self.lexicon = lexicon_version(self.brands)
        self.mentions = MentionFinder(self.brands)
        self._join = Joiner(plain(a.text) for brand in self.brands for a in brand.aliases)
        # Not in the protocol, for a model need not care whether a text is a review.
        self._knows_reviews = "reviews" in inspect.signature(sentiment).parameters

    def read(self, posts: Sequence[Post]) -> list[Analysis]:
        """One analysis a post, in order; posts without words have no sentiment."""
        cleaned = [clean(post.words) for post in posts]
        cut = [self.segmenter(text) for text in cleaned]
        joined = [
            content(self._join(text, words)) for text, words in zip(cleaned, cut, strict=True)
        ]
        moods = self._moods(posts, cleaned, cut, joined)
        prints = fingerprints(cleaned)
        analyses = []
        for post, tokens, mood, print_ in zip(posts, joined, moods, prints, strict=True):
            analyses.append(
                Analysis(
                    platform=post.platform,
                    id=post.id,
                    reader=self.version,
                    lexicon=self.lexicon,
                    tokens=tuple(tokens),
                    keywords=keywords(tokens),
                    sentiment=mood,
                    mentions=self._mentions(post, mood),
                    fingerprint=print_,
                )
            )
        return analyses

    def retag(self, post: Post, analysis: Analysis) -> Analysis:
        """*analysis* with the mentions of the present lexicon; words and sentiment stay."""
        mentions = self._mentions(post, analysis.sentiment)
        return replace(analysis, mentions=mentions, lexicon=self.lexicon)

    def attitude(
        self, post: Post, mentions: Sequence[Candidate], sentiment: Sentiment
    ) -> list[Sentiment]:
        """The attitude to each mention, in order: for now that of the whole *post*."""
        return [sentiment] * len(mentions)

    def _moods(
        self,
        posts: Sequence[Post],
        cleaned: Sequence[str],
        cut: Sequence[list[str]],
        said: Sequence[list[str]],
    ) -> list[Sentiment | None]:
        places = [place for place, words in enumerate(said) if words]
        if not places:
            return [None] * len(posts)
        extra: dict[str, Any] = {}
        if self._knows_reviews:
            extra["reviews"] = [posts[place].kind == "review" for place in places]
        texts, tokens = [cleaned[place] for place in places], [cut[place] for place in places]
        moods: list[Sentiment | None] = [None] * len(posts)
        for place, mood in zip(places, self.sentiment(texts, tokens, **extra), strict=True):
            moods[place] = mood
        return moods

    def _mentions(self, post: Post, mood: Sentiment | None) -> tuple[Mention, ...]:
        # 微博 in 转发微博 is the platform's word.
        found = [] if silent(post.words) else self.mentions.find(post.words)
        if not found:
            return ()
        attitudes = self.attitude(post, found, mood or NOTHING_SAID)
        return tuple(
            Mention(
                brand=one.brand, start=one.start, end=one.end, alias=one.alias,
                entity=one.entity, rule=one.rule, sentiment=attitude,
            )
            for one, attitude in zip(found, attitudes, strict=True)
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderSettings:
    """What a reader is made of, as plain values that another process can be handed."""

    brands: tuple[Brand, ...] = ()
    segmenter: Mapping[str, Any] = field(default_factory=lambda: {"use": "rjieba"})
    """``use`` names an entry of :data:`nlp.SEGMENTERS` or ``module:Class``; the rest are its
    arguments."""

    sentiment: Mapping[str, Any] = field(default_factory=lambda: {"use": "linear"})
    """Likewise of :data:`nlp.SENTIMENT`."""

    def check(self) -> None:
        """Raise what :meth:`build` would for a name that nobody has, without loading a model."""
        load(SENTIMENT, str(self.sentiment["use"]))
        load(SEGMENTERS, str(self.segmenter["use"]))

    def build(self) -> BrandReader:
        """The reader. Raises :class:`~tingfeng.SettingsError` or ``ModelError``."""
        return BrandReader(
            self.brands, build(SENTIMENT, self.sentiment), build(SEGMENTERS, self.segmenter)
        )
