"""Where the conditions of the level rules stand at a moment: what would raise an incident or end it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tingfeng.core.plugins import build
from tingfeng.pipeline.watchers import redline

if TYPE_CHECKING:
    from tingfeng.alerts.levels import Line
    from tingfeng.alerts.track import Evaluation
    from tingfeng.alerts.walk import Desk, Walk
    from tingfeng.insight.dossier import Rules
    from tingfeng.pipeline import Pipeline


def rules(pipeline: Pipeline, brand: str, until: datetime) -> Rules | None:
    """The conditions of *brand* at the end of the last whole quarter of an hour before *until*;
    ``None``: no post about it is older.
    """
    from tingfeng.alerts.course import CLOSING_BINS, LOWERING_BINS, REOPEN_BINS
    from tingfeng.alerts.share import BIN_SECONDS
    from tingfeng.insight.dossier import Condition, Rules

    stood = _stood(_desk(pipeline), brand, until)
    if stood is None:
        return None
    seen, lines = stood
    bin = timedelta(seconds=BIN_SECONDS)
    return Rules(
        at=seen.at,
        conditions=tuple(
            Condition(level=one.level, met=one.met, says=one.says, missing=one.missing)
            for one in lines
            if not (seen.learning and one.statistical)
        ),
        learning=seen.learning,
        lowered_after=LOWERING_BINS * bin,
        closed_after=CLOSING_BINS * bin,
        reopened_within=REOPEN_BINS * bin,
    )


def _desk(pipeline: Pipeline) -> Desk:
    """What :class:`tingfeng.alerts.engine.Engine` judges by, of the same settings."""
    from tingfeng.alerts import RULES
    from tingfeng.alerts.levels import Ladder
    from tingfeng.alerts.numbers import Numbers
    from tingfeng.alerts.walk import Desk

    return Desk(
        numbers=Numbers(pipeline.store, redline(pipeline.settings)),
        rules=tuple(build(RULES, one) for one in pipeline.settings.alerts.rules),
        ladder=Ladder(),
        reader_note=pipeline.readers.note,
    )


def _stood(desk: Desk, brand: str, until: datetime) -> tuple[Evaluation, list[Line]] | None:
    from tingfeng.alerts.course import Course
    from tingfeng.alerts.track import EMPTY, Track, bin_of
    from tingfeng.alerts.walk import Walk

    end = bin_of(until)
    start = desk.numbers.first_bin(brand, end)
    if start is None:
        return None
    walk = Walk(desk, brand, Track(), Course(), None, desk.numbers.gaps(start, end))
    _walk(desk, brand, walk, start, end - 1)
    bin = desk.numbers.bins(brand, end - 1, end).get(end - 1, EMPTY)
    seen = walk.track.look(end - 1, bin)
    firings = [firing for rule in desk.rules for firing in rule.firings(seen)]
    return seen, desk.ladder.lines(seen, firings)


def _walk(desk: Desk, brand: str, walk: Walk, start: int, end: int) -> None:
    from tingfeng.alerts.memory import REACH_BINS
    from tingfeng.alerts.track import EMPTY

    for low in range(start, end, REACH_BINS):
        high = min(low + REACH_BINS, end)
        bins = desk.numbers.bins(brand, low, high)
        for number in range(low, high):
            walk.new(number, bins.get(number, EMPTY), live=True)
