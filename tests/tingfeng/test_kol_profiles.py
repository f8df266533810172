"""Profiles: folded from what is stored, works read once, closeness as one post at a time has it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from index.memory import MemoryStore
from index.sqlite import SQLiteStore
from tingfeng import Author, CreatorEntry, Privacy, Provenance, Snapshot
from tingfeng.kol.corpus import Corpus, Rarity, terms_of
from tingfeng.kol.works import work_of
from tingfeng.pipeline import kol_facts
from tingfeng.pipeline.kol_profiles import Lens, linked, profiles

PRIVACY = Privacy(b"k" * 16)
TEXTS = (
    "云雀手机续航真的很久，拍照也清楚，推荐给通勤的朋友",
    "今天去探店吃火锅，味道不错，牛肉很嫩",
    "护肤心得：敏感肌的面霜和精华怎么选",
    "短",
)


@pytest.fixture(params=["memory", "sqlite"])
def store(request: Any, tmp_path: Any, now: Any, make_seen: Any, make_analysis: Any) -> Any:
    """Two creators, one of them with four posts, one of them with none."""
    made = MemoryStore() if request.param == "memory" else SQLiteStore(str(tmp_path / "c.db"))
    seen_at = now - timedelta(days=1)
    provenance = Provenance(
        source="kit", seen_at=seen_at, basis="kit", expires_at=now + timedelta(days=90)
    )
    snapshots = [
        Snapshot(platform="weibo", id=id, name=id, followers=100, works=9, provenance=provenance)
        for id in ("u0", "u1", "u2")
    ]
    made.put_creators(snapshots, hashed=PRIVACY.author, now=now)
    author = Author(id=PRIVACY.author("weibo", "u1"))
    for n, text in enumerate(TEXTS):
        seen = make_seen(
            str(n),
            text,
            author=author,
            published_at=now - timedelta(days=n + 1),
            likes=n,
            comments=2,
        )
        made.put([seen], now=now)
        tokens = tuple(text[i : i + 2] for i in range(0, len(text), 2))
        brands = ("云雀",) if n == 0 else ()
        made.record([make_analysis(seen.post, "positive", brands=brands, tokens=tokens)])
    made.put([make_seen("old", author=author, published_at=now - timedelta(days=99))], now=now)
    made.put([make_seen("unread", author=author, published_at=now - timedelta(days=9))], now=now)
    yield made
    made.close()


def test_works_are_what_reading_each_post_gives(store, now):
    since = now - timedelta(days=90)
    assert kol_facts.waiting(store, since) == len(TEXTS)
    assert kol_facts.waiting(store, since) == 0
    rarity = Rarity.of(terms_of(one) for one in store.documents_of("weibo:u1"))
    corpus = Corpus.of(rarity, [["手机", "续航"]], keywords=["拍照", "敏感肌"], names=["云雀"])
    _, one, _ = profiles(store, now=now, lens=Lens(corpus=corpus))
    assert [work.key for work in one.works] == ["weibo:0", "weibo:1", "weibo:2", "weibo:3", "weibo:unread"]  # fmt: skip
    for work in one.works[:-1]:
        whole = work_of(store.get(work.key), corpus=corpus)
        assert work.tone == pytest.approx(whole.tone, abs=1e-4)
        assert work.closeness == pytest.approx(whole.closeness, abs=1e-9)
        rest = ("at", "observed_at", "counts", "voices", "advert", "declared", "category", "brands", "copy_of")  # fmt: skip
        assert [getattr(work, name) for name in rest] == [getattr(whole, name) for name in rest]
    assert one.works[-1].declared is None
    assert one.works[-1].category == ""


def test_creators_without_posts_have_a_profile(store, now):
    first, one, last = profiles(store, now=now)
    assert (first.key, first.works, last.works) == ("weibo:u0", (), ())
    assert one.works[0].closeness is None
    day = date(2026, 6, 11)
    assert (last.followers, last.published) == (((day, 100),), ((day, 9),))
    assert [each.key for each in profiles(store, ["weibo:u2"], now=now)] == ["weibo:u2"]
    assert not list(profiles(store, now=now + timedelta(days=90)))


def test_comments_are_counted_once_for_all(store, now, make_seen):
    at = now.replace(hour=3)
    comments = [
        make_seen(
            f"c{n}", kind="comment", parent="0", author=Author(id=f"a{n // 2}"), published_at=at
        )
        for n in range(4)
    ]
    store.put(comments, now=now)
    _, one, _ = profiles(store, now=now)
    assert (one.commenters, one.copies, one.night) == (4, 0, 1)
    assert [work.voices for work in one.works] == [2, None, None, None, None]
    _, bare, _ = profiles(store, now=now, lens=Lens(comments=False))
    assert (bare.commenters, bare.copies) == (0, None)


def test_what_happened_to_one_account_counts_for_all_of_a_person(store, now):
    link = {"kind": "link", "by": "x", "at": now}
    risk = CreatorEntry(creator="weibo:u0", kind="risk", by="x", at=now, value="翻车", severity=4,
                        proof="weibo:0", happened_on=date(2026, 5, 1))  # fmt: skip
    store.note_creators([CreatorEntry(creator="weibo:u2", other="weibo:u1", **link), risk])
    assert [len(one.risks) for one in profiles(store, now=now)] == [1, 0, 0]
    store.note_creators([CreatorEntry(creator="weibo:u0", other="weibo:u1", **link)])
    assert [len(one.risks) for one in profiles(store, now=now)] == [1, 1, 1]
    back = CreatorEntry(creator="weibo:u1", other="weibo:u0", **{**link, "kind": "unlink"})
    store.note_creators([back])
    assert [len(one.risks) for one in profiles(store, now=now)] == [1, 0, 0]
    assert linked(store.creator_log()) == {"weibo:u1": "weibo:u1", "weibo:u2": "weibo:u1"}


def test_facts_broken_off_are_gone_on_with(store, now, monkeypatch):
    monkeypatch.setattr(kol_facts, "BATCH", 1)
    since = now - timedelta(days=90)

    def killed(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        kol_facts.waiting(store, since, killed)
    assert kol_facts.waiting(store, since) == len(TEXTS) - 1
    _, one, _ = profiles(store, now=now)
    assert sum(bool(work.tone) or work.declared is not None for work in one.works) == len(TEXTS)
