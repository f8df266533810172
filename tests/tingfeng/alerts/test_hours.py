"""Hours of a week: what they cover, and when they begin."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tingfeng import SHANGHAI, SettingsError
from tingfeng.alerts.hours import ALWAYS, Hours

FRIDAY = datetime(2026, 6, 12, tzinfo=SHANGHAI)
MOMENTS = st.integers(0, 7 * 24 * 60 - 1).map(lambda minute: FRIDAY + timedelta(minutes=minute))


def at(hour, minute=0, days=0):
    return FRIDAY + timedelta(days=days, hours=hour, minutes=minute)


@pytest.mark.parametrize(
    ("hours", "days", "moment", "covered"),
    [
        ("09:00-18:00", "", at(9), True),
        ("09:00-18:00", "", at(18), False),
        ("09:00-18:00", "mon-fri", at(12, days=1), False),
        ("9:00－18:00".replace("－", "-"), "周一-周五", at(12), True),
        ("22:00-06:00", "fri", at(5, 59, days=1), True),
        ("22:00-06:00", "fri", at(5), False),
        ("22:00-06:00", "sat、sun", at(3, days=3), True),
        ("00:00-24:00", "5", at(23, 59), True),
        ("", "fri-mon", at(12, days=3), True),
        ("", "fri-mon", at(12, days=4), False),
    ],
)
def test_what_they_cover(hours, days, moment, covered):
    assert Hours.parse(hours, days).cover(moment) is covered


@pytest.mark.parametrize(("hours", "days"), [("9-18", ""), ("25:00-26:00", ""), ("", "someday")])
def test_what_nobody_understands_is_said_so(hours, days):
    with pytest.raises(SettingsError, match=r"09:00-18:00|mon-fri"):
        Hours.parse(hours, days)


@given(MOMENTS)
def test_always_is_always(moment):
    assert ALWAYS.cover(moment)


@given(st.integers(0, 1439), st.integers(1, 1440), st.sets(st.integers(0, 6), min_size=1), MOMENTS)
def test_they_begin_at_the_first_moment_that_they_cover(start, length, days, moment):
    hours = Hours(start=start, length=length, days=frozenset(days))
    begins = hours.next(moment)
    assert begins >= moment
    assert hours.cover(begins)
    if begins > moment:
        assert not hours.cover(begins - timedelta(minutes=1))
