"""What Kibana asks Elasticsearch to fill a panel or a list, made from the saved objects themselves.

Follows Lens (``form_based`` to ``esaggs``) and ``kbn-es-query``: so a panel can be filled on a real
server without Kibana, and what is tried is what is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from index.es.fields import TIME_FIELDS
from index.kibana import kql
from index.kibana.kql_dsl import query
from index.kibana.lens import LAYER, field_type

Dsl = dict[str, Any]
Row = dict[str, Any]
"""Values of one row of a panel by the ids of its columns."""

ZONE = "Asia/Shanghai"

_BARS = 100
"""Bars of a chart (``histogram:maxBars``); for more, Kibana takes the next of these intervals."""

_HOURS = {"year": 8766, "month": 730.5, "week": 168, "day": 24, "12h": 12, "3h": 3, "hour": 1}
_SAVED = {"d": "day", "h": "hour"}

_ACCURATE = 1000
"""Values that each shard gives at least in Lens's accuracy mode."""

_METRICS = {
    "sum": "sum", "average": "avg", "max": "max", "min": "min", "unique_count": "cardinality",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What is chosen on a dashboard at the moment of asking."""

    since: str
    until: str
    """ISO times; *until* is included, as Kibana has it."""

    filters: tuple[Dsl, ...] = ()
    """Saved filters, as in ``searchSourceJSON.filter``."""

    typed: str = ""
    """KQL in the search bar."""

    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Values chosen in the controls, by field."""


def chart(attributes: Dsl, family: str, page: Page) -> Dsl:
    """The search of a Lens chart."""
    state = attributes["state"]
    layer = state["datasourceStates"]["formBased"]["layers"][LAYER]
    alone = layer.get("ignoreGlobalFilters", False)
    own = [] if alone else [*_asked(state["query"], family)]  # it is a global filter to Lens
    return {
        "size": 0,
        "track_total_hits": True,
        "query": _query(family, page, own, alone=alone),
        "aggs": _aggregations(layer, family, page),
    }


def listed(attributes: Dsl, source: Dsl, family: str, page: Page) -> Dsl:
    """The search of a list: *source* is its ``searchSourceJSON``."""
    own = [*_asked(source["query"], family)]
    with_own = Page(
        since=page.since, until=page.until, typed=page.typed, chosen=page.chosen,
        filters=(*page.filters, *source["filter"]),
    )  # fmt: skip
    ((name, direction),) = attributes["sort"]
    order: Dsl = {"order": direction, "unmapped_type": "boolean"}
    if name == TIME_FIELDS[family]:
        order["format"] = "strict_date_optional_time"
    return {
        "size": 500,
        "track_total_hits": True,
        "query": _query(family, with_own, own, alone=False),
        "sort": [{name: order}],
        "fields": [{"field": "*", "include_unmapped": True}],
        "_source": False,
    }


def _asked(said: Dsl, family: str) -> Iterator[Dsl]:
    if said["query"]:
        yield query(kql.parse(said["query"]), partial(field_type, family))


def _query(family: str, page: Page, own: list[Dsl], *, alone: bool) -> Dsl:
    span = {"gte": page.since, "lte": page.until, "format": "strict_date_optional_time"}
    must: list[Dsl] = [{"range": {TIME_FIELDS[family]: span}}, *own]
    never: list[Dsl] = []
    if not alone:
        must += _asked({"query": page.typed}, family)
        for name, values in page.chosen.items():
            must.append(_any_of(name, values))
        for each in page.filters:
            (never if each["meta"]["negate"] else must).append(each["query"])
    return {"bool": {"must": [], "filter": must, "should": [], "must_not": never}}


def _any_of(name: str, values: tuple[str, ...]) -> Dsl:
    if len(values) == 1:
        return {"match_phrase": {name: values[0]}}
    found = [{"match_phrase": {name: value}} for value in values]
    return {"bool": {"minimum_should_match": 1, "should": found}}


def _aggregations(layer: Dsl, family: str, page: Page) -> Dsl:
    columns = {id: layer["columns"][id] for id in layer["columnOrder"]}
    aggs: Dsl = {}
    for id, column in columns.items():
        if not column["isBucketed"] and "references" not in column:
            aggs |= _metric(id, column, family)
    for id, column in reversed([each for each in columns.items() if each[1]["isBucketed"]]):
        aggs = {id: {**_bucket(column, columns, page), **({"aggs": aggs} if aggs else {})}}
    return aggs


def _metric(id: str, column: Dsl, family: str) -> Dsl:
    operation = column["operationType"]
    inner: Dsl = {}
    if operation != "count":
        inner = {id: {_METRICS[operation]: {"field": column["sourceField"]}}}
    if "filter" not in column:
        return inner
    found: Dsl = {"filter": next(_asked(column["filter"], family))}
    return {f"{id}-bucket": {**found, **({"aggs": inner} if inner else {})}}


def _bucket(column: Dsl, columns: Dsl, page: Page) -> Dsl:
    params, name = column["params"], column["sourceField"]
    if column["operationType"] == "date_histogram":
        return {
            "date_histogram": {
                "field": name,
                **_interval(_SAVED[params["interval"]], page),
                "time_zone": ZONE,
                "min_doc_count": 0 if params["includeEmptyRows"] else 1,
            }
        }
    by = params["orderBy"]
    key = "_key"
    if by["type"] == "column":
        key = by["columnId"]
        if columns[key]["operationType"] == "count":
            key = "_count"
    order = {key: params["orderDirection"]}
    found: Dsl = {"field": name, "size": params["size"], "order": order}
    if params.get("accuracyMode"):
        found["shard_size"] = max(_ACCURATE, int(params["size"] * 1.5 + 10))
    return {"terms": found}


def _interval(saved: str, page: Page) -> Dsl:
    """The interval of a chart, or the widest "pretty" one that makes no more than a hundred bars."""
    width = datetime.fromisoformat(page.until) - datetime.fromisoformat(page.since)
    hours = width.total_seconds() / 3600
    taken = saved
    if hours / _HOURS[saved] > _BARS:
        taken = next(name for name, each in _HOURS.items() if each <= hours / _BARS)
    return {"fixed_interval" if taken[0].isdigit() else "calendar_interval": taken}


def rows(attributes: Dsl, answer: Dsl) -> list[Row]:
    """The table behind a chart: what its marks are drawn from."""
    layer = attributes["state"]["datasourceStates"]["formBased"]["layers"][LAYER]
    columns = {id: layer["columns"][id] for id in layer["columnOrder"]}
    splits = [id for id, column in columns.items() if column["isBucketed"]]
    whole = {"doc_count": answer["hits"]["total"]["value"], **answer.get("aggregations", {})}
    return [{**key, **_numbers(columns, bucket)} for key, bucket in _leaves(whole, splits, {})]


def _leaves(bucket: Dsl, splits: list[str], key: Row) -> Iterator[tuple[Row, Dsl]]:
    if not splits:
        yield key, bucket
        return
    for each in bucket[splits[0]]["buckets"]:
        value = each.get("key_as_string") if isinstance(each["key"], int) else each["key"]
        yield from _leaves(each, splits[1:], {**key, splits[0]: value})


def _numbers(columns: Dsl, bucket: Dsl) -> Row:
    found: Row = {}
    for id, column in columns.items():
        if column["isBucketed"]:
            continue
        if "references" in column:
            found[id] = _worked_out(column, found)
            continue
        inner = bucket[f"{id}-bucket"] if "filter" in column else bucket
        counted = column["operationType"] == "count"
        found[id] = inner["doc_count"] if counted else inner[id]["value"]
    return found


def _worked_out(column: Dsl, known: Row) -> float | None:
    if column["operationType"] == "formula":
        (reference,) = column["references"]
        result: float | None = known[reference]
        return result
    return _calculated(column["params"]["tinymathAst"], known)


def _calculated(tree: Any, known: Row) -> float | None:
    if isinstance(tree, str):
        value: float | None = known[tree]
        return value
    left, right = (_calculated(each, known) for each in tree["args"])
    if left is None or right is None:
        return None
    if tree["name"] == "divide":
        return left / right if right else None  # Kibana shows nothing
    return left + right if tree["name"] == "add" else left - right
