"""Documents whole: newer servers leave vectors out of what they give back unless asked."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from tingfeng import StoreError

if TYPE_CHECKING:
    from index.es.connect import Cluster

T = TypeVar("T")

PATIENCE = 10.0
"""Seconds in which the shard of a new index is there, also on a busy machine."""

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

    def ask() -> list[Any]:
        answer = cluster.client.perform_request(
            "POST", "/_mget", params=options, headers=_JSON, body={"docs": list(docs)}
        )
        found: list[Any] = answer.body["docs"]
        return found

    with cluster.said():
        return answered(patiently(ask, until=_readable))


def patiently(ask: Callable[[], T], *, until: Callable[[T], bool] = lambda _: True) -> T:
    """What *ask* gives, asked again for some seconds while a shard is on its way: another process
    may have made an index just now.
    """
    from elasticsearch import ApiError

    end = time.monotonic() + PATIENCE
    while True:
        try:
            found = ask()
        except ApiError as error:
            if error.meta.status != 503 or time.monotonic() > end:
                raise
        else:
            if until(found) or time.monotonic() > end:
                return found
        time.sleep(0.1)


def _readable(docs: list[Any]) -> bool:
    return all(_trouble(each) is None for each in docs)


def _trouble(doc: Any) -> str | None:
    """Why it could not be asked for; a missing index is an answer."""
    kind: str | None = doc.get("error", {}).get("type")
    return None if kind == "index_not_found_exception" else kind


def answered(docs: list[Any]) -> list[Any]:
    """*docs* of an answer to many questions. A document that could not be asked for is not one that
    is missing: raises :class:`tingfeng.StoreError`.
    """
    for each in docs:
        if (kind := _trouble(each)) is not None:
            raise StoreError(
                f"Elasticsearch 暂时读不到 {each['_index']}（{kind}）。请检查集群健康，稍后再试",
                f"Elasticsearch cannot read {each['_index']} just now ({kind}): look at the health"
                " of the cluster, and try again",
            )
    return docs
