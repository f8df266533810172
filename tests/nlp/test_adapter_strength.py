"""How strongly words may speak: nothing where they say nothing, the same for nearly the same labels."""

import numpy as np
import pytest

from nlp import adapting
from nlp.adapter_features import mention_context
from nlp.adapter_fitting import Fitting, fit
from nlp.adapter_labels import Labels, folds
from nlp.adapting import WORD_PRIORS, learnt, strength
from tingfeng import Asked

WORDS = (("开裂", "卡顿", "拉胯"), ("发布", "参数", "尺寸"), ("丝滑", "扎实", "惊艳"))
FILLER = list("的了在是我有和就不人都一上也很到说要去你会着没看好自这那里后来")


def labels(number, *, telling, seed=0):
    """Answers as likely as an engine says them; in a share *telling* of the rows one word tells the
    label, which the engine does not know.
    """
    dice = np.random.default_rng(seed)
    odds = dice.dirichlet([1.2, 1.5, 1.2], number)
    texts, label = [], []
    for row in odds:
        words, told = "".join(dice.choice(FILLER, 8)), int(dice.choice(3, p=row))
        if dice.random() < telling:
            told = int(dice.integers(3))
            words += WORDS[told][dice.integers(3)]
        texts.append(f"用云雀，{words}")
        label.append(told)
    asked = [Asked(text=one, start=1, end=3, register="short") for one in texts]
    return Labels(
        question="mention", odds=odds, label=np.array(label), groups=texts,
        contexts=[mention_context(one, (0, len(one.text))) for one in asked],
        weight=np.ones(number),
    )  # fmt: skip


def surprise(odds, label):
    return float(-np.log(odds[np.arange(len(label)), label]).mean())


@pytest.mark.parametrize("seed", range(3))
def test_where_words_say_nothing_none_is_learnt_and_the_engine_is_left_alone(seed):
    rows = labels(240, telling=0, seed=seed)
    part, unseen = learnt(rows, words=True)
    assert len(part.buckets) == 0
    assert np.abs(part.odds(rows.odds, rows.contexts) - rows.odds).mean() < 0.07
    assert abs(surprise(unseen, rows.label) - surprise(rows.odds, rows.label)) < 0.03


def test_where_words_tell_they_are_learnt_with_nearly_the_best_strength():
    rows, others = labels(300, telling=0.6), labels(300, telling=0.6, seed=9)
    prior = strength(rows)
    assert prior is not None
    assert prior <= 1
    after = fit(rows, prior).odds(others.odds, others.contexts)
    without = fit(rows, None).odds(others.odds, others.contexts)
    assert surprise(after, others.label) < surprise(without, others.label) - 0.2


@pytest.mark.parametrize("telling", [0, 0.1, 0.5])
def test_nearly_the_same_labels_make_nearly_the_same_model(telling):
    rows, dice = labels(300, telling=telling, seed=4), np.random.default_rng(1)
    strengths, answers = [], []
    for _ in range(3):
        kept = np.ones(300, bool)
        kept[dice.choice(300, 6, replace=False)] = False
        most = rows.picked(kept)
        strengths.append(WORD_PRIORS.index(strength(most)))
        part = fit(most, WORD_PRIORS[strengths[-1]])
        answers.append(part.odds(rows.odds, rows.contexts).argmax(axis=1))
    assert max(strengths) - min(strengths) <= 1
    assert all((one == answers[0]).mean() > 0.96 for one in answers)


def losses(gain, spread, groups=100):
    """Of each prior and group, where the strongest gains so much in all, give or take."""
    share = np.linspace(0, 1, len(WORD_PRIORS))[:, None]
    wave = np.tile([-1.0, 1.0], groups // 2)
    return 1 - share * (gain / groups + spread / np.sqrt(groups) * wave)


@pytest.mark.parametrize(
    ("gain", "chosen"), [(-5, 0), (0.9, 0), (1.01, 1), (2, 4), (4, 6), (100, 7)]
)
def test_strength_goes_with_the_gain_step_by_step_and_none_is_within_one_error(
    monkeypatch, gain, chosen
):
    monkeypatch.setattr(adapting, "_losses", lambda _: losses(gain, spread=1.0))
    assert strength(labels(3, telling=0)) == WORD_PRIORS[chosen]


def test_a_label_more_or_less_moves_no_other_to_another_fold():
    groups = [f"帖 {number}" for number in range(200)]
    whole, most = folds(groups, 3, seed=1), folds(groups[5:], 3, seed=1)
    for one, other in zip(whole, most, strict=True):
        assert one[5:].tolist() == other.tolist()
        assert 40 < one.sum() < 95
    assert [one.tolist() for one in folds(groups, 3, seed=2)] != [one.tolist() for one in whole]


def test_one_prior_after_another_leads_where_each_alone_does():
    rows = labels(90, telling=0.5)
    fitting = Fitting(rows, words=True)
    for prior in WORD_PRIORS:
        path, alone = fitting.part(prior), fit(rows, prior)
        odds = [one.odds(rows.odds, rows.contexts) for one in (path, alone)]
        assert odds[0] == pytest.approx(odds[1], abs=2e-3)
