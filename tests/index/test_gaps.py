"""A post imported under a wrong mapping is repaired by importing it again under the right one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tingfeng import HOUR, Author, Observation, Query

MINUTE = timedelta(minutes=1)
FULL = {
    "url": "https://example.com/1",
    "author": Author(id="a", name="云雀官方", followers=7, verified="organization"),
    "parent": "9",
    "rating": 4.0,
    "place": "上海",
    "media": "video",
    "tags": ("新品", "手机"),
    "title": "标题",
    "precision": "minute",
}


@pytest.fixture
def bare(make_post: Any) -> Any:
    """``bare("1")``: a post of which only text and id are known."""
    return lambda id="1", **changes: make_post(
        id, **({"author": None, "published_at": None} | changes)
    )


def test_a_sighting_fills_what_was_left_unsaid(
    store: Any, bare: Any, make_post: Any, now: Any
) -> None:
    full = make_post("1", **FULL)
    seen = [Observation(post=bare()), Observation(post=full), Observation(post=full)]
    assert store.put(seen, now=now) == ["new", "changed", "seen"]
    assert store.put(seen, now=now) == ["seen"] * 3
    assert store.get("weibo:1").post == full
    assert store.get("weibo:1").earlier == ()


@pytest.mark.parametrize("name", [*sorted(FULL.keys() - {"precision"}), "published_at", "text"])
def test_each_field_is_filled_alone(store: Any, make_post: Any, now: Any, name: str) -> None:
    full = make_post("1", **FULL)
    empty = {"url": "", "title": "", "text": "", "tags": ()}.get(name)
    gap = replace(full, **{name: empty})
    assert store.put([Observation(post=gap)], now=now) == ["new"]
    assert store.put([Observation(post=full)], now=now) == ["changed"]
    assert store.get("weibo:1").post == full
    assert store.put([Observation(post=full), Observation(post=gap)], now=now) == ["seen"] * 2


def test_nothing_said_is_overwritten(store: Any, make_post: Any, now: Any) -> None:
    first = make_post("1", **FULL)
    other = {
        "url": "https://example.com/2", "author": Author(id="b", followers=1), "parent": "8",
        "rating": 1.0, "place": "北京", "media": "image", "tags": ("x",), "title": "别的",
        "precision": "day", "published_at": now - 9 * MINUTE, "kind": "comment", "source": "x",
    }  # fmt: skip
    seen = [Observation(post=first), Observation(post=make_post("1", **other))]
    assert store.put(seen, now=now) == ["new", "seen"]
    assert store.get("weibo:1").post == first


def test_followers_of_another_author_are_not_taken(store: Any, make_seen: Any, now: Any) -> None:
    seen = [make_seen(author=Author(id="a")), make_seen(author=Author(id="b", followers=3))]
    assert store.put(seen, now=now) == ["new", "seen"]
    again = make_seen(author=Author(id="a", verified="person"))
    assert store.put([again], now=now) == ["changed"]
    assert store.get("weibo:1").post.author == Author(id="a", verified="person")


def test_an_older_sighting_fills_but_its_text_does_not_hold(
    store: Any, bare: Any, make_post: Any, now: Any
) -> None:
    older = make_post("1", "更早的正文", url="u", title="题", collected_at=now - MINUTE)
    seen = [Observation(post=bare(text="正文")), Observation(post=older)]
    assert store.put(seen, now=now) == ["new", "changed"]
    post = store.get("weibo:1").post
    assert (post.words, post.url, post.author) == ("正文", "u", Author(id="a1"))


def test_a_filled_date_moves_the_post_in_time(
    store: Any, fill: Any, make_seen: Any, now: Any
) -> None:
    fill("1", published_at=None, label="negative", brands=("云雀",))
    day = Query(brands=("云雀",), since=now - timedelta(hours=2), until=now)
    assert store.count(day, ["time"], step=HOUR) == []
    assert store.put([make_seen("1")], now=now) == ["changed"]
    at = now - timedelta(hours=1)
    for question in (day, replace(day, brands=()), replace(day, brands=(), labels=("negative",))):
        (cell,) = store.count(question, ["time"], step=HOUR)
        assert (cell.by, cell.posts, cell.negative) == ((at,), 1, 1)
        assert [document.post.published_at for document in store.search(question)] == [at]
    assert store.get("weibo:1").analysis is not None
    assert store.totals()["undated"] == 0
    assert [c.posts for c in store.count(Query(brands=("云雀",)))] == [1]


def test_a_filled_author_counts_in_a_group_of_copies(
    store: Any, fill: Any, make_seen: Any, now: Any
) -> None:
    copy = {"copy_of": "weibo:0", "fingerprint": bytes(96), "label": "negative"}
    for n in range(5):
        fill(str(n), author=Author(id="ab"[n % 2]) if n < 4 else None, **copy)
    assert not store.get("weibo:4").suspected
    assert store.put([make_seen("4", author=Author(id="c"))], now=now) == ["changed"]
    assert all(document.suspected for document in store.search(Query()))
    assert [c.posts for c in store.count(Query(suspected=True))] == [5]


def test_a_filled_title_is_found_and_unread(
    store: Any, fill: Any, make_seen: Any, now: Any
) -> None:
    fill("1", "正文", label="negative", brands=("云雀",))
    assert store.put([make_seen("1", "正文", title="白鹭发布")], now=now) == ["changed"]
    assert [d.post.id for d in store.search(Query(text="白鹭 正文"))] == ["1"]
    assert [post.id for post in store.unread("test-1")] == ["1"]
    later = make_seen("1", "正文", collected_at=now + MINUTE)
    assert store.put([later], now=now) == ["seen"]
    assert store.get("weibo:1").post.title == "白鹭发布"
