"""Pages of figures say what was measured: they are written from ``elastic.json`` and nothing else."""

import copy
import json
import re

import pytest

from benchmarks import elastic, elastic_capacity, elastic_text
from benchmarks.elastic_paper import MENTIONS, MONTHS, POSTS, SLOW, Paper


@pytest.fixture
def made():
    return json.loads(elastic.FILE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", [elastic_text, elastic_capacity])
def test_the_page_says_what_was_measured(made, page):
    assert page.FILE.read_text(encoding="utf-8") == page.text(made)


def test_what_was_to_be_shown_was_measured(made):
    assert made["texts"]["posts"] == made["filled"]["posts"] == elastic.DOCUMENTS
    assert {len(costs) for costs in made["writing"]["rounds"].values()} == {elastic.ROUNDS}
    for asked in (made["filled"], made["filled"]["many"]):
        assert len(asked["questions"]) == 20
        assert all(one["found"] for one in asked["questions"])
    assert made["kills"]["kills"] == 20
    assert not any(made["kills"][name] for name in ("lost", "doubled", "other_version"))
    replay = made["writing"]["replay"]
    assert (replay["operations"], replay["deleted"]) == (0, 0)


def test_disk_grows_with_what_a_post_weighs(made):
    heavier = copy.deepcopy(made)
    heavier["filled"]["merged"]["posts"]["octets"] *= 2
    grown = Paper(heavier).total - Paper(made).total
    assert grown == pytest.approx(POSTS * Paper(made).octets["posts"])


def test_documents_are_counted_by_post(made):
    documents = Paper(made).documents
    assert documents["mentions"] == POSTS * MENTIONS
    assert documents["metrics"] == pytest.approx(30 * 8 * 365.25 / 12 * MONTHS)


def asked(made, few, many):
    """Figures in which one question took so many milliseconds in 200,000 and in 1,000,000 posts."""
    for one, took in ((made["filled"], few), (made["filled"]["many"], many)):
        one["questions"] = [{"name": "q", "p50": took, "p95": 0, "found": 1}]
    return Paper(made)


def test_a_question_goes_on_along_the_line_and_in_proportion(made):
    paper = asked(made, 20.0, 60.0)
    assert paper.answer("q", 5_000_000) == pytest.approx((260, 300))
    assert not paper.slow()
    assert asked(made, 20.0, SLOW).slow() == ["q"]


def test_what_took_no_longer_may_still_grow(made):
    assert asked(made, 9.0, 8.0).answer("q", 10_000_000) == (8.0, 80.0)


def test_no_figure_of_the_page_is_empty(made):
    page = elastic_capacity.text(made)
    assert not re.search(r"\bnan\b|\binf\b|[{}]", page)
