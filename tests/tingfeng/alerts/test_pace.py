"""How fast, and when not."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tingfeng import SHANGHAI, Notice
from tingfeng.alerts.pace import UNHURRIED, Pace, off_the_mark
from tingfeng.alerts.wecom import WeCom

TEN = datetime(2026, 6, 12, 10, 0, tzinfo=SHANGHAI)


def notice(id="n", **changes):
    fields = {"channel": "c", "incident": "i", "kind": "opened", "level": "yellow", "title": "",
              "body": "", "created_at": TEN}  # fmt: skip
    return Notice(id=id, **(fields | changes))


@given(st.lists(st.floats(0, 20), max_size=80), st.sampled_from([((3, 10),), ((5, 10), (2, 1))]))
def test_no_span_holds_more_than_its_limit(waits, limits):
    pace, sent, now = Pace.of(*limits), [], 1000.0
    for wait in waits:
        now = max(now + wait, pace.due(sent, now + wait))
        sent = [*pace.kept(sent, now), now]
        for count, span in limits:
            assert sum(now - at < span - 1e-6 for at in sent) <= count


def test_eighteen_at_once_and_then_none_for_the_rest_of_the_minute():
    now = 1000.0
    assert WeCom.pace.due([now] * 17, now) == now
    assert WeCom.pace.due([now] * 18, now + 1) == now + 60
    assert UNHURRIED.due([now] * 500, now) == now


def test_a_clock_that_was_set_back_silences_nobody():
    assert Pace.of((1, 60)).kept([2000.0], 1000.0) == []


@given(st.integers(0, 3600), st.sampled_from(["opened", "heartbeat"]), st.text(max_size=5))
def test_what_is_not_red_keeps_away_from_the_half_hours(second, kind, id):
    now = TEN + timedelta(seconds=second)
    moment = off_the_mark(notice(id, kind=kind), now)
    wait = (moment - now).total_seconds()
    assert 0 <= wait <= (20 if kind == "opened" else 45)
    past = (moment - TEN).total_seconds() % 1800
    assert 3 <= past < 1795


@pytest.mark.parametrize("changes", [{"level": "red"}, {"kind": "test"}])
def test_red_and_tests_go_at_once(changes):
    assert off_the_mark(notice(**changes), TEN) == TEN


def test_the_wait_hangs_on_the_message():
    moments = {off_the_mark(notice(f"n{n}"), TEN) for n in range(50)}
    assert len(moments) > 40
    assert off_the_mark(notice("n1"), TEN) == off_the_mark(notice("n1"), TEN)
