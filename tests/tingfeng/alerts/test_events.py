"""Planned events raise the line of volume and no other."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tingfeng import SHANGHAI, SettingsError
from tingfeng.alerts.bins import Bin
from tingfeng.alerts.engine import Engine
from tingfeng.alerts.events import Calendar, Event, yearly
from tingfeng.alerts.rules import ShareRule
from tingfeng.alerts.track import Track
from tingfeng.pipeline.watchers import calendar
from tingfeng.settings import Settings

START = datetime(2026, 6, 1, 0, 0, tzinfo=SHANGHAI)
LAUNCH = Event(name="发布会", first=date(2026, 3, 3), last=date(2026, 3, 4), brands=("云雀",))


@pytest.mark.parametrize(
    ("moment", "name"),
    [
        (datetime(2026, 6, 18, 20, tzinfo=SHANGHAI), "618"),
        (datetime(2026, 11, 11, tzinfo=SHANGHAI), "双11"),
        (datetime(2026, 2, 17, 12, tzinfo=SHANGHAI), "春节"),
        (datetime(2025, 1, 28, 12, tzinfo=SHANGHAI), "春节"),
        (datetime(2026, 3, 3, tzinfo=SHANGHAI), "发布会"),
        (datetime(2026, 3, 4, 23, 59, tzinfo=SHANGHAI), "发布会"),
        (datetime(2026, 3, 5, tzinfo=SHANGHAI), ""),
    ],
)
def test_what_is_planned_has_a_name(moment, name):
    assert Calendar([LAUNCH]).at("云雀", moment) == name


def test_an_event_of_one_brand_is_none_of_another():
    at = datetime(2026, 3, 3, 12, tzinfo=SHANGHAI)
    assert Calendar([LAUNCH]).at("飞鸟", at) == ""
    assert Calendar(shipped=False).at("云雀", datetime(2026, 6, 18, tzinfo=SHANGHAI)) == ""


def test_every_year_the_lunar_one_begins_in_winter():
    for year in range(2023, 2036):
        [spring] = [one for one in yearly(year) if one.name == "春节"]
        first = spring.first + timedelta(days=7)
        assert date(year, 1, 21) <= first <= date(year, 2, 20)


COUNTS = st.lists(
    st.integers(0, 80).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))), max_size=120
)


@given(COUNTS)
def test_planned_or_not_the_same_is_learnt_and_opens_an_incident(counts):
    plain, planned = Track(), Track()
    rule = ShareRule()
    for number, pair in enumerate(counts):
        one = plain.look(number, Bin({"weibo": pair}))
        other = planned.look(number, Bin({"weibo": pair}), planned="618")
        assert rule.firings(one) == rule.firings(other)
        assert other.heat.threshold == pytest.approx(one.heat.threshold + 1.0)
        assert other.heat.value == one.heat.value
        plain.learn()
        planned.learn()
    assert plain.dump() == planned.dump()


@given(COUNTS)
def test_the_volume_survives_a_restart(counts):
    track = Track()
    for number, pair in enumerate(counts):
        again = Track.load(track.dump())
        seen = track.look(number, Bin({"weibo": pair}))
        assert again.look(number, Bin({"weibo": pair})) == seen
        track.learn()


def test_the_explanation_says_that_it_is_planned_and_what_that_changes(shelf, stream, say):
    crisis = START + timedelta(days=9, hours=10)
    shelf.fill(stream(START, 24 * 9 + 10))
    shelf.add(say(crisis, "negative", text="云雀手机自燃"))
    [change] = Engine(shelf, ["云雀"], channels=["desk"], interim=True).run(
        crisis + timedelta(minutes=1)
    )
    [line] = [zh for zh, _ in change.evidence.sentences if zh.startswith("声量")]
    assert "计划内事件“618”，只提高声量线，负面占比线不变" in line
    [replayed] = Engine(shelf, ["云雀"], calendar=Calendar(shipped=False)).replay(
        None, crisis + timedelta(hours=1)
    )
    assert not any(zh.startswith("声量") for zh, _ in replayed.opening.sentences)


def test_settings_name_launches_of_known_brands():
    section = {"name": "发布会", "first": date(2026, 9, 10), "last": date(2026, 9, 12)}
    given = {"brands": [{"name": "云雀"}], "events": [section]}
    made = calendar(Settings.model_validate(given))
    assert made.at("云雀", datetime(2026, 9, 12, 23, tzinfo=SHANGHAI)) == "发布会"
    wrong = {**given, "events": [{**section, "brands": ["云雁"]}]}
    with pytest.raises(SettingsError, match="云雁"):
        calendar(Settings.model_validate(wrong))
    backwards = {**section, "first": date(2026, 9, 13)}
    with pytest.raises(ValueError, match="first"):
        Settings.model_validate({**given, "events": [backwards]})
