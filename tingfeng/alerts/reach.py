"""Single posts that went further than the law's lines while an incident is open: kept as they were.

A post that is clicked 5,000 times or reposted 500 times is "serious" in the judicial interpretation on
defamation through networks (法释〔2013〕21号 §2); lawyers ask for it, and it may be gone tomorrow.
"""

from __future__ import annotations

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
    return sum(_keep(store, one, lines, now) for one in store.incidents(open_only=True))


def _keep(store: Store, incident: Incident, lines: Lines, now: datetime) -> int:
    name = f"evidence/{incident.id}"
    last = store.load_state(name)
    if last is not None and timedelta(0) <= now - datetime.fromisoformat(last) < EVERY:
        return 0
    query = Query(
        brands=(incident.brand,), labels=("negative",), since=incident.first_post_at, order="liked"
    )
    kept = [one for one in store.evidence(incident.id) if one.kind == "reach"]
    known, room = {one.key for one in kept}, MOST - len(kept)
    found = [one for one in store.search(query) if lines.crossed(one)]
    # Those that are kept go in again: another wording of them is another copy.
    far = [one for one in found if one.post.key in known]
    far += [one for one in found if one.post.key not in known][: max(room, 0)]
    new = store.keep_evidence(incident, [one.post.key for one in far], now=now) if far else 0
    store.save_state(name, now.isoformat())
    return new
