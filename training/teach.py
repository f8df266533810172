"""What several encoders think of mentions that nobody labelled: the teachers of one student.

    python -m training.teach --data FOLDER --student linear --out nlp/data/taught.npz TEACHER …
    python -m training.teach --data FOLDER --student encoder --out FILE.npz TEACHER …

A TEACHER is ``FOLDER:FILE.pt``, the folder with ``tokenizer.json`` and the encoder by
``training.mentions`` (needs torch), or the ``FOLDER`` of ``training.export`` (does not). Each student
has its own mentions: ``linear`` those of ``nlp.mention_taught``, learned from by ``nlp.train``;
``encoder`` those of ``training.tasks.unlabelled``, for ``training.mentions --teacher``. The answers
are the plain mean of the teachers' probabilities, uncalibrated. The same teachers and data give the
same bytes on one kind of processor; what the teachers were is printed, for the card.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np

from nlp.engines.encoder import EncoderEngine, softmax
from nlp.mention_taught import pool, save_taught
from nlp.train import save
from training.tasks import unlabelled

Places = Sequence[tuple[str, int, int]]
"""Texts with the start and end of a name."""

HEADS = ((0, 3), (3, 5), (5, 7))
"""Of seven logits: attitude; no brand, brand; no advert, advert."""

LEAST = 1e-9
"""A probability whose logarithm is taken: 0 would be no number to learn from."""

YES = [0, 1, 2, 4, 6]
"""What the linear student is told: the sides, the brand, the advert."""


def odds(logits: np.ndarray) -> np.ndarray:
    """Logits (rows, 7) as the probabilities of each of the three answers."""
    return np.concatenate([softmax(logits[:, at:to]) for at, to in HEADS], axis=1)


def logits(teacher: str, places: Places) -> np.ndarray:
    """What *teacher* (see above) says of *places*, shape (places, 7)."""
    folder, _, file = teacher.partition(":")
    if not file:
        return EncoderEngine(folder).mention_logits(places)
    import torch
    from tokenizers import Tokenizer

    from training.mentions import scores
    from training.network import load

    torch.set_num_threads(1)  # more of them add in another order
    tokenizer = Tokenizer.from_file(str(Path(folder) / "tokenizer.json"))
    return scores(load(Path(file)), tokenizer, places)


def taught(teachers: Sequence[str], places: Places) -> np.ndarray:
    """The mean of what *teachers* think of *places*, shape (places, 7)."""
    return np.mean([odds(logits(teacher, places)) for teacher in teachers], axis=0)


def for_linear(data: Path, teachers: Sequence[str], out: Path) -> str:
    """Write ``taught.npz``, return its SHA-256."""
    found = list(pool(data))
    answers = taught(teachers, [(one.text, one.start, one.end) for one in found])
    return save_taught(found, answers[:, YES], out)


def for_encoder(data: Path, teachers: Sequence[str], out: Path) -> str:
    """Write the log-probabilities of the mentions of ``unlabelled(data, 0)``, return the SHA-256."""
    rows = unlabelled(data, 0)
    answers = taught(teachers, [(row.text, row.start, row.end) for row in rows])
    return save({"logits": np.log(np.maximum(answers, LEAST)).astype(np.float32)}, out)


STUDENTS: dict[str, Callable[[Path, Sequence[str], Path], str]] = {
    "linear": for_linear, "encoder": for_encoder,
}  # fmt: skip


def digest(teacher: str) -> str:
    """SHA-256 of a teacher's weights."""
    folder, _, file = teacher.partition(":")
    weights = Path(file) if file else Path(folder) / "model.onnx"
    return hashlib.sha256(weights.read_bytes()).hexdigest()


def main(arguments: Iterable[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with the real texts")
    parser.add_argument("--student", choices=sorted(STUDENTS), required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("teachers", nargs="+", metavar="TEACHER")
    asked = parser.parse_args(list(arguments) if arguments is not None else None)
    teachers = {teacher: digest(teacher) for teacher in asked.teachers}
    made = STUDENTS[asked.student](asked.data, asked.teachers, asked.out)
    print(json.dumps({"teachers": teachers, "file": made}, indent=1))


if __name__ == "__main__":
    main()
