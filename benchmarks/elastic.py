"""A cluster that holds 200,000 real posts: writing, replaying, asking, weighing, killing.

Figures go to ``elastic.json``, from which ``elastic.md`` and ``docs/capacity.md`` are written.
``--steps filled kills`` measures these parts again, and ``--steps`` alone only writes the texts.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import elastic_bytes, elastic_capacity, elastic_text
from benchmarks.elastic_follow import followed, killed, multiply
from benchmarks.elastic_posts import WATCHED, pages, store
from benchmarks.elastic_questions import questions
from benchmarks.elastic_ways import CONNECTIONS, PREFIX, SIZE, Bench, Cost, pairs
from benchmarks.machine import ROOT, heading
from index.es.documents import Stored, document_id, post_source
from index.es.encoding import encoded
from index.es.followed import actions
from index.es.layout import Names
from index.es.writer import Action
from index.sqlite import SQLiteStore
from servers.node import Node

FILE = ROOT / "benchmarks" / "elastic.json"

DOCUMENTS = 200_000
FEW = 50_000
"""Of a second, smaller store: for what is done again and again."""

TIMES = 5
"""How much larger the index is made: what questions cost in both tells how cost grows."""

PAIRED = 40_000
"""Posts of one paired run: some seconds of both processors."""

ROUNDS = 10
HEAP = "1g"

STEPS = ("writing", "filled", "weights", "direct", "kills")

Figures = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=DOCUMENTS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--steps", nargs="*", choices=STEPS, default=STEPS, metavar="STEP",
                        help=f"measure these again, of {', '.join(STEPS)}; none: only write the texts")  # fmt: skip
    parser.add_argument("-o", "--output", type=Path, default=FILE, help="file of figures")
    given, _ = parser.parse_known_args()  # options of other measurements are not ours
    made: Figures = json.loads(given.output.read_text("utf-8")) if given.output.exists() else {}
    if given.steps:
        made |= figures(given.steps, given.documents, given.rounds, given.kills)
        given.output.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", "utf-8")
    if given.output == FILE and made.keys() >= set(STEPS):
        elastic_text.FILE.write_text(elastic_text.text(made), "utf-8")
        elastic_capacity.FILE.write_text(elastic_capacity.text(made), "utf-8")
        print(elastic_text.text(made))


def figures(steps: Sequence[str], documents: int, rounds: int, kills: int) -> Figures:
    """Those of *steps*, on a server of their own."""
    few = documents * FEW // DOCUMENTS
    files = {count: store(count) for count in (few, documents)}
    # A server that lasts is worth the compiler that tests go without.
    with Node("full8", heap=HEAP, java_options="") as node:
        bench = Bench(node.server)
        made: Figures = {
            "heading": heading("python -m benchmarks elastic"),
            "server": f"Elasticsearch {node.server.version}, heap {HEAP}",
            "connections": CONNECTIONS, "request": SIZE,
            "texts": _texts(files[documents]),
        }  # fmt: skip
        work: dict[str, Callable[[], Figures]] = {
            "writing": lambda: _writing(bench, files[documents], documents, rounds),
            "filled": lambda: _filled(bench, files[documents], documents),
            "weights": lambda: elastic_bytes.weights(bench, files[documents]),
            "direct": lambda: elastic_bytes.direct(bench, files[few]),
            "kills": lambda: killed(bench, files[few], "killed", kills=kills),
        }
        for name in steps:
            begun, load = datetime.now(UTC), os.getloadavg()[0]
            made[name] = work[name]() | {
                "begun": f"{begun:%Y-%m-%d %H:%M} UTC", "load": [load, os.getloadavg()[0]]
            }  # fmt: skip
            print(name, json.dumps(made[name], ensure_ascii=False), flush=True)
    return made


def _texts(file: Path) -> Figures:
    with closing(SQLiteStore(str(file))) as there:
        totals = there.totals()
    characters = sum(len(one.stored.post.words) for page in pages(file) for one in page.posts)
    return {
        "posts": totals["posts"],
        "characters": characters / totals["posts"],
        "brands": len(WATCHED),
    }


def _writing(bench: Bench, file: Path, documents: int, rounds: int) -> Figures:
    posts = list(_posts(file))
    size = min(PAIRED, documents // 5)
    ways = pairs(bench, posts, documents=size, rounds=rounds)
    return {
        "documents": size,
        "octets": statistics.mean(len(each.source or b"") for each in posts),
        "rounds": {name: [asdict(cost) for cost in costs] for name, costs in ways.items()},
        "replay": _replay(bench, posts[:size]),
        "encoded": [asdict(_encoded(bench, file, size)) for _ in range(3)],
    }


def _posts(file: Path) -> Iterator[Action]:
    """The documents of posts alone: the largest, and the only ones that every post has."""
    names = Names(prefix=PREFIX)
    stem = names.stem("posts")
    for page in pages(file):
        yield from (each for each in actions(page, names, 1) if each.index.startswith(stem))


def _replay(bench: Bench, posts: Sequence[Action]) -> Figures:
    """The same documents once more, and whether anything was written."""
    bench.fresh(each.index for each in posts)
    first = bench.measured(len(posts), lambda: bench.writer(posts))
    bench.settled()
    before = elastic_bytes.standing(bench)
    again = [bench.measured(len(posts), lambda: bench.writer(posts)) for _ in range(3)]
    bench.settled()
    operations, octets, deleted = (
        now - then for now, then in zip(elastic_bytes.standing(bench), before, strict=True)
    )
    return {
        "first": asdict(first),
        "again": [asdict(each) for each in again],
        "operations": operations, "octets": octets, "deleted": deleted,
    }  # fmt: skip


def _encoded(bench: Bench, file: Path, size: int) -> Cost:
    """The writer with nouns before it: documents are made of them on the way."""
    names = Names(prefix=PREFIX)
    stored: list[tuple[int, Stored]] = []
    for page in pages(file):
        stored += ((changed.seq, changed.stored) for changed in page.posts)
        if len(stored) >= size:
            break

    def made() -> Iterator[Action]:
        for seq, one in stored[:size]:
            yield Action(
                index=names.index("posts", one.place),
                id=document_id(one),
                source=encoded(post_source(one)),
                version=seq,
            )

    bench.fresh(names.index("posts", one.place) for _, one in stored)
    return bench.measured(size, lambda: bench.writer(made()))


def _filled(bench: Bench, file: Path, posts: int) -> Figures:
    """The whole store in the cluster: followed, weighed, asked, merged and weighed; then asked once
    more when it is :data:`TIMES` as large.
    """
    cost = followed(bench, file, posts, "whole")
    written = elastic_bytes.disk(bench, "whole", merged=False)
    once = [asdict(each) for each in questions(bench, "whole")]
    merged = elastic_bytes.disk(bench, "whole", merged=True)
    fields = elastic_bytes.fields(bench, "whole")
    multiply(bench, file, "whole", times=TIMES)
    more = [asdict(each) for each in questions(bench, "whole")]
    held = elastic_bytes.memory(bench, "whole")
    bench.drop("whole")
    return {
        "posts": posts, "sync": asdict(cost), "written": written, "merged": merged,
        "fields": fields, "questions": once,
        "many": {"posts": TIMES * posts, "questions": more, "memory": held},
    }  # fmt: skip


if __name__ == "__main__":
    main()
