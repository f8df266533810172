"""A post and its reading as documents of the index, and back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

from index.edits import liked, said
from index.es.layout import partition, post_id
from index.es.readings import reading_from, reading_kept
from index.times import moment, seconds
from tingfeng import (
    Analysis,
    Author,
    Document,
    Engagement,
    Post,
    Sentiment,
    fold,
    search_terms,
)

Source = dict[str, Any]

STANCE = "|"
"""Between brand and attitude in ``stances``; the attitude comes last and holds none."""

COUNTS = ("likes", "comments", "reposts", "favorites", "views", "coins", "heat")

_PRECISE = ("second", "minute", "hour")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """All that is known of one post: what its document holds."""

    post: Post
    n: int
    """Number of its arrival: the order in which posts came in."""

    indexed_at: datetime
    analysis: Analysis | None = None
    earlier: tuple[Post, ...] = ()
    """The post with its earlier words, oldest first."""

    engagements: tuple[Engagement, ...] = ()
    """Every observation, oldest first."""

    suspected: bool = False
    vector: tuple[float, ...] | None = None
    """Of the words, for search by meaning; ``None``: not made."""

    vector_by: str = ""
    """Version of the engine that made it."""

    partition: str | None = None
    """Where the document stands; ``None``: where its date says. A post that is dated later stays."""

    @property
    def place(self) -> str:
        """Partition to write to."""
        return partition(self.post.published_at) if self.partition is None else self.partition

    @property
    def document(self) -> Document:
        """As a store gives it back."""
        return Document(
            post=self.post,
            analysis=self.analysis,
            engagement=self.engagements[-1] if self.engagements else None,
            indexed_at=self.indexed_at,
            suspected=self.suspected,
            earlier=tuple(post.words for post in self.earlier),
        )


def iso(at: datetime | None) -> str | None:
    """A moment as the server keeps it: whole seconds, UTC."""
    if at is None:
        return None
    utc = at.astimezone(UTC)
    return f"{utc.year:04}{utc:-%m-%dT%H:%M:%SZ}"  # %Y gives three digits to the year 201


def when(text: str) -> datetime:
    """The moment that :func:`iso` wrote, local time of Asia/Shanghai."""
    return moment(seconds(datetime.fromisoformat(text)))


def voice(post: Post, analysis: Analysis | None, terms: str) -> str:
    """Equal for the same thing said by the same author, see :meth:`tingfeng.PostStore.voices`."""
    author = f"post {post.key}" if post.author is None else f"author {post.author.id}"
    copy_of = None if analysis is None else analysis.copy_of
    words = f"copy {copy_of}" if copy_of else f"said {said(post.words, terms)}"
    return blake2b(f"{author}\x1f{words}".encode(), digest_size=12).hexdigest()


def post_source(stored: Stored) -> Source:
    """The document of family ``posts``."""
    post, reading = stored.post, stored.analysis
    terms = " ".join(search_terms(post.words))
    source = {
        **origin(stored, terms),
        "post_id": post.id,
        "n": stored.n,
        "indexed_at": iso(stored.indexed_at),
        "parent": post.parent,
        "rating": post.rating,
        "media": post.media,
        "tags": list(post.tags),
        "title": post.title,
        "text": post.text,
        "content": fold(post.words),
        "terms": terms,
        "partition": stored.place,
        "mentions": 0,
        "kept": _kept(stored),
    }
    if reading is not None:
        source |= _read(reading)
    if stored.vector is not None:
        source |= {"embedding": list(stored.vector), "embedded_by": stored.vector_by}
    return {name: value for name, value in source.items() if value not in (None, [])}


def origin(stored: Stored, terms: str) -> Source:
    """What documents of posts and of mentions share."""
    post, reading = stored.post, stored.analysis
    copy_of = None if reading is None else reading.copy_of
    latest = stored.engagements[-1] if stored.engagements else None
    return {
        "post_key": post.key,
        "platform": post.platform,
        "kind": post.kind,
        "source": post.source,
        "url": post.url or None,
        "published_at": iso(post.published_at),
        "precision": post.precision,
        "precise": post.published_at is not None and post.precision in _PRECISE,
        "collected_at": iso(post.collected_at),
        "author": _author(post.author),
        "suspected": stored.suspected,
        "copy_of": copy_of,
        "copy_first": None if copy_of is None else copy_of == post.key,
        "voice": voice(post, reading, terms),
        "engagement": None if latest is None else engagement(latest),
        "place": post.place,
    }


def _author(author: Author | None) -> Source | None:
    if author is None:
        return None
    fields = {"hash": author.id, "name": author.name, "followers": author.followers,
              "verified": author.verified}  # fmt: skip
    return {name: value for name, value in fields.items() if value is not None}


def engagement(seen: Engagement) -> Source:
    """The counts of one moment, those alone that were said."""
    counts = dict(zip(COUNTS, seen.counts, strict=True))
    fields = {"observed_at": iso(seen.observed_at), "total": liked(seen), **counts}
    return {name: value for name, value in fields.items() if value is not None}


def attitude(sentiment: Sentiment | None) -> Source:
    """A sentiment as Kibana splits by it and averages it."""
    if sentiment is None:
        return {}
    score = round(sentiment.positive - sentiment.negative, 4)
    return {
        "sentiment": sentiment.label,
        "sentiment_score": score,
        "sentiment_by": sentiment.by,
    }


def _read(reading: Analysis) -> Source:
    brands = sorted({mention.brand for mention in reading.mentions})
    return {
        **attitude(reading.sentiment),
        "content_seg": " ".join(token for token in reading.tokens if " " not in token),
        "tokens": list(reading.tokens),
        "keywords": list(reading.keywords),
        "signs": list(reading.signs),
        "emotion": None if reading.emotion is None else reading.emotion.label,
        "brands": brands,
        "stances": [f"{brand}{STANCE}{reading.attitude(brand)}" for brand in brands],
        "aliases": sorted({mention.alias for mention in reading.mentions}),
        "mentions": len(reading.mentions),
        "reader": reading.reader,
        "lexicon": reading.lexicon,
        "printed": bool(reading.fingerprint),
    }


def _kept(stored: Stored) -> Source:
    """What the fields do not tell, so that the nouns come back as they were."""
    kept: Source = {
        "precision": stored.post.precision,
        "earlier": [[iso(old.collected_at), old.title, old.text] for old in stored.earlier],
        "engagements": [[iso(seen.observed_at), *seen.counts] for seen in stored.engagements],
    }
    if stored.analysis is not None:
        kept["reading"] = reading_kept(stored.analysis)
    return {name: value for name, value in kept.items() if value != []}


def stored_from(source: Source) -> Stored:
    """The nouns from a document of family ``posts``."""
    kept, author = source["kept"], source.get("author")
    published = source.get("published_at")
    post = Post(
        platform=source["platform"],
        id=source["post_id"],
        kind=source["kind"],
        text=source.get("text", ""),
        title=source.get("title", ""),
        url=source.get("url", ""),
        author=None if author is None else _author_from(author),
        published_at=None if published is None else when(published),
        precision=kept["precision"],
        collected_at=when(source["collected_at"]),
        parent=source.get("parent"),
        rating=source.get("rating"),
        place=source.get("place"),
        media=source.get("media"),
        tags=tuple(source.get("tags", ())),
        source=source["source"],
    )
    reading = kept.get("reading")
    vector = source.get("embedding")
    return Stored(
        post=post,
        n=source["n"],
        indexed_at=when(source["indexed_at"]),
        analysis=None if reading is None else reading_from(source, reading),
        earlier=tuple(
            replace(post, collected_at=when(at), title=title, text=text)
            for at, title, text in kept.get("earlier", ())
        ),
        engagements=tuple(
            Engagement(observed_at=when(at), **dict(zip(COUNTS, counts, strict=True)))
            for at, *counts in kept.get("engagements", ())
        ),
        suspected=source["suspected"],
        vector=None if vector is None else tuple(vector),
        vector_by=source.get("embedded_by", ""),
        partition=source["partition"],
    )


def _author_from(fields: Source) -> Author:
    return Author(
        id=fields["hash"],
        name=fields.get("name"),
        followers=fields.get("followers"),
        verified=fields.get("verified"),
    )


def document_id(stored: Stored) -> str:
    """``_id`` of the document of family ``posts``."""
    return post_id(stored.post.platform, stored.post.id)
