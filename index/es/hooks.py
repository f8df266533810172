"""Whom a bulk writer tells, and asks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock
from typing import Protocol

from index.es.buffer import Entry
from index.es.bulk_body import Action, Settled
from index.es.bulk_request import Found
from index.es.troubles import parked
from index.es.verdicts import Finding
from tingfeng import Message


class Burial(Protocol):
    """Where refused documents go: :class:`index.es.deadletters.DeadLetters`."""

    def put(self, refused: Sequence[tuple[Action, Finding, int]]) -> None:
        """Keep actions with what the server said and how often they were sent."""

    def written(self, actions: Sequence[Action]) -> None:
        """Drop letters that a later write of the same document has made pointless."""


class Hooks:
    """What is called is called by one thread at a time, without the writer's lock: it may take its
    time. It must not add actions, for it could wait for itself.
    """

    def __init__(
        self,
        *,
        dead: Burial | None,
        settled: Callable[[Action, Settled], None] | None,
        say: Callable[[Message], None] | None,
        missing: Callable[[str], bool] | None,
    ) -> None:
        self._dead, self._settled, self._say, self._missing = dead, settled, say, missing
        self._telling, self._making = Lock(), Lock()
        self._created: set[str] = set()
        self._parked: set[str] = set()

    def settle(self, entries: Sequence[Entry], how: Settled) -> None:
        """The fate of *entries* is known."""
        if self._dead is not None and how != "dead":
            self._dead.written([entry.action for entry in entries])
        if (settled := self._settled) is not None:
            with self._telling:
                for entry in entries:
                    settled(entry.action, how)

    def bury(self, refused: Sequence[Found]) -> None:
        """These were refused for good: kept before anybody is told."""
        if self._dead is not None:
            self._dead.put([(entry.action, said, entry.attempts + 1) for entry, said in refused])
        self.settle([entry for entry, _ in refused], "dead")

    def made(self, index: str, *, anew: bool) -> bool:
        """Whether the missing *index* was made; if not, that its documents are parked is said once.

        All threads meet a new month at once, and one of them makes it. Only *anew*, when it is
        still missing for a document that has been sent since, is a made one asked for again.
        """
        if self._missing is not None:
            with self._making:
                if index in self._created and not anew:
                    return True
                if self._missing(index):
                    self._created.add(index)
                    return True
        if index not in self._parked:
            self._parked.add(index)
            self.tell(parked(index))
        return False

    def tell(self, message: Message | None) -> None:
        """Say *message*, if there is one and somebody listens."""
        if message is not None and self._say is not None:
            with self._telling:
                self._say(message)
