"""What a post is about, out of layers that learnt whose side it is on.

Fine-tuning bends the last layer towards attitude. The pretrained encoder's own embedding is still
there, spread over the layers: a linear map, fitted in closed form, brings it back.

    python -m training.vectors --base FOLDER --model FILE --data FOLDER --out FILE.npz [--first]
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

from nlp.marking import post_ids
from training.network import Encoder, load, mean, padded
from training.posts import BATCH
from training.tasks import post_rows

SIZE = 256
"""Dimensions kept: the principal ones of 512 or 384; half the memory, and .99 of the cosines."""

RIDGE = 1e-3
TEXTS, HELD = 12_000, 2_000


def layers(model: Encoder, x: Tensor, mask: Tensor) -> Tensor:
    """Mean over the tokens of the embeddings and of every layer: (rows, (layers + 1) * width)."""
    bias = (1.0 - mask.to(torch.float32))[:, None, None, :] * -1e4
    state = model.embed(x)
    found = [mean(state, mask)]
    with torch.autocast("cpu", dtype=torch.bfloat16):
        for layer in model.layers:
            state = layer(state, bias)
            found.append(mean(state, mask))
    return torch.cat(found, 1)


def over(model: Encoder, tokenizer: Tokenizer, texts: Sequence[str]) -> np.ndarray:
    """:func:`layers` of all *texts*."""
    ids = post_ids(tokenizer, texts)
    order = np.argsort([len(one) for one in ids])
    out: np.ndarray | None = None
    model.eval()
    with torch.inference_mode():
        for at in range(0, len(order), BATCH):
            batch = order[at : at + BATCH]
            x = padded([ids[n] for n in batch], model.shape.pad)
            part = layers(model, x, x != model.shape.pad).numpy()
            out = np.zeros((len(texts), part.shape[1]), np.float32) if out is None else out
            out[batch] = part
    assert out is not None
    return out


def pretrained(
    model: Encoder, tokenizer: Tokenizer, texts: Sequence[str], *, first: bool
) -> np.ndarray:
    """The embedding as the pretrained encoder is meant to be used: the *first* token (bge), or the
    mean of all behind ``query: `` (e5).
    """
    ids = post_ids(tokenizer, texts if first else [f"query: {text}" for text in texts])
    order = np.argsort([len(one) for one in ids])
    out = np.zeros((len(texts), model.shape.width), np.float32)
    model.eval()
    with torch.inference_mode():
        for at in range(0, len(order), BATCH):
            batch = order[at : at + BATCH]
            x = padded([ids[n] for n in batch], model.shape.pad)
            mask = x != model.shape.pad
            state = model.read(x, mask)
            out[batch] = (state[:, 0] if first else mean(state, mask)).numpy()
    return out


def unit(x: np.ndarray) -> np.ndarray:
    """Rows of length 1."""
    return x / np.linalg.norm(x, axis=1, keepdims=True)


def fitted(features: np.ndarray, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Matrix and bias from *features* to the principal :data:`SIZE` dimensions of *wanted*."""
    center = wanted.mean(0)
    _, _, axes = np.linalg.svd(wanted - center, full_matrices=False)
    target = (wanted - center) @ axes[:SIZE].T
    middle = features.mean(0)
    x = (features - middle).astype(np.float64)
    gram = x.T @ x
    gram[np.diag_indices_from(gram)] += RIDGE * np.trace(gram) / len(gram)
    matrix = np.linalg.solve(gram, x.T @ target)
    return matrix.astype(np.float32), (-middle @ matrix).astype(np.float32)


def agreement(found: np.ndarray, wanted: np.ndarray) -> float:
    """Correlation of the cosines of random pairs in both spaces."""
    rng = np.random.default_rng(0)
    a, b = rng.integers(0, len(found), (2, 20_000))
    ours, theirs = unit(found), unit(wanted - wanted.mean(0))
    return float(np.corrcoef((ours[a] * ours[b]).sum(1), (theirs[a] * theirs[b]).sum(1))[0, 1])


def main(arguments: Iterable[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--first", action="store_true", help="the embedding is the first token")
    asked = parser.parse_args(list(arguments) if arguments is not None else None)
    torch.set_num_threads(1)
    tokenizer = Tokenizer.from_file(str(asked.base / "tokenizer.json"))
    texts = [row.text for row in post_rows(asked.data, 1)[:TEXTS]]
    wanted = unit(pretrained(load(asked.base / "encoder.pt"), tokenizer, texts, first=asked.first))
    features = over(load(asked.model), tokenizer, texts)
    matrix, bias = fitted(features[:-HELD], wanted[:-HELD])
    found = features[-HELD:] @ matrix + bias
    print(f"cosines agree on held-out pairs: r = {agreement(found, wanted[-HELD:]):.3f}")
    np.savez(asked.out, matrix=matrix, bias=bias)


if __name__ == "__main__":
    main()
