"""A real process on a real file, killed by the system in the middle of an incident."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from datetime import datetime, timedelta

import pytest

from index.sqlite import SQLiteStore
from tingfeng import SHANGHAI, Observation

START = datetime(2026, 6, 1, 0, 0, tzinfo=SHANGHAI)
CRISIS = START + timedelta(days=3, hours=10)

WATCHER = """
import sys
from datetime import datetime, timedelta
from pathlib import Path
from index.sqlite import SQLiteStore
from tingfeng.alerts.engine import Engine
from tingfeng.alerts.outbox import deliver

path, heard, start, quarters = sys.argv[1:]

class Desk:
    name = "desk"
    def __call__(self, notice, incident):
        with Path(heard).open("a") as file:
            file.write(notice.id + chr(10))

print("ready", flush=True)
store = SQLiteStore(path)
for quarter in range(int(quarters)):
    now = datetime.fromisoformat(start) + quarter * timedelta(minutes=15)
    Engine(store, ["云雀"], channels=["desk"]).run(now)
    deliver(store, [Desk()], now)
print("done", flush=True)
"""

QUARTERS = 4 * 60


@pytest.fixture
def watch(tmp_path, stream, say):
    """``watch("name", kills)``: what the desk heard in a world of its own."""
    documents = [
        *stream(START, 24 * 6, rate=2),
        *(say(CRISIS + timedelta(minutes=m), "negative") for m in range(90)),
    ]

    def go(name, kills, seed=0):
        path, heard = tmp_path / f"{name}.db", tmp_path / f"{name}.txt"
        store = SQLiteStore(str(path))
        store.put([Observation(post=one.post) for one in documents], now=CRISIS)
        store.record([one.analysis for one in documents])
        store.close()
        dice = random.Random(seed)
        begin = (CRISIS + timedelta(minutes=5)).isoformat()
        command = [sys.executable, "-c", WATCHER, str(path), str(heard), begin, str(QUARTERS)]
        for attempt in range(kills + 1):
            with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
                assert process.stdout.readline() == "ready\n"
                if attempt < kills:
                    time.sleep(dice.uniform(0.05, 0.6))
                    process.kill()
                else:
                    assert process.stdout.readline() == "done\n"
        return heard.read_text().split()

    return go


def test_killed_by_the_system_nothing_is_lost_and_at_most_one_copy_a_kill(watch):
    kills = 3
    through = watch("through", 0)
    kinds = [id.split(".")[1] for id in through]
    assert kinds[0] == "opened"
    assert "resolved" in kinds
    broken = Counter(watch("broken", kills, seed=7))
    assert set(broken) == set(through)
    assert sum(broken.values()) - len(broken) <= kills
