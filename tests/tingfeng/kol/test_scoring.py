"""One score: its parts, its interval, what is not known, and when there is no answer."""

import json
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.creators_world import NOW, World
from tingfeng import Audience
from tingfeng.kol.curves import Curves
from tingfeng.kol.engagement import normal
from tingfeng.kol.explain import explain
from tingfeng.kol.measures import Measures
from tingfeng.kol.nouns import PARTS, Risk
from tingfeng.kol.panel import midmean
from tingfeng.kol.pool import Pool
from tingfeng.kol.reach import overlap
from tingfeng.kol.scoring import rate, score
from tingfeng.kol.sensitivity import sensitivity


class Small:
    """A small world and what it is held against."""

    def __init__(self) -> None:
        self.world = World.of(400, seed=5)
        self.target = self.world.target
        measures = Measures.of(self.world.profiles, self.target, now=NOW)
        self.curves = Curves.fit(measures)
        self.pool = Pool.of(measures, self.target, self.curves)
        self.ratings = rate(measures, self.target, self.pool, self.curves, now=NOW)

    def score(self, profile, **changes):
        target = replace(self.target, **changes) if changes else self.target
        return score(profile, target, self.pool, self.curves, now=NOW)


@pytest.fixture(scope="module")
def small() -> Small:
    return Small()


def part(found, name):
    return next(one for one in found.parts if one.name == name)


def test_one_creator_scores_as_among_many(small):
    for row in range(0, 400, 40):
        alone = small.score(small.world.profiles[row])
        assert alone.value == pytest.approx(small.ratings.value[row], abs=1e-9)
        assert alone.low <= alone.value <= alone.high


def test_points_and_gate_make_up_the_score(small):
    first, *rest = small.world.profiles[0].works
    rival = replace(first, advert=0.9, declared=True, brands={"山雀": "positive"})
    profile = replace(small.world.profiles[0], works=(rival, *rest))
    found = small.score(profile)
    assert found.gate == 0.5
    assert [proof.metric for proof in found.gate_says][:1] == ["gate.rival"]
    total = found.reference + sum(one.points for one in found.parts) + found.gate_points
    assert total == pytest.approx(found.value, abs=1e-9)


def test_every_figure_leads_to_stored_rows(small):
    found = small.score(small.world.profiles[3])
    known = {work.key for work in small.world.profiles[3].works} | {"made@2026-06-12"}
    keys = {key for one in found.parts for proof in one.proofs for key in proof.keys}
    assert keys
    assert keys <= known


def test_what_follows_from_too_few_works_is_not_enough_data(small):
    profile = small.world.profiles[0]
    found = small.score(replace(profile, works=profile.works[:11]))
    assert found.verdict == "not enough data"
    bare = replace(
        profile, works=(), followers=(), snapshot=replace(profile.snapshot, followers=None)
    )
    assert small.score(bare).verdict == "not enough data"


def test_without_counts_or_followers_there_is_no_answer(small):
    profile = small.world.profiles[0]
    silent = tuple(replace(work, counts={}, voices=None) for work in profile.works)
    for poor in (
        replace(profile, works=silent),
        replace(profile, snapshot=replace(profile.snapshot, followers=0)),
    ):
        assert small.score(poor).verdict == "not enough data"


def test_nobody_is_a_pool_too(small):
    nobody = Measures.of([], small.target, now=NOW)
    curves = Curves.fit(nobody)
    pool = Pool.of(nobody, small.target, curves)
    assert len(rate(nobody, small.target, pool, curves, now=NOW)) == 0
    found = score(small.world.profiles[0], small.target, pool, curves, now=NOW)
    assert found.verdict == "not enough data"


def test_a_part_that_the_brand_does_not_ask_for_weighs_nothing(small):
    found = small.score(small.world.profiles[0], tone=(), audience={})
    assert part(found, "tone").weight == part(found, "audience").weight == 0
    assert sum(one.weight for one in found.parts) == pytest.approx(1)


def test_prices_in_another_currency_are_not_compared(small):
    priced = next(p for p in small.world.profiles if p.snapshot.prices)
    found = small.score(priced, currency="USD")
    assert part(found, "cost").raw is None
    assert part(found, "cost").missing


def test_an_old_breach_of_law_is_no_veto_but_costs(small):
    profile, old = small.world.profiles[0], NOW.date() - timedelta(days=800)
    risk = Risk(kind="违法失德", severity=5, on=old, proof="weibo:1")
    found = small.score(replace(profile, risks=(risk,)))
    assert 0.9 < found.gate < 1
    assert found.verdict == "review"
    lined = small.score(
        replace(profile, risks=(replace(risk, severity=1),)), red_lines=("违法失德",)
    )
    assert (lined.value, lined.verdict) == (0, "vetoed")


def test_exclusivity_with_a_competitor_is_a_veto(small):
    profile = small.world.profiles[0]
    bound = replace(profile, snapshot=replace(profile.snapshot, exclusive=("山雀",)))
    assert small.score(bound).verdict == "vetoed"


def test_undisclosed_adverts_are_looked_at(small):
    profile = small.world.profiles[0]
    works = tuple(replace(w, advert=0.9, declared=False) for w in profile.works[:2])
    found = small.score(replace(profile, works=(*works, *profile.works[2:])))
    assert found.verdict == "review"
    assert any(proof.metric == "gate.undisclosed" for proof in found.gate_says)


def test_no_sentence_says_that_anyone_is_fake(small):
    for row in range(20):
        found = small.score(small.world.profiles[row])
        said = "".join(str(proof.says) for one in found.parts for proof in one.proofs)
        assert not {"造假", "假粉", "fake"} & set(said.split())
        assert "造假" not in said


def test_unknown_risks_are_not_zero(small):
    found = small.score(replace(small.world.profiles[0], followers=(), copies=None, night=None))
    assert {"growth", "dup", "night"}.isdisjoint(found.risk)
    assert part(found, "authenticity").confidence <= 0.5


def test_curves_and_pools_are_the_same_after_json(small):
    curves = Curves.of_plain(json.loads(json.dumps(small.curves.plain())))
    pool = Pool.of_plain(json.loads(json.dumps(small.pool.plain())))
    profile = small.world.profiles[7]
    again = score(profile, small.target, pool, curves, now=NOW)
    assert again.curve == small.curves.version
    assert again == small.score(profile)


def test_small_cells_are_pooled_and_say_so(small):
    assert "few" not in small.curves.find("xiaohongshu", "", "saves").flags
    assert {"few", "slope"} <= set(small.curves.find("xiaohongshu", "数码", "saves").flags)
    elsewhere = small.curves.find("weibo", "美妆", "saves")
    assert elsewhere == small.curves.cells["", "", "saves"]
    assert all(0 < curve.beta < 1 for curve in small.curves.cells.values())


def test_an_explanation_says_what_would_change_it_and_who_else_comes_near(small):
    row = int(np.argsort(small.ratings.value)[100])
    found = explain(small.ratings, row, small.pool, small.world.profiles[row])
    assert found.changes
    assert len(found.alternatives) == 3
    assert found.score.key not in {other.key for other in found.alternatives}


def test_a_price_that_is_asked_for_gives_the_score_that_was_told(small):
    row = next(
        i for i, p in enumerate(small.world.profiles)
        if p.snapshot.prices and small.ratings.found.over[i] > 0.2
    )  # fmt: skip
    profile = small.world.profiles[row]
    told = explain(small.ratings, row, small.pool, profile)
    change = next(c for c in told.changes if c.part == "cost" and "CNY" in c.says.zh)
    usual = float(small.ratings.expected[row, 1])
    prices = (replace(profile.snapshot.prices[0], amount=usual),)
    cheaper = replace(profile, snapshot=replace(profile.snapshot, prices=prices))
    assert small.score(cheaper).value == pytest.approx(change.low, abs=1e-6)


def test_what_is_not_the_weights_stays_at_the_top(small):
    alike, there = sensitivity(small.ratings, rng=np.random.default_rng(0), draws=100)
    assert 0.4 < alike <= 1
    assert there.sum() == pytest.approx(10)


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=60), st.integers(0, 2**31))
def test_a_quarter_of_the_works_cannot_move_the_middle_beyond_the_rest(values, seed):
    row = np.full((1, 60), np.nan)
    row[0, : len(values)] = np.random.default_rng(seed).permutation(values)
    middle, n, _ = midmean(row)
    assert n[0] == len(values)
    assert min(values) - 1e-9 <= middle[0] <= max(values) + 1e-9
    wild = np.sort(row, axis=1)
    some = len(values) // 4
    wild[0, len(values) - some : len(values)] = 1e9
    assert midmean(wild)[0][0] == pytest.approx(middle[0], abs=1e-6)


def test_the_normal_distribution_is_right_to_six_digits():
    known = {0.0: 0.5, 1.0: 0.8413447, -1.2816: 0.1, 2.0: 0.9772499}
    got = normal(np.array(list(known)))
    assert got == pytest.approx(list(known.values()), abs=1e-5)


def test_what_a_card_does_not_list_is_less_than_what_it_lists():
    few = {"广东": 0.09, "江苏": 0.06}
    assert overlap(few, {"上海": 1.0}) == pytest.approx(0.06**0.5)
    assert overlap({"female": 0.8, "male": 0.2}, {"female": 0.8, "male": 0.2}) == pytest.approx(1)


def test_a_guess_from_few_people_is_hardly_believed(small):
    profile = small.world.profiles[0]
    card = tuple(
        Audience(dimension=d, shares=dict(w), told="inferred", n=50)
        for d, w in small.target.audience.items()
    )
    found = small.score(replace(profile, snapshot=replace(profile.snapshot, audience=card)))
    assert part(found, "audience").confidence == pytest.approx(0.2)
    assert part(found, "audience").raw == pytest.approx(1)


def test_parts_are_in_their_order(small):
    assert tuple(one.name for one in small.score(small.world.profiles[0]).parts) == PARTS
