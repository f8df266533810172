"""Whose turn it is to speak to a robot, and what is known of its last words."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from typing import Protocol

from tingfeng.alerts.pace import Pace

MARGIN = 5.0
"""Seconds that a turn outlasts the longest call: clocks of two machines differ, and no other
process may begin while a call of ours can still arrive."""

BELIEVED = 7200.0
"""Seconds ahead of now beyond which a kept moment is none of ours: the clock was set back, and a
robot must not be mute until that day comes again. The longest true wait is an hour."""

REMEMBERED = 100
"""Notices that may have arrived, at most: one a kill, and those settled since do no harm."""


class States(Protocol):
    """What a turn asks of a store."""

    def load_state(self, name: str) -> str | None: ...

    def swap_state(self, name: str, old: str | None, new: str) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What the store keeps of one robot. Times are seconds since 1970."""

    holder: str = ""
    until: float = 0.0
    maybe: list[str] = field(default_factory=list)
    """Notices that went out without us knowing whether they arrived."""
    not_before: float = 0.0
    sent: list[float] = field(default_factory=list)


class Turn:
    """One robot while this process has the word: no other one speaks to it.

    Before each message the store is told, in one step that only one process can take, that it goes
    out now. Killed after that, the message stands among those that may have arrived, and whoever
    comes next, at the earliest when the turn is over, says so with the second copy.
    """

    def __init__(self, store: States, robot: str, holder: str, longest: float, pace: Pace) -> None:
        self._store = store
        self._name = f"outbox/robot/{robot}"
        self._holder = holder
        self._lasts = longest + MARGIN
        self._pace = pace
        self._saved: str | None = None
        self._word = Word()
        self.held = False

    def take(self, now: datetime) -> bool:
        """Take the turn; whether it was free."""
        self._saved = self._store.load_state(self._name)
        self._word = _word(self._saved)
        at = now.timestamp()
        if self._word.holder not in ("", self._holder) and at < self._word.until < at + BELIEVED:
            return False
        return self._keep(
            replace(
                self._word,
                maybe=self._word.maybe[-REMEMBERED:],
                holder=self._holder,
                until=at + self._lasts,
                not_before=self._word.not_before if self._word.not_before < at + BELIEVED else 0.0,
                sent=self._pace.kept(self._word.sent, at),
            )
        )

    def due(self, now: datetime) -> float:
        """The moment from which on the robot may be spoken to."""
        return max(self._word.not_before, self._pace.due(self._word.sent, now.timestamp()))

    def unsure(self, id: str) -> bool:
        """Whether the notice may have arrived already."""
        return id in self._word.maybe

    def begin(self, id: str, now: datetime) -> bool:
        """Note that the notice goes out now; ``False``: the turn was lost, and it must not."""
        at = now.timestamp()
        return self._keep(
            replace(
                self._word,
                until=at + self._lasts,
                maybe=[*(each for each in self._word.maybe if each != id), id],
                sent=[*self._pace.kept(self._word.sent, at), at],
            )
        )

    def end(self, id: str, *, unsure: bool = False, not_before: float = 0.0) -> None:
        """Note what became of it: only with the next step, for the outbox says so as well."""
        maybe = self._word.maybe if unsure else [each for each in self._word.maybe if each != id]
        self._word = replace(self._word, maybe=maybe, not_before=not_before)

    def leave(self) -> None:
        """Give the turn away."""
        if self.held:
            self._keep(replace(self._word, holder="", until=0.0))
            self.held = False

    def _keep(self, word: Word) -> bool:
        new = json.dumps(asdict(word), ensure_ascii=False)
        self.held = self._store.swap_state(self._name, self._saved, new)
        if self.held:
            self._saved, self._word = new, word
        return self.held


def _word(saved: str | None) -> Word:
    """What was kept, by whichever version: fields that this one does not know are left out."""
    kept = json.loads(saved or "{}")
    known = {each.name for each in fields(Word)}
    return Word(**{name: value for name, value in kept.items() if name in known})
