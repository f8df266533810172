"""What we think of a post: made again whenever a model or a lexicon changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from tingfeng.core.post import Engagement, Post

Label = Literal["negative", "neutral", "positive", "uncertain"]
LABELS: tuple[Label, ...] = ("negative", "neutral", "positive", "uncertain")

By = Literal["model", "rule", "person"]
"""Who said so: an engine, a rule that a person wrote, or a person who read this very post."""

Feeling = Literal["happy", "angry", "sad", "fear", "surprise", "neutral"]
FEELINGS: tuple[Feeling, ...] = ("happy", "angry", "sad", "fear", "surprise", "neutral")
"""The six of SMP2020-EWECT, in the order of :attr:`Emotion.odds`."""

Register = Literal["review", "short", "long", "news"]
"""Kinds of text, calibrated apart: a review of what was bought, a post of up to 60 characters, a
longer one, an article."""

Entity = Literal["brand", "product", "executive", "spokesperson"]
"""``spokesperson``: 代言人. All count for their brand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentiment:
    """Three calibrated probabilities that sum to 1, and the answer drawn from them."""

    negative: float
    neutral: float
    positive: float
    label: Label
    """The likeliest of the three, or ``uncertain`` where none is likely enough."""

    by: By = "model"


@dataclass(frozen=True, slots=True, kw_only=True)
class Emotion:
    """What the author feels, whomever it is about."""

    odds: tuple[float, float, float, float, float, float]
    """Probabilities in the order of :data:`FEELINGS`; they sum to 1."""

    @property
    def label(self) -> Feeling:
        """The likeliest."""
        return FEELINGS[max(range(len(FEELINGS)), key=self.odds.__getitem__)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mood:
    """What an engine says of a whole post."""

    sentiment: Sentiment

    emotion: Emotion | None = None
    """``None``: the engine does not read it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A place in a text, put to an engine: does it mean the brand, and whose side is the author on?"""

    text: str
    """The whole text as written (:attr:`Post.words`)."""

    start: int
    end: int
    """Offsets in code points of the name."""

    register: Register
    mood: Sentiment | None = None
    """What is thought of the whole post, where it was read already."""

    hint: float | None = None
    """How far the lexicon's own context words speak for (1) or against (0) the brand; ``None``
    without any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attitude:
    """The answer to :class:`Asked`."""

    sentiment: Sentiment
    """The author's attitude to this brand, were it meant."""

    span: tuple[int, int]
    """Offsets into the text of what the answer rests on: the clause that belongs to the brand."""

    meant: float | None = None
    """Probability that the name means the brand; ``None``: the engine cannot tell."""

    advert: float | None = None
    """Probability of promotion; ``None``: the engine cannot tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One place in a text that means a brand."""

    brand: str
    """Name of the brand in the settings."""

    start: int
    end: int
    """Offsets in code points into :attr:`Post.words`; ``words[start:end]`` is what was written."""

    alias: str
    """The entry of the lexicon that matched."""

    entity: Entity = "brand"

    rule: str
    """Why it was accepted, e.g. ``plain``, ``boundary``, ``near:手机``."""

    sentiment: Sentiment
    """The author's attitude to this brand, which need not be that of the post."""

    span: tuple[int, int] | None = None
    """Offsets of the clause that the attitude rests on; ``None``: of the whole post."""

    advert: float | None = None
    """Probability that this is promotion; ``None``: not judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """One reading of one post."""

    platform: str
    id: str

    reader: str
    """Name and version of segmenter and model, e.g. ``rjieba+linear-1a2b3c4d``. A post whose
    reading bears another name is read again."""

    lexicon: str
    """Version (hash) of the brand lexicon that made *mentions*."""

    tokens: tuple[str, ...] = ()
    """Words of the cleaned text, in order, without blanks and punctuation."""

    keywords: tuple[str, ...] = ()
    """The telling ones among them, best first."""

    sentiment: Sentiment | None = None
    """Of the whole post. ``None``: there was no text to read (image or video only)."""

    emotion: Emotion | None = None
    """``None``: no text, or the engine does not read emotions."""

    signs: tuple[str, ...] = ()
    """Emoji and ``[表情]`` of the text that show feeling, each once, in order: evidence for both."""

    mentions: tuple[Mention, ...] = ()
    """By start offset."""

    fingerprint: bytes = b""
    """48 MinHash values as little-endian uint16 over character 3-grams of the folded text;
    empty for texts too short to be called copies."""

    copy_of: str | None = None
    """Key of the first post of its near-duplicate group, its own key if it opens one; ``None``
    without a fingerprint."""

    @property
    def key(self) -> str:
        """Identity of the post, ``platform:id``."""
        return f"{self.platform}:{self.id}"

    def attitude(self, brand: str) -> Label | None:
        """The post's one answer for *brand*: negative wins over positive, a stance over none."""
        labels = {mention.sentiment.label for mention in self.mentions if mention.brand == brand}
        order: tuple[Label, ...] = ("negative", "positive", "uncertain", "neutral")
        return next((label for label in order if label in labels), None)

    def odds_against(self, brand: str) -> float:
        """Probability that the surest negative mention of *brand* is negative; 0 without one. What a
        rule or a person said is sure.
        """
        return max(
            (
                one.sentiment.negative if one.sentiment.by == "model" else 1.0
                for one in self.mentions
                if one.brand == brand and one.sentiment.label == "negative"
            ),
            default=0.0,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What a store gives back: the post beside its reading and its latest counts."""

    post: Post
    analysis: Analysis | None = None
    """``None``: not read yet."""

    engagement: Engagement | None = None
    """The latest observation."""

    indexed_at: datetime
    """When the store took the post in: the third of the three times."""

    suspected: bool = False
    """The post belongs to a near-duplicate group that looks like water army: see
    :data:`tingfeng.core.query.SUSPECT_COPIES`."""

    earlier: tuple[str, ...] = field(default=())
    """Earlier texts of an edited post, oldest first."""
