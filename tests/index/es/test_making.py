"""What is said while many indices are made."""

from contextlib import closing
from datetime import timedelta

from index.connect import Database
from index.es.bootstrap import Bootstrap
from index.es.making import Making, wanted
from index.sqlite import SQLiteStore


def test_a_line_every_three_seconds():
    said, seconds = [], iter(range(40))
    making = Making(say=said.append, total=lambda: 300, clock=lambda: next(seconds) / 10)
    for _ in range(40):
        making.one()
    assert [each.zh for each in said] == ["建索引 31/300"]
    assert said[0].en == "making indices: 31 of 300"


def test_what_is_quick_is_not_told_and_not_counted():
    making = Making(say=None, total=None, clock=lambda: 0.0)
    for _ in range(500):
        making.one()


def test_months_of_a_store_that_are_wanted(path, make_seen, now):
    with closing(SQLiteStore(str(path))) as store:
        store.put([make_seen(f"{n}", published_at=now - timedelta(days=31 * n)) for n in range(5)],
                  now=now)  # fmt: skip
    with closing(Database(str(path))) as log:
        assert wanted(log, None) == 5 * 3
        assert wanted(log, now - timedelta(days=35)) == 2 * 3


def test_all_that_bootstrap_sees_to_was_planned(one):
    months = ["2026.05", "2026.06"]
    bootstrap = Bootstrap(one)
    made = [each for each in bootstrap.run(months) if each.kind == "index"]
    assert len(made) == bootstrap.planned(months)


def test_a_sync_tells_how_far_it_is(one, path, some, synced, monkeypatch):
    monkeypatch.setattr("index.es.making.EVERY", 0.0)
    some(path, 60)
    said = []
    synced(one, path, say=said.append)
    assert any(each.zh.startswith("建索引 ") for each in said)
