"""Whether buying numbers pays: every way to buy, on creators that never were, beside the design's figures.

Bounds are those of the design's column "required"; ``tests/tingfeng/kol/test_attacks.py`` holds them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks import creators_world as world
from benchmarks.creators_world import NOW, Attack, World
from benchmarks.machine import heading
from benchmarks.tables import grid
from tingfeng import Price
from tingfeng.kol.curves import Curves
from tingfeng.kol.measures import Measures
from tingfeng.kol.nouns import PARTS, Profile, Risk
from tingfeng.kol.panel import Floats
from tingfeng.kol.pool import Pool
from tingfeng.kol.scoring import Ratings, rate

RESULTS = Path(__file__).with_suffix(".md")
SIZE = 4000


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the design's table."""

    name: str
    attack: Attack
    required: str
    design: str


ROWS = (
    *(Row(f"buy followers x{n} in a day", world.followers_in_a_day(n), "never up; F_eff not up", d)
      for n, d in ((1.1, "max -.5, mean -3.5; AUC .92, rec .15"), (1.5, "max -1.6, mean -7.6; AUC .98"),
                   (2, "max -2.4, mean -9.8; AUC .99"), (5, "max -3.8, mean -16; AUC 1.0"))),
    *(Row(f"followers x{n} over 60 days", world.followers_dripped(n), "never up", d)
      for n, d in ((1.5, "max -.13, mean -2.2; AUC .50-.55"), (2, "max -.26, mean -3.9"),
                   (5, "max -.66, mean -10.5"))),
    *(Row(f"buy likes x{n}", world.times_channels(n, "likes"), "never up", d)
      for n, d in ((1.2, "max 0, mean -.1; AUC .52"), (1.5, "max 0, mean -.4; AUC .57"),
                   (2, "max 0, mean -1.1; AUC .65"), (3, "max 0, mean -2.5; AUC .80"),
                   (10, "max 0, mean -6.9; AUC .99"))),
    *(Row(f"templated comments x{n}", world.templated(n), "not up by more than 3", d)
      for n, d in ((2, "max +.05, mean -3.7; AUC .94"), (5, "max +2.4, mean -6.4; AUC 1.0"))),
    Row("likes and saves x2", world.times_channels(2, "likes", "saves"), "mean at most +1",
        "mean +.75, max +10, 71 % up; AUC .58"),
    *(Row(f"full package x{n}", world.pack(n), "mean below 0", d)
      for n, d in ((1.5, "mean -.6, 33 % up; AUC .87, rec .17"), (2, "mean -1.5, 24 % up; AUC .94"),
                   (3, "mean -2.4, 19 % up; AUC .99, rec .92"))),
    Row("perfect fake x2, no trace", world.perfect(2), "impossible to refuse", "mean +3.9, max +11"),
    Row("genuine success", world.viral, "mean up, risk unchanged", "mean +1.5; AUC .50"),
    Row("honest growth, three times as fast for 45 days", world.rising,
        "risk hardly changed (not in the design)", "-"),
    Row("followers x1.5 beside the best work", world.followers_in_a_day(1.5, beside=True),
        "never up (not in the design)", "-"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Court:
    """What every creator is held against: fitted on the world before any attack."""

    world: World
    curves: Curves
    pool: Pool
    clean: Ratings

    @staticmethod
    def of(size: int = SIZE, *, seed: int = 7) -> Court:
        made = World.of(size, seed=seed)
        measures = Measures.of(made.profiles, made.target, now=NOW)
        curves = Curves.fit(measures)
        pool = Pool.of(measures, made.target, curves)
        return Court(made, curves, pool, rate(measures, made.target, pool, curves, now=NOW))

    def rate(self, profiles: Sequence[Profile]) -> Ratings:
        """Scores of *profiles* by the unattacked curves, pool and prices."""
        measures = Measures.of(profiles, self.world.target, now=NOW)
        return rate(measures, self.world.target, self.pool, self.curves, now=NOW)

    def changed(self, change: Callable[[Profile], Profile]) -> Ratings:
        """Scores of all after *change*."""
        return self.rate([change(profile) for profile in self.world.profiles])


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one attack brought."""

    change: Floats
    """Of the scores."""
    effective: Floats
    """Effective followers after over before."""
    auc: float
    """Probability that an attacked account shows more risk than a clean one."""
    recall: float
    """Attacked accounts above the 95th percentile of the clean."""

    @property
    def up(self) -> float:
        """Share of creators that gained."""
        return float((self.change > 1e-9).mean())


def attacked(court: Court, attack: Attack, *, seed: int = 11) -> Outcome:
    """All creators after *attack*."""
    rng = np.random.default_rng(seed)
    after = court.changed(lambda profile: attack(profile, rng))
    before = court.clean
    risk, clean = (1 - one.found.raw[:, PARTS.index("authenticity")] for one in (after, before))
    return Outcome(
        after.value - before.value, after.effective / np.maximum(before.effective, 1),
        auc(risk, clean), float((risk > np.quantile(clean, 0.95)).mean()),
    )  # fmt: skip


def auc(positive: Floats, negative: Floats) -> float:
    """Area under the curve; ties count half."""
    ordered = np.sort(negative)
    below = np.searchsorted(ordered, positive, "left")
    upto = np.searchsorted(ordered, positive, "right")
    return float((below + upto).mean() / 2 / len(negative))


def vetoed(profile: Profile) -> Profile:
    """A breach of law half a year ago."""
    on = (NOW.date()).replace(month=1)
    return replace(profile, risks=(Risk(kind="违法失德", severity=5, on=on, proof="weibo:1"),))


def competitor(profile: Profile) -> Profile:
    """Its newest work advertises the competitor."""
    first, *rest = profile.works
    bought = replace(first, advert=0.9, declared=True, brands={"山雀": "positive"})
    return replace(profile, works=(bought, *rest))


def hidden_card(profile: Profile) -> Profile:
    """Without its audience card."""
    return replace(profile, snapshot=replace(profile.snapshot, audience=()))


def cheaper(profile: Profile) -> Profile:
    """A fifth off."""
    prices = tuple(replace(price, amount=0.8 * price.amount) for price in profile.snapshot.prices)
    return replace(profile, snapshot=replace(profile.snapshot, prices=prices))


def fitter(court: Court) -> Callable[[Profile], Profile]:
    """Half its audience exchanged for the one that is wanted."""

    def change(profile: Profile) -> Profile:
        cards = []
        for card in profile.snapshot.audience:
            wanted = court.world.target.audience[card.dimension]
            groups = {*card.shares, *wanted}
            shares = {g: (card.shares.get(g, 0) + wanted.get(g, 0)) / 2 for g in groups}
            cards.append(replace(card, shares=shares))
        return replace(profile, snapshot=replace(profile.snapshot, audience=tuple(cards)))

    return change


def repeated(profile: Profile) -> Profile:
    """Its best-liked old work posted once more today."""
    best = max(profile.works, key=lambda work: work.counts["saves"])
    again = replace(best, key=f"{best.key}-again", at=NOW, copy_of=best.key)
    return replace(profile, works=(again, *profile.works))


def renamed(profile: Profile) -> Profile:
    """Another name, works in another order."""
    works = tuple(sorted(profile.works, key=lambda work: work.key))
    return replace(profile, snapshot=replace(profile.snapshot, name="别名"), works=works)


def in_dollars(profile: Profile, rate_: float = 7.1) -> Profile:
    """All prices in another currency."""
    prices = tuple(
        Price(form=price.form, amount=price.amount / rate_, currency="USD")
        for price in profile.snapshot.prices
    )
    return replace(profile, snapshot=replace(profile.snapshot, prices=prices))


def dollars(court: Court) -> Ratings:
    """All in dollars, and the price curve too."""
    target = replace(court.world.target, currency="USD")
    profiles = [in_dollars(profile) for profile in court.world.profiles]
    measures = Measures.of(profiles, target, now=NOW)
    curves = Curves.fit(measures, currency="USD")
    return rate(measures, target, Pool.of(measures, target, curves), curves, now=NOW)


def invariances(court: Court) -> list[tuple[str, str, str]]:
    """What must not matter, and what must: name, required, measured."""
    before = court.clean.value
    listed = court.rate([*court.world.profiles[:50], World.of(1, seed=99).profiles[0]]).value[:50]
    rows: list[tuple[str, str, Floats]] = [
        ("rename, reorder works", "0", court.changed(renamed).value - before),
        ("another currency, with its price curve", "0", dollars(court).value - before),
        ("one more creator in the list", "0", listed - before[:50]),
        ("veto: breach of law", "score 0", court.changed(vetoed).value),
        ("a competitor's advert", "down", court.changed(competitor).value - before),
        ("hide the audience card", "not up", court.changed(hidden_card).value - before),
        ("a fifth cheaper", "up", court.changed(cheaper).value - before),
        ("audience halfway to the target", "up", court.changed(fitter(court)).value - before),
        ("repeat an old work", "not up", court.changed(repeated).value - before),
    ]
    return [
        (name, required,
         f"min {d.min():+.2f}, mean {d.mean():+.2f}, max {d.max():+.2f}, "
         f"{100 * (d > 1e-9).mean():.0f} % up")
        for name, required, d in rows
    ]  # fmt: skip


def speed(size: int = 100_000) -> str:
    """How long *size* creators take, from profiles in memory to scores; making them is not counted."""
    parts, works, spent, busy, made = [], 0, 0.0, 0.0, World.of(0)
    for seed in range(size // SIZE):
        made = World.of(SIZE, seed=seed)
        works += sum(len(profile.works) for profile in made.profiles)
        begun, since = time.perf_counter(), time.process_time()
        parts.append(Measures.of(made.profiles, made.target, now=NOW))
        spent += time.perf_counter() - begun
        busy += time.process_time() - since
    begun = time.perf_counter()
    measures = Measures.joined(parts)
    curves = Curves.fit(measures)
    pool = Pool.of(measures, made.target, curves)
    ratings = rate(measures, made.target, pool, curves, now=NOW)
    fitted = time.perf_counter() - begun
    begun = time.perf_counter()
    told = sum(1 for _ in ratings.scores())
    return (
        f"{told:,} creators with {works:,} works, one process: figures of each from its works "
        f"{spent:.0f} s ({busy:.0f} s of processor), curves, pool and all scores {fitted:.1f} s, all of them as objects with "
        f"their parts {time.perf_counter() - begun:.0f} s.\n"
    )


def main() -> None:
    """Print the table and write it beside this file."""
    court = Court.of()
    lines = []
    for row in ROWS:
        got = attacked(court, row.attack)
        d = got.change
        lines.append([
            row.name, row.required,
            f"mean {d.mean():+.2f}, max {d.max():+.2f}, {100 * got.up:.0f} % up; AUC {got.auc:.2f}, "
            f"rec {got.recall:.2f}",
            f"{np.nanmax(got.effective):.2f}, {100 * (got.effective > 1.001).mean():.1f} % up",
            row.design,
        ])  # fmt: skip
    q = np.quantile(court.clean.value, [0.25, 0.5, 0.75])
    size = np.argsort(np.argsort(court.clean.measures.followers))
    place = np.argsort(np.argsort(court.clean.value))
    spearman = np.corrcoef(size, place)[0, 1]
    signs = court.clean.found.raw[:, PARTS.index("authenticity")]
    bad = np.array(court.world.bought)
    text = "\n".join([
        "# Bought numbers\n", heading("python -m benchmarks kol_attacks"),
        f"{SIZE} creators of `benchmarks/creators_world.py` (generator and parameters in its "
        f"docstring), weights of 种草. Quartiles of the score {q[0]:.1f} / {q[1]:.1f} / {q[2]:.1f} "
        f"(design 52.6 / 60.1 / 66.7); Spearman with followers {spearman:+.3f} (design -.003). A "
        f"tenth already carries an unexplained jump: risk tells them from the others with AUC "
        f"{auc(1 - signs[bad], 1 - signs[~bad]):.2f}. AUC: an attacked account shows more risk than "
        "a clean one; rec: share of attacked above the clean 95th percentile. The design's figures "
        "are of its own world, whose generator is not kept: the sign and the bound compare, the size "
        "of a change does not.\n",
        grid(["attack", "required", "change of the score", "F_eff: most, up", "design"], lines),
        "\n## What must not matter, and what must\n",
        grid(["change", "required", "measured"], invariances(court)),
        "\n## Speed\n", speed(),
    ])  # fmt: skip
    RESULTS.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
