"""A panel as Kibana's chart editor, Lens, saves it.

Shapes: what 8.19.9 and 9.2 themselves wrote, and what was exported from them. A formula is saved
with the columns that it is worked out from, as 8.19 does: 9.x makes them anew from its text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from index.es.fields import properties
from index.kibana.panels import Formula, Math, Metric, Panel, Shape, Shown, Split, Times, Values
from tingfeng import Lang

Json = dict[str, Any]

LAYER = "layer"
"""Id of a chart's only layer."""

RECORDS = "___records___"
"""Lens's field of a count."""

REFERENCE = f"indexpattern-datasource-layer-{LAYER}"
"""Name under which a chart refers to its data view."""

_SERIES: dict[Shape, str] = {
    "line": "line", "area": "area_stacked", "bars": "bar_stacked", "rows": "bar_horizontal",
    "shares": "bar_horizontal_percentage_stacked",
}  # fmt: skip
_TYPES = {"keyword": "string", "boolean": "boolean", "date": "date", "text": "string"}
_SIGNS = {"add": "+", "subtract": "-", "divide": "/"}


def attributes(panel: Panel, view: str, lang: Lang) -> Json:
    """The chart of *panel* over the data view *view*: ``embeddableConfig.attributes``."""
    columns, order = _columns(panel, lang)
    layer: Json = {"columns": columns, "columnOrder": order, "incompleteColumns": {}, "sampling": 1}
    if panel.alone:
        layer["ignoreGlobalFilters"] = True
    return {
        "title": panel.title.into(lang),
        "description": panel.about.into(lang) if panel.about else "",
        "type": "lens",
        "visualizationType": _visualization_type(panel.shape),
        "references": [{"type": "index-pattern", "id": view, "name": REFERENCE}],
        "state": {
            "adHocDataViews": {},
            "datasourceStates": {"formBased": {"layers": {LAYER: layer}}},
            "filters": [],
            "internalReferences": [],
            "query": {"language": "kuery", "query": panel.where},
            "visualization": _visualization(panel),
        },
    }


def _columns(panel: Panel, lang: Lang) -> tuple[Json, list[str]]:
    """Columns and their order, which is that of the aggregations, the outermost first.

    Values come before times, so that the most frequent are those of the whole span.
    """
    columns: Json = {}
    splits = list(enumerate(panel.splits))
    for place, split in sorted(splits, key=lambda each: isinstance(each[1], Times)):
        columns[f"split{place}"] = _split(split, panel, lang)
    for place, shown in enumerate(panel.metrics):
        columns |= _shown(f"metric{place}", shown, lang)
    return columns, list(columns)


def _split(split: Split, panel: Panel, lang: Lang) -> Json:
    column: Json = {
        "label": split.title.into(lang), "customLabel": True, "isBucketed": True,
        "sourceField": split.field,
    }  # fmt: skip
    if isinstance(split, Times):
        return column | {
            "dataType": "date", "operationType": "date_histogram", "scale": "interval",
            "params": {"interval": split.interval, "includeEmptyRows": True, "dropPartials": False},
        }  # fmt: skip
    return column | {
        "dataType": data_type(panel.family, split.field),
        "operationType": "terms",
        "scale": "ordinal",
        "params": _terms(split),
    }


def _terms(split: Values) -> Json:
    by: Json = {"type": "alphabetical", "fallback": False}
    if split.by is not None:
        by = {"type": "column", "columnId": f"metric{split.by}"}
    return {
        "size": split.size,
        "orderBy": by,
        "orderDirection": "asc" if split.by is None else "desc",
        "accuracyMode": True,  # a shard a month: else what is frequent in all, and first in none, is lost
        "otherBucket": split.rest,
        "missingBucket": False,
        "parentFormat": {"id": "terms"},
        "include": [],
        "exclude": [],
        "includeIsRegex": False,
        "excludeIsRegex": False,
    }


def data_type(family: str, field: str) -> str:
    """What Kibana takes a field for."""
    return _TYPES.get(field_type(family, field) or "", "number")


def field_type(family: str, field: str) -> str | None:
    """Type of *field*, which may lie within another, in the mappings; ``None``: not there."""
    mapping: Json = {"properties": properties(family, "cjk")}
    for name in field.split("."):
        mapping = mapping.get("properties", {}).get(name, {})
    return mapping.get("type")


def _shown(id: str, shown: Shown, lang: Lang) -> Json:
    """Columns of one metric: a formula's parts come before it."""
    if isinstance(shown, Metric):
        return {id: _metric(shown, shown.title.into(lang))}
    label = f"Part of {formula(shown.math)}"
    parts = list(_leaves(shown.math))
    columns = {f"{id}X{place}": _metric(part, label) for place, part in enumerate(parts)}
    math = f"{id}X{len(parts)}"
    names = iter(list(columns))
    columns[math] = {
        "label": label, "customLabel": True, "dataType": "number", "isBucketed": False,
        "operationType": "math", "scale": "ratio", "references": list(columns),
        "params": {"tinymathAst": _tree(shown.math, names)},
    }  # fmt: skip
    columns[id] = {
        "label": shown.title.into(lang), "customLabel": True, "dataType": "number",
        "isBucketed": False, "operationType": "formula", "scale": "ratio", "references": [math],
        "params": {"formula": formula(shown.math), "isFormulaBroken": False, **_format(shown)},
    }  # fmt: skip
    return columns


def _format(shown: Formula) -> Json:
    return {"format": {"id": "percent", "params": {"decimals": 1}}} if shown.percent else {}


def _metric(metric: Metric, label: str) -> Json:
    column: Json = {
        "label": label, "customLabel": True, "dataType": "number", "isBucketed": False,
        "operationType": metric.operation, "scale": "ratio",
        "sourceField": metric.field or RECORDS, "params": {},
    }  # fmt: skip
    if metric.operation in ("count", "sum", "unique_count"):
        column["params"] = {"emptyAsNull": False}  # none is 0, and shown
    if metric.where:
        column["filter"] = {"language": "kuery", "query": metric.where}
    return column


def _leaves(math: Math | Metric) -> Iterator[Metric]:
    if isinstance(math, Metric):
        yield math
    else:
        yield from _leaves(math.left)
        yield from _leaves(math.right)


def _tree(math: Math | Metric, names: Iterator[str]) -> Any:
    if isinstance(math, Metric):
        return next(names)
    args = [_tree(math.left, names), _tree(math.right, names)]
    return {"type": "function", "name": math.name, "args": args}


def formula(math: Math | Metric, *, inner: bool = False) -> str:
    """As a person would type it into Lens."""
    if isinstance(math, Math):
        sides = (formula(side, inner=True) for side in (math.left, math.right))
        text = f" {_SIGNS[math.name]} ".join(sides)
        return f"({text})" if inner else text
    arguments = [math.field] if math.field else []
    if math.where:
        arguments.append(f"kql='{math.where}'")
    return f"{math.operation}({', '.join(arguments)})"


def _visualization_type(shape: Shape) -> str:
    others = {"number": "lnsMetric", "donut": "lnsPie", "cloud": "lnsTagcloud", "table": "lnsDatatable"}  # fmt: skip
    return others.get(shape, "lnsXY")


def _visualization(panel: Panel) -> Json:
    metrics = [f"metric{place}" for place in range(len(panel.metrics))]
    splits = [f"split{place}" for place in range(len(panel.splits))]
    if panel.shape == "number":
        (shown,) = panel.metrics
        color = {"color": shown.color} if shown.color else {}
        return {"layerId": LAYER, "layerType": "data", "metricAccessor": metrics[0], **color}
    if panel.shape == "donut":
        return _donut(metrics, splits)
    if panel.shape == "cloud":
        return {
            "layerId": LAYER, "tagAccessor": splits[0],
            "valueAccessor": metrics[0], "maxFontSize": 48, "minFontSize": 12,
            "orientation": "single", "showLabel": False,
        }  # fmt: skip
    if panel.shape == "table":
        columns = [{"columnId": column} for column in (*splits, *metrics)]
        return {
            "layerId": LAYER, "layerType": "data", "columns": columns,
            "paging": {"enabled": True, "size": 20},
        }  # fmt: skip
    return _chart(panel, metrics, splits)


def _donut(metrics: list[str], splits: list[str]) -> Json:
    layer = {
        "layerId": LAYER, "layerType": "data", "primaryGroups": splits, "metrics": metrics,
        "numberDisplay": "percent", "categoryDisplay": "default", "legendDisplay": "show",
        "legendPosition": "right", "nestedLegend": False,
    }  # fmt: skip
    return {"shape": "donut", "layers": [layer]}


def _chart(panel: Panel, metrics: list[str], splits: list[str]) -> Json:
    series = _SERIES[panel.shape]
    layer: Json = {
        "layerId": LAYER, "layerType": "data", "seriesType": series, "position": "top",
        "showGridlines": False, "xAccessor": splits[0], "accessors": metrics,
        "yConfig": [
            {"forAccessor": id, "axisMode": "left", **({"color": shown.color} if shown.color else {})}
            for id, shown in zip(metrics, panel.metrics, strict=True)
        ],
    }  # fmt: skip
    if len(splits) > 1:
        layer["splitAccessor"] = splits[1]
    return {
        "layers": [layer],
        "preferredSeriesType": series,
        "legend": {"isVisible": True, "position": "bottom", "showSingleSeries": False},
        "valueLabels": "hide",
        "fittingFunction": "Zero" if panel.shape == "area" else "Linear",
        "axisTitlesVisibilitySettings": {"x": False, "yLeft": False, "yRight": False},
    }
