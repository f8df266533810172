"""Near-duplicate groups: when one becomes suspected water army, and when it ceases to be."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable

from index.facts import Facts, members, stances
from index.rollup import Tally
from tingfeng import SUSPECT_AUTHORS, SUSPECT_COPIES


class Copies:
    """Changes of group membership that one transaction has gathered."""

    def __init__(self) -> None:
        self._changes: dict[tuple[int, str], int] = defaultdict(int)

    def add(self, post: Facts, copy: int | None, times: int = 1) -> None:
        """*post* joins the group *copy* or, with -1, leaves it."""
        if copy is not None and post.kind != "repost":
            self._changes[copy, post.author or ""] += times

    def apply(self, db: sqlite3.Connection, tally: Tally) -> None:
        """Write the changes, and flip the groups that crossed the threshold."""
        changes = sorted((key, by) for key, by in self._changes.items() if by)
        db.executemany(
            "INSERT INTO copier VALUES (?, ?, ?)"
            " ON CONFLICT DO UPDATE SET posts = posts + excluded.posts",
            [(*key, by) for key, by in changes],
        )
        db.executemany(
            "DELETE FROM copier WHERE (copy, author) = (?, ?) AND posts = 0",
            [key for key, by in changes if by < 0],
        )
        was = suspects(db, {copy for (copy, _), _ in changes})
        shrunk = {copy for (copy, _), by in changes if by < 0}
        for copy in sorted({copy for (copy, _), _ in changes}):
            if copy in was and copy not in shrunk:
                continue  # a group that only grows stays suspected: its authors need no recount
            if (now := _looks_suspect(db, copy)) != (copy in was):
                _flip(db, tally, copy, int(now))
        self._changes.clear()


def suspects(db: sqlite3.Connection, copies: Iterable[int]) -> set[int]:
    """Which of these groups are suspected."""
    listed = json.dumps(sorted(copies))
    rows = db.execute(
        "SELECT s.copy FROM json_each(?) j CROSS JOIN suspect s ON s.copy = j.value", (listed,)
    )
    return {copy for (copy,) in rows}


def _looks_suspect(db: sqlite3.Connection, copy: int) -> bool:
    size, authors = db.execute(
        "SELECT coalesce(sum(posts), 0), count(nullif(author, '')) FROM copier WHERE copy = ?",
        (copy,),
    ).fetchone()
    return bool(size >= SUSPECT_COPIES and authors >= SUSPECT_AUTHORS)


def _flip(db: sqlite3.Connection, tally: Tally, copy: int, now: int) -> None:
    if now:
        db.execute("INSERT INTO suspect VALUES (?)", (copy,))
    else:
        db.execute("DELETE FROM suspect WHERE copy = ?", (copy,))
    group = [post for post in members(db, copy) if post.suspected != now]
    attitudes = stances(db, group)
    for post in group:
        mine = attitudes.get(post.n, ())
        tally.move(post, mine, suspected=1 - now, times=-1)
        tally.move(post, mine, suspected=now, times=1)
    db.executemany("UPDATE post SET suspected = ? WHERE n = ?", [(now, post.n) for post in group])
