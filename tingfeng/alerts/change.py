"""What happened to an incident, and what every brand's walk uses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b

from tingfeng import Evidence, Incident, Message
from tingfeng.alerts.course import Kind
from tingfeng.alerts.events import Calendar
from tingfeng.alerts.interim import Standing
from tingfeng.alerts.levels import Ladder
from tingfeng.alerts.numbers import Numbers
from tingfeng.alerts.rules import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something happened to an incident."""

    kind: Kind
    at: datetime
    """Event time: end of the bin."""
    incident: Incident
    """As it is from then on."""
    evidence: Evidence
    """Of this moment; the incident keeps that of its highest level."""
    sequence: int
    """Number of the message within the incident."""
    standing: Standing = "final"
    links: Mapping[str, str]
    """Addresses of the telling posts of this moment, by key; posts without one are left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What every brand's walk uses."""

    numbers: Numbers
    rules: Sequence[Rule]
    ladder: Ladder
    reader_note: Message
    calendar: Calendar = field(default_factory=Calendar)


def incident_id(brand: str, opened_at: datetime, key: str = "") -> str:
    """Twelve hex digits, the same whenever the same bin opens an incident of the same brand.
    *key*: issue of an incident that opens while another one of the brand goes on.
    """
    name = f"{brand}\0{opened_at.isoformat()}" + (f"\0{key}" if key else "")
    return blake2b(name.encode(), digest_size=6).hexdigest()
