"""Own weights by pairwise comparison, and when comparisons contradict each other."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tingfeng import SettingsError
from tingfeng.kol.nouns import PARTS
from tingfeng.kol.target import PRESETS, Target
from tingfeng.kol.weights import PRESET_WEIGHTS, compare, weights_of


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_make_up_a_whole(preset):
    assert sum(PRESET_WEIGHTS[preset]) == pytest.approx(1)
    assert min(PRESET_WEIGHTS[preset]) >= 0
    assert set(weights_of(Target(brand="云雀", preset=preset))) == set(PARTS)


@given(st.lists(st.floats(1, 3), min_size=7, max_size=7))
def test_judgements_that_agree_give_back_their_weights(values):
    total = sum(values)
    judged = {
        (a, b): values[i] / values[j]
        for i, a in enumerate(PARTS) for j, b in enumerate(PARTS) if i < j
    }  # fmt: skip
    found = compare(judged)
    assert found.ratio == pytest.approx(0, abs=1e-6)
    for part, value in zip(PARTS, values, strict=True):
        assert found.weights[part] == pytest.approx(value / total, abs=1e-6)


def test_a_chain_of_judgements_is_enough():
    chain = dict.fromkeys(pairwise(PARTS), 2.0)
    found = compare(chain)
    assert found.ratio == 0
    assert found.weights["relevance"] == pytest.approx(64 / 127)
    assert weights_of(Target(brand="云雀", weights=found.weights)) == found.weights


def test_a_contradiction_is_refused_and_the_worst_judgement_named():
    pairs = combinations(enumerate(PARTS), 2)
    judged = {(a, b): 1 + (j - i) / 3 for (i, a), (j, b) in pairs}
    judged["relevance", "stability"] = 1 / 9
    with pytest.raises(SettingsError, match="relevance 比 stability") as caught:
        compare(judged)
    assert "consistency ratio" in str(caught.value)


@pytest.mark.parametrize(
    "judged",
    [
        {},
        {("tone", "cost"): 12.0},
        {("tone", "tone"): 1.0},
        {("tone", "cost"): 2.0, ("cost", "tone"): 2.0},
        {("tone", "cost"): 2.0, ("audience", "stability"): 2.0},
        {("tone", "price"): 2.0},
    ],
    ids=["none", "beyond nine", "itself", "twice", "not connected", "no such part"],
)
def test_what_cannot_be_compared_is_refused(judged):
    with pytest.raises(SettingsError):
        compare(judged)


def test_weights_of_a_target_must_make_up_a_whole():
    with pytest.raises(ValueError, match="sum to 1"):
        Target(brand="云雀", weights={"tone": 0.4})
