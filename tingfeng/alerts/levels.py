"""蓝黄橙红: how bad it is, line by line, so that people can check it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from tingfeng import LEVELS, Level, Message, platform_name
from tingfeng.alerts.rules import Firing
from tingfeng.alerts.share import WINDOWS
from tingfeng.alerts.track import Evaluation

NAMES: dict[Level, Message] = {
    "blue": Message("蓝色关注", "blue (watch)"),
    "yellow": Message("黄色预警", "yellow (warning)"),
    "orange": Message("橙色严重", "orange (serious)"),
    "red": Message("红色危机", "red (crisis)"),
}

HEARTBEAT: dict[Level, timedelta] = {
    "blue": timedelta(hours=24),
    "yellow": timedelta(hours=4),
    "orange": timedelta(hours=1),
    "red": timedelta(minutes=30),
}
"""How often an open incident is spoken of although nothing changed: the clocks of Chinese PR
desks."""

FIRST_ACTION: dict[Level, timedelta] = {
    "blue": timedelta(hours=4),
    "yellow": timedelta(hours=2),
    "orange": timedelta(hours=1),
    "red": timedelta(minutes=30),
}
"""Within which someone should have acted."""


def rank(level: Level) -> int:
    """0 for blue, 3 for red."""
    return LEVELS.index(level)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One condition of one level."""

    level: Level
    name: str
    value: float
    needed: float
    says: Message
    missing: Message
    """What would have to happen for it to hold."""
    statistical: bool = True
    """Rests on a baseline: says nothing above blue while that is still being learnt."""

    @property
    def met(self) -> bool:
        """Whether it holds."""
        return self.value >= self.needed

    @property
    def nearness(self) -> float:
        """0 to 1: how much of what is needed is there."""
        return min(self.value / self.needed, 1.0) if self.needed else 1.0


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

    def lines(self, seen: Evaluation, firings: Sequence[Firing]) -> list[Line]:
        """Every condition above blue, met or not."""
        yellow = max(self.yellow_negative, self.yellow_times_usual * seen.usual_day)
        orange = max(self.orange_negative, self.orange_times_usual * seen.usual_day)
        lines = [
            _negatives("yellow", seen.negative_day, yellow),
            _platforms("yellow", seen, self.yellow_platforms),
            _followers("yellow", seen.followers, self.yellow_followers),
            _score("yellow", seen.scores[1].value, self.yellow_score),
            _negatives("orange", seen.negative_day, orange),
            _followers("orange", seen.followers, self.orange_followers),
        ]
        spread = any(line.met for line in lines)
        word = any(firing.rule == "redline" for firing in firings)
        return [*lines, _redline(word, spread)]

    def level(self, lines: Sequence[Line], *, learning: bool) -> Level:
        """The highest level that a line gives; blue where none does."""
        met = [line.level for line in lines if line.met and not (learning and line.statistical)]
        return max(met, key=rank, default="blue")


def nearest_unmet(lines: Sequence[Line], level: Level) -> Line | None:
    """The line above *level* that lacks least."""
    above = [line for line in lines if not line.met and rank(line.level) > rank(level)]
    return max(above, key=lambda line: (line.nearness, -rank(line.level)), default=None)


def _people(count: float) -> str:
    return f"{count / 10000:g}万" if count >= 10000 else f"{count:.0f}"


def _negatives(level: Level, value: int, needed: float) -> Line:
    lack = max(int(-(-(needed - value) // 1)), 0)
    return Line(
        level=level, name="negatives", value=value, needed=needed,
        says=Message(f"近24小时负面 {value} 条（{NAMES[level].zh}线 {needed:g} 条）",
                     f"{value} negatives in 24 h ({level} from {needed:g})"),
        missing=Message(f"24小时内再有 {lack} 条负面", f"{lack} more negatives within 24 h"),
    )  # fmt: skip


def _platforms(level: Level, seen: Evaluation, needed: int) -> Line:
    value = len(seen.platforms)
    names = "、".join(platform_name(name, "zh") for name in seen.platforms) or "无"
    return Line(
        level=level, name="platforms", value=value, needed=needed,
        says=Message(f"{value} 个平台负面占比异常：{names}（{NAMES[level].zh}线 {needed} 个）",
                     f"{value} platforms unusual: {', '.join(seen.platforms) or 'none'}"
                     f" ({level} from {needed})"),
        missing=Message(f"再有 {needed - value} 个平台负面占比异常",
                        f"{needed - value} more platforms with an unusual share"),
    )  # fmt: skip


def _followers(level: Level, value: int, needed: int) -> Line:
    return Line(
        level=level, name="followers", value=value, needed=needed, statistical=False,
        says=Message(f"负面作者最多 {_people(value)} 粉丝（{NAMES[level].zh}线 {_people(needed)}）",
                     f"biggest negative author has {value} followers ({level} from {needed})"),
        missing=Message(f"有粉丝不少于 {_people(needed)} 的作者发负面",
                        f"a negative post by an author with {needed} followers or more"),
    )  # fmt: skip


def _score(level: Level, value: float, needed: float) -> Line:
    name = WINDOWS[1].name
    return Line(
        level=level, name="score", value=value, needed=needed,
        says=Message(f"近4小时负面占比偏离分 {value:.1f}（{NAMES[level].zh}线 {needed:.1f}）",
                     f"{name} share score {value:.1f} ({level} from {needed:.1f})"),
        missing=Message(f"近4小时负面占比偏离分再高 {needed - value:.1f}",
                        f"{name} share score higher by {needed - value:.1f}"),
    )  # fmt: skip


def _redline(word: bool, spread: bool) -> Line:
    return Line(
        level="red", name="redline", value=int(word) + int(spread), needed=2, statistical=False,
        says=Message("有红线词且传播已达黄色", "red-line words, spread at least yellow"),
        missing=Message("传播达到黄色" if word else "出现针对品牌的红线词",
                        "spread at yellow" if word else "red-line words against the brand"),
    )  # fmt: skip
