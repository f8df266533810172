"""SIGKILL in the middle of an incident: what the robot heard beside what it should have.

``tingfeng alerts run`` as its users run it, quarter after quarter of an incident from its opening to
its end, over a real file and to a robot that answers as that of 企业微信. In one world nobody
interferes; in the other the process is killed, half the times at a random moment and half the times
just when the robot has a message: before it answers, or right after. Killed, it is run again.

No message may be lost. A copy may come only where a kill fell while the message was under way, and
must be marked 可能重复.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from benchmarks.latency import ORDINARY
from benchmarks.machine import ROOT, heading
from index.sqlite import SQLiteStore
from tingfeng import SHANGHAI, Author, Observation, Post

KILLS = 20
MARK = "【可能重复】"
BEGIN = datetime(2026, 6, 1, tzinfo=SHANGHAI)
CRISIS = BEGIN + timedelta(days=4, hours=10)
QUARTER = timedelta(minutes=15)
STEPS = 4 * 30
"""Quarters from the crisis on: it goes on for three hours and is closed a day later."""
WORDS = (
    (
        "刚买三天的{}",
        "爸妈用的{}",
        "公司统一发的{}",
        "双十一抢到的{}",
        "朋友推荐的{}",
        "排队买来的{}",
        "这台{}",
    ),
    (
        "屏幕碎了",
        "自己关机",
        "烫得拿不住",
        "喇叭没声音",
        "充不进电",
        "一直死机",
        "掉漆掉得难看",
        "信号全无",
    ),
    (
        "，客服不理人",
        "，售后要收八百",
        "，退货被拒",
        "，等了两周没答复",
        "，门店互相推诿",
        "，投诉也没人管",
    ),
    ("，太差了", "，非常失望", "，再也不买", "，后悔死了", "，千万别买", "，气死我了", "，垃圾"),
)
"""Each complaint in words of its own: copies would count as three voices."""
PATIENCE = 120.0
"""Seconds for which the turn of a process that was killed may keep others from the robot."""
SETTINGS = """
[reader]
processes = 1
[[brands]]
name = "云雀"
[alerts]
rules = [{{use = "share"}}]
[[channels]]
use = "wecom"
name = "群"
url = "http://127.0.0.1:{port}/cgi-bin/webhook/send?key=good"
"""


@dataclass(slots=True)
class Robot:
    """Takes everything. *strike*: what happens when it has a message, before and after its answer."""

    heard: list[str] = field(default_factory=list)
    victim: subprocess.Popen[bytes] | None = None
    when: str = ""
    """``before`` or ``after``: kill the victim then, once."""
    struck: list[str] = field(default_factory=list)
    """What was under way at a kill."""

    def strike(self, moment: str, text: str) -> None:
        if self.when == moment and self.victim is not None:
            os.killpg(self.victim.pid, signal.SIGKILL)
            self.when = ""
            self.struck.append(text)


def serve(robot: Robot) -> ThreadingHTTPServer:
    """*robot* at a port of its own."""

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            robot.heard.append(said["markdown"]["content"])
            robot.strike("before", robot.heard[-1])
            body = b'{"errcode":0,"errmsg":"ok"}'
            try:
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except OSError:  # whom it answered is dead
                return
            robot.strike("after", robot.heard[-1])

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def world(folder: Path, read: Path) -> tuple[Path, Robot]:
    """The store *read*, settings, and the robot they name."""
    folder.mkdir()
    robot = Robot()
    _settings(folder, serve(robot).server_address[1])
    shutil.copy(read / "tingfeng.db", folder)
    return folder, robot


def _settings(folder: Path, port: int) -> None:
    (folder / "tingfeng.toml").write_text(SETTINGS.format(port=port), encoding="utf-8")
    (folder / ".env").write_text("TINGFENG_AUTHOR_KEY=0123456789abcdef\n", encoding="utf-8")


def read(folder: Path) -> Path:
    """A store with a crisis, read by the shipped reader."""
    folder.mkdir()
    _settings(folder, 9)
    dice = random.Random(1)
    said = [(BEGIN + n * timedelta(minutes=4), ORDINARY[n % len(ORDINARY)]) for n in range(6 * 360)]
    said += [
        (CRISIS + n * timedelta(seconds=18), "".join(map(dice.choice, WORDS))) for n in range(600)
    ]
    store = SQLiteStore(str(folder / "tingfeng.db"))
    posts = [
        Post(platform="weibo", id=f"p{n}", text=f"{text.format('云雀')}，第{n}次", published_at=at,
             collected_at=at, author=Author(id=f"u{n}"))
        for n, (at, text) in enumerate(said)
    ]  # fmt: skip
    store.put([Observation(post=one) for one in posts], now=BEGIN)
    store.close()
    if _tingfeng(folder, "analyze").wait():
        raise SystemExit("tingfeng analyze failed")
    return folder


def _tingfeng(folder: Path, *words: str) -> subprocess.Popen[bytes]:
    """A command in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "tingfeng", *words, "--settings", str(folder / "tingfeng.toml")],
        start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def start(folder: Path, step: int) -> subprocess.Popen[bytes]:
    """``tingfeng alerts run`` at one quarter."""
    at = CRISIS + timedelta(minutes=6) + step * QUARTER
    return _tingfeng(folder, "alerts", "run", "--now", f"{at:%Y-%m-%d %H:%M}")


def run(folder: Path, robot: Robot, steps: Sequence[int], kills: int, seed: int) -> list[str]:
    """All that the robot heard. The kills come in the first *kills* steps."""
    dice, usual, left = random.Random(seed), 1.0, 0
    for place, step in enumerate(steps):
        left += place < kills
        if left and dice.random() < 0.5:
            robot.when = dice.choice(("before", "after"))
            robot.victim = start(folder, step)
            robot.victim.wait()
            left -= robot.when == ""
            robot.when = ""
        while left:
            # Nothing was told at this step, or it is the turn of a random moment.
            robot.victim = start(folder, step)
            time.sleep(dice.uniform(0.2, 1.0) * usual)
            if robot.victim.poll() is None:
                os.killpg(robot.victim.pid, signal.SIGKILL)
                robot.struck.append("")
                left -= 1
            robot.victim.wait()
        begun = time.monotonic()
        if start(folder, step).wait():
            raise SystemExit(f"alerts run failed at step {step}")
        usual = time.monotonic() - begun
    end = time.monotonic() + PATIENCE
    while _waiting(folder) and time.monotonic() < end:
        time.sleep(2)
        start(folder, steps[-1]).wait()
    return list(robot.heard)


def _waiting(folder: Path) -> int:
    with sqlite3.connect(folder / "tingfeng.db") as db:
        return int(db.execute("SELECT count(*) FROM notice WHERE waiting").fetchone()[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Two worlds beside each other."""

    messages: int
    lost: int
    foreign: int
    """Messages that nobody would have sent undisturbed."""
    copies: int
    unmarked: int
    """Copies that do not say so."""
    struck: int
    """Kills while a message was under way."""
    kills: int

    @property
    def kept(self) -> bool:
        """Whether the promise held."""
        return not (self.lost or self.foreign or self.unmarked) and self.copies <= self.kills


def measured(folder: Path, steps: Sequence[int], kills: int, seed: int) -> Found:
    """Both worlds, and what became of the promise."""
    known = read(folder / "read")
    calm = run(*world(folder / "calm", known), steps, 0, seed)
    place, robot = world(folder / "killed", known)
    heard = run(place, robot, steps, kills, seed)
    wanted, plain = Counter(calm), Counter(one.replace(MARK, "") for one in heard)
    marked = sum(MARK in one for one in heard)
    copies = sum((plain - Counter(set(plain))).values())
    return Found(
        messages=len(calm), lost=sum((wanted - plain).values()),
        foreign=len(set(plain) - set(wanted)), copies=copies, unmarked=max(0, copies - marked),
        struck=sum(map(bool, robot.struck)), kills=len(robot.struck),
    )  # fmt: skip


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        # Every quarter while it rises, then once an hour: heartbeats, cooling, the end.
        steps = [*range(KILLS + 4), *range(KILLS + 4, STEPS, 4)]
        found = measured(Path(name), steps, KILLS, seed=2)
    text = (
        "# Alerts killed and run again\n\n" + heading("python -m benchmarks alert_kills")
        + f"\n{found.kills} SIGKILLs of `tingfeng alerts run` in an incident from its opening to its end, "
        f"{found.struck} of them while the robot had a message and we had no record of it.\n\n"
        "| what | number |\n|---|--:|\n"
        f"| messages of the undisturbed world | {found.messages} |\n| lost | {found.lost} |\n"
        f"| that it did not have | {found.foreign} |\n| second copies | {found.copies} |\n"
        f"| of these not marked 可能重复 | {found.unmarked} |\n\n"
        f"The promise held: **{'yes' if found.kept else 'NO'}**.\n"
    )  # fmt: skip
    (ROOT / "benchmarks" / "alert_kills.md").write_text(text, encoding="utf-8")
    print(text)
    return 0 if found.kept else 1


if __name__ == "__main__":
    raise SystemExit(main())
