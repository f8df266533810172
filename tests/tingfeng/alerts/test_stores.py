"""The same story in every store: what the engine tells must not depend on where posts live."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from index import STORES
from tingfeng import SHANGHAI, Brand, Observation
from tingfeng.alerts.engine import Engine
from tingfeng.alerts.outbox import deliver

START = datetime(2026, 6, 1, 0, 0, tzinfo=SHANGHAI)
CRISIS = START + timedelta(days=9, hours=10)
WATCHED = [Brand(name="云雀", aliases=())]


class Desk:
    name = "desk"

    def __init__(self):
        self.heard = []

    def __call__(self, notice, incident):
        self.heard.append((notice.id, notice.kind, incident.id))


def test_no_store_is_left_out():
    assert set(STORES) == {"memory", "sqlite", "elastic"}


@pytest.fixture
def documents(stream, say):
    return [
        *stream(START, 24 * 11, rate=3),
        *(
            say(CRISIS + timedelta(minutes=m), "negative", platform=("weibo", "zhihu")[m % 2],
                url=f"https://example.com/{m}")
            for m in range(90)
        ),
        say(CRISIS + timedelta(minutes=70), "negative", text="云雀手机自燃", followers=200_000),
        say(CRISIS + timedelta(minutes=5), "negative", precision="day"),
    ]  # fmt: skip


def put(store, documents):
    store.put([Observation(post=one.post) for one in documents], now=CRISIS)
    store.record([one.analysis for one in documents])


def run(store, desk):
    told = []
    for quarters in range(0, 24, 3):
        now = CRISIS + quarters * timedelta(minutes=15)
        engine = Engine(store, WATCHED, channels=["desk"], rules=[{"use": "share"},
                        {"use": "redline"}])  # fmt: skip
        told += engine.run(now)
        deliver(store, [desk], now)
    return told


def test_every_store_tells_the_same_story(store, shelf, documents):
    put(store, documents)
    shelf.fill(documents)
    desk = Desk()
    told = run(store, desk)
    assert told == run(shelf, Desk())
    assert {"opened", "raised"} <= {change.kind for change in told}
    assert store.incidents() == shelf.incidents()
    assert store.waiting() == []
    assert len(desk.heard) == len(set(desk.heard)) == len(store.notices()) == len(told)


def test_a_replay_is_the_same_in_every_store(store, shelf, documents):
    put(store, documents)
    shelf.fill(documents)
    until = CRISIS + timedelta(hours=12)
    replayed = Engine(store, WATCHED).replay(None, until)
    assert replayed == Engine(shelf, WATCHED).replay(None, until)
    assert len(replayed) == 1
    assert store.incidents() == []
    assert store.load_state("alerts/云雀") is None
    assert Engine(store, WATCHED).replay(None, until, brands=["飞鸟"]) == []
