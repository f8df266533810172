"""Few of many posts are found without looking at all of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from index.sqlite import SQLiteStore
from tingfeng import Query

POSTS = 5000


@pytest.fixture
def store(tmp_path: Path, make_seen: Any, now: Any) -> Iterator[SQLiteStore]:
    """All posts within eight hours, three of them not from weibo."""
    made = SQLiteStore(str(tmp_path / "posts.db"))
    platforms = {7: "zhihu", 2000: "zhihu", 4000: "zhihu"}
    seen = [
        make_seen(
            str(n),
            platform=platforms.get(n, "weibo"),
            published_at=now - timedelta(seconds=(n * 7919) % 28_800),
        )
        for n in range(POSTS)
    ]
    made.put(seen, now=now)
    yield made
    made.close()


def thousands_of_steps(store: SQLiteStore, query: Query) -> int:
    """Of SQLite's machine; at least four a post that it passes."""
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    store._db._db.set_progress_handler(count, 1000)
    list(store.search(query))
    store._db._db.set_progress_handler(None, 0)
    return steps


@pytest.mark.parametrize(
    "query",
    [
        Query(platforms=("zhihu",)),
        Query(platforms=("zhihu",), limit=2),
        Query(platforms=("nobody",)),
        Query(platforms=("weibo",), limit=5),
        Query(platforms=("weibo", "zhihu"), limit=5),
        Query(platforms=("weibo",), kinds=("post",), limit=5),
    ],
)
def test_few_posts_of_rare_and_common_platforms(store: SQLiteStore, query: Query) -> None:
    assert thousands_of_steps(store, query) <= 2
    assert thousands_of_steps(store, Query()) > 10


def test_a_short_time_on_a_common_platform(store: SQLiteStore, now: Any) -> None:
    query = Query(platforms=("weibo",), since=now - timedelta(minutes=2))
    assert 0 < len(list(store.search(query))) < 50
    assert thousands_of_steps(store, query) <= 4
