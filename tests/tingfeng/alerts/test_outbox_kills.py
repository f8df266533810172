"""Processes killed by the system at every step, and two at once, before robots that count."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from datetime import datetime, timedelta

import pytest

from index.sqlite import SQLiteStore
from tingfeng import SHANGHAI, Notice
from tingfeng.alerts.dingtalk import DingTalk
from tingfeng.alerts.feishu import Feishu
from tingfeng.alerts.outbox import deliver
from tingfeng.alerts.wecom import WeCom

NOW = datetime(2026, 6, 12, 10, 10, tzinfo=SHANGHAI)
FALLBACKS = {"ding": "lark"}

SENDER = """
import os, signal, sys
from datetime import datetime
from index.sqlite import SQLiteStore
from tingfeng.alerts.dingtalk import DingTalk
from tingfeng.alerts.feishu import Feishu
from tingfeng.alerts.outbox import deliver
from tingfeng.alerts.wecom import WeCom

left = -1

def step():
    global left
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    left -= 1

def deadly(call):
    def run(*args, **given):
        step()
        answer = call(*args, **given)
        step()
        return answer
    return run

class Deadly:
    def __init__(self, robot):
        self.robot, self.name, self.pace = robot.robot, robot.name, robot.pace
        self.longest, self.call = robot.longest, deadly(robot.__call__)
    def __call__(self, notice, incident):
        self.call(notice, incident)

def run(path, now, *urls):
    store = SQLiteStore(path)
    for name in ("swap_state", "settle", "enqueue"):
        setattr(store, name, deadly(getattr(store, name)))
    made = (WeCom(urls[0], name="com"), DingTalk(urls[1], name="ding"), Feishu(urls[2], name="lark"))
    robots = [Deadly(one) for one in made]
    deliver(store, robots, datetime.fromisoformat(now), fallbacks={"ding": "lark"})

for line in sys.stdin:
    die_at, *given = line.split()
    left = int(die_at)
    if (child := os.fork()) == 0:
        run(*given)
        os._exit(0)
    print("done" if os.waitpid(child, 0)[1] == 0 else "killed", flush=True)
"""


def notices(*channels, count=1):
    return [
        Notice(id=f"i{n}.opened.red.1.{channel}", channel=channel, incident=f"i{n}", kind="opened",
               level="red", title="【红色危机】云雀", body="- 正文", created_at=NOW)
        for n in range(count) for channel in channels
    ]  # fmt: skip


class Sender:
    """A process whose children send, so that nothing is imported anew for each of them."""

    def __init__(self):
        self.process = subprocess.Popen(
            [sys.executable, "-c", SENDER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def begin(self, path, urls, die_at=-1):
        self.process.stdin.write(" ".join([str(die_at), str(path), NOW.isoformat(), *urls]) + "\n")
        self.process.stdin.flush()

    def ended(self):
        """Whether the child came to its end; else it was killed."""
        return {"done\n": True, "killed\n": False}[self.process.stdout.readline()]


@pytest.fixture
def senders():
    """``senders()``: one more of them."""
    made = []

    def one():
        made.append(Sender())
        return made[-1]

    yield one
    for each in made:
        each.process.communicate(timeout=30)


def seen(robots, token):
    """How often each message was seen by people, and how often marked."""
    bodies = robots.taken(token)
    told = [json.dumps(json.loads(body), ensure_ascii=False) for body in bodies]
    return told, sum("可能重复" in body for body in told)


def test_killed_at_every_step_nothing_is_lost_and_one_copy_is_marked(tmp_path, robots, senders):
    """Two messages: one is taken; one is refused for good and falls back. At every step of it."""
    sender, copies, at = senders(), [], 0
    fresh = SQLiteStore(str(tmp_path / "fresh.db"))
    fresh.enqueue(notices("com", "ding"))
    fresh.close()
    while True:
        tokens = (f"good.kill{at}c", f"gone.kill{at}d", f"good.kill{at}l")
        urls = [
            robots.url(*pair) for pair in zip(("wecom", "dingtalk", "feishu"), tokens, strict=True)
        ]
        path = tmp_path / f"{at}.db"
        shutil.copy(tmp_path / "fresh.db", path)
        sender.begin(path, urls, die_at=at)
        ended = sender.ended()
        store = SQLiteStore(str(path))
        before = [len(robots.taken(token)) for token in tokens]
        made = (
            WeCom(urls[0], name="com"),
            DingTalk(urls[1], name="ding"),
            Feishu(urls[2], name="lark"),
        )
        deliver(store, made, NOW + timedelta(minutes=2), fallbacks=FALLBACKS)
        assert store.waiting() == []
        outcome = {one.id: one for one in store.notices()}
        assert outcome["i0.opened.red.1.com"].delivered_at
        assert outcome["i0.opened.red.1.ding"].attempts < 0
        assert outcome["i0.opened.red.1.ding~lark"].delivered_at
        for place, (token, id) in enumerate(
            [(tokens[0], "i0.opened.red.1.com"), (tokens[2], "i0.opened.red.1.ding~lark")]
        ):
            told, marked = seen(robots, token)
            assert all(id in body for body in told)
            assert 1 <= len(told) <= 2
            first = before[0 if place == 0 else 2]
            if len(told) == 2:  # sent, and killed before that was written down
                assert first == 1
                assert marked == 1
                assert "可能重复" in told[1]
                copies.append((at, place))
        store.close()
        if ended:
            break
        at += 1
    assert at > 20
    # Two steps each: the robot has answered and the record is not begun, or not finished.
    assert 2 <= len(copies) <= 4
    assert {place for _, place in copies} == {0, 1}


def test_two_processes_at_once_send_nothing_twice(tmp_path, robots, senders):
    urls = [robots.url(*pair) for pair in
            (("wecom", "good.twoc"), ("dingtalk", "good.twod"), ("feishu", "good.twol"))]  # fmt: skip
    path = tmp_path / "posts.db"
    store = SQLiteStore(str(path))
    store.enqueue(notices("com", "ding", "lark", count=4))
    both = [senders(), senders()]
    for sender in both:
        sender.begin(path, urls)
    assert [sender.ended() for sender in both] == [True, True]
    deliver(store, [WeCom(urls[0], name="com"), DingTalk(urls[1], name="ding"), Feishu(urls[2], name="lark")],
            NOW + timedelta(minutes=2))  # fmt: skip
    assert store.waiting() == []
    for token in ("good.twoc", "good.twod", "good.twol"):
        told, marked = seen(robots, token)
        assert (len(told), marked) == (4, 0)
    store.close()


@pytest.mark.parametrize("platform", ["wecom", "dingtalk", "feishu"])
def test_a_message_that_was_taken_without_an_answer_is_marked_the_second_time(
    shelf, robots, platform
):
    made = {"wecom": WeCom, "dingtalk": DingTalk, "feishu": Feishu}[platform]
    shelf.enqueue(notices("r"))
    robot = made(robots.url(platform, f"lost.{platform}"), name="r")
    deliver(shelf, [robot], NOW)
    deliver(shelf, [robot], NOW + timedelta(minutes=1))
    told, marked = seen(robots, f"lost.{platform}")
    assert (len(told), marked) == (2, 1)
    assert "可能重复" in told[1]
