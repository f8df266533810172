"""The number of shards is warned of before the server refuses a month."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from index.es.bootstrap import Bootstrap
from index.es.capacity import Capacity, warnings_of
from index.es.limits import ShardLimit, shard_limit


def limit(used, most=1000):
    return ShardLimit(prefix="tf", mine=300, used=used, most=most)


@pytest.mark.parametrize(("used", "warned"), [(600, False), (601, True), (1000, True)])
def test_warned_above_three_fifths(used, warned):
    assert (limit(used).warning is not None) is warned


def test_capacity_warns_by_the_server_s_own_limit():
    found = Capacity(rooms=(), replicas=0, data_nodes=1, warnings=(), limit=limit(700))
    (said,) = warnings_of(found, None)
    assert "700 shards (300 of tf), 70% of the 1,000" in said.en
    assert "700 个分片（tf 占 300 个），已到上限 1,000 的 70%" in said.zh


def test_a_server_is_asked(one):
    before = shard_limit(one)
    made = list(Bootstrap(one).run(["2026.06"]))
    found = shard_limit(one)
    assert (before.mine, found.mine) == (0, sum(each.kind == "index" for each in made))
    assert found.used >= found.mine
    assert found.most % one.data_nodes == 0


def test_who_may_not_ask_is_told_nothing(one):
    from elastic_transport import ApiResponseMeta, HttpHeaders, NodeConfig
    from elasticsearch import AuthorizationException

    def refused(**asked):
        node = NodeConfig("http", "127.0.0.1", 9200)
        meta = ApiResponseMeta(403, "1.1", HttpHeaders(), 0.0, node)
        raise AuthorizationException("security_exception", meta, {})

    client = SimpleNamespace(cluster=SimpleNamespace(get_settings=refused))
    assert shard_limit(replace(one, client=client)) is None
