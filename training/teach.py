"""Answers of several encoders to mentions that nobody labelled: the teacher of one student.

    python -m training.teach --data FOLDER --out FILE.npz FOLDER:FILE.pt [FOLDER:FILE.pt …]

Each pair: the folder with ``tokenizer.json``, and the trained encoder.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from training.mentions import scores
from training.network import load
from training.tasks import unlabelled

HEADS = ((0, 3), (3, 5), (5, 7))


def log_odds(z: np.ndarray) -> np.ndarray:
    """Logits (rows, 7) as log-probabilities of each of the three answers."""
    out = z.astype(np.float64)
    for at, to in HEADS:
        part = out[:, at:to]
        part -= part.max(1, keepdims=True)
        part -= np.log(np.exp(part).sum(1, keepdims=True))
    return out


def main(arguments: Iterable[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("encoders", nargs="+")
    asked = parser.parse_args(list(arguments) if arguments is not None else None)
    torch.set_num_threads(2)
    rows = unlabelled(asked.data, 0)
    places = [(row.text, row.start, row.end) for row in rows]
    print(f"{len(rows)} mentions", flush=True)
    said = []
    for pair in asked.encoders:
        folder, file = pair.split(":")
        tokenizer = Tokenizer.from_file(str(Path(folder) / "tokenizer.json"))
        said.append(np.exp(log_odds(scores(load(Path(file)), tokenizer, places))))
    np.savez(asked.out, logits=np.log(np.mean(said, 0)).astype(np.float32))


if __name__ == "__main__":
    main()
