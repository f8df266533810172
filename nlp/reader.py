"""Post to Analysis: the one place where the parts of this package meet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from nlp import ENGINES, SEGMENTERS
from nlp.clean import VERSION, clean, silent
from nlp.duplicates import fingerprints
from nlp.engines import chosen
from nlp.engines.linear import NOTHING_SAID
from nlp.keywords import keywords
from nlp.mentions import Candidate, MentionFinder, settled
from nlp.registers import register
from nlp.segment import Joiner, content
from nlp.sense import judge
from nlp.signs import signs
from nlp.surface import plain
from tingfeng import (
    Analysis,
    Asked,
    Attitude,
    Brand,
    Engine,
    Mention,
    Mood,
    Post,
    Segmenter,
    Sentiment,
    build,
    lexicon_version,
    load,
)


class BrandReader:
    """Reads posts for *brands*. What it says of a post depends on that post alone."""

    def __init__(self, brands: Sequence[Brand], engine: Engine, segmenter: Segmenter) -> None:
        self.brands = tuple(brands)
        self.engine = engine
        self.segmenter = segmenter
        self.version = f"{segmenter.version}+{engine.version}+clean-{VERSION}"
        self.lexicon = lexicon_version(self.brands)
        self.mentions = MentionFinder(self.brands)
        self._join = _joiner(self.brands)

    def read(self, posts: Sequence[Post]) -> list[Analysis]:
        """One analysis a post, in order; posts without words have no sentiment."""
        cleaned = [clean(post.words) for post in posts]
        cut = [self.segmenter(text) for text in cleaned]
        joined = [
            content(self._join(text, words)) for text, words in zip(cleaned, cut, strict=True)
        ]
        moods = self._moods(posts, cleaned, cut, joined)
        sides = [mood.sentiment if mood else None for mood in moods]
        mentioned = self._mentions(posts, cleaned, sides)
        prints = fingerprints(cleaned)
        return [
            Analysis(
                platform=post.platform,
                id=post.id,
                reader=self.version,
                lexicon=self.lexicon,
                tokens=tuple(tokens),
                keywords=keywords(tokens),
                sentiment=mood.sentiment if mood else None,
                emotion=mood.emotion if mood else None,
                signs=signs(text),
                mentions=mentions,
                fingerprint=print_,
            )
            for post, text, tokens, mood, mentions, print_ in zip(
                posts, cleaned, joined, moods, mentioned, prints, strict=True
            )
        ]

    def explain(self, text: str) -> list[Candidate]:
        """Every place of *text* where a name of the lexicon stands, accepted or not and why, decided
        as :meth:`read` decides it.
        """
        return self.mentions.explain(text, judge(self.engine))

    def retag(self, post: Post, analysis: Analysis) -> Analysis:
        """*analysis* with the mentions of the present lexicon; words and sentiment stay."""
        text = clean(post.words)
        side = analysis.sentiment
        if side is not None and self._foreign(side):
            cut = self.segmenter(text)
            (mood,) = self._moods([post], [text], [cut], [content(self._join(text, cut))])
            side = mood.sentiment if mood else None
        (mentions,) = self._mentions([post], [text], [side])
        return replace(analysis, mentions=mentions, lexicon=self.lexicon)

    def _foreign(self, side: Sentiment) -> bool:
        """Whether this is not what the engine itself thought of the post when it was read: a
        person's answer, or one moved by what was learnt of whole posts.
        """
        return side.by != "model" or "post" in getattr(self.engine, "parts", ())

    def _moods(
        self,
        posts: Sequence[Post],
        cleaned: Sequence[str],
        cut: Sequence[list[str]],
        said: Sequence[list[str]],
    ) -> list[Mood | None]:
        places = [place for place, words in enumerate(said) if words]
        found = self.engine.posts(
            [cleaned[place] for place in places],
            [cut[place] for place in places],
            [register(posts[place].kind, cleaned[place]) for place in places],
        )
        moods: list[Mood | None] = [None] * len(posts)
        for place, mood in zip(places, found, strict=True):
            moods[place] = mood
        return moods

    def _mentions(
        self, posts: Sequence[Post], cleaned: Sequence[str], sides: Sequence[Sentiment | None]
    ) -> list[tuple[Mention, ...]]:
        """The mentions of each post: all are put to the engine at once."""
        # 微博 in 转发微博 is the platform's word.
        found = [
            [] if silent(post.words) else self.mentions.candidates(post.words) for post in posts
        ]
        asked = [
            Asked(
                text=post.words, start=one.start, end=one.end, mood=side, hint=one.hint,
                register=register(post.kind, text),
            )
            for post, text, side, candidates in zip(posts, cleaned, sides, found, strict=True)
            for one in candidates
        ]  # fmt: skip
        answers = iter(self.engine.mentions(asked))
        mentions = []
        for candidates, side in zip(found, sides, strict=True):
            attitudes = [next(answers) for _ in candidates]
            decided = settled(candidates, [attitude.meant for attitude in attitudes])
            mentions.append(
                tuple(
                    _mention(one, attitude, said=side is not None)
                    for one, attitude in zip(decided, attitudes, strict=True)
                    if one.accepted
                )
            )
        return mentions


def _joiner(brands: Sequence[Brand]) -> Joiner:
    return Joiner(plain(alias.text) for brand in brands for alias in brand.aliases)


def _mention(one: Candidate, attitude: Attitude, *, said: bool) -> Mention:
    """*said*: the post has words to read; a bare ``@小米`` has none."""
    sentiment = attitude.sentiment if said else NOTHING_SAID
    return Mention(
        brand=one.brand, start=one.start, end=one.end, alias=one.alias, entity=one.entity,
        rule=one.rule, sentiment=sentiment, span=attitude.span, advert=attitude.advert,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderSettings:
    """What a reader is made of, as plain values that another process can be handed."""

    brands: tuple[Brand, ...] = ()
    segmenter: Mapping[str, Any] = field(default_factory=lambda: {"use": "rjieba"})
    """``use`` names an entry of :data:`nlp.SEGMENTERS` or ``module:Class``; the rest are its
    arguments."""

    sentiment: Mapping[str, Any] = field(default_factory=lambda: {"use": "auto"}, repr=False)
    """Likewise of :data:`nlp.ENGINES`, or ``auto``: see :func:`nlp.engines.chosen`."""

    def check(self) -> None:
        """Raise what :meth:`build` would for a name that nobody has, without loading a model."""
        load(ENGINES, chosen(str(self.sentiment["use"])))
        load(SEGMENTERS, str(self.segmenter["use"]))

    def build(self) -> BrandReader:
        """The reader. Raises :class:`~tingfeng.SettingsError` or ``ModelError``."""
        engine = {**self.sentiment, "use": chosen(str(self.sentiment["use"]))}
        return BrandReader(self.brands, build(ENGINES, engine), build(SEGMENTERS, self.segmenter))

    def cutter(self) -> Callable[[str], list[str]]:
        """What cuts a text into the words that readings hold; no model is loaded for it."""
        segmenter: Segmenter = build(SEGMENTERS, self.segmenter)
        join = _joiner(self.brands)

        def cut(text: str) -> list[str]:
            cleaned = clean(text)
            return content(join(cleaned, segmenter(cleaned)))

        return cut
