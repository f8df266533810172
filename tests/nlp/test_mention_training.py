"""Which mentions may be learned from, and that training gives the same file twice."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from importlib.resources import files
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from nlp.corpus import Leaks
from nlp.engines.linear import LinearEngine
from nlp.mention_corpus import MentionRow, held_texts, mention_rows
from tingfeng import Asked, ModelError, Register

STANCES = {"太差了坏了": (1.0, 0.0, 0.0), "今天发布": (0.0, 1.0, 0.0), "真好喜欢": (0.0, 0.0, 1.0)}


def rows(source: str = "silver_x") -> list[MentionRow]:
    things = ["手机", "屏幕", "续航", "客服", "味道", "房间"]
    found = [
        MentionRow(text=f"云雀{thing}{said}{n}", start=0, end=2, stance=stance, meant=1.0,
                   advert=float(n == 3), source=source, weight=1.0)
        for n, thing, (said, stance) in product(range(8), things, STANCES.items())
    ]  # fmt: skip
    return found + [
        MentionRow(text=f"林中云雀叫{n}声", start=2, end=4, stance=None, meant=0.0, advert=0.0,
                   source=source, weight=1.0)
        for n in range(60)
    ]  # fmt: skip


def verdicts(
    texts: Sequence[str], parts: Sequence[str], registers: Sequence[Register]
) -> np.ndarray:
    return np.array([[2.0 * ("差" in part), 2.0 * ("好" in part)] for part in parts])


def test_training_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    pytest.importorskip("sklearn", reason="the extra 'train' is not installed")
    from nlp.mention_train import train_mentions

    first, second = tmp_path / "1.npz", tmp_path / "2.npz"
    assert train_mentions(rows(), verdicts, first) == train_mentions(rows(), verdicts, second)
    assert first.read_bytes() == second.read_bytes()
    engine = LinearEngine(mentions=str(first))
    good, bird = engine.mentions(
        [
            Asked(text="云雀续航真好喜欢", start=0, end=2, register="short"),
            Asked(text="林中云雀叫了", start=2, end=4, register="short"),
        ]
    )
    assert good.sentiment.positive > max(good.sentiment.negative, good.sentiment.neutral)
    assert good.meant is not None
    assert bird.meant is not None
    assert bird.meant < 0.5 < good.meant


def test_a_threshold_is_where_answers_are_right_often_enough() -> None:
    from nlp.calibration import threshold
    from nlp.mention_calibrate import LEAST, RIGHT, shares

    rng = np.random.default_rng(1)
    scores = rng.normal(0, 2, (20_000, 2))
    odds = shares(scores, 1.0)
    assert odds.sum(axis=1) == pytest.approx(np.ones(len(odds)))
    truth = (odds.cumsum(axis=1) < rng.random((len(odds), 1))).sum(axis=1)
    limit = threshold(odds, truth, right=RIGHT, least=LEAST, weights=np.ones(len(odds)))
    kept = odds.max(axis=1) >= limit
    assert (odds.argmax(axis=1) == truth)[kept].mean() == pytest.approx(RIGHT, abs=0.02)


def test_the_card_names_the_shipped_files() -> None:
    card = files("nlp").joinpath("data/MODEL_CARD.md").read_text(encoding="utf-8")
    _, *hashes = LinearEngine().version.split("-")
    assert len(hashes) == 3
    assert all(mark in card for mark in hashes)


def test_taught_mentions_keep_no_text() -> None:
    with np.load(str(files("nlp").joinpath("data/taught.npz")), allow_pickle=False) as arrays:
        assert {array.dtype.kind for array in arrays.values()} == {"u"}
        assert len({len(array) for array in arrays.values()}) == 1


@pytest.mark.data
def test_no_evaluation_text_nor_hard_case_is_learned(data: Path) -> None:
    from nlp.mention_taught import taught_rows

    learned = mention_rows(data) + taught_rows(data)
    assert len(learned) > 20_000
    leaks, exact = Leaks(held_texts(data)), set(held_texts(data))
    hard = files("nlp").joinpath("data/hard_cases.csv").read_text(encoding="utf-8")
    assert {row["text"] for row in csv.DictReader(hard.splitlines())} <= exact
    assert not exact & {row.text for row in learned}
    assert not any(text in leaks for text in {row.text for row in learned})


@pytest.mark.data
def test_labels_of_other_texts_are_refused(data: Path, tmp_path: Path) -> None:
    from nlp.mention_taught import Found, save_taught, taught_rows

    wrong = Found(file=0, row=0, text="not what stands there", start=0, end=2)
    save_taught([wrong], np.full((1, 5), 0.2), tmp_path / "taught.npz")
    with pytest.raises(ModelError, match=r"training\.teach"):
        taught_rows(data, tmp_path / "taught.npz")
