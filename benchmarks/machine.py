"""What every table says of the machine it was measured on, and how a process is measured."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
DATA = Path(os.environ.get("TINGFENG_DATA", ROOT.parent / "shared" / "data"))
POLL = 0.1
"""Seconds between two looks at a process's memory."""


def heading(command: str) -> str:
    """Date, machine and command, in Markdown."""
    cpu = "unknown processor"
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            cpu = line.partition(":")[2].strip()
            break
    cores = len(os.sched_getaffinity(0))
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {cores} cores of {cpu}, "
        f"Python {platform.python_version()}, {platform.system()} {platform.release()}. "
        f"Command: `{command}`.\n"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One finished process with all its children."""

    output: str
    seconds: float
    peak: float
    """Bytes: highest sum, over the process and its children, of proportional set sizes."""


def run(arguments: Sequence[str], *, cwd: Path) -> Run:
    """Run ``tingfeng`` with *arguments* in *cwd*; its standard output, time and memory."""
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "tingfeng", *arguments],
        cwd=cwd, stdout=subprocess.PIPE, text=True, encoding="utf-8",
    )  # fmt: skip
    peak = 0
    stop = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not stop.wait(POLL):
            peak = max(peak, sum(map(memory, family(process.pid))))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    output, _ = process.communicate()
    seconds = time.perf_counter() - begun
    stop.set()
    watcher.join()
    if process.returncode:
        raise SystemExit(f"tingfeng {' '.join(arguments)} exited with {process.returncode}")
    return Run(output=output, seconds=seconds, peak=peak)


def family(pid: int) -> list[int]:
    """The process and all its descendants."""
    found, queue = [], [pid]
    while queue:
        one = queue.pop()
        found.append(one)
        for task in Path(f"/proc/{one}/task").glob("*/children"):
            try:
                queue.extend(map(int, task.read_text(encoding="ascii").split()))
            except OSError:
                continue  # ended meanwhile
    return found


def memory(pid: int) -> int:
    """Proportional set size in bytes; 0 for a process that has ended."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        return 0
    return 0
