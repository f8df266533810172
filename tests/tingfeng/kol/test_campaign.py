from __future__ import annotations

import numpy as np
import pytest

from tingfeng.kol.campaign import Circle, brought, comparable, compared, lift


def circles(dice, count, before, after, weeks=(4, 2), name="c"):
    """Creators whose habits differ: gamma-Poisson mentions a week."""
    made = []
    for n in range(count):
        habit = dice.gamma(2, 0.5)
        counts = [tuple(int(x) for x in dice.poisson(rate * habit, size)) for rate, size in zip((before, after), weeks, strict=True)]  # fmt: skip
        made.append(Circle(key=f"{name}{n}", name=f"{name}{n}", before=counts[0], after=counts[1]))
    return made


def test_a_lift_is_a_ratio_of_weeks():
    found = lift((10, 12, 8), (30, 30))
    assert found.ratio == pytest.approx(3, rel=0.05)
    assert found.low < found.ratio < found.high
    assert found.clear
    assert (found.before, found.after) == (30, 60)


def test_weeks_that_differ_anyway_widen_the_interval():
    steady, restless = lift((20, 20, 20, 20), (40,)), lift((2, 50, 5, 23), (40,))
    assert restless.high / restless.low > steady.high / steady.low
    assert not restless.clear


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [((5, 5), (9,), "整周"), ((5, 5, 5), (), "整周"), ((1, 0, 2), (3,), "10 次")],
)
def test_too_little_is_no_lift(before, after, why):
    found = lift(before, after)
    assert found.ratio is None
    assert why in found.lacks.zh
    assert found.lacks.en.startswith("not enough data")


def test_what_happens_to_everybody_is_not_the_campaign():
    dice = np.random.default_rng(3)
    told = brought(circles(dice, 20, 3, 9), circles(dice, 40, 3, 9, name="o"))
    assert told.against_before.clear
    assert not told.against_others.clear
    assert told.placebo.low < 1 < told.placebo.high


def test_what_happens_to_the_chosen_alone_is_found():
    dice = np.random.default_rng(4)
    told = brought(circles(dice, 20, 3, 9), circles(dice, 40, 3, 3, name="o"))
    assert told.against_others.low > 1
    assert told.against_others.ratio == pytest.approx(3, rel=0.4)


def test_intervals_hold_what_they_promise():
    dice, held = np.random.default_rng(5), 0
    for seed in range(200):
        found = compared(circles(dice, 8, 3, 6), circles(dice, 15, 3, 3, name="o"), seed=seed)
        held += found.low <= 2 <= found.high
    assert held / 200 >= 0.92


def test_few_creators_are_not_compared():
    dice = np.random.default_rng(6)
    found = compared(circles(dice, 4, 5, 5), circles(dice, 40, 5, 5, name="o"))
    assert found.ratio is None
    assert "入选 4 位" in found.lacks.zh


def test_comparable_ones_are_of_the_same_platform_and_size():
    chosen = [("weibo:1", "weibo", 10_000.0)]
    all_ = [*chosen, ("weibo:2", "weibo", 19_000.0), ("weibo:3", "weibo", 90_000.0),
            ("bilibili:4", "bilibili", 10_000.0), ("weibo:5", "weibo", 0.0)]  # fmt: skip
    assert comparable(chosen, all_) == ("weibo:2",)
