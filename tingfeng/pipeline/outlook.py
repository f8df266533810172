"""Where the conditions of the level rules stand at a moment: what would raise an incident or end it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tingfeng.alerts.course import CLOSING_BINS, LOWERING_BINS, REOPEN_BINS, Course
from tingfeng.alerts.engine import Engine
from tingfeng.alerts.memory import REACH_BINS
from tingfeng.alerts.share import BIN_SECONDS
from tingfeng.alerts.track import EMPTY, Track, bin_of
from tingfeng.alerts.walk import Walk
from tingfeng.insight.dossier import Condition, Rules
from tingfeng.pipeline.watchers import redline

if TYPE_CHECKING:
    from tingfeng.alerts.levels import Line
    from tingfeng.alerts.track import Evaluation
    from tingfeng.pipeline import Pipeline


def rules(pipeline: Pipeline, brand: str, until: datetime) -> Rules | None:
    """The conditions of *brand* at the end of the last whole quarter of an hour before *until*, or
    if that is now and alerts judge the open quarter too, in that; ``None``: no post is older.
    """
    open_too = pipeline.settings.alerts.interim and until >= pipeline.clock()
    engine = _Standing(
        pipeline.store,
        [brand],
        rules=pipeline.settings.alerts.rules,
        redline=redline(pipeline.settings),
        reader_note=pipeline.readers.note,
    )
    stood = engine.stood(brand, bin_of(until) + open_too)
    if stood is None:
        return None
    seen, lines = stood
    bin = timedelta(seconds=BIN_SECONDS)
    return Rules(
        at=min(seen.at, until),
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


class _Standing(Engine):
    """An engine that is asked how near every line is, and judges nothing."""

    def stood(self, brand: str, end: int) -> tuple[Evaluation, list[Line]] | None:
        """What was known at the end of the bin before *end*, and the lines of the ladder then."""
        numbers = self._desk.numbers
        start = numbers.first_bin(brand, end)
        if start is None:
            return None
        walk = Walk(self._desk, brand, Track(), Course(), None, numbers.gaps(start, end))
        for low in range(start, end - 1, REACH_BINS):
            high = min(low + REACH_BINS, end - 1)
            bins = numbers.bins(brand, low, high)
            for number in range(low, high):
                walk.new(number, bins.get(number, EMPTY), live=True)
        last = numbers.bins(brand, end - 1, end).get(end - 1, EMPTY)
        seen = walk.track.look(end - 1, last)
        firings = [firing for rule in self._desk.rules for firing in rule.firings(seen)]
        return seen, self._desk.ladder.lines(seen, firings)
