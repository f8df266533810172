"""A question to the store as a query of the index."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from index.es.documents import STANCE
from index.rows import ATTITUDES
from index.times import seconds_up
from tingfeng import Axis, Label, Phrase, Query, parse_words

Dsl = dict[str, Any]

_EXPANSIONS = 65_536
"""Pairs of characters that may begin with one: all of them, so that none is missed silently."""

_DATED: Dsl = {"exists": {"field": "published_at"}}


def meant(query: Query, by: Sequence[Axis] = (), *, labels: bool = True) -> Dsl:
    """The posts that *query* means when split by *by*. *labels*: its attitudes limit them too."""
    must = [*_limits(query), *_time(query, by), *_brands(query, by)]
    never: list[Dsl] = [] if query.kinds else [{"term": {"kind": "hot"}}]
    wanted, unwanted = parse_words(query.text)
    must += [phrase(each) for each in wanted]
    never += [phrase(each) for each in unwanted]
    if labels and query.labels and "brand" not in by:
        must.append(_any([attitude(query.brands, label) for label in query.labels]))
    return {"bool": {"filter": must, "must_not": never}}


def _limits(query: Query) -> list[Dsl]:
    found: list[Dsl] = []
    for field, values in (("platform", query.platforms), ("kind", query.kinds)):
        if values:
            found.append({"terms": {field: list(values)}})
    for field, value in (
        ("suspected", query.suspected),
        ("author.hash", query.author),
        ("copy_of", query.copies_of),
    ):
        if value is not None:
            found.append({"term": {field: value}})
    if query.precise:
        found.append({"term": {"precise": True}})
    if seen := _span(query.seen_since, query.seen_until):
        found.append({"range": {"collected_at": seen}})
    return found


def _time(query: Query, by: Sequence[Axis]) -> list[Dsl]:
    if query.since is None and query.until is None:
        return [_DATED] if "time" in by else []
    return [{"range": {"published_at": _span(query.since, query.until)}}]


def _span(since: datetime | None, until: datetime | None) -> Dsl:
    """From *since* until before *until*; empty where neither is given."""
    ends = {
        name: seconds_up(at) for name, at in (("gte", since), ("lt", until)) if at is not None
    }  # fmt: skip
    return {"format": "epoch_second", **ends} if ends else {}


def _brands(query: Query, by: Sequence[Axis]) -> list[Dsl]:
    if query.brands:
        return [{"terms": {"brands": list(query.brands)}}]
    return [{"exists": {"field": "brands"}}] if "brand" in by else []


def attitude(brands: Sequence[str], label: Label) -> Dsl:
    """Posts whose attitude to *brands* together (to nobody: of the whole post) is *label*."""
    if not brands:
        return {"term": {"sentiment": label}}
    worse = ATTITUDES[: ATTITUDES.index(label)]
    found: Dsl = {"filter": [{"terms": {"stances": _stances(brands, [label])}}]}
    if worse and len(brands) > 1:
        found["must_not"] = [{"terms": {"stances": _stances(brands, worse)}}]
    return {"bool": found}


def _stances(brands: Sequence[str], labels: Sequence[Label]) -> list[str]:
    return [f"{brand}{STANCE}{label}" for brand in brands for label in labels]


def _any(choices: list[Dsl]) -> Dsl:
    return {"bool": {"should": choices, "minimum_should_match": 1}}


def phrase(sought: Phrase) -> Dsl:
    """Posts in which the terms of *sought* follow each other."""
    *body, last = sought.terms
    if not sought.prefix:
        return {"match_phrase": {"terms": " ".join(sought.terms)}}
    if not body:
        return {"prefix": {"terms": {"value": last}}}
    return {
        "match_phrase_prefix": {
            "terms": {"query": " ".join(sought.terms), "max_expansions": _EXPANSIONS}
        }
    }


def order(query: Query) -> list[Dsl]:
    """How what is found is sorted: undated posts last, of equals the later arrival is newer."""
    newest: list[Dsl] = [
        {"published_at": {"order": "desc", "missing": "_last"}},
        {"n": {"order": "desc"}},
    ]
    if query.order == "oldest":
        return [
            {"published_at": {"order": "asc", "missing": "_last"}},
            {"n": {"order": "asc"}},
        ]
    if query.order == "liked":
        liked: Dsl = {"order": "desc", "missing": 0, "unmapped_type": "long"}
        return [{"engagement.total": liked}, *newest]
    return newest
