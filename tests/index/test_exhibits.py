"""Evidence stays as it was: edited, expired, asked to be forgotten; and the chain tells all of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tingfeng import Author, Evidence, Incident
from tingfeng.core.exhibit import flaws, seal

DAY = timedelta(days=1)


@pytest.fixture
def about(now: Any) -> Any:
    """``about("weibo:1")``: an open incident whose evidence these posts are."""

    def make(*keys: str, id: str = "i1", **changes: Any) -> Incident:
        evidence = Evidence(
            at=changes.pop("at", now), rule="share_1h", score=5.5, threshold=4.0, window_hours=1.0,
            mentions=30, negative=20, expected=3.0, usual_share=0.1, posts=keys,
        )  # fmt: skip
        fields: dict[str, Any] = {
            "brand": "云雀", "level": "red", "state": "open", "opened_at": now,
            "first_post_at": now - DAY / 24, "updated_at": now, "evidence": evidence,
        }  # fmt: skip
        return Incident(id=id, **(fields | changes))

    return make


@pytest.fixture
def told(fill: Any) -> Any:
    """``told("1", "x")``: a negative post by *x*, with counts."""

    def make(id: str, author: str = "x", text: str = "云雀手机自燃", **changes: Any) -> Any:
        return fill(
            id, text, author=Author(id=author, followers=7), label="negative", brands=("云雀",),
            **({"reposts": 3} | changes),
        )  # fmt: skip

    return make


def texts(store: Any, incident: str = "i1") -> list[str]:
    return [one.told["post"]["text"] if one.content else "" for one in store.evidence(incident)]


def test_a_post_is_kept_as_it_was(store: Any, told: Any, about: Any, now: Any) -> None:
    post = told("1", url="https://e.example/1")
    store.save_incident(about(post.key, "weibo:unknown"), now=now)
    (one,) = store.evidence("i1")
    assert (one.number, one.kind, one.kept_at, one.at, one.key) == (
        1, "evidence", now, now, post.key,
    )  # fmt: skip
    kept = one.told
    assert kept["post"]["url"] == "https://e.example/1"
    assert kept["post"]["author"] == {"id": "x", "followers": 7, "verified": None}
    assert kept["engagement"]["reposts"] == 3
    assert kept["engagement"]["views"] is None
    reading = kept["reading"]
    assert (reading["label"], reading["negative"], reading["reader"]) == ("negative", 0.9, "test-1")
    assert kept["fingerprint"] == seal(post)
    assert flaws(store.evidence("i1")) == []


def test_counts_that_grow_make_no_copies_and_an_edit_makes_one(
    store: Any, told: Any, about: Any, make_seen: Any, now: Any
) -> None:
    post = told("1")
    store.save_incident(about(post.key))
    store.put([make_seen("1", post.text, likes=9, collected_at=now + DAY)], now=now)
    store.save_incident(about(post.key))
    assert len(store.evidence("i1")) == 1
    store.put([make_seen("1", "手机没事", collected_at=now + DAY)], now=now)
    store.save_incident(about(post.key))
    assert texts(store) == ["云雀手机自燃", "手机没事"]
    store.save_incident(about(post.key, state="closed"))
    assert len(store.evidence("i1")) == 2
    assert store.evidence("i1")[1].told["earlier"] == ["云雀手机自燃"]
    assert flaws(store.evidence("i1")) == []


def test_another_moment_of_the_incident_keeps_the_numbers_of_that_moment(
    store: Any, told: Any, about: Any, make_seen: Any, now: Any
) -> None:
    post = told("1")
    store.save_incident(about(post.key))
    store.save_incident(about(post.key, at=now + DAY))  # nothing is another than it was
    assert len(store.evidence("i1")) == 1
    store.put([make_seen("1", post.text, reposts=900, collected_at=now + DAY)], now=now)
    store.save_incident(about(post.key, at=now + DAY))
    assert [one.told["engagement"]["reposts"] for one in store.evidence("i1")] == [3, 900]


def test_age_takes_the_post_and_leaves_the_copy(
    store: Any, told: Any, about: Any, now: Any
) -> None:
    post = told("1")
    store.save_incident(about(post.key))
    assert store.expire(now + DAY, now=now) == 1
    assert store.get(post.key) is None
    assert texts(store) == ["云雀手机自燃"]


def test_the_forgotten_leave_a_hash(store: Any, told: Any, about: Any, now: Any) -> None:
    one, other = told("1", "x"), told("2", "y", "云雀真差")
    store.save_incident(about(one.key, other.key))
    store.save_incident(about(one.key, id="i2"))
    before = store.evidence("i1")
    store.forget("x", now=now + DAY, by="法务")
    first, second, line = store.evidence("i1")
    assert (first.key, first.content, first.sha256) == ("", "", before[0].sha256)
    assert second == before[1]
    assert (line.kind, line.about, line.kept_at) == ("forgotten", 1, now + DAY)
    assert line.sha256 == first.sha256
    assert flaws([first, second, line]) == []
    assert texts(store, "i2") == ["", ""]
    assert [one.incident for one in store.evidence()] == ["i1", "i1", "i1", "i2", "i2"]
    store.forget("x", now=now + 2 * DAY)
    assert len(store.evidence("i1")) == 3
    store.save_incident(about(one.key, other.key))
    assert len(store.evidence("i1")) == 3


@pytest.mark.parametrize("by_key", [True, False])
def test_whose_post_has_expired_is_forgotten_all_the_same(
    store: Any, told: Any, about: Any, make_seen: Any, now: Any, by_key: bool
) -> None:
    post = told("1")
    store.save_incident(about(post.key))
    store.expire(now + DAY, now=now)
    if by_key:
        assert store.forget_posts([post.key], now=now) == []
    else:
        assert store.forget("x", now=now) == []
    assert texts(store) == ["", ""]
    assert store.put([make_seen("1", author=Author(id="z"))], now=now) == ["forgotten"]
    assert store.audit()[-1].posts == 0


def test_what_went_far_is_kept_once_beside_the_evidence(
    store: Any, told: Any, about: Any, make_seen: Any, now: Any
) -> None:
    post, far = told("1"), told("2", "y", reposts=600)
    incident = about(post.key)
    store.save_incident(incident, now=now)
    assert store.keep_evidence(incident, [far.key], now=now + DAY) == 1
    store.put([make_seen("2", far.text, reposts=999, collected_at=now + DAY)], now=now)
    assert store.keep_evidence(incident, [far.key], now=now + DAY) == 0
    assert [(one.kind, one.at) for one in store.evidence("i1")] == [
        ("evidence", now), ("reach", None),
    ]  # fmt: skip
    assert store.keep_evidence(replace(incident, state="closed"), [post.key], now=now) == 0


def test_copies_expire_when_their_incident_is_over(
    store: Any, told: Any, about: Any, now: Any
) -> None:
    one, other = told("1"), told("2", "y")
    incident = about(one.key)
    store.save_incident(incident, now=now)
    store.keep_evidence(incident, [other.key], now=now + 2 * DAY)
    assert store.expire_evidence(now + DAY, now=now + 3 * DAY) == 0
    store.save_incident(replace(incident, state="closed"), now=now)
    assert store.expire_evidence(now + DAY, now=now + 3 * DAY) == 1
    assert [(x.kind, bool(x.content)) for x in store.evidence("i1")] == [
        ("evidence", False), ("reach", True), ("expired", False),
    ]  # fmt: skip
    assert store.expire_evidence(now + DAY, now=now + 3 * DAY) == 0
    assert flaws(store.evidence("i1")) == []
    assert store.evidence("none") == []
