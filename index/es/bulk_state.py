"""What the threads of a bulk writer share."""

from __future__ import annotations

from collections.abc import Callable
from threading import Condition, Lock

from index.es.buffer import Buffer
from index.es.pace import Pace
from index.es.standstill import Standstill
from index.es.tally import Tally


class State:
    """Everything but the lock is read and changed with the lock held."""

    def __init__(self, *, buffer: Buffer, pace: Pace, clock: Callable[[], float]) -> None:
        self.lock = Lock()
        self.work = Condition(self.lock)
        """There may be something to send."""

        self.done = Condition(self.lock)
        """Something was settled, or nothing ever will be."""

        self.buffer, self.pace, self.clock = buffer, pace, clock
        self.standstill = Standstill()
        self.progress = clock()
        """When something was settled last."""

        self.counts = dict.fromkeys(("written", "stale", "dead", "retried", "requests"), 0)

    @property
    def tally(self) -> Tally:
        """What was done so far."""
        with self.lock:
            return Tally(**self.counts, waited=self.pace.waited)
