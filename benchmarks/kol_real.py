"""Scores of 101 real creators: how stable, how independent of size, how honest their intervals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.creators_world import NOW, World
from benchmarks.machine import DATA, heading
from benchmarks.tables import grid, wilson
from benchmarks.xhs_profiles import BRANDS, Real, real
from tingfeng.kol.curves import Curves
from tingfeng.kol.explain import NAMES, explain
from tingfeng.kol.measures import Measures
from tingfeng.kol.nouns import PARTS, Profile
from tingfeng.kol.panel import Floats
from tingfeng.kol.pool import Pool
from tingfeng.kol.prices import HALF, PriceCurve
from tingfeng.kol.scoring import Ratings, rate
from tingfeng.kol.sensitivity import sensitivity
from tingfeng.kol.target import PRESETS

RESULTS = Path(__file__).with_suffix(".md")
HALVES = 20
"""Random halves: one alone is a matter of luck."""
LEAST = 24
"""Works of a creator that is halved: 12 on each side, as many as a score needs."""


class Bench:
    """The real creators, and what they are held against."""

    def __init__(self, real: Real) -> None:
        self.real = real
        self.measures = Measures.of(real.profiles, real.target, now=real.now)
        self.curves = Curves.fit(self.measures)
        self.pool = Pool.of(self.measures, real.target, self.curves)
        self.ratings = self.rate(real.profiles)
        self.rich = [p for p in real.profiles if len(p.works) >= LEAST]
        self.full = np.array([v for v, p in zip(self.ratings.value, real.profiles, strict=True)
                              if len(p.works) >= LEAST])  # fmt: skip

    def rate(self, profiles: Sequence[Profile]) -> Ratings:
        measures = Measures.of(profiles, self.real.target, now=self.real.now)
        return rate(measures, self.real.target, self.pool, self.curves, now=self.real.now)


def tau(one: Floats, other: Floats) -> float:
    """Kendall's tau-a: no ties are expected."""
    signs = np.sign(one[:, None] - one) * np.sign(other[:, None] - other)
    return float(signs.sum() / (len(one) * (len(one) - 1)))


def spearman(one: Floats, other: Floats) -> float:
    ranks = [np.unique(x, return_inverse=True, return_counts=True) for x in (one, other)]
    means = [(np.cumsum(n) - (n - 1) / 2)[place] for _, place, n in ranks]
    return float(np.corrcoef(*means)[0, 1])


def halves(bench: Bench, rng: np.random.Generator) -> tuple[list[float], dict[str, float]]:
    """Tau of the scores of random halves of each creator's works, and of each part."""
    taus, parts = [], []
    for _ in range(HALVES):
        one, other = [], []
        for profile in bench.rich:
            order = rng.permutation(len(profile.works))
            middle = len(order) // 2
            for side, chosen in ((one, order[:middle]), (other, order[middle:])):
                works = tuple(profile.works[i] for i in sorted(chosen))
                side.append(replace(profile, works=works))
        a, b = bench.rate(one), bench.rate(other)
        taus.append(tau(a.value, b.value))
        parts.append([tau(a.values[:, i], b.values[:, i]) for i in range(len(PARTS))])
    means = np.mean(parts, axis=0)
    return taus, {part: float(means[i]) for i, part in enumerate(PARTS)}


def adjacent(bench: Bench) -> tuple[float, int]:
    """Tau of the newest thirty works against the thirty before: half a year or more apart."""
    many = [p for p in bench.rich if len(p.works) >= 54]
    new = bench.rate([replace(p, works=p.works[:30]) for p in many])
    old = bench.rate([replace(p, works=p.works[30:60]) for p in many])
    return tau(new.value, old.value), len(many)


def honest(
    full: Floats,
    rated: Callable[[Sequence[Profile]], Ratings],
    profiles: Sequence[Profile],
    poorer: Callable[[Profile], Profile],
) -> tuple[str, float]:
    """How often the score by all data lies in the interval stated by fewer, and its median width."""
    got = rated([poorer(profile) for profile in profiles])
    inside = int(((full >= got.low) & (full <= got.high)).sum())
    return wilson(inside, len(full)), float(np.median(got.high - got.low))


def fewer(share: float, rng: np.random.Generator) -> Callable[[Profile], Profile]:
    """A random *share* of the works."""

    def poorer(profile: Profile) -> Profile:
        n = max(1, round(share * len(profile.works)))
        chosen = sorted(rng.permutation(len(profile.works))[:n])
        return replace(profile, works=tuple(profile.works[i] for i in chosen))

    return poorer


def unread(profile: Profile) -> Profile:
    """Comments were not read."""
    works = tuple(replace(work, voices=None) for work in profile.works)
    return replace(profile, works=works, copies=None, commenters=0, night=None)


def unseen(profile: Profile) -> Profile:
    """Followers of one day only."""
    return replace(profile, followers=profile.followers[-1:])


def no_card(profile: Profile) -> Profile:
    """No audience."""
    return replace(profile, snapshot=replace(profile.snapshot, audience=()))


def intervals(bench: Bench, rng: np.random.Generator) -> list[list[object]]:
    """K7 on real and on simulated creators."""
    rows: list[list[object]] = []
    for share in (0.5, 0.25):
        got, width = honest(bench.full, bench.rate, bench.rich, fewer(share, rng))
        rows.append([f"real: {share:.0%} of the works", len(bench.rich), got, f"{width:.1f}"])
    got, width = honest(bench.full, bench.rate, bench.rich, no_card)
    rows.append(["real: no audience card", len(bench.rich), got, f"{width:.1f}"])
    made = World.of(2000, seed=3)
    measures = Measures.of(made.profiles, made.target, now=NOW)
    curves = Curves.fit(measures)
    pool = Pool.of(measures, made.target, curves)

    def rated(profiles: Sequence[Profile]) -> Ratings:
        taken = Measures.of(profiles, made.target, now=NOW)
        return rate(taken, made.target, pool, curves, now=NOW)

    full = rated(made.profiles).value
    for name, poorer in (
        ("50% of the works", fewer(0.5, rng)), ("25% of the works", fewer(0.25, rng)),
        ("comments not read", unread), ("followers of one day", unseen), ("no audience card", no_card),
    ):  # fmt: skip
        got, width = honest(full, rated, made.profiles, poorer)
        rows.append([f"simulated: {name}", len(full), got, f"{width:.1f}"])
    return rows


def prices(bench: Bench) -> list[list[object]]:
    """Each asking price by a curve fitted without it."""
    m = bench.measures
    priced = np.flatnonzero(m.price > 0)
    errors, median, inside = [], [], 0
    for row in priced:
        rest = [int(i) for i in priced if i != row]
        curve = PriceCurve.fit(m.take(rest))
        middle, spread = curve.expected(m.take([int(row)]))
        off = float(np.log(m.price[row]) - middle[0])
        inside += abs(off) <= HALF * spread[0]
        errors.append(off)
        median.append(float(np.log(m.price[row] / np.median(m.price[rest]))))
    return [
        [name, len(e), f"x{np.exp(np.median(np.abs(e))):.2f}", f"{np.sqrt(np.mean(np.square(e))):.2f}",
         wilson(int((np.abs(e) <= np.log(2)).sum()), len(e)), band]
        for name, e, band in (
            ("our curve: engagement, followers left out", np.array(errors), wilson(inside, len(errors))),
            ("median price of the others", np.array(median), "–"),
        )
    ]  # fmt: skip


def explained(bench: Bench) -> str:
    """Three creators: the best, the middle one, and the one of most risk."""
    answered = [i for i, v in enumerate(bench.ratings.verdicts) if v in ("fit", "review")]
    by_score = sorted(answered, key=lambda i: -bench.ratings.value[i])
    risk = bench.ratings.found.raw[:, PARTS.index("authenticity")]
    chosen = (by_score[0], by_score[len(by_score) // 2], min(answered, key=lambda i: risk[i]))
    return "\n".join(_one(bench, row) for row in chosen)


def _one(bench: Bench, row: int) -> str:
    found = explain(bench.ratings, row, bench.pool, bench.real.profiles[row])
    score = found.score
    lines = [
        f"### `{score.name}`\n",
        f"{score.value:.1f} [{score.low:.1f}, {score.high:.1f}], {score.verdict}; the median creator "
        f"{score.reference:.1f}; {score.followers:,} followers, effective {score.effective:,}; curve "
        f"`{score.curve}`.\n",
        grid(["part", "value", "sure", "weight", "points"], [
            [f"{NAMES[p.name].zh} {p.name}", f"{p.value:.2f}", f"{p.confidence:.2f}",
             f"{p.weight:.2f}", f"{p.points:+.2f}"] for p in score.parts
        ]),
        f"Points add up to {score.reference + sum(p.points for p in score.parts):.6f} "
        f"= {score.value - score.gate_points:.6f}; gate {score.gate_points:+.2f}.\n",
    ]  # fmt: skip
    for part in score.parts:
        for proof in part.proofs:
            keys = ", ".join(key.rpartition(":")[2] for key in proof.keys[:3])
            lines.append(f"- {proof.says} (n = {proof.n}; {keys})")
    lines += [f"- would change it: {change.says}" for change in found.changes]
    lines += [f"- not known: {message}" for message in found.unknown]
    lines += [f"- near it: `{a.name}` {a.score:.1f}, effective {a.effective:,}"
              for a in found.alternatives if a.effective is not None]  # fmt: skip
    return "\n".join(lines) + "\n"


def stability(bench: Bench, rng: np.random.Generator) -> list[list[object]]:
    """K4."""
    taus, parts = halves(bench, rng)
    near, many = adjacent(bench)
    alike, _ = sensitivity(bench.ratings, rng=rng)
    size = spearman(bench.ratings.value, bench.measures.followers)
    worst = ", ".join(f"{p} {t:.2f}" for p, t in sorted(parts.items(), key=lambda x: x[1]))
    return [
        [f"split half, Kendall tau, mean of {HALVES} ({len(bench.rich)} creators)", "≥ .70",
         f"{np.mean(taus):.3f} (5 % to 95 %: {np.quantile(taus, 0.05):.2f} to "
         f"{np.quantile(taus, 0.95):.2f})", _met(float(np.mean(taus)) >= 0.7)],
        [f"newest 30 works and the 30 before ({many} creators)", "≥ .60", f"{near:.3f}",
         _met(near >= 0.6)],
        ["Dirichlet ±20 % of the weights, Jaccard of the top 10", "≥ .70", f"{alike:.3f}",
         _met(alike >= 0.7)],
        ["Spearman of score and followers", "|.| ≤ .20", f"{size:+.3f}", _met(abs(size) <= 0.2)],
        ["of each part: split half tau", "–", worst, "–"],
    ]  # fmt: skip


def _met(yes: bool) -> str:
    return "yes" if yes else "**no**"


def others() -> list[list[object]]:
    """K4 by every preset and for other brands, so that nobody thinks the default was chosen for it."""
    rows: list[list[object]] = []
    for field in BRANDS:
        seen = real(DATA, field=field)
        for preset in PRESETS:
            rng = np.random.default_rng(5)
            bench = Bench(Real(seen.profiles, replace(seen.target, preset=preset), seen.now))
            taus, _ = halves(bench, rng)
            alike, _ = sensitivity(bench.ratings, rng=rng)
            size = spearman(bench.ratings.value, bench.measures.followers)
            rows.append(
                [f"{field} {preset}", f"{np.mean(taus):.3f}", f"{alike:.3f}", f"{size:+.3f}"]
            )
    return rows


def main() -> None:
    """Print the results and write them beside this file."""
    rng = np.random.default_rng(5)
    bench = Bench(real(DATA))
    bench_curves = [
        [f"{p or 'all'}, {channel}", c.n, f"{c.alpha:.2f}", f"{c.beta:.2f}", f"{c.sigma:.2f}",
         ", ".join(c.flags)]
        for (p, _, channel), c in sorted(bench.curves.cells.items()) if p
    ]  # fmt: skip
    q = np.quantile(bench.ratings.value, [0, 0.25, 0.5, 0.75, 1])
    counted = ", ".join(f"{n} {v}" for v, n in Counter(bench.ratings.verdicts).most_common())
    text = "\n".join([
        "# Real creators\n", heading("python -m benchmarks kol_real"),
        "101 creators of `xhs_creators` (small lifestyle accounts, most of them abroad; 69 to 8,955 "
        "followers) with the newest 60 of their `xhs_notes`, whatever their age: within 90 days only "
        "43 have the twelve that a score needs. Each is seen at its own moment. The brand is made up "
        "(food and drink, six typed keywords, women of 18 to 34). No series of followers and no "
        "comments are in the data: growth, copies and voices are not known of anybody.\n",
        f"Scores {q[0]:.1f} / {q[1]:.1f} / {q[2]:.1f} / {q[3]:.1f} / {q[4]:.1f} (least, quartiles, "
        f"most); verdicts: {counted}.\n",
        "## Reference curves\n\nOne pooled curve a channel: 101 accounts are fewer than 300 (`few`).\n",
        grid(["curve", "n", "alpha", "beta", "sigma", "flags"], bench_curves),
        "## Stability (K4)\n", grid(["measure", "required", "measured", "met"], stability(bench, rng)),
        "By field of the brand and preset:\n", grid(["brand", "split half", "Dirichlet", "followers"], others()),
        "## Asking price against our curve\n\nEach price by a curve fitted without it. 45 of 101 ask "
        "the platform's least price of 10 yuan; followers alone would tell more of what is asked, "
        "but in the curve they would let bought followers make a price look fair.\n",
        grid(["by", "n", "median error", "rms of ln", "% within x2", "% within its 80 % band"],
             prices(bench)),
        "## Honesty of intervals (K7, at least 80 %)\n\nHow often the score by all data lies within "
        "the interval stated by fewer.\n",
        grid(["with", "n", "% inside", "median width"], intervals(bench, rng)),
        "## Three explained\n", explained(bench),
    ])  # fmt: skip
    RESULTS.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
