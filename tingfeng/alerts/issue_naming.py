"""Which issue an incident takes, and what becomes of two that turn out to be one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tingfeng.alerts.change import Change
from tingfeng.alerts.interim import adopt
from tingfeng.alerts.issue import Issue
from tingfeng.alerts.issue_clusters import Cluster, Heard
from tingfeng.alerts.issue_lanes import CARRIES, Lane, loose, mixed
from tingfeng.alerts.issue_rule import IssueRule
from tingfeng.alerts.issue_sketch import mark_of
from tingfeng.alerts.issue_words import title
from tingfeng.alerts.rules import Firing, leading
from tingfeng.alerts.share import DAY_BINS
from tingfeng.alerts.telling import Judged, Telling
from tingfeng.alerts.track import Evaluation, Track


def name(telling: Telling, lanes: list[Lane], judged: Judged, track: Track, *, anew: bool) -> None:
    """After a step, let the incident of *judged* have its issue. *anew*: it has just begun."""
    lane, seen = judged.part.lane, judged.part.seen
    if not lane.course.is_open:
        return
    if all(one is not lane for one in lanes):
        lanes.append(lane)
    if anew and lane is lanes[0]:
        lane.issue, lane.key = None, ""
    if lane.issue is None:
        lane.issue = _issue(telling.brand, judged, track.heard())
    else:
        # Sides of it too, so that they are known again. The loudest last: its words come first.
        known = [one for one in seen.issues if lane.issue.is_of(one)]
        for one in reversed(seen.issues):
            if one in known or loose(one) or mixed(one, lane, known):
                lane.issue = lane.issue.follow(one)
    about = [one for one in seen.issues if lane.issue and lane.issue.is_of(one)]
    if lane.issue is not None and about and not lane.issue.title:
        lane.issue = replace(lane.issue, title=_title(telling, about[0], seen))


def _title(telling: Telling, cluster: Cluster, seen: Evaluation) -> str:
    start, end = seen.bin + 1 - DAY_BINS, seen.bin + 1
    found = telling.desk.numbers.negatives(telling.brand, start, end)
    return title(telling.about(found, cluster.words), telling.brand, cluster)


def _issue(brand: str, judged: Judged, voices: Sequence[Heard]) -> Issue | None:
    """What carries the incident: the cluster of most people, if these are many enough; else the
    posts by which a rule of single posts counts.
    """
    seen = judged.part.seen
    first = leading(judged.firings) if judged.firings else None
    own = max(seen.issues, key=lambda one: one.count, default=None)
    if own is not None and (
        (first is not None and first.rule == IssueRule.name)
        or own.count >= CARRIES * seen.negative_day
    ):
        return Issue.of(brand, own)
    if first is None or first.rule.startswith(("share", "first_day")):
        return None
    return Issue.of_posts(brand, _counted(first, seen, voices))


def _counted(firing: Firing, seen: Evaluation, voices: Sequence[Heard]) -> list[Heard]:
    if firing.rule == "redline":
        return [one for one in voices if one.sketch.redline]
    marks = {mark_of(firing.rule, mark) for mark in seen.marks(firing.rule)}
    return [one for one in voices if one.sketch.mark in marks]


def merge(
    lanes: list[Lane], same: Sequence[tuple[Lane, Lane]], seen: Evaluation
) -> list[Change]:  # fmt: skip
    """Close the newer of each pair, for it is one with the older; what is to be told of it."""
    changes = []
    for older, newer in same:
        if not (older.course.is_open and newer.course.is_open):
            continue
        adopt(newer.course)
        untold, incident = newer.course.untold, newer.incident
        newer.course.closed = seen.bin
        newer.course.sequence += 1
        if lanes[0] is newer:
            # The first place is where a new incident begins: the older one takes it.
            lanes.remove(older)
            lanes[0] = older
        else:
            lanes.remove(newer)
        if untold or incident is None or older.incident is None:
            continue
        ended = replace(
            incident, state="closed", level=newer.course.highest, closed_at=seen.at,
            updated_at=seen.at, merged=older.incident.id,
        )  # fmt: skip
        changes.append(
            Change(kind="resolved", at=seen.at, incident=ended, evidence=ended.evidence,
                   sequence=newer.course.sequence, links={})
        )  # fmt: skip
    return changes
