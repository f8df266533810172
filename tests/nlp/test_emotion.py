"""What authors feel: sums in packed words, and what the shipped model must know."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nlp import emotion
from nlp.corpus import Row
from nlp.emotion import EmotionModel
from nlp.emotion_train import grams, train_emotion
from tingfeng import ModelError


@pytest.fixture(scope="module")
def model() -> EmotionModel:
    return EmotionModel()


@pytest.mark.parametrize(
    ("text", "feeling"),
    [
        ("今天太开心了，哈哈哈", "happy"),
        ("气死我了，什么垃圾态度", "angry"),
        ("好难过，一个人哭了一晚上", "sad"),
        ("吓死我了，好害怕", "fear"),
        ("天啊，居然是真的，太意外了", "surprise"),
        ("请大家按时查收通知，附件见链接", "neutral"),
    ],
)
def test_plain_feelings(model: EmotionModel, text: str, feeling: str) -> None:
    assert model.read(grams([text]))[0].label == feeling


def test_odds_sum_to_one_and_do_not_hang_on_the_batch(model: EmotionModel) -> None:
    texts = ["开心", "", "气死我了" * 900, "害怕", "甲乙丙"]
    together = model.read(grams(texts))
    for text, one in zip(texts, together, strict=True):
        assert sum(one.odds) == pytest.approx(1)
        assert one.odds == pytest.approx(model.read(grams([text]))[0].odds)


def test_lanes_do_not_run_over(model: EmotionModel, monkeypatch: pytest.MonkeyPatch) -> None:
    found = grams(["气死我了什么垃圾" * 1000])
    whole = model.logits(found)
    monkeypatch.setattr(emotion, "AT_ONCE", 64)
    assert np.allclose(model.logits(found), whole)


@pytest.mark.parametrize("content", [None, b"", b"not a model"])
def test_a_broken_file_says_the_remedy(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "emotion.npz"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ModelError, match=r"nlp\.train"):
        EmotionModel(str(file))


def test_training_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    pytest.importorskip("sklearn", reason="the extra 'train' is not installed")
    words = ["开心极了", "气死了", "好难过", "吓死了", "居然这样", "发布公告"]
    rows = [
        Row(text=f"{word}第{n}次{'甲乙丙丁'[n % 4]}", label=label, source="x")
        for n in range(40)
        for label, word in enumerate(words)
    ]
    first, second = tmp_path / "1.npz", tmp_path / "2.npz"
    assert train_emotion(rows, first) == train_emotion(rows, second)
    assert first.read_bytes() == second.read_bytes()
    assert EmotionModel(str(first)).read(grams(["吓死了"]))[0].label == "fear"
