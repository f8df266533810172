"""A batch sent, and each of its documents brought to where it belongs."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Semaphore

from index.es.buffer import Entry
from index.es.bulk_body import Settled, body
from index.es.bulk_request import Answer, BulkRequests, Found
from index.es.bulk_state import State
from index.es.hooks import Hooks
from index.es.troubles import impossible
from index.es.verdicts import Verdict

ATTEMPTS = 8
"""How often a document may fail alone (status 500, or its index still missing after it was made)
before the fault is taken to be its own."""

BROKEN = 60.0
"""Seconds for which a server may fail at a document, e.g. while its shard moves to another node."""

_LATER = (Verdict.BLOCKED, Verdict.BUSY, Verdict.BROKEN, Verdict.UNREACHABLE)


class Delivery:
    """What the threads of a writer do with their batches. Used by all of them at once.

    There is one more thread than may send: its batch is ready when an answer comes, so that the
    server need not wait while that answer is read.
    """

    def __init__(
        self, requests: BulkRequests, hooks: Hooks, state: State, *, connections: int
    ) -> None:
        self._requests, self._hooks, self._state = requests, hooks, state
        self._gate = Semaphore(connections)

    def deliver(self, batch: Sequence[Entry]) -> None:
        """Send *batch* when it is its turn, and see to its documents; or put it back, where the
        pace was cut meanwhile.
        """
        state, taken = self._state, self._state.clock()
        sending = body([entry.action for entry in batch])
        with self._gate:
            with state.lock:
                sent = state.clock()
                if state.pace.cut_since(taken):
                    state.buffer.back(batch, sent)
                    return
                state.counts["requests"] += 1
            said = self._requests.send(batch, sending)
        answer = self._requests.sorted(batch, said, len(sending))
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
            with self._state.lock:
                self._state.pace.too_large(answer.octets)
            self._back(batch)

    def _halve(self, batch: Sequence[Entry]) -> None:
        middle = len(batch) // 2
        with self._state.lock:
            self._state.counts["retried"] += len(batch)
        for half in (batch[:middle], batch[middle:]):
            for entry in half:
                entry.attempts += 1
            self.deliver(half)

    def _back(self, entries: Sequence[Entry], *, last: bool = False) -> None:
        with self._state.lock:
            for entry in entries:
                entry.attempts += 1
            self._state.counts["retried"] += len(entries)
            self._state.buffer.back(entries, self._state.clock(), last=last)

    def _again(self, found: Sequence[Found], sent: float) -> None:
        """Nothing is decided about these: they go back, and all threads wait."""
        finding = found[0][1]
        broken = finding.verdict is Verdict.BROKEN
        poison = self._poison(found) if broken else []
        self._bury(poison)
        # One at which the server fails must not stand in the way of all others.
        self._back([each[0] for each in found if each not in poison], last=broken)
        with self._state.lock:
            now, pace = self._state.clock(), self._state.pace
            if finding.verdict is Verdict.BLOCKED:
                pace.block(sent, now)
            else:
                pace.back_off(sent, now, halve=finding.verdict is not Verdict.UNREACHABLE)
            message = self._state.standstill.met(finding, now)
        self._hooks.tell(message)

    def _poison(self, found: Sequence[Found]) -> list[Found]:
        """Those that the server fails at, many times and for long, while it takes others."""
        bad = []
        with self._state.lock:
            now, settled = self._state.clock(), self._state.buffer.settled
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
            index = entry.action.index
            entry.missed += 1
            if index not in made:
                hopeful = entry.missed < ATTEMPTS
                made[index] = hopeful and self._hooks.made(index, anew=entry.missed > 1)
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
        with self._state.lock:
            self._state.progress = now = self._state.clock()
            self._state.counts[how] += len(entries)
            self._state.buffer.settle(entries, now)
            self._state.done.notify_all()

    def _passed(self, sent: float) -> None:
        """A request met neither block nor push-back."""
        with self._state.lock:
            if self._state.pace.blocked and not self._state.pace.unblock(sent):
                return
            self._state.pace.clean()
            message = self._state.standstill.ended(self._state.clock())
        self._hooks.tell(message)
