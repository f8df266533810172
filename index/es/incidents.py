"""An incident as brand and PR teams count and read it in Kibana."""

from __future__ import annotations

from typing import Any

from index.es.documents import iso
from tingfeng import LEVELS, Incident


def incident_source(incident: Incident) -> dict[str, Any]:
    """The document of family ``incidents``, without what the noun is built from again."""
    evidence = incident.evidence
    share = evidence.negative / evidence.mentions if evidence.mentions else None
    source = {
        "incident": incident.id,
        "brand": incident.brand,
        "level": incident.level,
        "level_rank": LEVELS.index(incident.level) + 1,
        "state": incident.state,
        "opened_at": iso(incident.opened_at),
        "first_post_at": iso(incident.first_post_at),
        "updated_at": iso(incident.updated_at),
        "closed_at": iso(incident.closed_at),
        "reopened": incident.reopened,
        "negative": incident.negative,
        "issue": incident.issue,
        "title": incident.title or None,
        "merged": incident.merged,
        "rule": evidence.rule,
        "score": evidence.score,
        "threshold": evidence.threshold,
        "window_hours": evidence.window_hours,
        "voices": evidence.mentions,
        "voices_negative": evidence.negative,
        "expected": evidence.expected,
        "usual_share": evidence.usual_share,
        "share": share,
        "posts": list(evidence.posts),
        "summary": "\n".join(zh for zh, _ in evidence.sentences),
        "summary_en": "\n".join(en for _, en in evidence.sentences),
    }
    return {name: value for name, value in source.items() if value not in (None, [])}
