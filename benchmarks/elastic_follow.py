"""The sync of a whole store: what it costs, and that SIGKILL at any moment costs no document."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.elastic_posts import pages
from benchmarks.elastic_ways import Bench, Cost
from benchmarks.machine import ROOT
from index.es.connect import Cluster, connect
from index.es.followed import Changed, Page, actions
from index.es.layout import PARTITIONED, Names
from index.es.sweep import documents
from index.es.sync import Sync
from index.es.writer import BulkWriter

KILLS = 20

Content = dict[tuple[str, str], int]
"""Version of every document, by index and id."""


@contextmanager
def own(file: Path) -> Iterator[Path]:
    """A copy that a sync may write its position into."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(shutil.copy(file, Path(folder) / "posts.db"))


def followed(bench: Bench, file: Path, posts: int, prefix: str) -> Cost:
    """The sync of *file* with its *posts* into an empty cluster, for each post: reading, making
    documents, writing them and what hangs on them, daily metrics, authors, position.
    """
    bench.drop(prefix)
    with own(file) as copy, closing(bench.cluster(prefix)) as cluster:

        def sync() -> None:
            with closing(Sync(cluster, str(copy))) as made:
                made.once()

        cost = bench.measured(posts, sync)
    bench.settled(prefix)
    return cost


def multiply(bench: Bench, file: Path, prefix: str, *, times: int) -> None:
    """Add every post again under *times* − 1 other ids, said by others, with what hangs on it."""
    names = Names(prefix=prefix)
    with closing(bench.cluster(prefix)) as cluster, BulkWriter(cluster.client) as writer:
        for turn in range(1, times):
            for page in pages(file):
                posts = tuple(_again(changed, turn) for changed in page.posts)
                for action in actions(Page(until=page.until, posts=posts), names, 1):
                    writer.add(action)
    bench.settled(prefix)


def _again(changed: Changed, turn: int) -> Changed:
    stored, post = changed.stored, changed.stored.post
    author = post.author and replace(post.author, id=f"{turn}{post.author.id[1:]}")
    reading = stored.analysis and replace(
        stored.analysis,
        id=f"{post.id}{turn}",
        copy_of=stored.analysis.copy_of and f"{stored.analysis.copy_of}{turn}",
    )
    return Changed(
        seq=changed.seq,
        stored=replace(
            stored, n=stored.n + turn * 10**9, analysis=reading,
            post=replace(post, id=f"{post.id}{turn}", author=author),
        ),
    )  # fmt: skip


def killed(bench: Bench, file: Path, prefix: str, *, kills: int = KILLS) -> dict[str, Any]:
    """What is missing or wrong after *kills* in the middle and a run to the end."""
    settings, dice = bench.settings(prefix), random.Random(11)
    bench.drop(prefix)
    with own(file) as copy:
        begun = time.monotonic()
        _run(settings, copy).communicate(timeout=3600)
        whole = time.monotonic() - begun
        bench.drop(prefix)
        hit = 0
        while hit < kills:
            process = _run(settings, copy)
            assert process.stdout is not None
            process.stdout.readline()
            # Spread over the whole way, which every run shortens.
            time.sleep(dice.uniform(0.0, 2 * whole / kills))
            process.kill()
            said, _ = process.communicate(timeout=60)
            if "done" in said:  # it was too quick for us: from the beginning again
                bench.drop(prefix)
            else:
                hit += 1
        said, _ = _run(settings, copy).communicate(timeout=3600)
        assert "done" in said
        epoch = int(said.split()[-1])
        with closing(bench.cluster(prefix)) as cluster:
            wanted, there = _wanted(copy, cluster, epoch), list(_there(cluster))
    found = dict(there)
    return {
        "kills": hit,
        "documents": len(wanted),
        "lost": len(wanted.keys() - found.keys()),
        "doubled": len(there) - len(found) + len(found.keys() - wanted.keys()),
        "other_version": sum(wanted.get(key, one) != one for key, one in found.items()),
    }


def _run(settings: dict[str, Any], copy: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "benchmarks.elastic_follow", str(copy)]
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps(settings) + "\n")  # a password is no argument
    process.stdin.flush()
    return process


def _wanted(file: Path, cluster: Cluster, epoch: int) -> Content:
    return {
        (action.index, action.id): action.version or 0
        for page in pages(file)
        for action in actions(page, cluster.names, epoch)
        if action.source is not None
    }


def _there(cluster: Cluster) -> Iterator[tuple[tuple[str, str], int]]:
    for family in PARTITIONED:
        pattern = cluster.names.pattern(family)
        cluster.client.indices.refresh(index=pattern)
        for hit in documents(cluster, pattern, {"match_all": {}}):
            yield (hit["_index"], hit["_id"]), hit["_version"]


def main() -> None:
    """The program that is killed."""
    settings = json.loads(sys.stdin.readline())
    with closing(connect(settings)) as cluster, closing(Sync(cluster, sys.argv[1])) as made:
        print("ready", flush=True)
        made.once()
        print("done", made.position.epoch, flush=True)


if __name__ == "__main__":
    main()
