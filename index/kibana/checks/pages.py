"""Dashboards: the grid, and what filters and controls do to panels of other documents.

Kibana asks every panel with every filter and control, also where its documents lack the field:
then nothing is found, and the panel is empty without a word (``courier:ignoreFilterIfFieldNotInIndex``
is off by default). So whatever can be chosen on a page must be known to all who listen.
"""

from __future__ import annotations

from collections.abc import Iterator

from index.es.layout import Names
from index.kibana.checks.charts import charts
from index.kibana.checks.faults import Fault, Json, Saved, family_of, fault
from index.kibana.checks.queries import searchable
from index.kibana.lens import LAYER
from index.kibana.panels import WIDTH

_META = "kibanaSavedObjectMeta.searchSourceJSON"


def look(saved: Saved, objects: list[Saved], names: Names) -> Iterator[Fault]:
    """A dashboard."""
    if saved.type == "dashboard":
        searches = {each.id: each for each in objects if each.type == "search"}
        yield from _grid(saved)
        yield from _reach(saved, dict(_listeners(saved, searches, names)), names)


def _grid(saved: Saved) -> Iterator[Fault]:
    taken: dict[tuple[int, int], str] = {}
    for panel in saved.attributes["panelsJSON"]:
        id, grid = str(panel.get("panelIndex")), panel.get("gridData", {})
        where = f"{saved.where}, panel {id}"
        if grid.get("i") != id:
            yield fault(where, "gridData.i 与 panelIndex 不同", "gridData.i and panelIndex differ",
                        "两处写同一个 id", "write the same id in both")  # fmt: skip
        numbers = [grid.get(name) for name in "xywh"]
        if not all(isinstance(each, int) and each >= 0 for each in numbers) or not all(numbers[2:]):
            yield fault(where, "位置或大小不是正整数", "place or size is no whole number",
                        "写成整数 x y w h", "write whole numbers x y w h")  # fmt: skip
            continue
        x, y, w, h = (int(each or 0) for each in numbers)
        if x + w > WIDTH:
            yield fault(where, f"超出右边（{x + w} > {WIDTH}）", f"it reaches beyond the right edge"
                        f" ({x + w} > {WIDTH})", "改小宽度", "make it narrower")  # fmt: skip
        cells = [(column, line) for column in range(x, x + w) for line in range(y, y + h)]
        under = {taken[cell] for cell in cells if cell in taken}
        if under:
            others = ", ".join(sorted(under))
            yield fault(where, f"与 {others} 重叠", f"it lies over {others}", "移开", "move it")
        taken |= dict.fromkeys(cells, id)


def _listeners(saved: Saved, searches: dict[str, Saved], names: Names) -> Iterator[tuple[str, str]]:
    """Panels that hear filters and controls, each with the family of its documents."""
    for _, id, attributes, family in charts(saved, names):
        layers: Json = attributes.get("state", {}).get("datasourceStates", {})
        layer = layers.get("formBased", {}).get("layers", {}).get(LAYER, {})
        if family and not layer.get("ignoreGlobalFilters"):
            yield id, family
    for panel in saved.attributes["panelsJSON"]:
        if panel.get("type") == "search":
            id = str(panel.get("panelIndex"))
            search = searches.get(saved.refers(f"{id}:{panel.get('panelRefName')}") or "")
            view = search.refers(f"{_META}.index") if search else None
            if family := family_of(view, names):
                yield id, family


def _reach(saved: Saved, listeners: dict[str, str], names: Names) -> Iterator[Fault]:
    group = saved.attributes.get("controlGroupInput", {}).get("panelsJSON", {})
    for id, control in group.items():
        given = control.get("explicitInput", {})
        name, where = str(given.get("fieldName")), f"{saved.where}, control {id}"
        family = family_of(saved.refers(f"controlGroup_{id}:optionsListDataView"), names)
        if family is None or given.get("dataViewId") != names.alias(family):
            yield fault(where, "控件的数据视图与引用不一致", "its data view and its reference differ",
                        "两处写同一个数据视图", "name the same data view in both")  # fmt: skip
        elif not searchable(family, name):
            yield fault(where, f"{family} 没有字段 {name}", f"{family} has no field {name}",
                        "换成有的字段", "take one that it has")  # fmt: skip
        yield from _deaf(where, name, listeners)
    source = saved.attributes.get("kibanaSavedObjectMeta", {}).get("searchSourceJSON", {})
    for each in source.get("filter", ()):
        meta = each.get("meta", {})
        name, where = str(meta.get("key")), f"{saved.where}, filter {meta.get('key')}"
        if meta.get("negate"):
            if not any(searchable(family, name) for family in listeners.values()):
                yield fault(where, f"没有面板有字段 {name}", f"no panel has a field {name}",
                            "换成有的字段", "take one that they have")  # fmt: skip
        else:
            yield from _deaf(where, name, listeners)


def _deaf(where: str, name: str, listeners: dict[str, str]) -> Iterator[Fault]:
    lacking = sorted(id for id, family in listeners.items() if not searchable(family, name))
    if lacking:
        panels = ", ".join(lacking)
        yield fault(
            where, f"面板 {panels} 的文档没有字段 {name}：一用就变空",
            f"documents of panel {panels} have no field {name}: using it empties them",
            "让面板不听（ignoreGlobalFilters），或换字段",
            "make them deaf (ignoreGlobalFilters), or take another field",
        )  # fmt: skip
