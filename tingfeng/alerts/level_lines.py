"""Each condition of a level in words: what it says, and what would have to happen for it to hold."""

from __future__ import annotations

from tingfeng import Level, Message, platform_name
from tingfeng.alerts.grades import NAMES, Line
from tingfeng.alerts.share import WINDOWS
from tingfeng.alerts.track import Evaluation


def _people(count: float) -> str:
    return f"{count / 10000:g}万" if count >= 10000 else f"{count:.0f}"


def negatives(level: Level, value: int, needed: float) -> Line:
    """So many negatives within 24 hours."""
    lack = max(int(-(-(needed - value) // 1)), 0)
    return Line(
        level=level, name="negatives", value=value, needed=needed,
        says=Message(f"近24小时负面 {value} 条（{NAMES[level].zh}线 {needed:g} 条）",
                     f"{value} negatives in 24 h ({level} from {needed:g})"),
        missing=Message(f"24小时内再有 {lack} 条负面", f"{lack} more negatives within 24 h"),
    )  # fmt: skip


def platforms(level: Level, seen: Evaluation, needed: int) -> Line:
    """An unusual share on several platforms."""
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


def followers(level: Level, value: int, needed: int) -> Line:
    """An author with so many followers."""
    return Line(
        level=level, name="followers", value=value, needed=needed, statistical=False,
        says=Message(f"负面作者最多 {_people(value)} 粉丝（{NAMES[level].zh}线 {_people(needed)}）",
                     f"biggest negative author has {value} followers ({level} from {needed})"),
        missing=Message(f"有粉丝不少于 {_people(needed)} 的作者发负面",
                        f"a negative post by an author with {needed} followers or more"),
    )  # fmt: skip


def score(level: Level, value: float, needed: float) -> Line:
    """The four-hour share stands out so far."""
    name = WINDOWS[1].name
    return Line(
        level=level, name="score", value=value, needed=needed,
        says=Message(f"近4小时负面占比偏离分 {value:.1f}（{NAMES[level].zh}线 {needed:.1f}）",
                     f"{name} share score {value:.1f} ({level} from {needed:.1f})"),
        missing=Message(f"近4小时负面占比偏离分再高 {needed - value:.1f}",
                        f"{name} share score higher by {needed - value:.1f}"),
    )  # fmt: skip


def redline(word: bool, spread: bool) -> Line:
    """A red-line word, and a spread of at least yellow."""
    return Line(
        level="red", name="redline", value=int(word) + int(spread), needed=2, statistical=False,
        says=Message("有红线词且传播已达黄色", "red-line words, spread at least yellow"),
        missing=Message("传播达到黄色" if word else "出现针对品牌的红线词",
                        "spread at yellow" if word else "red-line words against the brand"),
    )  # fmt: skip


def media(level: Level, value: int, needed: int) -> Line:
    """So many houses carry something negative within 24 hours."""
    lack = max(needed - value, 0)
    return Line(
        level=level, name="media", value=value, needed=needed, statistical=False,
        says=Message(f"{value} 家媒体刊载负面（{NAMES[level].zh}线 {needed} 家）",
                     f"{value} media carry something negative ({level} from {needed})"),
        missing=Message(f"再有 {lack} 家媒体刊载负面", f"{lack} more media with something negative"),
    )  # fmt: skip


def doubling(level: Level, seen: Evaluation, hours: float, negative: int) -> Line:
    """The engagement under many negatives doubles within so many hours."""
    speed = seen.doubling_hours
    quick = hours / speed if speed else 0.0
    zh = f"{speed:.1f} 小时" if speed else "未见增长"
    en = f"doubles in {speed:.1f} h" if speed else "does not grow"
    lack = negative - seen.negative_day
    return Line(
        level=level, name="doubling", value=min(quick, seen.negative_day / negative), needed=1.0,
        says=Message(f"负面互动翻倍时间 {zh}、24小时负面 {seen.negative_day} 条（{NAMES[level].zh}线 "
                     f"{hours:g} 小时且 {negative} 条）",
                     f"engagement under negatives {en}, {seen.negative_day} negatives in 24 h "
                     f"({level} from {hours:g} h and {negative})"),
        missing=Message(
            f"负面互动在 {hours:g} 小时内翻倍" + (f"，且再有 {lack} 条负面" if lack > 0 else ""),
            f"engagement under negatives doubling within {hours:g} h"
            + (f", and {lack} more negatives" if lack > 0 else ""),
        ),
    )  # fmt: skip


def hot(listed: bool, spread: bool, against: int) -> Line:
    """On a hot list, with something negative or with a yellow spread."""
    return Line(
        level="red", name="hot", value=int(listed) + int(spread or against > 0), needed=2,
        statistical=False,
        says=Message(f"登上热榜（其中负面 {against} 条）" + ("，传播已达黄色" if spread else ""),
                     f"on a hot list ({against} negative entries)"
                     + (", spread at least yellow" if spread else "")),
        missing=Message("热榜条目为负面，或传播达到黄色" if listed else "登上热榜",
                        "a negative entry, or spread at yellow" if listed else "a hot list"),
    )  # fmt: skip


def regulator(voices: int, heard: bool) -> Line:
    """An authority or a central medium, more than is usual."""
    return Line(
        level="red", name="regulator", value=int(heard), needed=1, statistical=False,
        says=Message(f"监管或央媒发声 {voices} 家", f"{voices} authorities or central media"),
        missing=Message("监管或央媒发声", "an authority or a central medium"),
    )  # fmt: skip
