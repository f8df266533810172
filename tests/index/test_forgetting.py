"""Who is forgotten is gone from every answer, stays away, and leaves a line; age takes the rest."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tingfeng import (
    Author,
    Correction,
    Evidence,
    Incident,
    Notice,
    Query,
    Removal,
    post_hash,
)

LONG = "这台云雀手机用了三天就发热，客服一直没有人回复"
PRINT = bytes(range(96))
HOUR = timedelta(hours=1)


def of(id: str) -> Author:
    return Author(id=id)


@pytest.fixture
def group(fill: Any) -> Any:
    """``group("abcde")``: near-duplicates by these authors, ids 0, 1 …; the first opens it."""

    def make(authors: str, **changes: Any) -> None:
        for n, author in enumerate(authors):
            fill(
                str(n), f"{LONG} {n}", author=of(author), label="negative", brands=("云雀",),
                copy_of="weibo:0", fingerprint=PRINT, **changes,
            )  # fmt: skip

    return make


def test_an_author_leaves_every_answer(store: Any, fill: Any, now: Any) -> None:
    fill("1", "云雀发热", author=of("x"), label="negative", brands=("云雀",), tokens=("发热",))
    fill("2", "云雀不错", author=of("y"), label="positive", brands=("云雀",), tokens=("不错",))
    fill("3", "云雀手机发热", author=of("x"), likes=4)
    assert store.forget("x", now=now) == ["weibo:1", "weibo:3"]
    (only,) = store.search(Query())
    assert only.post.key == "weibo:2"
    assert list(store.search(Query(text="发热"))) == []
    assert [cell.posts for cell in store.count(Query(brands=("云雀",)))] == [1]
    assert [(c.posts, c.negative) for c in store.count(Query(), ("brand",))] == [(1, 0)]
    assert [cell.posts for cell in store.voices(Query(), ("time",), step=_hour())] == [1]
    assert store.terms(Query()) == {"不错": 1}
    assert store.authors(Query()) == 1
    assert store.get("weibo:1") is None
    assert store.observations("weibo:3") == []
    totals = store.totals()
    assert (totals["posts"], totals["read"], totals["mentions"]) == (1, 1, 1)
    assert [post.key for post in store.unread("another")] == ["weibo:2"]


def _hour() -> Any:
    from tingfeng import HOUR

    return HOUR


def test_an_edited_post_leaves_with_what_it_said_before(
    store: Any, make_seen: Any, now: Any
) -> None:
    store.put([make_seen("1", "甲文", author=of("x"))], now=now)
    store.put([make_seen("1", "乙文", author=of("x"), collected_at=now + HOUR)], now=now)
    store.forget("x", now=now)
    store.put([make_seen("2", "丙文", author=of("y"))], now=now)
    assert [one.post.id for one in store.search(Query(kinds=("post",)))] == ["2"]
    assert list(store.search(Query(text="乙文"))) == list(store.search(Query(text="甲文"))) == []


def test_what_was_forgotten_is_refused(store: Any, make_seen: Any, now: Any) -> None:
    store.put([make_seen("1", author=of("x"))], now=now)
    store.forget("x", now=now)
    again = make_seen("1", author=of("x"))
    new = make_seen("2", "新的一帖", author=of("x"))
    unnamed = make_seen("1", author=None)
    other = make_seen("3", author=of("y"))
    outcomes = store.put([again, new, unnamed, other, other], now=now)
    assert outcomes == ["forgotten", "forgotten", "forgotten", "new", "seen"]
    assert store.totals()["posts"] == 1
    assert store.put([make_seen("2", author=None)], now=now) == ["forgotten"]


def test_a_post_that_turns_out_to_be_of_a_forgotten_author_goes(
    store: Any, make_seen: Any, now: Any
) -> None:
    store.forget("x", now=now)
    store.put([make_seen("1", author=None), make_seen("2", author=of("y"))], now=now)
    named = [make_seen("1", author=of("x")), make_seen("1", author=None), make_seen("2")]
    assert store.put(named, now=now) == ["forgotten", "forgotten", "seen"]
    assert store.get("weibo:1") is None
    assert [(line.what, line.subject, line.posts) for line in store.audit()] == [
        ("author", "x", 0),
        ("author", "x", 1),
    ]


def test_asking_again_changes_nothing(store: Any, fill: Any, now: Any) -> None:
    fill("1", author=of("x"))
    assert store.forget("x", now=now, by="法务", reason="本人申请") == ["weibo:1"]
    assert store.forget("x", now=now + HOUR) == []
    assert store.audit() == [
        Removal(at=now, what="author", subject="x", posts=1, by="法务", reason="本人申请")
    ]


def test_single_posts_are_forgotten_also_before_they_come(
    store: Any, fill: Any, make_seen: Any, now: Any
) -> None:
    fill("1", author=of("x"))
    fill("2", author=of("x"))
    keys = ["weibo:1", "weibo:9", "weibo:1"]
    assert store.forget_posts(keys, now=now, by="法务") == ["weibo:1"]
    assert store.forget_posts(keys, now=now) == []
    seen = [make_seen(id, author=of("x")) for id in ("1", "2", "9")]
    assert store.put(seen, now=now) == ["forgotten", "seen", "forgotten"]
    assert [(line.what, line.subject, line.posts, line.by) for line in store.audit()] == [
        ("post", post_hash("weibo:1"), 1, "法务"),
        ("post", post_hash("weibo:9"), 0, "法务"),
    ]


def test_a_group_lives_on_under_its_earliest_remaining_post(
    store: Any, group: Any, now: Any
) -> None:
    group("xabc")
    assert store.forget("x", now=now) == ["weibo:0"]
    assert [one.post.id for one in store.copies("weibo:1")] == ["1", "2", "3"]
    assert list(store.copies("weibo:0")) == []
    assert {one.analysis.copy_of for one in store.search(Query())} == {"weibo:1"}
    assert {one.copy_of for one in store.recent("test-1")} == {"weibo:1"}
    store.forget_posts(["weibo:1", "weibo:2"], now=now)
    assert store.get("weibo:3").analysis.copy_of == "weibo:3"


def test_suspicion_is_judged_anew(store: Any, group: Any, now: Any) -> None:
    group("xabcde")
    assert len(list(store.search(Query(suspected=True)))) == 6
    store.forget("x", now=now)
    assert len(list(store.search(Query(suspected=True)))) == 5
    assert [c.posts for c in store.count(Query(brands=("云雀",), suspected=True))] == [5]
    store.forget("c", now=now)
    assert list(store.search(Query(suspected=True))) == []
    assert [c.posts for c in store.count(Query(brands=("云雀",), suspected=False))] == [4]


def test_groups_that_become_one_are_judged_as_one(store: Any, fill: Any, now: Any) -> None:
    for n, author in enumerate("xabcde"):
        root = "weibo:0" if n in (0, 1, 4, 5) else "weibo:1"
        fill(
            str(n), author=of(author), label="neutral", fingerprint=PRINT,
            copy_of="weibo:0" if n < 1 else root,
        )  # fmt: skip
    assert list(store.search(Query(suspected=True))) == []
    store.forget("x", now=now)
    assert len(list(store.copies("weibo:1"))) == 5
    assert len(list(store.search(Query(suspected=True)))) == 5


def test_readings_that_come_too_late_find_their_post_gone(
    store: Any, fill: Any, make_analysis: Any, now: Any
) -> None:
    posts = [fill(str(n), f"{LONG} {n}", author=of("xyzx"[n])) for n in range(4)]
    store.forget("x", now=now)
    late = [make_analysis(post, "negative", copy_of="weibo:0", fingerprint=PRINT) for post in posts]
    store.record(late, of={post.key: post.words for post in posts})
    assert {one.post.id: one.analysis.copy_of for one in store.search(Query())} == {
        "1": "weibo:1",
        "2": "weibo:1",
    }


def test_what_people_said_of_a_removed_post_goes(store: Any, group: Any, now: Any) -> None:
    group("xab")
    said = [
        Correction(key=f"weibo:{n}", brand=None, label="neutral", by="我", at=now, group="weibo:0")
        for n in (0, 2)
    ]
    store.correct(said)
    store.forget("x", now=now)
    assert [(one.key, one.group) for one in store.corrections()] == [("weibo:2", "weibo:1")]
    store.forget("a", now=now)
    assert [(one.key, one.group) for one in store.corrections()] == [("weibo:2", "weibo:2")]


@pytest.mark.parametrize("late", [False, True])
def test_stories_keep_their_figures_and_lose_their_quotes(
    store: Any, fill: Any, now: Any, late: bool
) -> None:
    fill("1", "云雀自燃了", author=of("x"))
    fill("12", "云雀起火", author=of("y"))
    quote = (
        "代表内容：weibo:1（粉丝 9）“云雀自燃了”。",
        "Telling posts: weibo:1 (9) “云雀自燃了”.",
    )
    other = ("代表内容：weibo:12（粉丝 9）“云雀起火”。", "Telling posts: weibo:12 “云雀起火”.")
    evidence = Evidence(
        at=now, rule="share_1h", score=9.0, threshold=5.0, window_hours=1.0, mentions=20,
        negative=12, expected=2.0, usual_share=0.1, posts=("weibo:1", "weibo:12"),
        sentences=(quote, other, ("共 12 篇。", "12 posts.")),
    )  # fmt: skip
    incident = Incident(
        id="i", brand="云雀", level="red", state="open", opened_at=now, first_post_at=now,
        updated_at=now, evidence=evidence, negative=12,
    )  # fmt: skip
    body = f"共 12 篇\n- {quote[0]}\n- {other[0]}\n- 原文: [weibo:1](https://weibo.example/1)"
    waiting = Notice(
        id="n", channel="c", incident="i", kind="opened", level="red", title="【红】", body=body,
        created_at=now,
    )  # fmt: skip
    store.save_incident(incident, [waiting])
    store.forget("x", now=now)
    if late:  # a judge at work still knows the post
        store.save_incident(incident, [replace(waiting, id="m", created_at=now + HOUR)])
    (kept,) = store.incidents()
    assert kept.evidence.posts == ("weibo:12",)
    assert (kept.evidence.negative, kept.negative) == (12, 12)
    assert kept.evidence.sentences[1:] == evidence.sentences[1:]
    assert "自燃" not in str(kept)
    told = store.waiting()[-1]
    assert told.body.split("\n")[0] == "共 12 篇"
    assert "起火" in told.body
    assert "自燃" not in told.body
    assert "weibo.example/1" not in told.body


def test_what_is_too_old_expires_and_may_come_back(
    store: Any, fill: Any, make_seen: Any, now: Any
) -> None:
    fill("1", published_at=now - 10 * HOUR)
    fill("2", published_at=now - 5 * HOUR)
    fill("3", published_at=None, collected_at=now - 10 * HOUR)
    fill("4", published_at=None, collected_at=now)
    assert store.expire(now - 5 * HOUR, now=now, by="watch") == 2
    assert store.expire(now - 5 * HOUR, now=now) == 0
    assert {one.post.id for one in store.search(Query())} == {"2", "4"}
    assert store.audit() == [
        Removal(at=now, what="age", before=now - 5 * HOUR, posts=2, by="watch")
    ]
    assert store.put([make_seen("1")], now=now) == ["new"]


def test_numbers_of_arrival_are_not_given_twice(store: Any, fill: Any, now: Any) -> None:
    fill("1", author=of("y"))
    fill("2", author=of("x"))
    waiting = store.unread("reader")
    assert next(waiting).key == "weibo:1"
    store.forget("x", now=now)
    fill("3", author=of("y"))
    fill("4", author=of("y"))
    assert [post.id for post in store.unread("reader")] == ["1", "3", "4"]


def test_thousands_go_at_once(store: Any, make_seen: Any, now: Any) -> None:
    seen = [make_seen(str(n), f"第{n}条", author=of("xy"[n % 2])) for n in range(5000)]
    store.put(seen, now=now)
    assert len(store.forget("x", now=now)) == 2500
    assert store.totals()["posts"] == 2500
    (line,) = store.audit()
    assert line.posts == 2500
    assert store.expire(now, now=now) == 2500
    assert store.totals() == {**store.totals(), "posts": 0, "unread": 0, "undated": 0}
