"""A tick reads only what is not as it was, and comes to the same as one that reads all."""

import json
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from index.memory import MemoryStore
from index.sqlite import SQLiteStore
from tingfeng import SHANGHAI, Author, Engagement, Observation
from tingfeng.alerts.described import described
from tingfeng.alerts.engine import Engine
from tingfeng.alerts.redline import BrandWords, RedlineWords

BEGIN = datetime(2026, 6, 1, tzinfo=SHANGHAI)
QUARTER = timedelta(minutes=15)


class Whole(MemoryStore):
    """Cannot tell what is as it was."""

    @property
    def stamps(self):
        raise AttributeError


class Asked(SQLiteStore):
    """Counts what it is asked for."""

    def __init__(self, path):
        super().__init__(path)
        self.asked = Counter()

    def voices(self, query, by=(), *, step=None):
        self.asked[query.brands[0]] += (query.until - query.since) // QUARTER
        return super().voices(query, by, step=step)


def put(store, *documents, now):
    store.put([Observation(post=one.post, engagement=one.engagement) for one in documents], now=now)
    store.record([one.analysis for one in documents])


def state(store):
    return {**json.loads(store.load_state("alerts/云雀")), "stamps": None}


@pytest.fixture
def worlds(tmp_path, stream):
    """Stores with the same posts: one that is read whole, one of each kind that is not."""
    stores = [Whole(), MemoryStore(), Asked(str(tmp_path / "posts.db"))]
    documents = list(stream(BEGIN, 30, rate=3))
    for store in stores:
        put(store, *documents, now=BEGIN)
    return stores


def test_what_comes_late_or_changes_counts_and_nothing_else_is_read(worlds, say):
    now = BEGIN + timedelta(hours=30, minutes=6)
    four = now - timedelta(hours=4)
    known = say(four, "negative")
    hot = say(None, "negative")
    hot = replace(hot, post=replace(hot.post, kind="hot", collected_at=now - timedelta(hours=1)))
    liked = replace(known, engagement=Engagement(observed_at=now, likes=90))
    told = Author(id=known.post.author.id, followers=2_000_000)
    edited = replace(
        known, post=replace(known.post, text="云雀手机自燃了", title="", collected_at=now)
    )
    calm = replace(edited, analysis=say(four, "positive").analysis)
    calm = replace(calm, analysis=replace(calm.analysis, id=known.post.id))
    changes = [
        [], [known], [liked], [replace(known, post=replace(known.post, author=told))],
        [edited], [calm], [hot], [],
    ]  # fmt: skip
    for step, documents in enumerate(changes):
        for store in worlds:
            put(store, *documents, now=now)
            Engine(store, ["云雀"]).run(now + step * QUARTER)
        whole, memory, sqlite = map(state, worlds)
        assert memory == whole, step
        assert sqlite == whole, step
    asked = worlds[2].asked["云雀"]
    worlds[2].asked.clear()
    Engine(worlds[2], ["云雀"]).run(now + 8 * QUARTER)
    assert worlds[2].asked["云雀"] == 1
    assert asked > 30


def test_other_words_are_looked_for_in_what_was_read_before(worlds, say):
    now = BEGIN + timedelta(hours=30, minutes=6)
    sqlite = worlds[2]
    put(sqlite, say(now - timedelta(hours=2), "negative", text="云雀手机掉漆"), now=now)
    Engine(sqlite, ["云雀"]).run(now)
    assert not Engine(sqlite, ["云雀"]).run(now + QUARTER)
    [opened] = Engine(sqlite, ["云雀"], redline=["掉漆"]).run(now + 2 * QUARTER)
    assert opened.evidence.rule == "redline"


def test_settings_are_told_alike_in_every_process():
    one, two = (RedlineWords({"自燃": (), "中毒": [name]}) for name in ("食物中毒", "酒精中毒"))
    assert described(one) != described(two)
    assert described(BrandWords(one, {"b": two, "a": one})) == described(BrandWords(one, {"a": one, "b": two}))  # fmt: skip
    assert described({3, 1}) == described({1, 3})
    assert "0x" not in described(BrandWords(one, {"b": two}))
