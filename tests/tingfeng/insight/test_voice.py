from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tingfeng import SHANGHAI, Alias, Brand
from tingfeng.insight.period import Period
from tingfeng.insight.voice import voice

NOW = datetime(2026, 6, 12, 10, 0, tzinfo=SHANGHAI)
DAYLONG = Period(since=NOW - timedelta(days=1), until=NOW)
BRANDS = (
    Brand(name="云雀", aliases=(Alias(text="云雀"),)),
    Brand(name="白鹭", role="competitor", aliases=(Alias(text="白鹭"),)),
    Brand(name="无人", role="competitor", aliases=(Alias(text="无人"),)),
)


def test_shares_authors_platforms_and_change(store, say) -> None:
    say(1, "negative", author="x")
    say(2, "positive", author="x", platform="zhihu")
    say(3, brands=("云雀", "白鹭"))
    say(25, brands=("云雀",))
    say(26, brands=("白鹭",))
    answer = voice(store, BRANDS, DAYLONG, now=NOW)
    lark, heron, nobody = answer.brands
    assert answer.mentions == 4
    assert (lark.brand, lark.split.posts, lark.share, lark.authors) == ("云雀", 3, 0.75, 2)
    assert (heron.role, heron.share, nobody.share) == ("competitor", 0.25, 0)
    assert lark.platforms == (("weibo", 2), ("zhihu", 1))
    assert (lark.before, lark.points) == (1, 0.25)
    assert (lark.negative.count, lark.negative.of) == (1, 3)
    assert "75%" in answer.sentence().zh


def test_nobody_spoke(store) -> None:
    answer = voice(store, BRANDS, DAYLONG, now=NOW)
    assert [each.share for each in answer.brands] == [None] * 3
    assert [each.before for each in answer.brands] == [None] * 3
    assert "数据不足" in answer.sentence().zh


def test_keys(store) -> None:
    answer = voice(store, BRANDS, DAYLONG, now=NOW).as_json()
    assert set(answer) == {"counted", "mentions", "brands"}
    assert set(answer["brands"][0]) == {
        "brand", "role", "posts", "share", "before", "share_before", "points", "growth",
        "year_before", "growth_year",
        "authors", "voices", "platforms", "split", "command",
    }  # fmt: skip


@given(st.lists(st.sampled_from([("云雀",), ("白鹭",), ("云雀", "白鹭")]), min_size=1, max_size=30))
def test_shares_sum_to_one(begin, mentions) -> None:
    say = begin()
    for brands in mentions:
        say(1, brands=brands)
    answer = voice(say.store, BRANDS, DAYLONG, now=NOW)
    assert sum(each.share for each in answer.brands) == pytest.approx(1)
