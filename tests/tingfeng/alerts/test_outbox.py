"""Turns, pace, fall-back: what waits, for whom, and what is said of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tingfeng import SHANGHAI, Notice, NotifyError, SettingsError
from tingfeng.alerts.outbox import BACKOFF, TRIES, deliver, undelivered
from tingfeng.alerts.pace import Pace
from tingfeng.alerts.reroute import chains
from tingfeng.alerts.turn import Turn

NOW = datetime(2026, 6, 12, 10, 10, tzinfo=SHANGHAI)
SECOND = timedelta(seconds=1)


def notice(id, channel="群", **changes):
    fields = {"channel": channel, "incident": "i", "kind": "opened", "level": "yellow",
              "title": f"标题 {id}", "body": "- 正文", "created_at": NOW}  # fmt: skip
    return Notice(id=id, **(fields | changes))


class Robot:
    """Answers as told, then accepts. *pace*, *robot*: as notifiers have them."""

    def __init__(self, *answers, name="群", **given):
        self.name, self.answers, self.heard = name, list(answers), []
        for key, value in given.items():
            setattr(self, key, value)

    def __call__(self, notice, incident):
        self.heard.append(notice)
        if self.answers and (answer := self.answers.pop(0)) is not None:
            raise answer

    @property
    def ids(self):
        return [one.id for one in self.heard]


class Clock:
    """Stands until it is slept on."""

    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.now += timedelta(seconds=seconds)


def busy(**given):
    return NotifyError("忙", "busy", **({"retry": True} | given))


REFUSED = NotifyError("密钥不对", "bad key", retry=False)


@pytest.fixture
def store(shelf):
    return shelf


def test_the_pace_is_kept_and_the_rest_told_when_it_is_due(store):
    store.enqueue([notice(f"n{n}") for n in range(7)])
    robot = Robot(pace=Pace.of((3, 60)))
    report = deliver(store, [robot], NOW)
    assert len(report.delivered) == 3
    assert len(report.resting) == 4
    assert report.due == NOW + 60 * SECOND
    assert deliver(store, [robot], NOW + 30 * SECOND).delivered == ()
    assert len(deliver(store, [robot], NOW + 60 * SECOND).delivered) == 3


def test_with_patience_what_is_due_soon_is_waited_for(store):
    store.enqueue([notice(f"n{n}") for n in range(7)])
    robot, clock = Robot(pace=Pace.of((3, 60))), Clock()
    report = deliver(store, [robot], clock, sleep=clock.sleep, patience=70)
    assert len(report.delivered) == 6
    assert clock.now == NOW + 60 * SECOND
    assert report.due == NOW + 120 * SECOND


def test_two_channels_of_one_robot_share_its_pace(store):
    store.enqueue([notice("a", "甲"), notice("b", "乙"), notice("c", "甲")])
    both = [Robot(name=name, robot="r", pace=Pace.of((2, 60))) for name in ("甲", "乙")]
    assert len(deliver(store, both, NOW).delivered) == 2


def test_what_opened_or_rose_goes_before_confirmations_and_clocks_when_the_pace_is_short(store):
    waiting = [
        notice("beat a", incident="a", kind="heartbeat"),
        notice("over b", incident="b", kind="resolved"),
        notice("lower c", incident="c", kind="lowered"),
        notice("again b", incident="b", kind="opened"),
        notice("rose d", incident="d", kind="raised"),
        notice("red e", incident="e", kind="heartbeat", level="red"),
        notice("open f", incident="f", kind="opened"),
    ]  # fmt: skip
    late = [replace(one, created_at=NOW + i * SECOND) for i, one in enumerate(waiting)]
    store.enqueue(late)
    clock, robot = Clock(), Robot(pace=Pace.of((3, 60)))
    deliver(store, [robot], clock)
    assert robot.ids == ["red e", "over b", "again b"]  # what is told of one keeps its order
    clock.sleep(61)
    deliver(store, [robot], clock)
    assert robot.ids[3:] == ["rose d", "open f", "beat a"]


def test_red_goes_before_what_waits_for_the_mark_and_takes_its_incident_along(store):
    ten = NOW.replace(minute=0)
    blue = notice("blue", incident="j", level="blue", created_at=ten - 9 * SECOND)
    opened = notice("opened", created_at=ten - 8 * SECOND)
    raised = notice("raised", kind="raised", level="red", created_at=ten - 7 * SECOND)
    store.enqueue([blue, opened, raised])
    robot = Robot(pace=Pace.of())
    report = deliver(store, [robot], ten)
    assert robot.ids == ["opened", "raised"]
    assert [one.id for one in report.resting] == ["blue"]
    assert report.due > ten


def test_what_has_no_pace_goes_at_the_half_hour_too(store):
    store.enqueue([notice("a")])
    assert deliver(store, [Robot()], NOW.replace(minute=30)).delivered


def test_a_robot_that_says_how_long_is_left_alone_so_long(store):
    store.enqueue([notice("a")])
    robot = Robot(busy(after=600))
    assert deliver(store, [robot], NOW).due == NOW + 600 * SECOND


def test_a_wait_is_a_little_shorter_than_the_longest_and_differs(store):
    waits = []
    for n in range(9):
        store.enqueue([notice(f"n{n}", f"c{n}")])
        waits.append(deliver(store, [Robot(busy(), name=f"c{n}")], NOW).due - NOW)
        store.queue.clear()
    assert len(set(waits)) > 5
    assert all(0.8 * BACKOFF[0] <= wait <= BACKOFF[0] for wait in waits)


def test_what_may_have_arrived_is_marked_when_it_is_sent_again(store):
    store.enqueue([notice("a")])
    robot = Robot(busy(unsure=True), busy())
    for minute in (0, 5, 10):
        deliver(store, [robot], NOW + timedelta(minutes=minute))
    assert robot.ids == ["a"] * 3
    titles = [one.title for one in robot.heard]
    assert titles == ["标题 a", "【可能重复】标题 a", "【可能重复】标题 a"]
    assert store.queue["a"].title == "标题 a"


def test_what_surely_did_not_arrive_is_not_marked(store):
    store.enqueue([notice("a")])
    robot = Robot(busy())
    deliver(store, [robot], NOW)
    deliver(store, [robot], NOW + timedelta(minutes=1), lang="en")
    assert [one.title for one in robot.heard] == ["标题 a"] * 2


def test_while_another_process_has_the_word_nothing_is_said(store):
    store.enqueue([notice("a")])
    other = Turn(store, "群", "another", 10, Pace.of())
    assert other.take(NOW)
    robot = Robot(longest=10)
    report = deliver(store, [robot], NOW + 14 * SECOND)
    assert [one.id for one in report.resting] == ["a"]
    assert report.due is None
    assert deliver(store, [robot], NOW + 15 * SECOND).delivered
    assert robot.ids == ["a"]


def test_who_lost_the_word_meanwhile_does_not_speak(store):
    turn = Turn(store, "群", "one", 10, Pace.of())
    assert turn.take(NOW)
    other = Turn(store, "群", "other", 10, Pace.of())
    assert other.take(NOW + 60 * SECOND)
    assert not turn.begin("a", NOW + 61 * SECOND)
    turn.leave()  # and does not give away what is not its own
    assert other.begin("a", NOW + 61 * SECOND)


def test_a_clock_that_was_set_back_makes_no_robot_mute(store):
    store.enqueue([notice("a")])
    ahead = Turn(store, "群", "one", 10, Pace.of())
    ahead.take(NOW + timedelta(days=1))
    ahead.end("b", not_before=(NOW + timedelta(days=1)).timestamp())
    ahead.begin("a", NOW + timedelta(days=1))
    assert deliver(store, [Robot()], NOW).delivered


def test_a_channel_that_asks_for_a_day_is_asked_again_within_the_hour(store):
    store.enqueue([notice("a")])
    assert deliver(store, [Robot(busy(after=86_400))], NOW).due == NOW + timedelta(hours=1)


def test_what_another_process_sent_meanwhile_is_not_sent_again(store, monkeypatch):
    store.enqueue([notice("a")])
    robot, read = Robot(), store.waiting

    def waiting():
        seen = read()
        if not robot.heard:  # between our look and our turn
            monkeypatch.setattr(store, "waiting", read)
            deliver(store, [robot], NOW)
        return seen

    monkeypatch.setattr(store, "waiting", waiting)
    assert deliver(store, [robot], NOW).delivered == ()
    assert robot.ids == ["a"]


def test_what_is_refused_goes_to_the_fall_back_with_a_warning(store):
    store.enqueue([notice("i.opened.yellow.1.群"), notice("i.raised.red.2.群", level="red")])
    desk, mail = Robot(REFUSED, REFUSED), Robot(name="邮件")
    report = deliver(store, [desk, mail], NOW, fallbacks={"群": "邮件"})
    assert mail.ids == ["i.opened.yellow.1.群~邮件", "i.raised.red.2.群~邮件"]
    assert mail.heard[0].title == "【群 未送达】标题 i.opened.yellow.1.群"
    assert "bad key" in mail.heard[0].body
    assert "- 正文" in mail.heard[0].body
    assert [one.id for one in undelivered(store)] == [one.id for one in report.given_up]
    assert len(report.given_up) == 2


def test_a_fall_back_that_has_the_words_anyway_gets_the_warning_only(store):
    store.enqueue([notice("i.opened.yellow.1.群"), notice("i.opened.yellow.1.邮件", "邮件")])
    mail = Robot(name="邮件")
    deliver(store, [Robot(REFUSED), mail], NOW, fallbacks={"群": "邮件"})
    warning = next(one for one in mail.heard if one.id.endswith("~邮件"))
    assert "- 正文" not in warning.body


def test_patience_that_ended_and_a_missing_channel_lead_to_the_fall_back_too(store):
    store.enqueue([notice("a"), notice("b", "没有的")])
    desk, mail = Robot(*[busy()] * 99), Robot(name="邮件")
    for hour in range(TRIES):
        deliver(store, [desk, mail], NOW + timedelta(hours=hour),
                fallbacks={"群": "邮件", "没有的": "邮件"})  # fmt: skip
    assert mail.ids == ["b~邮件", "a~邮件"]


def test_fall_backs_may_follow_each_other(store):
    store.enqueue([notice("a")])
    robots = [Robot(REFUSED), Robot(REFUSED, name="邮件"), Robot(name="屏幕")]
    deliver(store, robots, NOW, fallbacks={"群": "邮件", "邮件": "屏幕"})
    assert robots[2].ids == ["a~邮件~屏幕"]


@pytest.mark.parametrize(
    "fallbacks", [{"a": "x"}, {"a": "a"}, {"a": "b", "b": "a"}, {"c": "a", "a": "b", "b": "a"}]
)
def test_fall_backs_that_lead_nowhere_are_refused(fallbacks):
    with pytest.raises(SettingsError, match="fallback"):
        chains(fallbacks, dict.fromkeys("abc"))


def test_a_fault_in_the_code_of_one_channel_silences_no_other(store):
    store.enqueue([notice("a"), notice("b", "邮件")])
    mail = Robot(name="邮件")
    report = deliver(store, [Robot(ZeroDivisionError("secret")), mail], NOW)
    assert mail.ids == ["b"]
    assert "ZeroDivisionError" in report.given_up[0].failure
    assert "secret" not in report.given_up[0].failure
