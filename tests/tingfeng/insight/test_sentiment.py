from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tingfeng import SHANGHAI
from tingfeng.insight.period import Period
from tingfeng.insight.proportion import Proportion, Shift
from tingfeng.insight.sentiment import sentiment

NOW = datetime(2026, 6, 12, 10, 0, tzinfo=SHANGHAI)
DAYLONG = Period(since=NOW - timedelta(days=1), until=NOW)


def many(say, hours: float, negative: int, neutral: int, positive: int = 0) -> None:
    for label, n in (("negative", negative), ("neutral", neutral), ("positive", positive)):
        for _ in range(n):
            say(hours, label)


def test_uncertain_and_unread_stand_apart(store, say) -> None:
    many(say, 1, 10, 20, 10)
    say(1, "uncertain")
    say(1, None)
    answer = sentiment(store, "云雀", DAYLONG, now=NOW)
    assert (answer.now.posts, answer.now.judged, answer.now.uncertain) == (41, 40, 1)
    assert answer.now.share("negative").share == 0.25
    assert answer.counted.unread == 1
    assert answer.sentence().zh.startswith("负面占 25%（95% 区间 14%–40%，n=40）")


def test_too_few_posts_give_no_conclusion(store, say) -> None:
    many(say, 1, 9, 20)
    answer = sentiment(store, "云雀", DAYLONG, now=NOW)
    assert not answer.enough
    assert "数据不足：只有 29 条" in answer.sentence().zh
    assert "not enough data" in answer.sentence().en


def test_change_needs_data_then(store, say) -> None:
    many(say, 1, 30, 10)
    assert sentiment(store, "云雀", DAYLONG, now=NOW).before is None
    many(say, 25, 10, 30)
    many(say, 365 * 24 + 1, 30, 10)
    answer = sentiment(store, "云雀", DAYLONG, now=NOW)
    assert answer.shift(answer.before).points == 0.5
    assert answer.shift(answer.before).clear
    assert answer.shift(answer.year_before).points == 0
    assert not answer.shift(answer.year_before).clear
    assert "比上期上升 50.0 个百分点" in answer.sentence().zh


def test_people_behind_the_posts(store, say, army) -> None:
    for _ in range(3):
        say(1, "negative", author="shop", text="同一句话说了很多遍的广告词")
    army(1, size=5)
    answer = sentiment(store, "云雀", DAYLONG, now=NOW)
    assert (answer.now.posts, answer.voices, answer.authors, answer.suspected) == (8, 6, 6, 5)


def test_suspected_posts_weigh_less_beside_the_raw_share(store, say, army) -> None:
    many(say, 1, 10, 30)
    plain = sentiment(store, "云雀", DAYLONG, now=NOW)
    assert plain.weighted_negative == plain.now.share("negative").share
    assert len(plain.table().notes) == 3
    army(1, size=20)
    answer = sentiment(store, "云雀", DAYLONG, now=NOW)
    raw = answer.now.share("negative").share
    assert answer.weighted_negative is not None
    assert raw is not None
    assert plain.weighted_negative < answer.weighted_negative < raw
    assert "疑似水军 20 条" in answer.table().notes[1].zh


def test_keys(store) -> None:
    answer = sentiment(store, "云雀", DAYLONG, now=NOW).as_json()
    assert set(answer) == {
        "counted", "enough", "minimum", "now", "before", "year_before", "change", "voices",
        "authors", "suspected", "weighted_negative", "commands",
    }  # fmt: skip
    assert set(answer["now"]) == {
        "posts", "judged", "negative", "neutral", "positive", "uncertain", "unread", "shares",
    }  # fmt: skip
    assert set(answer["now"]["shares"]["negative"]) == {
        "count", "of", "share", "low", "high", "enough",
    }  # fmt: skip
    assert set(answer["change"]) == {
        "posts_before", "negative_before", "posts_year_before", "negative_year_before",
    }  # fmt: skip
    assert set(answer["commands"]) == {"all", "negative", "neutral", "positive", "uncertain"}


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [
        (10, 40, 0.1419, 0.4019),
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (81, 263, 0.2553, 0.3662),
    ],
)
def test_wilson_intervals(count: int, of: int, low: float, high: float) -> None:
    """81 of 263 is the worked example of Newcombe 1998."""
    assert Proportion(count=count, of=of).interval == pytest.approx((low, high), abs=5e-5)


def test_newcombe_difference() -> None:
    """56/70 against 48/80: Newcombe 1998, table II, method 10."""
    shift = Shift.between(Proportion(count=56, of=70), Proportion(count=48, of=80))
    assert (shift.low, shift.high) == pytest.approx((0.0524, 0.3339), abs=5e-5)


@given(st.integers(0, 200), st.integers(0, 200), st.integers(0, 200))
def test_shares_sum_to_one(negative: int, neutral: int, positive: int) -> None:
    n = negative + neutral + positive
    given = [Proportion(count=c, of=n) for c in (negative, neutral, positive)]
    if n:
        assert sum(each.share for each in given) == pytest.approx(1)
        assert all(each.interval[0] <= each.share <= each.interval[1] for each in given)
    else:
        assert [each.share for each in given] == [None] * 3
