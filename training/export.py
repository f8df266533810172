"""The trained encoder as one ONNX file in eight bits, which onnxruntime reads without torch.

python -m training.export --model FILE.pt --tokenizer FILE --data FOLDER --out FOLDER
[--vectors FILE.npz] [--keep 4,5 | --most 3]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
import math
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from nlp.marking import LONGEST, LONGEST_SIDE, SIDE
from tingfeng import FEELINGS
from training.eightbit import (
    INPUTS,
    OUTPUTS,
    Agreement,
    agreement,
    answers,
    damaged,
    ease,
    feeds,
    log,
    quantized,
)  # fmt: skip
from training.network import Encoder, Layer, load, mean
from training.tasks import held_out, mention_rows, post_rows

OPSET = 17
"""The first with LayerNormalization as one operator."""

Map = tuple[np.ndarray, np.ndarray]
"""Matrix ((layers + 1) * width, d) and bias (d) of the linear map from the mean of each layer to
the output ``vector``."""

PLAIN = {"temperature": 1.0, "threshold": 0.5}
"""Until ``training.calibrate`` has looked at held-out texts."""


class Block(nn.Module):
    """:class:`~training.network.Layer` without a tensor of five dimensions."""

    def __init__(self, layer: Layer) -> None:
        super().__init__()
        self.heads, self.project, self.out, self.norm = (
            layer.heads, layer.project, layer.out, layer.norm,
        )  # fmt: skip
        self.widen, self.narrow, self.last = layer.widen, layer.narrow, layer.last

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        rows, length, width = x.shape
        each = width // self.heads
        q, k, v = (
            part.view(rows, length, self.heads, each).transpose(1, 2)
            for part in self.project(x).chunk(3, -1)
        )
        weights = torch.softmax((q @ k.transpose(-1, -2)) / math.sqrt(each) + bias, dim=-1)
        mixed = (weights @ v).transpose(1, 2).reshape(rows, length, width)
        x = self.norm(x + self.out(mixed))
        return self.last(x + self.narrow(functional.gelu(self.widen(x))))


class Exported(nn.Module):
    """:class:`~training.network.Encoder` in single precision, with all answers as outputs."""

    def __init__(self, model: Encoder, vectors: Map | None = None) -> None:
        super().__init__()
        self.model = model
        self.blocks = nn.ModuleList(Block(cast("Layer", layer)) for layer in model.layers)
        self.map: nn.Linear | None = None
        if vectors is not None:
            matrix, bias = (torch.from_numpy(np.asarray(one, np.float32)) for one in vectors)
            self.map = nn.Linear(*matrix.shape)
            self.map.weight.data, self.map.bias.data = matrix.T.contiguous(), bias

    def forward(
        self, ids: Tensor, mask: Tensor, marked: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Logits of post (n, 3), emotion (n, 6), mention (n, 7), and the vector (n, d)."""
        bias = (1.0 - mask.to(torch.float32))[:, None, None, :] * -1e4
        x = self.model.embed(ids)
        means = [mean(x, mask)]
        for block in self.blocks:
            x = block(x, bias)
            means.append(mean(x, mask))
        both = torch.cat([means[-1], mean(x, marked)], 1)
        vector = means[-1] if self.map is None else self.map(torch.cat(means, 1))
        last = means[-1]
        return self.model.post(last), self.model.emotion(last), self.model.mention(both), vector


def write_whole(model: Exported, vocabulary: int, file: Path) -> None:
    """*model* in single precision as ONNX."""
    ids = torch.randint(0, vocabulary, (2, 16))
    ones = torch.ones_like(ids)
    axes: dict[str, dict[int, str]] = {name: {0: "rows", 1: "tokens"} for name in INPUTS}
    axes |= {name: {0: "rows"} for name in OUTPUTS}
    torch.onnx.export(
        model, (ids, ones, ones), str(file), dynamo=False,
        input_names=list(INPUTS), output_names=list(OUTPUTS), dynamic_axes=axes,
        opset_version=OPSET,
    )  # fmt: skip


def settings(model: Encoder, model_file: Path, tokenizer_file: Path) -> dict[str, Any]:
    """What the engine must know; ``training.calibrate`` adds the temperatures and thresholds."""
    digest = hashlib.blake2b(digest_size=4)
    for file in (model_file, tokenizer_file):
        digest.update(file.read_bytes())
    return {
        "format": 1,
        "hash": digest.hexdigest(),
        "pad": model.shape.pad,
        "longest": LONGEST,
        "side": SIDE,
        "longest_side": LONGEST_SIDE,
        "stances": ["negative", "neutral", "positive"],
        "emotions": list(FEELINGS),
        "temperatures": {"emotion": 1.0, "meant": 1.0, "advert": 1.0},
        "calibration": {"post": dict(PLAIN), "mention": dict(PLAIN)},
    }


def samples(data: Path, number: int) -> tuple[list[str], list[tuple[str, int, int]]]:
    """*number* texts and as many mentions that the encoder never learnt from."""
    texts = [row.text for row in post_rows(data, 0)[:number]]
    places = [(r.text, r.start, r.end) for r in mention_rows(data) if held_out(r.text)]
    order = np.random.default_rng(0).permutation(len(places))[:number]
    return texts, [places[n] for n in order]


def export(
    model: Encoder, tokenizer_file: Path, out: Path, *,
    texts: Sequence[str], places: Sequence[tuple[str, int, int]],
    vectors: Map | None = None,
    keep: Sequence[int] | None = None, most: int = 3,
) -> Agreement:  # fmt: skip
    """Write ``model.onnx``, ``tokenizer.json`` and ``settings.json`` to the folder *out*.

    *texts* and *places* (text, start, end): what the matrices to keep are searched on, unless
    *keep* names them, and what the returned agreement with single precision is measured on.
    """
    out.mkdir(parents=True, exist_ok=True)
    given = feeds(Tokenizer.from_file(str(tokenizer_file)), texts, places)
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "whole.onnx"
        exported = Exported(model, vectors).eval()
        ease(exported, given)
        write_whole(exported, model.shape.vocabulary, whole)
        kept = damaged(whole, model.shape.layers, given, most) if keep is None else list(keep)
        quantized(whole, out / "model.onnx", kept)
        found = agreement(answers(whole, given), answers(out / "model.onnx", given))
    if tokenizer_file.resolve() != (out / "tokenizer.json").resolve():
        shutil.copyfile(tokenizer_file, out / "tokenizer.json")
    described = settings(model, out / "model.onnx", out / "tokenizer.json") | {"kept": kept}
    (out / "settings.json").write_text(json.dumps(described, ensure_ascii=False, indent=1) + "\n")
    return found


def main(arguments: Iterable[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--samples", type=int, default=400, help="posts and mentions, each")
    parser.add_argument("--vectors", type=Path, help="npz of training.vectors")
    parser.add_argument("--keep", help="layers, from 0, by commas; default: searched")
    parser.add_argument("--most", type=int, default=3, help="how many the search may keep")
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args(list(arguments) if arguments is not None else None)
    # onnxruntime logs a warning a tensor that stays as it is.
    logging.basicConfig(level=logging.ERROR, format="%(message)s")
    log.setLevel(logging.INFO)
    torch.set_num_threads(1)
    kept = np.load(asked.vectors) if asked.vectors else None
    texts, places = samples(asked.data, asked.samples)
    found = export(
        load(asked.model), asked.tokenizer, asked.out, texts=texts, places=places,
        vectors=None if kept is None else (kept["matrix"], kept["bias"]),
        keep=None if asked.keep is None else [int(n) for n in asked.keep.split(",") if n],
        most=asked.most,
    )  # fmt: skip
    size = (asked.out / "model.onnx").stat().st_size
    print(f"{size / 1e6:.1f} MB, {found}")


if __name__ == "__main__":
    main()
