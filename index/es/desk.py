"""What watchers must not forget, in the cluster: the desk of the store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from uuid import uuid4

from index import logbook
from index.corrections import storable
from index.desk import settled, unknown_notice, waits
from index.es.connect import Cluster
from index.es.documents import iso
from index.es.incidents import incident_source
from index.es.packing import packed, rules_packed, rules_unpacked, unpacked
from index.es.questions import Dsl
from index.es.shelf import Shelf
from index.times import HOUR, moment, seconds, seconds_up
from tingfeng import Correction, Coverage, Entry, Incident, LabelRule, Notice

_IN_ORDER: list[Dsl] = [{"seq": "asc"}]


class ElasticDesk:
    """Implements :class:`tingfeng.DeskStore`.

    A cluster has no transactions. What belongs together is written as one document, a plan, before
    it is spread over the documents that others read; a plan that was left behind by a kill is
    carried out by whoever looks next. Numbers that only grow keep an old plan from overwriting
    what is newer.
    """

    cluster: Cluster
    _shelf: Shelf

    def load_state(self, name: str) -> str | None:
        self._resume()
        found = self._shelf.get("desk", "state", name)
        return None if found is None else str(found["_source"]["value"])

    def save_state(self, name: str, value: str) -> None:
        self._save_state(name, value, self._shelf.number())

    def _save_state(self, name: str, value: str, seq: int) -> None:
        source = {"kind": "state", "name": name, "seq": seq, "value": value}
        self._shelf.put("desk", "state", name, source=source, version=seq)

    def swap_state(self, name: str, old: str | None, new: str) -> bool:
        # The number is taken although the document is guarded by its own: each write here adds one
        # to its version, so the numbers stay above all versions and a later save is newer.
        seq = self._shelf.number()
        found = self._shelf.get("desk", "state", name)
        if (None if found is None else found["_source"]["value"]) != old:
            return False
        source = {"kind": "state", "name": name, "seq": seq, "value": new}
        return self._shelf.put("desk", "state", name, source=source, seen=found)

    def enqueue(self, notices: Sequence[Notice]) -> None:
        self._line_up(notices, self._shelf.number(len(notices)))

    def _line_up(self, notices: Sequence[Notice], seq: int) -> None:
        for number, notice in enumerate(notices):
            source = _queued(notice, seq + number)
            self._shelf.put("desk", "notice", notice.id, source=source, seen=None)

    def save_incident(
        self,
        incident: Incident,
        notices: Sequence[Notice] = (),
        states: Mapping[str, str] = {},
        *,
        now: datetime | None = None,
    ) -> None:
        self._resume()
        first = self._shelf.number(len(notices) + 1)
        plan = {
            "incident": packed(incident),
            "notices": [packed(each) for each in notices],
            "states": dict(states),
        }
        self._planned({"kind": "plan", "name": str(uuid4()), "seq": first, "kept": plan})

    def _planned(self, plan: Dsl) -> None:
        self._shelf.put("desk", "plan", plan["name"], source=plan, seen=None)
        self._carry_out(plan)

    def _resume(self) -> None:
        """Carry out what a killed process planned."""
        for plan in list(self._listed("plan")):
            self._carry_out(plan)

    def _carry_out(self, plan: Dsl) -> None:
        seq, kept = plan["seq"], plan["kept"]
        incident = unpacked(Incident, kept["incident"])
        source = {**incident_source(incident), "kept": kept["incident"]}
        self._shelf.put("incidents", incident.id, source=source, version=seq)
        self._line_up([unpacked(Notice, each) for each in kept["notices"]], seq)
        for name, value in kept["states"].items():
            self._save_state(name, value, seq)
        self._shelf.drop("desk", "plan", plan["name"])

    def incidents(self, *, brand: str | None = None, open_only: bool = False) -> list[Incident]:
        self._resume()
        must = [] if brand is None else [{"term": {"brand": brand}}]
        never = [{"term": {"state": "closed"}}] if open_only else []
        hits = self._shelf.all(
            "incidents", {"bool": {"filter": must, "must_not": never}}, [{"opened_at": "desc"}],
            anew=True,
        )  # fmt: skip
        found = [unpacked(Incident, hit["_source"]["kept"]) for hit in hits]
        return sorted(found, key=lambda each: (each.opened_at, each.id), reverse=True)

    def waiting(self) -> list[Notice]:
        return self._notices({"term": {"waiting": True}})

    def notices(self, incident: str | None = None) -> list[Notice]:
        return self._notices(*([] if incident is None else [{"term": {"incident": incident}}]))

    def _notices(self, *limits: Dsl) -> list[Notice]:
        self._resume()
        found = [unpacked(Notice, each["kept"]) for each in self._listed("notice", *limits)]
        return sorted(found, key=lambda notice: notice.created_at)

    def settle(self, notice: Notice) -> None:
        def answered(known: Dsl | None) -> Dsl:
            if known is None:
                raise unknown_notice(notice.id)
            return _queued(settled(unpacked(Notice, known["kept"]), notice), known["seq"])

        self._shelf.change("desk", "notice", notice.id, by=answered)

    def correct(self, given: Sequence[Correction], rules: Sequence[LabelRule] = ()) -> None:
        kept = {"corrections": [packed(storable(each)) for each in given]}
        value = rules_packed(map(storable, rules))
        seq = self._shelf.number()
        source = {"kind": "said", "name": str(seq), "seq": seq, "value": value, "kept": kept}
        self._shelf.put("desk", "said", str(seq), source=source, seen=None)

    def corrections(self) -> list[Correction]:
        found = self._listed("said")
        return [unpacked(Correction, one) for each in found for one in each["kept"]["corrections"]]

    def label_rules(self) -> list[LabelRule]:
        return [rule for each in self._listed("said") for rule in rules_unpacked(each["value"])]

    def log(self, entries: Sequence[Entry]) -> None:
        lines = [logbook.packed(logbook.storable(each)) for each in entries]
        seq = self._shelf.number()
        source = {"kind": "log", "name": str(seq), "seq": seq, "kept": {"lines": lines}}
        self._shelf.put("desk", "log", str(seq), source=source, seen=None)

    def logbook(self) -> list[Entry]:
        found = self._listed("log")
        return [logbook.unpacked(line) for each in found for line in each["kept"]["lines"]]

    def note(self, coverage: Coverage) -> None:
        hour = moment(seconds(coverage.hour) // HOUR * HOUR)

        def added(known: Dsl | None) -> Dsl:
            sums = {
                name: getattr(coverage, name) + (known[name] if known else 0)
                for name in ("requests", "failures", "posts")
            }
            return {
                "source": coverage.source,
                "hour": iso(hour),
                "verdict": coverage.verdict,
                **sums,
                "blind": sums["requests"] == sums["failures"],
                "detail": coverage.detail,
            }

        self._shelf.change("coverage", coverage.source, str(iso(hour)), by=added)

    def coverage(self, since: datetime, until: datetime) -> list[Coverage]:
        span = {
            "gt": seconds(since) - HOUR, "lt": seconds_up(until), "format": "epoch_second",
        }  # fmt: skip
        hits = self._shelf.all(
            "coverage", {"range": {"hour": span}}, [{"hour": "asc"}, {"source": "asc"}], anew=True
        )
        return [_coverage(hit["_source"]) for hit in hits]

    def _listed(self, kind: str, *limits: Dsl) -> Iterator[Dsl]:
        """Documents of the desk in the order in which they were made."""
        query = {"bool": {"filter": [{"term": {"kind": kind}}, *limits]}}
        for hit in self._shelf.all("desk", query, _IN_ORDER, anew=True):
            yield hit["_source"]


def _queued(notice: Notice, seq: int) -> Dsl:
    return {
        "kind": "notice",
        "name": notice.id,
        "seq": seq,
        "waiting": waits(notice),
        "incident": notice.incident,
        "kept": packed(notice),
    }


def _coverage(source: Dsl) -> Coverage:
    return Coverage(
        source=source["source"],
        hour=moment(seconds(datetime.fromisoformat(source["hour"]))),
        verdict=source["verdict"],
        requests=source["requests"],
        failures=source["failures"],
        posts=source["posts"],
        detail=source["detail"],
    )
