"""Readings on their way in."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import replace

from index.copies import Copies, suspects
from index.creator_posts import unfound
from index.edits import digest
from index.facts import Facts, Key, facts_by_key, split_key, stances
from index.rollup import Tally
from index.rows import CODES, Row, mention_rows, reading_row
from index.schema import UNDATED
from tingfeng import Analysis, StoreError


def record(db: sqlite3.Connection, analyses: Sequence[Analysis], of: Mapping[str, str]) -> None:
    """Keep *analyses* in place of earlier readings of the same posts: see PostStore.record."""
    latest = {(a.platform, a.id): a for a in analyses}
    keys = {*latest, *(split_key(a.copy_of) for a in latest.values() if a.copy_of)}
    known = facts_by_key(db, keys)
    for key in [key for key, one in latest.items() if one.key in of]:
        # Edited or removed since it was read.
        if key not in known or digest(of[latest[key].key]) != known[key].content:
            del latest[key]

    def stands(key: str) -> bool:
        return split_key(key) in known

    latest = dict(zip(latest, regrouped(latest.values(), stands, of), strict=True))
    for one in latest.values():
        for named in (one.key, one.copy_of):
            if named is not None and not stands(named):
                raise unknown_post(named)
    tally, copies = Tally(), Copies()
    forget(db, [known[key] for key in latest], tally, copies)
    _Recording(db, known, tally, copies).keep(list(latest.values()))
    copies.apply(db, tally)
    tally.apply(db)


def regrouped(
    analyses: Iterable[Analysis], stands: Callable[[str], bool], of: Container[str]
) -> list[Analysis]:
    """*analyses*; a group whose first post no longer *stands*, for it was removed while they were
    made, is named after the first of them.
    """
    anew: dict[str, str] = {}
    found = []
    for one in analyses:
        copy = one.copy_of
        if copy is not None and one.key in of and not stands(copy):
            one = replace(one, copy_of=anew.setdefault(copy, one.key))
        found.append(one)
    return found


def forget(db: sqlite3.Connection, posts: Sequence[Facts], tally: Tally, copies: Copies) -> None:
    """Take posts out of counts and groups, and drop what was read in them.

    The caller counts them in again and sets the columns of ``post``.
    """
    read = [post for post in posts if post.version is not None]
    mine = stances(db, read) if read else {}
    for post in posts:
        tally.move(post, mine.get(post.n, ()), suspected=post.suspected, times=-1)
        copies.add(post, post.copy, -1)
    if read:
        of = {post.n: post.published for post in read}
        db.executemany(
            "DELETE FROM stance WHERE (brand, published, n) = (?, ?, ?)",
            [(b, _when(of[n]), n) for n, found in mine.items() for b, _ in found],
        )
        chosen = (json.dumps(list(of)),)
        unfound(db, chosen[0])
        db.execute("DELETE FROM mention WHERE n IN (SELECT value FROM json_each(?))", chosen)
        db.execute("DELETE FROM reading WHERE n IN (SELECT value FROM json_each(?))", chosen)


def move(db: sqlite3.Connection, post: Facts, to: Facts, tally: Tally, copies: Copies) -> None:
    """Count a post, with what was read in it, by another date or author than before.

    The caller sets the columns of ``post`` afterwards.
    """
    mine = [] if post.version is None else stances(db, [post]).get(post.n, [])
    tally.move(post, mine, suspected=post.suspected, times=-1)
    tally.move(to, mine, suspected=post.suspected, times=1)
    copies.add(post, post.copy, -1)
    copies.add(to, post.copy)
    db.executemany(
        "UPDATE stance SET published = ? WHERE (brand, published, n) = (?, ?, ?)",
        [(_when(to.published), brand, _when(post.published), post.n) for brand, _ in mine],
    )


class _Recording:
    def __init__(
        self,
        db: sqlite3.Connection,
        known: dict[Key, Facts],
        tally: Tally,
        copies: Copies,
    ) -> None:
        self._db, self._known, self._tally, self._copies = db, known, tally, copies

    def keep(self, analyses: Iterable[Analysis]) -> None:
        """Write readings of posts whose earlier ones are forgotten."""
        known, db = self._known, self._db
        plan = []
        for analysis in analyses:
            copy = analysis.copy_of
            root = known[split_key(copy)].n if copy else None
            plan.append((known[analysis.platform, analysis.id], root, analysis))
        plan.sort(key=lambda item: item[0].n)
        suspected = suspects(db, {root for _, root, _ in plan if root is not None})
        versions: dict[tuple[str, str], int] = {}
        updates, readings, attitudes = [], [], []
        mentions: list[Row] = []
        for post, root, analysis in plan:
            name = (analysis.reader, analysis.lexicon)
            if name not in versions:
                versions[name] = _version(db, *name)
            label = None if analysis.sentiment is None else CODES[analysis.sentiment.label]
            doubtful = int(root in suspected)
            updates.append((versions[name], label, doubtful, root, post.n))
            readings.append(reading_row(post.n, analysis))
            self._tally.add(post, label, suspected=doubtful)
            self._copies.add(post, root)
            if analysis.mentions:
                mentions.extend(mention_rows(post.n, analysis))
                for brand, stance in _stances(analysis).items():
                    attitudes.append((brand, _when(post.published), post.n, stance))
                    self._tally.add(post, stance, brand=brand, suspected=doubtful)
        db.executemany(
            "UPDATE post SET version = ?, label = ?, suspected = ?, copy = ? WHERE n = ?", updates
        )
        db.executemany("INSERT INTO reading VALUES (?,?,?,?,?,?,?,?,?,?)", readings)
        db.executemany("INSERT INTO mention VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", mentions)
        db.executemany("INSERT INTO stance VALUES (?, ?, ?, ?)", sorted(attitudes))


def _stances(analysis: Analysis) -> dict[str, int]:
    """The answer for each brand: :meth:`Analysis.attitude` of all brands in one pass."""
    found: dict[str, int] = {}
    for mention in analysis.mentions:
        code = CODES[mention.sentiment.label]
        found[mention.brand] = min(code, found.get(mention.brand, code))
    return found


def _when(published: int | None) -> int:
    return UNDATED if published is None else published


def _version(db: sqlite3.Connection, reader: str, lexicon: str) -> int:
    name = (reader, lexicon)
    db.execute("INSERT INTO version (reader, lexicon) VALUES (?, ?) ON CONFLICT DO NOTHING", name)
    row = db.execute("SELECT id FROM version WHERE reader = ? AND lexicon = ?", name).fetchone()
    return int(row[0])


def unknown_post(key: str) -> StoreError:
    """A reading, or the root of a near-duplicate group, of a post that was never put."""
    return StoreError(
        f"库里没有帖子 {key}，无法保存它的分析。请先存入帖子",
        f"the store has no post {key} whose reading could be kept: put the post first",
    )
