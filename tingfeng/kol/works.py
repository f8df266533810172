"""From a stored document to what scoring sees of it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

from tingfeng import Document, Engagement, fold
from tingfeng.kol.corpus import Corpus, terms_of
from tingfeng.kol.fields import Fields, shipped_fields
from tingfeng.kol.lexicon import Disclosure, Signs
from tingfeng.kol.nouns import Channel, Work
from tingfeng.kol.tone import ToneReader, shipped_reader

SELLING = 0.7
"""Probability of promotion of a post that shows where to buy and says nothing of being paid. A
judgement: the ways to buy of ``data/disclosure.toml`` are rare in posts that promote nothing."""

INVITED = 0.4
"""Of one that tells of an invitation or a sample: below one half, since guests also pay."""

DENIED = 0.15
"""At most, of one that says it is none and shows no way to buy."""


class Lenses(NamedTuple):
    """What posts are read with; make one with the settings' own word lists and reuse it."""

    fields: Fields
    tones: ToneReader
    disclosure: Disclosure


@cache
def shipped_lenses() -> Lenses:
    """The word lists that come with tingfeng."""
    return Lenses(shipped_fields(), shipped_reader(), Disclosure())


def lenses_of(folder: Path | None) -> Lenses:
    """The shipped word lists with what ``categories.toml``, ``scenes.toml`` and ``tones.toml`` of
    *folder* add to them or take out; a file that is not there adds nothing, ``None``: no folder.
    """
    if folder is None:
        return shipped_lenses()
    there = {
        name: path if (path := folder / f"{name}.toml").is_file() else None
        for name in ("categories", "scenes", "tones")
    }
    return Lenses(
        Fields(there["categories"], there["scenes"]), ToneReader(there["tones"]), Disclosure()
    )


def work_of(
    document: Document,
    *,
    corpus: Corpus | None = None,
    voices: int | None = None,
    lenses: Lenses | None = None,
) -> Work | None:
    """What scoring sees of one post; ``None`` where nobody says when it was published.

    *corpus* is of the brand asked about (:func:`tingfeng.kol.relevance.corpus_of`), *voices* the
    number of distinct commenters that the caller counted. Pure; takes about 0.1 ms without *corpus*.
    """
    post, analysis = document.post, document.analysis
    if post.published_at is None:
        return None
    fields, tones, disclosure = lenses or shipped_lenses()
    folded = fold(post.words)
    body = folded[len(post.words) - len(post.text) :]
    topics = _topics(document)
    signs = disclosure.signs(folded + topics)
    brands = {mention.brand for mention in analysis.mentions} if analysis else set()
    return Work(
        key=post.key,
        at=post.published_at,
        observed_at=document.engagement.observed_at if document.engagement else None,
        counts=_counts(document.engagement),
        voices=voices,
        advert=advert_odds(document, signs),
        declared=bool(signs.declared) if post.words.strip() else None,
        category=fields.read_folded(body, fold(post.title) + topics)[0],
        brands={
            brand: (analysis.attitude(brand) or "neutral") if analysis else "neutral"
            for brand in sorted(brands)
        },
        tone=tones.read_folded(folded).weights,
        closeness=corpus.closeness(terms_of(document)) if corpus else None,
        copy_of=_copied(document),
    )


def signs_of(document: Document, disclosure: Disclosure | None = None) -> Signs:
    """What *document* says of its being paid for, in text, title and topics."""
    seeing = disclosure or shipped_lenses().disclosure
    return seeing.signs(fold(document.post.words) + _topics(document))


def _topics(document: Document) -> str:
    return fold("".join(f"\n#{tag}#" for tag in document.post.tags))


def advert_odds(document: Document, signs: Signs) -> float:
    """Probability that a post is paid for, from its marks and from what was read of its mentions.

    A mark is sure. Otherwise the surest of: a way to buy, an invitation, the reader's odds.
    """
    if signs.declared:
        return 1.0
    analysis = document.analysis
    read = max((one.advert or 0.0 for one in analysis.mentions), default=0.0) if analysis else 0.0
    odds = max(read, SELLING if signs.selling else 0.0, INVITED if signs.invited else 0.0)
    return min(odds, DENIED) if signs.denied and not signs.selling else odds


def _copied(document: Document) -> str | None:
    """The post that this one repeats; the first of a group repeats none."""
    first = document.analysis.copy_of if document.analysis else None
    return None if first == document.post.key else first


def _counts(seen: Engagement | None) -> dict[Channel, int]:
    if seen is None:
        return {}
    said: tuple[tuple[Channel, int | None], ...] = (
        ("comments", seen.comments), ("saves", seen.favorites), ("shares", seen.reposts),
        ("likes", seen.likes), ("views", seen.views),
    )  # fmt: skip
    return {name: value for name, value in said if value is not None}
