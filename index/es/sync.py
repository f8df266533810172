"""The continuous way from a SQLite store to the cluster.

The log of changes is read page by page, each in one snapshot, and written with versions that are
the numbers of the changes. So a page may be written any number of times, in any order, and by
several programs: what the index has already, or has newer, is refused by the server and costs a
fifth. The position is saved after what it stands for; a kill costs a repetition and no document.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from index import changes
from index.connect import Database
from index.es import resume, sweep
from index.es.afterwards import Afterwards
from index.es.bootstrap import Bootstrap
from index.es.followed import Changed, Page, actions, page
from index.es.loading import Loading
from index.es.making import Making, wanted
from index.es.position import Book, Position, further
from index.es.summing import Sums
from index.es.vectors import Vectors
from index.es.writer import BulkWriter, Burial, Tally
from index.sqlite import SQLiteStore
from tingfeng import Message, StoreError

if TYPE_CHECKING:
    from index.es.connect import Cluster

PAGE = 1000
"""Changes of one snapshot: some megabytes of posts."""

SAVE = 20
"""Pages between two saved positions: a kill repeats a second or two of work."""

LOAD = 50_000
"""Changes from which on an empty index is filled without refreshing and replicas."""

REST = 30.0
"""Seconds after which an index where nothing waits says so again: it is what lag is counted from."""


_ON_ITS_WAY = 60.0
"""Seconds after which a request that was sent has been carried out or never will be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a sync is."""

    done: int
    waiting: int
    """Changes that are still to be read."""

    tally: Tally


class Sync(Afterwards):
    """Follows the store in the file *path*.

    :param dead: keeps documents that the server refuses for good.
    :param vectors: makes what search by meaning needs.
    :param oldest: posts published (where undated, collected) before are left out.
    :param take_over: an index that another store filled may become this one's.
    :param visible: what is made is read through the aliases at once.
    :param makes: the same cluster for one who may make indices, if *cluster* is for one who may not.
    :param say: is told what a user should know and need not stop for.
    :param clock: seconds since 1970.
    :raises StoreError: the cluster cannot be used, or is another store's.
    """

    def __init__(
        self,
        cluster: Cluster,
        path: str,
        *,
        dead: Burial | None = None,
        vectors: Vectors | None = None,
        oldest: datetime | None = None,
        take_over: bool = False,
        visible: bool = True,
        makes: Cluster | None = None,
        say: Callable[[Message], None] = lambda message: None,
        progress: Callable[[Progress], None] = lambda progress: None,
        clock: Callable[[], float] = time.time,
        threads: int = 2,
        patience: float = 600.0,
    ) -> None:
        self._cluster, self._vectors, self._oldest = cluster, vectors, oldest
        self._say, self._progress, self._clock = say, progress, clock
        self._bootstrap = Bootstrap(makes or cluster, visible=visible)
        self._loading = Loading(makes or cluster)
        self._book = Book(cluster)
        self._late = patience + REST + _ON_ITS_WAY
        self._known: set[str] = set()
        self._done = 0
        self._log, self._store = Database(path), SQLiteStore(path)
        self._making = Making(say=say, total=lambda: wanted(self._log, oldest))
        self._sums = Sums(cluster=cluster, log=self._log, store=self._store)
        self._writer = BulkWriter(
            cluster.client,
            threads=threads,
            dead=dead,
            say=say,
            missing=self._bootstrap.ensure,
            patience=patience,
        )
        try:
            self._position = self._begin(take_over)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let go of everything; the position is that of the last save."""
        self._writer.close()
        self._store.close()
        self._log.close()

    @property
    def position(self) -> Position:
        """How far the index is, as far as that is saved."""
        return self._position

    @property
    def tally(self) -> Tally:
        """What was done so far."""
        return self._writer.tally

    def once(self) -> Tally:
        """Follow until nothing waits; what was done."""
        while self._catch_up():
            pass
        self._afterwards(at_once=True)
        return self._writer.tally

    def turn(self) -> int:
        """One round of going on: follow what waits, and sum up if it is time; how many changes."""
        done = self._catch_up()
        self._afterwards(at_once=False)
        return done

    def _begin(self, take_over: bool) -> Position:
        self._bootstrap.ready()
        self._loading.heal()
        self._known = {each.index for each in self._bootstrap.built()}
        with self._log.writing() as db:
            memory = resume.Memory.load(db)
        there = self._book.load() or Position()
        position = resume.resumed(
            there,
            memory,
            prefix=self._cluster.names.prefix,
            take_over=take_over,
            say=self._say,
        )
        if position != there:
            self._remember(position)
            position = self._save(position)
        return position

    def _catch_up(self) -> int:
        """How many changes were written."""
        with self._log.reading() as db:
            waiting = changes.waiting(db, self._position.seq)
        if waiting and self._position.seq == 0 and waiting >= LOAD:
            self._loading.begin(sorted(self._known))
        try:
            done = self._follow(waiting) if waiting else 0
        finally:
            if self._loading.active:
                self._loading.end()
        since = self._position.caught_up
        if done or since is None or self._clock() - since >= REST:
            self._position = self._save(replace(self._position, caught_up=self._clock()))
        return done

    def _follow(self, waiting: int) -> int:
        seq, done, unsaved = self._position.seq, 0, 0
        while True:
            with self._log.reading() as db:
                found = page(db, seq, PAGE)
            if found.until == seq:
                break
            self._heed()
            self._write(found)
            seq, unsaved = found.until, unsaved + 1
            done += len(found)
            self._done += len(found)
            left = max(0, waiting - done)
            self._progress(Progress(done=self._done, waiting=left, tally=self._writer.tally))
            if unsaved == SAVE:
                self._saved(seq)
                unsaved = 0
            if len(found) < PAGE:  # all there was: on a busy day there is always something by now
                break
        self._saved(seq)
        return done

    def _heed(self) -> None:
        """Write nothing more for a store whose place another has taken."""
        there = Book(self._cluster).load()
        if there is not None:
            self._rightful(self._position, there)

    def _rightful(self, ours: Position, there: Position) -> None:
        if there.retired is not None:
            raise resume.retired(there.retired)
        if (there.source, there.epoch) != (ours.source, ours.epoch):
            raise resume.foreign(self._cluster.names.prefix)

    def _write(self, found: Page) -> None:
        found = replace(found, posts=self._wanted(found))
        if self._vectors is not None:
            found = replace(found, posts=self._vectors.onto(found.posts, self._cluster))
        for action in actions(found, self._cluster.names, self._position.epoch):
            if action.source is not None and action.index not in self._known:
                self._make(action.index)
            self._writer.add(action)
        if found.gone:
            due = self._clock() + sweep.EXPUNGE_AFTER
            self._position = replace(self._position, expunge_at=due)

    def _wanted(self, found: Page) -> tuple[Changed, ...]:
        oldest = self._oldest
        if oldest is None:
            return found.posts
        return tuple(
            each
            for each in found.posts
            if (each.stored.post.published_at or each.stored.post.collected_at) >= oldest
        )

    def _make(self, index: str) -> None:
        """Before anything is sent to it: a document for an index that we may not make is no dead
        letter, it waits in the store.
        """
        if not self._bootstrap.ensure(index):
            raise _not_made(index)
        self._making.one()
        self._known.add(index)
        self._loading.add(index)

    def _saved(self, seq: int) -> None:
        if seq > self._position.seq:
            position = replace(self._position, seq=seq)
            self._remember(position)
            self._writer.flush()
            self._position = self._save(position)

    def _remember(self, position: Position) -> None:
        with self._log.writing() as db:
            resume.remember(db, position)

    def _save(self, position: Position) -> Position:
        while not self._book.save(position, now=self._clock()):
            there = self._book.load() or position
            self._rightful(position, there)
            position = further(position, there)
            self._remember(position)
        return position


def _not_made(index: str) -> StoreError:
    return StoreError(
        f"索引 {index} 不存在，而这个密钥不能建立索引。请用管理密钥运行 tingfeng es bootstrap；"
        "同步会从停下的地方继续",
        f"there is no index {index}, and this key may not make one: run tingfeng es bootstrap with"
        " an administrator's key; the sync then goes on where it stopped",
    )
