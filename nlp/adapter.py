"""An engine made one's own: what people corrected moves its answers, and leaves the rest alone.

New log-odds are ``A · old + b + W · φ``: *A* and *b* mend what is wrong with the engine's confidence
everywhere, *φ*, hashed n-grams of what stands around the name, what is wrong with certain words. All
three are drawn to "as before" by Gaussian priors, so that few labels change little (MAP; compare the
residual adapters of S.-A. Rebuffi et al. 2017). Numpy only; learnt by :mod:`nlp.adapting`.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from nlp import ENGINES
from nlp.adapter_features import BITS, Context, Grams, grams, mention_context, post_context
from nlp.clean import clean
from nlp.engines import chosen
from nlp.linear import answer
from tingfeng import Asked, Attitude, Engine, ModelError, Mood, Register, Sentiment, build

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ids = NDArray[np.int64]

OWN = "nlp.adapter:adapted"
"""``use`` of a settings section with the arguments *base* and *file*."""

FORMAT = 1
Question = Literal["post", "mention", "sense"]
"""Attitude of a whole post, attitude to a brand, and whether the brand is meant at all: each has a
part of its own, learnt from labels of its own."""

QUESTIONS: tuple[Question, ...] = ("post", "mention", "sense")
CLASSES: Mapping[Question, int] = {"post": 3, "mention": 3, "sense": 2}

LEAST_ODDS = 1e-4
"""No answer is surer: the logarithm of zero cannot be moved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What was learnt for one question."""

    matrix: Floats
    """*A*, shape (classes, classes)."""
    bias: Floats
    buckets: Ids
    """Rising."""
    weights: Floats
    """*W*, shape (buckets, classes)."""
    threshold: float
    """Below this probability an answer is ``uncertain``."""

    def odds(self, before: Floats, contexts: Sequence[Context]) -> Floats:
        """Probabilities in the place of *before*, shape (rows, classes)."""
        return self.moved(evidence(before), grams(contexts) if len(self.buckets) else None)

    def moved(self, seen: Floats, phi: Grams | None) -> Floats:
        """The same, of log-odds and n-grams that are known already; ``None``: not wanted."""
        logits = seen @ self.matrix.T + self.bias
        if phi is not None:
            logits = logits + phi.weighed(len(logits), self.buckets, self.weights)
        return softmax(logits)


def evidence(odds: Floats) -> Floats:
    """Log-odds of probabilities, each row with mean 0."""
    import numpy as np

    logs = np.log(np.maximum(odds, LEAST_ODDS))
    centred: Floats = logs - logs.mean(axis=1, keepdims=True)
    return centred


def softmax(logits: Floats) -> Floats:
    """Probabilities of each row."""
    import numpy as np

    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: Floats = odds / odds.sum(axis=1, keepdims=True)
    return shares


def sides(said: Sequence[Sentiment]) -> Floats:
    """Probabilities, shape (rows, 3): negative, neutral, positive."""
    import numpy as np

    return np.array([(one.negative, one.neutral, one.positive) for one in said], float).reshape(-1, 3)  # fmt: skip


def _answer(odds: Sequence[float], part: Part) -> Sentiment:
    negative, neutral, positive = odds
    return answer(negative, neutral, positive, part.threshold)


class Adapted:
    """*engine* as people corrected it: implements :class:`tingfeng.Engine`."""

    def __init__(self, engine: Engine, file: str | Path) -> None:
        """*file*: as :func:`save` wrote it. Raises :class:`~tingfeng.ModelError` if it is missing,
        of another format, or was learnt upon another engine.
        """
        self.engine = engine
        self.parts, learnt_upon, mark = _read(Path(file))
        if learnt_upon != engine.version:
            raise ModelError(
                f"{file} 是在 {learnt_upon} 上训练的，现在的引擎是 {engine.version}："
                "请重新 tingfeng train，或 tingfeng model use shipped",
                f"{file} was trained upon {learnt_upon}, the engine is {engine.version}: "
                "run `tingfeng train` again, or `tingfeng model use shipped`",
            )
        self.version = f"{engine.version}+own-{mark}"
        self._unmoved: dict[tuple[str, Register], Sentiment] = {}
        """What the engine itself thinks of the texts of the last :meth:`posts`: no more, for a
        reader asks about the mentions of the very posts that it has just had read."""

    def posts(
        self, texts: Sequence[str], tokens: Sequence[Sequence[str]], registers: Sequence[Register]
    ) -> list[Mood]:
        """See :class:`tingfeng.Engine`."""
        moods = self.engine.posts(texts, tokens, registers)
        part = self.parts.get("post")
        if part is None or not moods:
            return moods
        self._unmoved = {
            (text, kind): mood.sentiment
            for text, kind, mood in zip(texts, registers, moods, strict=True)
        }
        odds = part.odds(sides([one.sentiment for one in moods]), [post_context(t) for t in texts])
        return [
            replace(mood, sentiment=_answer(row, part))
            for mood, row in zip(moods, odds.tolist(), strict=True)
        ]

    def mentions(self, asked: Sequence[Asked]) -> list[Attitude]:
        """See :class:`tingfeng.Engine`. The engine is told its own view of the whole post, not the
        moved one: what was learnt for mentions was learnt upon that, and it knows no other.
        """
        inner = [self._as_asked(one) for one in asked] if "post" in self.parts else asked
        return moved(self.parts, asked, self.engine.mentions(inner))

    def _as_asked(self, one: Asked) -> Asked:
        if one.mood is None:
            return one
        # Not among the last texts: ``None`` has the engine read it.
        return replace(one, mood=self._unmoved.get((clean(one.text), one.register)))


def moved(
    parts: Mapping[Question, Part], asked: Sequence[Asked], before: Sequence[Attitude]
) -> list[Attitude]:
    """The answers *before* as *parts* would have them; where nothing was learnt they stay."""
    import numpy as np

    after = list(before)
    if not after:
        return after
    contexts = [mention_context(one, said.span) for one, said in zip(asked, before, strict=True)]
    if (part := parts.get("mention")) is not None:
        odds = part.odds(sides([one.sentiment for one in before]), contexts).tolist()
        after = [replace(one, sentiment=_answer(row, part)) for one, row in zip(after, odds, strict=True)]  # fmt: skip
    told = [n for n, one in enumerate(before) if one.meant is not None]
    if told and (part := parts.get("sense")) is not None:
        sense = np.array([(1 - (p := before[n].meant or 0.0), p) for n in told])
        odds = part.odds(sense, [contexts[n] for n in told])[:, 1].tolist()
        for n, meant in zip(told, odds, strict=True):
            after[n] = replace(after[n], meant=meant)
    return after


def adapted(base: Mapping[str, Any], file: str) -> Adapted:
    """The engine of the settings section *base*, with *file*: what ``use`` = :data:`OWN` builds."""
    engine: Engine = build(ENGINES, {**base, "use": chosen(str(base["use"]))})
    return Adapted(engine, file)


def save(parts: Mapping[Question, Part], engine: str) -> bytes:
    """*parts* learnt upon the engine of this version, as a file; the same parts, the same bytes."""
    import numpy as np

    arrays: dict[str, Any] = {"format": np.int32(FORMAT), "bits": np.int32(BITS), "engine": np.array(engine)}  # fmt: skip
    for question, part in parts.items():
        arrays |= {
            f"{question}.matrix": part.matrix, f"{question}.bias": part.bias,
            f"{question}.buckets": part.buckets.astype(np.int32),
            f"{question}.weights": part.weights.astype(np.float32),
            f"{question}.threshold": np.float64(part.threshold),
        }  # fmt: skip
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(arrays):
            body = io.BytesIO()
            np.lib.format.write_array(body, np.asarray(arrays[name]), allow_pickle=False)
            # A time stamp would make every file another one.
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), body.getvalue(), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def hash_of(raw: bytes) -> str:
    """By which a file is known: eight hex digits."""
    return hashlib.sha256(raw).hexdigest()[:8]


def _read(file: Path) -> tuple[dict[Question, Part], str, str]:
    """Parts, version of the engine, and hash."""
    import numpy as np

    try:
        raw = file.read_bytes()
        with np.load(io.BytesIO(raw), allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        if (int(arrays["format"]), int(arrays["bits"])) != (FORMAT, BITS):
            raise ValueError(f"format {arrays['format']}, expected {FORMAT}")
        parts = {name: _part(arrays, name) for name in QUESTIONS if f"{name}.bias" in arrays}
        return parts, str(arrays["engine"]), hash_of(raw)
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise ModelError(
            f"无法读取模型 {file}：{error}。请核对 models/，或 tingfeng model use shipped",
            f"cannot read the model {file}: {error}; look into models/, or run "
            "`tingfeng model use shipped`",
        ) from error


def _part(arrays: Mapping[str, Any], name: Question) -> Part:
    part = Part(
        matrix=arrays[f"{name}.matrix"], bias=arrays[f"{name}.bias"],
        buckets=arrays[f"{name}.buckets"].astype("int64"),
        weights=arrays[f"{name}.weights"].astype("float64"),
        threshold=float(arrays[f"{name}.threshold"]),
    )  # fmt: skip
    size = CLASSES[name]
    if part.matrix.shape != (size, size) or part.weights.shape != (len(part.buckets), size):
        raise ValueError(f"the arrays of {name} do not fit each other")
    return part
