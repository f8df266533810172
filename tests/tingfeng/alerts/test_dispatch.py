"""From a change to the outbox: silences, quiet hours, rungs, digests, gaps, over a simulated clock."""

from __future__ import annotations

import random
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tingfeng import SHANGHAI, Ack, Coverage, Evidence, Incident, Lifting, Notice, Silence
from tingfeng.alerts.dispatch import Dispatch
from tingfeng.alerts.duty import Duty, Shift
from tingfeng.alerts.hours import Hours
from tingfeng.alerts.routing import Outlet, Routing
from tingfeng.alerts.walk import Change

NOON = datetime(2026, 6, 12, 12, 0, tzinfo=SHANGHAI)
"""A Friday."""
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAYTIME = Hours.parse("08:00-22:00")


def incident(id="i1", level="yellow", at=NOON, **changes):
    evidence = Evidence(
        at=at, rule=changes.pop("rule", "share_1h"), score=9, threshold=5, window_hours=1,
        mentions=40, negative=20, expected=4, usual_share=0.1, posts=("weibo:1",),
        sentences=(("为什么", "why"),),
    )  # fmt: skip
    fields = {
        "brand": "云雀", "state": "open", "opened_at": at, "first_post_at": at - HOUR,
        "updated_at": at, "evidence": evidence, "negative": 20,
    }  # fmt: skip
    return Incident(id=id, level=level, **(fields | changes))


class World:
    """A store, whom it tells, and a clock."""

    def __init__(self, store, outlets, shifts=()):
        self.store = store
        self.dispatch = Dispatch(store, Routing(outlets), Duty(shifts))
        self.sequence = 0

    def happens(self, kind, case, at=NOON):
        self.sequence += 1
        change = Change(
            kind=kind, at=at, incident=case, evidence=case.evidence, sequence=self.sequence,
            links={},
        )  # fmt: skip
        told = self.dispatch.notices(change, at)
        self.store.save_incident(case, told)
        return told

    def pass_time(self, since, until, step=5 * MINUTE):
        made, now = [], since
        while now <= until:
            made += self.dispatch.follow_up(now)
            now += step
        return made

    def sent(self, channel=None):
        return [
            one
            for one in self.store.notices()
            if one.withheld is None and channel in (None, one.channel)
        ]


@pytest.fixture
def world(shelf):
    def make(*outlets, shifts=()):
        return World(shelf, outlets or (Outlet(name="群"),), shifts)

    return make


def silenced(**changes):
    fields = {"id": "s1", "brand": "云雀", "start": NOON - HOUR, "end": NOON + HOUR, "by": "张三",
              "at": NOON - HOUR, "comment": "发布会"}  # fmt: skip
    return Silence(**(fields | changes))


# -- silence ---------------------------------------------------------------------------------------


def test_what_is_silenced_stands_in_the_records_and_waits_for_nothing(world):
    here = world()
    here.store.log([silenced()])
    (one,) = here.happens("opened", incident())
    assert one.withheld == "silence s1"
    assert here.store.notices() == [one]
    assert here.store.waiting() == []


def test_red_goes_through_a_silence_that_does_not_say_critical(world):
    here = world()
    here.store.log([silenced()])
    assert here.happens("raised", incident(level="red"))[0].withheld is None
    here.store.log([silenced(id="s2", include_critical=True)])
    assert here.happens("heartbeat", incident(level="red"))[0].withheld == "silence s2"


@pytest.mark.parametrize("lifted", [False, True])
def test_when_a_silence_ends_what_still_goes_on_is_told_once(world, lifted):
    here = world()
    here.store.log([silenced()])
    here.happens("opened", incident())
    if lifted:
        here.store.log([Lifting(silence="s1", by="李四", at=NOON + 10 * MINUTE)])
    made = here.pass_time(NOON, NOON + 3 * HOUR)
    assert [(one.kind, one.incident, one.withheld) for one in made] == [("digest", "i1", None)]
    assert made[0].made_at == NOON + (10 * MINUTE if lifted else HOUR)
    assert "i1" in made[0].body


# -- quiet hours -----------------------------------------------------------------------------------

NIGHT = NOON + 11 * HOUR
MORNING = NOON + 20 * HOUR


def test_a_heartbeat_that_is_the_first_to_come_through_calls_and_starts_the_clock(world):
    here = world(Outlet(name="群", hours=DAYTIME), shifts=RUNGS)
    here.happens("opened", incident(at=NIGHT), NIGHT)
    first, second = (
        here.happens("heartbeat", incident(at=NIGHT), MORNING + hours * HOUR)[0] for hours in (0, 4)
    )
    assert "- @张三" in first.body.splitlines()
    assert "@" not in second.body
    made = here.pass_time(MORNING, MORNING + 2.5 * HOUR)
    assert [(one.kind, one.made_at) for one in made] == [("escalated", MORNING + 2 * HOUR)]


def test_at_night_only_red_is_sent_and_the_morning_brings_one_digest(world):
    here = world(Outlet(name="群", hours=DAYTIME))
    yellow, orange = incident("a", at=NIGHT), incident("b", "orange", NIGHT, brand="白鹭")
    assert [one.withheld for one in here.happens("opened", yellow, NIGHT)] == ["quiet"]
    here.happens("opened", orange, NIGHT + HOUR)
    here.happens("heartbeat", orange, NIGHT + 2 * HOUR)
    red = incident("c", "red", NIGHT, brand="橙子")
    assert [one.withheld for one in here.happens("opened", red, NIGHT)] == [None]
    made = here.pass_time(NIGHT, MORNING + 5 * HOUR)
    assert [(one.kind, one.made_at, one.level) for one in made] == [("digest", MORNING, "orange")]
    assert "a" in made[0].body
    assert "白鹭" in made[0].body
    assert "橙子" not in made[0].body


def test_what_began_and_ended_in_the_night_is_kept_and_not_told(world):
    here = world(Outlet(name="群", hours=DAYTIME))
    here.happens("opened", incident(at=NIGHT), NIGHT)
    over = incident(at=NIGHT, state="closed", closed_at=NIGHT + HOUR, updated_at=NIGHT + HOUR)
    here.happens("resolved", over, NIGHT + HOUR)
    assert here.pass_time(NIGHT, MORNING + HOUR) == []
    assert len(here.store.notices()) == 2


def test_an_end_in_the_night_is_told_to_those_who_know_of_the_beginning(world):
    here = world(Outlet(name="群", hours=DAYTIME))
    here.happens("opened", incident())
    over = incident(state="closed", closed_at=NIGHT, updated_at=NIGHT)
    here.happens("resolved", over, NIGHT)
    (told,) = here.pass_time(NIGHT, MORNING + HOUR)
    assert "已平息 云雀" in told.body


def test_what_red_said_in_the_night_is_not_said_again_in_the_morning(world):
    here = world(Outlet(name="群", hours=DAYTIME))
    here.happens("opened", incident(at=NIGHT), NIGHT)
    here.happens("raised", incident(level="red", at=NIGHT), NIGHT + HOUR)
    assert here.pass_time(NIGHT, MORNING + HOUR) == []


# -- levels, inhibition ----------------------------------------------------------------------------


def test_a_channel_for_grave_things_hears_how_they_end(world):
    here = world(Outlet(name="群"), Outlet(name="邮件", level="orange"))
    assert [one.channel for one in here.happens("opened", incident())] == ["群"]
    here.happens("raised", incident(level="orange"))
    assert [one.channel for one in here.happens("lowered", incident())] == ["群", "邮件"]
    assert [one.channel for one in here.happens("heartbeat", incident())] == ["群"]
    here.happens("resolved", incident(state="closed"))
    assert [one.kind for one in here.sent("邮件")] == ["raised", "lowered", "resolved"]


def test_a_higher_incident_of_the_brand_speaks_for_the_lower_until_it_is_over(world):
    here = world()
    here.happens("opened", incident("high", "orange"))
    (held,) = here.happens("opened", incident("low", "blue"))
    assert held.withheld == "inhibited high"
    assert here.happens("opened", incident("else", "blue", brand="白鹭"))[0].withheld is None
    assert here.pass_time(NOON, NOON + HOUR) == []
    here.store.save_incident(incident("high", "orange", state="closed"))
    (told,) = here.pass_time(NOON + HOUR, NOON + 2 * HOUR)
    assert (told.kind, told.incident) == ("digest", "low")


def test_one_that_says_how_much_is_negative_speaks_for_one_that_says_how_much_is_said(world):
    here = world()
    here.happens("opened", incident("share", "blue"))
    assert here.happens("opened", incident("heat", "yellow", rule="volume"))[0].withheld
    here.store.cases.clear()
    here.happens("opened", incident("heat", "yellow", rule="volume"))
    assert here.happens("opened", incident("share", "blue"))[0].withheld is None


# -- duty and rungs --------------------------------------------------------------------------------

RUNGS = (
    Shift(name="张三"),
    Shift(name="李四", rung=1),
    Shift(name="王五", rung=2),
)


def test_who_is_on_duty_is_called_from_yellow_on(world):
    here = world(shifts=RUNGS)
    assert "- @张三" in here.happens("opened", incident())[0].body.splitlines()
    assert "@" not in here.happens("opened", incident("b", "blue"))[0].body
    assert "@" not in here.happens("heartbeat", incident())[0].body


@pytest.mark.parametrize(("level", "minutes"), [("yellow", 120), ("orange", 30), ("red", 10)])
def test_rung_by_rung_until_someone_acknowledges(world, level, minutes):
    here = world(Outlet(name="群"), Outlet(name="总监", rung=2), shifts=RUNGS)
    here.happens("opened", incident(level=level))
    made = here.pass_time(NOON, NOON + 5 * HOUR, MINUTE)
    assert [(one.channel, one.made_at) for one in made] == [
        ("群", NOON + minutes * MINUTE),
        ("群", NOON + 2 * minutes * MINUTE),
        ("总监", NOON + 2 * minutes * MINUTE),
    ]
    assert all(one.kind == "escalated" for one in made)
    assert [line for one in made for line in one.body.splitlines() if "@" in line] == [
        "- @李四", "- @王五", "- @王五",
    ]  # fmt: skip


def acked(level="yellow", at=NOON):
    return Ack(incident="i1", level=level, by="张三", at=at)


def test_an_acknowledgement_stops_it_until_it_rises_or_opens_again(world):
    here = world(shifts=RUNGS)
    here.happens("opened", incident())
    here.store.log([acked(at=NOON + HOUR)])
    assert here.pass_time(NOON, NOON + 9 * HOUR) == []
    later = NOON + 10 * HOUR
    here.happens("raised", incident(level="orange"), later)
    assert [one.made_at for one in here.pass_time(later, later + 40 * MINUTE)] == [
        later + 30 * MINUTE
    ]
    here.store.log([acked("orange", later + 45 * MINUTE)])
    assert here.pass_time(later + 45 * MINUTE, later + 9 * HOUR) == []
    again = later + 40 * HOUR
    here.happens("opened", incident(level="orange", reopened=1), again)
    assert len(here.pass_time(again, again + 40 * MINUTE)) == 1


@pytest.mark.parametrize("state", ["cooling", "closed"])
def test_nobody_is_called_for_what_cools_or_is_over(world, state):
    here = world(shifts=RUNGS)
    here.happens("opened", incident())
    here.store.save_incident(incident(state=state))
    assert here.pass_time(NOON, NOON + 9 * HOUR) == []


def test_without_a_further_rung_nobody_is_told_twice(world):
    here = world(shifts=RUNGS[:1])
    here.happens("opened", incident(level="red"))
    assert here.pass_time(NOON, NOON + 9 * HOUR) == []


def test_the_clock_of_what_was_held_back_runs_from_the_digest(world):
    here = world(Outlet(name="群", hours=DAYTIME), shifts=RUNGS)
    here.happens("opened", incident(level="orange", at=NIGHT), NIGHT)
    made = here.pass_time(NIGHT, MORNING + 35 * MINUTE)
    assert [(one.kind, one.made_at) for one in made] == [
        ("digest", MORNING),
        ("escalated", MORNING + 30 * MINUTE),
    ]


def test_the_digest_calls_those_too_whose_rung_came_in_the_night(world):
    here = world(Outlet(name="群", hours=DAYTIME), shifts=RUNGS)
    here.happens("opened", incident(at=NOON + 9 * HOUR), NOON + 9 * HOUR)
    made = here.pass_time(NOON + 9 * HOUR, MORNING)
    assert [(one.kind, one.withheld) for one in made] == [
        ("escalated", "quiet"), ("escalated", "quiet"), ("digest", None),
    ]  # fmt: skip
    assert "- @张三 @李四 @王五" in made[-1].body.splitlines()


def test_what_an_older_version_queued_runs_from_the_event(world):
    here = world(shifts=RUNGS)
    told = here.happens("opened", incident(level="orange"))
    here.store.queue = {one.id: replace(one, made_at=None) for one in told}
    assert len(here.pass_time(NOON, NOON + 40 * MINUTE)) == 1


@pytest.mark.parametrize("seed", range(5))
def test_killed_at_any_moment_every_rung_and_digest_comes_once(make_shelf, seed):
    def go(kills):
        dice = random.Random(seed)
        here = World(
            make_shelf(),
            [Outlet(name="群", hours=DAYTIME), Outlet(name="总监", rung=2), Outlet(name="值班")],
            RUNGS,
        )
        here.happens("opened", incident("a", "orange", NIGHT), NIGHT)
        here.happens("opened", incident("b", "red", NIGHT, brand="白鹭"), NIGHT)
        for step in range(0, 20 * 60, 10):
            here.store.kill_after = dice.choice([0, 0, None]) if kills else None
            with suppress(here.store.Killed):
                here.dispatch.follow_up(NIGHT + step * MINUTE)
        here.store.kill_after = None
        here.dispatch.follow_up(NIGHT + 20 * HOUR)
        return [one.id for one in here.store.notices()]

    through, broken = go(kills=False), go(kills=True)
    assert len(set(through)) == len(through)
    assert sorted(broken) == sorted(through)


# -- gaps ------------------------------------------------------------------------------------------


def hours(source, *marks, start=NOON):
    """A line an hour: ``x`` blind, ``o`` seen, ``.`` none."""
    return [
        Coverage(
            source=source, hour=start + n * HOUR, verdict="ok" if mark == "o" else "captcha",
            requests=4, failures=0 if mark == "o" else 4,
        )
        for n, mark in enumerate("".join(marks))
        if mark != "."
    ]  # fmt: skip


def watched(here, ledger, until, step=30 * MINUTE):
    made, now = [], NOON
    while now <= until:
        here.store.ledger = [line for line in ledger if line.hour < now]
        made += here.dispatch.follow_up(now)
        now += step
    return made


def test_operations_hear_of_each_gap_once_and_of_its_end(world):
    here = world(Outlet(name="群"), Outlet(name="运维", role="ops"))
    ledger = [*hours("feed a", "oxxxoxo"), *hours("feed b", "ooooooo")]
    made = watched(here, ledger, NOON + 9 * HOUR)
    assert [(one.channel, one.kind, one.covers) for one in made] == [
        ("运维", "gap", ("feed a",)), ("运维", "gap_over", ("feed a",)),
        ("运维", "gap", ("feed a",)), ("运维", "gap_over", ("feed a",)),
    ]  # fmt: skip
    assert len({one.id for one in made}) == 4
    assert "feed a：06-12 13:00 起，captcha" in made[0].body


def test_without_operations_everyone_hears_that_nothing_is_seen_and_nothing_less(world):
    here = world()
    ledger = [*hours("feed a", "oxxxo"), *hours("feed b", "ooxxo")]
    made = watched(here, ledger, NOON + 7 * HOUR)
    assert [one.kind for one in made] == ["gap", "gap_over"]
    assert "所有来源都看不见" in made[0].title


def test_what_the_ledger_last_said_long_ago_is_no_gap_of_now(world):
    here = world(Outlet(name="运维", role="ops"))
    here.store.ledger = hours("feed a", "ox")
    assert here.dispatch.follow_up(NOON + 12 * HOUR) == []


def test_one_failed_request_of_this_hour_is_no_gap_yet(world):
    here = world(Outlet(name="运维", role="ops"))
    first = Coverage(source="a", hour=NOON, verdict="captcha", requests=1, failures=1)
    here.store.ledger = [first]
    assert here.dispatch.follow_up(NOON + 10 * MINUTE) == []
    here.store.ledger = [replace(first, requests=3, failures=3)]
    assert len(here.dispatch.follow_up(NOON + 30 * MINUTE)) == 1


def test_statistics_of_blind_hours_are_held_until_something_is_seen(world):
    here = world()
    here.store.ledger = hours("feed a", "x", start=NOON - HOUR)
    assert here.happens("opened", incident())[0].withheld == "gap"
    (word,) = here.happens("opened", incident("w", rule="redline", brand="白鹭"))
    assert word.withheld is None
    here.store.ledger = hours("feed a", "xo", start=NOON - HOUR)
    made = here.pass_time(NOON + HOUR, NOON + HOUR)
    assert [(one.kind, one.incident) for one in made if one.kind == "digest"] == [("digest", "i1")]


def test_a_gap_of_one_platform_holds_what_is_said_there_only(world):
    here = world()
    here.store.ledger = [
        *hours("search weibo", "x", start=NOON - HOUR),
        *hours("search zhihu", "o", start=NOON - HOUR),
    ]
    there = incident()
    elsewhere = incident("j", brand="白鹭")
    elsewhere = replace(elsewhere, evidence=replace(elsewhere.evidence, posts=("zhihu:1",)))
    assert here.happens("opened", there)[0].withheld == "gap"
    assert here.happens("opened", elsewhere)[0].withheld is None


def test_every_notice_says_when_it_was_made(world):
    here = world()
    assert all(
        isinstance(one, Notice) and one.made_at == NOON
        for one in here.happens("opened", incident())
    )
