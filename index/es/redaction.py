"""What the desk keeps loses the keys and quotes of removed posts; figures stay."""

from __future__ import annotations

from dataclasses import replace

from index import logbook
from index.es.exhibits import ElasticExhibits
from index.es.incidents import incident_source
from index.es.packing import packed, unpacked
from index.es.questions import Dsl
from index.redact import Gone, entry_without, incident_without, notice_without
from tingfeng import Correction, Incident, Notice


class ElasticRedaction(ElasticExhibits):
    """Changes each document from what it says now: who saves at the same time is not overwritten."""

    def _drop_corrections(self, gone: set[str], heirs: dict[str, str]) -> None:
        for said in list(self._listed("said")):
            given = [unpacked(Correction, one) for one in said["kept"]["corrections"]]
            kept = [
                replace(one, group=heirs.get(one.group)) if one.group in gone else one
                for one in given
                if one.key not in gone
            ]
            if kept != given:
                source = {**said, "kept": {"corrections": [packed(one) for one in kept]}}
                self._shelf.put("desk", "said", said["name"], source=source)

    def _redact(self, gone: Gone) -> None:
        """Figures of incidents stay; keys and quotes of what is gone go."""
        for incident in self.incidents():
            if incident_without(incident, gone) != incident:
                # The number is taken so that the numbers of later saves stay above the version.
                self._shelf.number()
                self._shelf.change(
                    "incidents", incident.id, by=lambda known: _incident_without(known, gone)
                )
        for notice in self.notices():
            if notice_without(notice, gone) != notice:
                self._shelf.change(
                    "desk", "notice", notice.id, by=lambda known: _notice_without(known, gone)
                )

        for page in list(self._listed("log")):
            self._redact_lines(page, gone)

    def _redact_lines(self, page: Dsl, gone: Gone) -> None:
        lines = page["kept"]["lines"]
        kept = [logbook.packed(entry_without(logbook.unpacked(line), gone)) for line in lines]
        if kept != lines:
            self._shelf.put("desk", "log", page["name"], source={**page, "kept": {"lines": kept}})


def _incident_without(known: Dsl | None, gone: Gone) -> Dsl:
    assert known is not None
    incident = incident_without(unpacked(Incident, known["kept"]), gone)
    return {**incident_source(incident), "kept": packed(incident)}


def _notice_without(known: Dsl | None, gone: Gone) -> Dsl:
    assert known is not None
    return {**known, "kept": packed(notice_without(unpacked(Notice, known["kept"]), gone))}
