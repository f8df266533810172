"""From the settings to who is told: teams, duty, channels and what each of them hears."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tingfeng.core.errors import SettingsError
from tingfeng.settings_watchers import RoutingSettings

if TYPE_CHECKING:
    from tingfeng.alerts.dispatch import Dispatch
    from tingfeng.alerts.duty import Duty
    from tingfeng.alerts.events import Calendar
    from tingfeng.alerts.redline import RedlineWords
    from tingfeng.alerts.routing import Outlet, Routing
    from tingfeng.core.ports import Store
    from tingfeng.settings import Settings

ROUTING = frozenset(RoutingSettings.model_fields)
"""Keys of ``[[channels]]`` that are not the notifier's."""


def dispatch(settings: Settings, store: Store, channels: Sequence[str]) -> Dispatch:
    """Whom to tell. *channels*: their names, in the order of the settings."""
    from tingfeng.alerts.dispatch import Dispatch

    who, heat = routing(settings, channels), settings.alerts.heat
    return Dispatch(store, who, duty(settings), settings.lang, heat=heat)


def routing(settings: Settings, channels: Sequence[str]) -> Routing:
    """Which channel hears what."""
    from tingfeng.alerts.routing import Routing, Team

    known = [one.name for one in (*settings.brands, *settings.competitors)]
    teams = []
    for one in settings.teams:
        _known("teams", one.name, one.brands, known)
        teams.append(Team(name=one.name, brands=tuple(one.brands), channels=tuple(one.channels)))
    pairs = zip(channels, settings.channels, strict=True)
    return Routing([_outlet(name, section, known) for name, section in pairs], teams)


def _outlet(name: str, section: Mapping[str, Any], known: Sequence[str]) -> Outlet:
    from pydantic import ValidationError

    from tingfeng.alerts.hours import Hours
    from tingfeng.alerts.routing import Outlet
    from tingfeng.settings_file import explained

    given = {key: value for key, value in section.items() if key in ROUTING}
    try:
        one = RoutingSettings.model_validate(given)
    except ValidationError as error:
        raise explained(error, Path(f"[[channels]] {name}")) from None
    _known("channels", name, one.brands, known)
    return Outlet(
        name=name,
        role=one.role,
        level=one.level,
        brands=tuple(one.brands),
        hours=Hours.parse(one.hours, one.days),
        rung=one.rung,
    )


def duty(settings: Settings) -> Duty:
    """Who is on duty."""
    from tingfeng.alerts.duty import Duty, Shift
    from tingfeng.alerts.hours import Hours

    known = [one.name for one in (*settings.brands, *settings.competitors)]
    shifts = []
    for one in settings.duty:
        _known("duty", one.name, one.brands, known)
        hours = Hours.parse(one.hours, one.days)
        shifts.append(
            Shift(name=one.name, brands=tuple(one.brands), hours=hours, rung=one.rung)
        )  # fmt: skip
    return Duty(shifts, [one.get("name", "") for one in settings.people])


def calendar(settings: Settings) -> Calendar:
    """Planned events: those that all know, and one's own."""
    from tingfeng.alerts.events import Calendar, Event

    known = [one.name for one in (*settings.brands, *settings.competitors)]
    own = []
    for one in settings.events:
        _known("events", one.name, one.brands, known)
        own.append(
            Event(name=one.name, first=one.first, last=one.last, brands=tuple(one.brands))
        )  # fmt: skip
    return Calendar(own, shipped=settings.alerts.calendar)


def redline(settings: Settings) -> RedlineWords:
    """The red-line words, those that a team added for its own brands among them."""
    from tingfeng.alerts.redline import BrandWords, RedlineWords

    shared = settings.alerts.redline
    own: dict[str, list[str]] = {}
    for team in settings.teams:
        brands = team.brands or [one.name for one in (*settings.brands, *settings.competitors)]
        for brand in brands if team.redline else ():
            own.setdefault(brand, []).extend(team.redline)
    by_brand = {brand: RedlineWords.shipped([*shared, *words]) for brand, words in own.items()}
    return BrandWords(RedlineWords.shipped(shared), by_brand)


def _known(section: str, name: str, brands: Sequence[str], known: Sequence[str]) -> None:
    if unknown := [one for one in brands if one not in known]:
        raise SettingsError(
            f"[[{section}]] {name} 的 brands：{'、'.join(unknown)} 不是品牌，有：{'、'.join(known)}",
            f"[[{section}]] {name}: {', '.join(unknown)} is no brand; there are: "
            f"{', '.join(known)}",
        )
