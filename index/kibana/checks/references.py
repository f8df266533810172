"""What objects refer to: by names that must be exact, to objects that must be there."""

from __future__ import annotations

from collections.abc import Iterator

from index.es.layout import Names
from index.kibana.checks.faults import Fault, Json, Saved, fault

_META = "kibanaSavedObjectMeta.searchSourceJSON"


def look(saved: Saved, objects: list[Saved], names: Names) -> Iterator[Fault]:
    """References to nothing, those that are missing, and those that nobody needs."""
    there = {(each.type, each.id) for each in objects}
    known = {each["name"] for each in saved.references}
    needed = set(_needed(saved))
    for each in saved.references:
        if (each["type"], each["id"]) not in there:
            target = f"{each['type']} {each['id']}"
            yield fault(
                f"{saved.where}, reference {each['name']}", f"指向不在文件里的 {target}",
                f"it refers to {target}, which is not in the file",
                "把它加进文件，或改正 id", "add it to the file, or mend the id",
            )  # fmt: skip
    for name in sorted(needed - known):
        yield fault(
            f"{saved.where}, reference {name}", "缺少这个引用：Kibana 找不到它的数据视图或列表",
            "this reference is missing: Kibana finds no data view or list for it",
            "在 references 里加上它", "add it to the references",
        )  # fmt: skip
    for name in sorted(known - needed):
        if not name.startswith("tag-ref-"):
            yield fault(
                f"{saved.where}, reference {name}", "没有东西用到这个引用",
                "nothing needs this reference", "删去它", "remove it",
            )  # fmt: skip


def _needed(saved: Saved) -> Iterator[str]:
    if saved.type == "search":
        source = saved.attributes.get("kibanaSavedObjectMeta", {}).get("searchSourceJSON", {})
        yield source.get("indexRefName", f"{_META}.index")
        yield from _of_filters(source)
    elif saved.type == "dashboard":
        source = saved.attributes.get("kibanaSavedObjectMeta", {}).get("searchSourceJSON", {})
        yield from _of_filters(source)
        for panel in saved.attributes["panelsJSON"]:
            yield from _of_panel(panel)
        controls = saved.attributes.get("controlGroupInput", {}).get("panelsJSON", {})
        for id, control in controls.items():
            kind = {"rangeSliderControl": "rangeSlider"}.get(control.get("type"), "optionsList")
            yield f"controlGroup_{id}:{kind}DataView"


def _of_filters(source: Json) -> Iterator[str]:
    for place, each in enumerate(source.get("filter", ())):
        default = f"{_META}.filter[{place}].meta.index"
        yield each.get("meta", {}).get("indexRefName", default)


def _of_panel(panel: Json) -> Iterator[str]:
    id = panel.get("panelIndex")
    if panel.get("type") == "search" or "panelRefName" in panel:
        yield f"{id}:{panel.get('panelRefName', f'panel_{id}')}"
    chart = panel.get("embeddableConfig", {}).get("attributes", {})
    layers = chart.get("state", {}).get("datasourceStates", {}).get("formBased", {})
    for layer in layers.get("layers", {}):
        yield f"{id}:indexpattern-datasource-layer-{layer}"
