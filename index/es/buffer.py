"""Actions between their being added and their being settled: bounded, and in order for each id."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from index.es.bulk_body import Action, octets

Key = tuple[str, str]


class Entry:
    """An action on its way."""

    __slots__ = (
        "action", "attempts", "broken_since", "key", "mark", "missed", "octets", "settled_then",
    )  # fmt: skip

    def __init__(self, action: Action) -> None:
        self.action = action
        self.key: Key = (action.index, action.id)
        self.octets = octets(action)
        self.attempts = 0
        self.mark = 0
        """Number of the flush that waits for it."""

        self.missed = 0
        """How often its index was not there."""

        self.broken_since: float | None = None
        """When the server first failed at it."""

        self.settled_then = 0
        """How many actions were settled at that moment."""


class Buffer:
    """Not locked: the writer holds its lock.

    **Order.** An id is on its way at most once; a further action on it stands aside until the
    former is settled. So no retry can bring an older state over a newer one, with versions or
    without, and no index can be repeated after the deletion that followed it. What is older and
    comes from *another* writer is refused by its version; a deleted document's version is
    remembered by the server for ``index.gc_deletes`` only.
    """

    def __init__(self, *, documents: int, octets: int) -> None:
        self._documents, self._octets = documents, octets
        self._ready: deque[Entry] = deque()
        self._open: dict[Key, deque[Entry] | None] = {}
        self._marks: dict[int, int] = {}
        self._mark = 0
        self.ready_octets = 0
        self.open_octets = 0
        self.unsettled = 0
        self.settled = 0
        self.since = 0.0
        """When the first of the ready ones became so."""

    def room(self, size: int) -> bool:
        """Whether *size* more bytes fit; anything fits into an empty buffer."""
        return not self.unsettled or (
            self.unsettled < self._documents and self.open_octets + size <= self._octets
        )

    def put(self, entry: Entry, now: float) -> int:
        """Take *entry* in; how many are ready to be sent."""
        entry.mark = mark = self._mark
        self._marks[mark] = self._marks.get(mark, 0) + 1
        self.unsettled += 1
        self.open_octets += entry.octets
        key, opened = entry.key, self._open
        if key not in opened:
            opened[key] = None
            self._append(entry, now)
        elif (successors := opened[key]) is None:
            opened[key] = deque((entry,))
        else:
            successors.append(entry)
        return len(self._ready)

    def _append(self, entry: Entry, now: float) -> None:
        if not self._ready:
            self.since = now
        self._ready.append(entry)
        self.ready_octets += entry.octets

    @property
    def ready(self) -> int:
        """How many could be sent now."""
        return len(self._ready)

    def cut(self, documents: int, octets: float, now: float) -> list[Entry]:
        """The next ones: at most so many, and so many bytes, but at least one."""
        taken: list[Entry] = []
        ready, size = self._ready, 0
        while ready and len(taken) < documents:
            total = size + ready[0].octets
            if taken and total > octets:
                break
            size = total
            taken.append(ready.popleft())
        self.ready_octets -= size
        self.since = now
        return taken

    def back(self, entries: Iterable[Entry], now: float, *, last: bool = False) -> None:
        """To be sent again: before all others, in their order; or after them."""
        if last:
            for entry in entries:
                self._append(entry, now)
            return
        for entry in reversed(list(entries)):
            self._ready.appendleft(entry)
            self.ready_octets += entry.octets

    def settle(self, entries: Iterable[Entry], now: float) -> None:
        """Let go of *entries*; who stood aside for them becomes ready."""
        opened, marks = self._open, self._marks
        for entry in entries:
            self.unsettled -= 1
            self.settled += 1
            self.open_octets -= entry.octets
            marks[entry.mark] -= 1
            successors = opened.pop(entry.key)
            if successors is not None:
                opened[entry.key] = successors
                self._append(successors.popleft(), now)
                if not successors:
                    opened[entry.key] = None

    def flush(self) -> int:
        """A mark behind all that is in the buffer now, for :meth:`flushed`."""
        self._mark += 1
        return self._mark

    def flushed(self, mark: int) -> bool:
        """Whether everything before *mark* is settled."""
        marks = self._marks
        for former in [each for each in marks if each < mark and not marks[each]]:
            del marks[former]
        return not any(each < mark for each in marks)

    def waiting(self) -> dict[str, int]:
        """How many actions wait, by index."""
        counts: dict[str, int] = {}
        for (index, _), successors in self._open.items():
            counts[index] = counts.get(index, 0) + 1 + len(successors or ())
        return counts
