"""What an engine makes of people's own labels, by the very way that posts take.

A mention is read as for a user who watches its brand, and nothing else: the names and contexts that
:func:`nlp.nicknames.suggest` proposes for it, the reader, the engine. Needs no store.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from nlp import scoring
from nlp.engines import chosen
from nlp.nicknames import suggest
from nlp.reader import BrandReader, ReaderSettings
from nlp.scoring import NONE, SEED
from tingfeng.core.analysis import Emotion, Sentiment
from tingfeng.core.brand import Brand
from tingfeng.core.message import Message
from tingfeng.core.post import Kind, Post
from tingfeng.core.privacy import mask
from tingfeng.pipeline.labelled_files import Refused
from tingfeng.pipeline.labelled_rows import MIXED, MentionRow, TextRow
from tingfeng.pipeline.scored_place import MentionAnswer, Place, place, standing

if TYPE_CHECKING:
    from nlp.figures import Figure

Advance = Callable[[int], None]

BATCH = 256
"""Texts read at once."""

ABSENT = Message(
    "文中找不到这个品牌：请核对 text 与 brand",
    "the brand does not stand in the text: check text and brand",
)
SILENT = Message("去掉平台自带的字样后没有文字可读", "nothing to read but a platform's own words")


@dataclass(frozen=True, slots=True, kw_only=True)
class TextAnswer:
    """What the product says of one labelled text."""

    row: TextRow
    sentiment: Sentiment
    emotion: Emotion | None
    """``None``: the engine does not read it."""


def scorer(recipe: ReaderSettings, engine: str | None) -> tuple[str, BrandReader]:
    """The engine's name, and a reader with it that knows no brand yet.

    *engine* in the place of the recipe's own; its arguments stay if it is the same one. Raises
    :class:`~tingfeng.SettingsError` or ``ModelError``.
    """
    section = recipe.sentiment
    name = chosen(str(section["use"]))
    if engine is not None and chosen(engine) != name:
        name = chosen(engine)
        section = {"use": name}
    return name, replace(recipe, brands=(), sentiment=section).build()


def read_mentions(
    reader: BrandReader, rows: Sequence[MentionRow], *,
    kind: Kind = "post", advance: Advance = lambda _: None,
) -> tuple[list[MentionAnswer], list[Refused]]:  # fmt: skip
    """The product's answers, in the order of *rows*, and the rows that have no answer.

    *kind* is that of rows that do not say. Each brand is read by a reader that knows it alone.
    """
    answers: list[MentionAnswer] = []
    refused: list[Refused] = []
    ordered = sorted(rows, key=lambda row: row.brand)
    for brand, mine in groupby(ordered, key=lambda row: row.brand):
        alone = BrandReader([_watched(brand)], reader.engine, reader.segmenter)
        group = list(mine)
        for at in range(0, len(group), BATCH):
            found, lost = _one_brand(alone, group[at : at + BATCH], kind)
            answers += found
            refused += [Refused(line=row.line, why=ABSENT) for row in lost]
            advance(len(found) + len(lost))
    return sorted(answers, key=lambda one: one.row.line), refused


def _watched(brand: str) -> Brand:
    return Brand(name=brand, aliases=suggest(brand))


def _one_brand(
    reader: BrandReader, rows: Sequence[MentionRow], kind: Kind
) -> tuple[list[MentionAnswer], list[MentionRow]]:
    """Answers to mentions of the one brand that *reader* knows; rows where it does not stand."""
    posts = [_post(row.line, mask(row.text), row.kind or kind) for row in rows]
    places: list[Place] = []
    lost: list[MentionRow] = []
    for row, post, reading in zip(rows, posts, reader.read(posts), strict=True):
        names = reader.mentions.explain(post.words)
        found = place(row, post.words, names)
        if found is None:
            lost.append(row)
        else:
            places.append(Place(row, post, reading, *found, standing(names, *found[:2])))
    # Attitude is scored on every row that is the brand: also on those that the product refused.
    refused = [one for one in places if one.mention is None]
    told = iter(reader.engine.mentions([one.asked() for one in refused]))
    return [one.answer(one.mention or next(told)) for one in places], lost


def _post(line: int, text: str, kind: Kind) -> Post:
    return Post(platform="file", id=str(line), kind=kind, text=text, collected_at=_NEVER)


_NEVER = datetime.fromtimestamp(0, UTC)
"""Labels are no posts of a platform: nobody collected them."""


def read_texts(
    reader: BrandReader, rows: Sequence[TextRow], *,
    kind: Kind = "post", advance: Advance = lambda _: None,
) -> tuple[list[TextAnswer], list[Refused]]:  # fmt: skip
    """The product's answers, in the order of *rows*; refused is what has no word to read."""
    answers: list[TextAnswer] = []
    refused: list[Refused] = []
    for at in range(0, len(rows), BATCH):
        part = rows[at : at + BATCH]
        read = reader.read([_post(row.line, mask(row.text), row.kind or kind) for row in part])
        for row, reading in zip(part, read, strict=True):
            if reading.sentiment is None:
                refused.append(Refused(line=row.line, why=SILENT))
            else:
                said = TextAnswer(row=row, sentiment=reading.sentiment, emotion=reading.emotion)
                answers.append(said)
        advance(len(part))
    return answers, refused


def mention_figures(answers: Sequence[MentionAnswer], *, seed: int = SEED) -> dict[str, Figure]:
    """The figures of :func:`nlp.scoring.mention_figures`."""
    import numpy as np

    rows = [one.row for one in answers]
    return scoring.mention_figures(
        *_odds([one.sentiment for one in answers]),
        np.array([NONE if row.stance == MIXED else row.stance for row in rows], np.int64),
        meant=np.array([one.meant for one in answers], bool),
        brand=np.array([row.meant for row in rows], bool),
        advert=np.array([np.nan if (p := one.advert) is None else p for one in answers], float),
        ad=np.array([row.ad for row in rows], np.int64),
        texts=[row.text for row in rows],
        seed=seed,
    )


def text_figures(answers: Sequence[TextAnswer], *, seed: int = SEED) -> dict[str, Figure]:
    """The figures of :func:`nlp.scoring.text_figures`."""
    import numpy as np

    return scoring.text_figures(
        *_odds([one.sentiment for one in answers]),
        np.array([one.row.label for one in answers], np.int64),
        [one.row.text for one in answers],
        seed=seed,
    )


def _odds(said: Sequence[Sentiment]) -> tuple[Any, Any]:
    """Odds, shape (rows, 3), and which answers are not ``uncertain``."""
    import numpy as np

    odds = np.array([(one.negative, one.neutral, one.positive) for one in said], float)
    return odds.reshape(-1, 3), np.array([one.label != "uncertain" for one in said], bool)
