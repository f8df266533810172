"""Who may do what in the cluster: five roles, none with a right that it does not use.

Elasticsearch's basic licence gives rights by index and no finer: document and field level security
are refused (403). One brand's team cannot be kept from another's posts within one index; who needs
that gives each team a prefix of its own, and so indices, roles and keys of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from index.es.layout import FAMILIES, PARTITIONED, Names

SHOWN = ("posts", "mentions", "engagement", "authors", "incidents", "coverage", "metrics")
"""Families that people look at in Kibana. ``desk`` and ``keys`` are the programs' own."""

_WRITE = "indices:data/write/*"
"""Documents only. The privilege called ``write`` also lets mappings be changed, until version 10."""

_REPOSITORY = tuple(f"cluster:admin/repository/{one}" for one in ("get", "put", "verify"))
"""No privilege covers these alone: the next larger one is ``manage``."""

_KIBANA = "kibana-.kibana"
"""Kibana's name as an application: its own role page writes the same entries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Somebody who is let in, and what for."""

    name: str
    program: bool
    """Programs get an API key; people get a role, and a user with a password."""
    zh: str
    en: str

    def role(self, names: Names) -> str:
        """What its role and its key are called, e.g. ``tf-writer``."""
        return f"{names.prefix}-{self.name}"

    @property
    def variable(self) -> str:
        """Of the private ``.env``: the API key of a program."""
        return f"TINGFENG_ES_{self.name.upper()}_KEY"


PRINCIPALS = (
    Principal(name="provisioner", program=True, zh="建模板、索引、别名；导入 Kibana 对象；读不到帖子",
              en="makes templates, indices, aliases and Kibana's objects; reads no post"),
    Principal(name="writer", program=True, zh="写、改、删文档；不能建也不能删索引",
              en="writes, changes and deletes documents; makes and deletes no index"),
    Principal(name="retention", program=True, zh="删过期的索引、做快照；读不到帖子",
              en="deletes indices that are too old, takes snapshots; reads no post"),
    Principal(name="reader", program=True, zh="只读：报告和接口", en="reads: reports and interfaces"),
    Principal(name="analyst", program=False, zh="人：在 Kibana 里看，不能写",
              en="people: look in Kibana, write nothing"),
)  # fmt: skip


def roles(names: Names) -> dict[str, dict[str, Any]]:
    """Role descriptors by principal: bodies of ``PUT _security/role/…``, and what API keys carry.

    Provisioner: ``manage_index_templates`` knows no names, so it reaches every template of the
    cluster, and so does naming a place for snapshots; everything else stands within *names*. Writer: ``monitor`` is for the node's modules,
    ``maintenance`` for the refresh after a load. Retention: taking a snapshot is a named privilege,
    deleting an old one is not, and is named by its action. Restoring is left to the superuser, for
    a snapshot may hold the cluster's users.
    """
    everything = _patterns(names, FAMILIES)
    return {
        "provisioner": {
            "cluster": ["manage_index_templates", "monitor", *_REPOSITORY],
            "indices": [_on(everything, "create_index", "manage", "view_index_metadata")],
            "applications": [_kibana("all", "dashboard_v2", "discover_v2", "visualize_v2",
                                     "indexPatterns", "savedObjectsManagement",
                                     "savedObjectsTagging")],
        },
        "writer": {
            "cluster": ["monitor"],
            "indices": [_on(everything, "read", _WRITE, "maintenance", "view_index_metadata")],
        },
        "retention": {
            "cluster": ["monitor", "create_snapshot", "cluster:admin/snapshot/delete"],
            "indices": [_on(_patterns(names, PARTITIONED), "delete_index", "maintenance", "monitor",
                            "view_index_metadata")],
        },
        "reader": {
            "cluster": ["monitor"],
            "indices": [_on(everything, "read", "view_index_metadata")],
        },
        "analyst": {
            "cluster": [],
            "indices": [_on(_patterns(names, SHOWN), "read", "view_index_metadata")],
            "applications": [_kibana("read", "dashboard_v2", "discover_v2", "visualize_v2",
                                     "savedObjectsTagging")],
        },
    }  # fmt: skip


def _patterns(names: Names, families: Iterable[str]) -> list[str]:
    """Aliases and indices of *families*, each by its name: ``tf-*`` would also be team ``tf-b``'s."""
    return [pattern for one in families for pattern in (names.alias(one), f"{names.alias(one)}-*")]


def _on(patterns: list[str], *privileges: str) -> dict[str, Any]:
    return {"names": patterns, "privileges": list(privileges)}


def _kibana(level: str, *features: str) -> dict[str, Any]:
    """Features of Kibana's default space. Names with ``_v2`` are those of 8.18 and later."""
    return {
        "application": _KIBANA,
        "privileges": [f"feature_{feature}.{level}" for feature in features],
        "resources": ["space:default"],
    }
