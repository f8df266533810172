"""What the chosen creators brought: mentions after against the weeks before, and against creators like
them who were not chosen.

Mentions around a creator are the brand's mentions in their own posts and in what is written under
them. Against the weeks before says what changed; against comparable creators says how much of that the
whole market changed anyway (difference in differences of log counts). Both are associations: who is
chosen was not drawn by lot.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, sqrt
from typing import TYPE_CHECKING

import numpy as np

from tingfeng import Message

if TYPE_CHECKING:
    from numpy.typing import NDArray

WEEKS = 3
"""Whole weeks before that are needed: fewer do not tell how much weeks differ anyway."""

MENTIONS = 10
"""Mentions before and after together below which no lift is stated: with 10 the 95 % interval of a
ratio already spans a factor of 13."""

CREATORS = 5
"""Chosen ones, and comparable ones, below which these are not compared: with 5 Student's t is 2.8."""

ALIKE = 0.7
"""Most difference in ln of effective followers of a comparable creator: from half to twice as many."""

_DRAWS = 2000
_T95 = (12.71, 4.30, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23)
"""Two-sided 95 % of Student's t with 1 to 10 degrees of freedom."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """Mentions of the brand around one creator."""

    key: str
    name: str
    before: tuple[int, ...]
    """By whole week before the campaign, oldest first."""

    after: tuple[int, ...]
    """By whole week since it began."""

    posts: tuple[str, ...] = ()
    """Keys of the creator's own posts since then that name the brand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lift:
    """A ratio of two rates: 1.5 is half as many mentions again."""

    ratio: float | None
    """``None``: not enough data."""

    low: float | None = None
    high: float | None = None
    """95 % interval."""

    before: int
    after: int
    """Mentions that it rests on."""

    lacks: Message | None = None
    """Why there is no ratio, and what is needed."""

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out 1: more than chance."""
        return self.low is not None and self.high is not None and (self.low > 1 or self.high < 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What a campaign brought."""

    chosen: tuple[Circle, ...]
    others: tuple[Circle, ...]
    """Comparable creators who were not chosen."""

    against_before: Lift
    against_others: Lift
    placebo: Lift
    """*against_others* reckoned within the weeks before, when nothing had happened: 1 unless the two
    groups were on different ways already, and then *against_others* is no lift of the campaign."""


def brought(chosen: Sequence[Circle], others: Sequence[Circle], *, seed: int = 0) -> Brought:
    """What *chosen* brought; the same for the same *seed* of the bootstrap."""
    earlier = [_halved(circle) for circle in chosen], [_halved(circle) for circle in others]
    return Brought(
        chosen=tuple(chosen),
        others=tuple(others),
        against_before=lift(_summed([each.before for each in chosen]), _summed([each.after for each in chosen])),
        against_others=compared(chosen, others, seed=seed),
        placebo=compared(*earlier, seed=seed),
    )  # fmt: skip


def lift(before: Sequence[int], after: Sequence[int]) -> Lift:
    """Mentions a week after against before, with a quasi-Poisson interval: as much wider than
    Poisson's as the weeks before differ from each other.
    """
    b, a = sum(before), sum(after)
    lacks = _lacks(before, after, b + a)
    if lacks:
        return Lift(ratio=None, before=b, after=a, lacks=lacks)
    weeks = np.array(before, float)
    mean = max(float(weeks.mean()), 1 / len(weeks))
    dispersion = max(1.0, float(((weeks - mean) ** 2).sum()) / mean / (len(weeks) - 1))
    # Half a mention is added to each side, so that none before is not infinitely many times more.
    middle = log((a + 0.5) / len(after)) - log((b + 0.5) / len(before))
    error = sqrt(dispersion * (1 / (a + 0.5) + 1 / (b + 0.5)))
    return _interval(middle, error * _student(len(weeks) - 1), b, a)


def compared(chosen: Sequence[Circle], others: Sequence[Circle], *, seed: int = 0) -> Lift:
    """How many times the change of *others* that of *chosen* is; the interval by drawing creators
    again, since mentions around one creator are not independent of each other.
    """
    mine, theirs = _sides(chosen), _sides(others)
    b, a = int(mine[:, 0].sum()), int(mine[:, 1].sum())
    before, after = (
        _summed([each.before for each in chosen]),
        _summed([each.after for each in chosen]),
    )
    lacks = _lacks(before, after, b + a, weeks=1) or _few(chosen, others, int(theirs.sum()))
    if lacks:
        return Lift(ratio=None, before=b, after=a, lacks=lacks)
    dice = np.random.default_rng(seed)
    draws = _drawn(dice, mine) - _drawn(dice, theirs)
    middle = float(_change(mine.sum(axis=0)) - _change(theirs.sum(axis=0)))
    freedom = min(len(chosen), len(others)) - 1
    return _interval(middle, float(draws.std(ddof=1)) * _student(freedom), b, a)


def comparable(
    chosen: Sequence[tuple[str, str, float]], all_: Sequence[tuple[str, str, float]]
) -> tuple[str, ...]:
    """Keys of those in *all_* who are like one of *chosen*: the same platform, half to twice as many
    effective followers. Each is key, platform, effective followers (0: not said, like nobody).
    """
    taken = {key for key, _, _ in chosen}
    found = []
    for key, platform, size in all_:
        if key in taken or size <= 0:
            continue
        if any(
            platform == other and mine > 0 and abs(log(size / mine)) <= ALIKE
            for _, other, mine in chosen
        ):
            found.append(key)
    return tuple(found)


def _halved(circle: Circle) -> Circle:
    """The weeks before alone, as if the campaign had begun in their middle."""
    middle = len(circle.before) // 2
    return Circle(
        key=circle.key,
        name=circle.name,
        before=circle.before[:middle],
        after=circle.before[middle:],
    )


def _summed(weeks: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    return tuple(sum(counts) for counts in zip(*weeks, strict=True))


def _sides(circles: Sequence[Circle]) -> NDArray[np.float64]:
    """(creators, 2): mentions before and after."""
    rows = [(sum(each.before), sum(each.after)) for each in circles]
    return np.array(rows, float).reshape(len(rows), 2)


def _change(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    changed: NDArray[np.float64] = np.log(sums[..., 1] + 0.5) - np.log(sums[..., 0] + 0.5)
    return changed


def _drawn(dice: np.random.Generator, sides: NDArray[np.float64]) -> NDArray[np.float64]:
    """(draws,): changes of as many creators, drawn again. A sum over *n* drawn ones scatters a little
    less than one over *n* new ones; the root of n / (n - 1) makes up for it.
    """
    n = len(sides)
    changes = _change(sides[dice.integers(n, size=(_DRAWS, n))].sum(axis=1))
    widened: NDArray[np.float64] = changes.mean() + (changes - changes.mean()) * sqrt(n / (n - 1))
    return widened


def _student(freedom: int) -> float:
    return _T95[freedom - 1] if freedom <= len(_T95) else 1.96 + 2.7 / freedom


def _interval(middle: float, half: float, before: int, after: int) -> Lift:
    return Lift(
        ratio=exp(middle),
        low=exp(middle - half),
        high=exp(middle + half),
        before=before,
        after=after,
    )


def _lacks(
    before: Sequence[int], after: Sequence[int], mentions: int, weeks: int = WEEKS
) -> Message | None:
    if len(before) < weeks or not after:
        return Message(
            f"数据不足：之前 {len(before)} 个整周、之后 {len(after)} 个整周，至少要 {weeks} 和 1",
            f"not enough data: {len(before)} whole weeks before and {len(after)} after, {weeks} and 1"
            " are needed",
        )
    if mentions < MENTIONS:
        return Message(
            f"数据不足：前后共提及 {mentions} 次，至少要 {MENTIONS} 次",
            f"not enough data: {mentions} mentions before and after, {MENTIONS} are needed",
        )
    return None


def _few(chosen: Sequence[Circle], others: Sequence[Circle], mentions: int) -> Message | None:
    if min(len(chosen), len(others)) < CREATORS:
        return Message(
            f"数据不足：入选 {len(chosen)} 位、可比 {len(others)} 位达人，各至少要 {CREATORS} 位",
            f"not enough data: {len(chosen)} creators chosen and {len(others)} like them, "
            f"{CREATORS} of each are needed",
        )
    if mentions < MENTIONS:
        return Message(
            f"数据不足：可比达人前后共提及 {mentions} 次，至少要 {MENTIONS} 次",
            f"not enough data: {mentions} mentions around comparable creators, {MENTIONS} are needed",
        )
    return None


__all__ = ["Brought", "Circle", "Lift", "brought", "comparable", "compared", "lift"]
