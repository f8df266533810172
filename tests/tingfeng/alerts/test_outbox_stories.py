"""Any story of answers, lost answers, kills, second processes and clocks: the promise holds."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tingfeng import SHANGHAI, Notice, NotifyError
from tingfeng.alerts.outbox import TRIES, deliver
from tingfeng.alerts.pace import Pace

NOW = datetime(2026, 6, 12, 9, 50, tzinfo=SHANGHAI)
ROBOTS = {"甲": "r", "乙": "r", "丙": "q"}
"""Channels and their robots: two share one."""

ANSWERS = st.sampled_from(["yes", "yes", "yes", "busy", "lost", "silent"])
"""``lost``: people see the message and we do not learn of it; ``silent``: they do not see it."""

ROUND = st.tuples(
    st.one_of(st.none(), st.integers(0, 12)),  # writes until the process is killed
    st.integers(1, 900),  # seconds until the next round
    st.booleans(),  # whether another process delivers in the middle of each call
)
NOTICES = st.lists(
    st.tuples(st.sampled_from(sorted(ROBOTS)), st.sampled_from(["red", "yellow"])), max_size=6
)


class World:
    """What people saw, and how often somebody spoke to a robot while another one did."""

    def __init__(self, store, answers):
        self.store, self.answers = store, list(answers)
        self.seen, self.marked, self.uncertain = Counter(), Counter(), Counter()
        self.speaking, self.overlaps = set(), 0
        self.now, self.nested = NOW, False

    def channels(self):
        return [Channel(self, name) for name in ROBOTS]

    def heard(self, notice):
        answer = self.answers.pop() if self.answers else "yes"
        if answer in ("yes", "lost"):
            self.seen[notice.id] += 1
            self.marked[notice.id] += "可能重复" in notice.title
        if answer in ("lost", "silent"):
            self.uncertain[notice.id] += 1
            raise NotifyError("没回", "silent", retry=True, unsure=True)
        if answer == "busy":
            raise NotifyError("忙", "busy", retry=True)


class Channel:
    longest = 10.0
    pace = Pace.of((3, 60))

    def __init__(self, world, name):
        self.world, self.name, self.robot = world, name, ROBOTS[name]

    def __call__(self, notice, incident):
        world = self.world
        world.overlaps += self.robot in world.speaking
        world.speaking.add(self.robot)
        try:
            if world.nested:
                world.nested = False
                deliver(world.store, world.channels(), world.now)
                world.nested = True
            world.heard(notice)
        finally:
            world.speaking.discard(self.robot)


@settings(max_examples=150, deadline=None)
@given(NOTICES, st.lists(ANSWERS, max_size=12), st.lists(ROUND, max_size=8))
def test_nothing_is_lost_and_every_copy_has_its_cause_and_its_mark(
    make_shelf, queued, answers, rounds
):
    store = make_shelf()
    world = World(store, answers)
    ids = [f"{n}" for n in range(len(queued))]
    store.enqueue([
        Notice(id=id, channel=channel, incident=id, kind="opened", level=level, title="标题", body="",
               created_at=NOW + timedelta(seconds=int(id)))
        for id, (channel, level) in zip(ids, queued, strict=True)
    ])  # fmt: skip
    kills = 0
    for writes, seconds, nested in rounds:
        store.kill_after, world.nested = writes, nested
        try:
            deliver(store, world.channels(), world.now)
        except store.Killed:
            kills += 1
        world.speaking.clear()
        world.now += timedelta(seconds=seconds)
    store.kill_after, world.nested = None, False
    for _ in range(TRIES * 2 * max(1, len(ids))):
        world.now += timedelta(minutes=31)
        deliver(store, world.channels(), world.now)
    assert store.waiting() == []
    assert world.overlaps == 0
    given_up = {one.id for one in store.notices() if one.attempts < 0}
    for id in ids:
        assert world.seen[id] or id in given_up
        assert world.marked[id] >= world.seen[id] - 1  # every copy after the first
    copies = sum(max(0, times - 1) for times in world.seen.values())
    assert copies <= kills + sum(world.uncertain.values())


@settings(max_examples=60, deadline=None)
@given(NOTICES, st.lists(st.sampled_from(["yes", "busy"]), max_size=7))  # at the eighth it gives up
def test_without_kills_and_lost_answers_nothing_is_sent_twice_or_marked(
    make_shelf, queued, answers
):
    store = make_shelf()
    world = World(store, answers)
    store.enqueue([
        Notice(id=f"{n}", channel=channel, incident=f"{n}", kind="opened", level=level, title="标题",
               body="", created_at=NOW)
        for n, (channel, level) in enumerate(queued)
    ])  # fmt: skip
    for _ in range(40):
        world.nested = True
        deliver(store, world.channels(), world.now)
        world.now += timedelta(minutes=31)
    assert all(times == 1 for times in world.seen.values())
    assert len(world.seen) == len(queued)
    assert not +world.marked
