"""Why a message is kept and not sent: silenced, inhibited, blind, or not now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from tingfeng import Coverage, Entry, Evidence, Incident, Store
from tingfeng.alerts.levels import rank
from tingfeng.alerts.routing import Outlet
from tingfeng.alerts.silences import Subject, silenced, standing

HOUR = timedelta(hours=1)

_STATISTICS = ("share", "first_day", "volume", "heat")
"""Rules, by how their names begin, that count: where nothing was seen there is nothing to count."""

_HEAT = ("volume", "heat")
"""Those that say only that much is said."""


class Withholding:
    """What holds messages back at *now*. *incidents*: those that are open."""

    def __init__(
        self, store: Store, logbook: Iterable[Entry], incidents: Sequence[Incident], now: datetime
    ) -> None:
        self._store = store
        self._silences = standing(logbook)
        self._incidents = incidents
        self._now = now
        self._blind: dict[datetime, frozenset[str] | None] = {}

    def subject(self, incident: Incident, evidence: Evidence | None = None) -> Subject:
        """What a message about *incident* is about; *evidence* of another moment than its height."""
        told = evidence or incident.evidence
        found = [self._store.get(key) for key in told.posts]
        texts = tuple(one.post.words for one in found if one is not None)
        return Subject(
            incident=incident.id,
            issue=incident.issue,
            brand=incident.brand,
            level=incident.level,
            rule=told.rule,
            platforms=frozenset(key.partition(":")[0] for key in told.posts),
            texts=texts,
        )

    def reason(self, subject: Subject, outlet: Outlet, at: datetime | None = None) -> str | None:
        """Why *outlet* is not told now; ``None``: it is. *at*: the moment that was judged."""
        if (silence := silenced(subject, self._silences, self._now)) is not None:
            return f"silence {silence.id}"
        if subject.level == "red":
            return None
        if (other := inhibitor(subject, self._incidents)) is not None:
            return f"inhibited {other.id}"
        if subject.rule.startswith(_STATISTICS) and self._unseen(subject, at or self._now):
            return "gap"
        return None if outlet.hours.cover(self._now) else "quiet"

    def _unseen(self, subject: Subject, at: datetime) -> bool:
        """Whether in the hour that ends at *at* nothing was seen of where it is talked about."""
        if at not in self._blind:
            lines = self._store.coverage(at - HOUR, at)
            self._blind[at] = blind_places(lines)
        places = self._blind[at]
        return places is None or (bool(subject.platforms) and subject.platforms <= places)


def blind_places(lines: Sequence[Coverage]) -> frozenset[str] | None:
    """Platforms of which nothing was seen by those *lines* of the ledger; ``None``: of none at all.

    A source belongs to a platform that its name says: ``weibo …``, ``hotlist weibo``.
    """
    if lines and all(line.blind for line in lines):
        return None
    seen = {word for line in lines if not line.blind for word in line.source.split()}
    unseen = {word for line in lines if line.blind for word in line.source.split()}
    return frozenset(unseen - seen)


def inhibitor(subject: Subject, incidents: Iterable[Incident]) -> Incident | None:
    """The open incident of the same brand and issue, or where one of the two has none yet, that says
    as much and more: of a higher level, or, where *subject* only says that much is being said, one
    that says that much of it is negative.
    """
    for other in incidents:
        if other.brand != subject.brand or other.id == subject.incident or other.state == "closed":
            continue
        if subject.issue and other.issue and subject.issue != other.issue:
            continue
        heat, other_heat = (rule.startswith(_HEAT) for rule in (subject.rule, other.evidence.rule))
        if heat and not other_heat:
            return other
        if heat == other_heat and rank(other.level) > rank(subject.level):
            return other
    return None
