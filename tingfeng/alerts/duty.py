"""Who is on duty."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tingfeng import Level, SettingsError
from tingfeng.alerts.hours import ALWAYS, Hours


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """Someone's hours."""

    name: str
    """As in the list of people."""
    brands: tuple[str, ...] = ()
    """Empty: all."""
    hours: Hours = ALWAYS
    rung: int = 0
    """0: called first. From 1 on: where nobody acknowledged in time."""

    def about(self, brand: str, rung: int) -> bool:
        """Whether they answer for *brand* on this rung, at whatever hour."""
        return self.rung == rung and (not self.brands or brand in self.brands)


class Duty:
    """The roster. *people*: names that channels know how to call."""

    def __init__(self, shifts: Sequence[Shift] = (), people: Iterable[str] | None = None) -> None:
        self._shifts = tuple(shifts)
        if people is not None and (
            unknown := sorted({one.name for one in shifts} - set(people))
        ):  # nobody would be called, and nobody would notice
            raise SettingsError(
                f"[[duty]] 的 {'、'.join(unknown)} 不在 [[people]] 里：请加上，写明怎么 @ 到",
                f"[[duty]]: {', '.join(unknown)} is not among [[people]]: add them, with how to "
                "call them",
            )

    @property
    def rungs(self) -> int:
        """The highest rung."""
        return max((one.rung for one in self._shifts), default=0)

    def on(self, brand: str, at: datetime, *, rung: int = 0, level: Level = "blue") -> list[str]:
        """Who is on duty for *brand*, each once, in the order of the settings.

        Of a red incident at an hour that is nobody's, everyone who ever answers for the brand.
        """
        theirs = [one for one in self._shifts if one.about(brand, rung)]
        on = [one.name for one in theirs if one.hours.cover(at)]
        if not on and level == "red":
            on = [one.name for one in theirs]
        return list(dict.fromkeys(on))
