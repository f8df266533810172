"""Indices are made by us, the same again and again, and what differs is refused."""

from __future__ import annotations

from contextlib import closing
from copy import deepcopy
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from index.es import bootstrap, fields
from index.es.bootstrap import Bootstrap, next_months
from index.es.connect import Cluster, connect
from index.es.layout import FAMILIES
from index.es.writer import Action, BulkWriter
from tingfeng import SHANGHAI, StoreError


@pytest.fixture
def cluster(elastic: Any, prefix: str) -> Any:
    made = connect(reach(elastic, prefix))
    yield made
    made.close()


def reach(server: Any, prefix: str) -> dict[str, Any]:
    settings = {"url": server.url, "prefix": f"{prefix}tf", "refresh": "1s"}
    if server.user:
        settings |= {"user": server.user, "password": server.password}
    return settings


def test_twice_is_once(cluster: Cluster) -> None:
    first = list(Bootstrap(cluster).run(["2026.06", "undated"]))
    assert {each.state for each in first} == {"made"}
    assert {each.state for each in Bootstrap(cluster).run(["2026.06", "undated"])} == {"kept"}
    aliases = cluster.client.indices.get_alias(name=cluster.names.alias("posts"))
    assert set(aliases.body) == {
        cluster.names.index("posts", each) for each in ("2026.06", "undated")
    }
    mapping = cluster.client.indices.get_mapping(index=cluster.names.index("posts", "undated"))
    (found,) = mapping.body.values()
    assert found["mappings"]["dynamic"] == "strict"
    assert found["mappings"]["properties"]["content"]["analyzer"] == cluster.analyzer


def test_the_analyzer_is_what_the_server_has(cluster: Cluster, elastic: Any) -> None:
    has = "analysis-common" in cluster.capabilities
    assert has == ("analysis-common" in elastic.modules)
    assert cluster.analyzer == ("cjk" if has else "standard")


def test_the_server_makes_no_index_by_itself(cluster: Cluster) -> None:
    list(Bootstrap(cluster).run())
    index = cluster.names.index("posts", "2031.01")
    with BulkWriter(cluster.client, missing=lambda name: False) as writer:
        writer.add(Action(index=index, id="1", source=b"{}", version=1))
    assert writer.tally.dead == 1
    assert not cluster.client.indices.exists(index=index)
    with BulkWriter(cluster.client, missing=Bootstrap(cluster).ensure) as writer:
        writer.add(Action(index=index, id="1", source=b"{}", version=1))
    assert writer.tally.written == 1
    mapping = cluster.client.indices.get_mapping(index=index).body[index]["mappings"]
    assert mapping["_meta"]["hash"] == Bootstrap(cluster).hash("posts")


def test_an_index_that_was_deleted_is_made_again(cluster: Cluster) -> None:
    made = Bootstrap(cluster)
    list(made.run())
    index = cluster.names.index("posts", "undated")
    cluster.client.indices.delete(index=index)
    assert made.ensure(index)
    assert cluster.client.indices.exists(index=index)
    with BulkWriter(cluster.client, missing=made.ensure) as writer:
        for id in ("1", "2"):
            writer.add(Action(index=index, id=id, source=b"{}", version=1))
            writer.flush()
            cluster.client.indices.delete(index=index)
    assert (writer.tally.written, writer.tally.dead) == (2, 0)


def test_indices_of_a_newer_version_are_refused(cluster: Cluster) -> None:
    list(Bootstrap(cluster.at(2)).run())
    with pytest.raises(StoreError, match="upgrade tingfeng"):
        Bootstrap(cluster).ready()


def test_indices_of_an_older_version_are_to_be_migrated(cluster: Cluster) -> None:
    list(Bootstrap(cluster).run())
    with pytest.raises(StoreError, match="es migrate"):
        Bootstrap(cluster.at(2)).ready()


@pytest.fixture
def another_field(monkeypatch: pytest.MonkeyPatch) -> None:
    def more(family: str, *args: Any, **kwargs: Any) -> dict[str, Any]:
        made = deepcopy(fields.template(family, *args, **kwargs))
        made["template"]["mappings"]["properties"]["new"] = {"type": "keyword"}
        made["_meta"] = made["_meta"] | {"hash": "other"}
        made["template"]["mappings"]["_meta"]["hash"] = "other"
        return made

    monkeypatch.setattr(bootstrap, "template", more)


def test_other_fields_under_the_same_version_are_refused(
    cluster: Cluster, request: pytest.FixtureRequest
) -> None:
    list(Bootstrap(cluster).run())
    request.getfixturevalue("another_field")
    with pytest.raises(StoreError, match="not those of this program"):
        Bootstrap(cluster).ready()


@pytest.mark.parametrize(
    ("family", "change"),
    [
        ("posts", {"dynamic": "true"}),
        ("mentions", {"properties": {"more": {"type": "long"}}}),
        ("authors", {"properties": {"name": {"type": "keyword", "ignore_above": 9}}}),
        ("posts", {"properties": {"author": {"properties": {"phone": {"type": "keyword"}}}}}),
    ],
)
def test_fields_changed_by_hand_are_seen(
    bare8: Any, prefix: str, family: str, change: dict[str, Any]
) -> None:
    with closing(connect(reach(bare8, prefix))) as cluster:
        list(Bootstrap(cluster).run())
        Bootstrap(cluster).check()
        index = cluster.names.index(family, "undated")
        cluster.client.indices.put_mapping(index=index, **change)
        with pytest.raises(StoreError, match="changed by hand"):
            Bootstrap(cluster).check()


def test_a_template_of_somebody_else_is_left_alone(cluster: Cluster) -> None:
    name = cluster.names.stem("keys")
    cluster.client.indices.put_index_template(
        name=name, index_patterns=[f"{name}-x"], priority=7, template={}
    )
    with pytest.raises(StoreError, match="not tingfeng's"):
        list(Bootstrap(cluster).run())
    found = cluster.client.indices.get_index_template(name=name)["index_templates"]
    assert found[0]["index_template"]["priority"] == 7


def test_ready_makes_what_is_missing_once(cluster: Cluster) -> None:
    Bootstrap(cluster).ready()
    Bootstrap(cluster).ready()
    assert {each.family for each in Bootstrap(cluster).built()} == set(FAMILIES)


def test_another_prefix_is_another_installation(cluster: Cluster) -> None:
    longer = replace(cluster, names=replace(cluster.names, prefix=f"{cluster.names.prefix}-b"))
    list(Bootstrap(longer.at(2)).run())
    Bootstrap(cluster).ready()


def test_next_months() -> None:
    at = datetime(2026, 11, 30, 23, 0, tzinfo=SHANGHAI)
    assert next_months(at) == ["2026.11", "2026.12", "2027.01"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"url": "http://127.0.0.1:1"}, "cannot be reached"),
        ({"password": "wrong"}, "does not accept this key"),
        ({"url": "https"}, "cannot be verified"),
    ],
)
def test_what_is_wrong_is_said_without_secrets(
    full8: Any, prefix: str, change: dict[str, Any], said: str
) -> None:
    settings = reach(full8, prefix) | change
    if change.get("url") == "https":
        settings["url"] = full8.url.replace("http:", "https:")
    with pytest.raises(StoreError, match=said) as raised:
        connect(settings)
    assert settings["password"] not in str(raised.value)


def test_no_secret_in_what_is_shown(full8: Any, prefix: str) -> None:
    settings = reach(full8, prefix)
    host = full8.url.removeprefix("http://")
    login = f"http://{settings.pop('user')}:{settings['password']}@{host}"
    found = connect(settings | {"url": login})
    assert settings["password"] not in repr(found) + found.address
    found.close()
