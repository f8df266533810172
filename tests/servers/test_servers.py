"""Each server is what its name says; its data outlive a stop and a kill."""

from __future__ import annotations

from dataclasses import replace

import pytest

from servers import RELEASES, Node, Server

BARE = {"apm", "transport-netty4", "x-pack-core", "x-pack-security"}
DOCUMENTS = 50


def write(node: Node, index: str, documents: range) -> list[int]:
    """Ids that the server acknowledged; each request is one document."""
    done = []
    for n in documents:
        status, _ = node.server.ask("PUT", f"/{index}/_create/{n}", {"n": n})
        if status == 201:
            done.append(n)
    return done


def stored(node: Node, index: str) -> list[int]:
    node.server.ask("POST", f"/{index}/_refresh")
    _, answer = node.server.ask("GET", f"/{index}/_search?size=1000&sort=n")
    return [hit["_source"]["n"] for hit in answer["hits"]["hits"]]


@pytest.mark.parametrize("name", ["bare8", "bare9"])
def test_a_bare_server_has_four_modules_and_no_root(name, server_of):
    server = server_of(name)
    assert server.version == RELEASES[name].version
    assert server.modules == BARE
    assert server.ask("GET", "/")[0] == 405


def test_the_full_server_analyses_chinese_and_wants_a_password(full8):
    assert full8.version == RELEASES["full8"].version
    assert full8.modules > BARE | {"analysis-common", "lang-painless", "reindex", "rest-root"}
    tokens = full8.ask("POST", "/_analyze", {"analyzer": "cjk", "text": "云雀手机"})[1]["tokens"]
    assert [token["token"] for token in tokens] == ["云雀", "雀手", "手机"]
    assert replace(full8, user=None, password=None).ask("GET", "/_cluster/health")[0] == 401
    assert replace(full8, password="wrong").ask("GET", "/_cluster/health")[0] == 401


def test_no_password_is_ever_shown():
    assert "geheim" not in repr(
        Server(name="full8", version="8", url="http://x", user="u", password="geheim")
    )


def test_the_official_client_works_with_every_server(elastic, prefix):
    with elastic.client() as client:
        client.indices.create(index=f"{prefix}posts")
        client.index(index=f"{prefix}posts", id="1", document={"n": 1}, refresh=True)
        assert client.count(index=f"{prefix}posts")["count"] == 1


def test_what_was_acknowledged_outlives_stop_and_kill_on_the_same_port(own_node):
    node = own_node("bare8")
    url, kept = node.url, write(node, "posts", range(DOCUMENTS))
    node.restart()
    assert (node.url, stored(node, "posts")) == (url, kept)
    kept += write(node, "posts", range(DOCUMENTS, 2 * DOCUMENTS))
    node.kill()
    assert node.pid is None
    node.start()
    assert (node.url, stored(node, "posts")) == (url, kept)


def test_a_cluster_goes_on_without_one_of_its_nodes(own_cluster):
    cluster = own_cluster("bare8")
    settings = {"settings": {"number_of_replicas": 1}}
    assert cluster.server.ask("PUT", "/posts", settings)[0] == 200
    cluster.wait()
    kept = write(cluster.nodes[0], "posts", range(20))
    _, shards = cluster.server.ask("GET", "/_cat/shards/posts?format=json&h=prirep,node")
    primary = next(shard["node"] for shard in shards if shard["prirep"] == "p")
    lost = cluster.nodes[int(primary[-1]) - 1]
    lost.kill()
    cluster.wait(status="yellow")
    assert cluster.server.ask("GET", "/_cluster/health")[1]["number_of_nodes"] == 2
    left = next(node for node in cluster.nodes if node.pid)
    assert stored(left, "posts") == kept
    lost.start(wait=False)
    cluster.wait()
    assert stored(lost, "posts") == kept
