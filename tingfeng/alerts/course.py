"""How an incident runs: opened, raised, lowered, cooling, closed, reopened.

Knows bins and levels only, so that it can be stored in a few numbers and run again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, NamedTuple

from tingfeng import Level
from tingfeng.alerts.levels import HEARTBEAT, rank
from tingfeng.alerts.rules import Firing, leading
from tingfeng.alerts.share import BIN_SECONDS, DAY_BINS

Kind = Literal["opened", "raised", "lowered", "heartbeat", "resolved"]

COOLING_BINS = DAY_BINS // 4
"""Six quiet hours: the incident is cooling and baselines learn again."""

CLOSING_BINS = DAY_BINS
LOWERING_BINS = DAY_BINS // 4
REOPEN_BINS = 3 * DAY_BINS
"""What flares up again within 72 hours is the same incident."""

FREEZE_BINS = 2 * DAY_BINS
"""Learning is frozen at most 48 hours, so that a lasting shift becomes the new usual."""

LOUDER = 2.0
"""Twice the negatives of the last message are worth a message before its clock."""
LOUDER_LEAST = 10


class Signs(NamedTuple):
    """What the rules and the ladder said of one bin."""

    bin: int
    firings: Sequence[Firing]
    level: Level
    """By the ladder, should an incident be open."""
    quiet: bool
    blind: bool
    negative: int
    """In 24 hours."""


@dataclass(slots=True)
class Interim:
    """What people were told of a quarter before it was over: an opening, or a higher level."""

    bin: int
    """The last that was judged so: once it is judged for good, all of this is confirmed or
    corrected."""
    opened: int
    """Bin that names the incident, see :attr:`Course.opened`."""
    level: Level
    sequence: int
    """Messages so far, these included."""
    reopened: int = 0


@dataclass(slots=True)
class Course:
    """Where a brand's incident stands. ``opened is None``: there never was one."""

    opened: int | None = None
    """Bin that opened it: with the brand, its identity."""
    rule: str = ""
    """What opened it."""
    window: int = DAY_BINS
    """Bins that *rule* looked back over."""
    closed: int | None = None
    level: Level = "blue"
    highest: Level = "blue"
    reopened: int = 0
    quiet: int = 0
    """Bins in a row in which all rules were quiet; blind ones are not counted."""
    below: int = 0
    """Bins in a row below the level."""
    frozen: int = 0
    sequence: int = 0
    """Messages so far."""
    sent: int = 0
    """Bin of the last message."""
    sent_negative: int = 0
    untold: bool = False
    """It is open in history, of which nobody is told: what still fires in our days makes it known,
    under the opening it had."""

    dismissed: bool = False
    """Someone closed it while it went on: only what is worse than it was then opens it again, until
    all was quiet for six hours."""
    heeded: float = 0.0
    """When the last closing by hand was said that has been carried out; seconds since 1970."""
    interim: Interim | None = None
    """What was told ahead of the course, which goes on as if it had not been: see
    :mod:`tingfeng.alerts.interim`."""

    @property
    def is_open(self) -> bool:
        """Open or cooling."""
        return self.opened is not None and self.closed is None

    @property
    def cooling(self) -> bool:
        """Open, and quiet for six hours."""
        return self.is_open and self.quiet >= COOLING_BINS

    @property
    def freezes(self) -> bool:
        """Whether baselines must not learn now."""
        return self.is_open and not self.cooling and self.frozen <= FREEZE_BINS

    def step(self, signs: Signs, *, live: bool = True) -> Kind | None:
        """Move on by one new bin; what is to be told.

        Not *live*, the bin is history: what people know of may end there, and what begins there
        stays untold.
        """
        if not (live or self.untold or self.is_open):
            self.untold = bool(signs.firings)
        kind = self._step(signs, may_rise=live or self.untold)
        if not self.untold:
            return kind
        self.untold = self.is_open and not (live and signs.firings)
        return self._tell("opened", signs) if live and signs.firings else None

    def dismiss(self, bin: int) -> None:
        """Close it by hand after *bin*."""
        self.closed, self.dismissed, self.quiet = bin, True, 0
        self.sequence += 1

    def _worse(self, signs: Signs) -> bool:
        """Whether what was closed by hand must be opened again."""
        over = self.closed is None or signs.bin > self.closed
        return over and bool(signs.firings) and rank(signs.level) > rank(self.level)

    def _rest(self, signs: Signs, *, may_rise: bool) -> Kind | None:
        if may_rise and self._worse(signs):
            return self._open(signs)
        if not signs.blind:
            self.quiet = self.quiet + 1 if signs.quiet else 0
        self.dismissed = self.quiet < COOLING_BINS
        return None

    def _step(self, signs: Signs, *, may_rise: bool) -> Kind | None:
        if self.dismissed:
            return self._rest(signs, may_rise=may_rise)
        if not self.is_open:
            return self._open(signs) if signs.firings and may_rise else None
        self.frozen += 1
        if may_rise and rank(signs.level) > rank(self.level):
            return self._raise(signs)
        if not signs.blind:
            self.quiet = self.quiet + 1 if signs.quiet else 0
            self.below = self.below + 1 if rank(signs.level) < rank(self.level) else 0
        elif not signs.quiet:
            self.quiet = 0
        if self.quiet >= CLOSING_BINS:
            self.closed = signs.bin
            return self._tell("resolved", signs)
        if self.below >= LOWERING_BINS:
            self.level, self.below = signs.level, 0
            return self._tell("lowered", signs)
        return self._beat(signs)

    def late(self, signs: Signs) -> Kind | None:
        """Look again at a bin to which late posts came: it can open or raise, nothing else."""
        if self.untold:
            self.untold = not signs.firings
            return self._tell("opened", signs) if signs.firings else None
        if self.is_open:
            return self._raise(signs) if rank(signs.level) > rank(self.level) else None
        if self.dismissed:
            return self._open(signs) if self._worse(signs) else None
        if signs.firings and (self.closed is None or signs.bin > self.closed):
            return self._open(signs)
        return None

    def _open(self, signs: Signs) -> Kind:
        again = self.closed is not None and signs.bin - self.closed <= REOPEN_BINS
        if again:
            self.reopened += 1
        else:
            self.opened, self.reopened, self.sequence = signs.bin, 0, 0
            self.highest = signs.level
            first = leading(signs.firings)
            self.rule, self.window = first.rule, first.bins
        self.closed, self.level, self.dismissed = None, signs.level, False
        self.highest = max(self.highest, signs.level, key=rank)
        self.quiet = self.below = self.frozen = 0
        return self._tell("opened", signs)

    def _raise(self, signs: Signs) -> Kind:
        self.level = signs.level
        self.highest = max(self.highest, signs.level, key=rank)
        self.quiet = self.below = 0
        return self._tell("raised", signs)

    def _beat(self, signs: Signs) -> Kind | None:
        if self.cooling:
            return None
        due = (signs.bin - self.sent) * BIN_SECONDS >= HEARTBEAT[self.level].total_seconds()
        grown = signs.negative - self.sent_negative
        louder = grown >= LOUDER_LEAST and signs.negative >= LOUDER * self.sent_negative
        return self._tell("heartbeat", signs) if due or louder else None

    def _tell(self, kind: Kind, signs: Signs) -> Kind:
        self.sequence += 1
        self.sent, self.sent_negative = signs.bin, signs.negative
        return kind

    def dump(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)

    @classmethod
    def load(cls, saved: dict[str, Any]) -> Course:
        """What :meth:`dump` gave, also that of another version."""
        known = {field.name for field in fields(cls)}
        course = cls(**{name: value for name, value in saved.items() if name in known})
        if isinstance(course.interim, dict):
            course.interim = Interim(**course.interim)
        return course
