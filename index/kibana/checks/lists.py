"""Data views and saved searches: their fields."""

from __future__ import annotations

from collections.abc import Iterator

from index.es.layout import Names
from index.kibana.checks import queries
from index.kibana.checks.charts import field_mapping
from index.kibana.checks.faults import Fault, Saved, family_of, fault

_META = "kibanaSavedObjectMeta.searchSourceJSON"


def look(saved: Saved, objects: list[Saved], names: Names) -> Iterator[Fault]:
    """A data view or a search."""
    if saved.type == "index-pattern":
        yield from _view(saved, names)
    elif saved.type == "search":
        yield from _search(saved, names)


def _view(saved: Saved, names: Names) -> Iterator[Fault]:
    family = family_of(saved.attributes.get("title"), names)
    if family is None:
        yield fault(saved.where, f"title 不是前缀 {names.prefix} 的别名",
                    f"its title is no alias of prefix {names.prefix}", "核对 [elastic] 的 prefix",
                    "look at prefix in [elastic]")  # fmt: skip
        return
    if saved.id != saved.attributes["title"]:
        yield fault(saved.where, "id 与 title 不同", "its id and title differ",
                    "id 写成别名：图表按 id 找它", "let the id be the alias: charts find it by that")  # fmt: skip
    time = str(saved.attributes.get("timeFieldName", ""))
    if (field_mapping(family, time) or {}).get("type") != "date":
        yield fault(saved.where, f"时间字段 {time} 不是日期", f"its time, {time}, is no date",
                    "换成日期字段", "take a field of dates")  # fmt: skip
    for part in ("fieldAttrs", "fieldFormatMap"):
        for name in saved.attributes.get(part) or {}:
            if field_mapping(family, name) is None:
                yield fault(f"{saved.where}, {part}", f"{family} 没有字段 {name}",
                            f"{family} has no field {name}", "删去它", "remove it")  # fmt: skip


def _search(saved: Saved, names: Names) -> Iterator[Fault]:
    source = saved.attributes.get("kibanaSavedObjectMeta", {}).get("searchSourceJSON", {})
    family = family_of(saved.refers(source.get("indexRefName", f"{_META}.index")), names)
    if family is None:
        yield fault(saved.where, "数据视图不是听风的", "its data view is none of tingfeng's",
                    "引用 prefix-posts 等数据视图", "refer to a view like prefix-posts")  # fmt: skip
        return
    yield from queries.of(saved.where, source.get("query", {}), family)
    for name in saved.attributes.get("columns", ()):
        if field_mapping(family, name) is None:
            yield fault(f"{saved.where}, column {name}", f"{family} 没有这个字段",
                        f"{family} has no such field", "换成有的字段", "take one that it has")  # fmt: skip
    for pair in saved.attributes.get("sort", ()):
        mapping = (field_mapping(family, pair[0]) if pair else None) or {}
        if mapping.get("type") in (None, "text") or mapping.get("doc_values") is False:
            yield fault(f"{saved.where}, sort", f"不能按 {pair} 排序", f"{pair} cannot put it in order",
                        "换成可排序的字段", "take a field that can")  # fmt: skip
    for each in source.get("filter", ()):
        name = str(each.get("meta", {}).get("key", ""))
        if not queries.searchable(family, name):
            yield fault(f"{saved.where}, filter {name}", f"{family} 没有这个字段",
                        f"{family} has no such field", "换成有的字段", "take one that it has")  # fmt: skip
