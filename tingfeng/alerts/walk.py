"""One brand followed through its bins: the same steps whether live, late or replayed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import blake2b

from tingfeng import SHANGHAI, Document, Evidence, Incident, Message
from tingfeng.alerts.course import Course, Kind, Signs
from tingfeng.alerts.events import Calendar
from tingfeng.alerts.evidence import Case
from tingfeng.alerts.interim import Standing, ahead, settle
from tingfeng.alerts.levels import Ladder, Line, rank
from tingfeng.alerts.numbers import Gap, Numbers, event_time
from tingfeng.alerts.rules import Firing, Rule, leading
from tingfeng.alerts.signals import SignalRule, signals
from tingfeng.alerts.track import Bin, Evaluation, Track, bin_of, start_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something happened to an incident."""

    kind: Kind
    at: datetime
    """Event time: end of the bin."""
    incident: Incident
    """As it is from then on."""
    evidence: Evidence
    """Of this moment; the incident keeps that of its highest level."""
    sequence: int
    """Number of the message within the incident."""
    standing: Standing = "final"
    links: Mapping[str, str]
    """Addresses of the telling posts of this moment, by key; posts without one are left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What every brand's walk uses."""

    numbers: Numbers
    rules: Sequence[Rule]
    ladder: Ladder
    reader_note: Message
    calendar: Calendar = field(default_factory=Calendar)


def incident_id(brand: str, opened_at: datetime) -> str:
    """Twelve hex digits, the same whenever the same bin opens an incident of the same brand."""
    name = f"{brand}\0{opened_at.isoformat()}".encode()
    return blake2b(name, digest_size=6).hexdigest()


class Walk:
    """Moves one brand on, bin by bin. *beats*: whether heartbeats are worked out."""

    def __init__(
        self,
        desk: Desk,
        brand: str,
        track: Track,
        course: Course,
        incident: Incident | None,
        gaps: Sequence[Gap],
        *,
        beats: bool = False,
    ) -> None:
        self._desk = desk
        self._brand = brand
        self._beats = beats
        self._gaps = gaps
        self._blind = {bin for gap in gaps if gap.total for bin in gap.bins}
        self.track = track
        self.course = course
        self.incident = incident

    def new(self, number: int, bin: Bin, *, live: bool) -> tuple[Change | None, bool]:
        """Evaluate a bin for the first time: what changed, and whether baselines learnt from it.

        Not *live*: the past only teaches. An incident that people know of may still end there.
        """
        blind = number in self._blind
        seen = self._look(number, bin)
        firings = [firing for rule in self._desk.rules for firing in rule.firings(seen)]
        course, change = self.course, None
        if firings or course.is_open or course.dismissed or course.interim:
            before = course.highest
            signs, lines = self._signs(seen, firings)
            kind, standing = settle(course, course.step(signs, live=live), signs)
            if kind and (self._beats or kind != "heartbeat"):
                change = self._change(kind, seen, firings, lines, rank(before), standing)
            elif not course.untold:
                self._note_state(seen)
        learn = not (blind or course.freezes)
        if learn:
            self.track.learn()
        return change, learn

    def again(self, number: int, bin: Bin, *, learn: bool, touched: bool) -> Change | None:
        """Evaluate a bin once more. *touched*: late posts came to it or shortly before it."""
        seen = self._look(number, bin)
        change = None
        if touched:
            firings = [firing for rule in self._desk.rules for firing in rule.firings(seen)]
            before = self.course.highest
            signs, lines = self._signs(seen, firings)
            kind, standing = settle(self.course, self.course.late(signs), signs)
            if kind:
                change = self._change(kind, seen, firings, lines, rank(before), standing)
        if learn:
            self.track.learn()
        return change

    def ahead(self) -> Walk:
        """A walk from here on that leaves this one where it is."""
        course = ahead(self.course)
        return Walk(
            self._desk, self._brand, self.track.copy(), course, self.incident, self._gaps
        )  # fmt: skip

    def early(self, number: int, bin: Bin, now: datetime) -> Change | None:
        """Judge a bin that may still fill up, as it is *now*. Nothing is learnt from it, and only
        what is worse than known is told.
        """
        seen = replace(self._look(number, bin), now=now)
        firings = [firing for rule in self._desk.rules for firing in rule.firings(seen)]
        before = self.course.highest
        signs, lines = self._signs(seen, firings)
        kind = self.course.late(signs)
        if kind is None:
            return None
        return self._change(kind, seen, firings, lines, rank(before), "interim")

    def _look(self, number: int, bin: Bin) -> Evaluation:
        planned = self._desk.calendar.at(self._brand, start_of(number))
        return self.track.look(number, bin, blind=number in self._blind, planned=planned)

    def _signs(self, seen: Evaluation, firings: list[Firing]) -> tuple[Signs, list[Line]]:
        lines = self._desk.ladder.lines(seen, firings)
        signs = Signs(
            bin=seen.bin,
            firings=firings,
            level=self._desk.ladder.level(lines, learning=seen.learning),
            quiet=all(rule.quiet(seen) for rule in self._desk.rules),
            blind=seen.blind,
            negative=seen.negative_day,
        )
        return signs, lines

    def _note_state(self, seen: Evaluation) -> None:
        state = "cooling" if self.course.cooling else "open"
        if self.incident is not None and self.course.is_open and self.incident.state != state:
            self.incident = replace(
                self.incident, state="cooling" if self.course.cooling else "open",
                updated_at=seen.at,
            )  # fmt: skip

    def _change(
        self,
        kind: Kind,
        seen: Evaluation,
        firings: list[Firing],
        lines: list[Line],
        before: int,
        standing: Standing,
    ) -> Change:
        case = self._case(seen, firings, lines)
        evidence = case.evidence()
        course = self.course
        incident = self.incident
        assert course.opened is not None
        opened_at = start_of(course.opened + 1)
        id = incident_id(self._brand, opened_at)
        if incident is None or incident.id != id:
            incident = Incident(
                id=id, brand=self._brand, level=course.level,
                state="open", opened_at=min(opened_at, seen.at),
                first_post_at=self._first_post_at(case), updated_at=seen.at, evidence=evidence,
            )  # fmt: skip
        elif rank(course.level) > before or standing == "confirmed":
            incident = replace(incident, evidence=evidence)
        total = self._desk.numbers.total(self._brand, bin_of(incident.first_post_at), seen.bin + 1)
        self.incident = replace(
            incident,
            # Once over, it stands in the records at its worst.
            level=course.highest if kind == "resolved" else course.level,
            state="closed" if kind == "resolved" else "cooling" if course.cooling else "open",
            updated_at=seen.at,
            closed_at=seen.at if kind == "resolved" else None,
            reopened=course.reopened,
            negative=total.negative,
        )
        return Change(
            kind=kind, at=seen.at, incident=self.incident, evidence=evidence,
            sequence=course.sequence, standing=standing, links=case.links(evidence.posts),
        )  # fmt: skip

    def _first_post_at(self, case: Case) -> datetime:
        """Of the window that opened it, which is the present one unless it was told late."""
        course, numbers = self.course, self._desk.numbers
        if course.opened is None or course.opened == case.seen.bin:
            return case.first_post_at
        end = course.opened + 1
        start = end - course.window
        rules = [one for one in signals(self._desk.rules) if one.name == course.rule]
        if rules:
            found = self._counted(rules[0], start, end)
        else:
            found = [
                one
                for one in numbers.negatives(self._brand, start, end)
                if course.rule != "redline" or numbers.words(one, self._brand)
            ]
        telling = (event_time(one) for one in found)
        first = next((at for at in telling if at is not None), start_of(end))
        return first.astimezone(SHANGHAI)

    def _case(self, seen: Evaluation, firings: list[Firing], lines: list[Line]) -> Case:
        firing = _leading(seen, firings)
        start = seen.bin + 1 - firing.bins
        documents = list(self._desk.numbers.negatives(self._brand, start, seen.bin + 1))
        found = {
            one.post.key: self._desk.numbers.words(one, self._brand) for one in documents
        }  # fmt: skip
        return Case(
            brand=self._brand,
            seen=seen,
            firing=firing,
            level=self.course.level,
            lines=lines,
            sums=self.track.by_platform(firing.bins),
            tiers=self._desk.numbers.tiers(self._brand, start, seen.bin + 1, firing.numbers),
            documents=documents,
            words={key: words for key, words in found.items() if words},
            gaps=[gap for gap in self._gaps if gap.bins.stop > start and gap.first_bin <= seen.bin],
            reader_note=self._desk.reader_note,
            shown=self._shown(firing, start, seen.bin + 1),
        )

    def _shown(self, firing: Firing, start: int, end: int) -> list[Document]:
        """The posts by which *firing* counts, if it counts by single posts."""
        rules = [one for one in signals(self._desk.rules) if one.name == firing.rule]
        return self._counted(rules[0], start, end) if rules else []

    def _counted(self, rule: SignalRule, start: int, end: int) -> list[Document]:
        found = {
            document.post.key: document
            for sees in rule.sees
            for document in self._desk.numbers.shown(sees, self._brand, start, end)
            if rule.mark(document, self._brand)
        }
        return sorted(
            found.values(), key=lambda one: (event_time(one) or one.indexed_at, one.post.key)
        )


def _leading(seen: Evaluation, firings: Sequence[Firing]) -> Firing:
    """The rule that stands for the moment; where none fires, the window that is furthest out."""
    windows = [
        Firing(f"share_{window.name}", score.value, window.threshold, window.bins, score)
        for window, score in zip(seen.windows, seen.scores, strict=True)
    ]
    return leading(firings or windows)
