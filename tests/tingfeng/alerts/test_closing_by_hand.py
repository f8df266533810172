"""What a person closes stays closed until it becomes worse, and is told once."""

from __future__ import annotations

import random
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tingfeng import SHANGHAI, Closing, Silence
from tingfeng.alerts.acks import shown
from tingfeng.alerts.course import COOLING_BINS, Course, Signs
from tingfeng.alerts.dispatch import Dispatch
from tingfeng.alerts.duty import Duty
from tingfeng.alerts.engine import Engine
from tingfeng.alerts.routing import Routing
from tingfeng.alerts.rules import Firing

START = datetime(2026, 6, 1, 0, 0, tzinfo=SHANGHAI)
CRISIS = START + timedelta(days=3, hours=10)
QUARTER = timedelta(minutes=15)
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def history(stream, say):
    """Three days of an ordinary brand, and a morning of complaints that go on for ten hours."""
    calm = stream(START, 24 * 5, rate=3)
    angry = [
        say(CRISIS + n * timedelta(minutes=4), "negative", platform=("weibo", "zhihu")[n % 2])
        for n in range(150)
    ]
    return [*calm, *angry]


@pytest.fixture
def crisis(make_shelf, history):
    def make():
        shelf = make_shelf()
        shelf.fill(history)
        return shelf

    return make


def engine(store):
    dispatch = Dispatch(store, Routing.everyone(["群"]), Duty())
    return Engine(store, ["云雀"], dispatch=dispatch)


def run(store, since, until, step=QUARTER):
    told, now = [], since
    while now <= until:
        told += engine(store).run(now + timedelta(minutes=5))
        now += step
    return told


def closing(store, at, reason="已澄清"):
    (incident,) = store.incidents()
    return Closing(incident=incident.id, by="张三", at=at, reason=reason, cause="误读")


def kinds(changes):
    return [one.kind for one in changes if one.kind != "heartbeat"]


def test_it_is_over_at_once_for_who_looks_and_with_the_next_run_for_everyone(crisis):
    store = crisis()
    run(store, CRISIS, CRISIS + 3 * HOUR)
    said = closing(store, CRISIS + 3 * HOUR + timedelta(minutes=7))
    store.log([said])
    (incident,) = store.incidents()
    assert incident.state == "open"
    assert shown(incident, said).state == "closed"
    told = run(store, CRISIS + 3.25 * HOUR, CRISIS + 3.25 * HOUR)
    assert kinds(told) == ["resolved"]
    (incident,) = store.incidents()
    assert (incident.state, incident.closed_at) == ("closed", said.at)
    last = store.notices()[-1]
    assert last.kind == "resolved"
    assert "张三" in last.title
    assert "已澄清" in last.body
    assert "误读" in last.body


def test_what_goes_on_as_it_was_does_not_open_it_again(crisis):
    store = crisis()
    run(store, CRISIS, CRISIS + 3 * HOUR)
    store.log([closing(store, CRISIS + 3 * HOUR)])
    assert kinds(run(store, CRISIS + 3.25 * HOUR, CRISIS + 9 * HOUR)) == ["resolved"]


def test_what_becomes_worse_does(crisis, say):
    store = crisis()
    run(store, CRISIS, CRISIS + 3 * HOUR)
    store.log([closing(store, CRISIS + 3 * HOUR)])
    run(store, CRISIS + 3.25 * HOUR, CRISIS + 4 * HOUR)
    store.add(say(CRISIS + 4.1 * HOUR, "negative", text="云雀手机自燃"))
    told = run(store, CRISIS + 4.25 * HOUR, CRISIS + 6 * HOUR)
    assert kinds(told) == ["opened"]
    assert (told[0].incident.level, told[0].incident.reopened) == ("red", 1)


def test_a_late_line_about_what_is_over_closes_nothing_that_opens_later(crisis, say):
    store = crisis()
    run(store, CRISIS, CRISIS + 3 * HOUR)
    store.log([closing(store, CRISIS + 3 * HOUR)])
    run(store, CRISIS + 3.25 * HOUR, CRISIS + 4 * HOUR)
    store.log([closing(store, CRISIS + 4 * HOUR, reason="")])
    store.add(say(CRISIS + 4.1 * HOUR, "negative", text="云雀手机自燃"))
    assert kinds(run(store, CRISIS + 4.25 * HOUR, CRISIS + 6 * HOUR)) == ["opened"]


@pytest.mark.parametrize("seed", range(3))
def test_killed_at_any_moment_it_is_told_once(crisis, seed):
    dice, store = random.Random(seed), crisis()
    run(store, CRISIS, CRISIS + 2 * HOUR)
    store.log([closing(store, CRISIS + 2 * HOUR)])
    for step in range(8):
        store.kill_after = dice.choice([0, 0, 1, None])
        with suppress(store.Killed):
            engine(store).run(CRISIS + 2 * HOUR + step * QUARTER)
        store.kill_after = None
    engine(store).run(CRISIS + 4 * HOUR)
    assert sum("by-hand" in one.id for one in store.notices()) == 1


def test_overtaken_by_a_process_that_did_not_know_it_is_told_once(crisis):
    store = crisis()
    run(store, CRISIS, CRISIS + 2 * HOUR)
    before = dict(store.states), dict(store.cases)
    store.log([closing(store, CRISIS + 2 * HOUR)])
    engine(store).run(CRISIS + 2.1 * HOUR)
    store.states, store.cases = before  # it was at work meanwhile, and writes what it knew
    engine(store).run(CRISIS + 2.5 * HOUR)
    assert store.incidents()[0].state == "closed"
    assert sum("by-hand" in one.id for one in store.notices()) == 1


def signs(bin, level="blue", *, quiet=False, fires=True, blind=False):
    firings = [Firing("share_1h", 6.0, 5.0, 4, None)] if fires else []
    return Signs(bin=bin, firings=firings, level=level, quiet=quiet, blind=blind, negative=1)


def test_after_six_quiet_hours_it_is_judged_as_ever_and_blind_hours_are_not_quiet():
    course = Course()
    assert course.step(signs(0, "yellow")) == "opened"
    course.dismiss(0)
    for bin in range(1, 2 * COOLING_BINS):
        assert course.step(signs(bin, fires=False, blind=True)) is None
    assert course.step(signs(100, "yellow")) is None
    for bin in range(101, 101 + COOLING_BINS):
        assert course.step(signs(bin, quiet=True, fires=False)) is None
    assert course.step(signs(200, "blue")) == "opened"


# -- silences --------------------------------------------------------------------------------------

SPANS = st.lists(
    st.tuples(st.integers(-12, 12), st.integers(1, 48), st.booleans()), min_size=1, max_size=3
)


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(SPANS)
def test_silences_delete_no_record_and_change_no_incident(crisis, spans):
    def records(silences):
        store = crisis()
        store.log(silences)
        run(store, CRISIS, CRISIS + 6 * HOUR, HOUR)
        changes = [one for one in store.notices() if one.kind != "digest"]
        return store.incidents(), [one.id for one in changes], store

    silences = [
        Silence(
            id=f"s{n}", brand="云雀", start=CRISIS + start * HOUR, by="张三", at=START, comment="x",
            end=CRISIS + (start + length) * HOUR, include_critical=critical,
        )
        for n, (start, length, critical) in enumerate(spans)
    ]  # fmt: skip
    loud, silent = records([]), records(silences)
    assert loud[:2] == silent[:2]
    ids = [one.id for one in silent[2].notices()]
    assert len(set(ids)) == len(ids)
