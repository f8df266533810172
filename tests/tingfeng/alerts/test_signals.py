"""Who says it and where it stands: big accounts, media, hot lists, authorities, speed."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tingfeng import SHANGHAI, Engagement
from tingfeng.alerts.bins import Bin, doubling_hours
from tingfeng.alerts.engine import Engine
from tingfeng.alerts.levels import Ladder, nearest_unmet, rank
from tingfeng.alerts.rules import Firing
from tingfeng.alerts.share import DAY_BINS, WINDOWS, Score
from tingfeng.alerts.signals import AccountRule, RegulatorRule, authorities, host, house
from tingfeng.alerts.track import LEARNING_BINS, Evaluation, Track

START = datetime(2026, 6, 1, 0, 0, tzinfo=SHANGHAI)
CRISIS = START + timedelta(days=9, hours=10)
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def history(stream):
    return stream(START, 24 * 9 + 10)


@pytest.fixture
def calm(shelf, history):
    shelf.fill(history)
    return shelf


def run(store, now=CRISIS + MINUTE, **changes):
    return Engine(store, ["云雀"], channels=["desk"], interim=True, **changes).run(now)


def hot(say, title, label, at=CRISIS):
    return say(at, label, kind="hot", author=None, text=title, collected_at=at, platform="weibo")


def article(say, url, label="negative", at=CRISIS):
    return say(at, label, kind="article", platform="news", url=url, author=None)


def test_a_big_account_against_the_brand_opens_at_orange(calm, say):
    calm.add(say(CRISIS, "negative", followers=1_200_000))
    [change] = run(calm)
    assert (change.evidence.rule, change.incident.level) == ("account", "orange")
    assert "1 个粉丝不少于 100万 的账号发负面" in change.evidence.sentences[0][0]
    assert change.incident.first_post_at == CRISIS


@pytest.mark.parametrize(("label", "followers"), [("neutral", 5_000_000), ("negative", 900_000)])
def test_praise_or_a_smaller_account_opens_nothing(calm, say, label, followers):
    calm.add(say(CRISIS, label, followers=followers))
    assert run(calm) == []


def test_a_hot_list_names_the_brand(calm, say):
    entry = hot(say, "云雀手机被曝质量问题", "negative")
    calm.add(entry)
    [change] = run(calm)
    assert (change.evidence.rule, change.incident.level) == ("hot", "red")
    assert change.evidence.posts == (entry.post.key,)
    assert change.incident.first_post_at == CRISIS


@pytest.mark.parametrize(("label", "levels"), [("neutral", ["blue"]), ("positive", [])])
def test_on_a_hot_list_without_anger_it_is_watched_and_praise_is_no_alarm(calm, say, label, levels):
    calm.add(hot(say, "云雀手机发布会", label))
    assert [one.incident.level for one in run(calm)] == levels


def test_an_authority_is_red_even_when_it_is_not_angry(calm, say):
    calm.add(article(say, "https://www.samr.gov.cn/xw/1.html", "neutral"))
    [change] = run(calm)
    assert (change.evidence.rule, change.incident.level) == ("regulator", "red")
    assert "政府机关" in change.evidence.sentences[0][0]


def test_media_are_counted_by_house(calm, say):
    for n, where in enumerate(("finance.sina.com.cn", "k.sina.com.cn", "news.163.com")):
        calm.add(article(say, f"https://{where}/{n}", at=CRISIS + timedelta(seconds=n)))
    assert run(calm) == []
    calm.add(article(say, "https://www.thepaper.cn/1"))
    [change] = run(calm, CRISIS + 2 * MINUTE)
    assert (change.evidence.rule, change.incident.level) == ("media", "orange")
    assert "3 家媒体刊载负面（" in change.evidence.sentences[0][0]


def test_of_whom_such_things_are_said_every_day_more_than_usual_counts(shelf, say, stream):
    shelf.fill(stream(START, 24 * 20))
    for day in range(20):
        for n in range(3):
            at = START + timedelta(days=day, hours=6 * n)
            shelf.add(say(at, "negative", followers=2_000_000, author=f"v{day}-{n}"))
    now = START + timedelta(days=20)
    assert run(shelf, now) == []
    shelf.fill(
        say(now + n * MINUTE, "negative", followers=2_000_000, author=f"w{n}") for n in range(9)
    )
    assert run(shelf, now + 9 * MINUTE)[0].evidence.rule == "account"


def test_settings_move_the_line(calm, say):
    calm.add(say(CRISIS, "negative", followers=300_000))
    [change] = run(calm, rules=[{"use": "account", "followers": 200_000}])
    assert (change.evidence.rule, change.incident.level) == ("account", "yellow")
    rule = RegulatorRule(more=["example.org\t某监管"])
    assert rule.known["example.org"] == "某监管"


@pytest.mark.parametrize(
    ("url", "owner"),
    [
        ("https://finance.sina.com.cn/a/1", "sina.com.cn"),
        ("https://www.thepaper.cn/newsDetail", "thepaper.cn"),
        ("https://m.news.163.com:80/x", "163.com"),
        ("http://[bad", ""),
        ("", ""),
        ("没有地址", ""),
    ],
)
def test_hosts_and_houses(url, owner):
    assert house(host(url)) == owner


def test_the_shipped_list_says_whose_a_name_is():
    assert authorities()["gov.cn"] == "政府机关"
    assert all(name == name.strip().lower() and whose for name, whose in authorities().items())


# -- speed -----------------------------------------------------------------------------------


@given(st.floats(0.3, 30), st.integers(50, 1000))
def test_the_doubling_time_of_what_doubles_is_found(hours, least):
    sums = [least * 2 ** (n / 4 / hours) for n in range(60)]
    steps = [sums[0], *(b - a for a, b in itertools.pairwise(sums))]
    assert doubling_hours(steps) == pytest.approx(hours, rel=1e-6)


@pytest.mark.parametrize(
    "engagement", [[], [29], [10, 10, 10], [0] * 90 + [5, 9, 9], [40] + [0] * 20]
)
def test_too_little_or_nothing_new_has_no_doubling_time(engagement):
    assert doubling_hours(engagement) is None


def test_what_spreads_fast_is_orange(calm, say):
    for n in range(60):
        at = CRISIS + n * MINUTE
        document = say(at, "negative", text=f"云雀太差{n}")
        seen = Engagement(observed_at=at, likes=int(2 ** (n / 8)))
        calm.add(replace(document, engagement=seen))
    told = run(calm, CRISIS + 61 * MINUTE)
    says = [zh for zh, _ in told[-1].evidence.sentences if zh.startswith("级别依据")]
    assert "负面互动翻倍时间" in says[0]
    assert told[-1].incident.level == "orange"


# -- the ladder ------------------------------------------------------------------------------

HEIGHTS = st.fixed_dictionaries(
    {
        "negative": st.integers(0, 700),
        "s4": st.floats(0, 20),
        "platforms": st.integers(0, 4),
        "followers": st.integers(0, 2_000_000),
        "redline": st.integers(0, 1),
        "hot": st.integers(0, 2),
        "against": st.integers(0, 2),
        "media": st.integers(0, 12),
        "regulator": st.integers(0, 2),
        "speed": st.floats(0, 10),
    }
)


def judged(height, *, learning=False):
    scores = tuple(
        Score(height["s4"] if one.name == "4h" else 0.0, 1000, height["negative"], 0.1, 1.0)
        for one in WINDOWS
    )
    entries = [f"h{n}" for n in range(height["hot"])] + [f"a{n}!" for n in range(height["against"])]
    counted = {
        "hot": entries,
        **{k: [f"{n}" for n in range(height[k])] for k in ("media", "regulator")},
    }
    seen = Evaluation(
        bin=5000, windows=WINDOWS, scores=scores, usual_day=0.0,
        platforms=tuple(f"p{n}" for n in range(height["platforms"])), followers=height["followers"],
        redline=height["redline"], redline_usual=0.0,
        age_bins=1 if learning else LEARNING_BINS, mentions=10 if learning else 10_000,
        day_marks={name: tuple(marks) for name, marks in counted.items() if marks},
        doubling_hours=1 / height["speed"] if height["speed"] else None,
    )  # fmt: skip
    fired = [name for name in ("redline",) if height[name]] + [
        name for name, marks in counted.items() if marks
    ]
    firings = [Firing(name, 1.0, 1.0, DAY_BINS, scores[-1]) for name in fired]
    lines = Ladder().lines(seen, firings)
    return Ladder().level(lines, learning=seen.learning), lines


@given(HEIGHTS, st.data(), st.booleans())
def test_more_of_any_input_never_lowers_the_level(height, data, learning):
    name = data.draw(st.sampled_from(sorted(height)))
    more = data.draw(st.integers(0, 100) if isinstance(height[name], int) else st.floats(0, 100))
    before, _ = judged(height, learning=learning)
    after, _ = judged(height | {name: height[name] + more}, learning=learning)
    assert rank(after) >= rank(before)


@given(HEIGHTS)
def test_every_level_names_the_lines_that_gave_it_and_the_nearest_that_did_not(height):
    level, lines = judged(height)
    met = [line for line in lines if line.met]
    assert level == max((line.level for line in met), key=rank, default="blue")
    near = nearest_unmet(lines, level)
    above = [line for line in lines if rank(line.level) > rank(level)]
    assert all(not line.met for line in above)
    assert (near is None) == (not above)
    if near is not None:
        assert near.nearness == max(line.nearness for line in above)
        assert near.missing.zh
        assert near.missing.en


MARKS = st.dictionaries(
    st.sampled_from(["hot", "media", "account"]),
    st.lists(st.sampled_from("abcdef"), min_size=1, max_size=4, unique=True).map(tuple),
    max_size=2,
)


@given(st.lists(st.tuples(MARKS, st.integers(0, 50)), max_size=250))
def test_marks_count_once_a_day_and_survive_a_restart(days):
    track = Track()
    for number, (marks, engagement) in enumerate(days):
        bin = Bin({"weibo": (3, 1)}, 0, 0, marks, engagement)
        assert Bin.load(bin.dump()) == bin
        again = Track.load(track.dump())
        seen = track.look(number, bin)
        assert again.look(number, bin) == seen
        inside = days[max(0, number - DAY_BINS + 1) : number + 1]
        for name in ("hot", "media", "account"):
            wanted = {mark for found, _ in inside for mark in found.get(name, ())}
            assert set(seen.marks(name)) == wanted
            assert len(seen.marks(name)) == len(wanted)
        wanted = doubling_hours([each for _, each in inside])
        assert (seen.doubling_hours is None) == (wanted is None)
        assert wanted is None or math.isclose(seen.doubling_hours, wanted)
        track.learn()


def test_an_account_is_one_voice_however_often_it_speaks(say):
    rule = AccountRule()
    twice = [say(CRISIS, "negative", followers=9_000_000, author="v") for _ in range(2)]
    assert len({rule.mark(one, "云雀") for one in twice}) == 1
