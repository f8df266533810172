"""Sections of the settings about people: who watches what, who is on duty, which channel hears what."""

from __future__ import annotations

from datetime import date
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tingfeng.core.incident import Level


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LabelSettings(_Section):
    """Corrections made by people."""

    by: str = Field(default="$USER", min_length=1)
    """Whose they are, unless ``--by`` says otherwise."""


class EventSettings(_Section):
    """Days on which it will be loud: a launch, a sale, a concert."""

    name: str = Field(min_length=1)
    first: date
    last: date
    brands: list[str] = []
    """Empty: all."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.last < self.first:
            raise ValueError("last 早于 first (last is before first)")
        return self


class TeamSettings(_Section):
    """People who watch some brands over the one collection."""

    name: str = Field(min_length=1)
    brands: list[str] = []
    """Empty: all."""
    channels: list[str] = []
    """Names of channels that are theirs alone. A channel of no team serves all."""
    redline: list[str] = []
    """Red-line words added for their brands."""


class DutySettings(_Section):
    """When someone of ``[[people]]`` is on duty."""

    name: str = Field(min_length=1)
    brands: list[str] = []
    """Empty: all."""
    hours: str = ""
    """``09:00-18:00``, over midnight ``22:00-06:00``; empty: all day."""
    days: str = ""
    """``mon-fri``, ``周六,周日``; empty: every day."""
    rung: int = Field(default=0, ge=0, le=9)
    """0: called first. 1 and on: where nobody acknowledged in time."""


class RoutingSettings(_Section):
    """Keys of ``[[channels]]`` that say what it hears; all others are the notifier's."""

    role: Literal["pr", "ops"] = "pr"
    level: Level = "blue"
    brands: list[str] = []
    hours: str = ""
    days: str = ""
    rung: int = Field(default=0, ge=0, le=9)
