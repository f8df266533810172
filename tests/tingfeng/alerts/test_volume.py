"""The volume test: its formula, what it calls loud, and that it survives being stored."""

from __future__ import annotations

import json
import math
import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tingfeng.alerts.tail import negative_binomial_score
from tingfeng.alerts.volume import VolumeSettings, VolumeState

HOURLY = VolumeSettings(bin_seconds=3600)
WEEK = 7 * 24


def counts(seed, bins, rate=20.0):
    """Gamma-mixed Poisson counts: as bursty as mentions are."""
    dice = random.Random(seed)
    return [round(dice.gammavariate(4, rate / 4)) for _ in range(bins)]


def heard(series, state=None, settings=HOURLY, **how):
    state = state or VolumeState(settings)
    return [state.step(count, **how) for count in series]


def exactly(count, mean, size):
    """P(X >= count) by adding up what is below, in fractions; *size* is 1/φ, whole."""
    part = Fraction(mean) / (Fraction(mean) + size)
    below = sum(
        math.comb(k + size - 1, k) * (1 - part) ** size * part**k for k in range(count)
    )  # fmt: skip
    return float(1 - below)


@pytest.mark.parametrize(
    ("count", "mean", "size"), [(1, 1, 2), (3, 10, 2), (9, 4, 1), (40, 4, 5), (100, 30, 3)]
)
def test_the_score_is_the_tail_of_the_negative_binomial(count, mean, size):
    found = negative_binomial_score(count, mean, 1 / size)
    assert found == pytest.approx(-math.log10(exactly(count, mean, size)), rel=1e-9)


@given(st.integers(1, 5000), st.floats(0.01, 1000), st.floats(0.02, 5))
def test_more_mentions_never_score_lower(count, mean, dispersion):
    lower = negative_binomial_score(count - 1, mean, dispersion)
    assert negative_binomial_score(count, mean, dispersion) >= lower - 1e-9


def test_nothing_is_unusual_where_nothing_was_ever_said():
    assert negative_binomial_score(5, 0.0, 0.5) == negative_binomial_score(0, 3.0, 0.5) == 0


def test_one_outburst_is_one_notice():
    usual = counts(1, 3 * WEEK)
    loud = [heat.notice for heat in heard([*usual, *[400] * 12, *counts(2, 24)])]
    assert sum(loud[3 * WEEK :]) == 1
    assert loud[3 * WEEK]


def test_a_louder_one_within_the_day_is_told_again_and_the_next_day_any_is():
    state = VolumeState(HOURLY)
    heard(counts(1, 3 * WEEK), state)
    heats = heard([400, 20, 20, 300, 900, *[20] * 24, 400], state, learn=False)
    assert [i for i, heat in enumerate(heats) if heat.notice] == [0, 4, 29]


def test_about_one_bin_a_week_crosses_by_chance():
    crossings = 0
    for seed in range(10):
        heats = heard(counts(seed, 10 * WEEK))[2 * WEEK :]
        crossings += sum(heat.value >= heat.threshold for heat in heats)
    assert crossings / (10 * 8) <= 2


def test_the_first_three_days_are_silent():
    heats = heard([20] * 40 + [2000] + [20] * 20)
    assert not any(heat.notice for heat in heats)


def test_a_planned_event_has_to_be_ten_times_as_rare():
    state = VolumeState(HOURLY)
    heard(counts(1, 3 * WEEK), state)
    kept = state.dump()
    plain = VolumeState.load(kept, HOURLY).look(120)
    planned = VolumeState.load(kept, HOURLY).look(120, planned=True)
    assert planned.value == plain.value
    assert planned.threshold == plain.threshold + 1
    assert plain.notice


def test_what_is_not_learnt_moves_nothing():
    state = VolumeState(HOURLY)
    heard(counts(1, 2 * WEEK), state)
    before = state.look(20)
    heard([500] * 48, state, learn=False)
    after = state.look(20)
    assert (after.usual, after.raw, after.value) == (before.usual, before.raw, before.value)


def test_a_lasting_rise_becomes_the_usual():
    state = VolumeState(HOURLY)
    heard(counts(1, 2 * WEEK), state)
    heard(counts(2, 6 * WEEK, rate=80), state)
    assert state.look(80).usual == pytest.approx(80, rel=0.15)


def test_an_impossible_count_is_refused():
    with pytest.raises(ValueError, match="-1"):
        VolumeState().look(-1)


@given(st.integers(0, 150), st.integers(0, 100), st.integers(0, 9))
def test_a_stored_state_goes_on_as_if_it_had_never_stopped(before, after, seed):
    series = counts(seed, before + after)
    through = heard(series)
    state = VolumeState(HOURLY)
    heard(series[:before], state)
    again = VolumeState.load(json.loads(json.dumps(state.dump())), HOURLY)
    assert heard(series[before:], again) == through[before:]


def test_a_fortnight_of_quarters_is_a_few_thousand_bytes():
    state = VolumeState()
    heard(counts(1, 3 * WEEK * 4), state)
    assert len(json.dumps(state.dump())) < 5000
