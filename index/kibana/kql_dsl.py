"""The query that Kibana sends for one in its own language.

Follows ``kbn-es-query`` (``kuery/functions/*.ts``) without scripted fields, which these indices have
none of.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from index.kibana.kql import Group, Is, Node, Range, Value

Dsl = dict[str, Any]
FieldType = Callable[[str], str | None]
"""Type of a field in the mappings by its name; ``None``: there is no such field."""


def query(node: Node, type_of: FieldType) -> Dsl:
    """What Kibana sends for *node* over a data view whose fields have these types."""
    if isinstance(node, Group):
        found = [query(each, type_of) for each in node.nodes]
        if node.name == "not":
            return {"bool": {"must_not": found[0]}}
        if node.name == "and":
            return {"bool": {"filter": found}}
        return {"bool": {"should": found, "minimum_should_match": 1}}
    if isinstance(node, Range):
        name = str(node.field.scalar)
        return _one({"range": {name: {node.operator: node.value.scalar}}})
    return _is(node, type_of)


def _is(node: Is, type_of: FieldType) -> Dsl:
    value = node.value
    if node.field is None:
        return _anywhere(value)
    if node.field.anything and value.anything:
        return {"match_all": {}}
    name = str(node.field.scalar)
    kind = type_of(name)
    if value.anything:
        return _one({"exists": {"field": name}})
    if value.parts is not None:
        if kind == "keyword":
            return _one({"wildcard": {name: {"value": value.escaped()}}})
        return _one({"query_string": {"fields": [name], "query": value.escaped()}})
    if kind == "date":
        return _one({"range": {name: {"gte": value.scalar, "lte": value.scalar}}})
    if kind == "keyword":
        return _one({"term": {name: {"value": value.scalar}}})
    return _one({"match_phrase" if value.quoted else "match": {name: value.scalar}})


def _anywhere(value: Value) -> Dsl:
    if value.anything:
        return {"query_string": {"query": "*"}}
    if value.parts is not None:
        return {"query_string": {"query": value.escaped()}}
    kind = "phrase" if value.quoted else "best_fields"
    return {"multi_match": {"type": kind, "query": value.scalar, "lenient": True}}


def _one(query: Dsl) -> Dsl:
    return {"bool": {"should": [query], "minimum_should_match": 1}}
