"""Which channels hear of which incidents: teams, levels, hours, rungs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tingfeng import Level, SettingsError
from tingfeng.alerts.hours import ALWAYS, Hours
from tingfeng.alerts.levels import rank

Role = Literal["pr", "ops"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """A channel as whoever sends it messages knows it."""

    name: str
    role: Role = "pr"
    """``ops``: those who keep the collection running; they hear of gaps and of no incident."""
    level: Level = "blue"
    """From which on it hears of an incident."""
    brands: tuple[str, ...] = ()
    """Empty: all."""
    hours: Hours = ALWAYS
    """Outside them it is quiet: what is not red is held back, and told as one digest after."""
    rung: int = 0
    """0: hears at once. From 1 on: only where nobody of the rungs before acknowledged in time."""

    def hears(self, brand: str) -> bool:
        """Whether *brand* is any of its business."""
        return not self.brands or brand in self.brands


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """People who watch some brands over the one collection, with channels of their own."""

    name: str
    brands: tuple[str, ...] = ()
    """Empty: all."""
    channels: tuple[str, ...] = ()

    def watches(self, brand: str) -> bool:
        """Whether *brand* is theirs."""
        return not self.brands or brand in self.brands


class Routing:
    """*outlets* in the order of the settings. A channel that is in no team serves all of them."""

    def __init__(self, outlets: Sequence[Outlet], teams: Sequence[Team] = ()) -> None:
        self.outlets = tuple(outlets)
        self._teams = tuple(teams)
        names = {one.name for one in outlets}
        if unknown := sorted({each for team in teams for each in team.channels} - names):
            raise SettingsError(
                f"[[teams]] 的 channels 里 {'、'.join(unknown)} 不是渠道，有：{'、'.join(sorted(names))}",
                f"[[teams]]: {', '.join(unknown)} is no channel; there are: {', '.join(sorted(names))}",
            )

    @classmethod
    def everyone(cls, channels: Sequence[str]) -> Routing:
        """Every one of *channels* hears everything at once."""
        return cls([Outlet(name=name) for name in channels])

    @property
    def rungs(self) -> int:
        """The highest rung of any channel."""
        return max((one.rung for one in self.outlets), default=0)

    def of(self, brand: str) -> list[Outlet]:
        """Those that may hear of incidents of *brand*, whatever level and rung."""
        return [
            one
            for one in self.outlets
            if one.role == "pr" and one.hears(brand) and self._in_team(one.name, brand)
        ]

    def told(
        self, brand: str, level: Level, *, known: frozenset[str] = frozenset()
    ) -> list[Outlet]:
        """Those that hear at once; *known*: channels that know of the incident, and so hear how it
        goes on below their level.
        """
        return [
            one
            for one in self.of(brand)
            if one.name in known or (one.rung == 0 and rank(level) >= rank(one.level))
        ]

    def operations(self) -> list[Outlet]:
        """Those that hear of gaps."""
        return [one for one in self.outlets if one.role == "ops"]

    def _in_team(self, channel: str, brand: str) -> bool:
        teams = [team for team in self._teams if channel in team.channels]
        return not teams or any(team.watches(brand) for team in teams)
