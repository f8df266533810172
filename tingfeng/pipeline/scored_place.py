"""The place in a text that a labelled mention means, and what the product says there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from nlp.clean import clean
from nlp.mentions import Candidate
from nlp.registers import register
from tingfeng.core.analysis import Analysis, Asked, Attitude, Mention, Sentiment
from tingfeng.core.fold import fold
from tingfeng.core.message import Message
from tingfeng.core.post import Post
from tingfeng.core.privacy import mask
from tingfeng.pipeline.labelled_rows import MentionRow

SEARCHED = Message(
    "start 处不是这个品牌名：按文中最近的一处评分",
    "the brand does not stand at start: its nearest place in the text was scored",
)
OTHER_NAME = Message(
    "文中没有这个品牌名：按它的别名评分", "the text has another name of the brand: that was scored"
)
NO_CANDIDATE, NO_WORDS, BY_ENGINE = "no candidate", "no words", "model"
"""Reasons why a row is not the brand, beside the rules of :mod:`nlp.mentions`: no name of the
lexicon stands there; the text is but a platform's own words; the engine, reading the place, said no."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MentionAnswer:
    """What the product says of one labelled mention."""

    row: MentionRow
    text: str
    """As it is stored: numbers and addresses are masked."""

    start: int
    end: int
    """Offsets into it of the place that was scored."""

    note: Message | None
    """Why that place is not the one given."""

    meant: bool
    """Whether the product takes it for the brand."""

    rule: str
    """Why: a rule of :mod:`nlp.mentions`, or one of the three reasons above."""

    sentiment: Sentiment
    """Where *meant* is false: what the engine says were it the brand."""

    span: tuple[int, int] | None
    advert: float | None

    read: tuple[int, int]
    """Offsets of the name that the engine was asked about: an accepted mention that overlaps the
    place need not begin and end with it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row's mention stands, and what the product read there."""

    row: MentionRow
    post: Post
    reading: Analysis
    start: int
    end: int
    note: Message | None
    name: Candidate | None
    """The name of the lexicon that stands there."""

    @property
    def mention(self) -> Mention | None:
        """The accepted mention; ``None``: the product does not take it for the brand."""
        return standing(self.reading.mentions, self.start, self.end)

    def asked(self) -> Asked:
        """The question to the engine, were it the brand."""
        kind = register(self.post.kind, clean(self.post.words))
        return Asked(text=self.post.words, start=self.start, end=self.end, register=kind,
                     mood=self.reading.sentiment,
                     hint=self.name.hint if self.name else None)  # fmt: skip

    def answer(self, said: Mention | Attitude) -> MentionAnswer:
        """The row with its answer."""
        return MentionAnswer(
            row=self.row, text=self.post.words, start=self.start, end=self.end, note=self.note,
            meant=isinstance(said, Mention),
            rule=said.rule if isinstance(said, Mention) else self._why(),
            sentiment=said.sentiment, span=said.span, advert=said.advert,
            read=(said.start, said.end) if isinstance(said, Mention) else (self.start, self.end),
        )  # fmt: skip

    def _why(self) -> str:
        """Why the product does not take the place for the brand."""
        if self.name is None:
            return NO_CANDIDATE
        if not self.reading.tokens:
            return NO_WORDS
        # The rules left it open, or were for it: then the engine said no.
        undecided = self.name.open or self.name.accepted
        return BY_ENGINE if undecided else self.name.rule


Found = TypeVar("Found", Mention, Candidate)


def standing(found: Iterable[Found], start: int, end: int) -> Found | None:
    """The first that overlaps these offsets."""
    return next((one for one in found if one.start < end and start < one.end), None)


def place(
    row: MentionRow, text: str, names: Sequence[Candidate]
) -> tuple[int, int, Message | None] | None:
    """Start and end of the mention in *text*, and what had to be said of it; *names* are the
    places where names of the brand stand. ``None``: nowhere.
    """
    folded, brand = fold(text), fold(row.brand)
    # What stands before the mention may have been masked: then the text is shorter or longer.
    start = None if row.start is None else len(mask(row.text[: row.start]))
    if start is not None and folded.startswith(brand, start):
        return start, start + len(brand), None
    if start is not None and (name := standing(names, start, start + 1)) is not None:
        return name.start, name.end, None
    found = [at for at in range(len(folded)) if folded.startswith(brand, at)]
    if found:
        nearest = min(found, key=lambda at: abs(at - (start or 0)))
        return nearest, nearest + len(brand), SEARCHED
    other = next((one for one in names if one.accepted), names[0] if names else None)
    return None if other is None else (other.start, other.end, OTHER_NAME)
