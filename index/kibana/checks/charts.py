"""Charts: columns that fit together, over fields that are there and can be counted so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from index.es.fields import properties
from index.es.layout import Names
from index.kibana import lens
from index.kibana.checks import queries
from index.kibana.checks.faults import Fault, Json, Saved, family_of, fault

_NUMBERS = frozenset({"long", "integer", "float"})
_COUNTED = frozenset({"keyword", "boolean", "date"}) | _NUMBERS
_FITS = {
    "date_histogram": frozenset({"date"}), "terms": _COUNTED, "unique_count": _COUNTED,
    "sum": _NUMBERS, "average": _NUMBERS, "max": _NUMBERS | {"date"}, "min": _NUMBERS | {"date"},
}  # fmt: skip
"""Types of fields that an operation can be asked of."""

KEYS = {
    "lnsMetric": "layerId layerType metricAccessor secondaryMetricAccessor breakdownByAccessor"
                 " maxAccessor color palette showBar subtitle secondaryPrefix icon maxCols"
                 " progressDirection titlesTextAlign valuesTextAlign valueFontMode",
    "lnsXY": "layers preferredSeriesType legend valueLabels fittingFunction emphasizeFitting"
             " axisTitlesVisibilitySettings tickLabelsVisibilitySettings labelsOrientation"
             " gridlinesVisibilitySettings yLeftExtent yRightExtent xExtent xTitle yTitle"
             " yRightTitle yLeftScale yRightScale curveType fillOpacity hideEndzones"
             " showCurrentTimeMarker valuesInLegend endValue minBarHeight",
    "lnsPie": "shape layers palette",
    "lnsTagcloud": "layerId tagAccessor valueAccessor maxFontSize minFontSize orientation"
                   " showLabel palette colorMapping",
    "lnsDatatable": "layerId layerType columns paging sorting rowHeight headerRowHeight"
                    " rowHeightLines headerRowHeightLines density",
}  # fmt: skip
"""Keys of ``visualization`` that Kibana's own exports and fixtures of 8.19 and 9.2 have. It ignores
what it does not know, and shows the chart without it.
"""

_PARTS = frozenset({"count", "math", "formula", "filters"})
"""Operations that need no field."""

_ACCESSORS = frozenset({
    "metricAccessor", "secondaryMetricAccessor", "breakdownByAccessor", "xAccessor", "yAccessor",
    "splitAccessor", "tagAccessor", "valueAccessor", "forAccessor", "columnId", "accessors",
    "primaryGroups", "secondaryGroups", "metrics",
})  # fmt: skip


def charts(saved: Saved, names: Names) -> Iterator[tuple[str, str, Json, str | None]]:
    """Charts of a dashboard: where, id of the panel, its attributes, the family it counts."""
    if saved.type != "dashboard":
        return
    for panel in saved.attributes["panelsJSON"]:
        attributes = panel.get("embeddableConfig", {}).get("attributes")
        if panel.get("type") == "lens" and isinstance(attributes, dict):
            id = str(panel.get("panelIndex"))
            view = saved.refers(f"{id}:{lens.REFERENCE}")
            yield f"{saved.where}, panel {id}", id, attributes, family_of(view, names)


def look(saved: Saved, objects: list[Saved], names: Names) -> Iterator[Fault]:
    """All charts of a dashboard."""
    for where, _, attributes, family in charts(saved, names):
        try:
            yield from _chart(where, attributes, family)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            yield fault(where, f"图表缺少 {error}", f"the chart lacks {error}",
                            "用 tingfeng kibana build 重新生成", "make it anew: tingfeng kibana build")  # fmt: skip


def _chart(where: str, attributes: Json, family: str | None) -> Iterator[Fault]:
    state = attributes["state"]
    layers = state["datasourceStates"]["formBased"]["layers"]
    if family is None:
        yield fault(where, "数据视图不是听风的", "its data view is none of tingfeng's",
                    "引用 prefix-posts 等数据视图", "refer to a view like prefix-posts")  # fmt: skip
        return
    yield from queries.of(where, state["query"], family)
    kind = attributes["visualizationType"]
    for name in sorted(state["visualization"].keys() - set(KEYS.get(kind, "").split())):
        yield fault(where, f"{kind} 没有设置 {name}", f"{kind} has no setting {name}",
                    "改正名字，或删去它", "mend its name, or remove it")  # fmt: skip
    known = set()
    for layer in layers.values():
        if layer.get("ignoreGlobalFilters") and state["query"].get("query"):
            yield fault(where, "不听筛选的面板连自己的查询也不听", "a panel that is deaf to filters is deaf to"
                        " its own query", "把条件写进指标的 filter", "put it into filters of its metrics")  # fmt: skip
        known |= set(layer["columns"])
        yield from _layer(where, layer, family)
    for id in sorted(set(_accessors(state["visualization"])) - known):
        yield fault(where, f"图里用到不存在的列 {id}", f"it shows a column {id} that is not there",
                    "改成某一列的 id", "name one of its columns")  # fmt: skip


def _layer(where: str, layer: Json, family: str) -> Iterator[Fault]:
    columns = layer["columns"]
    if sorted(layer["columnOrder"]) != sorted(columns):
        yield fault(where, "columnOrder 与 columns 不一致", "columnOrder and columns differ",
                    "两处写同样的列", "name the same columns in both")  # fmt: skip
    for id, column in columns.items():
        at = f"{where}, column {id}"
        yield from _field(at, column, family)
        if "filter" in column:
            yield from queries.of(at, column["filter"], family)
        by = column.get("params", {}).get("orderBy", {})
        wanted = [*column.get("references", ()), *([by["columnId"]] if "columnId" in by else ())]
        for other in wanted:
            if other not in columns:
                yield fault(at, f"指向不存在的列 {other}", f"it refers to a column {other} that is not"
                            " there", "改成某一列的 id", "name one of the columns")  # fmt: skip
            elif other == by.get("columnId") and {"references", "filter"} & set(columns[other]):
                yield fault(at, f"不能按公式或带条件的指标 {other} 排序",
                            f"{other}, a formula or a metric with a filter, cannot put values in order",
                            "按普通指标排序", "order by a plain metric")  # fmt: skip


def _field(where: str, column: Json, family: str) -> Iterator[Fault]:
    operation, name = column["operationType"], column.get("sourceField")
    if operation in _PARTS:
        return
    if operation not in _FITS:
        yield fault(where, f"不认识的运算 {operation}", f"unknown operation {operation}",
                    f"可用：{', '.join(_FITS)}", f"known: {', '.join(_FITS)}")  # fmt: skip
        return
    mapping = field_mapping(family, str(name))
    if mapping is None:
        yield fault(where, f"{family} 没有字段 {name}", f"{family} has no field {name}",
                    "字段见 index/es/fields.py", "fields stand in index/es/fields.py")  # fmt: skip
    elif mapping.get("type") not in _FITS[operation] or mapping.get("doc_values") is False:
        kind = mapping.get("type", "object")
        yield fault(where, f"字段 {name}（{kind}）不能做 {operation}",
                    f"field {name} ({kind}) cannot be asked for {operation}",
                    "换一个可统计的字段", "take a field that can be counted")  # fmt: skip


def field_mapping(family: str, name: str) -> Json | None:
    """How *name* is kept; ``None``: it is not."""
    mapping: Json = {"properties": properties(family, "cjk")}
    for part in name.split("."):
        mapping = mapping.get("properties", {}).get(part)
        if mapping is None:
            return None
    return mapping


def _accessors(value: Any, name: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for inner, each in value.items():
            yield from _accessors(each, inner)
    elif isinstance(value, list):
        for each in value:
            yield from _accessors(each, name)
    elif name in _ACCESSORS and isinstance(value, str):
        yield value
