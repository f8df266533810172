"""One tick of 200 brands at 5,000 mentions a minute: the evaluation alone, and through a real store.

The evaluation is the engine's own, over a store that has its counts ready; what a store takes to
count is measured beside it, over SQLite, with fewer brands at the same rate each.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from index.memory import MemoryStore
from index.sqlite import SQLiteStore
from tingfeng import (
    SHANGHAI,
    Analysis,
    Author,
    Brand,
    Count,
    Document,
    Mention,
    Observation,
    Post,
    Query,
    Sentiment,
)
from tingfeng.alerts.engine import Engine
from tingfeng.alerts.track import bin_of, start_of

BRANDS = 200
A_MINUTE = 5000
A_BIN = A_MINUTE * 15 // BRANDS
SHARE = 0.08
NOW = datetime(2026, 6, 12, 10, 5, tzinfo=SHANGHAI)
QUARTER = timedelta(minutes=15)
LEARNT_DAYS = 9
PLATFORMS = ("weibo", "xiaohongshu", "douyin")
TICKS = 3
STORED_BRANDS = 10
STORED_HOURS = 8


class Counted(MemoryStore):
    """Has its counts ready: any brand, *A_BIN* voices a quarter over three platforms."""

    def voices(self, query: Query, by: Sequence[Any] = (), *, step: Any = None) -> list[Count]:
        """Cells as a store gives them."""
        assert query.since is not None
        assert query.until is not None
        found, brand = [], query.brands[0]
        for number in range(bin_of(query.since), bin_of(query.until)):
            dice = random.Random(f"{brand}{number}")
            for platform in PLATFORMS:
                many = round(dice.gauss(A_BIN / 3, (A_BIN / 3) ** 0.5))
                negative = sum(dice.random() < SHARE for _ in range(many))
                found.append(Count(by=(brand, start_of(number), platform), posts=many,
                                   negative=negative, neutral=many - negative))  # fmt: skip
        return found

    def count(self, query: Query, by: Sequence[Any] = (), *, step: Any = None) -> list[Count]:
        """Nothing came late."""
        return []

    def search(self, query: Query) -> Iterator[Document]:
        """The earliest post, where that is asked for; the posts behind the counts are left out."""
        if query.limit == 1 and query.brands:
            yield _document(query.brands[0], 0, NOW - timedelta(days=LEARNT_DAYS), "neutral")


def load() -> list[str]:
    """A section of alerts.md."""
    ready, size = _evaluated()
    stored, posts = _stored()
    each = stored / STORED_BRANDS
    return [
        f"## {BRANDS} brands at {A_MINUTE:,} mentions a minute: one tick\n",
        f"{A_BIN} voices a quarter and brand over {len(PLATFORMS)} platforms, one process. A tick judges the new bin and looks",
        "again at the 24 before it, for late posts; it loads and stores each brand's state.\n",
        "| what | seconds |", "|---|--:|",
        f"| evaluation of {BRANDS} brands, counts ready (median of {TICKS} ticks) | {ready:.2f} |",
        f"| the whole tick of {STORED_BRANDS} of them over SQLite, {posts:,} posts in {STORED_HOURS} h | {stored:.2f} |",
        f"| as much for {BRANDS} brands, calculated | {each * BRANDS:.0f} |",
        f"\nState: {size:,} bytes a brand as stored text, {size * BRANDS / 1e6:.1f} MB in all.\n",
    ]  # fmt: skip


def _evaluated() -> tuple[float, int]:
    store = Counted()
    names = [f"b{i}" for i in range(BRANDS)]
    engine = Engine(store, names)
    engine.run(NOW)
    spent = []
    for tick in range(1, TICKS + 1):
        now = NOW + tick * QUARTER
        drawn = _timed(lambda now=now: [store.voices(_six_hours(name, now)) for name in names])
        spent.append(_timed(lambda now=now: engine.run(now)) - drawn)
    sizes = [len((store.load_state(f"alerts/{name}") or "").encode()) for name in names]
    return median(spent), round(median(sizes))


def _six_hours(brand: str, now: datetime) -> Query:
    end = bin_of(now - timedelta(minutes=5))
    return Query(brands=(brand,), since=start_of(end - 25), until=start_of(end))


def _stored() -> tuple[float, int]:
    names = [f"b{i}" for i in range(STORED_BRANDS)]
    begin, dice = NOW - timedelta(hours=STORED_HOURS), random.Random(1)
    many = STORED_HOURS * 4 * A_BIN
    documents = []
    for name in names:
        for i in range(many):
            at = begin + timedelta(seconds=dice.randrange(STORED_HOURS * 3600))
            label = "negative" if dice.random() < SHARE else "neutral"
            documents.append(_document(name, i, at, label))
    with tempfile.TemporaryDirectory() as folder:
        store = SQLiteStore(path=str(Path(folder) / "posts.db"))
        for at in range(0, len(documents), 5000):
            part = documents[at : at + 5000]
            store.put([Observation(post=one.post) for one in part], now=NOW)
            store.record([one.analysis for one in part if one.analysis])
        engine = Engine(store, [Brand(name=name, aliases=()) for name in names])
        engine.run(NOW - QUARTER)
        spent = _timed(lambda: engine.run(NOW))
        store.close()
    return spent, len(documents)


def _document(brand: str, number: int, at: datetime, label: Any) -> Document:
    post = Post(platform=PLATFORMS[number % 3], id=f"{brand}-{number}", published_at=at, collected_at=at,
                text=f"{brand}手机用了一周 {number}", author=Author(id=f"u{number}"))  # fmt: skip
    mood = Sentiment(negative=0.9 if label == "negative" else 0.05, neutral=0.05,
                     positive=0.05 if label == "negative" else 0.9, label=label)  # fmt: skip
    mention = Mention(brand=brand, start=0, end=len(brand), alias=brand, rule="plain", sentiment=mood)  # fmt: skip
    analysis = Analysis(platform=post.platform, id=post.id, reader="bench", lexicon="bench",
                        sentiment=mood, mentions=(mention,))  # fmt: skip
    return Document(post=post, analysis=analysis, indexed_at=at)


def _timed(work: Any) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


if __name__ == "__main__":
    print("\n".join(load()))
