"""蓝黄橙红, red-line words, and what is said about both."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tingfeng import SHANGHAI
from tingfeng.alerts.levels import Ladder, nearest_unmet, rank
from tingfeng.alerts.redline import NEAR, RedlineWords
from tingfeng.alerts.rules import RedlineRule, ShareRule
from tingfeng.alerts.share import DAY_BINS, WINDOWS, Score
from tingfeng.alerts.track import LEARNING_BINS, Bin, Evaluation, Track

AT = datetime(2026, 6, 10, 10, 0, tzinfo=SHANGHAI)
WORDS = RedlineWords.shipped()


def seen(negative=0, s4=0.0, *, platforms=(), followers=0, redline=0, usual=0.0, **changes):
    scores = tuple(
        Score(s4 if window.name == "4h" else 0.0, 1000, negative, 0.1, 1.0) for window in WINDOWS
    )
    fields = {
        "bin": 5000, "windows": WINDOWS, "scores": scores, "usual_day": usual,
        "platforms": platforms, "followers": followers, "redline": redline, "redline_usual": 0.0,
        "age_bins": LEARNING_BINS, "mentions": 10_000,
    }  # fmt: skip
    return Evaluation(**(fields | changes))


def level(evaluation):
    ladder = Ladder()
    firings = RedlineRule().firings(evaluation)
    return ladder.level(ladder.lines(evaluation, firings), learning=evaluation.learning)


@pytest.mark.parametrize(
    ("evaluation", "wanted"),
    [
        (seen(), "blue"),
        (seen(29), "blue"),
        (seen(30), "yellow"),
        (seen(149), "yellow"),
        (seen(150), "orange"),
        (seen(99, usual=20), "blue"),
        (seen(100, usual=20), "yellow"),
        (seen(500, usual=20), "orange"),
        (seen(platforms=("weibo",)), "blue"),
        (seen(platforms=("weibo", "zhihu")), "yellow"),
        (seen(followers=99_999), "blue"),
        (seen(followers=100_000), "yellow"),
        (seen(followers=1_000_000), "orange"),
        (seen(s4=7.9), "blue"),
        (seen(s4=8.0), "yellow"),
        (seen(redline=1), "blue"),
        (seen(redline=1, s4=8.0), "red"),
        (seen(400, usual=1, age_bins=10, mentions=100), "blue"),
        (seen(followers=100_000, age_bins=10, mentions=100), "yellow"),
    ],
)
def test_each_line_gives_its_level(evaluation, wanted):
    assert level(evaluation) == wanted


@given(
    st.fixed_dictionaries(
        {
            "negative": st.integers(0, 700),
            "s4": st.floats(0, 20),
            "platforms": st.integers(0, 4),
            "followers": st.integers(0, 2_000_000),
            "redline": st.integers(0, 3),
        }
    ),
    st.sampled_from(["negative", "s4", "platforms", "followers", "redline"]),
    st.integers(0, 1000),
)
def test_more_of_anything_never_lowers_the_level(inputs, name, more):
    def judged(values):
        named = tuple(f"p{i}" for i in range(values["platforms"]))
        return rank(level(seen(**(values | {"platforms": named}))))

    assert judged(inputs | {name: inputs[name] + more}) >= judged(inputs)


def test_the_nearest_unmet_line_is_the_one_that_lacks_least():
    lines = Ladder().lines(seen(140, followers=120_000), [])
    near = nearest_unmet(lines, "yellow")
    assert (near.level, near.name) == ("orange", "negatives")
    assert near.missing.zh == "24小时内再有 10 条负面"


def test_nothing_is_above_red():
    evaluation = seen(9999, s4=9, platforms=("a", "b"), followers=9_999_999, redline=1)
    lines = Ladder().lines(evaluation, RedlineRule().firings(evaluation))
    assert nearest_unmet(lines, "red") is None


def test_the_share_rule_needs_score_and_negatives():
    def fired(value, negative):
        score = Score(value, 100, negative, 0.1, 1.0)
        return [firing.rule for firing in ShareRule().firings(seen(scores=(score,) * 3))]

    assert fired(5.0, 6) == ["share_1h", "share_4h", "share_24h"]
    assert fired(4.5, 6) == ["share_4h", "share_24h"]
    assert fired(9.0, 5) == ["share_1h", "share_4h"]
    assert fired(9.0, 2) == []


def test_the_first_day_has_a_plain_rule():
    hour = Score(0.0, 20, 7, 0.4, 1.0)
    scores = (hour, hour, hour)
    fired = ShareRule().firings(seen(scores=scores, age_bins=4, mentions=20))
    assert [firing.rule for firing in fired] == ["first_day"]
    assert ShareRule().firings(seen(scores=scores, age_bins=DAY_BINS + 1)) == []


def test_an_offset_makes_the_rule_calmer():
    score = Score(5.5, 100, 20, 0.1, 1.0)
    evaluation = seen(scores=(score, score, score))
    assert ShareRule(offset=3.0).firings(evaluation) == []
    assert len(ShareRule(offset=-1.0).firings(evaluation)) == 3


def test_red_lines_that_are_daily_business_need_more_than_usual():
    rule = RedlineRule()
    assert rule.firings(seen(redline=1))
    assert rule.firings(seen(redline=1, redline_usual=0.9))
    assert not rule.firings(seen(redline=5, redline_usual=4.0))
    assert rule.firings(seen(redline=10, redline_usual=4.0))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("云雀手机充电时自燃了", ("自燃",)),
        ("云雀自燃，云雀又自燃，还被召回", ("自燃", "召回")),
        ("雲雀手機爆炸了", ("爆炸",)),
        ("云雀充电可能爆炸", ("爆炸",)),
        ("亲眼看到爆炸的云雀手机", ("爆炸",)),
        ("云雀颜值爆炸，就是太贵", ()),
        ("云雀店里围着火锅等了一小时", ()),
        ("云雀这价格气到爆炸", ()),
        ("云雀卖跳楼价还这么差", ()),
        ("云雀这次被315晚会点名", ("315晚会",)),
        ("云雀很一般", ()),
    ],
)
def test_red_line_words_in_their_context(say, text, words):
    assert WORDS.hits(say(AT, "negative", text=text), "云雀") == words


@pytest.mark.parametrize(
    "text",
    [
        "云雀自燃了？有视频吗",
        "云雀会不会自燃，有点担心",
        "云雀手机自燃了吗？",
        "云雀手机自燃过没有",
        "云雀手机有自燃风险吗",
        "云雀充电是否漏电",
        "云雀没有自燃，别造谣",
        "云雀不会爆炸的，就是太差",
        "云雀从未发生过爆炸，差评是因为贵",
        "云雀未发生起火，但屏幕碎了",
    ],
)
def test_a_red_line_word_that_is_asked_or_denied_is_no_claim(say, text):
    assert WORDS.hits(say(AT, "negative", text=text), "云雀") == ()


@pytest.mark.parametrize(
    "text",
    [
        "没想到云雀自燃了",
        "云雀没想到自燃了",
        "云雀手机没用几天自燃",
        "云雀手机无故自燃",
        "云雀手机毫无征兆自燃",
        "云雀不仅漏电还死机",
        "云雀没人管漏电",
        "云雀不是没有自燃过",
        "云雀说好的不会漏电呢",
        "云雀刚买一周就自燃了？",
        "云雀自燃了？？？",
        "云雀自燃了？！",
        "云雀怎么会自燃？",
        "云雀自燃了谁来赔",
        "云雀自燃了还不该赔吗",
        "云雀自燃了？对，昨天又自燃一台",
        "云雀至今没有召回",
        "云雀这是不是欺诈消费者",
        "云雀自燃了有没有人管",
        "云雀有自燃风险",
        "云雀真会爆炸啊",
        "云雀不给发票，云雀偷税吗？",
        "云雀是否涉嫌信息泄露？？",
    ],
)
def test_a_red_line_word_that_is_said_plainly_or_as_a_reproach_counts(say, text):
    assert len(WORDS.hits(say(AT, "negative", text=text), "云雀")) == 1


@pytest.mark.parametrize("label", ["neutral", "positive", "uncertain"])
def test_only_a_negative_attitude_counts(say, label):
    assert WORDS.hits(say(AT, label, text="云雀自燃"), "云雀") == ()


def test_another_brand_is_not_the_target(say):
    assert WORDS.hits(say(AT, "negative", text="云雀自燃"), "飞鸟") == ()


def test_far_from_the_name_the_brand_is_not_the_target(say):
    document = say(AT, "negative", text="云雀" + "，" * (NEAR + 2) + "自燃")
    assert WORDS.hits(document, "云雀") == ()


def test_a_team_can_add_words(say):
    words = RedlineWords.shipped(["断供\t断供房"])
    assert words.hits(say(AT, "negative", text="云雀断供"), "云雀") == ("断供",)
    assert words.hits(say(AT, "negative", text="云雀断供房"), "云雀") == ()


def test_an_unread_post_says_nothing(say):
    assert WORDS.hits(replace(say(AT, text="云雀自燃"), analysis=None), "云雀") == ()


BINS = st.lists(
    st.builds(
        Bin,
        st.dictionaries(
            st.sampled_from(["weibo", "zhihu", "jd"]),
            st.integers(0, 30).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))),
        ),
        st.integers(0, 2),
        st.integers(0, 10**6),
    ),
    max_size=110,
)


@given(BINS, BINS)
def test_a_stored_track_goes_on_as_if_it_had_never_stopped(before, after):
    def walk(track, bins, first):
        found = []
        for number, bin in enumerate(bins, first):
            found.append(track.look(number, bin))
            track.learn()
        return found

    through = Track()
    wanted = walk(through, before + after, 0)[len(before) :]
    track = Track()
    walk(track, before, 0)
    assert walk(Track.load(track.dump()), after, len(before)) == wanted


@given(BINS)
def test_platforms_add_up_to_the_windows(bins):
    track = Track()
    evaluation = track.look(0, Bin())
    for number, bin in enumerate(bins, 1):
        evaluation = track.look(number, bin)
    for window, score in zip(evaluation.windows, evaluation.scores, strict=True):
        sums = track.by_platform(window.bins).values()
        assert sum(n for n, _ in sums) == score.mentions
        assert sum(k for _, k in sums) == score.negative


def test_a_usual_day_is_the_median_of_days():
    track = Track()
    for number in range(40 * DAY_BINS):
        track.look(number, Bin({"weibo": (10, 1 if number < 30 * DAY_BINS else 0)}))
        track.learn()
    assert track.look(40 * DAY_BINS, Bin()).usual_day == DAY_BINS


def test_the_peaks_of_past_days_are_kept_for_four_weeks():
    track = Track()
    for number in range(40 * DAY_BINS):
        loud = 0 <= number - 30 * DAY_BINS < 4
        track.look(number, Bin({"weibo": (10, 9 if loud else 1)}))
        track.learn()
    peaks = track.look(40 * DAY_BINS, Bin()).peaks
    assert len(peaks) == 28
    assert [peak > 0 for peak in peaks].count(True) == 1
