"""Writes documents in bulk, so that none is lost or doubled whatever breaks on the way.

A request whose answer was lost is sent again: ids and versions are ours, so that the second time
writes nothing. Refused documents are retried one by one, wrong ones become dead letters, and
whatever stops all writing is waited for, or raised where waiting cannot help.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Condition, Thread
from typing import TYPE_CHECKING, Self

from index.es.buffer import Buffer, Entry
from index.es.bulk_body import Action, Settled
from index.es.bulk_request import BulkRequests
from index.es.bulk_state import State
from index.es.delivery import Delivery
from index.es.hooks import Burial, Hooks
from index.es.pace import Pace
from index.es.tally import Tally
from index.es.troubles import impatient
from tingfeng import Message

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

__all__ = ["Action", "BulkWriter", "Burial", "Settled", "Tally"]


class BulkWriter:
    """Fills ``_bulk`` requests and sends *threads* of them at once; used by any number of threads.

    A request goes out when *documents* or *octets* are together, or *seconds* after the first of
    them came, also when nobody adds any more. While a block (full disk, read-only index, no master)
    lasts, all of it stands still and probes with one document every 5 to 30 seconds.

    :param dead: keeps what is refused for good.
    :param settled: is told the fate of each action, by one thread at a time.
    :param say: is told when writing stands still, why, and when it goes on.
    :param missing: is asked for an index that does not exist; says whether it has made it.
    :param patience: seconds without any document settled after which :meth:`flush` and
        :meth:`add` raise.
    """

    def __init__(
        self,
        client: Elasticsearch,
        *,
        threads: int = 2,
        documents: int = 1000,
        octets: int = 5_000_000,
        seconds: float = 2.0,
        dead: Burial | None = None,
        settled: Callable[[Action, Settled], None] | None = None,
        say: Callable[[Message], None] | None = None,
        missing: Callable[[str], bool] | None = None,
        require_alias: bool = False,
        patience: float = 600.0,
        request_timeout: float = 60.0,
        pace: Pace | None = None,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[Condition, float | None], object] = Condition.wait,
    ) -> None:
        self._seconds, self._patience, self._wait = seconds, patience, wait
        # Each thread's batch on the wire and the next one, and one being filled.
        many = 2 * threads + 1
        self._state = State(
            buffer=Buffer(documents=many * documents, octets=many * octets),
            pace=pace or Pace(documents=documents, octets=octets),
            clock=clock,
        )
        self._delivery = Delivery(
            BulkRequests(client, request_timeout=request_timeout, require_alias=require_alias),
            Hooks(dead=dead, settled=settled, say=say, missing=missing),
            self._state,
            connections=threads,
        )
        self._failure: BaseException | None = None
        self._flushing, self._sending, self._stopping = 0, 0, False
        self._threads = [
            Thread(target=self._run, name=f"bulk-{number}", daemon=True)
            for number in range(threads + 1)
        ]
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self.flush()
        finally:
            self.close()

    def add(self, action: Action) -> None:
        """Take *action* in; waits while the buffer is full.

        :raises StoreError: writing is impossible, or nothing was settled for *patience* seconds.
        """
        entry = Entry(action)
        with self._state.lock:
            buffer, pace = self._state.buffer, self._state.pace
            if self._stopping or self._failure is not None or not buffer.room(entry.octets):
                self._await_room(entry.octets)
            now = self._state.clock()
            if not buffer.unsettled:
                self._state.progress = now
            ready = buffer.put(entry, now)
            if ready == 1 or ready >= pace.documents or buffer.ready_octets >= pace.octets:
                self._state.work.notify()

    def flush(self) -> None:
        """Return when all that was added so far is settled.

        :raises StoreError: writing is impossible, or nothing was settled for *patience* seconds.
            What waits is not forgotten: a further flush waits for it again.
        """
        with self._state.lock:
            mark = self._state.buffer.flush()
            self._flushing += 1
            self._state.work.notify_all()
            try:
                self._await(lambda: self._state.buffer.flushed(mark))
            finally:
                self._flushing -= 1

    def close(self) -> None:
        """Stop, leaving what is not settled; requests on their way are still heard out."""
        with self._state.lock:
            self._stopping = True
            self._state.work.notify_all()
            self._state.done.notify_all()
        for thread in self._threads:
            thread.join()

    @property
    def tally(self) -> Tally:
        """What was done so far."""
        return self._state.tally

    def _await_room(self, octets: int) -> None:
        self._await(lambda: self._state.buffer.room(octets))

    def _await(self, reached: Callable[[], bool]) -> None:
        since = self._state.clock()
        while True:
            if self._failure is not None:
                raise self._failure
            if self._stopping:
                raise RuntimeError("the writer is closed")
            if reached():
                return
            rest = max(since, self._state.progress) + self._patience - self._state.clock()
            if rest <= 0:
                waiting = self._state.buffer.waiting()
                raise impatient(waiting, self._patience, self._state.standstill.finding)
            self._wait(self._state.done, rest)

    def _run(self) -> None:
        try:
            while batch := self._take():
                try:
                    self._delivery.deliver(batch)
                finally:
                    with self._state.lock:
                        self._sending -= 1
                        self._state.work.notify()
        except BaseException as error:  # noqa: BLE001 (raised where the writer is used)
            with self._state.lock:
                self._failure = self._failure or error
                self._state.work.notify_all()
                self._state.done.notify_all()

    def _take(self) -> list[Entry]:
        """The next batch, when it is time for it; empty: the end."""
        buffer, pace = self._state.buffer, self._state.pace
        with self._state.lock:
            while not self._stopping and self._failure is None:
                now = self._state.clock()
                rest: float | None = None
                if now < pace.resume_at:
                    rest = pace.resume_at - now
                elif buffer.ready and not (pace.blocked and self._sending):
                    rest = self._due(now)
                    if rest <= 0:
                        self._sending += 1
                        batch = buffer.cut(pace.documents, pace.octets, now)
                        if buffer.ready:
                            self._state.work.notify()  # somebody must watch the time of what is left
                        return batch
                self._wait(self._state.work, rest)
            return []

    def _due(self, now: float) -> float:
        """Seconds until what is ready should go."""
        buffer, pace = self._state.buffer, self._state.pace
        full = buffer.ready >= pace.documents or buffer.ready_octets >= pace.octets
        if full or self._flushing or self._state.standstill.finding is not None:
            return 0.0
        return buffer.since + self._seconds - now
