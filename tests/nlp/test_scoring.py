"""Figures: against scikit-learn, against tables that can be counted by hand, and their limits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import f1_score, roc_auc_score, roc_curve

from nlp import figures, scoring
from nlp.scoring import NEGATIVE, NEUTRAL, NONE, POSITIVE, mention_figures, text_figures


def sample(rows: int, seed: int) -> tuple[Any, Any, Any]:
    """Labels, scores with many ties, and weights."""
    draw = np.random.default_rng(seed)
    true = np.concatenate([[0, 1, 2], draw.integers(0, 3, rows)])
    return true, draw.integers(0, 8, rows + 3) / 8, draw.integers(1, 4, rows + 3)


@given(st.integers(1, 60), st.integers(0, 10_000))
@settings(deadline=None)
def test_figures_are_those_of_scikit_learn(rows: int, seed: int) -> None:
    true, score, weights = sample(rows, seed)
    said = np.random.default_rng(seed + 1).integers(0, 3, rows + 3)
    w = weights[None, :].astype(float)
    assert figures.macro_f1(said, true, (0, 1, 2))(w)[0] == pytest.approx(
        f1_score(true, said, average="macro", sample_weight=weights)
    )
    assert figures.f1(said, true, 0)(w)[0] == pytest.approx(
        f1_score(true == 0, said == 0, sample_weight=weights)
    )
    assert figures.auc(score, true == 0)(w)[0] == pytest.approx(
        roc_auc_score(true == 0, score, sample_weight=weights)
    )
    false, recall, _ = roc_curve(true == 0, score, sample_weight=weights, drop_intermediate=False)
    assert figures.recall_at(score, true == 0, 0.05)(w)[0] == pytest.approx(
        recall[false <= 0.05 + 1e-9].max()
    )


@given(st.integers(1, 40), st.integers(0, 10_000))
@settings(deadline=None)
def test_a_weight_of_two_is_the_row_twice(rows: int, seed: int) -> None:
    true, score, weights = sample(rows, seed)
    twice = np.repeat(np.arange(rows + 3), weights)
    for figure, again in (
        (figures.auc(score, true == 0), figures.auc(score[twice], true[twice] == 0)),
        (figures.recall_at(score, true == 0, 0.2), figures.recall_at(score[twice], true[twice] == 0, 0.2)),
        (figures.coverage_at(score, true == 1, 0.5), figures.coverage_at(score[twice], true[twice] == 1, 0.5)),
        (figures.calibration_error(score, true == 1), figures.calibration_error(score[twice], true[twice] == 1)),
    ):  # fmt: skip
        assert figure(weights[None, :].astype(float)) == pytest.approx(
            again(np.ones((1, len(twice))))
        )


@given(st.lists(st.sampled_from("abcde"), min_size=1, max_size=30), st.integers(0, 99))
def test_all_rows_of_a_text_are_drawn_together(texts: list[str], seed: int) -> None:
    weights = np.concatenate(list(figures.draws(texts, seed, 50)))
    assert weights.shape == (50, len(texts))
    first = {text: texts.index(text) for text in texts}
    assert all((weights[:, i] == weights[:, first[text]]).all() for i, text in enumerate(texts))
    assert (weights[:, sorted(first.values())].sum(axis=1) == len(first)).all()


def test_draws_do_not_depend_on_how_many_fit_into_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [str(number // 2) for number in range(40)]
    whole = np.concatenate(list(figures.draws(texts, 1, 100)))
    monkeypatch.setattr(figures, "AT_ONCE", 130)
    assert (np.concatenate(list(figures.draws(texts, 1, 100))) == whole).all()


def test_coverage_takes_the_most_confident_and_equals_together() -> None:
    ones = np.ones((1, 5))
    confidence = np.array([0.9, 0.8, 0.8, 0.7, 0.6])
    right = np.array([True, True, False, True, True])
    assert figures.coverage_at(confidence, right, 0.9)(ones)[0] == pytest.approx(1 / 5)
    assert figures.coverage_at(confidence, right, 0.8)(ones)[0] == 1  # it may dip on the way
    assert figures.coverage_at(confidence, ~right, 0.9)(ones)[0] == 0
    assert figures.coverage_at(np.full(5, 0.5), right, 0.9)(ones)[0] == 0  # 4 of 5, all or none


def test_nine_of_ten_are_ninety_percent() -> None:
    right = np.arange(10) > 0
    assert figures.coverage_at(np.full(10, 0.5), right, 0.9)(np.ones((1, 10)))[0] == 1


def scored(**changes: Any) -> dict[str, figures.Figure]:
    """Eight mentions: six of the brand with an attitude, one mixed, one not the brand."""
    given_: dict[str, Any] = {
        "odds": np.array([[.8, .1, .1], [.4, .5, .1], [.1, .8, .1], [.2, .6, .2],
                          [.1, .2, .7], [.5, .1, .4], [.3, .3, .4], [.3, .4, .3]]),
        "sure": np.array([True, False, True, True, True, False, False, True]),
        "stance": np.array([NEGATIVE, NEGATIVE, NEUTRAL, NEUTRAL, POSITIVE, POSITIVE, NONE, NONE]),
        "meant": np.array([1, 1, 1, 0, 1, 1, 1, 1], bool),
        "brand": np.array([1, 1, 1, 1, 1, 1, 1, 0], bool),
        "advert": np.array([.9, .1, .8, .1, .1, .1, .1, np.nan]),
        "ad": np.array([1, 0, 0, 0, 0, NONE, 0, 1]),
        "texts": list("abcdefgh"),
    }  # fmt: skip
    return mention_figures(**{**given_, **changes})


def test_mentions_counted_by_hand() -> None:
    found = scored()
    assert found["macro_f1"].n == 6
    # likeliest: neg neu neu neu pos neg
    assert found["neg_f1"].value == pytest.approx(0.5)
    assert found["neu_f1"].value == pytest.approx(0.8)
    assert found["pos_f1"].value == pytest.approx(2 / 3)
    assert found["macro_f1"].value == pytest.approx((0.5 + 0.8 + 2 / 3) / 3)
    # with uncertain as neutral: neg neu neu neu pos neu
    assert found["accuracy_with_uncertain"].value == pytest.approx(4 / 6)
    assert found["neg_auc"].value == pytest.approx(7 / 8)
    assert found["neg_recall_at_fpr05"].value == pytest.approx(0.5)
    assert (found["brand_accuracy"].n, found["brand_accuracy"].value) == (8, 6 / 8)
    assert found["brand_recall"].value == pytest.approx(6 / 7)
    assert (found["ad_f1"].n, found["ad_f1"].value) == (6, pytest.approx(2 / 3))
    assert all(f.low <= f.value <= f.high for f in found.values() if f.value is not None)  # type: ignore[operator]


def test_the_same_seed_gives_the_same_intervals_and_another_does_not() -> None:
    assert scored() == scored()
    texts = list("abcdefgh")
    one, other = (np.concatenate(list(figures.draws(texts, seed))) for seed in (12, 13))
    assert len(one) == figures.DRAWS
    assert (one != other).any()


def test_a_missing_class_is_said_and_not_counted_as_zero() -> None:
    found = scored(
        stance=np.array([NEUTRAL, NEUTRAL, NEUTRAL, NEUTRAL, POSITIVE, POSITIVE, NONE, NONE])
    )
    for name in ("macro_f1", "neg_f1", "neg_auc", "neg_recall_at_fpr05"):
        assert found[name].value is None
        assert found[name].reason == figures.ABSENT
    assert found["accuracy"].value == pytest.approx(4 / 6)
    assert found["macro_f1"].as_json() == {
        "value": None, "low": None, "high": None, "n": 6, "reason": figures.ABSENT.en,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"advert": np.full(8, np.nan)}, scoring.SILENT),
        ({"ad": np.full(8, NONE)}, figures.EMPTY),
        ({"ad": np.zeros(8, int)}, figures.ABSENT),
    ],
)
def test_why_there_is_no_figure_of_adverts(changes: dict[str, Any], reason: object) -> None:
    assert scored(**changes)["ad_f1"].reason == reason


def test_no_attitude_at_all_leaves_the_sense() -> None:
    found = scored(stance=np.full(8, NONE))
    assert found["macro_f1"].reason == figures.EMPTY
    assert found["brand_accuracy"].value == 6 / 8


def test_two_labels_are_two_answers() -> None:
    odds = np.array([[0.2, 0.5, 0.3], [0.6, 0.1, 0.3], [0.3, 0.4, 0.3], [0, 1, 0]])
    label = np.array([POSITIVE, NEGATIVE, NEGATIVE, NEGATIVE])
    found = text_figures(odds, np.ones(4, bool), label, list("abcd"))
    assert found["accuracy"].value == 1
    assert found["accuracy_of_three"].value == 0.25
    assert found["neu_f1"].value is None
    three = text_figures(odds, np.ones(4, bool), np.array([2, 0, 1, 1]), list("abcd"))
    assert three["accuracy"].value == three["accuracy_of_three"].value == 0.75


def test_calibration_error_of_answers_that_are_always_right() -> None:
    odds = np.tile([0.1, 0.1, 0.8], (10, 1))
    label = np.full(10, POSITIVE)
    found = text_figures(odds, np.ones(10, bool), label, [str(n) for n in range(10)])
    assert found["ece"].value == pytest.approx(0.2)
    assert found["coverage_at_95"].value == 1
