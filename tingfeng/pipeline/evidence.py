"""Evidence of incidents: what went far is kept too, and all that is stored of one is handed over."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import tingfeng
from tingfeng.core.logbook import Ack, Closing, Entry, Feedback, Lifting, Silence

if TYPE_CHECKING:
    from tingfeng.core.incident import Incident
    from tingfeng.insight.evidence_tables import Holding
    from tingfeng.pipeline import Pipeline


def keep_far(pipeline: Pipeline, at: datetime) -> int:
    """Keep copies of posts that went beyond the lines of ``[alerts]``; how many are new."""
    from tingfeng.alerts.reach import Lines, keep_far

    chosen = pipeline.settings.alerts
    lines = Lines(reposts=chosen.evidence_reposts, views=chosen.evidence_views)
    return keep_far(pipeline.store, lines, at)


def holding(pipeline: Pipeline, incident: Incident) -> Holding:
    """All that is stored of *incident*, to be packed."""
    from tingfeng.insight.evidence_tables import Holding

    store = pipeline.store
    return Holding(
        incident=incident,
        exhibits=store.evidence(incident.id),
        notices=sorted(store.notices(incident.id), key=lambda one: (one.created_at, one.id)),
        entries=_about(incident, store.logbook()),
        made_at=pipeline.clock(),
        version=tingfeng.__version__,
    )


def _about(incident: Incident, logbook: list[Entry]) -> list[Entry]:
    """Lines about the incident: those that name it, and silences under which it fell."""
    silences = {
        one.id
        for one in logbook
        if isinstance(one, Silence)
        and (one.issue == incident.id or (not one.issue and one.brand in ("", incident.brand)))
        and one.start <= (incident.closed_at or one.start)
        and one.end > incident.opened_at
    }
    found: list[Entry] = []
    for one in logbook:
        if isinstance(one, Ack | Closing | Feedback):
            mine = one.incident == incident.id
        else:
            mine = (one.silence if isinstance(one, Lifting) else one.id) in silences
        if mine:
            found.append(one)
    return found
