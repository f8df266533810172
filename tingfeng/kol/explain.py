"""Why a score is what it is, what would change it, what is not known, and who else comes near.

The points of the parts are exact: ln(S / S_ref) is the sum of w ln(s / m), and the change S - S_ref is
split in proportion; with the points of the gate they make up the whole to 1e-9.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, isnan, log

import numpy as np

from tingfeng import Message
from tingfeng.kol.authenticity import SIGNALS
from tingfeng.kol.evidence import CHANNEL, figure
from tingfeng.kol.nouns import PARTS, PartName, Profile, Score
from tingfeng.kol.parts import LOWEST
from tingfeng.kol.pool import Pool
from tingfeng.kol.prices import STEEP
from tingfeng.kol.scoring import Ratings

NAMES: dict[PartName, Message] = {
    "relevance": Message("内容相关", "relevance"), "tone": Message("语气", "tone"),
    "audience": Message("受众", "audience"), "engagement": Message("互动", "engagement"),
    "authenticity": Message("数据可信", "authenticity"), "cost": Message("性价比", "cost"),
    "stability": Message("稳定", "stability"),
}  # fmt: skip
ALIKE = 0.5
"""Most difference in ln of effective followers of an alternative: from 0.6 to 1.65 times as many."""
FEWEST_POINTS = 0.05
"""Changes that matter less are not told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that, were it different, would move the score."""

    part: PartName
    says: Message
    low: float
    """Score then: lowest and highest of what may come out."""
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """Another creator of much the same size."""

    key: str
    name: str
    score: float
    low: float
    price: float | None
    effective: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """All that can be said of one score."""

    score: Score
    changes: tuple[Change, ...]
    """What matters most first."""
    unknown: tuple[Message, ...]
    alternatives: tuple[Alternative, ...]


def explain(
    ratings: Ratings, row: int, pool: Pool, profile: Profile | None = None, *, most: int = 3
) -> Explanation:
    """Of creator *row*; evidence with *profile*, at *most* so many alternatives from *ratings*."""
    score = ratings.score(row, profile)
    unknown = tuple(dict.fromkeys(says for part in score.parts for says in part.missing))
    return Explanation(
        score=score, changes=changes(ratings, row, pool), unknown=unknown,
        alternatives=alternatives(ratings, row, most=most),
    )  # fmt: skip


def changes(ratings: Ratings, row: int, pool: Pool) -> tuple[Change, ...]:
    """What would move the score of creator *row*, what matters most first."""
    found = [*_price(ratings, row), *_answers(ratings, row, pool), *_honesty(ratings, row)]
    found += _knowledge(ratings, row, pool)
    value = float(ratings.value[row])
    telling = [c for c in found if max(abs(c.low - value), abs(c.high - value)) > FEWEST_POINTS]
    return tuple(sorted(telling, key=lambda c: -max(abs(c.low - value), abs(c.high - value))))


def alternatives(ratings: Ratings, row: int, *, most: int = 3) -> tuple[Alternative, ...]:
    """The best of the same platform and nearly the same effective followers, none vetoed."""
    m, size = ratings.measures, np.log(np.maximum(ratings.effective, 1))
    same = np.array([platform == m.platforms[row] for platform in m.platforms])
    near = np.asarray(same & (np.abs(size - size[row]) <= ALIKE))
    answered = np.array([verdict in ("fit", "review") for verdict in ratings.verdicts])
    near &= answered
    near[row] = False
    chosen = np.flatnonzero(near)
    best = chosen[np.argsort(-ratings.value[chosen], kind="stable")][:most]
    return tuple(_alternative(ratings, int(one)) for one in best)


def _alternative(ratings: Ratings, row: int) -> Alternative:
    price, real = float(ratings.measures.price[row]), float(ratings.effective[row])
    return Alternative(
        key=ratings.measures.keys[row], name=ratings.measures.names[row],
        score=float(ratings.value[row]), low=float(ratings.low[row]),
        price=None if isnan(price) else price, effective=None if isnan(real) else round(real),
    )  # fmt: skip


def _with(ratings: Ratings, row: int, part: PartName, value: float) -> float:
    """Score of creator *row*, were one part's value *value*."""
    number = PARTS.index(part)
    weight, now = float(ratings.weights[number]), float(ratings.values[row, number])
    return float(ratings.value[row]) * exp(weight * log(min(1.0, max(LOWEST, value)) / now))


def _drawn(ratings: Ratings, row: int, pool: Pool, part: PartName, raw: float) -> float:
    """What *raw* would come to at today's confidence."""
    number = PARTS.index(part)
    sure, unknown = float(ratings.found.sure[row, number]), float(pool.unknown()[number])
    return sure * raw + (1 - sure) * unknown


def _price(ratings: Ratings, row: int) -> list[Change]:
    """What the price would be worth if it were the usual one, or a fifth lower."""
    price, over = float(ratings.measures.price[row]), float(ratings.found.over[row])
    if isnan(price) or isnan(over):
        return []
    wanted = over + log(0.8) if over <= 0 else 0.0
    amount = price * exp(wanted - over)
    value = 1 / (1 + exp(STEEP * wanted))
    sure = float(ratings.found.sure[row, PARTS.index("cost")])
    now = float(ratings.values[row, PARTS.index("cost")])
    raw = float(ratings.found.raw[row, PARTS.index("cost")])
    then = _with(ratings, row, "cost", now + sure * (value - raw))
    unit = ratings.target.currency
    says = Message(f"若报价为 {amount:,.0f} {unit}，得分为 {then:.1f}",
                   f"at a price of {amount:,.0f} {unit} the score is {then:.1f}")  # fmt: skip
    return [Change(part="cost", says=says, low=then, high=then)]


def _answers(ratings: Ratings, row: int, pool: Pool) -> list[Change]:
    """What engagement as usual, or of the best quarter, would be worth, in answers per post."""
    answered = ratings.found.engagement
    z = float(answered.z[row])
    if isnan(z) or "engagement" not in pool.parts:
        return []
    wanted, label = (0.0, Message("达到同量级常态", "as usual for its size"))
    if z >= 0:
        wanted, label = 0.6745, Message("达到同量级前四分之一", "of the best quarter of its size")
    if z >= wanted:
        return []
    value = 0.5 if wanted == 0.0 else 0.75
    then = _with(ratings, row, "engagement", _drawn(ratings, row, pool, "engagement", value))
    needed = []
    for name in CHANNEL:
        own, usual = float(answered.own[name][row]), float(answered.usual[name][row])
        if isnan(own) or isnan(usual):
            continue
        scatter = float(answered.scatter[name][row])
        needed.append((CHANNEL[name], exp(own) - 0.5, exp(usual + wanted * scatter) - 0.5))
    needed = [one for one in needed if one[2] > one[1]]
    zh = "，".join(f"每篇{name.zh} {figure(now)} 变 {figure(goal)}" for name, now, goal in needed)
    en = ", ".join(
        f"{name.en} from {figure(now)} to {figure(goal)} a post" for name, now, goal in needed
    )
    says = Message(f"若互动{label.zh}（{zh}），得分为 {then:.1f}",
                   f"with engagement {label.en} ({en}) the score is {then:.1f}")  # fmt: skip
    return [Change(part="engagement", says=says, low=then, high=then)]


def _honesty(ratings: Ratings, row: int) -> list[Change]:
    """What it would be worth if the biggest risk had an innocent explanation."""
    signals = {
        name: float(x[row]) for name, x in ratings.found.signals.items() if not isnan(x[row])
    }
    worst = max(signals, key=lambda name: signals[name], default=None)
    if worst is None or signals[worst] <= 0:
        return []
    number = PARTS.index("authenticity")
    raw, now = float(ratings.found.raw[row, number]), float(ratings.values[row, number])
    sure = float(ratings.found.sure[row, number])
    then = _with(ratings, row, "authenticity",
                 now + sure * (min(1.0, raw / (1 - signals[worst])) - raw))  # fmt: skip
    name = SIGNALS[worst].name
    says = Message(f"若“{name.zh}”有正当原因，得分为 {then:.1f}",
                   f"if \"{name.en}\" has an innocent reason, the score is {then:.1f}")  # fmt: skip
    return [Change(part="authenticity", says=says, low=then, high=then)]


def _knowledge(ratings: Ratings, row: int, pool: Pool) -> list[Change]:
    """What knowing more of each part may come to: by the pool's 10th and 90th percentile."""
    found, low, high = [], pool.at(0.10), pool.at(0.90)
    for number, part in enumerate(PARTS):
        sure = float(ratings.found.sure[row, number])
        if sure >= 0.75 or not ratings.weights[number]:
            continue
        raw = float(ratings.found.raw[row, number])
        known = 0.0 if isnan(raw) else sure * raw
        below, above = (
            _with(ratings, row, part, known + (1 - sure) * float(bound[number]))
            for bound in (low, high)
        )
        name = NAMES[part]
        says = Message(
            f"若{name.zh}的数据齐全（现在把握 {sure:.0%}），得分多半在 {below:.1f} 至 {above:.1f}",
            f"were {name.en} fully known (now {sure:.0%}), the score is mostly within "
            f"{below:.1f} and {above:.1f}",
        )
        found.append(Change(part=part, says=says, low=below, high=above))
    return found
