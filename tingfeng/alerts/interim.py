"""初判: what the quarter that is still open shows already is told at once, and checked afterwards.

The course of an incident goes from one finished quarter to the next and knows nothing of this: what
is learnt, when an incident cools and when it is over do not hang on how often somebody looked. What
was told ahead stands beside it, and is confirmed or corrected by the judgement that holds.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from tingfeng.alerts.course import Course, Interim, Kind, Signs
from tingfeng.alerts.levels import rank

Standing = Literal["final", "interim", "confirmed", "corrected"]
"""``interim``: 初判, of a quarter that is not over. ``confirmed`` and ``corrected``: what the
judgement that holds says of it. ``final``: no interim judgement was involved."""


class Told(NamedTuple):
    """What is to be told of a finished quarter."""

    kind: Kind | None
    standing: Standing = "final"


def ahead(course: Course) -> Course:
    """*course* as people know it, to be led on by quarters that are not over."""
    fork = Course.load(course.dump())
    if fork.interim is not None:
        adopt(fork)
    return fork


def adopt(course: Course) -> None:
    """Let hold what was told ahead."""
    told = course.interim
    if told is None:
        return
    if not course.is_open:
        course.opened, course.closed, course.dismissed = told.opened, None, False
        course.reopened, course.level, course.highest = told.reopened, told.level, told.level
        course.quiet = course.below = course.frozen = 0
    elif rank(told.level) > rank(course.level):
        course.level = told.level
        course.highest = max(course.highest, told.level, key=rank)
    course.sequence = max(course.sequence, told.sequence)
    course.interim = None


def noted(fork: Course, bin: int) -> Interim:
    """What was told of *bin*, by what *fork* became."""
    assert fork.opened is not None
    return Interim(
        bin=bin, opened=fork.opened, level=fork.level, sequence=fork.sequence,
        reopened=fork.reopened,
    )  # fmt: skip


def settle(course: Course, kind: Kind | None, signs: Signs) -> Told:
    """Compare what was told ahead with *course* after the step that gave *kind*.

    Until the quarter in question is judged, or what was told has come true, nothing else is told.
    """
    told = course.interim
    if told is None:
        return Told(kind)
    if kind == "opened":  # people know it under the name that it was told with
        course.opened = told.opened
    known = course.is_open and not (course.untold and kind is None)
    true = known and rank(course.level) >= rank(told.level)
    if not true and signs.bin < told.bin:
        return Told(None)
    course.interim, course.untold = None, False
    course.sequence = max(course.sequence, told.sequence) + 1
    course.sent, course.sent_negative = signs.bin, signs.negative
    if not course.is_open:
        course.opened, course.closed, course.reopened = told.opened, signs.bin, told.reopened
        course.level = course.highest = told.level
        return Told("resolved", "corrected")
    if not true:
        return Told("lowered", "corrected")
    higher = rank(course.level) > rank(told.level)
    return Told("raised" if higher else "heartbeat", "confirmed")
