"""What each field of a query means: search, count, voices, authors, terms."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tingfeng import DAY, HOUR, QUARTER, SHANGHAI, WEEK, Author, Count, Query, Step

NINE = datetime(2026, 6, 12, 9, 0, tzinfo=SHANGHAI)
"""Published time of the factories' posts: a Friday."""


def ids(store: Any, **query: Any) -> str:
    return "".join(document.post.id for document in store.search(Query(**query)))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("手机", "21"),
        ("ＩＰＨＯＮＥ", "2"),
        ("雲雀", "1"),
        ("手机 发热", "1"),
        ('"手机 发热"', ""),
        ("手机 -发热", "2"),
        ("-手机", "3"),
        ("热", "1"),
        ("iph", ""),
        ("15", "2"),
        ("标题", "3"),
        ("！？", "321"),
        ("没有这个词", ""),
    ],
)
def test_words(store: Any, fill: Any, words: str, expected: str) -> None:
    fill("1", "云雀手机很发热")
    fill("2", "iPhone 15 手机")
    fill("3", "今天下雨", title="标题")
    assert ids(store, text=words) == expected


def test_posts_are_found_before_they_are_read_and_only_once_edited(store: Any, fill: Any) -> None:
    fill("1", "手机手机手机")
    assert ids(store, text="手机") == "1"


def test_brands_and_the_attitude_to_them(store: Any, fill: Any) -> None:
    fill("1", label="negative", brands=("云雀",))
    fill("2", label="positive", brands=("云雀", "白鹭"))
    fill("3", label="negative")
    assert ids(store, brands=("云雀",)) == "21"
    assert ids(store, brands=("云雀", "白鹭"), labels=("positive",)) == "2"
    assert ids(store, labels=("negative",)) == "31"
    assert ids(store, labels=("negative", "positive")) == "321"


def test_platform_kind_author(store: Any, fill: Any) -> None:
    fill("1", platform="zhihu", author=Author(id="b"))
    fill("2", kind="comment")
    fill("3", kind="hot", author=None)
    assert ids(store) == "21"
    assert ids(store, kinds=("hot", "comment")) == "32"
    assert ids(store, platforms=("zhihu", "tieba")) == "1"
    assert ids(store, author="a1") == "2"
    assert ids(store, author="nobody") == ""


def test_since_is_included_until_is_not(store: Any, fill: Any) -> None:
    for n in range(3):
        fill(str(n), published_at=NINE + timedelta(hours=n))
    fill("9", published_at=None)
    assert ids(store) == "2109"
    assert ids(store, since=NINE + timedelta(hours=1)) == "21"
    assert ids(store, until=NINE + timedelta(hours=2)) == "10"
    assert ids(store, until=NINE + timedelta(microseconds=1)) == "0"
    assert ids(store, since=NINE + timedelta(microseconds=1)) == "21"
    assert ids(store, since=NINE.astimezone(UTC), until=NINE + timedelta(seconds=1)) == "0"


def test_first_seen_since_and_until(store: Any, fill: Any) -> None:
    for n in range(3):
        seen = NINE + timedelta(hours=n)
        fill(str(n), kind="hot", published_at=None if n == 1 else NINE, collected_at=seen,
             label="negative", brands=("云雀",))  # fmt: skip
    fill("8", collected_at=NINE, label="negative", brands=("云雀",))
    for brands in ((), ("云雀",), ("云雀", "白鹭")):
        asked = {"kinds": ("hot",), "brands": brands, "order": "oldest"}
        assert ids(store, **asked) == "021"
        assert ids(store, seen_since=NINE, **asked) == "021"
        assert ids(store, seen_since=NINE + timedelta(hours=1), **asked) == "21"
        assert ids(store, seen_since=NINE, seen_until=NINE + timedelta(hours=2), **asked) == "01"
        assert ids(store, seen_since=NINE + timedelta(hours=1), until=NINE, **asked) == ""
    seen = Query(seen_until=NINE + timedelta(hours=1), kinds=("hot", "post"), brands=("云雀",))
    assert [(c.by, c.posts) for c in store.count(seen, ["brand"])] == [(("云雀",), 2)]


def test_precise_means_known_to_the_hour(store: Any, fill: Any) -> None:
    for n, precision in enumerate(("second", "minute", "hour", "day", "month", "year")):
        fill(str(n), precision=precision)
    fill("9", published_at=None)
    assert ids(store, precise=True) == "210"
    assert [count.posts for count in store.count(Query(precise=True))] == [3]


def test_orders(store: Any, fill: Any) -> None:
    fill("1", published_at=None, likes=1)
    fill("2", published_at=NINE, likes=5)
    fill("3", published_at=NINE - timedelta(days=1), likes=2, comments=4)
    fill("4", published_at=NINE)
    assert ids(store) == "4231"
    assert ids(store, order="oldest") == "3241"
    assert ids(store, order="liked") == "3214"
    assert ids(store, order="oldest", limit=2) == "32"
    assert ids(store, order="liked", limit=1) == "3"
    assert ids(store, limit=0) == ""


def test_search_may_be_left_and_written_beside(store: Any, fill: Any) -> None:
    for n in range(3):
        fill(str(n))
    found = store.search(Query())
    next(found)
    fill("9")
    assert len(list(found)) == 2


def test_one_cell_for_everything_and_none_for_nothing(store: Any, fill: Any) -> None:
    assert store.count(Query()) == []
    fill("1", label="negative")
    fill("2")
    assert store.count(Query()) == [Count(by=(), posts=2, negative=1)]


def test_axes_in_their_order(store: Any, fill: Any) -> None:
    fill("1", label="negative", source="s")
    fill("2", label="positive", platform="zhihu", kind="comment", source="t")
    fill("3")
    assert [c.by for c in store.count(Query(), ["platform"])] == [("weibo",), ("zhihu",)]
    assert [(c.by, c.posts) for c in store.count(Query(), ["kind", "source"])] == [
        (("comment", "t"), 1), (("post", ""), 1), (("post", "s"), 1),
    ]  # fmt: skip
    assert store.count(Query(), ["label"]) == [
        Count(by=("negative",), posts=1, negative=1),
        Count(by=("positive",), posts=1, positive=1),
        Count(by=("unread",), posts=1),
    ]


def test_a_post_counts_once_for_each_brand(store: Any, fill: Any) -> None:
    fill("1", label="negative", brands=("云雀", "云雀", "白鹭"))
    fill("2", label="positive", brands=("云雀",))
    fill("3", label="negative")
    by_brand = store.count(Query(), ["brand"])
    assert by_brand == [
        Count(by=("云雀",), posts=2, negative=1, positive=1),
        Count(by=("白鹭",), posts=1, negative=1),
    ]
    assert store.count(Query(brands=("白鹭",)), ["brand"]) == by_brand[1:]
    assert store.count(Query(brands=("云雀", "白鹭"))) == [
        Count(by=(), posts=2, negative=1, positive=1)
    ]
    assert [c.posts for c in store.count(Query(labels=("negative",)), ["brand"])] == [1, 1]


@pytest.mark.parametrize(
    ("step", "start"),
    [
        (QUARTER, datetime(2026, 6, 12, 0, 15, tzinfo=SHANGHAI)),
        (HOUR, datetime(2026, 6, 12, 0, 0, tzinfo=SHANGHAI)),
        (Step(width=timedelta(hours=6)), datetime(2026, 6, 12, 0, 0, tzinfo=SHANGHAI)),
        (DAY, datetime(2026, 6, 12, 0, 0, tzinfo=SHANGHAI)),
        (WEEK, datetime(2026, 6, 8, 0, 0, tzinfo=SHANGHAI)),
    ],
)
def test_buckets_begin_at_local_multiples(
    store: Any, fill: Any, step: Step, start: datetime
) -> None:
    fill("1", published_at=datetime(2026, 6, 11, 16, 29, 59, tzinfo=UTC))
    fill("2", published_at=None)
    (count,) = store.count(Query(), ["time"], step=step)
    assert (count.by, count.posts) == ((start,), 1)
    assert count.by[0].tzinfo is SHANGHAI


def test_time_before_1970(store: Any, fill: Any) -> None:
    fill("1", published_at=datetime(1969, 12, 31, 23, 59, tzinfo=UTC))
    (count,) = store.count(Query(), ["time"], step=HOUR)
    assert count.by == (datetime(1970, 1, 1, 7, tzinfo=SHANGHAI),)


def test_time_needs_a_step(store: Any, fill: Any) -> None:
    fill("1")
    for ask in (store.count, store.voices):
        with pytest.raises(ValueError, match="step"):
            ask(Query(), ["time"])


def test_ends_that_are_no_whole_hours(store: Any, fill: Any) -> None:
    for n in range(20):
        fill(str(n), label="negative", published_at=NINE + timedelta(minutes=20 * n))
    for since in (5, 60, 65):
        for until in (70, 180, 230):
            query = Query(
                since=NINE + timedelta(minutes=since), until=NINE + timedelta(minutes=until)
            )
            expected = sum(since <= 20 * n < until for n in range(20))
            assert sum(count.negative for count in store.count(query)) == expected
            hourly = store.count(query, ["time", "label"], step=HOUR)
            assert sum(count.posts for count in hourly) == expected


def test_an_author_says_the_same_thing_once(store: Any, fill: Any) -> None:
    fill("1", "云雀 手机", label="negative", brands=("云雀",))
    fill("2", "雲雀手机！", label="neutral", brands=("云雀",))
    fill("3", "云雀　手机", label="neutral", brands=("云雀",))
    fill("4", "云雀 手机", author=Author(id="b"))
    fill("5", "云雀 手机", author=None)
    fill("6", "云雀 手机", author=None)
    # 1 and 3 are one wording of one author; 2 is another one.
    assert store.voices(Query()) == [Count(by=(), posts=5, negative=1, neutral=1)]
    assert store.voices(Query(), ["brand"]) == [Count(by=("云雀",), posts=2, negative=1, neutral=1)]


def test_copies_are_the_same_thing(store: Any, fill: Any) -> None:
    fill("1", "甲", label="negative", copy_of="weibo:1", fingerprint=bytes(96))
    fill("2", "乙", label="negative", copy_of="weibo:1", fingerprint=bytes(96))
    fill("3", "乙", label="negative", copy_of="weibo:3", fingerprint=bytes(96))
    assert [voice.posts for voice in store.voices(Query())] == [2]


def test_voices_are_counted_anew_in_every_cell(store: Any, fill: Any) -> None:
    fill("1", published_at=NINE)
    fill("2", published_at=NINE + timedelta(minutes=1))
    fill("3", published_at=NINE + timedelta(hours=1))
    assert [voice.posts for voice in store.voices(Query(), ["time"], step=HOUR)] == [1, 1]


def test_authors(store: Any, fill: Any) -> None:
    for n, author in enumerate("aab"):
        fill(str(n), author=Author(id=author))
    fill("9", author=None)
    assert store.authors(Query()) == 2
    assert store.authors(Query(author="a")) == 1
    assert store.authors(Query(text="没有")) == 0


def test_terms_are_counted_once_a_post(store: Any, fill: Any) -> None:
    words = ("手机", "手机", "机", "5G", "12", "3.5", "iPhone 15")
    fill("1", label="neutral", tokens=words, brands=("云雀",))
    fill("2", label="neutral", tokens=("手机",))
    fill("3", label="neutral")
    fill("4")
    assert store.terms(Query()) == {"手机": 2, "5G": 1, "iPhone 15": 1}
    assert store.terms(Query(brands=("云雀",)))["手机"] == 1
