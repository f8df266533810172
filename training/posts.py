"""First stage: attitude and emotion of whole posts.

python -m training.posts --base FOLDER --data FOLDER --out FILE [--seed 0 --epochs 2]
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from nlp.marking import post_ids
from training.network import Encoder, drop, load, mean, padded, save
from training.tasks import NONE, PostRow, buckets, post_rows

BATCH = 32
EMOTION_WEIGHT = 0.5


def optimizer(model: Encoder, rate: float, steps: int) -> tuple[Any, Any]:
    """AdamW with a tenth of warm-up, then linear to zero; the new heads learn ten times as fast."""
    heads = [p for part in (model.post, model.emotion, model.mention) for p in part.parameters()]
    known = {id(p) for p in heads}
    body = [p for p in model.parameters() if p.requires_grad and id(p) not in known]
    made = torch.optim.AdamW(
        [
            {"params": [p for p in body if p.ndim > 1], "lr": rate, "weight_decay": 0.01},
            {"params": [p for p in body if p.ndim < 2], "lr": rate, "weight_decay": 0.0},
            {"params": heads, "lr": 1e-3, "weight_decay": 0.0},
        ],
        betas=(0.9, 0.98), eps=1e-6, fused=True,
    )  # fmt: skip
    warm = 0.1 * steps
    schedule = torch.optim.lr_scheduler.LambdaLR(
        made, lambda n: min((n + 1) / warm, max(0.0, (steps - n) / (0.9 * steps)))
    )
    return made, schedule


def post_loss(model: Encoder, pooled: Tensor, stances: Tensor, emotions: Tensor) -> Tensor:
    """Of attitude, and of emotion where it is known."""
    loss = functional.cross_entropy(model.post(pooled), stances, ignore_index=NONE)
    if bool((emotions != NONE).any()):
        loss = loss + EMOTION_WEIGHT * functional.cross_entropy(
            model.emotion(pooled), emotions, ignore_index=NONE
        )
    return loss


def step(loss: Tensor, model: Encoder, optimizer: Any, schedule: Any) -> None:
    """One step down, the gradient clipped."""
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_([p for p in model.parameters() if p.grad is not None], 1.0)
    optimizer.step()
    schedule.step()


def train(model: Encoder, tokenizer: Tokenizer, rows: Sequence[PostRow], *, epochs: int,
          rate: float, rng: np.random.Generator) -> None:  # fmt: skip
    """Fit *model* to *rows*."""
    ids = post_ids(tokenizer, [row.text for row in rows])
    lengths = np.array([len(one) for one in ids])
    stances = torch.tensor([row.stance for row in rows])
    emotions = torch.tensor([row.emotion for row in rows])
    steps = epochs * -(-len(rows) // BATCH)
    descent, schedule = optimizer(model, rate, steps)
    model.train()
    begun, smooth, done = time.time(), 0.0, 0
    for epoch in range(epochs):
        for batch in buckets(lengths, rng, BATCH):
            x = padded([ids[n] for n in batch], model.shape.pad)
            mask = x != model.shape.pad
            pooled = drop(mean(model.read(x, mask), mask))
            loss = post_loss(model, pooled, stances[batch], emotions[batch])
            step(loss, model, descent, schedule)
            done += 1
            smooth = 0.98 * smooth + 0.02 * loss.item()
            if done % 100 == 0:
                print(f"epoch {epoch + 1} step {done}/{steps} loss {smooth / (1 - 0.98**done):.4f} "
                      f"{time.time() - begun:.0f} s", flush=True)  # fmt: skip


def scores(model: Encoder, tokenizer: Tokenizer, texts: Sequence[str]) -> np.ndarray:
    """Logits of attitude and emotion, shape (texts, 9)."""
    ids = post_ids(tokenizer, texts)
    order = np.argsort([len(one) for one in ids])
    out = np.zeros((len(texts), 9), np.float32)
    model.eval()
    with torch.inference_mode():
        for at in range(0, len(order), BATCH):
            batch = order[at : at + BATCH]
            x = padded([ids[n] for n in batch], model.shape.pad)
            mask = x != model.shape.pad
            pooled = mean(model.read(x, mask), mask)
            out[batch] = torch.cat([model.post(pooled), model.emotion(pooled)], 1).numpy()
    return out


def prepared(folder: Path, frozen: int, seed: int) -> tuple[Encoder, Tokenizer]:
    """The pretrained encoder with its lowest layers frozen, and its tokenizer."""
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    model = load(folder / "encoder.pt")
    model.freeze(frozen)
    return model, Tokenizer.from_file(str(folder / "tokenizer.json"))


def main(arguments: Iterable[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--frozen", type=int, default=0)
    parser.add_argument("--rows", type=int, default=0, help="only so many, for a trial")
    asked = parser.parse_args(list(arguments) if arguments is not None else None)
    model, tokenizer = prepared(asked.base, asked.frozen, asked.seed)
    rows = post_rows(asked.data, asked.seed)
    held, rows = rows[:1500], rows[1500:]
    if asked.rows:
        rows = rows[: asked.rows]
    print(f"{len(rows)} rows", flush=True)
    train(model, tokenizer, rows, epochs=asked.epochs, rate=asked.rate,
          rng=np.random.default_rng(asked.seed))  # fmt: skip
    logits = scores(model, tokenizer, [row.text for row in held])
    right = logits[:, :3].argmax(1) == np.array([row.stance for row in held])
    print(json.dumps({"held_out": len(held), "accuracy": round(float(right.mean()), 4)}))
    save(model, asked.out)


if __name__ == "__main__":
    main()
