"""The accurate engine: a small pretrained encoder, fine-tuned for attitude, run by onnxruntime.

The weights are another distribution, ``tingfeng-encoder``; the extra ``[encoder]`` brings both.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlp.linear import answer
from nlp.marking import mention_ids, post_ids
from nlp.mention_places import placed
from tingfeng import Asked, Attitude, Emotion, ModelError, Mood, Register, Sentiment

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Tokenized = tuple[list[int], tuple[int, int]]

FORMAT = 1
FILES = ("model.onnx", "tokenizer.json", "settings.json")
AT_ONCE = 256
"""Texts cut into tokens together: the tokenizer is quick with many, and their ids are small."""


class EncoderEngine:
    """Some 100 to 300 texts a second and core; everything that :class:`~tingfeng.Engine` asks."""

    def __init__(
        self, path: str | None = None, *, threads: int = 1, threshold: float | None = None
    ) -> None:
        """*path*: folder with ``model.onnx``, ``tokenizer.json`` and ``settings.json``, as
        ``training.export`` makes it; that of ``tingfeng-encoder`` by default. *threads*: one, for
        reading runs in one process a core; 0 takes all cores. *threshold*: below this probability
        an answer is ``uncertain``; the model's own by default.

        The model itself is read with the first text. Raises :class:`~tingfeng.ModelError` if a file
        or a library is missing, or the files are of another format.
        """
        missing = [name for name in ("onnxruntime", "tokenizers") if find_spec(name) is None]
        if missing:
            raise _not_installed(", ".join(missing))
        self._folder = Path(path) if path else shipped()
        self._threads = threads
        self.settings, digest = _settings(self._folder)
        if threshold is not None:
            for register in self.settings["calibration"].values():
                register["threshold"] = threshold
        mark = "" if threshold is None else f"@{threshold:g}"
        self.version = f"encoder-{digest}{mark}"

    def posts(
        self, texts: Sequence[str], tokens: Sequence[Sequence[str]], registers: Sequence[Register]
    ) -> list[Mood]:
        """See :class:`tingfeng.Engine`. *tokens* are not looked at."""
        if not texts:
            return []
        sides, feelings, _ = self._post_outputs(texts)
        odds = softmax(feelings / self.settings["temperatures"]["emotion"]).tolist()
        return [
            Mood(sentiment=self._sided(z, "post", register), emotion=Emotion(odds=tuple(feeling)))
            for z, register, feeling in zip(sides, registers, odds, strict=True)
        ]

    def mentions(self, asked: Sequence[Asked]) -> list[Attitude]:
        """See :class:`tingfeng.Engine`."""
        if not asked:
            return []
        logits = self.mention_logits([(one.text, one.start, one.end) for one in asked])
        heat = self.settings["temperatures"]
        meant = softmax(logits[:, 3:5] / heat["meant"])[:, 1].tolist()
        advert = softmax(logits[:, 5:7] / heat["advert"])[:, 1].tolist()
        places = placed(asked)
        return [
            Attitude(
                sentiment=self._sided(logits[n, :3], "mention", one.register),
                span=places[n].span, meant=meant[n], advert=advert[n],
            )
            for n, one in enumerate(asked)
        ]  # fmt: skip

    def vectors(self, texts: Sequence[str]) -> Floats:
        """What each text is about, shape (texts, d), not centred and not of length 1."""
        return self._post_outputs(texts)[2]

    def post_logits(self, texts: Sequence[str]) -> Floats:
        """Uncalibrated, shape (texts, 9): attitude, then emotion."""
        import numpy as np

        return np.concatenate(self._post_outputs(texts)[:2], axis=1)

    def mention_logits(self, places: Sequence[tuple[str, int, int]]) -> Floats:
        """Uncalibrated, shape (places, 7): attitude, whether the brand is meant (no, yes), whether
        it is promotion (no, yes); *places* are texts with the offsets of a name.
        """
        s = self.settings

        def cut(part: Sequence[tuple[str, int, int]]) -> list[Tokenized]:
            return mention_ids(
                self._tokenizer, part, side=s["side"], longest_side=s["longest_side"]
            )

        (found,) = self._outputs(("mention",), places, cut)
        return found

    def _post_outputs(self, texts: Sequence[str]) -> tuple[Floats, Floats, Floats]:
        def cut(part: Sequence[str]) -> list[Tokenized]:
            ids = post_ids(self._tokenizer, part, self.settings["longest"])
            return [(one, (0, len(one))) for one in ids]

        sides, feelings, vectors = self._outputs(("post", "emotion", "vector"), texts, cut)
        return sides, feelings, vectors

    def _outputs(
        self, names: Sequence[str], given: Sequence[Any],
        cut: Callable[[Sequence[Any]], list[Tokenized]],
    ) -> list[Floats]:  # fmt: skip
        """The outputs *names* of the model for each of *given*, one row each.

        One text at a time: eight-bit matrices take the scale of their input from the whole batch,
        so that a text's answer would hang on its neighbours; and on a CPU batches gain nothing.
        """
        import numpy as np

        rows = [self._run(names, one) for part in _parts(given) for one in cut(part)]
        if not rows:
            width = {one.name: one.shape[1] for one in self._session.get_outputs()}
            return [np.zeros((0, int(width[name])), np.float32) for name in names]
        return [np.concatenate(output) for output in zip(*rows, strict=True)]

    def _run(self, names: Sequence[str], row: Tokenized) -> list[Floats]:
        import numpy as np

        ids, (start, end) = row
        marked = np.zeros((1, len(ids)), np.int64)
        marked[0, start:end] = 1
        feed = {"ids": np.array([ids]), "mask": np.ones((1, len(ids)), np.int64), "marked": marked}
        found: list[Floats] = self._session.run(list(names), feed)
        return found

    def _sided(self, logits: Floats, task: str, register: Register) -> Sentiment:
        """The answer calibrated for its kind of text; a kind that had no labels is read as all."""
        chosen = self._calibration(task, register)
        odds = softmax(logits / chosen["temperature"]).tolist()
        return answer(odds[0], odds[1], odds[2], chosen["threshold"])

    def threshold(self, task: str, register: Register) -> float:
        """Below which probability a post's or a mention's (*task*) answer is ``uncertain``."""
        return float(self._calibration(task, register)["threshold"])

    def _calibration(self, task: str, register: Register) -> dict[str, Any]:
        known = self.settings["calibration"]
        found: dict[str, Any] = known.get(f"{task}/{register}") or known[task]
        return found

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        try:
            return Tokenizer.from_file(str(self._folder / "tokenizer.json"))
        except Exception as error:  # tokenizers raises nothing narrower
            raise _unreadable(self._folder / "tokenizer.json", error) from error

    @cached_property
    def _session(self) -> Any:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3  # its warnings are for those who make models
        file = self._folder / "model.onnx"
        try:
            fits = _hash(self._folder) == self.settings["hash"]
        except OSError as error:
            raise _unreadable(file, error) from error
        if not fits:  # the calibration would be another model's, and so would the version
            raise _unreadable(
                file, "它或 tokenizer.json 与 settings.json 不是一套 "
                "it or tokenizer.json does not belong to settings.json",
            )  # fmt: skip
        try:
            return onnxruntime.InferenceSession(str(file), options, ["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime's own errors have no common base
            raise _unreadable(file, error) from error


def shipped() -> Path:
    """Folder of the installed ``tingfeng-encoder``. Raises ``ModelError`` without it."""
    if find_spec("tingfeng_encoder") is None:
        raise _not_installed("tingfeng-encoder")
    from tingfeng_encoder import folder

    found: Path = folder()
    return found


def softmax(logits: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """Probabilities along the last axis."""
    import numpy as np

    z = logits.astype(np.float64)
    odds = np.exp(z - z.max(axis=-1, keepdims=True))
    shares: NDArray[np.float64] = odds / odds.sum(axis=-1, keepdims=True)
    return shares


def _parts(given: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (given[at : at + AT_ONCE] for at in range(0, len(given), AT_ONCE))


def _settings(folder: Path) -> tuple[dict[str, Any], str]:
    """What the file says, and a hash of it: it holds that of the weights, and the calibration."""
    for name in FILES:
        if not (folder / name).is_file():
            raise _unreadable(folder / name, "没有这个文件 no such file")
    try:
        raw = (folder / "settings.json").read_bytes()
        found: dict[str, Any] = json.loads(raw)
        if found["format"] != FORMAT:
            raise ValueError(f"format {found['format']}, expected {FORMAT}")
        found["hash"], found["calibration"]["post"], found["calibration"]["mention"]
    except (OSError, ValueError, KeyError) as error:
        raise _unreadable(folder / "settings.json", error) from error
    return found, hashlib.blake2b(raw, digest_size=4).hexdigest()


def _hash(folder: Path) -> str:
    """Of the weights and the tokenizer, as ``training.export`` writes it into the settings."""
    digest = hashlib.blake2b(digest_size=4)
    for name in ("model.onnx", "tokenizer.json"):
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()


def _not_installed(what: str) -> ModelError:
    return ModelError(
        f"没有安装 {what}：深度情感模型需要 pip install 'tingfeng[encoder]'；"
        '不装也可以用 [reader] sentiment = {use = "linear"}',
        f"{what} is not installed: the encoder needs pip install 'tingfeng[encoder]'; without it "
        'use [reader] sentiment = {use = "linear"}',
    )


def _unreadable(file: Path, error: object) -> ModelError:
    return ModelError(
        f"无法读取模型文件 {file}：{error}。请重新安装 tingfeng-encoder，或用 python -m training.export 重新导出",
        f"cannot read the model file {file}: {error}; install tingfeng-encoder again, or make it "
        "again with python -m training.export",
    )
