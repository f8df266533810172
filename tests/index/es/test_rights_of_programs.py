"""Each program does its whole work with its own key, and no more than its work."""

import time
import uuid
from contextlib import closing
from datetime import timedelta

import pytest
from elasticsearch import AuthorizationException

from index.elastic import ElasticStore
from index.es.bootstrap import Bootstrap
from index.es.capacity import capacity
from index.es.condition import condition
from index.es.connect import connect
from index.es.layout import Names
from index.es.loading import Loading
from index.es.migrate import Migration
from index.es.security import setup
from index.es.snapshot import Snapshots
from index.es.sync import Sync
from index.sqlite import SQLiteStore
from servers.sweep import sweep
from tingfeng import Query, StoreError


@pytest.fixture(scope="module")
def login(full8):
    """``login("writer")``: settings for ``connect`` and for the store."""
    prefix, keys = f"tft-{uuid.uuid4().hex[:12]}-programs", {}
    with full8.client() as client:
        list(setup(client, Names(prefix=prefix), keys=keys, keep=keys.__setitem__))

    def settings(principal):
        key = keys[f"TINGFENG_ES_{principal.upper()}_KEY"]
        return {"url": full8.url, "prefix": prefix, "api_key": key}

    yield settings
    sweep(full8, prefix)


@pytest.fixture(scope="module")
def built(login):
    """Everything is made, by the provisioner."""
    cluster = connect(login("provisioner"))
    list(Bootstrap(cluster).run(["2026.05", "2026.06"]))
    yield cluster
    cluster.close()


def test_the_provisioner_makes_everything_twice_and_loads_fast(built):
    assert {made.state for made in Bootstrap(built).run(["2026.06"]) if made.kind == "index"} == {"kept"}  # fmt: skip
    loading, index = Loading(built), built.names.index("posts", "2026.06")
    assert loading.begin([index])
    assert built.client.indices.get_settings(index=index)[index]["settings"]["index"]["refresh_interval"] == "-1"  # fmt: skip
    loading.end()


def test_the_writer_finds_everything_made_and_keeps_a_store(built, login, make_seen, now):
    store = ElasticStore(**login("writer"))
    store.put([make_seen("1", text="云雀手机续航不错"), make_seen("2", text="云雀发烫")], now=now)
    assert [hit.post.id for hit in store.search(Query(text="发烫"))] == ["2"]


def test_a_month_that_the_writer_may_not_make_is_refused_by_that_name(built, login):
    """Bulk writers tell by it that an index is missing, not that they may not write at all."""
    writer = connect(login("writer"))
    operations = [{"index": {"_id": "1"}}, {"n": 1}]
    answer = writer.client.bulk(index=built.names.index("posts", "2024.04"), operations=operations)
    refused = answer["items"][0]["index"]
    assert refused["status"] == 403
    assert "indices:admin/auto_create" in refused["error"]["reason"]


def test_the_writer_loads_without_changing_indices(built, login):
    writer = connect(login("writer"))
    assert not Loading(writer).begin([built.names.index("posts", "2026.06")])


def test_the_reader_answers_questions(built, login, make_seen, now):
    ElasticStore(**login("writer")).put([make_seen("9", text="云雀死机")], now=now)
    built.client.indices.refresh(index=built.names.alias("posts"))
    reader = ElasticStore(**login("reader"))
    assert [hit.post.id for hit in reader.search(Query(text="死机"))] == ["9"]
    assert reader.totals()["posts"]
    with pytest.raises((StoreError, AuthorizationException)):
        reader.put([make_seen("77")], now=now)


def test_the_retention_deletes_a_month_that_it_cannot_read(built, login):
    retention, index = connect(login("retention")), built.names.index("posts", "2026.05")
    with pytest.raises(StoreError, match="does not allow"), retention.said():
        retention.client.search(index=index)
    retention.client.indices.delete(index=index)
    assert not built.client.indices.exists(index=index)


@pytest.fixture
def followed(tmp_path, make_seen, now):
    """A SQLite store with a post of this month and one of a month that nobody has made."""
    path = tmp_path / "store.db"
    with closing(SQLiteStore(str(path))) as store:
        old = make_seen("12", published_at=now - timedelta(days=800))
        store.put([make_seen("11"), old], now=now)
    return path


def test_a_sync_writes_as_the_writer_and_makes_months_as_the_provisioner(built, login, followed):
    writer = connect(login("writer"))
    with closing(Sync(writer, str(followed), makes=built, take_over=True)) as sync:
        tally = sync.once()
    assert not tally.dead
    index = built.names.index("posts", "2024.04")
    assert built.client.indices.exists(index=index)
    assert condition(connect(login("reader")), followed, now=time.time()).waiting == 0


def test_the_provisioner_measures_and_names_a_place_where_the_retention_keeps_copies(
    built, login, full8, now
):
    assert capacity(built).rooms
    Snapshots(cluster=built).register(f"{built.names.prefix}-copies")
    retention = Snapshots(cluster=connect(login("retention")))
    first = retention.take(now)
    second = retention.take(now + timedelta(seconds=1))
    assert retention.prune(1) == [first.name]
    assert [each.name for each in retention.known()] == [second.name]


def test_a_new_version_is_made_by_the_provisioner_and_filled_by_the_writer(built, login, followed):
    """Last: it leaves the module's cluster at another version."""
    writer = connect(login("writer"))
    with closing(Sync(writer, str(followed), makes=built, take_over=True)) as sync:
        sync.once()
    made = Migration(cluster=built.at(2), writes=writer.at(2)).follow(str(followed))
    assert (made.old, made.new) == (1, 2)
