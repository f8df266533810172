"""Documents whole: newer servers leave vectors out of what they give back unless asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

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
    found: list[Any] = answer.body["docs"]
    return found
