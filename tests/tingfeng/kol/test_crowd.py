from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest

from tingfeng import SHANGHAI, Audience, Provenance, Snapshot
from tingfeng.kol.crowd import PEOPLE, crowd
from tingfeng.kol.curves import Curves
from tingfeng.kol.measures import Measures
from tingfeng.kol.nouns import Profile, Work
from tingfeng.kol.pool import Pool
from tingfeng.kol.scoring import rate
from tingfeng.kol.target import Target

NOW = datetime(2026, 6, 12, 10, tzinfo=SHANGHAI)
SAID = Provenance(source="kit", seen_at=NOW, basis="kit", expires_at=NOW + timedelta(days=90))
WANTED = {"gender": {"female": 1.0}}


def profile(id, female, views=None, followers=10_000, comments=20, platform="weibo"):
    audience = (
        () if female is None
        else (Audience(dimension="gender", shares={"female": female, "male": 1 - female}),)
    )  # fmt: skip
    counts = {"comments": comments, "likes": 10 * comments} | ({"views": views} if views else {})
    works = tuple(
        Work(
            key=f"{platform}:{id}-{n}",
            at=NOW - timedelta(days=n + 3),
            observed_at=NOW,
            counts=counts,
        )
        for n in range(14)
    )
    snapshot = Snapshot(
        platform=platform,
        id=str(id),
        name=str(id),
        provenance=SAID,
        followers=followers,
        audience=audience,
    )
    return Profile(key=snapshot.key, snapshot=snapshot, works=works)


def reached(profiles, wanted=WANTED):
    target = Target(brand="云雀", audience=wanted)
    measures = Measures.of(profiles, target, now=NOW)
    curves = Curves.fit(measures)
    ratings = rate(measures, target, Pool.of(measures, target, curves), curves, now=NOW)
    return crowd(ratings, [each.snapshot.audience for each in profiles]), ratings


def test_who_is_read_by_the_wanted_reaches_more_of_them():
    found, ratings = reached([profile(1, 0.9, views=5000), profile(2, 0.1, views=5000)])
    per_fit = found.reach @ found.people / ratings.value
    assert per_fit[0] / per_fit[1] == pytest.approx(9, rel=0.05)
    assert found.people.sum() == pytest.approx(PEOPLE["weibo"] * 0.5, rel=0.01)


def test_segments_of_two_platforms_are_apart():
    found, _ = reached(
        [profile(1, 0.5, views=100), profile(2, 0.5, views=100, platform="bilibili")]
    )
    assert not (found.reach[0] * found.reach[1]).any()
    assert (found.reach.max(axis=1) > 0).all()


def test_views_that_nobody_says_come_from_followers_who_answer():
    usual = [profile(n, 0.5, followers=10_000 + n, comments=20) for n in range(9)]
    found, _ = reached([*usual, profile(99, 0.5, followers=10_000, comments=0)])
    assert set(found.said) == {"followers"}
    assert found.views[-1] < 0.1 * np.median(found.views)


def test_a_platforms_own_rate_of_views_is_used_where_some_say_them():
    usual = [profile(n, 0.5, views=3000, followers=10_000) for n in range(9)]
    found, _ = reached([*usual, profile(99, 0.5, followers=10_000)])
    assert found.said[-1] == "platform"
    assert found.views[-1] == pytest.approx(3000, rel=0.05)


def test_without_a_wanted_audience_a_platform_is_one_segment():
    found, _ = reached([profile(1, None, views=1000)], wanted={})
    assert found.people.shape == (1,)
    assert found.people[0] == PEOPLE["weibo"]
