"""What a report must know of an incident that no post tells: how it ran, and who cares for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from shlex import quote
from typing import Literal

from tingfeng import LEVELS, Ack, Closing, Feedback, Incident, Level, Message
from tingfeng.core.incident import State
from tingfeng.insight.period import Period

Kind = Literal["opened", "raised", "lowered", "resolved"]

KINDS: dict[Kind, Message] = {
    "opened": Message("开警", "opened"),
    "raised": Message("升级", "raised"),
    "lowered": Message("降级", "lowered"),
    "resolved": Message("结束", "closed"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that happened to an incident."""

    at: datetime
    """Event time."""
    kind: Kind
    level: Level
    """From then on; of one that is resolved, its highest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One line of the level rules, and where it stands."""

    level: Level
    met: bool
    says: Message
    missing: Message
    """What would have to happen for it to hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What would change the level of an incident, by the rules that judge it."""

    at: datetime
    """The moment of which :attr:`Condition.says` speaks."""
    conditions: tuple[Condition, ...]
    learning: bool = False
    """The baseline is still being learnt: conditions that rest on it are left out."""
    lowered_after: timedelta
    closed_after: timedelta
    reopened_within: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """An incident with all that is on record about it."""

    incident: Incident
    """As it stands now; what only a replay found, as it stood at its end."""
    replayed: bool = False
    """Nobody was told of it."""
    steps: tuple[Step, ...] = ()
    """By time. Empty: not on record."""
    told_at: datetime | None = None
    """When the first message of it went out; ``None``: none did."""
    act_within: timedelta | None = None
    """In which someone should have acted, at its level."""
    acks: tuple[Ack, ...] = ()
    owner: str = ""
    next_step: str = ""
    due_at: datetime | None = None
    closing: Closing | None = None
    """What the team wrote of its end."""
    feedback: Feedback | None = None
    rules: Rules | None = None
    likeness: tuple[Message, ...] = ()
    """Earlier incidents like it, a sentence each, with what was done then."""

    @property
    def look(self) -> str:
        """The command that shows it."""
        if self.replayed:
            name = self.incident.brand
            return f"tingfeng alerts replay --brand {name if name.isalnum() else quote(name)}"
        return f"tingfeng alerts show {self.incident.id}"

    def during(self, period: Period) -> tuple[Step, ...]:
        """What happened to it in *period*."""
        return tuple(one for one in self.history if period.since <= one.at < period.until)

    @property
    def history(self) -> tuple[Step, ...]:
        """:attr:`steps`, or what the incident itself says of them."""
        if self.steps:
            return self.steps
        one = self.incident
        found = [Step(at=one.opened_at, kind="opened", level=one.level)]
        if one.closed_at is not None:
            found.append(Step(at=one.closed_at, kind="resolved", level=one.level))
        return tuple(found)

    def as_of(self, moment: datetime) -> Incident | None:
        """The incident as it stood just before *moment*; ``None``: it had not opened yet."""
        past = [one for one in self.history if one.at < moment]
        if not past:
            return None
        last = past[-1]
        closed = last.kind == "resolved"
        live: State = "cooling" if self._cools(moment) else "open"
        return replace(
            self.incident,
            level=last.level,
            state="closed" if closed else live,
            closed_at=last.at if closed else None,
        )

    def height(self, period: Period) -> Level:
        """The highest level that it had in *period*."""
        before = self.as_of(period.since)
        levels = [one.level for one in self.during(period) if one.kind != "resolved"]
        if before is not None and (before.state != "closed" or not levels):
            levels.append(before.level)
        return max(levels or [self.incident.level], key=LEVELS.index)

    def _cools(self, moment: datetime) -> bool:
        return self.incident.state == "cooling" and self.incident.updated_at < moment

    @property
    def first_response(self) -> timedelta | None:
        """From the first message, or where none went out from the opening, to the first
        acknowledgement; ``None``: nobody acknowledged it.
        """
        if not self.acks:
            return None
        began = self.told_at or self.incident.opened_at
        return max(min(one.at for one in self.acks) - began, timedelta(0))

    @property
    def lasted(self) -> timedelta | None:
        """From opening to end; ``None``: not over."""
        ended = self.incident.closed_at
        return None if ended is None else ended - self.incident.opened_at


def touching(dossiers: Sequence[Dossier], period: Period, brand: str) -> list[Dossier]:
    """Those of *brand* that were going on at some moment of *period*, latest opened first."""
    found = []
    for one in dossiers:
        before = one.as_of(period.since)
        going = before is not None and before.state != "closed"
        if one.incident.brand == brand and (going or one.during(period)):
            found.append(one)
    return sorted(found, key=lambda one: one.incident.opened_at, reverse=True)
