"""One tick of 200 brands at 5,000 mentions a minute: the evaluation alone, and through a real store.

The evaluation is the engine's own, over a store that has its counts ready; what a store takes to
count is measured beside it, over SQLite, with fewer brands at the same rate each.
"""

from __future__ import annotations

import json
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from index.memory import MemoryStore
from index.sqlite import SQLiteStore
from tingfeng import (
    SHANGHAI,
    Analysis,
    Author,
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
STORED_BRANDS = 40
STORED_HOURS = 8
LATE = 0.05
LATE_BY = timedelta(hours=1)
"""So many posts of a quarter belong to the hour before it."""


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
    stored = _stored()
    many = BRANDS / STORED_BRANDS
    rows = [
        ("a tick", stored.tick), ("the same once more, nothing has come", stored.idle),
        ("a tick that must read all six hours again", stored.whole),
    ]  # fmt: skip
    return [
        f"## {BRANDS} brands at {A_MINUTE:,} mentions a minute: one tick\n",
        f"{A_BIN} voices a quarter and brand over {len(PLATFORMS)} platforms, one process. A tick judges the new bin and looks",
        "again at the 24 before it, for late posts; it loads and stores each brand's state. Of the earlier bins",
        f"those are read that are not as they were; {LATE:.0%} of the posts of a quarter belong to the hour before it.\n",
        "| what | seconds |", "|---|--:|",
        f"| evaluation of {BRANDS} brands, counts ready (median of {TICKS} ticks) | {ready:.2f} |",
        *(f"| {what}: {STORED_BRANDS} brands over SQLite, {stored.posts:,} posts in {STORED_HOURS} h | {spent:.2f} |" for what, spent in rows),
        *(f"| {what}: {BRANDS} brands, calculated | {spent * many:.1f} |" for what, spent in rows),
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


class Stored(NamedTuple):
    """What a tick over a real store takes, in seconds of the processor."""

    posts: int
    whole: float
    """All is read, as after another version came or another reader has read history."""
    tick: float
    """With the posts of a quarter, of which some belong to earlier ones."""
    idle: float
    """The same moment once more: nothing has come."""


def _stored() -> Stored:
    names = [f"b{i}" for i in range(STORED_BRANDS)]
    begin, dice = NOW - timedelta(hours=STORED_HOURS), random.Random(1)
    posts = 0
    with tempfile.TemporaryDirectory() as folder:
        store = SQLiteStore(path=str(Path(folder) / "posts.db"))
        for name in names:
            early = [_drawn(name, i, begin, NOW - QUARTER, dice) for i in range((STORED_HOURS * 4 - 1) * A_BIN)]  # fmt: skip
            posts += _put(store, early)
        engine = Engine(store, names)
        engine.run(NOW - QUARTER)
        for name in names:  # stamps that are no more: as an upgrade leaves them
            memory = json.loads(store.load_state(f"alerts/{name}") or "{}")
            store.save_state(f"alerts/{name}", json.dumps({**memory, "stamps": []}))
        whole = _timed(lambda: engine.run(NOW - QUARTER))
        for name in names:
            late = round(A_BIN * LATE)
            fresh = [_drawn(name, posts + i, NOW - QUARTER, NOW, dice) for i in range(A_BIN - late)]
            fresh += [_drawn(name, 2 * posts + i, NOW - LATE_BY, NOW - QUARTER, dice) for i in range(late)]  # fmt: skip
            posts += _put(store, fresh)
        tick = _timed(lambda: engine.run(NOW))
        idle = _timed(lambda: engine.run(NOW))
        store.close()
    return Stored(posts, whole, tick, idle)


def _drawn(name: str, number: int, begin: datetime, end: datetime, dice: random.Random) -> Document:
    at = begin + timedelta(seconds=dice.randrange(int((end - begin).total_seconds())))
    return _document(name, number, at, "negative" if dice.random() < SHARE else "neutral")


def _put(store: SQLiteStore, documents: Sequence[Document]) -> int:
    for at in range(0, len(documents), 5000):
        part = documents[at : at + 5000]
        store.put([Observation(post=one.post) for one in part], now=NOW)
        store.record([one.analysis for one in part if one.analysis])
    return len(documents)


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
