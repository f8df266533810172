"""What a team says and what follows from it, in every store."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tingfeng import SHANGHAI, Ack, Closing, Coverage, Lifting, Observation, Silence
from tingfeng.alerts.dispatch import Dispatch
from tingfeng.alerts.duty import Duty, Shift
from tingfeng.alerts.engine import Engine
from tingfeng.alerts.routing import Outlet, Routing

START = datetime(2026, 6, 1, 0, 0, tzinfo=SHANGHAI)
CRISIS = START + timedelta(days=3, hours=10)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def documents(stream, say):
    angry = [
        say(CRISIS + m * MINUTE, "negative", followers=200_000, platform=("weibo", "zhihu")[m % 2])
        for m in range(60)
    ]
    return [*stream(START, 24 * 4, rate=2), *angry]


def test_silenced_lifted_escalated_closed(store, documents):
    store.put([Observation(post=one.post) for one in documents], now=CRISIS)
    store.record([one.analysis for one in documents])

    def run(minutes):
        routing = Routing([Outlet(name="群"), Outlet(name="运维", role="ops")])
        duty = Duty([Shift(name="张三"), Shift(name="李四", rung=1)])
        engine = Engine(store, ["云雀"], dispatch=Dispatch(store, routing, duty))
        before = {one.id for one in store.notices()}
        engine.run(CRISIS + minutes * MINUTE)
        return [
            (one.channel, one.kind, one.withheld)
            for one in store.notices()
            if one.id not in before and one.kind != "heartbeat"
        ]  # fmt: skip

    silence = Silence(
        id="s1", brand="云雀", start=CRISIS, end=CRISIS + timedelta(hours=9), by="张三", at=CRISIS,
        comment="发布会",
    )  # fmt: skip
    store.log([silence])
    assert run(65) == [("群", "opened", "silence s1")]
    assert run(70) == []
    store.log([Lifting(silence="s1", by="李四", at=CRISIS + 75 * MINUTE)])
    assert run(75) == [("群", "digest", None)]
    assert run(75) == []
    (incident,) = store.incidents()
    assert incident.level == "yellow"
    assert run(75 + 121) == [("群", "escalated", None)]
    store.log([Ack(incident=incident.id, level="yellow", by="李四", at=CRISIS + 200 * MINUTE)])
    store.note(
        Coverage(source="feed a", hour=CRISIS + timedelta(hours=3), verdict="captcha", requests=3,
                 failures=3)
    )  # fmt: skip
    assert run(240) == [("运维", "gap", None)]
    assert run(241) == []
    store.note(
        Coverage(source="feed a", hour=CRISIS + timedelta(hours=4), verdict="ok", requests=1)
    )
    said = Closing(incident=incident.id, by="李四", at=CRISIS + 250 * MINUTE, reason="已澄清")
    store.log([said])
    assert sorted(run(255)) == [("群", "resolved", None), ("运维", "gap_over", None)]
    assert run(260) == []
    assert store.incidents()[0].closed_at == said.at
    assert all(one.withheld is None for one in store.waiting())
    assert len(store.logbook()) == 4
