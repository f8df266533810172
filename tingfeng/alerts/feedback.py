"""What people said of alarms, as tuning reads it."""

from __future__ import annotations

from collections.abc import Iterable

from tingfeng import Entry, Feedback, Incident
from tingfeng.alerts.track import bin_of
from tingfeng.alerts.tuning import Judged


def judged(incidents: Iterable[Incident], logbook: Iterable[Entry]) -> dict[str, list[Judged]]:
    """By brand, the incidents that someone judged, oldest first; the last word holds.

    ``unclear`` takes an earlier word back: nothing can be learnt from it.
    """
    said = {one.incident: one.truth for one in logbook if isinstance(one, Feedback)}
    found: dict[str, list[Judged]] = {}
    for incident in sorted(incidents, key=lambda one: one.opened_at):
        truth = said.get(incident.id, "unclear")
        if truth != "unclear":
            last = incident.closed_at or incident.updated_at
            found.setdefault(incident.brand, []).append(
                Judged(bin_of(incident.opened_at) - 1, bin_of(last), truth == "false")
            )
    return found
