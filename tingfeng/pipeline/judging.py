"""Incidents that history holds besides those that people were told of."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tingfeng.core.incident import Incident
from tingfeng.core.ports import DeskStore

if TYPE_CHECKING:
    from tingfeng.alerts.engine import Engine

NEAR = timedelta(days=1)
"""Two openings of one brand that lie so close are one crisis, seen from two beginnings."""


def never_told(store: DeskStore, engine: Engine, until: datetime) -> list[Incident]:
    """Incidents that a replay of history finds besides those of *store*, each at its height.

    What was taken in late was never judged live: a report over it must not say that all was quiet.
    """
    stored = store.incidents()
    found = [replace(one.incident, level=one.highest) for one in engine.replay(None, until)]
    return [one for one in found if not any(same(one, each) for each in stored)]


def same(one: Incident, other: Incident) -> bool:
    """Whether two incidents are one crisis."""
    ends = other.closed_at or other.updated_at
    return one.brand == other.brand and other.opened_at - NEAR <= one.opened_at <= ends + NEAR
