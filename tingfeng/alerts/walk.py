"""One brand followed through its bins: the same steps whether live, late or replayed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from tingfeng import Incident
from tingfeng.alerts.change import Change, Desk, incident_id
from tingfeng.alerts.course import Course, Signs
from tingfeng.alerts.heat import Loudness
from tingfeng.alerts.interim import ahead, settle
from tingfeng.alerts.issue_clusters import Cluster
from tingfeng.alerts.issue_lanes import Lane, Part, divide
from tingfeng.alerts.issue_naming import merge, name
from tingfeng.alerts.issue_rule import IssueRule
from tingfeng.alerts.levels import rank
from tingfeng.alerts.numbers import Gap
from tingfeng.alerts.telling import Judged, Telling
from tingfeng.alerts.track import Bin, Evaluation, Track, start_of


class Walk:
    """Moves one brand on, bin by bin. *beats*: whether heartbeats are worked out. *lanes*: all
    incidents that may go on, in place of *course* and *incident*.
    """

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
        lanes: list[Lane] | None = None,
    ) -> None:
        self._desk = desk
        self._brand = brand
        self._beats = beats
        self._gaps = gaps
        self._blind = {bin for gap in gaps if gap.total for bin in gap.bins}
        self._issues = next((one for one in desk.rules if isinstance(one, IssueRule)), None)
        self.track = track
        self.lanes = [Lane(course, incident=incident)] if lanes is None else lanes
        """The first has room for a new incident; others are dropped once they are forgotten."""

    @property
    def course(self) -> Course:
        """Of the first incident."""
        return self.lanes[0].course

    @property
    def incident(self) -> Incident | None:
        """The first."""
        return self.lanes[0].incident

    def new(self, number: int, bin: Bin, *, live: bool) -> tuple[Change | None, bool]:
        """Like :meth:`step`, for whoever follows one incident at a time: the first change."""
        changes, learn = self.step(number, bin, live=live)
        return (changes[0] if changes else None), learn

    def step(self, number: int, bin: Bin, *, live: bool) -> tuple[list[Change], bool]:
        """Evaluate a bin for the first time: what changed, and whether baselines learnt from it.

        Not *live*: the past only teaches. An incident that people know of may still end there.
        """
        blind = number in self._blind
        seen = self._look(number, bin)
        changes: list[Change] = []
        for part in self._parts(seen, changes):
            judged, signs = self._judged(part)
            lane, course = part.lane, part.lane.course
            if not (judged.firings or lane.holds):
                continue
            before, opened = course.highest, course.opened
            kind, standing = settle(course, course.step(signs, live=live), signs)
            self._named(judged, anew=standing == "final" and course.opened != opened)
            if kind and (self._beats or kind != "heartbeat"):
                changes.append(self._telling.change(kind, judged, rank(before), standing))
            elif not course.untold:
                _note_state(lane, seen)
        self._forget(number)
        learn = not (blind or any(one.course.freezes for one in self.lanes))
        if learn:
            self.track.learn()
        return changes, learn

    def again(self, number: int, bin: Bin, *, learn: bool, touched: bool) -> list[Change]:
        """Evaluate a bin once more. *touched*: late posts came to it or shortly before it."""
        seen = self._look(number, bin)
        changes = []
        for part in self._parts(seen) if touched else ():
            judged, signs = self._judged(part)
            course = part.lane.course
            before, opened = course.highest, course.opened
            kind, standing = settle(course, course.late(signs), signs)
            self._named(judged, anew=standing == "final" and course.opened != opened)
            if kind:
                changes.append(self._telling.change(kind, judged, rank(before), standing))
        if learn:
            self.track.learn()
        return changes

    def ahead(self) -> Walk:
        """A walk from here on that leaves this one where it is."""
        lanes = [one.copy(ahead(one.course)) for one in self.lanes]
        return Walk(
            self._desk, self._brand, self.track.copy(), lanes[0].course, None, self._gaps,
            lanes=lanes,
        )  # fmt: skip

    def early(self, number: int, bin: Bin, now: datetime) -> list[tuple[Change, Lane]]:
        """Judge a bin that may still fill up, as it is *now*. Nothing is learnt from it, and only
        what is worse than known is told.
        """
        seen = replace(self._look(number, bin), now=now)
        changes = []
        for part in self._parts(seen):
            judged, signs = self._judged(part)
            course = part.lane.course
            before, opened = course.highest, course.opened
            kind = course.late(signs)
            self._named(judged, anew=course.opened != opened)
            if kind is not None:
                change = self._telling.change(kind, judged, rank(before), "interim")
                changes.append((change, part.lane))
        return changes

    def loudness(self, number: int) -> Loudness:
        """How loud it was in the bin looked at last, for notices of heat."""
        planned = self._desk.calendar.at(self._brand, start_of(number))
        return Loudness(brand=self._brand, bin=number, track=self.track, planned=planned)

    @property
    def _telling(self) -> Telling:
        return Telling(self._desk, self._brand, self.track, self._gaps)

    def _look(self, number: int, bin: Bin) -> Evaluation:
        planned = self._desk.calendar.at(self._brand, start_of(number))
        return self.track.look(number, bin, blind=number in self._blind, planned=planned)

    def _parts(self, seen: Evaluation, changes: list[Change] | None = None) -> list[Part]:
        """What each incident is judged by. *changes*: takes in those that ended because they turned
        out to be one; without it none does.
        """
        rule = self._issues
        found = self.track.issues() if rule else ()
        first = self.lanes[0]
        plain = len(self.lanes) == 1 and (first.issue is None or first.holds)
        if rule is None or (plain and not found):
            return [Part(first, seen)]
        seen = replace(seen, issues=found)
        voices = self.track.heard()

        def fires(cluster: Cluster) -> bool:
            return rule.fires(cluster, seen)

        division = divide(self._brand, self.lanes, seen, fires, voices)
        if changes is not None and division.same:
            changes += merge(self.lanes, division.same, seen)
            division = divide(self._brand, self.lanes, seen, fires, voices)
        return division.parts

    def _named(self, judged: Judged, *, anew: bool) -> None:
        if self._issues is not None:
            name(self._telling, self.lanes, judged, self.track, anew=anew)

    def _forget(self, number: int) -> None:
        """Drop what would not be known again."""
        kept = [one for one in self.lanes[1:] if one.remembers(number) or one.course.untold]
        self.lanes[1:] = kept

    def _judged(self, part: Part) -> tuple[Judged, Signs]:
        seen = part.seen
        firings = [firing for rule in self._desk.rules for firing in rule.firings(seen)]
        lines = self._desk.ladder.lines(seen, firings)
        signs = Signs(
            bin=seen.bin,
            firings=firings,
            level=self._desk.ladder.level(lines, learning=seen.learning),
            quiet=all(rule.quiet(seen) for rule in self._desk.rules),
            blind=seen.blind,
            negative=seen.negative_day,
        )
        return Judged(part, firings, lines), signs


def _note_state(lane: Lane, seen: Evaluation) -> None:
    state = "cooling" if lane.course.cooling else "open"
    if lane.incident is not None and lane.course.is_open and lane.incident.state != state:
        lane.incident = replace(
            lane.incident, state="cooling" if lane.course.cooling else "open", updated_at=seen.at
        )  # fmt: skip


__all__ = ["Change", "Desk", "Walk", "incident_id"]
