"""The life of an incident, bin by bin."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tingfeng.alerts.course import (
    CLOSING_BINS,
    COOLING_BINS,
    FREEZE_BINS,
    LOWERING_BINS,
    REOPEN_BINS,
    Course,
    Signs,
)
from tingfeng.alerts.rules import Firing
from tingfeng.alerts.share import NOTHING

FIRING = [Firing("share_1h", 6.0, 5.0, 4, NOTHING)]


class Life:
    def __init__(self):
        self.course, self.bin = Course(), 0

    def go(self, bins=1, *, fires=False, level="blue", quiet=None, blind=False, negative=0, **how):
        """So many bins alike; what was told, heartbeats left aside."""
        told = []
        for _ in range(bins):
            self.bin += 1
            signs = Signs(
                self.bin, FIRING if fires else [], level,
                not fires if quiet is None else quiet, blind, negative,
            )  # fmt: skip
            told.append(self.course.step(signs, **how))
        return [kind for kind in told if kind not in (None, "heartbeat")]

    def late(self, *, fires=False, level="blue"):
        return self.course.late(
            Signs(self.bin, FIRING if fires else [], level, not fires, False, 0)
        )


@pytest.fixture
def life():
    return Life()


@pytest.fixture
def burning(life):
    assert life.go(fires=True) == ["opened"]
    return life


def test_nothing_happens_while_nothing_fires(life):
    assert life.go(500) == []
    assert not life.course.is_open


def test_a_level_is_raised_at_once(burning):
    assert burning.go(fires=True, level="orange") == ["raised"]
    assert burning.go(fires=True, level="orange") == []


def test_a_level_is_lowered_only_after_six_hours(burning):
    burning.go(fires=True, level="red")
    assert burning.go(LOWERING_BINS - 1, quiet=False, level="yellow") == []
    assert burning.go(quiet=False, level="yellow") == ["lowered"]
    assert burning.course.level == "yellow"
    assert burning.course.highest == "red"


def test_a_flicker_back_to_the_level_starts_the_clock_again(burning):
    burning.go(fires=True, level="red")
    burning.go(LOWERING_BINS - 1, quiet=False)
    burning.go(fires=True, level="red")
    assert burning.go(LOWERING_BINS - 1, quiet=False) == []


def test_it_cools_after_six_quiet_hours_and_closes_after_a_day(burning):
    burning.go(COOLING_BINS)
    assert burning.course.cooling
    assert burning.go(CLOSING_BINS - COOLING_BINS - 1) == []
    assert burning.go() == ["resolved"]
    assert not burning.course.is_open


def test_a_blind_hour_is_no_quiet_one(burning):
    assert burning.go(10 * CLOSING_BINS, blind=True) == []
    assert burning.course.is_open


def test_within_three_days_it_is_the_same_incident(burning):
    burning.go(CLOSING_BINS)
    opened = burning.course.opened
    burning.go(REOPEN_BINS - 1)
    assert burning.go(fires=True) == ["opened"]
    assert (burning.course.opened, burning.course.reopened) == (opened, 1)


def test_after_three_days_it_is_another(burning):
    burning.go(CLOSING_BINS)
    burning.go(REOPEN_BINS)
    assert burning.go(fires=True) == ["opened"]
    assert (burning.course.opened, burning.course.reopened) == (burning.bin, 0)


def test_learning_stops_while_it_burns_but_not_for_ever(burning):
    assert burning.course.freezes
    burning.go(FREEZE_BINS, fires=True)
    assert burning.course.freezes
    burning.go(fires=True)
    assert not burning.course.freezes


def test_learning_thaws_when_it_cools(burning):
    burning.go(COOLING_BINS)
    assert not burning.course.freezes


def test_late_posts_open_and_raise_but_never_lower_or_close(burning):
    assert burning.late(fires=True, level="yellow") == "raised"
    assert [burning.late() for _ in range(200)] == [None] * 200
    assert burning.course.level == "yellow"


def test_late_posts_do_not_open_again_what_has_been_closed_since(burning):
    burning.go(CLOSING_BINS)
    assert burning.late(fires=True) is None


@pytest.mark.parametrize(("level", "bins"), [("blue", 96), ("yellow", 16), ("orange", 4),
                                             ("red", 2)])  # fmt: skip
def test_a_sign_of_life_by_the_clock_of_the_level(life, level, bins):
    life.go(fires=True, level=level)
    signs = [
        life.course.step(Signs(life.bin + i, FIRING, level, False, False, 0))
        for i in range(1, 2 * bins + 1)
    ]
    assert [i for i, kind in enumerate(signs, 1) if kind == "heartbeat"] == [bins, 2 * bins]


def test_twice_the_negatives_are_told_before_the_clock(life):
    life.go(fires=True, negative=20)
    step = life.course.step
    assert step(Signs(2, FIRING, "blue", False, False, 39)) is None
    assert step(Signs(3, FIRING, "blue", False, False, 40)) == "heartbeat"
    assert step(Signs(4, FIRING, "blue", False, False, 41)) is None


SIGNS = st.lists(
    st.tuples(
        st.booleans(), st.sampled_from(["blue", "yellow", "orange", "red"]), st.booleans(),
        st.booleans(), st.integers(0, 100), st.integers(1, 60),
    ),
    max_size=30,
)  # fmt: skip


@given(SIGNS, st.integers(0, 30))
def test_stored_in_mid_life_it_goes_on_the_same_and_messages_alternate(signs, stop):
    through, broken, bin = Course(), Course(), 0
    told = []
    for i, (fires, level, quiet, blind, negative, bins) in enumerate(signs):
        if i == stop:
            broken = Course.load(json.loads(json.dumps(broken.dump())))
        for _ in range(bins):
            bin += 1
            one = Signs(bin, FIRING if fires else [], level, quiet, blind, negative)
            told.append(through.step(one))
            assert broken.step(one) == told[-1]
    ends = [kind for kind in told if kind in ("opened", "resolved")]
    assert all(a != b for a, b in pairwise(ends))
    assert broken == through


def test_what_begins_and_ends_in_history_is_never_told(life):
    assert life.go(8, fires=True, level="orange", live=False) == []
    assert life.course.freezes
    assert life.go(CLOSING_BINS + 1, live=False) == []
    assert not life.course.is_open
    assert life.go(REOPEN_BINS + 1) == []
    assert life.go(fires=True) == ["opened"]
    assert life.course.opened == life.bin


def test_what_began_in_history_and_still_fires_is_told_under_its_own_opening(life):
    life.go(8, fires=True, level="orange", live=False)
    assert life.go(3) == []
    assert life.go(fires=True, level="red") == ["opened"]
    assert (life.course.opened, life.course.level) == (1, "red")
    assert life.go(fires=True, level="red") == []


def test_what_people_know_of_may_end_in_history_but_not_rise(burning):
    assert burning.go(4, fires=True, level="red", live=False) == []
    assert burning.course.level == "blue"
    assert burning.go(CLOSING_BINS, live=False) == ["resolved"]


def test_late_posts_make_known_what_history_left_untold(life):
    life.go(4, fires=True, live=False)
    assert life.go() == []
    assert life.late() is None
    assert life.late(fires=True) == "opened"
    assert life.course.opened == 1
