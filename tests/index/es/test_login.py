"""Who is not let in is told why."""

from contextlib import closing

import pytest

from index.es.bootstrap import Bootstrap
from index.es.connect import connect
from index.es.layout import Names
from index.es.security import setup
from index.es.snapshot import Snapshots
from tingfeng import StoreError


def test_nobody_is_named(full8):
    with pytest.raises(StoreError) as refused:
        connect({"url": full8.url})
    assert "没有给密钥：先 tingfeng es setup，或在 [elastic] 写 api_key" in refused.value.message.zh
    assert "no key was given" in refused.value.message.en


@pytest.mark.parametrize("login", [{"user": "elastic", "password": "wrong"}, {"api_key": "bm86bm8="}])  # fmt: skip
def test_a_wrong_key_is_blamed(full8, login):
    with pytest.raises(StoreError, match="does not accept this key"):
        connect({"url": full8.url, **login})


@pytest.fixture
def provisioner(full8, prefix):
    keys = {}
    with full8.client() as client:
        list(setup(client, Names(prefix=f"{prefix}r"), keys=keys, keep=keys.__setitem__))
    key = keys["TINGFENG_ES_PROVISIONER_KEY"]
    with closing(connect({"url": full8.url, "prefix": f"{prefix}r", "api_key": key})) as cluster:
        yield cluster


def test_restoring_is_for_the_superuser_and_nothing_is_deleted(provisioner):
    list(Bootstrap(provisioner).run())
    there = Bootstrap(provisioner).built()
    with pytest.raises(StoreError) as refused:
        Snapshots(cluster=provisioner).restore(replace=True)
    assert "恢复要超级用户：export ELASTIC_PASSWORD=…" in refused.value.message.zh
    assert Bootstrap(provisioner).built() == there


def test_the_first_snapshot_names_a_folder(one, now):
    snapshots = Snapshots(cluster=one)
    for ask in (snapshots.known, snapshots.restore, lambda: snapshots.take(now)):
        with pytest.raises(StoreError) as refused:
            ask()
        assert "第一次要写 --folder" in refused.value.message.zh
