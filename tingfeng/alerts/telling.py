"""From what was judged to what is told: the case with its posts, and the change of the incident."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from tingfeng import SHANGHAI, Document, Incident
from tingfeng.alerts.change import Change, Desk, incident_id
from tingfeng.alerts.course import Kind
from tingfeng.alerts.evidence import Case
from tingfeng.alerts.interim import Standing
from tingfeng.alerts.issue_lanes import Lane, Part
from tingfeng.alerts.issue_rule import IssueRule
from tingfeng.alerts.issue_sketch import terms_of
from tingfeng.alerts.levels import Line, rank
from tingfeng.alerts.numbers import Gap, event_time
from tingfeng.alerts.rules import Firing, leading
from tingfeng.alerts.signals import SignalRule, signals
from tingfeng.alerts.track import Evaluation, Track, bin_of, start_of


class Judged(NamedTuple):
    """What was seen of one incident in one bin, and what came of it."""

    part: Part
    firings: list[Firing]
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Telling:
    """Of one brand."""

    desk: Desk
    brand: str
    track: Track
    gaps: Sequence[Gap]

    def change(self, kind: Kind, judged: Judged, before: int, standing: Standing) -> Change:
        """Move the incident of *judged* on. *before*: rank of the highest level until then."""
        lane, seen = judged.part.lane, judged.part.seen
        case = self._case(judged)
        evidence = case.evidence()
        course, incident = lane.course, lane.incident
        assert course.opened is not None
        opened_at = start_of(course.opened + 1)
        id = incident_id(self.brand, opened_at, lane.key)
        if incident is None or incident.id != id:
            incident = Incident(
                id=id, brand=self.brand, level=course.level,
                state="open", opened_at=min(opened_at, seen.at),
                first_post_at=self._first_post_at(case, lane), updated_at=seen.at,
                evidence=evidence,
            )  # fmt: skip
        elif rank(course.level) > before or standing == "confirmed":
            incident = replace(incident, evidence=evidence)
        lane.incident = replace(
            incident,
            # Once over, it stands in the records at its worst.
            level=course.highest if kind == "resolved" else course.level,
            state="closed" if kind == "resolved" else "cooling" if course.cooling else "open",
            updated_at=seen.at,
            closed_at=seen.at if kind == "resolved" else None,
            reopened=course.reopened,
            negative=self._negative(lane, bin_of(incident.first_post_at), seen.bin + 1),
            issue=lane.issue.id if lane.issue else None,
            title=lane.issue.title if lane.issue else "",
        )
        return Change(
            kind=kind, at=seen.at, incident=lane.incident, evidence=evidence,
            sequence=course.sequence, standing=standing, links=case.links(evidence.posts),
        )  # fmt: skip

    def _negative(self, lane: Lane, start: int, end: int) -> int:
        """Negative posts since the first; of an incident beside another one, those of its issue."""
        numbers = self.desk.numbers
        if not lane.key or lane.issue is None:
            return numbers.total(self.brand, start, end).negative
        return len(self.about(numbers.negatives(self.brand, start, end), lane.issue.terms))

    def about(self, documents: Iterable[Document], terms: Iterable[int]) -> list[Document]:
        """Those of *documents* that say two of *terms*, or the one that there is."""
        wanted = frozenset(terms)
        least = min(len(wanted), 2) or 1
        return [one for one in documents if len(wanted & terms_of(one, self.brand)) >= least]

    def _first_post_at(self, case: Case, lane: Lane) -> datetime:
        """Of the window that opened it, which is the present one unless it was told late."""
        course, numbers = lane.course, self.desk.numbers
        if course.opened is None or course.opened == case.seen.bin:
            return case.first_post_at
        end = course.opened + 1
        start = end - course.window
        rules = [one for one in signals(self.desk.rules) if one.name == course.rule]
        if rules:
            found = self._counted(rules[0], start, end)
        else:
            found = [
                one
                for one in numbers.negatives(self.brand, start, end)
                if course.rule != "redline" or numbers.words(one, self.brand)
            ]
        if lane.issue is not None and (lane.key or course.rule == IssueRule.name):
            found = self.about(found, lane.issue.terms) or found
        telling = (event_time(one) for one in found)
        first = next((at for at in telling if at is not None), start_of(end))
        return first.astimezone(SHANGHAI)

    def _case(self, judged: Judged) -> Case:
        part, numbers = judged.part, self.desk.numbers
        seen = part.seen
        firing = self._leading(part, judged.firings)
        start = seen.bin + 1 - firing.bins
        documents = self._documents(part, numbers.negatives(self.brand, start, seen.bin + 1))
        found = {one.post.key: numbers.words(one, self.brand) for one in documents}
        return Case(
            brand=self.brand,
            seen=seen,
            firing=firing,
            level=part.lane.course.level,
            lines=judged.lines,
            sums=self.track.by_platform(firing.bins),
            left=self.track.left(firing.bins),
            tiers=numbers.tiers(self.brand, start, seen.bin + 1, firing.numbers),
            documents=documents,
            words={key: words for key, words in found.items() if words},
            gaps=[gap for gap in self.gaps if gap.bins.stop > start and gap.first_bin <= seen.bin],
            reader_note=self.desk.reader_note,
            shown=self._shown(part, firing, documents, start),
        )

    def _documents(self, part: Part, found: Iterable[Document]) -> list[Document]:
        """Those of *found* that belong to the incident of *part*."""
        if not part.lead:
            return self.about(found, (term for one in part.seen.issues for term in one.words))
        every = list(found)
        keys = {
            one.post.key
            for cluster in part.aside
            for one in self.about(every, cluster.words)
        }  # fmt: skip
        return [one for one in every if one.post.key not in keys]

    def _shown(
        self, part: Part, firing: Firing, documents: Sequence[Document], start: int
    ) -> list[Document]:
        """The posts by which *firing* counts, if it counts by single posts."""
        if firing.rule == IssueRule.name and part.seen.issues:
            return self.about(documents, part.seen.issues[0].words)
        rules = [one for one in signals(self.desk.rules) if one.name == firing.rule]
        counted = self._counted(rules[0], start, part.seen.bin + 1) if rules else []
        return self._documents(part, counted)

    def _counted(self, rule: SignalRule, start: int, end: int) -> list[Document]:
        found = {
            document.post.key: document
            for sees in rule.sees
            for document in self.desk.numbers.shown(sees, self.brand, start, end)
            if rule.mark(document, self.brand)
        }
        return sorted(
            found.values(), key=lambda one: (event_time(one) or one.indexed_at, one.post.key)
        )

    def _leading(self, part: Part, firings: Sequence[Firing]) -> Firing:
        """The rule that stands for the moment; where none fires, the window that is furthest out,
        or of an incident beside another one, its issue.
        """
        if firings:
            return leading(firings)
        if not part.lead:
            rules = [one for one in self.desk.rules if isinstance(one, IssueRule)]
            return (rules[0] if rules else IssueRule()).standing(part.seen)
        return leading(windows(part.seen))


def windows(seen: Evaluation) -> list[Firing]:
    """What each window of the share test says."""
    return [
        Firing(f"share_{window.name}", score.value, window.threshold, window.bins, score)
        for window, score in zip(seen.windows, seen.scores, strict=True)
    ]
