from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.kibana import terms
from tingfeng.kol.tiers import BOUNDS, NAMES, Tiers, tier_name


@pytest.mark.parametrize(
    ("platform", "followers", "tier"),
    [
        ("xiaohongshu", 500_000, "head"), ("xiaohongshu", 499_999, "waist"),
        ("xiaohongshu", 12_000, "tail"), ("xiaohongshu", 1_000, "koc"), ("xiaohongshu", 999, "below"),
        ("douyin", 12_000_000, "super"), ("douyin", 1_500_000, "shoulder"), ("weibo", 1_500_000, "waist"),
        ("bilibili", None, ""), ("somewhere", 20_000, "tail"),
    ],
)  # fmt: skip
def test_bounds_are_those_of_the_platform(platform, followers, tier):
    assert Tiers().of(platform, followers) == tier


def test_own_bounds_replace_a_platforms_and_leave_the_others():
    tiers = Tiers(bounds={"xiaohongshu": {"head": 50_000, "腰": 5_000}})
    assert tiers.of("xiaohongshu", 60_000) == "head"
    assert tier_name(tiers.of("xiaohongshu", 6_000)).zh == "腰"
    assert tiers.of("weibo", 60_000) == "koc"


def test_two_tiers_with_one_bound_are_refused():
    with pytest.raises(ValueError, match="weibo"):
        Tiers(bounds={"weibo": {"head": 10, "waist": 10}})


@given(st.sampled_from(sorted(BOUNDS)), st.integers(0, 10**8), st.integers(0, 10**8))
def test_more_followers_are_never_a_lower_tier(platform, fewer, more):
    fewer, more = sorted((fewer, more))
    order = list(NAMES)
    assert order.index(Tiers().of(platform, more)) <= order.index(Tiers().of(platform, fewer))


def test_kibana_calls_them_the_same():
    assert {tier: said for tier, said in NAMES.items() if tier} == terms.TIERS
