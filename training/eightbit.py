"""Matrices in eight bits: how their inputs are made to fit, and which of them still must not be.

What eight bits damage are matrices whose inputs have outliers, above all the second ones of some
feed-forward blocks. First the outliers are moved into the weights; where that is not enough, as
measured on given texts, the matrix stays in single precision. LayerNorm and softmax always do.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from nlp.marking import mention_ids, post_ids
from training.network import STANCES

INPUTS = ("ids", "mask", "marked")
OUTPUTS = ("post", "emotion", "mention", "vector")

GAIN = 0.08
"""A matrix in single precision costs 2.4 to 3.1 MB and 2 % of the speed: it must lower the mean
error of the logits by this share."""

EASED = ("project", "widen", "narrow")
"""What comes out of the attention has no outliers."""

EASING = 0.7
"""1 takes all from the inputs, 0 nothing. Mean error of the logits of a twelve-layer encoder on 300
texts: .149 without, .128 at .5, .045 at .7."""

log = logging.getLogger("training.export")
Feed = dict[str, np.ndarray]


class Eased(nn.Module):
    """A linear layer whose input comes down where it has outliers, and whose weights go up there:
    the same function, but its input fits eight bits.
    """

    def __init__(self, linear: nn.Linear, largest: Tensor) -> None:
        """*largest*: absolute values of the inputs, by channel."""
        super().__init__()
        weight = linear.weight.data
        scale = largest.clamp(min=1e-4) ** EASING
        scale /= weight.abs().amax(0).clamp(min=1e-4) ** (1 - EASING)
        scale = (scale / scale.median()).clamp(min=1e-3)
        self.register_buffer("down", 1 / scale)
        self.linear = nn.Linear(linear.in_features, linear.out_features)
        self.linear.weight.data, self.linear.bias.data = weight * scale, linear.bias.data

    def forward(self, x: Tensor) -> Tensor:
        return self.linear(x * self.down)


def ease(model: nn.Module, given: Sequence[Feed]) -> None:
    """Make the inputs of the matrices in *model*'s ``blocks`` fit eight bits, as seen on *given*.

    After G. Xiao et al., "SmoothQuant" (ICML 2023).
    """
    blocks = cast("nn.ModuleList", model.blocks)
    largest: dict[nn.Module, Tensor] = {}

    def note(module: nn.Module, inputs: tuple[Tensor]) -> None:
        seen = inputs[0].detach().abs().flatten(0, -2).amax(0)
        largest[module] = torch.maximum(largest.get(module, seen), seen)

    linears = [getattr(block, name) for block in blocks for name in EASED]
    hooks = [linear.register_forward_pre_hook(note) for linear in linears]
    with torch.inference_mode():
        for feed in given:
            model(*(torch.from_numpy(feed[name]) for name in INPUTS))
    for hook in hooks:
        hook.remove()
    for block in blocks:
        for name in EASED:
            linear = getattr(block, name)
            setattr(block, name, Eased(linear, largest[linear].clone()))


def quantized(whole: Path, file: Path, keep: Sequence[int] = ()) -> None:
    """*whole* with matrices and embeddings in eight bits; *keep*: layers, counted from 0, whose
    second feed-forward matrix stays in single precision.
    """
    from onnx import load as read
    from onnx import save as write
    from onnxruntime.quantization import QuantType, quantize_dynamic

    nodes = read(str(whole)).graph.node
    kept = [
        node.name for node in nodes
        if any(node.name == f"/blocks.{n}/narrow/linear/MatMul" for n in keep)
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
    made = read(str(file))
    del made.graph.value_info[:]  # shapes that onnxruntime works out itself
    write(made, str(file))


def feeds(
    tokenizer: Tokenizer, texts: Sequence[str], places: Sequence[tuple[str, int, int]]
) -> list[Feed]:
    """Inputs for whole *texts* and for mentions at *places*: one row each, as the engine reads
    them, for the scale of what enters an eight-bit matrix is taken from the whole batch.
    """
    rows = [(ids, (0, len(ids))) for ids in post_ids(tokenizer, texts)]
    made = []
    for ids, (start, end) in [*rows, *mention_ids(tokenizer, places)]:
        marked = np.zeros((1, len(ids)), np.int64)
        marked[0, start:end] = 1
        mask = np.ones((1, len(ids)), np.int64)
        made.append({"ids": np.array([ids]), "mask": mask, "marked": marked})
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
