"""What a bulk writer has done."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """In documents, where nothing else is said."""

    written: int = 0
    stale: int = 0
    dead: int = 0
    retried: int = 0
    """Sent again, each time counted."""

    requests: int = 0
    """Bulks sent, whatever became of them."""

    waited: float = 0.0
    """Seconds of pauses, because the server asked for them or did not answer."""
