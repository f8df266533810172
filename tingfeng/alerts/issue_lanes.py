"""Several incidents of one brand at a time, one an issue: whose is what was seen?

What is judged of the brand as a whole belongs to the incident that most people speak of. What single
posts show, and a new issue, belongs to the incident whose issue they speak of; if there is none, it
is another incident. While there is only one, it gets everything, as if there were no issues.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from tingfeng import Incident
from tingfeng.alerts.course import REOPEN_BINS, Course
from tingfeng.alerts.interim import noted
from tingfeng.alerts.issue import Issue
from tingfeng.alerts.issue_clusters import AUTHORS, Cluster, Heard
from tingfeng.alerts.issue_sketch import mark_of
from tingfeng.alerts.track import Evaluation

MOST = 8
"""Incidents of one brand at a time. More are sides of the loudest."""

CARRIES = 0.2
"""Share of the day's negative voices from which these are what the brand's incident is about."""

SECOND = 6
"""Voices from which an issue is an incident beside another one: a crisis gives many words a first
time, and four people hit upon the same ones sooner than on other days."""

BESIDE = 0.1
"""Voices of another issue, against those of the loudest, from which it is a crisis of its own."""

CORE = 0.5
"""Share of its people who must say each of its two leading words."""

MIXED = 0.2
"""Share of its posts with a new word of the loudest one's people, from which it is a side of that."""


@dataclass(slots=True)
class Lane:
    """One incident, or the place for one."""

    course: Course = field(default_factory=Course)
    issue: Issue | None = None
    """``None``: not clear yet what it is about."""
    key: str = ""
    """Part of the incident's id: empty for the one that opened while there was no other."""
    incident: Incident | None = None

    @property
    def holds(self) -> bool:
        """Whether it is open, closed by hand while it goes on, or told of ahead."""
        course = self.course
        return course.is_open or course.dismissed or course.interim is not None

    def remembers(self, bin: int) -> bool:
        """Whether what flares up at *bin* would be the same incident again."""
        closed = self.course.closed
        return self.holds or (closed is not None and bin - closed <= REOPEN_BINS)

    def copy(self, course: Course | None = None) -> Lane:
        """Another that goes its own way from here."""
        course = course or Course.load(self.course.dump())
        return Lane(course, self.issue, self.key, self.incident)

    def dump(self) -> list[Any]:
        """Plain values; the incident is kept by the store."""
        return [self.course.dump(), self.issue and self.issue.dump(), self.key]

    @classmethod
    def load(cls, saved: list[Any]) -> Lane:
        """What :meth:`dump` gave."""
        course, issue, key = saved
        return cls(Course.load(course), Issue.load(issue) if issue else None, key)


def foretold(lanes: list[Lane], ahead: Sequence[Lane], lane: Lane, bin: int) -> None:
    """Note among *lanes* what people were told of *bin* by *lane*, one of those *ahead* of them."""
    place = next(i for i, one in enumerate(ahead) if one is lane)
    if place == len(lanes):
        lanes.append(Lane(key=lane.key))
    known = lanes[place]
    known.course.interim = noted(lane.course, bin)
    known.incident = lane.incident
    if not known.course.is_open:
        known.issue, known.key = lane.issue, lane.key


class Part(NamedTuple):
    """What one incident is judged by."""

    lane: Lane
    seen: Evaluation
    lead: bool = True
    """It is the one that most people speak of: the brand's shares are judged for it."""
    aside: tuple[Cluster, ...] = ()
    """What belongs to others."""


class Division(NamedTuple):
    """All of one bin."""

    parts: list[Part]
    same: list[tuple[Lane, Lane]]
    """Incidents that turned out to be of one issue, the older first."""


def divide(
    brand: str,
    lanes: Sequence[Lane],
    seen: Evaluation,
    fires: Callable[[Cluster], bool],
    voices: Sequence[Heard],
) -> Division:
    """*lanes*: of them the first has room for a new incident. *voices*: all of the day."""
    owned: dict[int, list[Cluster]] = {id(lane): [] for lane in lanes}
    every, same, loose = list(lanes), [], []
    for cluster in seen.issues:
        known = sorted(
            (one for one in lanes
             if one.issue and one.remembers(seen.bin) and one.issue.is_of(cluster)),
            key=lambda one: (not one.holds, one.course.opened or 0),
        )  # fmt: skip
        if known:
            owned[id(known[0])].append(cluster)
            same += [
                (known[0], other)
                for other in known[1:]
                if other.course.is_open and known[0].course.is_open
            ]
        elif fires(cluster):
            loose.append(cluster)
    lead = _lead(lanes, owned)
    for cluster in loose:
        lane = _place(brand, cluster, every, lead, owned, seen.bin)
        if id(lane) not in owned:
            every.append(lane)
            owned[id(lane)] = []
        owned[id(lane)].append(cluster)
        lead = lead or lane
    if lead is None:
        lead = next((one for one in lanes if any(map(fires, owned[id(one)]))), None)
        lead = lead or _idle(lanes, seen.bin, voices)
        if id(lead) not in owned:
            every.append(lead)
            owned[id(lead)] = []
    mine = [
        one for one in every
        if one is lead or one.holds or any(map(fires, owned[id(one)]))
    ]  # fmt: skip
    parts = [_part(one, one is lead, mine, owned, seen, voices) for one in mine]
    return Division(parts, same)


def _lead(lanes: Sequence[Lane], owned: dict[int, list[Cluster]]) -> Lane | None:
    """The one that goes on of which most people speak, of equals the older."""
    going = [one for one in lanes if one.holds]
    return max(
        going,
        key=lambda one: (sum(x.count for x in owned[id(one)]), -(one.course.opened or 0)),
        default=None,
    )


def _idle(lanes: Sequence[Lane], bin: int, voices: Sequence[Heard]) -> Lane:
    """Where nothing goes on: the incident that would flare up again, or the place for a new one.

    What is known of its issue flares up only where people speak of that again.
    """
    first = lanes[0]
    if not first.remembers(bin) or first.issue is None:
        return first
    everyone = {one.sketch.author for one in voices if one.sketch.negative}
    least = max(min(AUTHORS, len(everyone)), CARRIES * len(everyone))
    found = []
    for lane in lanes:
        if lane.issue is not None and lane.remembers(bin):
            said = {one.sketch.author for one in voices
                    if one.sketch.negative and lane.issue.is_said_in(one.sketch)}  # fmt: skip
            found.append((len(said), lane))
    people, best = max(found, key=lambda one: one[0])
    return best if people and people >= least else Lane(key=str(bin))


def _place(
    brand: str,
    cluster: Cluster,
    lanes: Sequence[Lane],
    lead: Lane | None,
    owned: dict[int, list[Cluster]],
    bin: int,
) -> Lane:
    """Where a *cluster* goes that fires and is of no known issue."""
    first = lanes[0]
    free = not first.remembers(bin) and not owned[id(first)]
    unclear = [one for one in lanes if one.issue is None and one.remembers(bin)]
    for one in unclear:
        if not owned[id(one)]:
            return one
    if lead is None and free:
        return first
    if lead is not None and (_side(cluster, lead, owned[id(lead)]) or len(lanes) >= MOST):
        return lead
    if free:
        return first
    issue = Issue.of(brand, cluster)
    return Lane(issue=issue, key=issue.id)


def _side(cluster: Cluster, lead: Lane, main: Sequence[Cluster]) -> bool:
    """Whether *cluster* is only a side of what most people speak of: few, or speaking of many things
    rather than of one, or with words of that.

    A crisis is told in many words, and two at a time are rare: in doubt it is one.
    """
    few = cluster.voices < SECOND or cluster.count < BESIDE * sum(one.count for one in main)
    return few or loose(cluster) or mixed(cluster, lead, main)


def loose(cluster: Cluster) -> bool:
    """Whether *cluster* speaks of many things: its two leading words are not said by most."""
    core = cluster.terms[:2]
    return len(core) < 2 or core[1][1] < CORE * cluster.authors


def mixed(cluster: Cluster, lead: Lane, main: Sequence[Cluster]) -> bool:
    """Whether posts of *cluster* say new words of *lead*'s people."""
    words = {term for one in main for term in one.said}
    if lead.issue is not None:
        words.update(lead.issue.terms)
    shared = sum(bool(words & one.sketch.terms) for one in cluster.members)
    return shared >= MIXED * len(cluster.members)


def _part(
    lane: Lane,
    lead: bool,
    lanes: Sequence[Lane],
    owned: dict[int, list[Cluster]],
    seen: Evaluation,
    voices: Sequence[Heard],
) -> Part:
    own = tuple(owned[id(lane)])
    aside = tuple(x for one in lanes if one is not lane for x in owned[id(one)])
    seen = replace(seen, issues=own)
    if lead:
        return Part(lane, _without(seen, aside, voices) if aside else seen, lead, aside)
    return Part(lane, _only(seen, own), lead, aside)


def _without(seen: Evaluation, aside: Sequence[Cluster], voices: Sequence[Heard]) -> Evaluation:
    """*seen* but for the posts of *aside*; the shares are those of the whole brand."""
    posts = {post for one in aside for post in one.posts}
    rest = [one.sketch for one in voices if one.sketch.post not in posts]
    gone = {mark for one in aside for mark in one.marks} - {one.mark for one in rest}
    followers = seen.followers
    if any(one.followers >= followers for one in aside):
        followers = max((one.followers for one in rest if one.negative), default=0)
    return replace(
        seen,
        followers=followers,
        redline=max(0, seen.redline - sum(one.redline for one in aside)),
        own_negative=max(0, seen.negative_day - round(sum(one.count for one in aside))),
        day_marks=_marks(seen, lambda number: number not in gone),
    )  # fmt: skip


def _only(seen: Evaluation, own: Sequence[Cluster]) -> Evaluation:
    """What *seen* shows of *own*: no shares, for these are the brand's."""
    marks = {mark for one in own for mark in one.marks}
    people: dict[str, int] = {}
    for one in own:
        for name, count in one.platforms.items():
            people[name] = people.get(name, 0) + count
    return replace(
        seen,
        scores=tuple(one._replace(value=0.0) for one in seen.scores),
        platforms=tuple(name for name, count in people.items() if count >= AUTHORS),
        followers=max((one.followers for one in own), default=0),
        redline=sum(one.redline for one in own),
        own_negative=round(sum(one.count for one in own)),
        day_marks=_marks(seen, marks.__contains__),
        doubling_hours=None,
    )


def _marks(seen: Evaluation, keep: Callable[[int], bool]) -> dict[str, tuple[str, ...]]:
    kept = {
        rule: tuple(mark for mark in marks if keep(mark_of(rule, mark)))
        for rule, marks in seen.day_marks.items()
    }
    return {rule: marks for rule, marks in kept.items() if marks}
