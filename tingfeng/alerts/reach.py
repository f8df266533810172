"""Single posts that went further than the law's lines while an incident is open: kept as they were.

A post that is clicked 5,000 times or reposted 500 times is "serious" in the judicial interpretation on
defamation through networks (法释〔2013〕21号 §2); lawyers ask for it, and it may be gone tomorrow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tingfeng import Document, Incident, Query, Store

EVERY = timedelta(minutes=15)
"""Counts are collected no more often than posts are looked at anew, and looking reads all negatives."""

MOST = 500
"""Copies kept so of one incident; the furthest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """From where on a post is kept: either will do."""

    reposts: int = 500
    views: int = 5000

    def crossed(self, document: Document) -> bool:
        """By the latest counts; what the platform does not show crosses nothing."""
        seen = document.engagement
        return seen is not None and (
            (seen.reposts or 0) >= self.reposts or (seen.views or 0) >= self.views
        )


def keep_far(store: Store, lines: Lines, now: datetime) -> int:
    """Look at every open incident that was not looked at within :data:`EVERY`; how many copies are
    new. Killed in between, the next look makes the same ones.
    """
    due: dict[str, list[Incident]] = {}
    for incident in store.incidents(open_only=True):
        if _due(store, incident, now):
            due.setdefault(incident.brand, []).append(incident)
    return sum(_keep(store, incidents, lines, now) for incidents in due.values())


def _due(store: Store, incident: Incident, now: datetime) -> bool:
    last = store.load_state(_name(incident))
    return last is None or not timedelta(0) <= now - datetime.fromisoformat(last) < EVERY


def _name(incident: Incident) -> str:
    return f"evidence/{incident.id}"


def _keep(store: Store, incidents: Sequence[Incident], lines: Lines, now: datetime) -> int:
    """Of one brand: its posts are read once, 90 microseconds each."""
    query = Query(
        brands=(incidents[0].brand,), labels=("negative",), order="liked",
        since=min(one.first_post_at for one in incidents),
    )  # fmt: skip
    crossed = [one for one in store.search(query) if lines.crossed(one)]
    new = 0
    for incident in incidents:
        keys = _keys(store, incident, crossed)
        new += store.keep_evidence(incident, keys, now=now) if keys else 0
        store.save_state(_name(incident), now.isoformat())
    return new


def _keys(store: Store, incident: Incident, crossed: Sequence[Document]) -> list[str]:
    """Those that are kept go in again: another wording of them is another copy."""
    kept = [one.key for one in store.evidence(incident.id) if one.kind == "reach"]
    mine = [
        one.post.key
        for one in crossed
        if one.post.published_at and one.post.published_at >= incident.first_post_at
    ]
    fresh = [key for key in mine if key not in kept]
    return [key for key in mine if key in kept] + fresh[: max(0, MOST - len(kept))]
