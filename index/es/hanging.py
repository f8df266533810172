"""What hangs on a post: a document for each brand that it mentions, and for each look at its counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from index.es.documents import Source, Stored, attitude, engagement, iso, origin
from index.es.layout import engagement_id, mention_id
from index.rows import ATTITUDES
from index.times import seconds
from tingfeng import Analysis, Mention, Post, fold, search_terms

OVERALL = "_overall"
"""The aspect of what is said of a brand as a whole."""


def mention_sources(stored: Stored) -> Iterator[tuple[str, Source]]:
    """Documents of family ``mentions`` with their ids: one a brand, each with its attitude."""
    post, reading = stored.post, stored.analysis
    if reading is None or not reading.mentions:
        return
    shared = origin(stored, " ".join(search_terms(post.words)))
    by_brand: dict[str, list[Mention]] = {}
    for mention in reading.mentions:
        by_brand.setdefault(mention.brand, []).append(mention)
    for brand, mentions in by_brand.items():
        yield (
            mention_id(post.platform, post.id, brand, OVERALL),
            _mention(shared, post, reading, brand, mentions),
        )


def _mention(
    shared: Source, post: Post, reading: Analysis, brand: str, mentions: Sequence[Mention]
) -> Source:
    telling = min(mentions, key=lambda one: ATTITUDES.index(one.sentiment.label))
    adverts = [one.advert for one in mentions if one.advert is not None]
    start, end = telling.span or (telling.start, telling.end)
    source = {
        **shared,
        **attitude(telling.sentiment),
        "brand": brand,
        "aspect": OVERALL,
        "entities": sorted({one.entity for one in mentions}),
        "aliases": sorted({one.alias for one in mentions}),
        "rules": sorted({one.rule for one in mentions}),
        "evidence": post.words[start:end],
        "content": fold(post.words),
        "advert": round(max(adverts), 4) if adverts else None,
        "keywords": list(reading.keywords),
        "tags": list(post.tags),
        "emotion": None if reading.emotion is None else reading.emotion.label,
    }
    return {name: value for name, value in source.items() if value not in (None, [])}


def engagement_sources(stored: Stored) -> Iterator[tuple[str, Source]]:
    """Documents of family ``engagement`` with their ids: one an observation."""
    post, reading = stored.post, stored.analysis
    brands = sorted({one.brand for one in reading.mentions}) if reading else []
    for seen in stored.engagements:
        source = {
            "post_key": post.key,
            "platform": post.platform,
            "published_at": iso(post.published_at),
            "brands": brands,
            **engagement(seen),
        }
        yield (
            engagement_id(post.platform, post.id, seconds(seen.observed_at)),
            {name: value for name, value in source.items() if value not in (None, [])},
        )
