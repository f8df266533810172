"""The section of the settings about creators."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class KolSettings(BaseModel):
    """What is kept of creators, and for how long."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    keep_days: int = Field(default=180, ge=1, le=36_500)
    """Days after the date of the data, unless ``kol import --expires`` says otherwise: then it is
    neither used nor kept. Half a year: prices and audiences of a year ago are nobody's any more."""
