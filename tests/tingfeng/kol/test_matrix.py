from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tingfeng.kol.matrix import Candidate, Limits, Quota, instead, plan
from tingfeng.kol.sketch import Sketch

PEOPLE = np.array([1000.0, 500.0, 200.0])


def candidate(key, price, reach, **changes):
    fields = {"name": key, "platform": "weibo", "tier": "koc", "fit": 60.0} | changes
    return Candidate(key=key, price=float(price), reach=np.array(reach, float), **fields)


@st.composite
def worlds(draw, most=9):
    """Up to *most* creators in three segments, with tiers and agencies that repeat."""
    count = draw(st.integers(1, most))
    share = st.floats(0, 1).map(lambda value: round(value, 3))
    return [
        candidate(
            f"c{n}", draw(st.integers(0, 50)), [draw(share) for _ in range(3)],
            tier=draw(st.sampled_from(["head", "waist", "koc"])),
            agency=draw(st.sampled_from(["", "", "甲", "乙"])),
            rival=draw(st.booleans()),
        )
        for n in range(count)
    ]  # fmt: skip


def covered(chosen):
    return (
        float(PEOPLE @ (1 - np.prod([1 - one.reach for one in chosen], axis=0))) if chosen else 0.0
    )


def allowed(chosen, limits):
    agencies = [one.agency for one in chosen if one.agency]
    tiers = [one.tier for one in chosen]
    return (
        sum(one.price for one in chosen) <= limits.budget
        and len(chosen) <= limits.size
        and len(agencies) == len(set(agencies))
        and sum(one.rival for one in chosen) <= limits.rivals
        and all(quota.most is None or tiers.count(tier) <= quota.most for tier, quota in limits.tiers.items())
    )  # fmt: skip


def optimum(candidates, limits):
    sets = (chosen for k in range(len(candidates) + 1) for chosen in combinations(candidates, k))
    return max(covered(chosen) for chosen in sets if allowed(chosen, limits))


@settings(max_examples=60, deadline=None)
@given(worlds(), st.integers(0, 150), st.integers(0, 4), st.integers(0, 2), st.integers(0, 1))
def test_no_limit_is_ever_broken_and_the_ceiling_holds(candidates, budget, size, heads, rivals):
    limits = Limits(budget=budget, size=size, tiers={"head": Quota(most=heads)}, rivals=rivals)
    made = plan(candidates, PEOPLE, limits)
    assert allowed([pick.candidate for pick in made.picks], limits)
    best = optimum(candidates, limits)
    assert made.covered <= best + 1e-6
    assert best <= made.ceiling + 1e-6
    assert made.covered == pytest.approx(covered([pick.candidate for pick in made.picks]))
    assert made.covered == pytest.approx(sum(pick.adds for pick in made.picks))


@settings(max_examples=60, deadline=None)
@given(worlds(), st.integers(0, 150))
def test_the_promise_of_greedy_under_a_budget_is_kept(candidates, budget):
    limits = Limits(budget=budget, per_agency=99, rivals=99)
    best = max(
        covered(chosen)
        for k in range(len(candidates) + 1)
        for chosen in combinations(candidates, k)
        if sum(one.price for one in chosen) <= budget
    )
    assert plan(candidates, PEOPLE, limits).covered >= (1 - 1 / np.e) / 2 * best - 1e-6


@settings(max_examples=60, deadline=None)
@given(worlds(), st.integers(0, 120), st.integers(0, 60), st.sampled_from([30, 2, 3]))
def test_more_money_never_reaches_fewer(candidates, budget, more, size):
    made = plan(candidates, PEOPLE, Limits(budget=budget, size=size))
    richer = instead(made, candidates, PEOPLE, budget=float(budget + more))
    assert richer.covered >= -1e-6


@settings(max_examples=30, deadline=None)
@given(worlds(), st.integers(0, 120), st.randoms(use_true_random=False))
def test_the_order_of_the_list_does_not_matter(candidates, budget, dice):
    mixed = dice.sample(candidates, len(candidates))
    limits = Limits(budget=budget, size=3)
    assert plan(mixed, PEOPLE, limits).keys == plan(candidates, PEOPLE, limits).keys


def test_whom_each_pick_overlaps_is_said_and_too_much_is_refused():
    near, far = Sketch.of(f"p{n}" for n in range(200)), Sketch.of(f"q{n}" for n in range(200))
    some = Sketch.of([f"p{n}" for n in range(50)] + [f"r{n}" for n in range(150)])
    candidates = [
        candidate("a", 10, [0.5, 0, 0], sketch=near), candidate("b", 10, [0.4, 0.2, 0], sketch=near),
        candidate("c", 10, [0, 0, 0.1], sketch=far), candidate("d", 10, [0, 0.1, 0.1], sketch=some),
    ]  # fmt: skip
    made = plan(candidates, PEOPLE, Limits(budget=100))
    assert set(made.keys) == {"a", "c", "d"} or set(made.keys) == {"b", "c", "d"}
    first = next(pick for pick in made.picks if pick.candidate.key in "ab")
    assert [overlap.key for overlap in first.overlaps] == ["d"]
    assert first.overlaps[0].share == pytest.approx(0.25, abs=0.12)
    assert "重合" in made.runners[0].why.zh
    assert made.summed > made.covered


def test_the_fewest_of_a_tier_are_kept_money_for():
    candidates = [candidate(f"k{n}", 10, [0.3, 0.3, 0.3]) for n in range(5)]
    candidates.append(candidate("h", 40, [0.05, 0, 0], tier="head"))
    made = plan(candidates, PEOPLE, Limits(budget=50, tiers={"head": Quota(least=1)}))
    assert "h" in made.keys
    assert len(made.picks) == 2
    assert not made.unmet
    poor = plan(candidates, PEOPLE, Limits(budget=30, tiers={"head": Quota(least=1)}))
    assert len(poor.picks) == 3
    assert "头部" in poor.unmet[0].zh


def test_what_if_one_is_left_out_or_taken_in():
    candidates = [
        candidate("a", 10, [0.5, 0, 0]),
        candidate("b", 10, [0.2, 0.2, 0]),
        candidate("c", 10, [0, 0, 0.3]),
    ]
    made = plan(candidates, PEOPLE, Limits(budget=20))
    assert made.keys == ("a", "b")
    removed = instead(made, candidates, PEOPLE, without=frozenset({"a"}))
    assert (removed.left, removed.joined) == (("a",), ("c",))
    assert removed.covered == pytest.approx(covered(candidates[1:]) - made.covered)
    added = instead(made, candidates, PEOPLE, chosen=("c",))
    assert added.joined == ("c",)
    assert added.covered < 0
    with pytest.raises(ValueError, match="nobody"):
        plan(candidates, PEOPLE, Limits(budget=20, chosen=("nobody",)))


def test_runners_up_are_told_what_keeps_them_out():
    candidates = [
        candidate("a", 10, [0.5, 0, 0], agency="甲", category="美妆"),
        candidate("b", 10, [0.2, 0.2, 0], agency="甲"),
        candidate("c", 10, [0.3, 0, 0], rival=True),
        candidate("d", 300, [0.9, 0.9, 0.9]),
        candidate("e", 10, [0.1, 0, 0], category="美妆"),
    ]
    made = plan(candidates, PEOPLE, Limits(budget=25, per_category=1))
    why = {runner.candidate.key: runner.why.zh for runner in made.runners}
    assert made.keys == ("a",)
    assert (why["b"], why["c"]) == ("与a同属 甲", "90 天内为竞品发过内容")
    assert (why["d"], why["e"]) == ("还差 285 元", "美妆名额已满")
