"""Loud and no more negative: told once, with numbers, to whoever hears of what is blue."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from index.sqlite import SQLiteStore
from tingfeng import SHANGHAI, Evidence, Incident, Observation, Silence
from tingfeng.alerts.dispatch import Dispatch
from tingfeng.alerts.duty import Duty
from tingfeng.alerts.engine import Engine
from tingfeng.alerts.events import Calendar, Event
from tingfeng.alerts.heat import STALE, Replay
from tingfeng.alerts.hours import Hours
from tingfeng.alerts.routing import Outlet, Routing
from tingfeng.alerts.rules import ShareRule
from tingfeng.alerts.volume import VolumeSettings, VolumeState

DAYS = 4
"""Three teach, see VolumeSettings.least_days, and half a day more before it is loud."""

QUARTER = timedelta(minutes=15)
WATERMARK = timedelta(minutes=5)


@pytest.fixture(scope="module")
def usual(stream, tmp_path_factory):
    """A store file of four ordinary days, and when they end."""
    start = datetime(2026, 3, 2, 12, 0, tzinfo=SHANGHAI)
    path = tmp_path_factory.mktemp("heat") / "usual.db"
    store = SQLiteStore(str(path))
    put(store, stream(start, 24 * DAYS, rate=8.0))
    end = start + timedelta(days=DAYS)
    Engine(store, ["云雀"], rules=[ShareRule()]).run(end)  # teaches, so that tests need not
    store.close()
    return path, end


def put(store, documents):
    """Store *documents* with their readings."""
    store.put([Observation(post=one.post) for one in documents], now=documents[-1].indexed_at)
    store.record([one.analysis for one in documents])


@pytest.fixture
def world(usual, tmp_path, say):
    """A copy of those days that goes on, under any routing."""
    return World(usual, tmp_path, say)


class World:
    def __init__(self, usual, folder, say):
        path, self.end = usual
        copy = folder / "posts.db"
        copy.write_bytes(path.read_bytes())
        self.store = SQLiteStore(str(copy))
        self.say, self.outlet, self.heat, self.events = say, Outlet(name="群"), True, []

    def loud(self, voices, label="positive", **changes):
        """The next quarter, with so many voices; what is in the queue after it is judged."""
        put(
            self.store,
            [
                self.say(self.end + timedelta(seconds=n % 899), label, **changes)
                for n in range(voices)
            ],
        )
        self.end += QUARTER
        return self.run()

    def run(self, later=timedelta()):
        dispatch = Dispatch(self.store, Routing([self.outlet]), Duty(), heat=self.heat)
        calendar = Calendar(self.events, shipped=False)
        Engine(self.store, ["云雀"], rules=[ShareRule()], dispatch=dispatch, calendar=calendar).run(
            self.end + WATERMARK + later
        )
        return [one for one in self.store.notices() if one.kind == "heat"]


def test_it_is_told_with_its_numbers(world):
    # Followers put these before the ordinary ones of the hour, whichever keys they were dealt.
    (one,) = world.loud(120, url="https://e.example/1", followers=500)
    assert (one.level, one.incident, one.withheld, one.channel) == ("blue", "", None, "群")
    assert one.title.startswith("【热度提醒】云雀：一刻钟 120 个声音，平时 ")
    for said in ("热度线", "负面占比", "没有过开警线", "平台（近 1 小时）：微博 ", "不是事件"):
        assert said in one.body
    assert one.body.count("代表内容：weibo:p") == 3
    assert "](https://e.example/1)" in one.body
    assert world.store.incidents() == []
    assert world.store.waiting() == [one]


def test_one_climb_is_told_when_it_has_doubled_and_not_every_quarter(world, monkeypatch):
    def louder(state):
        heat = state._heat
        return heat._replace(value=9.0 if heat.mentions >= 80 else 0.0, louder=True)

    monkeypatch.setattr(VolumeState, "heat", property(louder))
    told = [len(world.loud(voices)) for voices in (80, 100, 130, 200, 200)]
    assert told == [1, 1, 1, 2, 2]


def test_nobody_is_told_who_does_not_want_it(world):
    world.heat = False
    assert world.loud(120) == []


@pytest.mark.parametrize(
    ("outlet", "why"),
    [
        (Outlet(name="群", hours=Hours.parse("01:00-02:00")), "quiet"),
        (Outlet(name="群", level="yellow"), None),
        (Outlet(name="群", role="ops"), None),
        (Outlet(name="群", brands=("白鹭",)), None),
    ],
)
def test_hours_levels_and_brands_of_a_channel_hold(world, outlet, why):
    world.outlet = outlet
    assert [one.withheld for one in world.loud(120)] == ([why] if why else [])


def test_a_silence_holds(world):
    end = world.end
    world.store.log([
        Silence(id="s1", brand="云雀", start=end, end=end + timedelta(days=1), by="张三", at=end,
                comment="发布会")
    ])  # fmt: skip
    assert [one.withheld for one in world.loud(120)] == ["silence s1"]


def test_an_incident_about_negatives_says_as_much_and_more(world):
    at = world.end
    evidence = Evidence(
        at=at, rule="share_1h", score=9, threshold=5, window_hours=1, mentions=40, negative=20,
        expected=4, usual_share=0.1, posts=(),
    )  # fmt: skip
    world.store.save_incident(
        Incident(id="i1", brand="云雀", level="blue", state="open", opened_at=at, first_post_at=at,
                 updated_at=at, evidence=evidence)
    )  # fmt: skip
    assert [one.withheld for one in world.loud(120)] == ["inhibited i1"]


def test_an_incident_of_the_same_quarter_inhibits_too(world):
    told = world.loud(120, "negative")
    (incident,) = world.store.incidents()
    assert [one.withheld for one in told] == [f"inhibited {incident.id}"]


def test_a_planned_event_is_named_and_raises_the_line(world):
    world.events = [Event(name="发布会", first=world.end.date(), last=world.end.date())]
    (one,) = world.loud(120)
    plain, planned = VolumeSettings().threshold, VolumeSettings().planned
    assert f"热度线 {plain + planned:.1f}；正值计划内事件“发布会”" in one.body


def test_what_was_loud_hours_ago_is_not_told_by_who_catches_up(world):
    put(world.store, [world.say(world.end, "positive") for _ in range(120)])
    world.end += QUARTER
    assert world.run(later=STALE) == []


@pytest.mark.parametrize("write", ["heat/云雀", "alerts/云雀"])
def test_killed_anywhere_it_is_told_once(world, write, monkeypatch):
    keep = world.store.save_state

    def killed(name, value):
        if name == write:
            raise KeyboardInterrupt
        keep(name, value)

    monkeypatch.setattr(world.store, "save_state", killed)
    with pytest.raises(KeyboardInterrupt):
        world.loud(120)
    monkeypatch.undo()
    (one,) = world.run()
    put(world.store, [world.say(world.end - QUARTER, "positive") for _ in range(5)])
    assert world.run() == [one]


def test_a_replay_hears_what_was_told(world):
    start = world.end
    (one,) = world.loud(120)
    hot = Replay(start)
    engine = Engine(world.store, ["云雀"], rules=[ShareRule()], calendar=Calendar(shipped=False))
    assert engine.replay(None, world.end, loud=hot) == []
    (heard,) = hot.told
    assert heard.says.zh in one.body
    assert (heard.at, heard.heat.mentions) == (one.created_at, 120)
    engine.replay(None, world.end, loud=(later := Replay(world.end + QUARTER)))
    assert later.told == []
