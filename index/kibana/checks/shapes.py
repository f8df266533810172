"""Keys of attributes, as Kibana's own schemas allow and ask for them on import.

Read in elastic/kibana (``dashboard_saved_object/schema/v2``, ``saved_search/…/schema_legacy.ts``).
Data views have no schema there: whatever is imported is kept, and fails in the browser.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from index.es.layout import Names
from index.kibana.checks.faults import Fault, Json, Saved, fault

_TEXT, _FLAG, _NUMBER = (str,), (bool,), (int, float)
_OPEN = (dict, list)
"""JSON in a string, which was parsed before."""

_Schema = dict[str, tuple[tuple[type, ...], bool]]
"""Types of an attribute, and whether it must be there."""

SCHEMAS: dict[str, _Schema] = {
    "tag": {"name": (_TEXT, True), "description": (_TEXT, True), "color": (_TEXT, True)},
    "index-pattern": {
        "title": (_TEXT, True), "name": (_TEXT, False), "timeFieldName": (_TEXT, False),
        "allowHidden": (_FLAG, False), "fields": (_OPEN, False), "fieldAttrs": (_OPEN, False),
        "fieldFormatMap": (_OPEN, False), "runtimeFieldMap": (_OPEN, False),
        "sourceFilters": (_OPEN, False), "typeMeta": (_OPEN, False), "type": (_TEXT, False),
        "allowNoIndex": (_FLAG, False), "intervalName": (_TEXT, False),
    },
    "search": {
        "title": (_TEXT, True), "description": (_TEXT, False), "columns": ((list,), False),
        "sort": ((list,), False), "grid": ((dict,), False), "rowHeight": (_NUMBER, False),
        "rowsPerPage": (_NUMBER, False), "hideChart": (_FLAG, False),
        "breakdownField": (_TEXT, False), "kibanaSavedObjectMeta": ((dict,), True),
        "isTextBasedQuery": (_FLAG, False), "usesAdHocDataView": (_FLAG, False),
        "timeRestore": (_FLAG, False), "timeRange": ((dict,), False),
        "refreshInterval": ((dict,), False), "viewMode": (_TEXT, False),
        "hideAggregatedPreview": (_FLAG, False), "hits": (_NUMBER, False),
        "version": (_NUMBER, False), "sampleSize": (_NUMBER, False),
        "headerRowHeight": (_NUMBER, False),
    },
    "dashboard": {
        "title": (_TEXT, True), "description": (_TEXT, False),
        "kibanaSavedObjectMeta": ((dict,), True), "timeRestore": (_FLAG, False),
        "timeFrom": (_TEXT, False), "timeTo": (_TEXT, False), "refreshInterval": ((dict,), False),
        "controlGroupInput": ((dict,), False), "panelsJSON": (_OPEN, True),
        "optionsJSON": (_OPEN, False), "hits": (_NUMBER, False), "version": (_NUMBER, False),
    },
}  # fmt: skip

_PANELS = {
    "lens": ("attributes",),
    "visualization": ("savedVis",),
    "search": (),
}
"""Kinds of panels that are known here, and what their ``embeddableConfig`` must hold."""


def look(saved: Saved, objects: list[Saved], names: Names) -> Iterator[Fault]:
    """Keys that are missing, unknown or of another type."""
    yield from _attributes(saved)
    if saved.type == "dashboard":
        yield from _panels(saved)


def _attributes(saved: Saved) -> Iterator[Fault]:
    schema = SCHEMAS[saved.type]
    for name in sorted(saved.attributes.keys() - schema.keys()):
        yield fault(
            f"{saved.where}, {name}", "Kibana 的这个类型没有此属性，会拒绝整个对象",
            "Kibana's type has no such attribute, and refuses the whole object", "删去它", "remove it",
        )  # fmt: skip
    for name, (kinds, needed) in schema.items():
        value = saved.attributes.get(name)
        if value is None and needed:
            yield _missing(saved.where, name)
        elif value is not None and not _is(value, kinds):
            yield fault(
                f"{saved.where}, {name}", f"类型不对：{type(value).__name__}",
                f"of the wrong type: {type(value).__name__}", "用 tingfeng kibana build 重新生成",
                "make it anew: tingfeng kibana build",
            )  # fmt: skip
    if saved.type in ("search", "dashboard") and "searchSourceJSON" not in _meta(saved):
        yield _missing(saved.where, "kibanaSavedObjectMeta.searchSourceJSON")


def _meta(saved: Saved) -> Json:
    meta = saved.attributes.get("kibanaSavedObjectMeta")
    return meta if isinstance(meta, dict) else {}


def _is(value: Any, kinds: tuple[type, ...]) -> bool:
    return isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool))


def _panels(saved: Saved) -> Iterator[Fault]:
    for panel in saved.attributes["panelsJSON"]:
        kind = panel.get("type")
        where = f"{saved.where}, panel {panel.get('panelIndex', '?')}"
        config = panel.get("embeddableConfig", {})
        if kind not in _PANELS:
            yield fault(where, f"不认识的面板类型 {kind}", f"unknown type of panel {kind}",
                        f"可用：{', '.join(_PANELS)}", f"known: {', '.join(_PANELS)}")  # fmt: skip
        for name in ("panelIndex", "gridData", "embeddableConfig"):
            if name not in panel:
                yield _missing(where, name)
        for name in _PANELS.get(str(kind), ()):
            if name not in config:
                yield _missing(where, f"embeddableConfig.{name}")
        if kind == "lens" and ("savedObjectId" in config or "panelRefName" in panel):
            yield fault(
                where, "既带图表又指向已存的图表：9.3 打不开", "it bears a chart and refers to a saved"
                " one: 9.3 cannot open it", "删去 savedObjectId 和 panelRefName",
                "remove savedObjectId and panelRefName",
            )  # fmt: skip


def _missing(where: str, name: str) -> Fault:
    return fault(f"{where}, {name}", "缺少", "it is missing", "用 tingfeng kibana build 重新生成",
                 "make it anew: tingfeng kibana build")  # fmt: skip
