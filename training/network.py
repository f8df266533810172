"""A BERT encoder as small as CPU training needs it, with the heads of every task.

Attention is written out, for torch's masked one takes five times as long backwards on CPUs in
bfloat16; dropout reads a table of random bytes for the same reason.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

STANCES, EMOTIONS, SENSES, ADVERTS = 3, 6, 2, 2
DROPPED = 26
"""Of 256: dropout of a tenth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Sizes of an encoder."""

    vocabulary: int
    width: int
    layers: int
    heads: int
    inner: int
    positions: int = 512
    pad: int
    """Id of the padding piece."""


class _Dropout:
    """Random bytes, drawn once, read from a random place: ten times as fast as drawing."""

    def __init__(self) -> None:
        self._bytes = torch.zeros(0, dtype=torch.uint8)

    def __call__(self, x: Tensor) -> Tensor:
        size = x.numel()
        if self._bytes.numel() < 4 * size:
            self._bytes = torch.randint(0, 256, (max(4 * size, 1 << 24),), dtype=torch.uint8)
        at = int(torch.randint(0, self._bytes.numel() - size, (1,)))
        kept = (self._bytes[at : at + size] >= DROPPED).view(x.shape)
        return x * kept * (256 / (256 - DROPPED))


drop = _Dropout()


class Layer(nn.Module):
    """One block; its three projections lie in one matrix."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        width = shape.width
        self.heads = shape.heads
        self.project = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.norm = nn.LayerNorm(width, 1e-12)
        self.widen = nn.Linear(width, shape.inner)
        self.narrow = nn.Linear(shape.inner, width)
        self.last = nn.LayerNorm(width, 1e-12)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        rows, length, width = x.shape
        each = width // self.heads
        q, k, v = self.project(x).view(rows, length, 3, self.heads, each).permute(2, 0, 3, 1, 4)
        weights = torch.softmax(
            (q @ k.transpose(-1, -2)) / math.sqrt(each) + bias.to(q.dtype), dim=-1
        )
        mixed = (weights @ v).transpose(1, 2).reshape(rows, length, width)
        x = self.norm(x + self._dropped(self.out(mixed)))
        return self.last(x + self._dropped(self.narrow(functional.gelu(self.widen(x)))))

    def _dropped(self, x: Tensor) -> Tensor:
        return drop(x) if self.training else x


class Encoder(nn.Module):
    """Token ids to vectors, and vectors to answers."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        width = shape.width
        self.words = nn.Embedding(shape.vocabulary, width)
        self.positions = nn.Embedding(shape.positions, width)
        self.kind = nn.Parameter(torch.zeros(width))
        self.norm = nn.LayerNorm(width, 1e-12)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.post = nn.Linear(width, STANCES)
        self.emotion = nn.Linear(width, EMOTIONS)
        self.mention = nn.Linear(2 * width, STANCES + SENSES + ADVERTS)

    def embed(self, ids: Tensor) -> Tensor:
        """(rows, length) to (rows, length, width), before the first layer."""
        return self.norm(self.words(ids) + self.positions.weight[: ids.shape[1]] + self.kind)

    def run(self, x: Tensor, mask: Tensor, first: int = 0) -> Tensor:
        """Through the layers from *first* on."""
        bias = (1.0 - mask.to(torch.float32))[:, None, None, :] * -1e4
        for layer in self.layers[first:]:
            x = layer(x, bias)
        return x

    def freeze(self, lowest: int) -> None:
        """Leave the embeddings and the *lowest* layers as they are."""
        self.kind.requires_grad_(False)
        for part in (self.words, self.positions, self.norm, *self.layers[:lowest]):
            part.requires_grad_(False)
        self.frozen = lowest

    frozen = 0

    def read(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Vectors of all tokens, in bfloat16 through the layers; none for the frozen ones' past."""
        with torch.autocast("cpu", dtype=torch.bfloat16):
            with torch.no_grad():
                x, bias = self.embed(ids), (1.0 - mask.to(torch.float32))[:, None, None, :] * -1e4
                for layer in self.layers[: self.frozen]:
                    x = layer(x, bias)
            if not self.frozen and self.words.weight.requires_grad:
                x = self.embed(ids)
            return self.run(x, mask, self.frozen).float()


def mean(x: Tensor, mask: Tensor) -> Tensor:
    """Mean of the tokens that *mask* marks: (rows, length, width) to (rows, width)."""
    weight = mask.to(torch.float32).unsqueeze(-1)
    return (x.float() * weight).sum(1) / weight.sum(1)


def padded(rows: Sequence[Sequence[int]], pad: int) -> Tensor:
    """Token ids as one rectangle."""
    out = np.full((len(rows), max(map(len, rows))), pad, np.int64)
    for place, row in enumerate(rows):
        out[place, : len(row)] = row
    return torch.from_numpy(out)


def save(model: Encoder, file: Path) -> None:
    """Shape and weights, in half precision but for the heads."""
    heads = ("post.", "emotion.", "mention.")
    weights = {
        name: value if name.startswith(heads) else value.half()
        for name, value in model.state_dict().items()
    }
    torch.save({"shape": asdict(model.shape), "weights": weights}, file)


def load(file: Path) -> Encoder:
    """What :func:`save` wrote."""
    kept: dict[str, Any] = torch.load(file, weights_only=True)
    model = Encoder(Shape(**kept["shape"]))
    model.load_state_dict({name: value.float() for name, value in kept["weights"].items()})
    return model
