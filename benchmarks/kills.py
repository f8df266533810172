"""SIGKILL at random moments of import and analysis, then a comparison row by row.

A disturbed store and an undisturbed one are made from the same invented export; every table of the
two must be equal but for the moment of storing.
"""

from __future__ import annotations

import csv
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from hashlib import blake2b
from pathlib import Path

from benchmarks.machine import ROOT, heading
from index.dump import dump
from tingfeng import SHANGHAI

KILLS = 20
POSTS = 60_000
MAPPING = """
[constants]
platform = "weibo"
[columns]
id = "id"
text = "text"
author = "user"
published_at = "time"
likes = "likes"
"""
SETTINGS = '[reader]\nprocesses = 2\n[[brands]]\nname = "云雀"\n[[competitors]]\nname = "橙子"\n'
PARTS = [
    "云雀手机",
    "橙子手机",
    "今天",
    "续航",
    "很好",
    "太差了",
    "发热",
    "客服",
    "推荐",
    "买",
    "失望",
    "屏幕",
]
"""Words of invented posts; every fiftieth post is an edit of an earlier one, every tenth a copy."""
MOMENT = datetime(2026, 6, 1, tzinfo=SHANGHAI)


def make_folder(folder: Path, *, posts: int) -> Path:
    """An export with *posts* rows, a mapping and settings; always the same."""
    rng = random.Random(posts)
    folder.mkdir()
    (folder / "map.toml").write_text(MAPPING, encoding="utf-8")
    (folder / "tingfeng.toml").write_text(SETTINGS, encoding="utf-8")
    (folder / ".env").write_text("TINGFENG_AUTHOR_KEY=0123456789abcdef\n", encoding="utf-8")
    with (folder / "posts.csv").open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["id", "text", "user", "time", "likes"])
        texts: list[str] = []
        for number in range(posts):
            fresh = "".join(rng.choices(PARTS, k=rng.randint(2, 14)))
            texts.append(rng.choice(texts) + "！" if number % 10 == 9 else fresh)
            id = number - 40 if number % 50 == 49 else number
            at = MOMENT + timedelta(seconds=20 * number)
            rows.writerow([f"p{id}", texts[-1], f"u{number % 997}", f"{at:%Y-%m-%d %H:%M:%S}", number % 300])  # fmt: skip
    os.utime(folder / "posts.csv", (MOMENT.timestamp() + 86400 * 40,) * 2)
    return folder


def steps(folder: Path) -> list[list[str]]:
    """The two commands that fill a store. ``--again``: a file that is known by its bytes would be
    done before a kill could reach it.
    """
    first = ["import", "--again", str(folder / "posts.csv"), "--map", str(folder / "map.toml")]
    return [[*first, "--settings", str(folder / "tingfeng.toml")],
            ["analyze", "--settings", str(folder / "tingfeng.toml")]]  # fmt: skip


def start(step: list[str]) -> subprocess.Popen[bytes]:
    """A command in a process group of its own, so that its workers can be killed with it."""
    return subprocess.Popen(
        [sys.executable, "-m", "tingfeng", *step], start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def finish(step: list[str]) -> float:
    """Run to the end; seconds."""
    begun = time.monotonic()
    if start(step).wait():
        raise SystemExit(f"tingfeng {' '.join(step)} failed")
    return time.monotonic() - begun


def digest(folder: Path) -> str:
    """Of every row of the store in *folder*."""
    sum_ = blake2b()
    for row in dump(str(folder / "tingfeng.db")):
        sum_.update(repr(row).encode())
    return sum_.hexdigest()


def undisturbed(folder: Path) -> str:
    """Digest of a store that was filled in peace."""
    for step in steps(folder):
        finish(step)
    return digest(folder)


def disturbed(folder: Path, *, kills: int, seed: int, patience: float = 2.5) -> str:
    """Digest of a store whose filling met *kills* SIGKILLs while it ran, half of them in each step.

    *patience*: seconds after which a kill comes at the latest; less and less, as there is less and
    less to do.
    """
    rng = random.Random(seed)
    for number, step in enumerate(steps(folder)):
        wanted, latest = kills // 2 + (kills % 2 if number == 0 else 0), patience
        while wanted:
            process = start(step)
            time.sleep(rng.uniform(0.1, latest))
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                wanted -= 1
            else:
                latest = max(0.25, latest * 0.8)
            process.wait()
        finish(step)
    return digest(folder)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        calm = undisturbed(make_folder(Path(name) / "calm", posts=POSTS))
        found = disturbed(make_folder(Path(name) / "killed", posts=POSTS), kills=KILLS, seed=1)
    text = (
        "# Killed and run again\n\n"
        + heading("python -m benchmarks kills")
        + f"\n{KILLS} SIGKILLs at random moments of import and analysis of {POSTS:,} rows. Every table equals that of an undisturbed store, row by row: **{'yes' if found == calm else 'NO'}**.\n"
    )
    (ROOT / "benchmarks" / "kills.md").write_text(text, encoding="utf-8")
    print(text)
    if found != calm:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
