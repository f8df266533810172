"""How many shards the cluster takes, and how many there are: at the limit no new month is made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from index.es.layout import FAMILIES
from tingfeng import Message

if TYPE_CHECKING:
    from index.es.connect import Cluster

SHARE = 0.6
"""Of the limit. Each month adds three indices; the rest is room for other teams and for migrating,
which doubles this prefix's shards for a while."""

_SETTING = "max_shards_per_node"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardLimit:
    """Shards with their replicas, whether or not they found a node: the server counts them so."""

    prefix: str
    mine: int
    """Of this prefix."""

    used: int
    """Of everybody in the cluster."""

    most: int
    """``cluster.max_shards_per_node`` times data nodes: above, the server makes no index."""

    @property
    def warning(self) -> Message | None:
        """Said before it is too late."""
        if self.used <= SHARE * self.most:
            return None
        share = f"{self.used / self.most:.0%}"
        return Message(
            f"集群有 {self.used:,} 个分片（{self.prefix} 占 {self.mine:,} 个），已到上限 {self.most:,} 的"
            f" {share}，满了就建不出新月份。请缩短保存期限（tingfeng es retention）、增加数据节点，或调大"
            f" cluster.{_SETTING}",
            f"the cluster has {self.used:,} shards ({self.mine:,} of {self.prefix}), {share} of the"
            f" {self.most:,} that it takes; then no new month can be made: keep posts for a shorter"
            f" time (tingfeng es retention), add data nodes, or raise cluster.{_SETTING}",
        )


def shard_limit(cluster: Cluster) -> ShardLimit | None:
    """Asks as whoever may monitor the cluster; ``None`` for others."""
    from elasticsearch import AuthorizationException

    names, client = cluster.names, cluster.client
    with cluster.said():
        try:
            told = client.cluster.get_settings(
                include_defaults=True, filter_path=f"*.cluster.{_SETTING}"
            ).body
            everybody = client.cluster.health().body
            mine = client.cluster.health(
                index=",".join(f"{names.alias(family)}-v*" for family in FAMILIES)
            ).body
        except AuthorizationException:
            return None
    each = _each(told)
    if each is None or not cluster.data_nodes:
        return None
    return ShardLimit(
        prefix=names.prefix,
        mine=_shards(mine),
        used=_shards(everybody),
        most=each * cluster.data_nodes,
    )


def _each(told: dict[str, Any]) -> int | None:
    """What goes before what, as in the server: until it restarts, for ever, its default."""
    for level in ("transient", "persistent", "defaults"):
        value = told.get(level, {}).get("cluster", {}).get(_SETTING)
        if value is not None:
            return int(value)
    return None


def _shards(health: dict[str, Any]) -> int:
    return sum(health[f"{kind}_shards"] for kind in ("active", "initializing", "unassigned"))
