"""A store and its index side by side."""

from contextlib import closing
from datetime import timedelta

from index.es.bootstrap import Bootstrap
from index.es.condition import condition
from index.sqlite import SQLiteStore


def test_posts_of_the_store_and_of_the_index(one, path, make_seen, now, synced, there):
    with closing(SQLiteStore(str(path))) as store:
        days = [1, 5, 400, 500]
        seen = [make_seen(f"{n}", published_at=now - timedelta(days=n)) for n in days]
        store.put([*seen, make_seen("undated", published_at=None)], now=now)
    list(Bootstrap(one).run())
    before = condition(one, path, now=now.timestamp()).posts
    assert (before.stored, before.indexed, before.older, before.since) == (5, 0, 0, None)
    synced(one, path, oldest=now - timedelta(days=30))
    there(one)
    found = condition(one, path, now=now.timestamp()).posts
    assert (found.stored, found.indexed, found.older) == (5, 3, 2)
    assert found.since == now - timedelta(days=5)
    assert condition(one, None, now=0).posts is None
