"""The part of a reading that no field of the index tells, and the reading built from both."""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import Any

from tingfeng import Analysis, Emotion, Mention, Sentiment

Kept = dict[str, Any]


def reading_kept(reading: Analysis) -> Kept:
    """JSON values; fields of the document are not repeated."""
    kept: Kept = {
        "sentiment": None if reading.sentiment is None else _sentiment(reading.sentiment),
        "emotion": None if reading.emotion is None else list(reading.emotion.odds),
        "mentions": [_mention(one) for one in reading.mentions],
        "fingerprint": b64encode(reading.fingerprint).decode(),
    }
    return {name: value for name, value in kept.items() if value}


def _sentiment(sentiment: Sentiment) -> list[Any]:
    odds = (sentiment.negative, sentiment.neutral, sentiment.positive)
    return [*odds, sentiment.label, sentiment.by]


def _sentiment_from(kept: list[Any]) -> Sentiment:
    negative, neutral, positive, label, by = kept
    return Sentiment(negative=negative, neutral=neutral, positive=positive, label=label, by=by)


def _mention(one: Mention) -> list[Any]:
    return [
        one.brand, one.start, one.end, one.alias, one.entity, one.rule, _sentiment(one.sentiment),
        one.span and list(one.span), one.advert,
    ]  # fmt: skip


def _mention_from(kept: list[Any]) -> Mention:
    brand, start, end, alias, entity, rule, sentiment, span, advert = kept
    return Mention(
        brand=brand,
        start=start,
        end=end,
        alias=alias,
        entity=entity,
        rule=rule,
        sentiment=_sentiment_from(sentiment),
        span=None if span is None else (span[0], span[1]),
        advert=advert,
    )


def reading_from(source: dict[str, Any], kept: Kept) -> Analysis:
    """The reading in a document of family ``posts``."""
    sentiment, emotion = kept.get("sentiment"), kept.get("emotion")
    return Analysis(
        platform=source["platform"],
        id=source["post_id"],
        reader=source["reader"],
        lexicon=source["lexicon"],
        tokens=tuple(source.get("tokens", ())),
        keywords=tuple(source.get("keywords", ())),
        sentiment=None if sentiment is None else _sentiment_from(sentiment),
        emotion=None if emotion is None else Emotion(odds=tuple(emotion)),
        signs=tuple(source.get("signs", ())),
        mentions=tuple(_mention_from(one) for one in kept.get("mentions", ())),
        fingerprint=b64decode(kept.get("fingerprint", "")),
        copy_of=source.get("copy_of"),
    )
