"""A real stream of 993,154 timed reposts on one machine, beside the bounds of its parts.

In one run: import and analysis of everything; a second import; 100,000 rows alone, for the memory;
100 mixed queries; bare SQLite inserts; segmentation and scoring without a store; SnowNLP.
"""

from __future__ import annotations

import csv
import gzip
import json
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.machine import DATA, ROOT, Run, heading, run

STREAM = DATA / "weibo_ced_reposts.csv.gz"
SMALL = 100_000
SAMPLE = 20_000
"""Texts for the bound of reading, and for SnowNLP 1 in 40 of them."""
BRANDS = """
[[brands]]
name = "苹果"
[[brands]]
name = "小米"
[[competitors]]
name = "三星"
[[competitors]]
name = "诺基亚"
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        small = _measure(folder / "small", _head(folder / "head.csv", SMALL))
        whole = _measure(folder / "whole", STREAM)
        known = _import(folder / "whole", STREAM)
        again = _import(folder / "whole", STREAM, "--again")
        queries = _queries(folder / "whole")
        bounds = _bounds(folder)
    text = _table(small, whole, known, again, queries, bounds)
    (ROOT / "benchmarks" / "stream.md").write_text(text, encoding="utf-8")
    print(text)


def _head(path: Path, rows: int) -> Path:
    with (
        gzip.open(STREAM, "rt", encoding="utf-8", newline="") as source,
        path.open("w", encoding="utf-8", newline="") as out,
    ):
        csv.writer(out).writerows(islice(csv.reader(source), rows + 1))
    return path


def _import(folder: Path, source: Path, *more: str) -> Run:
    mapping = ROOT / "benchmarks" / "reposts.toml"
    return run(["import", str(source), "--map", str(mapping), "--json", *more], cwd=folder)


def _measure(folder: Path, source: Path) -> dict[str, Any]:
    folder.mkdir()
    (folder / "tingfeng.toml").write_text(BRANDS, encoding="utf-8")
    taken = _import(folder, source)
    read = run(["analyze", "--json"], cwd=folder)
    return {
        "import": taken,
        "analyze": read,
        "rows": json.loads(taken.output)["rows"],
        "texts": json.loads(read.output)["analyzed"] - json.loads(read.output)["no_text"],
        "bytes": (folder / "tingfeng.db").stat().st_size,
    }


def _queries(folder: Path) -> dict[str, list[float]]:
    """Milliseconds of 100 mixed queries: searches and trends."""
    from index.sqlite import SQLiteStore
    from tingfeng import DAY, HOUR, Query
    from tingfeng.settings import Settings

    store = SQLiteStore(path=str(folder / Settings().store["path"]))
    latest = next(iter(store.search(Query(limit=1)))).post.published_at
    assert latest is not None
    rng = random.Random(0)
    words = [
        "手机",
        "哈哈",
        "警察",
        "支持",
        "谣言",
        "续航",
        "iPhone",
        "真的吗",
        "可怜的孩子",
        "中国移动",
    ]
    since = latest - timedelta(days=365)
    asked: dict[str, Callable[[], object]] = {
        "search, one word, newest 20": lambda: list(
            store.search(Query(text=rng.choice(words), limit=20))
        ),
        "search, word and brand": lambda: list(
            store.search(Query(text=rng.choice(words), brands=("苹果",), limit=20))
        ),
        "count of a word": lambda: store.count(Query(text=rng.choice(words))),
        "trend of a brand by hour, 90 days": lambda: store.count(
            Query(brands=("小米",), since=latest - timedelta(days=90), until=latest),
            ("time",),
            step=HOUR,
        ),
        "share of voice, a year": lambda: store.count(
            Query(brands=("苹果", "小米", "三星"), since=since, until=latest), ("brand",)
        ),
        "trend of everything by day, a year": lambda: store.count(
            Query(since=since, until=latest), ("time",), step=DAY
        ),
    }
    found: dict[str, list[float]] = {name: [] for name in asked}
    for number in range(100):
        name = list(asked)[number % len(asked)]
        begun = time.perf_counter()
        asked[name]()
        found[name].append((time.perf_counter() - begun) * 1000)
    store.close()
    return found


def _bounds(folder: Path) -> dict[str, float]:
    """Rows or texts a second, one process each."""
    from nlp.clean import clean
    from nlp.linear import LinearSentiment
    from nlp.segment import RjiebaSegmenter

    with gzip.open(STREAM, "rt", encoding="utf-8", newline="") as source:
        rows = list(islice(csv.reader(source), 1, 200_001))
    db = sqlite3.connect(folder / "bare.db")
    db.executescript("pragma journal_mode=wal; pragma synchronous=normal;"
                     "create table post (post, user, time, text, parent, unique (post, user, time, text))")  # fmt: skip
    begun = time.perf_counter()
    for start in range(0, len(rows), 4000):
        with db:
            db.executemany(
                "insert or ignore into post values (?,?,?,?,?)", rows[start : start + 4000]
            )
    inserts = len(rows) / (time.perf_counter() - begun)
    texts = [row[3] for row in rows if row[3]][:SAMPLE]
    cut, score = RjiebaSegmenter(), LinearSentiment()
    cut(texts[0])
    begun = time.perf_counter()
    for start in range(0, len(texts), 256):
        cleaned = [clean(text) for text in texts[start : start + 256]]
        score(cleaned, [cut(text) for text in cleaned])
    reading = len(texts) / (time.perf_counter() - begun)
    return {"bare SQLite inserts": inserts, "clean, segment, score": reading, **_snownlp(texts)}


def _snownlp(texts: list[str]) -> dict[str, float]:
    try:
        from snownlp import SnowNLP
    except ImportError:
        return {}
    SnowNLP(texts[0]).sentiments  # noqa: B018  (loads its model)
    few = texts[::40]
    begun = time.perf_counter()
    for text in few:
        SnowNLP(text).sentiments  # noqa: B018
    return {"SnowNLP": len(few) / (time.perf_counter() - begun)}


def _table(
    small: dict[str, Any], whole: dict[str, Any], known: Run, again: Run,
    queries: dict[str, list[float]], bounds: dict[str, float],
) -> str:  # fmt: skip
    taken, read = whole["import"], whole["analyze"]
    both = taken.seconds + read.seconds
    peak = max(taken.peak, read.peak)
    peak_small = max(small["import"].peak, small["analyze"].peak)
    lines = [
        "# A real stream on one machine\n",
        heading("python -m benchmarks stream"),
        "| step | seconds | per second | peak memory MB |\n|---|--:|--:|--:|",
        f"| import, {whole['rows']:,} rows | {taken.seconds:.1f} | {whole['rows'] / taken.seconds:,.0f} rows | {taken.peak / 1e6:,.0f} |",
        f"| analyze, {whole['texts']:,} posts with text | {read.seconds:.1f} | {whole['texts'] / read.seconds:,.0f} posts | {read.peak / 1e6:,.0f} |",
        f"| **both** (bound of the issue: 180 s, 1,500 MB) | **{both:.1f}** | {whole['rows'] / both:,.0f} rows, {whole['texts'] / both:,.0f} posts with text | **{peak / 1e6:,.0f}** |",
        f"| second import of the same file, known by its bytes | {known.seconds:.1f} | {whole['rows'] / known.seconds:,.0f} rows | {known.peak / 1e6:,.0f} |",
        f"| second import, `--again`: every row read and looked up | {again.seconds:.1f} | {whole['rows'] / again.seconds:,.0f} rows | {again.peak / 1e6:,.0f} |",
        f"\nThe second import is {taken.seconds / known.seconds:.0f} times as fast as the first, with `--again` "
        f"{taken.seconds / again.seconds:.1f} times; it adds {json.loads(known.output)['new']} and "
        f"{json.loads(again.output)['new']} posts. Peak memory at all rows is {peak / peak_small:.2f} times that at "
        f"{SMALL:,} rows: the index of near-duplicates is windowed (131,072 fingerprints). The store takes "
        f"{whole['bytes'] / 1e6:,.0f} MB.\n",
        "| bound, one process, same run | per second | ratio |\n|---|--:|--:|",
    ]
    speeds = {"bare SQLite inserts": ("import", whole["rows"] / taken.seconds),
              "clean, segment, score": ("analyze", whole["texts"] / read.seconds)}  # fmt: skip
    for name, value in bounds.items():
        step, speed = speeds.get(name, ("clean, segment, score", bounds["clean, segment, score"]))
        lines.append(f"| {name} | {value:,.0f} | {step}: {speed / value:,.2f} |")
    lines.append("\n| query on that store | n | p50 ms | p95 ms |\n|---|--:|--:|--:|")
    for name, found in [
        *queries.items(),
        ("all 100 mixed", [one for each in queries.values() for one in each]),
    ]:
        p95 = statistics.quantiles(found, n=20)[-1]
        lines.append(f"| {name} | {len(found)} | {statistics.median(found):.1f} | {p95:.1f} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
