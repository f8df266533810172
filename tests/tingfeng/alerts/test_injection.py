"""The injection bench, small: what must raise an alarm does, and what must not does not.

The figures it is held to are those of the whole bench (benchmarks/alerts.md), with room for fewer
trials.
"""

from __future__ import annotations

import json

import numpy as np
import pytest

from tingfeng.alerts.engine import WATERMARK
from tingfeng.alerts.scoring import bench, crises, injection, intervals, trials
from tingfeng.alerts.scoring.crises import BASE, GOOD, NOISY, Read
from tingfeng.cli import main

SMALL = bench.Size(crises=70, passes=1)
WEEK = injection.WEEK_BINS


@pytest.fixture(scope="module")
def brands():
    return bench.made_up_brands()


@pytest.fixture(scope="module")
def surges(brands):
    return bench.cell(brands, BASE, SMALL, heights=(0.25, 0.5, 1.0))


@pytest.fixture(scope="module")
def places(brands):
    streams = [crises.stream(one, 100 + i) for i, one in enumerate(brands)]
    return trials.places(trials.grounds(streams, BASE, 20, 9), 20)


@pytest.mark.parametrize(
    ("c", "recall", "minutes"), [("0.25", 0.80, None), ("0.5", 0.95, 120), ("1", 1.0, 75)]
)
def test_a_crisis_is_found_in_time(surges, c, recall, minutes):
    found = surges["surge"][c]
    assert found["crises"] == 70
    assert found["recall"] >= recall
    assert minutes is None or found["median_delay_minutes"] <= minutes


def test_it_seldom_cries_wolf(surges):
    assert surges["weeks"] > 40
    assert surges["false_alarms_per_week"] <= 0.5


def test_a_slow_burn_and_a_step_are_found(brands):
    found = bench.shapes(brands, BASE, bench.Size(crises=14))
    assert found["slow_burn"]["recall"] >= 0.9
    assert found["step"]["recall"] >= 0.9


def test_of_twenty_promotions_at_most_one_opens_and_it_says_why(places):
    found = trials.peaks(places, 9)
    assert found["trials"] == 20
    assert found["opened"] <= 1
    assert all(one["sentences"] for one in found["explained"])


def test_copies_by_one_account_are_one_voice(places):
    found = trials.bombs(places, 1)
    assert found["voices_a_bin"] == 1
    assert found["opened_undamped"] == 20
    assert found["opened"] <= 4  # the smallest brands hear so few that one voice counts


def test_praise_that_comes_later_hides_nothing(places):
    found = trials.floods(places, 1.0, 9, 12)
    assert found["found"] == found["found_dry"] == 20
    assert found["raised"] >= 19


@pytest.mark.parametrize(("old", "new"), [(BASE, GOOD), (GOOD, NOISY)])
def test_another_reader_in_mid_stream_raises_nothing_more(brands, old, new):
    streams = [crises.stream(one, 100 + i) for i, one in enumerate(brands)]
    found = trials.swaps(streams, old, new, 1)
    assert found["only_swapped"] == 0


def test_six_hours_unseen_raise_nothing_more(places):
    found = trials.gaps(places)
    assert found["only_blind"] == 0
    assert found["opened_within"] <= found["opened_seeing"]


def test_the_same_seed_gives_the_same_figures(brands):
    size = bench.Size(crises=7, passes=1)
    once = bench.cell(brands[:2], BASE, size, heights=(0.5,))
    assert bench.cell(brands[:2], BASE, size, heights=(0.5,)) == once


def test_delays_count_the_wait_of_the_engine():
    assert WATERMARK.total_seconds() / 60 == injection.WAIT_MINUTES


def test_readers_err_as_they_say():
    dice, many = np.random.default_rng(1), np.full(1000, 100)
    read = crises.read(Read("x", 0.5, 0.9), many, many // 5, dice)
    assert read.mean() == pytest.approx(20 * 0.5 + 80 * 0.1, abs=0.5)
    perfect = crises.read(Read("x", 1.0, 1.0), many, many // 5, dice)
    assert (perfect == 20).all()


def test_intervals_are_the_known_ones():
    assert intervals.of_share(5, 10) == pytest.approx((0.2366, 0.7634), abs=1e-4)
    assert intervals.of_share(0, 0) == (0, 1)
    low, high = intervals.of_rate(10, 1)
    assert (low, high) == pytest.approx((4.80, 18.39), abs=0.05)  # exact: 4.795, 18.390
    assert intervals.of_rate(0, 2)[0] == 0


def test_the_command_takes_the_errors_of_ones_own_reader(capsys):
    line = "alerts score --injection --crises 7 --sensitivity 0.5 --specificity 0.95 --json"
    assert main(line.split()) == 0
    answer = json.loads(capsys.readouterr().out)
    (cell,) = answer["surges"]
    assert (cell["sensitivity"], cell["specificity"]) == (0.5, 0.95)
    assert set(cell["surge"]) == {"0.1", "0.25", "0.5", "1", "2"}
    assert {"peaks", "bombs", "floods", "swaps", "gaps"} == set(answer["harmless"])


def test_a_share_beyond_one_is_refused(capsys):
    assert main(["alerts", "score", "--injection", "--sensitivity", "80"]) == 1
    assert "--sensitivity" in capsys.readouterr().err
