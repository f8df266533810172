"""What of the growth of followers nothing explains."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from benchmarks.creators_world import NOW, TODAY, World, with_followers
from tingfeng.kol.measures import Measures


@pytest.fixture(scope="module")
def profile():
    """A creator with ten followers a day and no viral work."""
    made = World.of(1, seed=2).profiles[0]
    flat = tuple(replace(w, counts=dict.fromkeys(w.counts, 20), voices=18) for w in made.works)
    series = tuple((TODAY - timedelta(days=90 - i), 10_000 + 10 * i) for i in range(91))
    snapshot = replace(made.snapshot, followers=series[-1][1])
    return replace(made, works=flat, followers=series, snapshot=snapshot)


def measured(profile):
    return Measures.of([profile], World.of(1).target, now=NOW)


def jump(profile, day, size):
    gains = np.zeros(90)
    gains[day] = size
    return with_followers(profile, gains)


def test_steady_growth_is_explained(profile):
    assert measured(profile).unexplained[0] == 0


def test_a_jump_is_not(profile):
    got = measured(jump(profile, 40, 2000))
    assert got.unexplained[0] == 2010
    assert got.jump[0] == (TODAY - timedelta(days=49)).toordinal()


def test_a_work_that_moved_as_many_explains_it_and_not_more(profile):
    hit = replace(profile.works[10], counts={"comments": 500, "saves": 500, "shares": 500})
    works = (*profile.works[:10], hit, *profile.works[11:])
    day = 89 - (TODAY - hit.at.date()).days
    near = replace(profile, works=works)
    assert measured(jump(near, day, 1000)).unexplained[0] == 0
    assert measured(jump(near, day, 5000)).unexplained[0] == pytest.approx(5010 - 1450, abs=10)


def test_buying_evenly_does_not_hide_an_older_jump(profile):
    jumped = jump(profile, 20, 2000)
    dripped = with_followers(jumped, np.concatenate([np.zeros(30), np.full(60, 80.0)]))
    assert measured(dripped).unexplained[0] >= measured(jumped).unexplained[0]


def test_a_fall_after_a_jump_is_a_purge_and_alone_it_is_not(profile):
    fall = np.zeros(90)
    fall[60] = -500
    assert measured(with_followers(profile, fall)).purged[0] == 0
    assert measured(with_followers(jump(profile, 40, 2000), fall)).purged[0] == 490


def test_of_a_short_series_nothing_is_said(profile):
    assert np.isnan(measured(replace(profile, followers=profile.followers[-20:])).unexplained[0])
    assert np.isnan(measured(replace(profile, followers=())).unexplained[0])


def test_weekly_figures_are_enough(profile):
    weekly = replace(jump(profile, 40, 4000), followers=jump(profile, 40, 4000).followers[::7])
    assert measured(weekly).unexplained[0] > 2000


def test_hidden_posts_are_counted(profile):
    shown = tuple((TODAY - timedelta(days=d), n) for d, n in ((30, 100), (20, 80), (10, 90)))
    assert measured(replace(profile, published=shown)).hidden[0] == pytest.approx(0.2)
