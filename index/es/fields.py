"""What is kept in which field: strict mappings, with a hash that tells drift."""

from __future__ import annotations

import json
from copy import deepcopy
from hashlib import blake2b
from typing import Any

from index.es.layout import Names

Mapping = dict[str, Any]

KEYWORD: Mapping = {"type": "keyword", "ignore_above": 512}
"""A longer value stays in the document, and out of the index: one above 32,766 bytes would have
the whole document refused."""

WHOLE: Mapping = {"type": "keyword"}
FLAG: Mapping = {"type": "boolean"}
DATE: Mapping = {"type": "date"}
LONG: Mapping = {"type": "long"}
INTEGER: Mapping = {"type": "integer"}
FLOAT: Mapping = {"type": "float"}
SHOWN: Mapping = {"type": "text", "index": False}
"""For people to read: neither searched nor counted."""
LINK: Mapping = {"type": "keyword", "index": False, "doc_values": False}
KEPT: Mapping = {"type": "object", "enabled": False}
"""What nouns are built from again, as it was sent; not looked into."""
CUT: Mapping = {"type": "text", "analyzer": "whitespace", "norms": False}
"""Terms that we cut ourselves, parted by blanks. The analyzer by name: a custom one needs a module
that bare servers lack."""

DIMENSIONS = 256
"""Of the shipped encoder's vectors."""

VECTOR: Mapping = {
    "type": "dense_vector", "dims": DIMENSIONS, "index": True, "similarity": "cosine",
    "index_options": {"type": "int8_hnsw"},
}  # fmt: skip

_AUTHOR: Mapping = {
    "properties": {"hash": WHOLE, "name": KEYWORD, "followers": LONG, "verified": WHOLE}
}
_COUNTS = ("likes", "comments", "reposts", "favorites", "views", "coins", "heat")
_ENGAGEMENT: Mapping = {
    "properties": {"observed_at": DATE, "total": LONG, **dict.fromkeys(_COUNTS, LONG)}
}
_ORIGIN: Mapping = {
    "post_key": WHOLE, "platform": WHOLE, "kind": WHOLE, "source": KEYWORD, "url": LINK,
    "published_at": DATE, "precision": WHOLE, "precise": FLAG, "collected_at": DATE,
    "author": _AUTHOR, "suspected": FLAG, "copy_of": WHOLE, "copy_first": FLAG, "voice": WHOLE,
    "engagement": _ENGAGEMENT, "place": WHOLE,
}  # fmt: skip
_ATTITUDE: Mapping = {"sentiment": WHOLE, "sentiment_score": FLOAT, "sentiment_by": WHOLE}


def _posts(content: Mapping) -> Mapping:
    return {
        **_ORIGIN, **_ATTITUDE,
        "post_id": WHOLE, "n": LONG, "indexed_at": DATE, "parent": WHOLE,
        "rating": FLOAT, "media": WHOLE, "tags": KEYWORD,
        "title": SHOWN, "text": SHOWN, "content": content, "content_seg": CUT, "terms": CUT,
        "tokens": {**KEYWORD, "index": False}, "keywords": KEYWORD, "signs": KEYWORD,
        "emotion": WHOLE, "brands": WHOLE, "stances": WHOLE, "aliases": KEYWORD,
        "mentions": INTEGER, "reader": WHOLE, "lexicon": WHOLE, "printed": FLAG,
        "embedding": VECTOR, "embedded_by": WHOLE, "partition": WHOLE, "kept": KEPT,
    }  # fmt: skip


def _mentions(content: Mapping) -> Mapping:
    return {**_MENTIONS, "content": content}


_MENTIONS: Mapping = {
    **_ORIGIN, **_ATTITUDE,
    "brand": WHOLE, "aspect": WHOLE, "entities": WHOLE, "aliases": KEYWORD, "rules": KEYWORD,
    "evidence": SHOWN, "advert": FLOAT, "keywords": KEYWORD, "tags": KEYWORD, "emotion": WHOLE,
}  # fmt: skip
_ENGAGEMENTS: Mapping = {
    "post_key": WHOLE, "platform": WHOLE, "published_at": DATE, "observed_at": DATE,
    "brands": WHOLE, "total": LONG, **dict.fromkeys(_COUNTS, LONG),
}  # fmt: skip
_AUTHORS: Mapping = {
    "platform": WHOLE, "hash": WHOLE, "name": KEYWORD, "followers": LONG, "verified": WHOLE,
    "brands": WHOLE, "posts": LONG, "engagement": LONG, "first_seen": DATE, "last_seen": DATE,
    "tier": WHOLE, "category": KEYWORD, "fit": FLOAT, "fit_low": FLOAT, "fit_high": FLOAT,
    "kept": KEPT,
}  # fmt: skip
_INCIDENTS: Mapping = {
    "incident": WHOLE, "brand": WHOLE, "level": WHOLE, "level_rank": INTEGER, "state": WHOLE,
    "opened_at": DATE, "first_post_at": DATE, "updated_at": DATE, "closed_at": DATE,
    "reopened": INTEGER, "negative": LONG, "issue": WHOLE, "title": KEYWORD, "merged": WHOLE,
    "rule": WHOLE, "score": FLOAT, "threshold": FLOAT,
    "window_hours": FLOAT, "voices": LONG, "voices_negative": LONG, "expected": FLOAT,
    "usual_share": FLOAT, "share": FLOAT, "posts": WHOLE, "summary": SHOWN, "summary_en": SHOWN,
    "kept": KEPT,
}  # fmt: skip
_COVERAGE: Mapping = {
    "source": KEYWORD, "hour": DATE, "verdict": WHOLE, "requests": LONG, "failures": LONG,
    "posts": LONG, "blind": FLAG, "detail": SHOWN,
}  # fmt: skip
_METRICS: Mapping = {
    "brand": WHOLE, "platform": WHOLE, "day": DATE, "posts": LONG, "negative": LONG,
    "neutral": LONG, "positive": LONG, "uncertain": LONG, "unread": LONG, "voices": LONG,
    "negative_share": FLOAT, "usual_share": FLOAT, "usual_days": INTEGER,
}  # fmt: skip
_DESK: Mapping = {
    "kind": WHOLE, "name": WHOLE, "seq": LONG, "at": LONG, "waiting": FLAG, "incident": WHOLE,
    "value": SHOWN, "kept": KEPT,
}  # fmt: skip
_KEYS: Mapping = {"partition": WHOLE, "n": LONG}

UNSTORED = ("terms", "content_seg")
"""Fields that serve search alone and can be made again from the others: left out of what is
stored, which saves a third of it."""

_DEFAULT = {"posts": ["content", "content_seg"], "mentions": ["content"]}
"""Where words typed into Kibana without a field are looked for: dashboards count mentions, so these
know the words of their post too."""

CHINESE = {
    "cjk": {"type": "text", "analyzer": "cjk"},
    "standard": {"type": "text", "analyzer": "standard"},
}
"""Mappings of the field that people search in Kibana, by analyzer: pairs of characters where the
server can, else single ones (``index_phrases`` costs a fifth of the disk and is never faster)."""


def properties(family: str, analyzer: str) -> Mapping:
    """Fields of *family* by name."""
    if family == "posts":
        return _posts(CHINESE[analyzer])
    if family == "mentions":
        return _mentions(CHINESE[analyzer])
    return {
        "engagement": _ENGAGEMENTS, "authors": _AUTHORS,
        "incidents": _INCIDENTS, "coverage": _COVERAGE, "metrics": _METRICS, "desk": _DESK,
        "keys": _KEYS,
    }[family]  # fmt: skip


TIME_FIELDS = {
    "posts": "published_at", "mentions": "published_at", "engagement": "observed_at",
    "authors": "last_seen", "incidents": "opened_at", "coverage": "hour", "metrics": "day",
}  # fmt: skip
"""The date by which Kibana shows a family; the others are not for people."""


def template(
    family: str, names: Names, *, analyzer: str, replicas: int, refresh: str
) -> dict[str, Any]:
    """The index template of *family*: body of ``PUT _index_template/{stem}``."""
    fields = deepcopy(properties(family, analyzer))  # they are shared, and this is the caller's own
    mappings: Mapping = {"dynamic": "strict", "properties": fields}
    if family == "posts":
        mappings["_source"] = {"excludes": list(UNSTORED)}
    mark = _hash(mappings)
    mappings["_meta"] = {"product": "tingfeng", "version": names.version, "hash": mark}
    index: Mapping = {
        "number_of_shards": 1,
        "number_of_replicas": replicas,
        "refresh_interval": refresh,
        "gc_deletes": "12h",  # how long a late, older write of a deleted document is still refused
        "mapping.total_fields.limit": 300,
        # By default a tenth of a segment may be deleted documents before their bytes go.
        "merge.policy.expunge_deletes_allowed": 0,
    }
    if family in _DEFAULT:
        index["query.default_field"] = _DEFAULT[family]
    return {
        "index_patterns": [names.pattern(family)],
        "priority": 500,  # above Elastic's own, which reach 200
        "_meta": {"product": "tingfeng", "version": names.version, "hash": mark,
                  "analyzer": analyzer},
        "template": {
            "settings": {"index": index},
            "mappings": mappings,
            "aliases": {names.alias(family): {}},
        },
    }  # fmt: skip


def _hash(mappings: Mapping) -> str:
    text = json.dumps(mappings, sort_keys=True, ensure_ascii=False)
    return blake2b(text.encode(), digest_size=8).hexdigest()
