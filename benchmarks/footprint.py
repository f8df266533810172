"""Start-up, memory and files of each engine, each in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.engines import NAMES, NEURAL
from benchmarks.machine import DATA, ROOT
from benchmarks.tables import NONE, grid

CHILD = """
import csv, gzip, json, os, sys, time
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from benchmarks.engines import recipe
from benchmarks.machine import memory
from tingfeng import Post
name, encoder, data = sys.argv[1], sys.argv[2], sys.argv[3]
reader = recipe(name, Path(encoder) if encoder else None).build()
now = datetime(2026, 6, 12, tzinfo=UTC)
with gzip.open(data, "rt", encoding="utf-8", newline="") as file:
    texts = list(islice((row["text"] for row in csv.DictReader(file) if row["text"]), 512))
posts = [Post(platform="w", id=str(n), text=text, collected_at=now) for n, text in enumerate(texts)]
reader.read(posts[:1])
first = time.time()
reader.read(posts)
print(json.dumps({"first": first, "memory": memory(os.getpid())}))
"""


def footprints(encoder: Path | None) -> str:
    """The table."""
    rows = []
    for name in NAMES:
        begun = time.time()
        done = subprocess.run(
            [sys.executable, "-c", CHILD, name, str(encoder or ""),
             str(DATA / "weibo_ced_reposts.csv.gz")],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            why = done.stderr.strip().splitlines()[-1:] or ["?"]
            print(f"{name}: {why[0]}", file=sys.stderr)
            rows.append([name, NONE, NONE, NONE])
            continue
        said = json.loads(done.stdout)
        rows.append([name, f"{said['first'] - begun:.2f}", f"{said['memory'] / 1e6:.0f}",
                     _files(name, encoder)])  # fmt: skip
    begun = time.time()
    subprocess.run([sys.executable, "-m", "tingfeng", "--help"], cwd=ROOT, capture_output=True, check=True)  # fmt: skip
    rows.append(["`tingfeng --help`", f"{time.time() - begun:.2f}", NONE, NONE])
    return grid(["engine", "seconds to the first reading", "memory MB", "files, MB"], rows)


def _files(name: str, encoder: Path | None) -> str:
    read = ("emotion", "linear", "mentions") if name != "encoder" else ()
    files = [ROOT / "nlp" / "data" / f"{one}.npz" for one in read]
    if name in NEURAL:
        folder = encoder or _shipped()
        files += sorted(file for file in folder.iterdir() if file.is_file()) if folder else []
    sizes = [f"{file.name} {size:.1f}" for file in files if (size := file.stat().st_size / 1e6) >= 0.05]  # fmt: skip
    return ", ".join(sizes) or NONE


def _shipped() -> Path | None:
    from nlp.engines.encoder import shipped
    from tingfeng import TingfengError

    try:
        return shipped()
    except TingfengError:
        return None
