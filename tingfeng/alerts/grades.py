"""蓝黄橙红: names, clocks, and the lines that give a level."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from tingfeng import LEVELS, Level, Message

NAMES: dict[Level, Message] = {
    "blue": Message("蓝色关注", "blue (watch)"),
    "yellow": Message("黄色预警", "yellow (warning)"),
    "orange": Message("橙色严重", "orange (serious)"),
    "red": Message("红色危机", "red (crisis)"),
}

HEARTBEAT: dict[Level, timedelta] = {
    "blue": timedelta(hours=24),
    "yellow": timedelta(hours=4),
    "orange": timedelta(hours=1),
    "red": timedelta(minutes=30),
}
"""How often an open incident is spoken of although nothing changed: the clocks of Chinese PR
desks."""

FIRST_ACTION: dict[Level, timedelta] = {
    "blue": timedelta(hours=4),
    "yellow": timedelta(hours=2),
    "orange": timedelta(hours=1),
    "red": timedelta(minutes=30),
}
"""Within which someone should have acted."""


def rank(level: Level) -> int:
    """0 for blue, 3 for red."""
    return LEVELS.index(level)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One condition of one level."""

    level: Level
    name: str
    value: float
    needed: float
    says: Message
    missing: Message
    """What would have to happen for it to hold."""
    statistical: bool = True
    """Rests on a baseline: says nothing above blue while that is still being learnt."""

    @property
    def met(self) -> bool:
        """Whether it holds."""
        return self.value >= self.needed

    @property
    def nearness(self) -> float:
        """0 to 1: how much of what is needed is there."""
        return min(self.value / self.needed, 1.0) if self.needed else 1.0
