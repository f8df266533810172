"""Any Hugging Face text classifier as an engine, for those who have the hardware."""

from __future__ import annotations

import hashlib
import json
import math
import re
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from importlib import import_module
from multiprocessing import parent_process
from pathlib import Path
from typing import Any, Literal, get_args

from nlp.engines.linear import NOTHING_SAID
from nlp.linear import answer
from nlp.marking import halves, marked
from nlp.mention_places import placed
from tingfeng import Asked, Attitude, ModelError, Mood, Register, Sentiment, SettingsError

NEGATIVE, NEUTRAL, POSITIVE = range(3)

_SIDES = {
    NEGATIVE: ("negative", "neg", "负面", "消极", "差评", "负向", "负"),
    NEUTRAL: ("neutral", "neu", "中性", "中立", "客观", "中"),
    POSITIVE: ("positive", "pos", "正面", "积极", "好评", "正向", "正"),
}
"""How checkpoints call the three; ``very negative`` and ``stars (negative)`` hold the word."""

_STARS = re.compile(r"(?:([1-5])\s*(?:stars?|星)|stars?\s*([1-5]))", re.IGNORECASE)
"""``1 star`` … ``5 stars`` of review models."""

_HALF_A_PAIR = re.compile("[\ud800-\udfff]")
"""What is left of an emoji that a collector cut in two; tokenizers refuse it."""

_TOLD = (".safetensors", ".bin", ".json", ".txt", ".model", ".jinja")
"""Endings of a checkpoint's files that decide its answers: weights, configuration, vocabulary."""

Precision = Literal["auto", "half", "full"]


class HuggingFaceEngine:
    """A sequence-classification checkpoint, from a folder or a hub name, with two or three
    classes, or five (``Very Negative`` … ``Very Positive``, ``1 star`` … ``5 stars``).

    Of a mention it reads the clause that belongs to the brand, the name between 【 and 】. It cannot
    tell whether the name means the brand, nor adverts, nor emotions.
    """

    def __init__(
        self,
        model: str,
        *,
        labels: Mapping[str, str] | None = None,
        threshold: float = 0.6,
        device: str | None = None,
        precision: Precision = "auto",
        tokens: int = 4096,
        longest: int = 256,
        revision: str | None = None,
        threads: int | None = None,
    ) -> None:
        """*model*: folder or hub name. *labels*: what the checkpoint's labels mean, where their
        names do not say, e.g. ``{"LABEL_0": "negative", "LABEL_1": "positive"}``. *threshold*:
        below this probability an answer is ``uncertain``. *device*: of torch; ``cuda`` if there
        is one. *precision*: ``auto`` is half where :meth:`_half` says. *tokens*: most in a batch,
        padding included. *longest*: tokens of a text; of a longer one its beginning and its end.
        *revision*: pin a hub model to a commit. *threads*: of torch; one in a process that
        shares the machine with others like it.

        Raises :class:`~tingfeng.ModelError` if it cannot be loaded, ``SettingsError`` if its
        labels or an argument cannot be understood. No code of a checkpoint is ever run.
        """
        if precision not in get_args(Precision) or not 0 <= threshold <= 1:
            raise SettingsError(
                f"precision 只能是 auto、half、full，threshold 在 0 到 1 之间：{precision}，{threshold}",
                f"precision must be auto, half or full and threshold in 0 … 1: {precision}, {threshold}",
            )
        self._torch, library = _libraries()
        self._tokenizer, self._model = _loaded(library, model, revision)
        self._place(device, precision)
        if threads or (parent_process() is not None and self._device.type == "cpu"):
            # Readers come one a core: with all cores each, they would only wait for one another.
            self._torch.set_num_threads(threads or 1)
        self._classes = _classes(self._model.config, labels or {}, model)
        self._threshold, self._tokens = threshold, tokens
        self._longest = min(longest, _room(self._tokenizer, self._model.config))
        told = [dict(labels or {}), precision, longest]
        self.version = f"huggingface-{_fingerprint(self._model, told)}@{threshold:g}"

    def posts(
        self, texts: Sequence[str], tokens: Sequence[Sequence[str]], registers: Sequence[Register]
    ) -> list[Mood]:
        """See :class:`tingfeng.Engine`. *tokens* and *registers* are not used: the checkpoint has
        its own words, and nobody calibrated it by kinds of text.
        """
        return [Mood(sentiment=one) for one in self._read(texts)]

    def mentions(self, asked: Sequence[Asked]) -> list[Attitude]:
        """See :class:`tingfeng.Engine`."""
        spans = [place.span for place in placed(asked)]
        read = self._read([_marked(one, span) for one, span in zip(asked, spans, strict=True)])
        return [Attitude(sentiment=side, span=span) for side, span in zip(read, spans, strict=True)]

    def _read(self, texts: Sequence[str]) -> list[Sentiment]:
        """One answer a text, in order."""
        encoded = [self._ids(text) for text in texts]
        answers = [NOTHING_SAID] * len(texts)  # holds for texts without a token
        lengths = [len(ids) for ids in encoded]
        for batch in _batches(lengths, self._tokens, padded=not self._rounds):
            padded = self._tokenizer.pad(
                {"input_ids": [encoded[place] for place in batch]}, return_tensors="pt"
            ).to(self._device)
            with self._torch.inference_mode(), self._cast():
                logits = self._model(**padded).logits.float()
            odds = self._torch.softmax(logits, dim=-1).cpu().tolist()
            for place, row in zip(batch, odds, strict=True):
                answers[place] = self._answer(row)
        return answers

    def _ids(self, text: str) -> list[int]:
        whole = _HALF_A_PAIR.sub(" ", text)
        # Quiet about texts longer than the model: they are cut right here.
        ids: list[int] = self._tokenizer(whole, truncation=False, verbose=False)["input_ids"]
        return halves(ids, self._longest)

    def _answer(self, row: Sequence[float]) -> Sentiment:
        three = [0.0, 0.0, 0.0]
        for chance, side in zip(row, self._classes, strict=True):
            three[side] += chance
        total = sum(three)
        if not math.isfinite(total):
            raise ModelError(
                "模型给出的概率不是数：半精度可能溢出，请设 precision = 'full'",
                "the model gave a probability that is no number: half precision may overflow, "
                "set precision = 'full'",
            )
        negative, neutral, positive = (part / total for part in three)
        return answer(negative, neutral, positive, self._threshold)

    def _place(self, device: str | None, precision: Precision) -> None:
        """Bring the model to its device, and choose how it computes there."""
        torch = self._torch
        try:
            self._device = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
            self._model.to(self._device).eval()
        except (RuntimeError, AssertionError) as error:
            raise SettingsError(
                f"不能用 device = {device!r}：{error}", f"cannot use device = {device!r}: {error}"
            ) from error
        half = precision == "half" or (precision == "auto" and self._half())
        on_cpu = self._device.type == "cpu"
        if half and not on_cpu:
            self._model.to(self._half_type())  # half of the memory, too
        # A CPU keeps sums and norms whole: on a core with avx512_bf16 three times the speed of full
        # precision, odds within .005 of it; half weights too would be a little faster, at twice the
        # error.
        self._rounds = half and on_cpu
        """Whether padding could be felt: it changes the order of sums, and eight bits show that."""
        self._cast = partial(torch.autocast, "cpu", dtype=torch.bfloat16, enabled=self._rounds)

    def _half(self) -> bool:
        """Whether half precision pays here: on every GPU, and on CPUs that multiply bfloat16
        themselves; others would only pretend to, and be slower.
        """
        if self._device.type != "cpu":
            return True
        able: Mapping[str, Any] = getattr(self._torch.cpu, "get_capabilities", dict)()
        return bool(able.get("amx_bf16") or able.get("avx512_bf16"))

    def _half_type(self) -> Any:
        old = self._device.type == "cuda" and not self._torch.cuda.is_bf16_supported()
        return self._torch.float16 if old else self._torch.bfloat16


def _libraries() -> tuple[Any, Any]:
    try:
        return import_module("torch"), import_module("transformers")
    except ImportError as error:
        raise ModelError(
            "huggingface 引擎需要额外安装：pip install 'tingfeng[transformers]'",
            "the engine huggingface needs: pip install 'tingfeng[transformers]'",
        ) from error


def _loaded(library: Any, model: str, revision: str | None) -> tuple[Any, Any]:
    """Tokenizer and model."""
    try:
        tokenizer = library.AutoTokenizer.from_pretrained(model, revision=revision)
        made, report = library.AutoModelForSequenceClassification.from_pretrained(
            model, revision=revision, output_loading_info=True
        )
    except Exception as error:  # a broken file raises whatever its format's library likes
        raise ModelError(
            f"无法载入模型 {model}：{error}。请检查文件夹或名称；离线时请先下载到本地",
            f"cannot load the model {model}: {error}; check the folder or name, or download "
            "it first when offline",
        ) from error
    missing = sorted(set(report["missing_keys"]) & {name for name, _ in made.named_parameters()})
    if missing:  # they would be random, and so would be every answer
        raise ModelError(
            f"模型 {model} 缺少权重（{', '.join(missing[:3])}）：它没有训练过分类，请换一个情感分类模型",
            f"the model {model} lacks weights ({', '.join(missing[:3])}): it was never trained to "
            "classify; choose one that was",
        )
    if tokenizer.pad_token is None:  # models made for writing have none, and need it for batches
        tokenizer.pad_token = tokenizer.eos_token
    made.config.pad_token_id = tokenizer.pad_token_id
    return tokenizer, made


def _marked(one: Asked, span: tuple[int, int]) -> str:
    """What the checkpoint sees of a mention: its clause, the name in 【】."""
    low, high = span
    return "".join(marked(one.text[low:high], one.start - low, one.end - low, high - low))


def _room(tokenizer: Any, config: Any) -> int:
    """Most tokens that the checkpoint can take."""
    positions = getattr(config, "max_position_embeddings", None) or sys.maxsize
    # RoBERTa counts positions from behind the padding's own.
    offset = (config.pad_token_id or 0) + 1 if "roberta" in config.model_type else 0
    return int(min(tokenizer.model_max_length, positions - offset))


def _batches(lengths: Sequence[int], most: int, *, padded: bool = True) -> list[list[int]]:
    """Places of texts of like length, so that little is padding, or of the same length if none may
    be *padded*; each batch within *most*.
    """
    batches: list[list[int]] = []
    for place in sorted(range(len(lengths)), key=lengths.__getitem__, reverse=True):
        if not lengths[place]:
            break
        # Longest first: the first of a batch is what all others are padded to.
        longest = lengths[batches[-1][0]] if batches else 0
        fits = batches and (len(batches[-1]) + 1) * longest <= most
        if fits and (padded or lengths[place] == longest):
            batches[-1].append(place)
        else:
            batches.append([place])
    return batches


def _classes(config: Any, given: Mapping[str, str], model: str) -> list[int]:
    """The side of each output of the checkpoint."""
    names = [str(config.id2label[number]) for number in sorted(config.id2label, key=int)]
    sides = [_side(given.get(name, name)) for name in names]
    kind = getattr(config, "problem_type", None) or "single_label_classification"
    known = [side for side in sides if side is not None]
    if (
        len(known) != len(sides)
        or not {NEGATIVE, POSITIVE} <= set(known)
        or kind != "single_label_classification"
        or not set(given) <= set(names)
    ):
        shown = ", ".join(names)
        raise SettingsError(
            f"看不懂模型 {model} 的标签（{shown}；{kind}）。请在设置里写明 labels，例如 "
            '{"LABEL_0" = "negative", "LABEL_1" = "positive"}',
            f"cannot tell what the labels of {model} mean ({shown}; {kind}): say so in the settings "
            'with labels = {"LABEL_0" = "negative", "LABEL_1" = "positive"}',
        )
    return known


def _side(name: str) -> int | None:
    told = name.lower()
    hits = [side for side, words in _SIDES.items() if any(word in told for word in words)]
    if not hits and (stars := _STARS.fullmatch(told.strip())):
        count = int(stars[1] or stars[2])
        return NEGATIVE if count < 3 else NEUTRAL if count == 3 else POSITIVE
    return hits[0] if len(hits) == 1 else None


def _fingerprint(model: Any, told: list[Any]) -> str:
    """Eight hex digits of the checkpoint's files and of the arguments that change answers."""
    digest = hashlib.blake2b(json.dumps(told, sort_keys=True).encode(), digest_size=4)
    path = Path(str(model.config.name_or_path))
    if not path.is_dir():
        commit = getattr(model.config, "_commit_hash", None)
        digest.update(f"{model.config.name_or_path}@{commit}".encode())
        return digest.hexdigest()
    for file in sorted(one for one in path.iterdir() if one.suffix in _TOLD):
        digest.update(file.name.encode())
        with file.open("rb") as opened:
            while piece := opened.read(1 << 20):
                digest.update(piece)
    return digest.hexdigest()
