"""Second stage: the attitude to one marked brand, whether it is the brand, whether it is an advert.

Posts of the first stage go along, so that their heads stay true to the changing layers.

    python -m training.mentions --base FOLDER --start FILE --data FOLDER --out FILE [--teacher FILE]
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from nlp.marking import mention_ids, post_ids
from training.network import SENSES, STANCES, Encoder, drop, load, mean, padded, save
from training.posts import BATCH, optimizer, post_loss, step
from training.tasks import (
    NONE,
    MentionRow,
    PostRow,
    buckets,
    held_out,
    mention_rows,
    post_rows,
    unlabelled,
)

SENSE_WEIGHT, ADVERT_WEIGHT, POST_WEIGHT, TEACHER_WEIGHT = 0.5, 0.2, 0.5, 0.7


@dataclass(slots=True)
class Encoded:
    """Token ids of mentions, and where the marked name stands in them."""

    ids: list[list[int]]
    spans: list[tuple[int, int]]

    @property
    def lengths(self) -> np.ndarray:
        return np.array([len(one) for one in self.ids])

    def batch(self, places: Sequence[int], pad: int) -> tuple[Tensor, Tensor]:
        """Ids, and a mask of the marked tokens."""
        x = padded([self.ids[n] for n in places], pad)
        inside = torch.zeros(x.shape, dtype=torch.bool)
        for row, n in enumerate(places):
            inside[row, slice(*self.spans[n])] = True
        return x, inside


def encode(tokenizer: Tokenizer, places: Sequence[tuple[str, int, int]]) -> Encoded:
    """Texts with the start and end of a mention."""
    found = mention_ids(tokenizer, places)
    return Encoded([ids for ids, _ in found], [span for _, span in found])


def answers(model: Encoder, x: Tensor, inside: Tensor) -> Tensor:
    """Logits (rows, 7) of marked mentions."""
    mask = x != model.shape.pad
    vectors = model.read(x, mask)
    both = torch.cat([mean(vectors, mask), mean(vectors, inside)], 1)
    return model.mention(drop(both) if model.training else both)


def mention_loss(
    z: Tensor, stance: Tensor, brand: Tensor, advert: Tensor, weight: Tensor
) -> Tensor:
    """*stance*: shares (rows, 3), all 0 where the name is not the brand."""
    sides = z[:, :STANCES], z[:, STANCES : STANCES + SENSES], z[:, STANCES + SENSES :]
    attitude = -(stance * functional.log_softmax(sides[0], 1)).sum(1)
    sense = functional.cross_entropy(sides[1], brand, reduction="none")
    loss = (weight * (attitude + SENSE_WEIGHT * sense)).mean()
    if bool((advert != NONE).any()):
        loss = loss + ADVERT_WEIGHT * functional.cross_entropy(sides[2], advert, ignore_index=NONE)
    return loss


def taught(z: Tensor, teacher: Tensor) -> Tensor:
    """How far the student's three answers are from the teacher's, at temperature 2; rows of NaN
    have no teacher.
    """
    known = ~teacher[:, 0].isnan()
    loss = torch.zeros(())
    if not bool(known.any()):
        return loss
    for at, to in ((0, 3), (3, 5), (5, 7)):
        loss = loss + 4.0 * functional.kl_div(
            functional.log_softmax(z[known, at:to] / 2, 1),
            functional.log_softmax(teacher[known, at:to] / 2, 1),
            log_target=True, reduction="sum",
        )  # fmt: skip
    return loss / len(z)


class Lesson:
    """The labels of mentions as tensors."""

    def __init__(self, rows: Sequence[MentionRow]) -> None:
        self.stance = torch.tensor([row.stance or (0.0, 0.0, 0.0) for row in rows])
        self.brand = torch.tensor([int(row.stance is not None) for row in rows])
        self.advert = torch.tensor([row.advert for row in rows])
        self.weight = torch.tensor([row.weight for row in rows])


def train(
    model: Encoder, tokenizer: Tokenizer, rows: Sequence[MentionRow], posts: Sequence[PostRow], *,
    epochs: int, rate: float, rng: np.random.Generator, teacher: np.ndarray | None = None,
) -> None:  # fmt: skip
    """Fit *model* to *rows*, one batch of *posts* after every second of them."""
    lesson, given = Lesson(rows), encode(tokenizer, [(r.text, r.start, r.end) for r in rows])
    whole = post_ids(tokenizer, [row.text for row in posts])
    stances, emotions = (
        torch.tensor([getattr(p, n) for p in posts]) for n in ("stance", "emotion")
    )
    soft = None if teacher is None else torch.tensor(teacher)
    steps = epochs * -(-len(rows) // BATCH)
    descent, schedule = optimizer(model, rate, steps)
    model.train()
    post_batches = iter(())
    begun, smooth, done = time.time(), 0.0, 0
    for epoch in range(epochs):
        for batch in buckets(given.lengths, rng, BATCH):
            z = answers(model, *given.batch(batch, model.shape.pad))
            loss = mention_loss(z, lesson.stance[batch], lesson.brand[batch],
                                lesson.advert[batch], lesson.weight[batch])  # fmt: skip
            if soft is not None:
                loss = loss + TEACHER_WEIGHT * taught(z, soft[batch])
            if done % 2:
                again = next(post_batches, None)
                if again is None:
                    order = buckets(np.array([len(one) for one in whole]), rng, BATCH)
                    post_batches = iter(order)
                    again = next(post_batches)
                x = padded([whole[n] for n in again], model.shape.pad)
                mask = x != model.shape.pad
                pooled = drop(mean(model.read(x, mask), mask))
                loss = loss + POST_WEIGHT * post_loss(
                    model, pooled, stances[again], emotions[again]
                )
            step(loss, model, descent, schedule)
            done += 1
            smooth = 0.98 * smooth + 0.02 * loss.item()
            if done % 50 == 0:
                print(f"epoch {epoch + 1} step {done}/{steps} loss {smooth / (1 - 0.98**done):.4f} "
                      f"{time.time() - begun:.0f} s", flush=True)  # fmt: skip


def scores(
    model: Encoder, tokenizer: Tokenizer, places: Sequence[tuple[str, int, int]]
) -> np.ndarray:
    """Logits (mentions, 7)."""
    given = encode(tokenizer, places)
    order = np.argsort(given.lengths)
    out = np.zeros((len(places), 7), np.float32)
    model.eval()
    with torch.inference_mode():
        for at in range(0, len(order), BATCH):
            batch = order[at : at + BATCH]
            out[batch] = answers(model, *given.batch(batch, model.shape.pad)).numpy()
    return out


def main(arguments: Iterable[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--base", type=Path, required=True, help="folder with tokenizer.json")
    parser.add_argument("--start", type=Path, required=True, help="encoder of the first stage")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--teacher", type=Path, help="npz by training.teach")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--frozen", type=int, default=0)
    parser.add_argument(
        "--share", type=float, default=1.0, help="of the mentions, for a learning curve"
    )
    asked = parser.parse_args(list(arguments) if arguments is not None else None)
    torch.manual_seed(asked.seed)
    torch.set_num_threads(1)
    rng = np.random.default_rng(asked.seed)
    model, tokenizer = load(asked.start), Tokenizer.from_file(str(asked.base / "tokenizer.json"))
    model.freeze(asked.frozen)
    every = mention_rows(asked.data)
    held = [row for row in every if held_out(row.text) and not row.source.startswith("written")]
    rows = [row for row in every if not held_out(row.text)]
    if asked.share < 1:
        rows = [rows[n] for n in rng.permutation(len(rows))[: int(asked.share * len(rows))]]
    teacher = None
    if asked.teacher:
        more = unlabelled(asked.data, 0)
        logits = np.load(asked.teacher)["logits"]
        teacher = np.concatenate([np.full((len(rows), 7), np.nan, np.float32), logits])
        rows = [*rows, *more]
    print(f"{len(rows)} mentions", flush=True)
    train(model, tokenizer, rows, post_rows(asked.data, 0)[1500:], epochs=asked.epochs,
          rate=asked.rate, rng=rng, teacher=teacher)  # fmt: skip
    save(model, asked.out)
    print(
        json.dumps(
            figures(scores(model, tokenizer, [(r.text, r.start, r.end) for r in held]), held)
        )
    )


def figures(z: np.ndarray, rows: Sequence[MentionRow]) -> dict[str, float]:
    """How often the likeliest answers are right on held-out rows."""
    taken = [n for n, row in enumerate(rows) if row.stance is not None and max(row.stance) == 1]
    truth = np.array([int(np.argmax(rows[n].stance or ())) for n in taken])
    said = z[taken, :STANCES].argmax(1)
    f1 = [
        2 * np.sum((said == k) & (truth == k)) / max(1, np.sum(said == k) + np.sum(truth == k))
        for k in range(3)
    ]
    brand = (z[:, 4] > z[:, 3]) == np.array([row.stance is not None for row in rows])
    return {
        "n": len(taken), "accuracy": round(float(np.mean(said == truth)), 4),
        "macro_f1": round(float(np.mean(f1)), 4), "neg_f1": round(float(f1[0]), 4),
        "brand": round(float(brand.mean()), 4),
    }  # fmt: skip


if __name__ == "__main__":
    main()
