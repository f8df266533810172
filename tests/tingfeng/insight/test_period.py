from __future__ import annotations

import itertools
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tingfeng import DAY, HOUR, SHANGHAI, WEEK, SettingsError
from tingfeng.insight.period import Period

NOW = datetime(2026, 6, 12, 10, 0, tzinfo=SHANGHAI)


def read(text: str) -> tuple[str, str]:
    period = Period.parse(text, now=NOW)
    return tuple(each.strftime("%m-%d %H:%M") for each in (period.since, period.until))


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("7d", "06-05 10:00", "06-12 10:00"),
        ("24h", "06-11 10:00", "06-12 10:00"),
        ("2周", "05-29 10:00", "06-12 10:00"),
        ("today", "06-12 00:00", "06-12 10:00"),
        ("昨天", "06-11 00:00", "06-12 00:00"),
        ("week", "06-08 00:00", "06-12 10:00"),
        ("本月", "06-01 00:00", "06-12 10:00"),
        ("2026-06-01", "06-01 00:00", "06-02 00:00"),
        ("2026-06-01..2026-06-07", "06-01 00:00", "06-08 00:00"),
        ("2026-06-01T08:00..2026-06-01T09:30", "06-01 08:00", "06-01 09:30"),
        ("2026-06-10..", "06-10 00:00", "06-12 10:00"),
        ("2026-06-10..2026-06-30", "06-10 00:00", "06-12 10:00"),
        ("2026-06-01T00:00z..2026-06-02T00:00z", "06-01 00:00", "06-02 00:00"),
        ("2026/6/1", "06-01 00:00", "06-02 00:00"),
        ("2026/06/01 8:00..2026/06/01 09:30", "06-01 08:00", "06-01 09:30"),
        ("2026年6月1日", "06-01 00:00", "06-02 00:00"),
        ("2026年06月01日..2026年06月07日", "06-01 00:00", "06-08 00:00"),
        ("2026年6月1日 8时..2026年6月1日 9点30分", "06-01 08:00", "06-01 09:30"),
        ("2026-06-10..now", "06-10 00:00", "06-12 10:00"),
        ("2026年6月10日..现在", "06-10 00:00", "06-12 10:00"),
    ],
)
def test_what_people_type(text: str, since: str, until: str) -> None:
    assert read(text) == (since, until)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "0d",
        "2026-13-01",
        "2026-06-07..2026-06-01",
        "99999w",
        "2026/13/01",
        "2026年6月",
        "now",
        "6/1/2026",
        "2026-06/01",
    ],
)
def test_what_cannot_be_read_says_what_can(text: str) -> None:
    with pytest.raises(SettingsError, match="时段"):
        Period.parse(text, now=NOW)


def test_between_takes_the_end_as_excluded() -> None:
    days = Period.between("2026-06-01", "2026-06-08", now=NOW)
    assert days.length == timedelta(days=7)
    assert Period.between("7d", now=NOW) == Period.parse("7d", now=NOW)
    assert Period.between("yesterday", now=NOW).until == NOW
    with pytest.raises(SettingsError, match="较早"):
        Period.between("2026-06-08", "2026-06-01", now=NOW)


@pytest.mark.parametrize("until", ["now", "现在", "NOW"])
def test_now_is_an_end(until: str) -> None:
    assert Period.between("2026/06/01", until, now=NOW) == Period.between("2026-06-01", now=NOW)


def test_the_future_has_no_figures() -> None:
    with pytest.raises(SettingsError, match="还没有开始"):
        Period.parse("2026-07-01..2026-07-02", now=NOW)


def test_the_period_before() -> None:
    week, today = Period.parse("7d", now=NOW), Period.parse("today", now=NOW)
    assert (week.before().since, week.before().until) == (NOW - timedelta(14), NOW - timedelta(7))
    assert today.before().until == NOW - timedelta(days=1)  # the same hours of yesterday


def test_a_year_before_is_by_date() -> None:
    leap = Period(
        since=datetime(2028, 2, 29, tzinfo=SHANGHAI), until=datetime(2028, 3, 2, tzinfo=SHANGHAI)
    )
    assert leap.year_before().since == datetime(2027, 2, 28, tzinfo=SHANGHAI)
    assert leap.year_before().length == leap.length


@given(st.integers(1, 3000), st.sampled_from([HOUR, DAY, WEEK]))
def test_steps_cover_the_period_without_gap(hours: int, step) -> None:
    period = Period(since=NOW - timedelta(hours=hours), until=NOW)
    starts = period.starts(step)
    assert starts[0] <= period.since < starts[0] + step.width
    assert starts[-1] < period.until <= starts[-1] + step.width
    assert all(b - a == step.width for a, b in itertools.pairwise(starts))


@given(st.integers(1, 500))
def test_the_period_before_is_as_long_and_does_not_overlap(hours: int) -> None:
    period = Period(since=NOW - timedelta(hours=hours), until=NOW)
    assert period.before().length == period.length
    assert period.before().until <= period.since
