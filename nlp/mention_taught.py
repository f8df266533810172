"""Mentions that nobody labelled, with the answers of a better reader to learn from.

``data/taught.npz`` keeps no text: file, row, place, a check of the text, and the answers of a
teacher. The model of mentions learns from both them and people's labels (G. Hinton, O. Vinyals and
J. Dean, "Distilling the Knowledge in a Neural Network", 2015). In the repository it is made by::

    python -m training.teach --data FOLDER --student linear --out nlp/data/taught.npz TEACHER …
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from nlp.corpus import Leaks, table
from nlp.mention_corpus import MentionRow, held_texts, labelled_texts
from nlp.sense import known_names
from tingfeng import ModelError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

POOL = (
    ("weibo_ced_reposts", 4), ("weibo_ced_posts", 1), ("xhs_notes", 3), ("jd_phone_comments", 1),
    ("polarity", 1), ("emotion_smp2020", 1),
)  # fmt: skip
"""Files, and every how manieth row of each is looked at."""

MOST = 150
"""Mentions of one brand and file: half of all talk is about a dozen houses."""

LONGEST = 600
"""Characters. A longer text names many brands in passing."""

WEIGHT = 0.5
"""Of a taught row against a labelled one: the teacher is right less often than a reader."""


@dataclass(frozen=True, slots=True)
class Found:
    """An unlabelled mention and where it stands."""

    file: int
    row: int
    text: str
    start: int
    end: int


def pool(data: Path) -> Iterator[Found]:
    """Mentions by name that nobody labelled and no evaluation text resembles, rows of role and
    split ``train`` only.
    """
    known, leaks = set(labelled_texts(data)), Leaks(held_texts(data))
    met: set[str] = set()
    for number, (name, every) in enumerate(POOL):
        counts: Counter[str] = Counter()
        for row, one in islice(enumerate(table(data, name)), 0, None, every):
            text = one["text"]
            role = one.get("role", one.get("split", "train")) if name in ("polarity", "emotion_smp2020") else "train"  # fmt: skip
            if role != "train" or text in met or text in known or len(text) > LONGEST:
                continue
            places = {c.brand: c for c in known_names(text) if not c.rule.startswith("inside")}
            wanted = [c for c in places.values() if counts[c.brand] < MOST]
            if not wanted or text in leaks:
                continue
            met.add(text)
            for place in wanted:
                counts[place.brand] += 1
                yield Found(number, row, text, place.start, place.end)


def save_taught(found: Sequence[Found], answers: NDArray[np.float64], out: Path) -> str:
    """Write *answers*, shape (rows, 5): probabilities of negative, neutral, positive, of the brand
    and of an advert; return the file's SHA-256.
    """
    import numpy as np

    from nlp.train import save

    return save(
        {
            "file": np.array([one.file for one in found], np.uint8),
            "row": np.array([one.row for one in found], np.uint32),
            "start": np.array([one.start for one in found], np.uint16),
            "size": np.array([one.end - one.start for one in found], np.uint8),
            "check": np.array([_check(one.text) for one in found], np.uint32),
            "answers": np.rint(answers * 255).astype(np.uint8),
        },
        out,
    )


def _check(text: str) -> int:
    return zlib.crc32(text.encode("utf-8", "surrogatepass"))


def taught_rows(data: Path, path: Path | None = None) -> list[MentionRow]:
    """The rows of ``taught.npz`` (or *path*), joined to their texts, without evaluation texts.

    Raises :class:`~tingfeng.ModelError` if the texts are others than those that were answered.
    """
    import numpy as np

    leaks = Leaks(held_texts(data))
    source = path or Path(str(files("nlp").joinpath("data/taught.npz")))
    with np.load(source, allow_pickle=False) as arrays:
        places = np.column_stack([arrays[n].astype(np.int64) for n in ("file", "row", "start", "size", "check")])  # fmt: skip
        answers = arrays["answers"] / 255
    rows = []
    for number, (name, _) in enumerate(POOL):
        own = [at for at, place in enumerate(places.tolist()) if place[0] == number]
        wanted = {places[at, 1] for at in own}
        texts = {n: row["text"] for n, row in enumerate(table(data, name)) if n in wanted}
        for at in own:
            _, row, start, size, check = places[at].tolist()
            text = texts.get(row, "")
            if _check(text) != check:
                raise ModelError(
                    f"taught.npz 与 {name} 第 {row} 行不符：数据文件变了，请用 python -m training.teach 重做",
                    f"taught.npz is not row {row} of {name}: the data changed; make it again with "
                    "python -m training.teach",
                )
            if text not in leaks:
                rows.append(_row(text, start, size, answers[at].tolist(), f"taught_{name}"))
    return rows


def _row(text: str, start: int, size: int, answers: list[float], source: str) -> MentionRow:
    *stance, meant, advert = answers
    total = sum(stance) or 1.0
    return MentionRow(
        text=text, start=start, end=start + size, meant=meant, advert=advert, source=source,
        stance=(stance[0] / total, stance[1] / total, stance[2] / total), weight=WEIGHT,
    )  # fmt: skip
