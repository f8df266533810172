"""Labels to learn from, and how they are parted: the same text is never on both sides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

from nlp.adapter import CLASSES, Question
from nlp.adapter_features import Context

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ids = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """Labelled answers of an engine to one question, a row each."""

    question: Question
    odds: Floats
    """What the engine says, shape (rows, classes)."""
    contexts: Sequence[Context]
    label: Ids
    groups: Sequence[str]
    """Rows of one group (copies, mentions of one text) are never on both sides of a fold."""
    weight: Floats

    def picked(self, rows: NDArray[np.bool_]) -> Labels:
        """Only these rows."""
        return Labels(
            question=self.question, odds=self.odds[rows], label=self.label[rows],
            contexts=[one for one, kept in zip(self.contexts, rows.tolist(), strict=True) if kept],
            groups=[one for one, kept in zip(self.groups, rows.tolist(), strict=True) if kept],
            weight=self.weight[rows],
        )  # fmt: skip

    def missing(self, least: int) -> dict[int, int]:
        """Classes with fewer than *least* groups, and how many they have."""
        found = Counter(dict.fromkeys(range(CLASSES[self.question]), 0))
        found.update(label for label, _ in set(zip(self.label.tolist(), self.groups, strict=True)))
        return {label: number for label, number in sorted(found.items()) if number < least}


def folds(groups: Sequence[str], number: int, *, seed: int = 0) -> list[NDArray[np.bool_]]:
    """Which rows each of *number* folds holds out; another partition for each *seed*.

    A group's fold hangs on the group alone: a label more or less moves no other, so that runs on
    nearly the same labels part them nearly alike.
    """
    import numpy as np

    salt = seed.to_bytes(8, "big")
    fold = {
        group: int.from_bytes(
            blake2b(group.encode(errors="surrogatepass"), digest_size=8, salt=salt).digest()
        ) % number
        for group in set(groups)
    }  # fmt: skip
    of = np.array([fold[group] for group in groups])
    return [of == one for one in range(number) if (of == one).any()]
