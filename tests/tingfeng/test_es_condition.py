"""What es status says, in words."""

from datetime import UTC, datetime

import pytest

from index.es.compared import Compared
from index.es.condition import Condition
from index.es.position import Position
from tingfeng.cli import es_condition


def said(*, direct=False, **told):
    plain = {
        "version": "8.19.16", "capabilities": (), "analyzer": "cjk", "data_nodes": 1,
        "health": "green", "read_version": 1, "documents": {}, "drift": None,
        "position": Position(seq=7, caught_up=1.0), "waiting": 0, "lag": 0.0, "saved": 1.0,
    }  # fmt: skip
    found = Condition(**(plain | told))
    return "\n".join(line.zh for line in es_condition.lines(found, 0, direct=direct))


def test_a_store_that_is_the_cluster_itself_is_not_synced():
    text = said(direct=True, position=None, waiting=None, lag=None)
    assert "直接写入，无需同步" in text
    assert "同步过" not in text


@pytest.mark.parametrize(("lag", "shown"), [(None, "落后 –"), (12.0, "落后 12 秒")])
def test_a_lag_that_is_not_known_is_a_dash(lag, shown):
    assert shown in said(waiting=3, lag=lag).splitlines()[1]


def test_a_first_load_that_was_cut_short_goes_on():
    text = said(position=Position(seq=7), waiting=3, lag=None)
    assert "首次装载未完成" in text
    assert "已写入的不会重复" in text
    assert "首次装载" not in said(waiting=3, lag=5.0)


@pytest.mark.parametrize(("waiting", "older", "told"), [(0, 2, True), (1, 2, False), (0, 0, False)])
def test_posts_side_by_side_and_since_when(waiting, older, told):
    since = datetime(2026, 5, 31, 17, tzinfo=UTC)
    posts = Compared(stored=1200, indexed=1198, older=older, since=since)
    text = said(posts=posts, waiting=waiting)
    assert "帖子：库 1,200，索引 1,198" in text
    assert ("索引保留 2026-06-01 起的帖子；库里更早的 2 帖" in text) is told
