"""Figures as Markdown."""

from __future__ import annotations

import csv
import gzip
import math
from collections.abc import Iterator, Sequence
from pathlib import Path

from nlp.figures import Figure

NONE = "–"


def table(data: Path, name: str) -> Iterator[dict[str, str]]:
    """The rows of a file of real texts."""
    with gzip.open(data / f"{name}.csv.gz", "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def grid(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table; all columns but the first to the right."""
    lines = ["| " + " | ".join(head) + " |", "|---|" + "--:|" * (len(head) - 1)]
    lines += ["| " + " | ".join(map(str, row)) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def shown(figure: Figure | None, *, scale: int = 1, digits: int = 3) -> str:
    """A figure with its interval."""
    if figure is None or figure.value is None:
        return NONE
    assert figure.low is not None
    assert figure.high is not None
    low, high = scale * figure.low, scale * figure.high
    return f"{scale * figure.value:.{digits}f} [{low:.{digits}f}, {high:.{digits}f}]"


def wilson(right: int, total: int) -> str:
    """A share in percent with its 95 % interval."""
    if not total:
        return NONE
    z, share = 1.96, right / total
    middle = (share + z * z / (2 * total)) / (1 + z * z / total)
    half = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total**2)) / (1 + z * z / total)
    return f"{100 * share:.1f} [{100 * (middle - half):.1f}, {100 * (middle + half):.1f}]"
