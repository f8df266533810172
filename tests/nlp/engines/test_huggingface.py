"""Any checkpoint as an engine, on tiny random BERTs that are made here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nlp.engines.huggingface import HuggingFaceEngine, _batches, _marked, _side
from tingfeng import Asked, ModelError, Sentiment, SettingsError

pytestmark = pytest.mark.transformers

Checkpoint = Callable[..., str]

TEXTS = ["这个手机很好", "太差了", "不", "", "很好 " * 400, "\ud83d半个表情"]
BINARY = {0: "negative (stars 1, 2 and 3)", 1: "positive (stars 4 and 5)"}
NAMELESS = {0: "LABEL_0", 1: "LABEL_1"}


def read(engine: HuggingFaceEngine, *texts: str) -> list[Sentiment]:
    moods = engine.posts(texts, [[]] * len(texts), ["short"] * len(texts))
    assert all(mood.emotion is None for mood in moods)
    return [mood.sentiment for mood in moods]


@pytest.mark.parametrize(
    "names",
    [
        BINARY,
        {0: "负面", 1: "中性", 2: "正面"},
        {0: "Very Negative", 1: "Negative", 2: "Neutral", 3: "Positive", 4: "Very Positive"},
        {0: "1 star", 1: "2 stars", 2: "3 stars", 3: "4 stars", 4: "5 stars"},
    ],
)
@pytest.mark.parametrize("precision", ["full", "half"])
def test_every_text_is_answered_in_order_whatever_the_batches(
    checkpoint: Checkpoint, names: dict[int, str], precision: Any
) -> None:
    folder = checkpoint(names)
    together = read(HuggingFaceEngine(folder, precision=precision), *TEXTS)
    alone = HuggingFaceEngine(folder, precision=precision, tokens=1)
    for text, mood in zip(TEXTS, together, strict=True):
        assert mood.negative + mood.neutral + mood.positive == pytest.approx(1)
        assert read(alone, text)[0].negative == pytest.approx(mood.negative, abs=1e-4)
        assert (mood.neutral == 0) == (len(names) == 2)


def test_five_classes_are_summed_to_three(checkpoint: Checkpoint) -> None:
    import torch

    names = {0: "1 star", 1: "2 stars", 2: "3 stars", 3: "4 stars", 4: "5 stars"}
    engine = HuggingFaceEngine(checkpoint(names), precision="full")
    ids = engine._tokenizer("太差了", return_tensors="pt")
    odds = torch.softmax(engine._model(**ids).logits[0], -1).tolist()
    (mood,) = read(engine, "太差了")
    assert mood.negative == pytest.approx(odds[0] + odds[1], abs=1e-5)
    assert mood.positive == pytest.approx(odds[3] + odds[4], abs=1e-5)


def test_of_a_mention_its_own_clause_is_read_with_the_name_marked(checkpoint: Checkpoint) -> None:
    engine = HuggingFaceEngine(checkpoint(BINARY), precision="full")
    text = "今天下雨。这个【好】手机很好，云雀不差。明天再说"
    start = text.index("云雀")
    one = Asked(text=text, start=start, end=start + 2, register="short")
    (attitude,) = engine.mentions([one])
    low, high = attitude.span
    assert "今天" not in text[low:high]
    assert "云雀不差" in text[low:high]
    assert "【云雀】不差" in _marked(one, attitude.span)
    assert attitude.sentiment == read(engine, _marked(one, attitude.span))[0]
    assert attitude.meant is None
    assert attitude.advert is None


def test_nameless_labels_must_be_explained(checkpoint: Checkpoint) -> None:
    folder = checkpoint(NAMELESS)
    with pytest.raises(SettingsError, match="LABEL_0"):
        HuggingFaceEngine(folder)
    with pytest.raises(SettingsError, match="LABEL_1"):  # LABEL_2 is nobody's
        HuggingFaceEngine(folder, labels={"LABEL_0": "neg", "LABEL_1": "pos", "LABEL_2": "neutral"})
    labels = {"LABEL_0": "positive", "LABEL_1": "negative"}
    assert read(HuggingFaceEngine(folder, labels=labels), "不")[0].neutral == 0


def test_independent_labels_are_no_sides(checkpoint: Checkpoint) -> None:
    folder = checkpoint(BINARY, problem_type="multi_label_classification")
    with pytest.raises(SettingsError, match="multi_label"):
        HuggingFaceEngine(folder)


@pytest.mark.parametrize(
    ("name", "side"),
    [("star 5", 2), ("1星", 0), ("3 stars", 1), ("joy", None), ("neg/pos", None), ("差评", 0)],
)
def test_sides_by_name(name: str, side: int | None) -> None:
    assert _side(name) == side


def test_the_version_follows_weights_and_arguments(checkpoint: Checkpoint) -> None:
    folder = checkpoint(NAMELESS)
    labels = {"LABEL_0": "neg", "LABEL_1": "pos"}
    one = HuggingFaceEngine(folder, labels=labels).version
    assert one == HuggingFaceEngine(folder, labels=labels, tokens=64).version
    turned = {"LABEL_0": "pos", "LABEL_1": "neg"}
    others = {
        HuggingFaceEngine(folder, labels=turned).version,
        HuggingFaceEngine(folder, labels=labels, longest=64).version,
        HuggingFaceEngine(folder, labels=labels, threshold=0.5).version,
        HuggingFaceEngine(folder, labels=labels, precision="full").version,
    }
    assert one not in others
    assert len(others) == 4


def test_a_model_without_a_trained_head_is_refused(checkpoint: Checkpoint) -> None:
    import transformers

    folder = checkpoint(BINARY)
    transformers.BertModel.from_pretrained(folder).save_pretrained(folder)
    with pytest.raises(ModelError, match="never trained"):
        HuggingFaceEngine(folder, labels={"LABEL_0": "neg", "LABEL_1": "pos"})


def test_a_missing_or_broken_model_says_the_remedy(checkpoint: Checkpoint, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot load"):
        HuggingFaceEngine(str(tmp_path / "nothing"))
    folder = checkpoint(BINARY)
    (tmp_path / "model.safetensors").write_bytes(b"\x08\0\0\0\0\0\0\0nonsense")
    with pytest.raises(ModelError, match="cannot load"):
        HuggingFaceEngine(folder)


def test_arguments_that_nobody_has_are_refused(checkpoint: Checkpoint) -> None:
    folder = checkpoint(BINARY)
    with pytest.raises(SettingsError, match="device"):
        HuggingFaceEngine(folder, device="abacus")
    with pytest.raises(SettingsError, match="precision"):
        HuggingFaceEngine(folder, precision="double")  # type: ignore[arg-type]


def test_batches_stay_within_the_budget_and_lose_nobody() -> None:
    lengths = [3, 50, 7, 7, 49, 1]
    batches = _batches(lengths, 100)
    assert sorted(place for batch in batches for place in batch) == list(range(6))
    assert all(len(b) * max(lengths[p] for p in b) <= 100 for b in batches)
    assert sorted(_batches(lengths, 100, padded=False)) == [[0], [1], [2, 3], [4], [5]]
