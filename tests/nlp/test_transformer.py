"""The transformers model against a tiny random BERT that is made here."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlp.transformer import TransformerSentiment, _batches
from tingfeng import ModelError, SettingsError

pytestmark = pytest.mark.transformers

TEXTS = ["这个手机很好", "太差了", "不", "很好 " * 40]


def checkpoint(folder: Path, names: dict[int, str]) -> str:
    import torch
    import transformers

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *dict.fromkeys("这个手机很好太差了不")]
    (folder / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    torch.manual_seed(7)
    config = transformers.BertConfig(
        vocab_size=len(words), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=16, max_position_embeddings=300, id2label=names,
        label2id={name: number for number, name in names.items()}, num_labels=len(names),
    )  # fmt: skip
    transformers.BertForSequenceClassification(config).save_pretrained(folder)
    transformers.BertTokenizer.from_pretrained(folder).save_pretrained(folder)
    return str(folder)


@pytest.mark.parametrize(
    "names",
    [
        {0: "negative", 1: "positive"},
        {0: "负面", 1: "中性", 2: "正面"},
        {0: "Very Negative", 1: "Negative", 2: "Neutral", 3: "Positive", 4: "Very Positive"},
    ],
)
def test_every_text_is_answered_in_order_whatever_the_batches(
    tmp_path: Path, names: dict[int, str]
) -> None:
    folder = checkpoint(tmp_path, names)
    together = TransformerSentiment(folder)(TEXTS, [[]] * len(TEXTS))
    alone = TransformerSentiment(folder, tokens=1)
    for text, mood in zip(TEXTS, together, strict=True):
        assert mood.negative + mood.neutral + mood.positive == pytest.approx(1)
        assert alone([text], [[]])[0].negative == pytest.approx(mood.negative, abs=1e-4)


def test_nameless_labels_must_be_explained(tmp_path: Path) -> None:
    folder = checkpoint(tmp_path, {0: "LABEL_0", 1: "LABEL_1"})
    with pytest.raises(SettingsError, match="LABEL_0"):
        TransformerSentiment(folder)
    labels = {"LABEL_0": "positive", "LABEL_1": "negative"}
    model = TransformerSentiment(folder, labels=labels, threshold=0.0)
    assert model(["不"], [[]])[0].neutral == 0


def test_the_version_follows_weights_and_labels(tmp_path: Path) -> None:
    folder = checkpoint(tmp_path, {0: "LABEL_0", 1: "LABEL_1"})
    one = TransformerSentiment(folder, labels={"LABEL_0": "neg", "LABEL_1": "pos"})
    other = TransformerSentiment(folder, labels={"LABEL_0": "pos", "LABEL_1": "neg"})
    assert one.version != other.version


def test_a_missing_model_says_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot load"):
        TransformerSentiment(str(tmp_path / "nothing"))


def test_batches_stay_within_the_budget_and_lose_nobody() -> None:
    lengths = [3, 50, 7, 7, 49, 1]
    batches = _batches(lengths, 100)
    assert sorted(place for batch in batches for place in batch) == list(range(6))
    assert all(len(b) * max(lengths[p] for p in b) <= 100 for b in batches)
