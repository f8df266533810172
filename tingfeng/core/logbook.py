"""What people say and do about incidents: lines of a logbook that only grows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from tingfeng.core.incident import Level

LONGEST_SILENCE = timedelta(days=30)
"""What is silenced for ever is forgotten: a longer silence must be said again."""

Truth = Literal["true", "false", "unclear"]
"""Whether an alarm was right. ``false``: a false alarm."""

TRUTHS: tuple[Truth, ...] = ("true", "false", "unclear")


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """Nobody is told of certain incidents for a while; they are judged and kept as ever.

    An empty matcher matches everything; at least one is not empty. All that are given must hold.
    """

    id: str
    brand: str = ""

    platform: str = ""
    """All telling posts are from there."""

    issue: str = ""
    """Id of an incident."""

    keyword: str = ""
    """All telling posts say it."""

    start: datetime
    end: datetime
    """Excluded; at most :data:`LONGEST_SILENCE` after *start*."""

    include_critical: bool = False
    """Also what is red, and red-line words."""

    by: str
    at: datetime
    comment: str

    def __post_init__(self) -> None:
        if not (self.brand or self.platform or self.issue or self.keyword):
            raise ValueError("a silence names a brand, a platform, an issue or a keyword")
        if not self.start < self.end <= self.start + LONGEST_SILENCE:
            raise ValueError("a silence ends after it starts, and within 30 days")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifting:
    """A silence ends before its time."""

    silence: str
    """Its id."""
    by: str
    at: datetime
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ack:
    """Someone has seen it and takes care. Another one is another line, and the last one holds."""

    incident: str
    level: Level
    """That it had then: what rises above it must be acknowledged again."""
    by: str
    at: datetime
    owner: str = ""
    """Who takes care; empty: *by*, or whoever was named before."""
    next_step: str = ""
    """What comes next; empty: as said before."""
    due_at: datetime | None = None
    """By when the next step is done."""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """An incident is over because someone says so, or something more is known of one that is.

    Further lines add to it: of each text the last that is not empty holds.
    """

    incident: str
    by: str
    at: datetime
    reason: str
    """Why it is over. Empty: only a further line about an incident that is."""
    cause: str = ""
    action: str = ""
    """What was done."""
    outcome: str = ""
    """What came of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """Whether the alarm was right, as the team sees it; the last line holds."""

    incident: str
    truth: Truth
    by: str
    at: datetime
    reason: str = ""


Entry: TypeAlias = Silence | Lifting | Ack | Closing | Feedback

ENTRIES: dict[str, type[Silence | Lifting | Ack | Closing | Feedback]] = {
    "silence": Silence,
    "lifting": Lifting,
    "ack": Ack,
    "closing": Closing,
    "feedback": Feedback,
}
"""By the names under which stores keep them."""
