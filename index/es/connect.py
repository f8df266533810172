"""Finding a cluster, and what it can do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from index.addresses import server_address
from index.es import faults
from index.es.layout import Names
from tingfeng import SettingsError, StoreError

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

URL = "http://127.0.0.1:9200"

REFRESH = "30s"
"""Until a written post is found. Shorter costs the server: at 1 s half as much CPU again (scale)."""

TIMEOUT = 30.0
"""Seconds for one answer: the slowest question of a dashboard took three."""

_OLDEST = (8, 19)
"""The client's promise: servers of its own minor or later, and of the next major."""
_MAJORS = (8, 9)

_PORTS = {"http": 9200, "https": 443}
"""Where an address names none: the server's own, and that of what stands before it."""

_PROBED = "nodes.*.version,nodes.*.roles,nodes.*.modules.name,nodes.*.plugins.name"
_DATA = {"data", "data_content"}
"""Roles of nodes on which new indices are put."""

_SETTINGS = (
    "url", "api_key", "user", "password", "ca", "prefix", "refresh", "replicas", "timeout",
)  # fmt: skip


said = faults.said


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A cluster that answered, and what it can do."""

    client: Elasticsearch = field(repr=False, compare=False)
    """The official one. It moves to the next node by itself where one does not answer: whoever
    retries by themselves asks ``client.options(max_retries=0)``."""

    names: Names
    address: str
    """For people: without names and passwords."""

    version: tuple[int, ...] = ()
    """Of its oldest node; empty where we may not ask."""

    capabilities: frozenset[str] = frozenset()
    """Modules and plugins that every node has; empty where we may not ask."""

    analyzer: str
    """``cjk`` or ``standard``: a key of :data:`index.es.fields.CHINESE`."""

    data_nodes: int | None = None
    """``None``: we may not ask."""

    replicas: int = 0
    """Copies of every shard beside the first."""

    refresh: str = REFRESH
    """How often what was written is made to be found."""

    def said(self) -> AbstractContextManager[None]:
        """As :func:`index.es.faults.said`, with the address."""
        return said(self.address)

    def at(self, version: int) -> Cluster:
        """The same cluster with the names of another version of the mappings."""
        return replace(self, names=replace(self.names, version=version))

    def close(self) -> None:
        """Let go of the connections."""
        self.client.close()


def connect(settings: Mapping[str, Any]) -> Cluster:
    """Ask a cluster what it is.

    *settings*: ``url`` (one, or a list of nodes), ``api_key`` or ``user`` and ``password``, ``ca``
    (file), ``prefix``, ``refresh``, ``replicas``, ``timeout`` (seconds); all may be left out.
    Raises :class:`tingfeng.StoreError` where it does not answer or may not be used, and
    :class:`tingfeng.SettingsError` for settings that make no sense.
    """
    for name in settings:
        if name not in _SETTINGS:
            raise _unknown(name)
    urls, login = _addresses(settings.get("url") or URL)
    address = ", ".join(urls)
    client = _client(urls, login, settings)
    named = bool(settings.get("api_key") or settings.get("user") or login)
    try:
        with said(address, login=named):
            found = _found(client, Names(prefix=settings.get("prefix") or "tf"), address)
    except BaseException:
        client.close()
        raise
    wanted = settings.get("replicas")
    several = found.data_nodes is not None and found.data_nodes > 1
    return replace(
        found,
        refresh=settings.get("refresh") or REFRESH,
        replicas=int(several) if wanted is None else int(wanted),
    )


def _client(
    urls: Sequence[str], login: tuple[str, str] | None, settings: Mapping[str, Any]
) -> Elasticsearch:
    try:
        from elasticsearch import Elasticsearch
        from elasticsearch.serializer import OrjsonSerializer
    except ImportError:
        raise _not_installed() from None
    access: dict[str, Any] = {}
    user = settings.get("user")
    if settings.get("api_key"):
        access["api_key"] = settings["api_key"]
    elif user or login:
        access["basic_auth"] = (user, settings.get("password") or "") if user else login
    if settings.get("ca"):
        access["ca_certs"] = str(settings["ca"])
    try:
        return Elasticsearch(
            list(urls),
            serializer=OrjsonSerializer(),  # half the client's work; being installed is not enough
            request_timeout=float(settings.get("timeout") or TIMEOUT),
            max_retries=3,
            **access,
        )
    except (ValueError, TypeError, OSError) as error:
        raise SettingsError(
            f"[elastic] 的设置无效（{type(error).__name__}）。请检查 url 是否形如"
            " https://主机:9200，ca 是否是可读的证书文件",
            f"the settings in [elastic] make no sense ({type(error).__name__}): url is like"
            " https://host:9200, ca a certificate file that can be read",
        ) from None


def _addresses(given: str | Sequence[str]) -> tuple[list[str], tuple[str, str] | None]:
    """Addresses without name and password, and these: an address is shown, they must not be."""
    urls: list[str] = []
    login = None
    for url in [given] if isinstance(given, str) else given:
        found = server_address(url, section="elastic", port=9200)
        if found.user:
            login = (found.user, found.password)
        urls.append(found.shown(_PORTS[found.scheme]))
    return urls, login


def _found(client: Elasticsearch, names: Names, address: str) -> Cluster:
    """Modules are asked for by name: what a version should have is not what a server has."""
    from elasticsearch import AuthorizationException

    try:
        # Not ``GET /``: small servers answer it with 405, and it tells nothing of modules.
        answer = client.perform_request(
            "GET", f"/_nodes?filter_path={_PROBED}", headers={"accept": "application/json"}
        )
    except AuthorizationException:
        return Cluster(
            client=client, names=names, address=address, analyzer=_told(client, names, address)
        )
    nodes = list(answer.body.get("nodes", {}).values())
    version = min(tuple(map(int, node["version"].split("-")[0].split("."))) for node in nodes)
    if version < _OLDEST or version[0] not in _MAJORS:
        raise faults.wrong_major(address, ".".join(map(str, version)))
    capabilities = frozenset.intersection(*(_parts(node) for node in nodes))
    return Cluster(
        client=client,
        names=names,
        address=address,
        version=version,
        capabilities=capabilities,
        analyzer="cjk" if "analysis-common" in capabilities else "standard",
        data_nodes=sum(1 for node in nodes if _DATA & set(node.get("roles", ()))),
    )


def _parts(node: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(part["name"] for part in (*node.get("modules", ()), *node.get("plugins", ())))


def _told(client: Elasticsearch, names: Names, address: str) -> str:
    """The analyzer that the indices were made with, for whoever may not ask what nodes have."""
    answer = client.indices.get_mapping(
        index=f"{names.alias('posts')}*",
        allow_no_indices=True,
        filter_path="*.mappings.properties.content.analyzer",
    )
    for found in answer.body.values():
        return str(found["mappings"]["properties"]["content"]["analyzer"])
    raise StoreError(
        f"Elasticsearch（{address}）里还没有听风的索引，而这个密钥不能查询集群。请先用管理密钥运行"
        " tingfeng es bootstrap",
        f"Elasticsearch at {address} has no indices of tingfeng yet, and this key may not ask what"
        " the cluster can do: run tingfeng es bootstrap with an administrator's key first",
    )


def _unknown(name: str) -> SettingsError:
    known = ", ".join(_SETTINGS)
    return SettingsError(
        f"[elastic] 没有设置 {name!r}。可用：{known}",
        f"[elastic] has no setting {name!r}; known: {known}",
    )


def _not_installed() -> StoreError:
    return StoreError(
        "没有安装 Elasticsearch 客户端。请运行 pip install 'tingfeng[elastic]'",
        "the Elasticsearch client is not installed: pip install 'tingfeng[elastic]'",
    )
