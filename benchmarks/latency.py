"""From a post at the source to the message at a robot: ``python -m benchmarks latency``.

``tingfeng watch`` runs as its users run it, polling every ten seconds a source that shows posts when
the bench says so. Cases of two kinds, each a brand of its own with nine days of ordinary history:

* *rule*: one post that meets a rule (a red-line word, the brand on a hot list);
* *window*: complaints that lift the share of the open quarter of an hour over the line. Two are
  shown before, which can open nothing (a window wants three); the time runs from the moment at which
  the others are visible.

The time ends when a robot, which behaves as that of 企业微信, has the message, and the message must
be marked 初判 unless its quarter was over meanwhile.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks.latency_world import FEED, Shown, World, serve
from benchmarks.machine import ROOT, heading
from tingfeng import SHANGHAI, Author, Observation, Post

LIMIT = 60.0
"""Seconds, promised."""
ROBOTS = 5
"""A robot takes 18 messages a minute: fifty brands in crisis at once are more than one chat's."""
BIRDS = ("云雀", "青鸾", "白鹭", "星鹬", "墨隼", "松鸦", "赤鸢", "银鸥", "海鹞", "玄鹤")
TRADES = ("手机", "咖啡", "汽车", "电器", "奶茶")
COMPLAINTS = (
    "{}太差了，质量垃圾，用了三天就坏，非常失望",
    "{}客服态度恶劣，一直推诿，气死我了，再也不买了",
    "{}虚假宣传，骗人的东西，要求退款也不退",
    "{}做工粗糙，体验极差，后悔买了，大家千万别买",
)
ORDINARY = (
    "{}今天到货了，周末去看看", "有人用过{}吗，求推荐型号", "{}门店明天开业，地址在人民路",
    "刚看到{}的新闻，记录一下", "{}发布了新的说明书，共三十页",
)  # fmt: skip
REDLINE = "{}充电时自燃，用户被烧伤，太可怕了，必须追究责任"
BEFORE, BURST = 2, 12
HISTORY = timedelta(days=9)


@dataclass(slots=True)
class Case:
    """One brand and what happens to it."""

    kind: str
    brand: str
    begun: float = 0.0
    """Monotone seconds at which the deciding post was visible."""
    told: float | None = None
    words: str = ""

    @property
    def seconds(self) -> float:
        """From the source to the robot."""
        return float("inf") if self.told is None else self.told - self.begun


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--cases", type=int, default=50)
    options.add_argument("--every", type=float, default=10.0)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        cases = measure(Path(folder), cases=given.cases, every=given.every, seed=given.seed)
    text = page(cases, given.every)
    print(text)
    if given.cases >= 50:
        (ROOT / "benchmarks" / "latency.md").write_text(text, encoding="utf-8")
    return int(any(case.seconds > LIMIT for case in cases))


def measure(folder: Path, *, cases: int, every: float, seed: int = 1) -> list[Case]:
    """Run *cases* in *folder*, half of each kind; the times of each."""
    dice = random.Random(seed)
    kinds = ["window", "redline", "window", "hotlist"]
    names = [f"{bird}{trade}" for trade in TRADES for bird in BIRDS]
    plan = [Case(kinds[n % len(kinds)], name) for n, name in enumerate(names[:cases])]
    world = World()
    server = serve(world)
    address = f"http://127.0.0.1:{server.server_port}"
    (folder / "tingfeng.toml").write_text(_settings(plan, address), encoding="utf-8")
    _history(folder, plan, dice)
    with (folder / "watch.log").open("wb") as log:
        watching = subprocess.Popen(
            [sys.executable, "-m", "tingfeng", "watch", "--every", f"{every:g}"],
            cwd=folder, env=os.environ | {"TINGFENG_REPLAY": address}, stderr=log,
        )  # fmt: skip
        try:
            _play(world, plan, every, dice)
        finally:
            watching.kill()  # it may be at any point: what it had stored is whole
            watching.wait()
            server.shutdown()
            server.server_close()
    return plan


def _settings(cases: Sequence[Case], address: str) -> str:
    brands = "".join(f'[[brands]]\nname = "{case.brand}"\n' for case in cases)
    robots = "".join(
        f'[[channels]]\nuse = "wecom"\nname = "robot{n}"\n'
        f'url = "{address}/cgi-bin/webhook/send?key=robot{n}"\n'
        f"brands = {[case.brand for case in cases[n::ROBOTS]]}\n"
        for n in range(min(ROBOTS, len(cases)))
    )
    return (
        f'[reader]\nprocesses = 1\nsentiment = {{ use = "linear" }}\n[collect]\n'
        f'feeds = ["{FEED}"]\nhotlists = ["weibo"]\narticles = false\n{robots}{brands}'
    )


def _history(folder: Path, cases: Sequence[Case], dice: random.Random) -> None:
    """Nine days of two or three voices an hour about each brand, some of them complaints."""
    from tingfeng.pipeline import Pipeline
    from tingfeng.settings import Settings

    now = datetime.now(SHANGHAI)
    posts = []
    for case in cases:
        at = now - HISTORY
        while (at := at + timedelta(hours=dice.expovariate(2.5))) < now - timedelta(minutes=20):
            text = dice.choice(COMPLAINTS if dice.random() < 0.08 else ORDINARY)
            posts.append((at, text.format(case.brand)))
    posts.sort()
    with Pipeline(Settings.read(folder / "tingfeng.toml"), clock=lambda: now) as pipeline:
        pipeline.intake.put(
            [
                Observation(
                    post=Post(
                        platform="weibo", id=f"h{n}", text=text, published_at=at,
                        collected_at=now, author=Author(id=f"a{n}"), source="bench",
                    )
                )
                for n, (at, text) in enumerate(posts)
            ]
        )  # fmt: skip
        pipeline.analyze()
        pipeline.engine.run(now)
        if alarms := pipeline.store.incidents():
            raise SystemExit(f"the ordinary history opens {len(alarms)} incidents")


def _play(world: World, plan: Sequence[Case], every: float, dice: random.Random) -> None:
    """Show the posts of each case, at moments that know nothing of the rounds of the watch."""
    number = iter(range(1, 10**6))

    def entry(title: str, ago: float = 0.0) -> Shown:
        return Shown(next(number), title, datetime.now(SHANGHAI) - timedelta(seconds=ago))

    time.sleep(every)  # the first round settles what is there
    for case in plan:
        if case.kind == "window":
            world.show(*(_complaint(case, entry, dice, n) for n in range(BEFORE)))
        time.sleep(dice.uniform(0, 1.6) * every)
        if case.kind == "window":
            case.begun = world.show(
                *(_complaint(case, entry, dice, n) for n in range(BEFORE, BEFORE + BURST))
            )
        elif case.kind == "redline":
            case.begun = world.show(entry(REDLINE.format(case.brand)))
        else:
            case.begun = world.show(entry(f"{case.brand}被曝质量问题 用户集体投诉"), hot=True)
        _hear(world, plan)
    end = time.monotonic() + 2 * LIMIT
    while time.monotonic() < end and any(case.told is None for case in plan):
        time.sleep(0.2)
        _hear(world, plan)


def _complaint(case: Case, entry: object, dice: random.Random, n: int) -> Shown:
    assert callable(entry)
    text = COMPLAINTS[n % len(COMPLAINTS)].format(case.brand)
    made: Shown = entry(f"{text}（第{dice.randrange(10**6)}位用户说）", ago=n)
    return made


def _hear(world: World, plan: Sequence[Case]) -> None:
    with world.lock:
        heard = list(world.heard)
    for case in plan:
        if case.told is None and case.begun:
            mine = [(at, words) for at, words in heard if case.brand in words and at >= case.begun]
            if mine:
                case.told, case.words = mine[0]


def page(cases: Sequence[Case], every: float) -> str:
    """The figures."""
    lines = [
        heading("python -m benchmarks latency"), "",
        f"{len(cases)} cases, `tingfeng watch` polling every {every:g} s; seconds from visible at "
        "the source to the message at the robot.", "",
        "| cases | n | told | median | 90 % | longest | marked 初判 |",
        "|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    for kind in ("window", "redline", "hotlist", "all"):
        mine = [case for case in cases if kind in (case.kind, "all")]
        if not mine:
            continue
        took = sorted(case.seconds for case in mine)
        told = [case for case in mine if case.told is not None]
        marked = sum("初判" in case.words for case in told)
        high = took[min(len(took) - 1, int(0.9 * len(took)))]
        lines.append(
            f"| {kind} | {len(mine)} | {len(told)} | {statistics.median(took):.1f} | {high:.1f} | "
            f"{took[-1]:.1f} | {marked} |"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
