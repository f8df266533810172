"""What does not count for the share: one text by many accounts, and a flood of praise."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.memory import MemoryStore
from tingfeng import SHANGHAI, Observation
from tingfeng.alerts.bins import Bin
from tingfeng.alerts.copies import Echo, heard_as
from tingfeng.alerts.engine import Engine
from tingfeng.alerts.praise import Praise
from tingfeng.alerts.track import Track

START = datetime(2026, 6, 1, tzinfo=SHANGHAI)
NOW = START + timedelta(days=5, hours=3, minutes=6)


@pytest.fixture
def told(stream, say):
    """``told(text, accounts)``: what a day of calm and fifty negative posts in an hour opened."""

    def go(text, accounts=50):
        store = MemoryStore()
        came = [*stream(START, 24 * 5 + 3, rate=8)]
        came += [
            say(NOW - timedelta(minutes=6 + n), "negative", author=f"bomb{n % accounts}",
                text=text.format(n=n), copy_of="weibo:first" if "{" not in text else None)
            for n in range(50)
        ]  # fmt: skip
        store.put([Observation(post=one.post) for one in came], now=NOW)
        if "{" not in text:
            first = say(NOW - timedelta(minutes=57), "negative", id="first", text=text)
            store.put([Observation(post=first.post)], now=NOW)
            came.append(first)
        store.record([one.analysis for one in came])
        return Engine(store, ["云雀"]).replay(None, NOW)

    return go


def test_fifty_accounts_with_one_text_open_nothing_and_fifty_people_do(told):
    assert not told("云雀手机千万别买，全是骗人的，大家转起来")
    assert told("云雀手机我的第{n}台也坏了，客服说没办法")


def test_short_words_are_found_by_many(told):
    [one] = told("太差了")
    assert not [said for said in one.opening.sentences if said[1].startswith("Copies")]


def test_what_is_left_out_is_told_and_the_parts_still_add_up(stream, say):
    store = MemoryStore()
    came = [*stream(START, 24 * 5 + 3, rate=8)]
    minute = timedelta(minutes=1)
    came += [say(NOW - (6 + n / 2) * minute, "negative", text=f"我的第{n}台云雀手机坏了") for n in range(90)]  # fmt: skip
    came += [say(NOW - (46 + n / 2) * minute, "negative", text="云雀手机千万别买，全是骗人的") for n in range(30)]  # fmt: skip
    came += [say(NOW - (6 + n / 5) * minute, "positive") for n in range(400)]
    store.put([Observation(post=one.post) for one in came], now=NOW)
    store.record([one.analysis for one in came])
    [one] = Engine(store, ["云雀"], rules=[{"use": "share"}]).replay(None, NOW)
    told = [en for _, en in one.incident.evidence.sentences]
    assert any(said.startswith("Copies: ") for said in told)
    assert any(said.startswith("Praise: ") for said in told)
    [tiers] = [said for said in told if said.startswith("By reach of authors")]
    total, *parts = [float(word.strip(":,.")) for word in tiers.split() if word[0] in "+-"]
    assert sum(parts) == pytest.approx(total)
    assert "copies left out" in tiers
    assert "praise of a flood left out" in tiers


@given(st.lists(st.dictionaries(st.sampled_from("ab"), st.integers(1, 40), min_size=1), max_size=9))
def test_one_text_is_three_voices_at_most_within_a_day(times):
    echo, track, heard = Echo(), Track(), 0
    for number, here in enumerate(times):
        counts = {platform: (voices + 2, voices) for platform, voices in here.items()}
        bin = Bin(counts, copies={"g": here})
        damped = echo.damped(bin)
        heard += sum(k for _, k in damped.counts.values())
        assert sum(k for _, k in damped.counts.values()) + damped.left == sum(here.values())
        assert track.look(number, bin).scores[-1].negative == heard
    assert heard == heard_as(sum(map(sum, map(dict.values, times)))) <= 3
    again = Track.load(track.dump())
    same = Bin({"a": (9, 9)}, copies={"g": {"a": 9}})
    assert again.look(len(times), same) == track.look(len(times), same)


def test_praise_in_the_usual_share_counts_however_loud_it_is():
    praise = Praise()
    for _ in range(300):
        praise.damped(Bin({"weibo": (30, 3)}, positive={"weibo": 12}))
        praise.learn(1 / 672)
    loud = Bin({"weibo": (300, 30)}, positive={"weibo": 120})
    assert praise.damped(loud) == loud
    flood = praise.damped(Bin({"weibo": (300, 30)}, positive={"weibo": 260}))
    assert 90 < flood.praise < 130
    assert flood.counts["weibo"] == (300 - flood.praise, 30)
