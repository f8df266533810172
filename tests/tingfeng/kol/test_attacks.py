"""The design's table of what buying numbers may bring, at 4,000 creators that never were."""

import numpy as np
import pytest

from benchmarks import kol_attacks as bench
from benchmarks.kol_attacks import ROWS, Court, attacked
from tingfeng.kol.nouns import PARTS

TINY = 1e-9
"""Points of a score that are rounding."""


@pytest.fixture(scope="module")
def court() -> Court:
    return Court.of()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_what_is_bought_brings_no_more_than_is_allowed(court, row):
    got = attacked(court, row.attack)
    if row.required.startswith("never up"):
        assert got.change.max() <= TINY
    if "F_eff not up" in row.required:
        # A purchase makes its own month look livelier by a hair: an old jump at the very bound is
        # then no jump any more. One creator in fifty, by a fiftieth.
        assert np.nanmax(got.effective) <= 1.03
        assert (got.effective > 1.001).mean() <= 0.02
    if row.required == "not up by more than 3":
        assert got.change.max() <= 3
    if row.required == "mean at most +1":
        assert got.change.mean() <= 1
    if row.required == "mean below 0":
        assert got.change.mean() < 0
    if row.required == "impossible to refuse":  # published as a limit: it looks like success
        assert got.auc == pytest.approx(0.5, abs=0.03)
    if row.required == "mean up, risk unchanged":
        assert got.change.mean() > 0
        assert got.auc == pytest.approx(0.5, abs=0.03)
    if row.required.startswith("risk hardly changed"):
        assert got.recall <= 0.15


def test_the_score_is_not_about_size(court):
    size, score = (
        np.argsort(np.argsort(x)) for x in (court.clean.measures.followers, court.clean.value)
    )
    assert abs(np.corrcoef(size, score)[0, 1]) <= 0.2


def test_jumps_that_were_there_already_are_told_from_the_rest(court):
    risk = 1 - court.clean.found.raw[:, PARTS.index("authenticity")]
    bought = np.array(court.world.bought)
    assert bench.auc(risk[bought], risk[~bought]) >= 0.9


def test_names_order_and_currency_do_not_matter(court):
    before = court.clean.value
    assert np.abs(court.changed(bench.renamed).value - before).max() <= TINY
    assert np.abs(bench.dollars(court).value - before).max() <= 1e-6  # cents were rounded


def test_a_creator_more_in_the_list_changes_nobody(court):
    few = court.world.profiles[:20]
    alone, listed = court.rate(few), court.rate([*few, court.world.profiles[-1]])
    assert listed.value[:20] == pytest.approx(alone.value, abs=TINY)


def test_a_breach_of_law_is_a_veto(court):
    got = court.changed(bench.vetoed)
    assert not got.value.any()
    assert set(got.verdicts) == {"vetoed"}


def test_a_competitors_advert_costs(court):
    assert (court.changed(bench.competitor).value < court.clean.value).all()


def test_hiding_the_audience_card_never_pays(court):
    assert (court.changed(bench.hidden_card).value - court.clean.value).max() <= TINY


def test_a_lower_price_pays_wherever_there_is_one(court):
    change = court.changed(bench.cheaper).value - court.clean.value
    priced = ~np.isnan(court.clean.measures.price)
    assert (change[priced] > 0).all()
    assert np.abs(change[~priced]).max() <= TINY


def test_an_audience_nearer_to_the_target_pays(court):
    change = court.changed(bench.fitter(court)).value - court.clean.value
    carded = court.clean.measures.audience_sure > 0
    assert change.min() >= -TINY
    assert (
        change[carded] > 0
    ).mean() >= 0.95  # those below what an unknown one counts may stay there


def test_repeating_an_old_work_does_not_pay(court):
    assert (court.changed(bench.repeated).value - court.clean.value).max() <= TINY


def test_points_make_up_the_score_exactly(court):
    clean = court.clean
    ungated = clean.reference + clean.points.sum(axis=1)
    assert ungated * clean.gate == pytest.approx(clean.value, abs=TINY)
