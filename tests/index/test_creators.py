"""Creators in every store: folded, found by their posts, and gone when they must be."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from index.memory import MemoryStore
from index.sqlite import SQLiteStore
from tingfeng import (
    Audience,
    Author,
    CommentCount,
    CreatorEntry,
    Price,
    Privacy,
    Provenance,
    ScoreRun,
    Snapshot,
    StoreError,
)

PRIVACY = Privacy(b"k" * 16)
DAY = timedelta(days=1)


@pytest.fixture(params=["memory", "sqlite"])
def creators(request: Any, tmp_path: Any) -> Any:
    made = MemoryStore() if request.param == "memory" else SQLiteStore(str(tmp_path / "c.db"))
    yield made
    made.close()


@pytest.fixture
def snapshot(now: datetime) -> Any:
    def make(id: str = "u1", *, days: float = 0, keep: float = 180, source: str = "kit", **said: Any) -> Snapshot:  # fmt: skip
        seen = now + timedelta(days=days)
        provenance = Provenance(
            source=source, seen_at=seen, basis="kit", expires_at=seen + keep * DAY, file="a.csv"
        )
        fields = {"platform": "weibo", "name": "阿云", **said}
        return Snapshot(id=id, provenance=provenance, **fields)

    return make


def put(store: Any, now: datetime, *snapshots: Snapshot) -> list[str]:
    return store.put_creators(snapshots, hashed=PRIVACY.author, now=now)


def author(id: str) -> Author:
    return Author(id=PRIVACY.author("weibo", id))


def test_of_each_field_the_latest_that_is_said(creators, snapshot, now):
    card = snapshot(
        days=-9,
        followers=100,
        bio="旧",
        medians={"likes": 5.0, "views": 9.0},
        audience=(Audience(dimension="gender", shares={"female": 0.8, "male": 0.2}),),
        prices=(Price(form="video", amount=800.0, declared=True, quoted_on=date(2026, 6, 1)),),
    )
    newer = snapshot(days=-2, source="xingtu", followers=120, medians={"likes": 7.0}, agency="")
    assert put(creators, now, newer, card, card) == ["new", "changed", "seen"]
    [found] = creators.creators(now=now)
    told = found.snapshot
    assert (told.followers, told.bio, told.agency) == (120, "旧", "")
    assert told.medians == {"likes": 7.0, "views": 9.0}
    assert told.prices == card.prices
    assert told.audience == card.audience
    assert found.said_by["followers"].source == found.said_by["medians.likes"].source == "xingtu"
    assert found.said_by["price.video.declared"] == card.provenance
    assert found.followers == ((date(2026, 6, 3), 100), (date(2026, 6, 10), 120))
    assert creators.snapshots("weibo:u1") == [card, newer]
    assert found.expires_at == newer.provenance.expires_at


def test_what_has_expired_is_neither_used_nor_kept(creators, snapshot, now, make_seen):
    put(creators, now, snapshot(days=-3, keep=5, bio="短"), snapshot(days=-4, keep=30, name="老"))
    put(creators, now, snapshot("gone", days=-4, keep=5))
    creators.put([make_seen("p", author=author("gone"))], now=now)
    later = now + 3 * DAY
    assert [(one.key, one.snapshot.bio) for one in creators.creators(now=later)] == [("weibo:u1", "")]  # fmt: skip
    assert put(creators, later, snapshot(days=-3, keep=5)) == ["expired"]
    assert creators.expire_creators(later) == 2
    assert creators.expire_creators(later) == 0
    assert len(creators.snapshots("weibo:u1")) == 1
    assert not creators.snapshots("weibo:gone")
    assert creators.get("weibo:p").post.author.name is None
    assert not list(creators.documents_of("weibo:gone"))


def test_posts_of_creators_are_found_and_bear_the_name(creators, snapshot, now, make_seen):
    creators.put([make_seen("old", author=author("u1")), make_seen("x")], now=now)
    put(creators, now, snapshot())
    when = now - 2 * DAY
    creators.put(
        [make_seen("new", author=author("u1"), published_at=when, likes=3), make_seen("y")], now=now
    )
    creators.put([make_seen("late", author=None)], now=now)
    creators.put([make_seen("late", author=author("u1"))], now=now)
    assert [one.post.id for one in creators.documents_of("weibo:u1")] == ["late", "old", "new"]
    assert [one.post.id for one in creators.documents_of("weibo:u1", now - DAY)] == ["late", "old"]
    assert {one.post.author.name for one in creators.documents_of("weibo:u1")} == {"阿云"}
    assert creators.get("weibo:x").post.author.name is None
    put(creators, now, snapshot(days=1, name="阿云云"))
    put(creators, now, snapshot(days=2, name=""), snapshot("u2", name=""))
    assert creators.get("weibo:old").post.author.name == "阿云云"
    assert [one.snapshot.name for one in creators.creators(now=now)] == ["阿云云", ""]
    creators.forget_posts(["weibo:late"], now=now)
    [(key, works)] = creators.works(now - 90 * DAY)
    assert key == "weibo:u1"
    assert [one.key for one in works] == ["weibo:old", "weibo:new"]
    assert works[1].engagement.likes == 3
    assert works[0].engagement is None


def test_facts_go_with_the_reading_they_were_made_from(creators, snapshot, now, make_seen, make_analysis):  # fmt: skip
    put(creators, now, snapshot())
    seen = make_seen("a", author=author("u1"))
    creators.put([seen, make_seen("b", author=author("u1")), make_seen("c")], now=now)
    creators.record([make_analysis(seen.post)])
    since = now - 90 * DAY
    assert [one.post.id for one in creators.unfounded("1", since)] == ["a"]
    creators.keep_facts("1", {"weibo:a": "x", "weibo:c": "not a creator's"})
    assert [one.facts for _, works in creators.works(since) for one in works] == [None, "x"]
    assert not list(creators.unfounded("1", since))
    creators.record([make_analysis(seen.post, "negative")])
    assert [one.post.id for one in creators.unfounded("1", since)] == ["a"]
    creators.keep_facts("1", {"weibo:a": "x"})
    assert [one.post.id for one in creators.unfounded("2", since)] == ["a"]
    creators.keep_facts("1", {"weibo:a": "of another version"})
    assert [one.facts for _, works in creators.works(since) for one in works] == [None, None]


def test_comments_under_works_are_counted_by_voices(creators, snapshot, now, make_seen, make_analysis):  # fmt: skip
    put(creators, now, snapshot())
    creators.put([make_seen("w", author=author("u1"))], now=now)
    spoken = [("1", "a"), ("2", "a"), ("3", "b"), ("4", "c"), ("5", "d")]
    seen = [
        make_seen(
            id,
            f"评论{id}",
            kind="comment",
            parent="w",
            author=Author(id=who),
            **({"published_at": now.replace(hour=3)} if id == "1" else {}),
        )
        for id, who in spoken
    ]
    creators.put([*seen, make_seen("6", kind="comment", parent="other")], now=now)
    creators.record([make_analysis(one.post) for one in seen[:3]])
    copied = [make_analysis(one.post, copy_of="weibo:4", fingerprint=bytes(96)) for one in seen[3:]]
    creators.record(copied)
    counted = creators.commented(now - 90 * DAY)
    assert counted == {"weibo:w": CommentCount(comments=5, voices=3, copies=2, timed=5, night=1)}


def test_what_people_say_needs_a_creator_and_a_proof(creators, snapshot, now):
    put(creators, now, snapshot(), snapshot("u2"))
    link = CreatorEntry(creator="weibo:u1", kind="link", by="小李", at=now, other="weibo:u2")
    risk = CreatorEntry(creator="weibo:u2", kind="risk", by="小李", at=now, value="翻车", severity=3,
                        proof="weibo:p", happened_on=date(2026, 5, 1))  # fmt: skip
    creators.note_creators([link, risk])
    assert creators.creator_log() == [link, risk]
    assert creators.creator_log("weibo:u1") == [link]
    for wrong in (
        CreatorEntry(creator="weibo:u1", kind="risk", by="x", at=now, severity=3),
        CreatorEntry(creator="weibo:u1", kind="risk", by="x", at=now, severity=9, proof="p"),
        CreatorEntry(creator="weibo:nobody", kind="note", by="x", at=now),
        CreatorEntry(creator="weibo:u1", kind="link", by="x", at=now, other="weibo:u1"),
        CreatorEntry(creator="weibo:u1", kind="link", by="x", at=now, other="weibo:nobody"),
    ):
        with pytest.raises(StoreError):
            creators.note_creators([wrong])
    assert len(creators.creator_log()) == 2


def test_who_objects_is_gone_for_good(creators, snapshot, now, make_seen):
    put(creators, now, snapshot(), snapshot("u2"))
    creators.put([make_seen("p", author=author("u1"))], now=now)
    creators.note_creators(
        [CreatorEntry(creator="weibo:u2", kind="link", by="x", at=now, other="weibo:u1")]
    )
    run = ScoreRun(id="r", at=now, config="c", inputs="i")
    creators.keep_scores(run, {"weibo:u1": "{}", "weibo:u2": "[]", "weibo:no": "{}"})
    assert creators.score_runs() == [run]
    assert list(creators.scores("r")) == [("weibo:u1", "{}"), ("weibo:u2", "[]")]
    hashed = PRIVACY.author("weibo", "u1")
    assert creators.forget_creator("weibo:u1", author=hashed, now=now, by="法务")
    assert not creators.forget_creator("weibo:u1", author=hashed, now=now)
    assert put(creators, now, snapshot(days=1)) == ["objected"]
    assert [one.key for one in creators.creators(now=now)] == ["weibo:u2"]
    assert list(creators.scores("r")) == [("weibo:u2", "[]")]
    assert not creators.creator_log()
    assert creators.get("weibo:p").post.author == author("u1")
    [line] = creators.audit()
    assert (line.what, line.subject, line.posts, line.by) == ("creator", hashed, 1, "法务")


def test_who_is_forgotten_as_author_is_no_creator_either(creators, snapshot, now, make_seen):
    put(creators, now, snapshot())
    creators.put([make_seen("p", author=author("u1"))], now=now)
    assert creators.forget(PRIVACY.author("weibo", "u1"), now=now) == ["weibo:p"]
    assert not list(creators.creators(now=now))
    assert put(creators, now, snapshot()) == ["objected"]


def test_nothing_of_who_objected_stays_in_the_file(tmp_path, snapshot, now):
    file = tmp_path / "c.db"
    store = SQLiteStore(str(file))
    put(store, now, *(snapshot(f"秘密编号{n}", name=f"秘密名字{n}") for n in range(50)))
    for n in range(50):
        key = f"秘密编号{n}"
        store.forget_creator(f"weibo:{key}", author=PRIVACY.author("weibo", key), now=now)
    store.close()
    assert "秘密".encode() not in b"".join(one.read_bytes() for one in tmp_path.iterdir())


@pytest.mark.elastic
def test_a_store_on_a_cluster_says_where_creators_are(emptied, snapshot, now):
    from index.elastic import ElasticStore
    from servers.fixtures import NAMES

    store = ElasticStore(**emptied(NAMES[0]))
    with pytest.raises(StoreError, match="SQLite"):
        put(store, now, snapshot())
    assert not list(store.creators(now=now))
    store.close()
