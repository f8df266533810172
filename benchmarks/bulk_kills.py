"""A bulk writer that is killed at random moments of its way, again and again."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.machine import ROOT
from servers.server import Server

PROGRAM = ROOT / "tests" / "index" / "es" / "bulk_process.py"
"""Writes numbered documents from the last noted position on; says so after every step."""

STEP = 400
"""Documents between two notes of the position."""

FIELDS = {"n": {"type": "long"}, "t": {"type": "keyword", "index": False, "doc_values": False}}


def wanted(documents: int) -> dict[str, int]:
    """Ids and versions that the program writes."""
    return {f"{number:032x}": number + 1 for number in range(documents)}


def kill_and_run_again(
    url: str, index: str, position: Path, *, kills: int, documents: int, seed: int
) -> int:
    """Run the program, kill it at random moments spread over its way, and at last let it end; how
    often it was killed before it had ended.
    """
    chance = random.Random(seed)
    command = [sys.executable, str(PROGRAM), url, index, str(documents), str(position)]
    killed = 0
    for left in range(kills, -1, -1):
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        if left:
            rest = documents - (int(position.read_text()) if position.exists() else 0)
            for _ in range(chance.randrange(max(1, 2 * rest // STEP // (left + 1)))):
                process.stdout.readline()
            time.sleep(chance.uniform(0.0, 0.05))
            process.kill()
        process.communicate(timeout=600)
        killed += process.returncode == -9
        assert left or process.returncode == 0
    return killed


def held(server: Server, index: str) -> Iterator[tuple[str, int]]:
    """Id and version of every document, in the order of their numbers."""
    server.ask("POST", f"/{index}/_refresh")
    query: dict[str, Any] = {"size": 5000, "version": True, "_source": False, "sort": ["n"]}
    while True:
        status, answer = server.ask("POST", f"/{index}/_search", query)
        assert status == 200, answer
        hits = answer["hits"]["hits"]
        if not hits:
            return
        yield from ((hit["_id"], hit["_version"]) for hit in hits)
        query["search_after"] = hits[-1]["sort"]
