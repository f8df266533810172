"""蓝黄橙红: how bad it is, line by line, so that people can check it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tingfeng import Level
from tingfeng.alerts import level_lines as say
from tingfeng.alerts.grades import FIRST_ACTION, HEARTBEAT, NAMES, Line, rank
from tingfeng.alerts.rules import Firing
from tingfeng.alerts.signals import against
from tingfeng.alerts.track import Evaluation


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """The numbers of the levels. Negatives are counted over 24 hours."""

    yellow_negative: int = 30
    yellow_times_usual: float = 5.0
    orange_negative: int = 150
    orange_times_usual: float = 25.0
    """With a usual day of 20 negatives, 5 and 25 times give the 100 and 500 of the published
    template for Chinese PR desks."""
    yellow_followers: int = 100_000
    orange_followers: int = 1_000_000
    yellow_platforms: int = 2
    yellow_score: float = 8.0
    """Of the four-hour window."""
    orange_doubling_hours: float = 2.0
    orange_doubling_negative: int = 50
    """Engagement that doubles so fast makes it orange where so many are negative."""
    orange_media: int = 3
    red_media: int = 10
    """Houses that carry something negative."""

    def lines(self, seen: Evaluation, firings: Sequence[Firing]) -> list[Line]:
        """Every condition above blue, met or not."""
        yellow = max(self.yellow_negative, self.yellow_times_usual * seen.usual_day)
        orange = max(self.orange_negative, self.orange_times_usual * seen.usual_day)
        media = len(seen.marks("media"))
        lines = [
            say.negatives("yellow", seen.negative_day, yellow),
            say.platforms("yellow", seen, self.yellow_platforms),
            say.followers("yellow", seen.followers, self.yellow_followers),
            say.score("yellow", seen.scores[1].value, self.yellow_score),
            say.negatives("orange", seen.negative_day, orange),
            say.followers("orange", seen.followers, self.orange_followers),
            say.doubling("orange", seen, self.orange_doubling_hours, self.orange_doubling_negative),
            say.media("orange", media, self.orange_media),
        ]
        spread = any(line.met for line in lines)
        fired = {firing.rule for firing in firings}
        return [
            *lines,
            say.redline("redline" in fired, spread),
            say.hot("hot" in fired, spread, against(seen)),
            say.regulator(len(seen.marks("regulator")), "regulator" in fired),
            say.media("red", media, self.red_media),
        ]

    def level(self, lines: Sequence[Line], *, learning: bool) -> Level:
        """The highest level that a line gives; blue where none does."""
        met = [line.level for line in lines if line.met and not (learning and line.statistical)]
        return max(met, key=rank, default="blue")


def nearest_unmet(lines: Sequence[Line], level: Level) -> Line | None:
    """The line above *level* that lacks least."""
    above = [line for line in lines if not line.met and rank(line.level) > rank(level)]
    return max(above, key=lambda line: (line.nearness, -rank(line.level)), default=None)


__all__ = ["FIRST_ACTION", "HEARTBEAT", "NAMES", "Ladder", "Line", "nearest_unmet", "rank"]
