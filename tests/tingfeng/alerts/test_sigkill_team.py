"""A real process with a duty roster on a real file, killed by the system: every rung comes once."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from datetime import datetime, timedelta

import pytest

from index.sqlite import SQLiteStore
from tingfeng import SHANGHAI, Observation, Silence

START = datetime(2026, 6, 1, 0, 0, tzinfo=SHANGHAI)
CRISIS = START + timedelta(days=2, hours=20)

WATCHER = """
import sys
from datetime import datetime, timedelta
from index.sqlite import SQLiteStore
from tingfeng.alerts.dispatch import Dispatch
from tingfeng.alerts.duty import Duty, Shift
from tingfeng.alerts.engine import Engine
from tingfeng.alerts.hours import Hours
from tingfeng.alerts.routing import Outlet, Routing

path, start, steps = sys.argv[1:]
print("ready", flush=True)
store = SQLiteStore(path)
routing = Routing([Outlet(name="desk", hours=Hours.parse("08:00-22:00")), Outlet(name="chief", rung=1)])
duty = Duty([Shift(name="a"), Shift(name="b", rung=1), Shift(name="c", rung=2)])
for step in range(int(store.load_state("step") or 0), int(steps)):  # time does not run backwards
    now = datetime.fromisoformat(start) + step * timedelta(minutes=30)
    Engine(store, ["云雀"], dispatch=Dispatch(store, routing, duty)).run(now)
    store.save_state("step", str(step + 1))
print("done", flush=True)
"""

STEPS = 60


@pytest.fixture
def told(tmp_path, stream, say):
    """``told("name", kills)``: ids and reasons of all notices of a world of its own."""
    documents = [
        *stream(START, 24 * 4, rate=2),
        *(say(CRISIS + timedelta(minutes=m), "negative", followers=200_000) for m in range(90)),
    ]
    silence = Silence(
        id="s1", brand="云雀", start=CRISIS, end=CRISIS + timedelta(hours=1), by="张三", at=CRISIS,
        comment="x",
    )  # fmt: skip

    def go(name, kills):
        path = tmp_path / f"{name}.db"
        store = SQLiteStore(str(path))
        store.put([Observation(post=one.post) for one in documents], now=CRISIS)
        store.record([one.analysis for one in documents])
        store.log([silence])
        store.close()
        dice = random.Random(3)
        begin = (CRISIS + timedelta(minutes=5)).isoformat()
        command = [sys.executable, "-c", WATCHER, str(path), begin, str(STEPS)]
        for attempt in range(kills + 1):
            with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
                assert process.stdout.readline() == "ready\n"
                if attempt < kills:
                    time.sleep(dice.uniform(0.1, 0.8))
                    process.kill()
                else:
                    assert process.stdout.readline() == "done\n"
        store = SQLiteStore(str(path))
        notices = store.notices()
        store.close()
        return sorted((one.id, one.withheld) for one in notices if one.kind != "heartbeat")

    return go


def test_killed_by_the_system_every_rung_and_digest_is_made_once(told):
    through = told("through", 0)
    kinds = {id.split(".")[0] for id, _ in through} | {id.split(".")[-2] for id, _ in through}
    assert {"digest", "rung1", "rung2"} <= kinds
    assert told("broken", 3) == through
