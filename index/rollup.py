"""Table ``hourly``: how it is kept true inside the transaction that changes posts."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable

from index.facts import Facts
from index.rows import PRECISE
from index.schema import UNDATED
from index.times import HOUR


def hour_of(published: int | None) -> int:
    """The hour a post counts in, in hours since 1970."""
    return UNDATED if published is None else published // HOUR


class Tally:
    """Changes of ``hourly`` that one transaction has gathered."""

    def __init__(self) -> None:
        self._cells: dict[tuple[str, int, str, str, int, int], list[int]] = defaultdict(
            lambda: [0, 0, 0, 0, 0]
        )

    def add(
        self,
        post: Facts,
        label: int | None,
        *,
        brand: str = "",
        suspected: int = 0,
        times: int = 1,
    ) -> None:
        """Count *post* in (or, with -1, out). *label* ``None``: it has no sentiment."""
        precise = int(post.published is not None and post.precision <= PRECISE)
        cell = self._cells[
            brand, hour_of(post.published), post.platform, post.kind, suspected, precise
        ]
        cell[0] += times
        if label is not None:
            cell[label + 1] += times

    def move(
        self,
        post: Facts,
        stances: Iterable[tuple[str, int]],
        *,
        suspected: int,
        times: int,
    ) -> None:
        """Count *post* with its present label, and for its brands."""
        self.add(post, post.label, suspected=suspected, times=times)
        for brand, label in stances:
            self.add(post, label, brand=brand, suspected=suspected, times=times)

    def apply(self, db: sqlite3.Connection) -> None:
        """Write the changes and forget them; hours without posts leave the table."""
        changed = sorted((key, cell) for key, cell in self._cells.items() if any(cell))
        db.executemany(
            "INSERT INTO hourly VALUES (?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO UPDATE SET"
            " posts = posts + excluded.posts, negative = negative + excluded.negative,"
            " positive = positive + excluded.positive, uncertain = uncertain + excluded.uncertain,"
            " neutral = neutral + excluded.neutral",
            [(*key, *cell) for key, cell in changed],
        )
        db.executemany(
            "DELETE FROM hourly WHERE (brand, hour, platform, kind, suspected, precise)"
            " = (?,?,?,?,?,?) AND posts = 0",
            [key for key, cell in changed if cell[0] < 0],
        )
        self._cells.clear()
