"""Writes documents in bulk, so that none is lost or doubled whatever breaks on the way.

A request whose answer was lost is sent again: ids and versions are ours, so that the second time
writes nothing. Refused documents are retried one by one, wrong ones become dead letters, and
whatever stops all writing is waited for, or raised where waiting cannot help.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from threading import Condition, Lock, Thread
from typing import TYPE_CHECKING, Self

from index.es.buffer import Buffer, Entry
from index.es.bulk_body import Action, Settled
from index.es.bulk_request import Answer, BulkRequests, Found
from index.es.hooks import Burial, Hooks
from index.es.pace import Pace
from index.es.standstill import Standstill
from index.es.tally import Tally
from index.es.troubles import impatient, impossible
from index.es.verdicts import Verdict
from tingfeng import Message

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

__all__ = ["Action", "BulkWriter", "Burial", "Settled", "Tally"]

ATTEMPTS = 8
"""How often a document may fail alone (status 500, or its index still missing after it was made)
before the fault is taken to be its own."""

BROKEN = 60.0
"""Seconds for which a server may fail at a document, e.g. while its shard moves to another node."""


class BulkWriter:
    """Fills ``_bulk`` requests and sends them from *threads*; used by any number of threads.

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
        self._requests = BulkRequests(
            client, request_timeout=request_timeout, require_alias=require_alias
        )
        self._seconds, self._patience = seconds, patience
        self._hooks = Hooks(dead=dead, settled=settled, say=say, missing=missing)
        self._clock, self._wait = clock, wait
        self._pace = pace or Pace(documents=documents, octets=octets)
        # Each thread's batch on the wire and the next one, and one being filled.
        many = 2 * threads + 1
        self._buffer = Buffer(documents=many * documents, octets=many * octets)
        self._standstill = Standstill()
        self._counts = dict.fromkeys(("written", "stale", "dead", "retried", "requests"), 0)
        self._lock = Lock()
        self._work, self._done = Condition(self._lock), Condition(self._lock)
        self._failure: BaseException | None = None
        self._flushing, self._sending, self._stopping = 0, 0, False
        self._progress = clock()
        self._threads = [
            Thread(target=self._run, name=f"bulk-{number}", daemon=True)
            for number in range(threads)
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
        with self._lock:
            buffer, pace = self._buffer, self._pace
            if self._stopping or self._failure is not None or not buffer.room(entry.octets):
                self._await_room(entry.octets)
            now = self._clock()
            if not buffer.unsettled:
                self._progress = now
            ready = buffer.put(entry, now)
            if ready == 1 or ready >= pace.documents or buffer.ready_octets >= pace.octets:
                self._work.notify()

    def flush(self) -> None:
        """Return when all that was added so far is settled.

        :raises StoreError: writing is impossible, or nothing was settled for *patience* seconds.
            What waits is not forgotten: a further flush waits for it again.
        """
        with self._lock:
            mark = self._buffer.flush()
            self._flushing += 1
            self._work.notify_all()
            try:
                self._await(lambda: self._buffer.flushed(mark))
            finally:
                self._flushing -= 1

    def close(self) -> None:
        """Stop, leaving what is not settled; requests on their way are still heard out."""
        with self._lock:
            self._stopping = True
            self._work.notify_all()
            self._done.notify_all()
        for thread in self._threads:
            thread.join()

    @property
    def tally(self) -> Tally:
        """What was done so far."""
        with self._lock:
            return Tally(**self._counts, waited=self._pace.waited)

    def _await_room(self, octets: int) -> None:
        self._await(lambda: self._buffer.room(octets))

    def _await(self, reached: Callable[[], bool]) -> None:
        since = self._clock()
        while True:
            if self._failure is not None:
                raise self._failure
            if self._stopping:
                raise RuntimeError("the writer is closed")
            if reached():
                return
            rest = max(since, self._progress) + self._patience - self._clock()
            if rest <= 0:
                waiting = self._buffer.waiting()
                raise impatient(waiting, self._patience, self._standstill.finding)
            self._wait(self._done, rest)

    def _run(self) -> None:
        try:
            while batch := self._take():
                try:
                    self._deliver(batch)
                finally:
                    with self._lock:
                        self._sending -= 1
                        self._work.notify()
        except BaseException as error:  # noqa: BLE001 (raised where the writer is used)
            with self._lock:
                self._failure = self._failure or error
                self._work.notify_all()
                self._done.notify_all()

    def _take(self) -> list[Entry]:
        """The next batch, when it is time for it; empty: the end."""
        buffer, pace = self._buffer, self._pace
        with self._lock:
            while not self._stopping and self._failure is None:
                now = self._clock()
                rest: float | None = None
                if now < pace.resume_at:
                    rest = pace.resume_at - now
                elif buffer.ready and not (pace.blocked and self._sending):
                    rest = self._due(now)
                    if rest <= 0:
                        self._sending += 1
                        batch = buffer.cut(pace.documents, pace.octets, now)
                        if buffer.ready:
                            self._work.notify()  # somebody must watch the time of what is left
                        return batch
                self._wait(self._work, rest)
            return []

    def _due(self, now: float) -> float:
        """Seconds until what is ready should go."""
        buffer, pace = self._buffer, self._pace
        full = buffer.ready >= pace.documents or buffer.ready_octets >= pace.octets
        if full or self._flushing or self._standstill.finding is not None:
            return 0.0
        return buffer.since + self._seconds - now

    def _deliver(self, batch: Sequence[Entry]) -> None:
        sent = self._clock()
        with self._lock:
            self._counts["requests"] += 1
        answer = self._requests.send(batch)
        for fatal in (Verdict.FORBIDDEN, Verdict.WRONG):
            if found := answer.take(fatal):
                impossible(found[0][1])
        self._settle(answer.written, "written")
        self._settle(answer.stale, "stale")
        self._make(answer.take(Verdict.MISSING))
        self._refuse(answer, batch)
        later = [each for each in _LATER if answer.take(each)]
        for verdict in later:
            self._again(answer.take(verdict), sent)
        if not later:
            self._passed(sent)

    def _refuse(self, answer: Answer, batch: Sequence[Entry]) -> None:
        """Documents that are wrong or too large; if it is the request that is, find out which."""
        refused, large = answer.take(Verdict.REFUSED), answer.take(Verdict.TOO_LARGE)
        if not answer.whole or len(batch) == 1:
            self._bury(refused + large)
        elif refused:
            self._halve(batch)
        elif large:
            with self._lock:
                self._pace.too_large(answer.octets)
            self._back(batch)

    def _halve(self, batch: Sequence[Entry]) -> None:
        middle = len(batch) // 2
        with self._lock:
            self._counts["retried"] += len(batch)
        for half in (batch[:middle], batch[middle:]):
            for entry in half:
                entry.attempts += 1
            self._deliver(half)

    def _back(self, entries: Sequence[Entry], *, last: bool = False) -> None:
        with self._lock:
            for entry in entries:
                entry.attempts += 1
            self._counts["retried"] += len(entries)
            self._buffer.back(entries, self._clock(), last=last)

    def _again(self, found: Sequence[Found], sent: float) -> None:
        """Nothing is decided about these: they go back, and all threads wait."""
        finding = found[0][1]
        broken = finding.verdict is Verdict.BROKEN
        poison = self._poison(found) if broken else []
        self._bury(poison)
        # One at which the server fails must not stand in the way of all others.
        self._back([each[0] for each in found if each not in poison], last=broken)
        with self._lock:
            now, pace = self._clock(), self._pace
            if finding.verdict is Verdict.BLOCKED:
                pace.block(sent, now)
            else:
                pace.back_off(sent, now, halve=finding.verdict is not Verdict.UNREACHABLE)
            message = self._standstill.met(finding, now)
        self._hooks.tell(message)

    def _poison(self, found: Sequence[Found]) -> list[Found]:
        """Those that the server fails at, many times and for long, while it takes others."""
        bad = []
        with self._lock:
            now, settled = self._clock(), self._buffer.settled
            for entry, finding in found:
                if entry.broken_since is None:
                    entry.broken_since, entry.settled_then = now, settled
                often = entry.attempts + 1 >= ATTEMPTS and now - entry.broken_since >= BROKEN
                if often and settled > entry.settled_then:
                    bad.append((entry, finding))
        return bad

    def _make(self, found: Sequence[Found]) -> None:
        """Documents whose index is missing: make it and send them again, or park them."""
        made: dict[str, bool] = {}
        for entry, _ in found:
            index, sent = entry.action.index, entry.attempts + 1
            if index not in made:
                made[index] = sent < ATTEMPTS and self._hooks.made(index, anew=sent > 1)
        self._bury([each for each in found if not made[each[0].action.index]])
        self._back([entry for entry, _ in found if made[entry.action.index]])

    def _bury(self, refused: Sequence[Found]) -> None:
        if refused:
            self._hooks.bury(refused)
            self._release([entry for entry, _ in refused], "dead")

    def _settle(self, entries: Sequence[Entry], how: Settled) -> None:
        if entries:
            self._hooks.settle(entries, how)
            self._release(entries, how)

    def _release(self, entries: Sequence[Entry], how: Settled) -> None:
        with self._lock:
            self._progress = now = self._clock()
            self._counts[how] += len(entries)
            self._buffer.settle(entries, now)
            self._done.notify_all()

    def _passed(self, sent: float) -> None:
        """A request met neither block nor push-back."""
        with self._lock:
            if self._pace.blocked and not self._pace.unblock(sent):
                return
            self._pace.clean()
            message = self._standstill.ended(self._clock())
        self._hooks.tell(message)


_LATER = (Verdict.BLOCKED, Verdict.BUSY, Verdict.BROKEN, Verdict.UNREACHABLE)
