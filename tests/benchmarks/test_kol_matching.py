"""The figures of the creators' benches mean what the pages say."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.collaborations import Case
from benchmarks.kol_matching import matched_auc, mean_of, values
from benchmarks.spammers import auc, recall_at


@pytest.fixture
def case() -> Case:
    return Case(
        brand="云雀", users=["a", "b", "c", "d", "e"], fields=["美食", "美食", "美食", "旅行", "旅行"],
        did=np.array([1, 0, 0, 1, 0]), known=np.array([True, True, False, False, False]),
        scores={
            "closeness": np.array([3.0, 1.0, 4.0, 2.0, 2.0]),
            "random": np.array([1.0, 1.0, np.nan, 9.0, 1.0]),
        },
    )  # fmt: skip


def test_rivals_are_of_the_same_field_and_ties_count_half(case: Case) -> None:
    assert matched_auc(case, "closeness") == {"a": 0.5, "d": 0.5}
    assert matched_auc(case, "closeness", matched=False) == {
        "a": pytest.approx(2 / 3), "d": pytest.approx(0.5)
    }  # fmt: skip


def test_those_who_named_the_brand_before_can_be_left_out(case: Case) -> None:
    assert matched_auc(case, "closeness", fresh=True) == {"d": 0.5}


def test_a_score_that_is_not_known_takes_nobody_s_place(case: Case) -> None:
    assert matched_auc(case, "random") == {"a": 0.5, "d": 1.0}
    assert values([case], "closeness", "random") == {"云雀": [0.0, -0.5]}
    assert mean_of({}) is None
    assert mean_of({"云雀": [0.5, 0.5]}) == (0.5, 0.5, 0.5)


def test_auc_and_recall_of_a_known_ranking() -> None:
    score, label = np.array([5.0, 4.0, 3.0, 2.0, 1.0]), np.array([1, 1, 0, 1, 0])
    assert auc(score, label) == pytest.approx(5 / 6)
    assert auc(np.zeros(5), label) == 0.5
    assert recall_at(score, label) == pytest.approx(2 / 3)
    assert recall_at(np.zeros(5), label) is None
