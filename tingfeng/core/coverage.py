"""Was it quiet, or were we blind? What each source answered, hour by hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Verdict = Literal[
    "ok",
    "empty",
    "unchanged",
    "stale",
    "deleted",
    "robots",
    "login_required",
    "rate_limited",
    "captcha",
    "signature_required",
    "blocked_ip",
    "forbidden",
    "upstream_error",
    "unreachable",
    "changed",
]
"""What an answer was. ``unchanged``: HTTP 304. ``stale``: a feed whose newest entry is over 30 days
old. ``changed``: 200, but not what we know how to read. Only ``ok``, ``empty``, ``unchanged`` and
``stale`` mean that we saw."""

SEEING: frozenset[Verdict] = frozenset({"ok", "empty", "unchanged", "stale"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """One source in one hour."""

    source: str
    """Spider and target, e.g. ``feed https://…``, ``hotlist weibo``."""

    hour: datetime
    """Start of the hour, aware."""

    verdict: Verdict
    """The last in that hour."""

    requests: int = 0
    failures: int = 0
    """Requests whose verdict was not seeing."""

    posts: int = 0
    """Posts read, new or not."""

    detail: str = ""
    """For people: status, which rule recognised the wall, robots.txt line."""

    @property
    def blind(self) -> bool:
        """Nothing was seen in this hour: its silence means nothing."""
        return self.requests == self.failures
