"""What a sync does when it has written what was waiting: sums, and clearing away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from index import changes
from index.connect import Database
from index.es import sweep
from index.es.position import Position
from index.es.summing import Sums
from index.es.writer import BulkWriter

if TYPE_CHECKING:
    from index.es.connect import Cluster

SUMS_EVERY = 60.0
"""Seconds between two rounds of daily metrics and creators while changes keep coming."""

PRUNE_EVERY = 3600.0
"""Seconds between two looks at whether the log knows of removals that are long past."""


class Afterwards:
    """The part of :class:`index.es.sync.Sync` that has time."""

    _cluster: Cluster
    _log: Database
    _sums: Sums
    _writer: BulkWriter
    _clock: Callable[[], float]
    _position: Position
    _late: float
    """Seconds after which nothing arrives any more of who was followed before."""

    _summed: float = 0.0
    _pruned: float = 0.0

    def _save(self, position: Position) -> Position:
        raise NotImplementedError

    def _afterwards(self, *, at_once: bool) -> None:
        """*at_once*: sums are not waited for until a minute is over."""
        if at_once or self._clock() - self._summed >= SUMS_EVERY:
            self._sum_up()
        self._expunge()
        self._sweep()
        self._prune()

    def _sum_up(self) -> None:
        self._summed = self._clock()
        until, due = self._sums.actions(self._position)
        if until > self._position.metrics:
            for action in due:
                self._writer.add(action)
            self._writer.flush()
            self._position = self._save(replace(self._position, metrics=until))

    def _expunge(self) -> None:
        """Of people who were forgotten no bytes are to stay in the index."""
        due = self._position.expunge_at
        if due is not None and self._clock() >= due:
            sweep.expunge(self._cluster)
            self._position = self._save(replace(self._position, expunge_at=None))

    def _sweep(self) -> None:
        """After another state of the store took over: what it does not know goes. Once more when
        nothing can arrive any more that was sent before everybody knew.
        """
        position, now = self._position, self._clock()
        if position.swept and (position.sweep_again is None or now < position.sweep_again):
            return
        for action in sweep.of_earlier_epochs(self._cluster, position.epoch):
            self._writer.add(action)
        self._writer.flush()
        again = None if position.swept else now + self._late
        self._position = self._save(replace(position, swept=True, sweep_again=again))

    def _prune(self) -> None:
        """The log must not grow with all that was ever removed."""
        position, now = self._position, self._clock()
        if position.swept and position.sweep_again is None and now - self._pruned >= PRUNE_EVERY:
            self._pruned = now
            with self._log.writing() as db:
                changes.prune(db, min(position.seq, position.metrics), now=now)
