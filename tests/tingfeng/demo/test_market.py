from __future__ import annotations

import itertools
from collections import Counter
from datetime import datetime, timedelta

import pytest

from tingfeng import SHANGHAI
from tingfeng.demo.creators import creators
from tingfeng.demo.market import SERIES, WORKS, market
from tingfeng.demo.script import read

ENDS = datetime(2026, 6, 15, tzinfo=SHANGHAI)


@pytest.fixture(scope="module")
def told():
    return market(0, ends=ENDS)


def test_every_creator_has_enough_posts_for_a_score(told):
    mine = {each["name"]: len(each["posts"]) for each in read("creators")["creator"]}
    counts = Counter(seen.post.author.name for seen in told.works)
    assert all(counts[name] + mine.get(name, 0) == WORKS for name in counts)
    assert {one.name for one in creators()} <= set(counts)


def test_nobody_names_a_brand(told):
    names = [alias["text"] for brand in read("names")["lexicon"] for alias in brand["aliases"]]
    text = "".join(seen.post.text for seen in told.works)
    assert not [name for name in names if name in text]


def test_only_the_bought_ones_jump_in_one_day(told):
    jumps = {}
    for key in {one.key for one in told.snapshots}:
        days = [one.followers for one in told.snapshots if one.key == key]
        assert len(days) == SERIES
        jumps[key] = max(b / a for a, b in itertools.pairwise(days))
    bought = {f"{one.platform}:{one.id}" for one in creators() if one.character == "bought"}
    assert {key for key, jump in jumps.items() if jump > 1.1} == bought


def test_the_same_seed_tells_the_same_and_the_story_ends_it(told):
    again, other = market(0, ends=ENDS), market(1, ends=ENDS)
    assert again == told
    assert other.works != told.works
    assert all(ENDS - timedelta(days=14) <= seen.post.published_at < ENDS for seen in told.works)
