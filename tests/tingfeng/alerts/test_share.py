"""The negative-share test: its formulas, its safety, and that it survives being stored."""

from __future__ import annotations

import json
import math
from fractions import Fraction
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tingfeng.alerts.share import WINDOWS, Baseline, ShareSettings, ShareState
from tingfeng.alerts.tail import beta_binomial_score, normal_score

BINS = st.lists(
    st.integers(0, 60).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))), max_size=120
)


def scores(bins, state=None, learn=True):
    state = state or ShareState()
    return [state.step(n, k, learn=learn) for n, k in bins]


@pytest.mark.parametrize("z", [0.1, 1.0, 3.0, 5.0])
def test_the_score_is_the_tail_of_the_normal(z):
    assert normal_score(z) == pytest.approx(-math.log10(1 - NormalDist().cdf(z)), rel=1e-6)


@pytest.mark.parametrize(("z", "known"), [(10.0, 23.11805), (40.0, 349.43701), (100.0, 2173.87154)])
def test_the_score_stays_exact_where_the_tail_underflows(z, known):
    assert normal_score(z) == pytest.approx(known, abs=1e-4)


def test_the_score_has_no_seam_between_function_and_series():
    below, above = normal_score(30 - 1e-9), normal_score(30 + 1e-9)
    assert below == pytest.approx(above, rel=1e-8)
    assert normal_score(-3) == normal_score(0) == 0


def test_one_window_follows_the_published_formulas():
    """Worked by hand from the note: p0=.1, k0=50, rho0=.02, a=1/672."""
    baseline = Baseline(ShareSettings())
    score = baseline.score(60, 25)
    spread = math.sqrt(60 * 0.1 * 0.9 * (1 + 59 * 0.02))
    assert score.usual == pytest.approx(0.1)
    assert score.spread == pytest.approx(spread)
    assert score.value == pytest.approx(normal_score((25 - 6) / spread))
    baseline.learn(score)
    capped = 6 + 2 * spread
    rho = 0.02 + (((capped - 6) ** 2 / 5.4 - 1) / 59 - 0.02) / 672
    assert baseline.dump() == pytest.approx([60, capped, rho])
    assert baseline.usual == pytest.approx((capped + 5) / 110)


def exactly(count, of, share, rho):
    """P(X >= count) by adding up the urn's odds, draw by draw, in fractions."""
    weight = 1 / Fraction(rho) - 1
    a, b = Fraction(share) * weight, (1 - Fraction(share)) * weight
    odds = {0: Fraction(1)}
    for drawn in range(of):
        after = {}
        for hits, chance in odds.items():
            hit = (a + hits) / (a + b + drawn)
            after[hits + 1] = after.get(hits + 1, 0) + chance * hit
            after[hits] = after.get(hits, 0) + chance * (1 - hit)
        odds = after
    return float(sum(chance for hits, chance in odds.items() if hits >= count))


@pytest.mark.parametrize(("count", "of"), [(3, 3), (3, 4), (3, 5), (8, 30), (12, 12)])
def test_few_mentions_are_judged_by_the_exact_tail(count, of):
    found = beta_binomial_score(count, of, 0.09, 0.02)
    assert found == pytest.approx(-math.log10(exactly(count, of, 0.09, 0.02)), rel=1e-9)


def test_three_of_three_are_no_crisis():
    assert Baseline(ShareSettings()).score(3, 3).value < WINDOWS[0].threshold
    assert normal_score(2.7 / math.sqrt(3 * 0.09 * 1.04)) > WINDOWS[0].threshold


@given(st.integers(1, 60), st.integers(1, 60), st.floats(0.01, 0.5), st.floats(0.001, 0.3))
def test_more_negatives_never_lower_the_exact_score(of, count, share, rho):
    count = min(count, of)
    lower = beta_binomial_score(count - 1, of, share, rho)
    assert beta_binomial_score(count, of, share, rho) >= lower - 1e-9


def test_windows_add_up_the_bins_they_cover():
    seen = scores([(10, 1)] * 120)[-1]
    assert [score.mentions for score in seen] == [10 * window.bins for window in WINDOWS]
    assert [score.negative for score in seen] == [window.bins for window in WINDOWS]


def test_an_empty_series_is_quiet():
    assert all(score.value == 0 for bin in scores([(0, 0)] * 100) for score in bin)


def test_more_negatives_than_mentions_are_refused():
    with pytest.raises(ValueError, match="3 negatives of 2"):
        ShareState().step(2, 3)


@given(BINS, st.integers(1, 50))
def test_more_negatives_never_lower_a_score(bins, more):
    """Whether they replace other voices or come on top of them."""
    state = ShareState()
    scores(bins, state)
    kept = state.dump()
    plain = ShareState.load(kept).look(50, 0)
    instead = ShareState.load(kept).look(50, more)
    on_top = ShareState.load(kept).look(50 + more, more)
    for a, b, c in zip(plain, instead, on_top, strict=True):
        assert b.value >= a.value
        assert c.value >= a.value


@given(BINS, BINS)
def test_a_stored_state_goes_on_as_if_it_had_never_stopped(before, after):
    through = scores(before + after)
    state = ShareState()
    scores(before, state)
    again = ShareState.load(json.loads(json.dumps(state.dump())))
    assert scores(after, again) == through[len(before) :]


@given(st.permutations([(9, 3), (4, 0), (20, 1), (0, 0)]))
def test_the_order_of_bins_inside_a_window_does_not_matter(bins):
    assert scores(bins, learn=False)[-1][0] == scores([(33, 4)], learn=False)[-1][0]


def test_a_frozen_baseline_keeps_its_usual_share():
    state = ShareState()
    scores([(20, 2)] * 500, state)
    usual = state.look(20, 2)[0].usual
    scores([(20, 15)] * 50, state, learn=False)
    assert state.look(20, 15)[0].usual == usual


def test_an_outburst_teaches_little():
    """Winsorised: an hour of pure negatives moves the usual share by less than two points."""
    state = ShareState()
    scores([(20, 2)] * 700, state)
    scores([(20, 20)] * 4, state)
    assert state.look(20, 2)[0].usual < 0.12


def test_a_lasting_shift_is_absorbed_within_weeks():
    state = ShareState()
    scores([(40, 4)] * 1000, state)
    assert scores([(40, 20)] * 8, state)[-1][0].value > 5
    assert scores([(40, 20)] * 672 * 4, state)[-1][0].value < 5


def test_a_promotion_at_the_usual_share_scores_nothing():
    state = ShareState()
    scores([(20, 2)] * 1000, state)
    assert max(score.value for bin in scores([(200, 20)] * 8, state) for score in bin) < 1
