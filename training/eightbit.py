"""Matrices in eight bits, and which of them must not be.

Eight bits damage few of the matrices: the second ones of some feed-forward blocks, whose inputs have
outliers. Which, is measured on given texts; those stay in single precision. LayerNorm and softmax
are never quantised.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from nlp.marking import mention_ids, post_ids
from training.network import STANCES

INPUTS = ("ids", "mask", "marked")
OUTPUTS = ("post", "emotion", "mention", "vector")

GAIN = 0.08
"""A matrix in single precision costs 2.4 to 3.1 MB and 2 % of the speed: it must lower the mean
error of the logits by this share."""

log = logging.getLogger("training.export")
Feed = dict[str, np.ndarray]


def quantized(whole: Path, file: Path, keep: Sequence[int] = ()) -> None:
    """*whole* with matrices and embeddings in eight bits; *keep*: layers, counted from 0, whose
    second feed-forward matrix stays in single precision.
    """
    from onnx import load as read
    from onnxruntime.quantization import QuantType, quantize_dynamic

    nodes = read(str(whole)).graph.node
    kept = [
        node.name for node in nodes
        if any(node.name == f"/blocks.{n}/narrow/MatMul" for n in keep)
    ]  # fmt: skip
    assert len(kept) == len(keep), (kept, keep)
    # The heads are small, and their errors are those of the answers. onnxruntime renames a Gemm
    # before it looks at this list.
    heads = [
        node.name + end for node in nodes for end in ("", "_MatMul")
        if node.op_type == "Gemm" and "map" not in node.name
    ]  # fmt: skip
    quantize_dynamic(
        str(whole), str(file), weight_type=QuantType.QInt8, per_channel=True, reduce_range=False,
        op_types_to_quantize=["MatMul", "Gemm", "Gather"], nodes_to_exclude=[*kept, *heads],
    )  # fmt: skip


def feeds(
    tokenizer: Tokenizer, pad: int, texts: Sequence[str], places: Sequence[tuple[str, int, int]]
) -> list[Feed]:
    """Inputs for whole *texts* and for mentions at *places*, in batches of like length."""
    rows = [(ids, (0, len(ids))) for ids in post_ids(tokenizer, texts)]
    rows += mention_ids(tokenizer, places)
    rows.sort(key=lambda row: len(row[0]))
    made = []
    for at in range(0, len(rows), 16):
        batch = rows[at : at + 16]
        shape = len(batch), len(batch[-1][0])
        ids, mask, marked = np.full(shape, pad), np.zeros(shape, int), np.zeros(shape, int)
        for n, (row, span) in enumerate(batch):
            ids[n, : len(row)], mask[n, : len(row)] = row, 1
            marked[n, slice(*span)] = 1
        made.append({"ids": ids, "mask": mask, "marked": marked})
    return made


def answers(file: Path, given: Sequence[Feed]) -> dict[str, np.ndarray]:
    """All outputs of the ONNX *file*, by name, rows in the order of *given*."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(file), options, ["CPUExecutionProvider"])
    parts = [session.run(list(OUTPUTS), dict(feed)) for feed in given]
    return {name: np.concatenate([one[n] for one in parts]) for n, name in enumerate(OUTPUTS)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How alike two models answer."""

    post: float
    """Share of texts with the same likeliest attitude."""

    mention: float
    """Likewise to the marked brand."""

    error: float
    """Mean difference of the logits."""

    cosine: float
    """Least cosine of the vectors."""


def agreement(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> Agreement:
    """Of the :func:`answers` of two files."""

    def same(name: str) -> float:
        sides = one[name][:, :STANCES].argmax(1) == other[name][:, :STANCES].argmax(1)
        return float(sides.mean())

    # Softmax does not see what all logits of an answer share.
    def apart(z: np.ndarray) -> np.ndarray:
        return z - z.mean(1, keepdims=True)

    errors = [
        np.abs(apart(one[name][:, cut]) - apart(other[name][:, cut])).mean()
        for name, cut in (("post", slice(3)), ("emotion", slice(6)), ("mention", slice(3)))
    ]
    a, b = one["vector"], other["vector"]
    cosine = (a * b).sum(1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)
    return Agreement(
        post=same("post"), mention=same("mention"), error=float(np.mean(errors)),
        cosine=float(cosine.min()),
    )  # fmt: skip


def damaged(whole: Path, layers: int, given: Sequence[Feed], most: int) -> list[int]:
    """At most *most* layers whose second feed-forward matrix suffers from eight bits, the worst
    first: each is tried alone, then they are added while the error sinks by :data:`GAIN`.
    """
    truth = answers(whole, given)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "trial.onnx"

        def error(keep: Sequence[int]) -> float:
            quantized(whole, file, keep)
            found = agreement(truth, answers(file, given))
            log.info("kept %s: %s", list(keep), found)
            return found.error

        least, chosen = error(()), []
        alone = {n: error([n]) for n in range(layers)}
        for n in sorted(alone, key=alone.__getitem__)[:most]:
            now = error([*chosen, n]) if chosen else alone[n]
            if now > (1 - GAIN) * least:
                break
            chosen, least = [*chosen, n], now
    return chosen
