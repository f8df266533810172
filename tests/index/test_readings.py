"""Readings kept, replaced and waited for; near-duplicate groups."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, get_args

import pytest

from tingfeng import Analysis, Author, By, Emotion, Mention, Query, Sentiment, StoreError

PRINT = bytes(range(96))
BYS = get_args(By)


def test_a_reading_comes_back_as_it_was(store: Any, fill: Any) -> None:
    post = fill("1", "云雀手机发热，白鹭不会")
    whole = Sentiment(negative=0.7, neutral=0.2, positive=0.1, label="negative")
    kind = Sentiment(negative=0.1, neutral=1 / 3, positive=0.5, label="uncertain", by="rule")
    near = {"entity": "product", "rule": "near:手机", "sentiment": kind}
    same = {"alias": "云雀", "rule": "plain", "advert": 1 / 3, "span": (0, 6)}
    analysis = Analysis(
        platform="weibo", id="1", reader="r", lexicon="l", sentiment=whole,
        tokens=("云雀", "手机", "iPhone 15"), keywords=("发热",), fingerprint=PRINT,
        copy_of=post.key, signs=("[怒]", "😡"),
        emotion=Emotion(odds=(0.01, 0.9, 0.0123, 0.0377, 0.04, 0.0)),
        mentions=(
            Mention(brand="云雀", start=0, end=2, sentiment=whole, **same),
            Mention(brand="白鹭", start=7, end=9, alias="白鹭", **near),
            Mention(brand="白鹭", start=7, end=9, alias="白鹭", span=(0, 0), advert=0.0, **near),
        ),
    )  # fmt: skip
    store.record([analysis])
    assert store.get("weibo:1").analysis == analysis


@pytest.mark.parametrize("whole", BYS)
@pytest.mark.parametrize("own", BYS)
def test_who_said_what(store: Any, fill: Any, make_analysis: Any, whole: By, own: By) -> None:
    """Told apart even where a person repeats the very answer of the model."""
    reading = make_analysis(fill("1"), "negative", brands=("云雀",))
    assert reading.sentiment is not None
    (mention,) = reading.mentions
    said = replace(reading.sentiment, by=own)
    mixed = replace(
        reading,
        sentiment=replace(reading.sentiment, by=whole),
        mentions=(replace(mention, sentiment=said),),
    )
    store.record([mixed])
    assert store.get("weibo:1").analysis == mixed
    (count,) = store.count(Query(brands=("云雀",)))
    assert count.negative == 1


def test_a_feeling_is_kept_to_four_decimals(store: Any, fill: Any, make_analysis: Any) -> None:
    odds = (1 / 7, 2 / 7, 0.00004, 4 / 7 - 0.00004, 0.0, 0.0)
    store.record([make_analysis(fill("1"), emotion=Emotion(odds=odds))])
    kept = store.get("weibo:1").analysis
    assert kept.emotion.odds == tuple(round(each, 4) for each in odds)
    assert kept.emotion.label == "fear"
    store.record([kept])
    assert store.get("weibo:1").analysis == kept


def test_nothing_to_read_is_a_reading_too(store: Any, fill: Any) -> None:
    fill("1", "")
    assert [post.id for post in store.unread("r")] == ["1"]
    empty = Analysis(platform="weibo", id="1", reader="r", lexicon="l")
    store.record([empty])
    assert store.get("weibo:1").analysis == empty
    assert list(store.unread("r")) == []
    assert store.totals()["no_text"] == 1
    assert [(c.posts, c.unread) for c in store.count(Query())] == [(1, 1)]


def test_unread_in_order_of_arrival_whatever_is_recorded(
    store: Any, fill: Any, make_analysis: Any, make_seen: Any, now: Any
) -> None:
    for n in range(5):
        fill(str(n), label="neutral", reader="old" if n % 2 else "older")
    fill("5")
    waiting = store.unread("new")
    passed = []
    for post in waiting:
        passed.append(post.id)
        store.record([make_analysis(post, reader="new")])
        if post.id == "3":
            store.put([make_seen("6")], now=now)
    assert passed[:6] == ["0", "1", "2", "3", "4", "5"]
    assert [post.id for post in store.unread("new")] in ([], ["6"])
    assert [post.id for post in store.unread("other", limit=2)] == ["0", "1"]
    assert len(list(store.unread(""))) == 7


def test_untagged_are_read_posts_of_another_lexicon(store: Any, fill: Any) -> None:
    fill("1", label="neutral", lexicon="old")
    fill("2", label="neutral", lexicon="new")
    fill("3")
    assert [document.post.id for document in store.untagged("new")] == ["1"]


def test_another_reading_replaces_the_first(store: Any, fill: Any, make_analysis: Any) -> None:
    post = fill("1", label="negative", brands=("云雀",), tokens=("发热",))
    again = make_analysis(post, "positive", brands=("白鹭",), tokens=("不错",), reader="r2")
    store.record([make_analysis(post, "neutral"), again])
    assert store.get("weibo:1").analysis == again
    assert store.count(Query(brands=("云雀",))) == []
    (count,) = store.count(Query(), ["brand"])
    assert (count.by, count.positive, count.negative) == (("白鹭",), 1, 0)
    assert store.terms(Query()) == {"不错": 1}
    assert store.totals()["mentions"] == 1


def test_recent_fingerprints_of_one_reader(store: Any, fill: Any) -> None:
    root = fill("1", label="neutral", fingerprint=PRINT, copy_of="weibo:1").key
    fill("2", label="neutral")
    fill("3", label="neutral", fingerprint=PRINT[::-1], copy_of=root)
    fill("4", label="neutral", fingerprint=PRINT, copy_of="weibo:4", reader="another")
    kept = [(each.key, each.fingerprint, each.copy_of) for each in store.recent("test-1")]
    assert kept == [("weibo:1", PRINT, root), ("weibo:3", PRINT[::-1], root)]
    assert [each.id for each in store.recent("test-1", 1)] == ["3"]
    assert list(store.recent("nobody")) == []


@pytest.mark.parametrize("changes", [{}, {"copy_of": "weibo:9"}])
def test_a_reading_of_a_post_never_put_is_an_error(
    store: Any, fill: Any, make_post: Any, make_analysis: Any, changes: dict[str, str]
) -> None:
    known = fill("1")
    wrong = make_analysis(known if changes else make_post("9"), **changes)
    with pytest.raises(StoreError, match="weibo:9"):
        store.record([make_analysis(known), wrong])
    assert store.get("weibo:1").analysis is None


def copies(fill: Any, number: int, authors: str, **changes: Any) -> None:
    """A near-duplicate group whose root is ``weibo:0``."""
    for n in range(number):
        author = Author(id=authors[n % len(authors)])
        fill(
            str(n), author=author, label="negative", brands=("云雀",), copy_of="weibo:0",
            fingerprint=PRINT, **changes,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("number", "authors", "suspected"), [(4, "abcd", False), (5, "ab", False), (5, "abc", True)]
)
def test_many_copies_by_several_authors_are_suspected(
    store: Any, fill: Any, number: int, authors: str, suspected: bool
) -> None:
    copies(fill, number, authors)
    assert [d.suspected for d in store.search(Query())] == [suspected] * number
    without = store.count(Query(brands=("云雀",), suspected=False))
    assert sum(count.posts for count in without) == (0 if suspected else number)
    assert len(list(store.search(Query(suspected=True)))) == (number if suspected else 0)


def test_reposts_do_not_make_an_army(store: Any, fill: Any) -> None:
    copies(fill, 9, "abc", kind="repost")
    assert not any(document.suspected for document in store.search(Query()))


def test_posts_without_author_are_no_further_author(store: Any, fill: Any) -> None:
    copies(fill, 4, "ab")
    fill("4", author=None, label="neutral", copy_of="weibo:0", fingerprint=PRINT)
    assert not store.get("weibo:4").suspected


def test_a_group_that_shrinks_is_cleared(store: Any, fill: Any, make_seen: Any, now: Any) -> None:
    copies(fill, 5, "abc")
    edit = make_seen("3", "另一回事", collected_at=now + timedelta(hours=1))
    store.put([edit], now=now)
    assert [d.suspected for d in store.search(Query())] == [False] * 5
    assert [count.posts for count in store.count(Query(suspected=False))] == [5]
    assert store.count(Query(suspected=True)) == []


def test_a_group_is_found_by_its_root(store: Any, fill: Any) -> None:
    copies(fill, 3, "a")
    fill("9", label="neutral", copy_of="weibo:9", fingerprint=PRINT)
    assert {d.post.id for d in store.search(Query(copies_of="weibo:0"))} == {"0", "1", "2"}
    assert list(store.search(Query(copies_of="weibo:1"))) == []


def test_copies_by_arrival(store: Any, fill: Any, now: Any) -> None:
    for id, hours in [("7", 3), ("1", 2), ("5", 1)]:
        fill(id, label="neutral", copy_of="weibo:7", published_at=now - timedelta(hours=hours))
    fill("2", kind="hot", label="neutral", copy_of="weibo:7")
    fill("3", label="neutral", copy_of="weibo:3")
    fill("4", label="neutral")
    fill("6")
    assert [document.post.id for document in store.copies("weibo:7")] == ["7", "1", "5", "2"]
    assert list(store.copies("weibo:7"))[1] == store.get("weibo:1")
    assert [document.post.id for document in store.copies("weibo:3")] == ["3"]
    for root in ("weibo:1", "weibo:4", "weibo:6", "weibo:nobody", "nonsense"):
        assert list(store.copies(root)) == []


def test_copies_leave_a_group_by_an_edit(store: Any, fill: Any, now: Any) -> None:
    copies(fill, 3, "a")
    fill("0", "另一回事", collected_at=now + timedelta(hours=1))
    assert [document.post.id for document in store.copies("weibo:0")] == ["1", "2"]


def test_copies_can_be_read_again_while_they_are_listed(store: Any, fill: Any) -> None:
    copies(fill, 3, "a")
    for document in store.copies("weibo:0"):
        store.record([replace(document.analysis, reader="r2")])
    assert {each.analysis.reader for each in store.copies("weibo:0")} == {"r2"}


def test_totals(store: Any, fill: Any) -> None:
    fill("1", label="negative", brands=("云雀", "白鹭"))
    fill("2", kind="comment")
    fill("3", published_at=None, label="neutral")
    totals = dict(store.totals())
    assert totals.pop("bytes") >= 0
    assert totals == {
        "posts": 3, "comments": 1, "read": 2, "unread": 1, "no_text": 0, "undated": 1,
        "mentions": 2,
    }  # fmt: skip


def test_totals_of_an_empty_store(store: Any) -> None:
    assert store.totals()["posts"] == 0
    assert list(store.search(Query(limit=1))) == []


def test_a_reading_of_words_that_were_edited_meanwhile_is_left_out(
    store: Any, fill: Any, make_analysis: Any, now: Any
) -> None:
    old, other = fill("1", "云雀不错"), fill("2", "云雀很好")
    read = {post.key: post.words for post in (old, other)}
    readings = [make_analysis(post, label="positive") for post in (old, other)]
    fill("1", "云雀坏了", collected_at=now + timedelta(minutes=1))  # imported while workers read
    store.record(readings, of=read)
    assert store.get("weibo:1").analysis is None
    assert store.get("weibo:2").analysis == readings[1]
    assert [post.words for post in store.unread(readings[0].reader)] == ["云雀坏了"]
    assert sum(cell.posts for cell in store.count(Query(labels=("positive",)))) == 1
