"""KQL: it can be read, and asks for fields that are there and can be searched."""

from __future__ import annotations

from collections.abc import Iterator

from index.es.fields import properties
from index.kibana import kql
from index.kibana.checks.faults import Fault, Json, fault


def of(where: str, said: Json, family: str) -> Iterator[Fault]:
    """A query as saved: ``{"query": …, "language": "kuery"}``."""
    text = said.get("query", "")
    if said.get("language") != "kuery":
        yield fault(where, "查询语言不是 KQL", "the query is not KQL", "language 写 kuery",
                    "let language be kuery")  # fmt: skip
        return
    try:
        asked = list(kql.fields(kql.parse(text)))
    except kql.KqlError as error:
        yield fault(where, f"KQL 读不懂：{error}", f"KQL that cannot be read: {error}", "改正查询",
                    "mend the query")  # fmt: skip
        return
    for field in asked:
        name = str(field.scalar)
        if field.parts is None and not searchable(family, name):
            yield fault(where, f"KQL 用到 {family} 搜不到的字段 {name}",
                        f"KQL asks {family} for {name}, which cannot be searched",
                        "字段见 index/es/fields.py", "fields stand in index/es/fields.py")  # fmt: skip


def searchable(family: str, name: str) -> bool:
    """Whether documents of *family* can be found by *name*."""
    mapping: Json = {"properties": properties(family, "cjk")}
    for part in name.split("."):
        mapping = mapping.get("properties", {}).get(part, {})
    return "type" in mapping and mapping.get("index", True) and mapping.get("enabled", True)
