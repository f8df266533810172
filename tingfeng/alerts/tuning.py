"""How loud an alarm must be for this brand: the user says how many false ones a week are bearable.

Replays the brand's last four weeks at one common offset of the three thresholds after another, and
takes the smallest that keeps the budget. What people confirmed as a crisis neither counts nor
teaches; what they called a false alarm counts in full, and the more of them there are, the more
what nobody judged counts too.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from typing import Literal, NamedTuple, get_args

from tingfeng import Message, Store
from tingfeng.alerts.course import Course
from tingfeng.alerts.memory import REACH_BINS
from tingfeng.alerts.numbers import Gap
from tingfeng.alerts.rules import Rule, ShareRule
from tingfeng.alerts.share import DAY_BINS, ShareSettings
from tingfeng.alerts.track import EMPTY, MONTH_DAYS, Track
from tingfeng.alerts.walk import Desk, Walk

Sensitivity = Literal["calm", "standard", "sensitive"]
SENSITIVITIES: tuple[Sensitivity, ...] = get_args(Sensitivity)

BUDGETS: dict[Sensitivity, float] = {"calm": 0.1, "standard": 0.35, "sensitive": 1.0}
"""False alarms a week and brand: one in ten weeks, one in three, one a week."""

NAMES: dict[Sensitivity, Message] = {
    "calm": Message("安静", "calm"),
    "standard": Message("标准", "standard"),
    "sensitive": Message("灵敏", "sensitive"),
}

OFFSETS = tuple(-1 + 0.25 * step for step in range(17))
"""From -1 (sensitive) to 3 (calm): a step of 1 is a tenth of the chance."""

REPLAY_BINS = MONTH_DAYS * DAY_BINS
LEAST_BINS = 14 * DAY_BINS
"""Less than two weeks say nothing about one alarm in three weeks."""
WARM_BINS = 7 * DAY_BINS
"""What is replayed must stand on baselines that know the brand."""
WEEK_BINS = 7 * DAY_BINS

PRIOR_RATE = 0.2
PRIOR_FALL = 0.5
PRIOR_WEEKS = 4.0
"""Four weeks of one brand cannot tell .1 from .3 a week. So they are weighed against as many weeks
of the injection bench: .13 to .24 a week at offset 0 by the reader, a tenth of that at offset 2."""

LOG_KEPT = 60


class Judged(NamedTuple):
    """What people said of one incident."""

    first: int
    last: int
    """Bins it was open in."""
    false: bool
    """A false alarm; else a confirmed crisis."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """What was chosen, and why: one line of the log."""

    brand: str
    end: int
    """First bin that was not replayed."""
    budget: float
    """False alarms a week."""
    before: float
    offset: float
    """Of all three thresholds, from now on."""
    alarms: float
    """False alarms in the replay at :attr:`offset`; of what nobody judged, a share."""
    weeks: float
    """That were replayed, without confirmed crises."""
    expected: float
    """False alarms a week to be expected, weighed with the bench."""
    confirmed: int = 0
    called_false: int = 0
    enough: bool = True
    """Whether there was enough to go by; else the offset stays."""

    @property
    def reason(self) -> Message:
        """In a sentence."""
        if not self.enough:
            return Message(
                f"历史不足 {LEAST_BINS // DAY_BINS} 天，灵敏度不变（偏移 {self.offset:+.2f}）",
                f"fewer than {LEAST_BINS // DAY_BINS} days of history: offset stays {self.offset:+.2f}",
            )
        over = self.alarms > self.budget * self.weeks
        return Message(
            f"警线偏移 {self.before:+.2f} → {self.offset:+.2f}：重放 {self.weeks:.1f} 周误报 {self.alarms:g} 次"
            f"（确认 {self.confirmed}，标为误报 {self.called_false}），预计每周 {self.expected:.2f} 次，"
            f"预算 {self.budget:g} 次{'，警线已最高，仍超预算' if over else ''}",
            f"offset {self.before:+.2f} → {self.offset:+.2f}: {self.alarms:g} false alarms in "
            f"{self.weeks:.1f} replayed weeks ({self.confirmed} confirmed, {self.called_false} called "
            f"false), {self.expected:.2f} a week expected, budget {self.budget:g}"
            f"{': over it even at the highest threshold' if over else ''}",
        )


def shifted(rules: Iterable[Rule], offset: float) -> tuple[Rule, ...]:
    """*rules* with *offset* on the thresholds of the share test; other rules as they are."""
    return tuple(
        replace(rule, offset=offset) if isinstance(rule, ShareRule) else rule for rule in rules
    )


def tune(
    desk: Desk,
    brand: str,
    end: int,
    *,
    budget: float,
    before: float = 0.0,
    judged: Sequence[Judged] = (),
    share: ShareSettings | None = None,
) -> Tuning:
    """The offset for *brand* by the four weeks before bin *end*. Stores nothing."""
    numbers = desk.numbers
    earliest = numbers.first_bin(brand, end)
    start = end if earliest is None else max(earliest, end - REACH_BINS)
    first = max(start + WARM_BINS, end - REPLAY_BINS)
    if end - first < LEAST_BINS:
        return Tuning(brand=brand, end=end, budget=budget, before=before, offset=before,
                      alarms=0, weeks=0, expected=0, enough=False)  # fmt: skip
    crises = [one for one in judged if not one.false]
    masked = {bin for one in crises for bin in range(one.first, one.last + 1)}
    gaps = [*numbers.gaps(start, end), *_masks(crises)]
    bins = numbers.bins(brand, start, end)
    rule = next((rule for rule in desk.rules if isinstance(rule, ShareRule)), ShareRule())

    def at(offset: float) -> Desk:
        return replace(desk, rules=(replace(rule, offset=offset),))

    learnt = Walk(at(before), brand, Track(share), Course(), None, gaps)
    for number in range(start, first):
        learnt.new(number, bins.get(number, EMPTY), live=False)
    kept = learnt.track.dump()
    weeks = sum(number not in masked for number in range(first, end)) / WEEK_BINS
    unjudged = _false_share(judged)

    @cache
    def alarms(offset: float) -> float:
        walk = Walk(at(offset), brand, Track.load(kept, share), Course(), None, gaps)
        total = 0.0
        for number in range(first, end):
            change, _ = walk.new(number, bins.get(number, EMPTY), live=True)
            if change is not None and change.kind == "opened":
                total += _weight(number, judged, unjudged)
        return total

    def keeps(offset: float) -> bool:
        within = alarms(offset) <= budget * weeks
        return within and _expected(alarms(offset), weeks, offset) <= budget

    place = bisect_left(OFFSETS, True, key=keeps)
    offset = OFFSETS[min(place, len(OFFSETS) - 1)]
    return Tuning(
        brand=brand, end=end, budget=budget, before=before, offset=offset,
        alarms=round(alarms(offset), 2), weeks=round(weeks, 2),
        expected=round(_expected(alarms(offset), weeks, offset), 3),
        confirmed=len(crises), called_false=len(judged) - len(crises),
    )  # fmt: skip


def _masks(crises: Sequence[Judged]) -> list[Gap]:
    """Baselines learn in confirmed crises no more than in blind hours."""
    return [
        Gap(first_bin=bin, sources=(), total=True)
        for one in crises
        for bin in range(one.first, one.last + 1, 4)
    ]


def _false_share(judged: Sequence[Judged]) -> float:
    """How much an alarm counts of which nobody said what it was: 1 until crises are confirmed."""
    false = sum(one.false for one in judged)
    return (false + 1) / (len(judged) + 1)


def _weight(bin: int, judged: Sequence[Judged], unjudged: float) -> float:
    """A day around counts as the same incident: another offset opens it a little sooner or later."""
    near = [one for one in judged if one.first - DAY_BINS <= bin <= one.last + DAY_BINS]
    if not near:
        return unjudged
    return float(all(one.false for one in near))


def _expected(alarms: float, weeks: float, offset: float) -> float:
    """Mean of a gamma distribution: what was seen, and what the bench saw."""
    prior = PRIOR_RATE * 10 ** (-PRIOR_FALL * offset)
    return (alarms + prior * PRIOR_WEEKS) / (weeks + PRIOR_WEEKS)


def log(store: Store, brand: str) -> list[Tuning]:
    """All tunings of *brand*, the last at the end: it holds."""
    saved = store.load_state(_name(brand))
    return [Tuning(**line) for line in json.loads(saved)] if saved else []


def keep(store: Store, tuning: Tuning) -> None:
    """From now on this holds."""
    lines = [*log(store, tuning.brand), tuning][-LOG_KEPT:]
    text = json.dumps([asdict(line) for line in lines], ensure_ascii=False)
    store.save_state(_name(tuning.brand), text)


def tuned(desk: Desk, store: Store, brand: str) -> Desk:
    """*desk* with the thresholds that hold for *brand*; as it is where nothing was tuned."""
    lines = log(store, brand)
    return replace(desk, rules=shifted(desk.rules, lines[-1].offset)) if lines else desk


def _name(brand: str) -> str:
    return f"tuning/{brand}"
