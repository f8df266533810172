"""Choosing 30 creators out of 20,000, and how far from the optimum: ``python -m benchmarks kol_matrix``.

Creators are simulated (followers log-normal, prices with the .8th power of them, audiences over ten
segments of five platforms, a quarter with one of 200 agencies). Small instances are solved exactly by
trying every set; of large ones the ceiling is told, which no set can exceed.
"""

from __future__ import annotations

import time
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.machine import ROOT, heading
from tingfeng.kol.matrix import Candidate, Limits, Plan, Quota, plan
from tingfeng.kol.sketch import Sketch
from tingfeng.kol.tiers import Tiers

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

MANY, LIMIT = 20_000, 20.0
"""Creators, and seconds that are promised."""
PLATFORMS = ("xiaohongshu", "weibo", "bilibili", "douyin", "kuaishou")
CELLS = 10
PEOPLE = 2e6
"""Wanted people in one segment of one platform."""
SMALL, INSTANCES = 14, 300
PYRAMID = {
    "super": Quota(most=1), "head": Quota(least=1, most=3), "waist": Quota(least=5, most=12),
    "koc": Quota(least=8),
}  # fmt: skip


def main() -> int:
    dice = np.random.default_rng(7)
    rows, worst = _large(dice)
    gaps = {name: _gaps(dice, **options) for name, options in _KINDS.items()}
    text = _page(rows, gaps)
    print(text)
    (ROOT / "benchmarks" / "kol_matrix.md").write_text(text, encoding="utf-8")
    return int(worst > LIMIT)


def world(dice: Generator, count: int) -> tuple[list[Candidate], NDArray[np.float64]]:
    """*count* creators and the wanted people."""
    followers = np.exp(dice.normal(10, 1.6, count))
    prices = np.round(0.6 * followers**0.8 * np.exp(dice.normal(0, 0.5, count))) + 50
    platform = dice.integers(len(PLATFORMS), size=count)
    fits = dice.uniform(0.3, 0.85, count)
    made = []
    for n in range(count):
        reach = np.zeros(CELLS * len(PLATFORMS))
        begin = CELLS * platform[n]
        split = dice.dirichlet(np.full(CELLS, 2.0))
        reach[begin : begin + CELLS] = np.minimum(1, 0.2 * followers[n] * split / PEOPLE) * fits[n]
        name = PLATFORMS[platform[n]]
        made.append(
            Candidate(
                key=f"{name}:{n}", name=f"{n}", platform=name, price=float(prices[n]),
                tier=Tiers().of(name, int(followers[n])), fit=100 * fits[n], reach=reach,
                agency=f"MCN{dice.integers(200)}" if dice.random() < 0.25 else "",
                category=f"{dice.integers(12)}", rival=bool(dice.random() < 0.03),
                sketch=Sketch(dice.integers(2**32, size=256, dtype=np.uint32), 300),
            )
        )  # fmt: skip
    return made, np.full(CELLS * len(PLATFORMS), PEOPLE)


_CASES = {
    "30, budget alone": Limits(budget=1_000_000),
    "30, agencies, fields and a pyramid of tiers": Limits(
        budget=1_000_000, tiers=PYRAMID, per_category=6
    ),
    "30, a small budget": Limits(budget=60_000),
    "100, budget alone": Limits(budget=5_000_000, size=100),
}


def _large(dice: Generator) -> tuple[list[str], float]:
    candidates, people = world(dice, MANY)
    rows, worst = [], 0.0
    for name, limits in _CASES.items():
        begun = time.perf_counter()
        made = plan(candidates, people, limits)
        seconds = time.perf_counter() - begun
        worst = max(worst, seconds if limits.size == 30 else 0.0)
        rows.append(
            f"| {name} | {limits.budget:,.0f} | {len(made.picks)} | {made.spent:,.0f} "
            f"| {made.covered:,.0f} | {made.summed:,.0f} | {made.assured or 0:.1%} | {seconds:.1f} s |"
        )
        _checked(made)
    return rows, worst


def _checked(made: Plan) -> None:
    agencies = [pick.candidate.agency for pick in made.picks if pick.candidate.agency]
    if made.spent > made.limits.budget or len(agencies) != len(set(agencies)) or made.unmet:
        raise SystemExit("a limit is broken")


_KINDS: dict[str, dict[str, object]] = {
    "budget alone": {"per_agency": SMALL, "rivals": SMALL},
    "budget, one an agency, no competitor's": {},
    "and at most two of a tier, four in all": {"size": 4, "tiers": dict.fromkeys(("waist", "tail", "koc"), Quota(most=2))},
}  # fmt: skip


def _gaps(dice: Generator, **options: object) -> NDArray[np.float64]:
    """By instance: people reached, as a share of the optimum."""
    shares = []
    for _ in range(INSTANCES):
        candidates, people = _crowded(dice)
        whole = sum(one.price for one in candidates)
        limits = Limits(budget=float(round(whole * dice.uniform(0.1, 0.6))), **options)  # type: ignore[arg-type]
        best = _optimum(candidates, people, limits)
        shares.append(plan(candidates, people, limits).covered / best if best else 1.0)
    return np.array(shares)


def _crowded(dice: Generator) -> tuple[list[Candidate], NDArray[np.float64]]:
    """Few creators in few segments, so that they overlap much."""
    candidates, people = world(dice, SMALL)
    return [
        Candidate(
            key=one.key, name=one.name, platform=one.platform, price=one.price, tier=one.tier,
            fit=one.fit, reach=dice.uniform(0, 0.9, 6) * dice.uniform(size=6).round(), rival=one.rival,
            agency=f"MCN{dice.integers(5)}" if dice.random() < 0.4 else "",
        )
        for one in candidates
    ], people[:6]  # fmt: skip


def _optimum(candidates: list[Candidate], people: NDArray[np.float64], limits: Limits) -> float:
    best = 0.0
    for size in range(min(limits.size, SMALL) + 1):
        for chosen in combinations(candidates, size):
            if _stands(chosen, limits):
                left = np.prod([1 - one.reach for one in chosen], axis=0) if chosen else np.ones(6)
                best = max(best, float(people @ (1 - left)))
    return best


def _stands(chosen: tuple[Candidate, ...], limits: Limits) -> bool:
    if sum(one.price for one in chosen) > limits.budget:
        return False
    agencies = [one.agency for one in chosen if one.agency]
    tiers = [one.tier for one in chosen]
    return (
        all(agencies.count(one) <= limits.per_agency for one in agencies)
        and sum(one.rival for one in chosen) <= limits.rivals
        and all(
            tiers.count(tier) <= (SMALL if quota.most is None else quota.most)
            for tier, quota in limits.tiers.items()
        )
    )


def _page(rows: list[str], gaps: dict[str, NDArray[np.float64]]) -> str:
    lines = [
        "# A matrix of creators", "", heading("python -m benchmarks kol_matrix"),
        f"Out of {MANY:,} simulated creators on {len(PLATFORMS)} platforms; at most {LIMIT:.0f} s are "
        "promised for 30. *At least* is the share of the best possible that is certain: the ceiling "
        "leaves agencies, fields and overlaps out, so the truth is higher.", "",
        "| limits | budget | chosen | spent | people | overlaps counted twice | at least | time |",
        "|---|---|---|---|---|---|---|---|", *rows, "",
        f"Against the optimum, which trying every set finds, in {INSTANCES} instances of {SMALL} "
        f"creators each, whose audiences overlap much (promised under a budget alone: "
        f"{(1 - 1 / np.e) / 2:.1%}):", "",
        "| limits | mean | worst | optimum found |", "|---|---|---|---|",
    ]  # fmt: skip
    lines += [
        f"| {name} | {shares.mean():.2%} | {shares.min():.1%} | {(shares > 1 - 1e-9).mean():.0%} |"
        for name, shares in gaps.items()
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
