"""What counts as new, seen and changed; what an edit does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tingfeng import Author, Engagement, Observation, Query

MINUTE = timedelta(minutes=1)


def found(store: Any, text: str) -> list[str]:
    return [document.post.id for document in store.search(Query(text=text))]


def test_a_post_comes_back_as_it_was(store: Any, make_post: Any, now: Any) -> None:
    author = Author(id="a", name="云雀官方", followers=0, verified="organization")
    post = make_post(
        "1:2", "正文", kind="review", title="标题", url="https://example.com/1", author=author,
        precision="minute", parent="9", rating=4.5, place="上海", media="video",
        tags=("新品", "a,b"), source="test",
    )  # fmt: skip
    counts = Engagement(observed_at=now, likes=0, views=7, heat=3)
    assert store.put([Observation(post=post, engagement=counts)], now=now) == ["new"]
    document = store.get("weibo:1:2")
    assert document.post == post
    assert document.engagement == counts
    assert document.indexed_at == now
    assert document.analysis is None
    assert not document.suspected


def test_the_unknown_key_and_what_is_not_said(store: Any, make_post: Any, now: Any) -> None:
    bare = make_post("1", "", author=None, published_at=None)
    store.put([Observation(post=bare)], now=now)
    assert store.get("weibo:1").post == bare
    assert store.get("weibo:1").engagement is None
    assert store.get("weibo:2") is None
    assert store.get("no colon") is None
    assert store.observations("weibo:2") == []


def test_fractions_of_seconds_are_dropped_and_zones_kept_apart(
    store: Any, make_seen: Any, now: Any
) -> None:
    published = datetime(2026, 6, 11, 23, 30, 5, 999_999, tzinfo=UTC)
    store.put([make_seen("1", published_at=published)], now=now)
    assert store.get("weibo:1").post.published_at == published.replace(microsecond=0)


def test_the_same_again_is_seen(store: Any, make_seen: Any, now: Any) -> None:
    first, second = make_seen("1", likes=3), make_seen("2")
    assert store.put([first, second, first], now=now) == ["new", "new", "seen"]
    assert store.put([second, first], now=now + MINUTE) == ["seen", "seen"]
    assert store.get("weibo:1").indexed_at == now
    assert store.totals()["posts"] == 2


def test_ids_belong_to_their_platform(store: Any, make_seen: Any, now: Any) -> None:
    same = [make_seen("1"), make_seen("1", platform="zhihu")]
    assert store.put(same, now=now) == ["new", "new"]


def test_a_later_text_is_an_edit_and_unread(
    store: Any, fill: Any, make_seen: Any, now: Any
) -> None:
    fill("1", "云雀手机发热", label="negative", brands=("云雀",))
    later = make_seen("1", "云雀手机已修复", collected_at=now + MINUTE)
    assert store.put([later], now=now) == ["changed"]
    document = store.get("weibo:1")
    assert document.post.text == "云雀手机已修复"
    assert document.earlier == ("云雀手机发热",)
    assert document.analysis is None
    assert [post.id for post in store.unread("test-1")] == ["1"]
    assert found(store, "发热") == []
    assert found(store, "修复") == ["1"]
    assert store.count(Query(brands=("云雀",))) == []
    assert [(c.posts, c.negative) for c in store.count(Query())] == [(1, 0)]


def test_an_earlier_or_known_text_is_no_edit(store: Any, make_seen: Any, now: Any) -> None:
    at = [now + MINUTE * n for n in range(3)]
    seen = [make_seen("1", text, collected_at=at[n]) for n, text in enumerate(("甲", "乙", "丙"))]
    assert store.put(seen[:2], now=now) == ["new", "changed"]
    old = make_seen("1", "更早", collected_at=now - MINUTE)
    assert store.put([old, seen[1], seen[0], seen[2]], now=now) == ["seen"] * 3 + ["changed"]
    assert store.get("weibo:1").earlier == ("甲", "乙")


def test_an_edit_taken_back_holds_again(store: Any, fill: Any, make_seen: Any, now: Any) -> None:
    texts = ["甲文", "乙文", "甲文", "乙文", "甲文"]
    seen = [make_seen("1", text, collected_at=now + n * MINUTE) for n, text in enumerate(texts)]
    assert store.put(seen[:3], now=now) == ["new", "changed", "changed"]
    document = store.get("weibo:1")
    assert (document.post, document.earlier) == (seen[2].post, ("乙文",))
    assert found(store, "甲文") == ["1"]
    assert found(store, "乙文") == []
    assert store.put(seen[:3], now=now) == ["seen"] * 3
    assert store.put(seen[3:], now=now) == ["changed", "changed"]
    assert store.get("weibo:1").earlier == ("乙文",)
    assert [each.post.text for each in store.observations("weibo:1")] == ["乙文", "甲文"]


def test_an_edit_keeps_what_it_leaves_unsaid(store: Any, make_seen: Any, now: Any) -> None:
    store.put([make_seen("1", "甲", place="上海", rating=2.0)], now=now)
    store.put(
        [make_seen("1", "乙", collected_at=now + MINUTE, published_at=None, author=None)], now=now
    )
    post = store.get("weibo:1").post
    assert (post.place, post.rating, post.author) == ("上海", 2.0, Author(id="a1"))
    assert post.published_at == now - timedelta(hours=1)


def test_another_engagement_is_an_observation(store: Any, make_seen: Any, now: Any) -> None:
    at = [now + MINUTE * n for n in range(3)]
    assert store.put([make_seen("1", likes=3)], now=now) == ["new"]
    same_moment = make_seen("1", likes=4)
    same_counts = make_seen("1", likes=3, collected_at=at[2])
    between = make_seen("1", likes=9, collected_at=at[1])
    assert store.put([same_moment, same_counts], now=now) == ["seen", "changed"]
    assert store.put([between, between], now=now) == ["changed", "seen"]
    assert store.get("weibo:1").engagement.observed_at == at[2]
    assert [each.engagement.likes for each in store.observations("weibo:1")] == [3, 9, 3]


def test_equal_counts_of_an_untimed_file_say_nothing(store: Any, make_seen: Any, now: Any) -> None:
    store.put([make_seen("1", likes=3)], now=now)
    touched = replace(make_seen("1", likes=3, collected_at=now + MINUTE), timed=False)
    grown = replace(make_seen("1", likes=4, collected_at=now + MINUTE), timed=False)
    assert store.put([touched, grown], now=now) == ["seen", "changed"]


def test_observations_are_texts_and_counts_by_time(store: Any, make_seen: Any, now: Any) -> None:
    first = make_seen("1", "甲")
    edit = make_seen("1", "乙", collected_at=now + MINUTE, likes=2)
    count = make_seen("1", "乙", collected_at=now + 2 * MINUTE, likes=5)
    store.put([first, edit, count], now=now)
    assert store.observations("weibo:1") == [first, edit, count]


def test_a_call_that_fails_leaves_nothing(store: Any, make_seen: Any, now: Any) -> None:
    def broken() -> Any:
        yield make_seen("1")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.put(broken(), now=now)
    assert store.totals()["posts"] == 0
    assert store.put([make_seen("1")], now=now) == ["new"]


def test_half_a_surrogate_pair_does_not_stop_the_others(
    store: Any, make_seen: Any, now: Any
) -> None:
    cut = make_seen("1", "手机\ud83d", title="\udc00")
    assert store.put([cut, make_seen("2"), cut], now=now) == ["new", "new", "seen"]
    assert store.get("weibo:1").post.text == "手机\ufffd"


def test_many_observations_in_one_call(store: Any, make_seen: Any, now: Any) -> None:
    some = [make_seen(str(n % 7000), f"第{n % 7000}条") for n in range(12_000)]
    outcomes = store.put(iter(some), now=now)
    assert (outcomes.count("new"), outcomes.count("seen")) == (7000, 5000)
    assert outcomes[7000:] == ["seen"] * 5000
