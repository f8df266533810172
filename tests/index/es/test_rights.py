"""The rights matrix, on a real server with security: each principal tried at what it may and may not do."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from elasticsearch import AuthorizationException, Elasticsearch

from index.es.layout import Names
from index.es.roles import PRINCIPALS
from index.es.security import setup
from servers.server import Server
from servers.sweep import sweep

PASSWORD = "a-password-of-this-test"
EVERYBODY = {one.name for one in PRINCIPALS}


@dataclass
class Team:
    """An installation with its five principals, and a superuser who prepares what they try."""

    root: Elasticsearch
    names: Names
    clients: dict[str, Elasticsearch]
    keys: dict[str, str] = field(repr=False)

    @property
    def posts(self) -> str:
        return self.names.index("posts", "2026.11")

    def spare(self, family: str = "posts") -> str:
        """A new index, made by the superuser for whoever is tried at it."""
        name = f"{self.names.stem(family)}-s{uuid.uuid4().hex[:8]}"
        self.root.indices.create(index=name)
        return name

    def repository(self) -> str:
        name = f"{self.names.prefix}-repository"
        self.root.snapshot.create_repository(
            name=name, repository={"type": "fs", "settings": {"location": name}}
        )
        return name

    def snapshot(self) -> str:
        name = f"s{uuid.uuid4().hex[:8]}"
        self.root.snapshot.create(
            repository=self.repository(), snapshot=name, indices=self.posts,
            include_global_state=False, wait_for_completion=True,
        )  # fmt: skip
        return name


def installed(server: Server, prefix: str) -> Team:
    root, names = server.client(), Names(prefix=prefix)
    keys: dict[str, str] = {}
    list(setup(root, names, keys=keys, keep=keys.__setitem__, analyst_password=PASSWORD))
    clients = {
        one.name: Elasticsearch(
            server.url,
            **({"api_key": keys[one.variable]} if one.program
               else {"basic_auth": (one.role(names), PASSWORD)}),
        )
        for one in PRINCIPALS
    }  # fmt: skip
    return Team(root=root, names=names, clients=clients, keys=keys)


@pytest.fixture(scope="module")
def team(full8: Server) -> Iterator[Team]:
    prefix = f"tft-{uuid.uuid4().hex[:12]}-rights"
    made = installed(full8, prefix)
    for index in (made.posts, made.names.index("desk")):
        made.root.index(index=index, id="1", document={"text": "云雀"}, refresh=True)
    yield made
    for client in (made.root, *made.clients.values()):
        client.close()
    sweep(full8, prefix)


def template(team: Team, client: Elasticsearch) -> None:
    body = {"index_patterns": [team.names.pattern("posts")], "priority": 500}
    client.indices.put_index_template(name=team.names.stem("posts"), **body)
    client.indices.delete_index_template(name=team.names.stem("posts"))


def create_index(team: Team, client: Elasticsearch) -> None:
    client.indices.create(index=team.names.index("posts", f"c{uuid.uuid4().hex[:8]}"))


def write_where_nothing_is(team: Team, client: Elasticsearch) -> None:
    client.index(index=team.names.index("posts", f"w{uuid.uuid4().hex[:8]}"), document={"a": 1})


def bulk(team: Team, client: Elasticsearch) -> None:
    """Refused per document: the request itself is answered with 200."""
    head = {"_id": uuid.uuid4().hex, "version": 7, "version_type": "external"}
    answer = client.bulk(index=team.posts, operations=[{"index": head}, {"text": "云雀"}])
    if (status := answer["items"][0]["index"]["status"]) == 403:
        raise AuthorizationException("refused", answer.meta, answer.body)
    assert status == 201


def delete_document(team: Team, client: Elasticsearch) -> None:
    id = uuid.uuid4().hex
    team.root.index(index=team.posts, id=id, document={"text": "云雀"})
    client.delete(index=team.posts, id=id)


def delete_by_query(team: Team, client: Elasticsearch) -> None:
    client.delete_by_query(index=team.spare(), query={"match_all": {}})


def search_posts(team: Team, client: Elasticsearch) -> None:
    assert client.search(index=team.posts)["hits"]["hits"]


def search_desk(team: Team, client: Elasticsearch) -> None:
    assert client.search(index=team.names.index("desk"))["hits"]["hits"]


def fields(team: Team, client: Elasticsearch) -> None:
    assert client.indices.get_mapping(index=team.posts).body


def swap_alias(team: Team, client: Elasticsearch) -> None:
    actions = [{"add": {"index": team.spare(), "alias": team.names.alias("posts")}}]
    client.indices.update_aliases(actions=actions)


def change_settings(team: Team, client: Elasticsearch) -> None:
    client.indices.put_settings(index=team.spare(), settings={"index.refresh_interval": "-1"})


def change_mapping(team: Team, client: Elasticsearch) -> None:
    client.indices.put_mapping(index=team.spare(), properties={"extra": {"type": "keyword"}})


def refresh(team: Team, client: Elasticsearch) -> None:
    client.indices.refresh(index=team.posts)


def delete_index(team: Team, client: Elasticsearch) -> None:
    client.indices.delete(index=team.spare())


def delete_desk(team: Team, client: Elasticsearch) -> None:
    client.indices.delete(index=team.spare("desk"))


def take_snapshot(team: Team, client: Elasticsearch) -> None:
    client.snapshot.create(
        repository=team.repository(), snapshot=f"s{uuid.uuid4().hex[:8]}", indices=team.posts,
        include_global_state=False, wait_for_completion=True,
    )  # fmt: skip


def delete_snapshot(team: Team, client: Elasticsearch) -> None:
    client.snapshot.delete(repository=team.repository(), snapshot=team.snapshot())


def restore(team: Team, client: Elasticsearch) -> None:
    client.snapshot.restore(
        repository=team.repository(), snapshot=team.snapshot(), indices=team.posts,
        rename_pattern="(.+)", rename_replacement=f"$1-r{uuid.uuid4().hex[:8]}",
    )  # fmt: skip


def register_repository(team: Team, client: Elasticsearch) -> None:
    name = f"{team.names.prefix}-x"
    client.snapshot.create_repository(
        name=name, repository={"type": "fs", "settings": {"location": name}}
    )


def modules(team: Team, client: Elasticsearch) -> None:
    assert client.nodes.info(metric="plugins")["nodes"]


def make_role(team: Team, client: Elasticsearch) -> None:
    client.security.put_role(name=f"{team.names.prefix}-own", cluster=["all"])


def make_key(team: Team, client: Elasticsearch) -> None:
    client.security.create_api_key(name=f"{team.names.prefix}-own")


def cluster_settings(team: Team, client: Elasticsearch) -> None:
    client.cluster.put_settings(transient={"cluster.routing.rebalance.enable": None})


def other_team(team: Team, client: Elasticsearch) -> None:
    """Its prefix begins with ours: a role on ``tf-*`` would let us in."""
    name = f"{team.names.prefix}-b-posts-v1-2026.11"
    team.root.index(index=name, document={"text": "别家"}, refresh=True)
    client.search(index=name)


MAY: dict[Callable[[Team, Elasticsearch], None], set[str]] = {
    template: {"provisioner"},
    create_index: {"provisioner"},
    write_where_nothing_is: set(),
    bulk: {"writer"},
    delete_document: {"writer"},
    delete_by_query: {"writer"},
    search_posts: {"writer", "reader", "analyst"},
    search_desk: {"writer", "reader"},
    fields: EVERYBODY,
    swap_alias: {"provisioner"},
    change_settings: {"provisioner"},
    change_mapping: {"provisioner"},
    refresh: {"provisioner", "writer", "retention"},
    delete_index: {"provisioner", "retention"},
    delete_desk: {"provisioner"},
    take_snapshot: {"retention"},
    delete_snapshot: {"retention"},
    restore: set(),
    register_repository: {"provisioner"},
    modules: EVERYBODY - {"analyst"},
    make_role: set(),
    make_key: set(),
    cluster_settings: set(),
    other_team: set(),
}


@pytest.mark.parametrize("principal", sorted(EVERYBODY))
@pytest.mark.parametrize("deed", MAY, ids=lambda deed: deed.__name__)
def test_a_principal_may_do_its_own_work_and_nothing_else(
    team: Team, deed: Callable[[Team, Elasticsearch], None], principal: str
) -> None:
    client = team.clients[principal]
    if principal in MAY[deed]:
        deed(team, client)
    else:
        with pytest.raises(AuthorizationException):
            deed(team, client)


@pytest.mark.parametrize("limit", [{"query": {"term": {"brand": "云雀"}}},
                                   {"field_security": {"grant": ["text"]}}], ids=["documents", "fields"])  # fmt: skip
def test_the_basic_licence_separates_nobody_within_an_index(team: Team, limit: Any) -> None:
    rights = {"names": [team.names.alias("posts")], "privileges": ["read"], **limit}
    with pytest.raises(AuthorizationException, match="non-compliant"):
        team.root.security.put_role(name=f"{team.names.prefix}-narrow", indices=[rights])


def test_the_analyst_may_look_in_kibana_and_the_provisioner_may_import(team: Team) -> None:
    def granted(principal: str, privilege: str) -> bool:
        (role,) = team.root.security.get_role(name=f"{team.names.prefix}-{principal}").values()
        return any(privilege in one["privileges"] for one in role["applications"])

    assert granted("analyst", "feature_dashboard_v2.read")
    assert not granted("analyst", "feature_dashboard_v2.all")
    assert granted("provisioner", "feature_savedObjectsManagement.all")
    assert not granted("writer", "feature_dashboard_v2.read")
