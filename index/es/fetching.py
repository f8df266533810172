"""Documents whole: newer servers leave vectors out of what they give back unless asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tingfeng import StoreError

if TYPE_CHECKING:
    from index.es.connect import Cluster

_LEFT_OUT = (9, 2)
"""From this version on. Older ones refuse the question."""

_JSON = {"accept": "application/json", "content-type": "application/json"}


def fetched(
    cluster: Cluster, docs: Sequence[dict[str, str]], fields: Sequence[str] = ()
) -> list[Any]:
    """Answers for ``{"_index": …, "_id": …}``, in order, as they are at this moment; *fields*: only
    these.
    """
    options: dict[str, Any] = {}
    if fields:
        options["_source_includes"] = ",".join(fields)
    if cluster.version >= _LEFT_OUT:
        options["_source_exclude_vectors"] = "false"
    with cluster.said():
        answer = cluster.client.perform_request(
            "POST", "/_mget", params=options, headers=_JSON, body={"docs": list(docs)}
        )
    return answered(answer.body["docs"])


def answered(docs: list[Any]) -> list[Any]:
    """*docs* of an answer to many questions. A document that could not be asked for is not one that
    is missing: raises :class:`tingfeng.StoreError`.
    """
    for each in docs:
        kind = each.get("error", {}).get("type")
        if kind is not None and kind != "index_not_found_exception":
            raise StoreError(
                f"Elasticsearch 暂时读不到 {each['_index']}（{kind}）。请检查集群健康，稍后再试",
                f"Elasticsearch cannot read {each['_index']} just now ({kind}): look at the health"
                " of the cluster, and try again",
            )
    return docs
