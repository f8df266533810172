"""Search by meaning: neighbours by angle, among the posts that a question means."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from index.elastic import ElasticStore
from index.es.fields import DIMENSIONS
from servers import Server
from tingfeng import SHANGHAI, Observation, Post, Query

NOW = datetime(2026, 6, 12, 9, 0, tzinfo=SHANGHAI)


def towards(axis: int, share: float = 1.0) -> tuple[float, ...]:
    """Mostly along one axis, the rest along the last."""
    vector = [0.0] * DIMENSIONS
    vector[axis], vector[-1] = share, 1.01 - share
    return tuple(vector)


@pytest.fixture
def store(elastic: Server, prefix: str) -> Iterator[ElasticStore]:
    login = {"user": elastic.user, "password": elastic.password, "api_key": elastic.api_key}
    known = {name: value for name, value in login.items() if value is not None}
    with closing(ElasticStore(url=elastic.url, prefix=prefix.rstrip("-"), **known)) as made:
        yield made


def give(store: ElasticStore, by: str = "m1", **vectors: tuple[float, ...]) -> None:
    posts = [
        Post(platform="weibo", id=id, text=f"帖子 {id}", collected_at=NOW, published_at=NOW)
        for id in vectors
    ]
    store.put([Observation(post=post) for post in posts], now=NOW)
    store._posts.change(
        [("weibo", id) for id in vectors],
        lambda stored: replace(stored, vector=vectors[stored.post.id], vector_by=by),
    )


def ids(found: Any) -> str:
    return "".join(document.post.id for document in found)


def test_the_nearest_come_first_and_only_those_that_are_meant(store: ElasticStore) -> None:
    give(store, a=towards(0), b=towards(0, 0.8), c=towards(1), d=towards(0, 0.6))
    give(store, by="m2", e=towards(0))
    asked = towards(0)
    assert ids(store.nearest(asked, by="m1", query=Query(), count=3)) == "abd"
    assert ids(store.nearest(asked, by="m1", query=Query(text="-a"), count=2)) == "bd"
    assert ids(store.nearest(asked, by="m2", query=Query(), count=3)) == "e"


def test_a_vector_outlives_another_look_at_the_post_and_not_other_words(
    store: ElasticStore, make_seen: Any
) -> None:
    give(store, a=towards(0))
    store.put([make_seen("a", "帖子 a", likes=5)], now=NOW)
    assert ids(store.nearest(towards(0), by="m1", query=Query(), count=1)) == "a"
    later = NOW.replace(year=2027)
    store.put([make_seen("a", "别的话", collected_at=later)], now=NOW)
    assert ids(store.nearest(towards(0), by="m1", query=Query(), count=1)) == ""
