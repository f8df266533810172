"""Any Hugging Face text classifier as the sentiment model, for those who have the hardware."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from nlp.linear import answer
from tingfeng import ModelError, Sentiment, SettingsError

NEGATIVE, NEUTRAL, POSITIVE = range(3)

_SIDES = {
    NEGATIVE: ("negative", "neg", "负面", "消极", "差评", "负向", "负"),
    NEUTRAL: ("neutral", "neu", "中性", "中立", "客观", "中"),
    POSITIVE: ("positive", "pos", "正面", "积极", "好评", "正向", "正"),
}
"""How checkpoints call the three; ``very negative`` and ``stars (negative)`` hold the word."""


class TransformerSentiment:
    """A sequence-classification checkpoint, from a folder or a hub name, with two or three
    classes (or five, ``Very Negative`` … ``Very Positive``).
    """

    def __init__(
        self,
        model: str,
        *,
        labels: Mapping[str, str] | None = None,
        threshold: float = 0.6,
        device: str | None = None,
        tokens: int = 4096,
        longest: int = 256,
        revision: str | None = None,
    ) -> None:
        """*model*: folder or hub name. *labels*: what the checkpoint's labels mean, where their
        names do not say, e.g. ``{"LABEL_0": "negative", "LABEL_1": "positive"}``. *tokens*: most
        in a batch, padding included. *longest*: of a text, the rest is cut off. *revision*: pin a
        hub model to a commit.

        Raises :class:`~tingfeng.ModelError` if it cannot be loaded, ``SettingsError`` if its
        labels cannot be understood.
        """
        try:
            torch: Any = import_module("torch")
            library: Any = import_module("transformers")
        except ImportError as error:
            raise ModelError(
                "transformers 情感模型需要额外安装：pip install 'tingfeng[transformers]'",
                "the transformers model needs: pip install 'tingfeng[transformers]'",
            ) from error
        try:
            self._tokenizer: Any = library.AutoTokenizer.from_pretrained(model, revision=revision)
            self._model: Any = library.AutoModelForSequenceClassification.from_pretrained(
                model, revision=revision
            )
        except (OSError, ValueError, KeyError) as error:
            raise ModelError(
                f"无法载入模型 {model}：{error}。请检查文件夹或名称；离线时请先下载到本地",
                f"cannot load the model {model}: {error}; check the folder or name, or download "
                "it first when offline",
            ) from error
        self._torch = torch
        self._device = device or ("cuda" if torch.cuda.is_available() else "cpu")
        self._model.to(self._device).eval()
        if self._device.startswith("cuda"):
            # Half of the memory and twice the speed; on CPUs without it, it would be slower.
            self._model.half()
        self._classes = _classes(self._model.config.id2label, labels or {}, model)
        self._threshold, self._tokens, self._longest = threshold, tokens, longest
        self.version = f"transformers-{_fingerprint(self._model, labels or {})}@{threshold:g}"

    def __call__(self, texts: Sequence[str], tokens: Sequence[Sequence[str]]) -> list[Sentiment]:
        """One answer a text, in order; *tokens* are not used, the checkpoint has its own."""
        encoded = [
            self._tokenizer(text, truncation=True, max_length=self._longest)["input_ids"]
            for text in texts
        ]
        answers: dict[int, Sentiment] = {}
        for batch in _batches([len(ids) for ids in encoded], self._tokens):
            padded = self._tokenizer.pad(
                {"input_ids": [encoded[place] for place in batch]}, return_tensors="pt"
            ).to(self._device)
            with self._torch.inference_mode():
                logits = self._model(**padded).logits.float()
            odds = self._torch.softmax(logits, dim=-1).cpu().tolist()
            for place, row in zip(batch, odds, strict=True):
                answers[place] = self._answer(row)
        return [answers[place] for place in range(len(texts))]

    def _answer(self, row: Sequence[float]) -> Sentiment:
        three = [0.0, 0.0, 0.0]
        for chance, side in zip(row, self._classes, strict=True):
            three[side] += chance
        total = sum(three)
        negative, neutral, positive = (part / total for part in three)
        return answer(negative, neutral, positive, self._threshold)


def _batches(lengths: Sequence[int], most: int) -> list[list[int]]:
    """Places of texts of like length, so that little is padding; each batch within *most*."""
    batches: list[list[int]] = []
    for place in sorted(range(len(lengths)), key=lengths.__getitem__, reverse=True):
        # Longest first: the first of a batch is what all others are padded to.
        if batches and (len(batches[-1]) + 1) * lengths[batches[-1][0]] <= most:
            batches[-1].append(place)
        else:
            batches.append([place])
    return batches


def _classes(names: Mapping[int, str], given: Mapping[str, str], model: str) -> list[int]:
    """The side of each output of the checkpoint."""
    sides: list[int | None] = []
    for number in sorted(names, key=int):
        name = str(names[number])
        told = given.get(name, name).lower()
        hits = [side for side, words in _SIDES.items() if any(word in told for word in words)]
        sides.append(hits[0] if len(hits) == 1 else None)
    known = [side for side in sides if side is not None]
    if len(known) != len(sides) or not {NEGATIVE, POSITIVE} <= set(known):
        shown = ", ".join(str(names[number]) for number in sorted(names, key=int))
        raise SettingsError(
            f"看不懂模型 {model} 的标签（{shown}）。请在设置里写明 labels，例如 "
            '{"LABEL_0" = "negative", "LABEL_1" = "positive"}',
            f"cannot tell what the labels of {model} mean ({shown}): say so in the settings with "
            'labels = {"LABEL_0" = "negative", "LABEL_1" = "positive"}',
        )
    return known


def _fingerprint(model: Any, labels: Mapping[str, str]) -> str:
    """Eight hex digits of the weights and the meaning of the labels."""
    digest = hashlib.blake2b(json.dumps(dict(labels), sort_keys=True).encode(), digest_size=4)
    path = Path(str(model.config.name_or_path))
    files = sorted([*path.glob("*.safetensors"), *path.glob("*.bin")]) if path.is_dir() else []
    for file in files:
        with file.open("rb") as opened:
            while piece := opened.read(1 << 20):
                digest.update(piece)
    if not files:
        commit = getattr(model.config, "_commit_hash", None)
        digest.update(f"{model.config.name_or_path}@{commit}".encode())
    return digest.hexdigest()
