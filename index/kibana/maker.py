"""Kibana's saved objects from the nouns of :mod:`index.kibana.panels`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from index.es.fields import TIME_FIELDS
from index.es.layout import Names
from index.kibana import lens, views
from index.kibana.panels import Control, Dashboard, Exclusion, Listed, Panel, Search, Tile
from index.kibana.terms import BLUE, PRODUCT
from tingfeng import Lang

Json = dict[str, Any]

VERSIONS = {
    "tag": "8.0.0",
    "index-pattern": "8.0.0",
    "search": "10.2.0",
    "dashboard": "10.2.0",
}
"""``typeMigrationVersion`` of each type that is written."""

CORE_VERSION = "8.8.0"
"""``coreMigrationVersion`` of all objects since then."""

_META = "kibanaSavedObjectMeta.searchSourceJSON"


def text(value: Any) -> str:
    """JSON, the same for the same value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


class Maker:
    """Saved objects of one installation in one language."""

    def __init__(self, names: Names, lang: Lang) -> None:
        self._names = names
        self._lang: Lang = lang

    def _saved(self, kind: str, id: str, attributes: Json, references: Sequence[Json] = ()) -> Json:
        return {
            "type": kind, "id": id, "attributes": attributes, "references": list(references),
            "coreMigrationVersion": CORE_VERSION, "typeMigrationVersion": VERSIONS[kind],
            "managed": False,
        }  # fmt: skip

    def _id(self, name: str) -> str:
        return f"{self._names.prefix}-{name}"

    def _view(self, family: str) -> str:
        return self._names.alias(family)

    def _tagged(self) -> Json:
        id = self._id("tag")
        return {"type": "tag", "id": id, "name": f"tag-ref-{id}"}

    def _to(self, family: str, name: str) -> Json:
        return {"type": "index-pattern", "id": self._view(family), "name": name}

    def tag(self) -> Json:
        prefix = "" if self._names.prefix == "tf" else f" {self._names.prefix}"
        about = {"zh": "由 tingfeng kibana import 导入", "en": "imported by tingfeng kibana import"}
        return self._saved("tag", self._id("tag"), {
            "name": f"{PRODUCT.into(self._lang)}{prefix}", "color": BLUE,
            "description": about[self._lang],
        })  # fmt: skip

    def view(self, family: str) -> Json:
        names = list(views.field_names(family))
        labels = {name: views.label(family, name) for name in names}
        attrs = {name: {"customLabel": each.into(self._lang)} for name, each in labels.items() if each}  # fmt: skip
        title = views.TITLES[family].into(self._lang)
        return self._saved("index-pattern", self._view(family), {
            "title": self._view(family),
            "name": f"{self._view(family)} {title}",
            "timeFieldName": TIME_FIELDS[family],
            "allowHidden": False,
            "fields": "[]",
            "fieldAttrs": text(attrs),
            "fieldFormatMap": text(views.formats(family, set(names), self._lang)),
            "runtimeFieldMap": "{}",
            "sourceFilters": text(views.source_filters()),
            "typeMeta": "{}",
        })  # fmt: skip

    def search(self, search: Search) -> Json:
        filters, references = self._exclusions(search.exclusions)
        source = {
            "query": {"language": "kuery", "query": search.where},
            "filter": filters,
            "indexRefName": f"{_META}.index",
            "highlightAll": True,
        }
        attributes = {
            "title": search.title.into(self._lang),
            "description": search.about.into(self._lang),
            "columns": list(_columns(search, self._lang)),
            "sort": [[search.sort, "desc"]],
            "grid": {},
            "hideChart": False,
            "isTextBasedQuery": False,
            "kibanaSavedObjectMeta": {"searchSourceJSON": text(source)},
        }
        index = self._to(search.family, f"{_META}.index")
        return self._saved(
            "search",
            self._id(f"search-{search.name}"),
            attributes,
            [index, *references, self._tagged()],
        )

    def _exclusions(self, given: Sequence[Exclusion]) -> tuple[list[Json], list[Json]]:
        filters, references = [], []
        for place, each in enumerate(given):
            name = f"{_META}.filter[{place}].meta.index"
            references.append(self._to(each.family, name))
            filters.append({
                "$state": {"store": "appState"},
                "meta": {
                    "alias": each.title.into(self._lang), "disabled": False, "negate": True,
                    "type": "phrase", "key": each.field, "field": each.field,
                    "params": {"query": each.value}, "indexRefName": name,
                },
                "query": {"match_phrase": {each.field: each.value}},
            })  # fmt: skip
        return filters, references

    def dashboard(self, dashboard: Dashboard) -> Json:
        filters, references = self._exclusions(dashboard.exclusions)
        panels = []
        for tile, grid in _laid_out(dashboard):
            panel, needed = self._tile(tile)
            panels.append({**panel, "panelIndex": tile.id, "gridData": {**grid, "i": tile.id}})
            references += needed
        controls, needed = self._controls(dashboard.controls)
        since, until = dashboard.span
        attributes = {
            "title": dashboard.title.into(self._lang),
            "description": dashboard.about.into(self._lang),
            "kibanaSavedObjectMeta": {
                "searchSourceJSON": text(
                    {"query": {"language": "kuery", "query": ""}, "filter": filters}
                )
            },
            "panelsJSON": text(panels),
            "optionsJSON": text({
                "useMargins": True, "syncColors": True, "syncCursor": True, "syncTooltips": False,
                "hidePanelTitles": False,
            }),
            "controlGroupInput": controls,
            "timeRestore": True, "timeFrom": since, "timeTo": until,
            "refreshInterval": {"pause": True, "value": 60_000},
            "version": 1,
        }  # fmt: skip
        references += [*needed, self._tagged()]
        return self._saved("dashboard", self._id(dashboard.name), attributes, references)

    def _tile(self, tile: Tile) -> tuple[Json, list[Json]]:
        if isinstance(tile, Panel):
            chart = lens.attributes(tile, self._view(tile.family), self._lang)
            reference = self._to(tile.family, f"{tile.id}:{lens.REFERENCE}")
            config: Json = {"enhancements": {}, "attributes": chart}
            if tile.about:
                config["description"] = chart["description"]
            panel = {"type": "lens", "title": chart["title"], "embeddableConfig": config}
            return panel, [reference]
        if isinstance(tile, Listed):
            name = f"panel_{tile.id}"
            reference = {
                "type": "search",
                "id": self._id(f"search-{tile.search}"),
                "name": f"{tile.id}:{name}",
            }
            return {"type": "search", "panelRefName": name, "embeddableConfig": {"enhancements": {}}}, [reference]  # fmt: skip
        return _words(tile.markdown.into(self._lang).replace("{prefix}", self._names.prefix)), []

    def _controls(self, given: Sequence[Control]) -> tuple[Json, list[Json]]:
        panels: Json = {}
        references = []
        for place, each in enumerate(given):
            id = f"control-{each.field}"
            panels[id] = {
                "type": "optionsListControl", "order": place, "width": "medium", "grow": False,
                "explicitInput": {
                    "id": id, "dataViewId": self._view(each.family), "fieldName": each.field,
                    "title": each.title.into(self._lang), "selectedOptions": [],
                    "searchTechnique": "wildcard", "singleSelect": False, "runPastTimeout": False,
                    "sort": {"by": "_count", "direction": "desc"}, "enhancements": {},
                },
            }  # fmt: skip
            references.append(self._to(each.family, f"controlGroup_{id}:optionsListDataView"))
        ignored = dict.fromkeys(
            ("ignoreFilters", "ignoreQuery", "ignoreTimerange", "ignoreValidations"), False
        )
        return {
            "chainingSystem": "HIERARCHICAL",
            "controlStyle": "oneLine",
            "ignoreParentSettingsJSON": text(ignored),
            "panelsJSON": text(panels),
        }, references


def _columns(search: Search, lang: Lang) -> tuple[str, ...]:
    return search.columns_en if lang == "en" and search.columns_en else search.columns


def _words(markdown: str) -> Json:
    return {
        "type": "visualization",
        "title": "",
        "embeddableConfig": {
            "enhancements": {},
            "hidePanelTitles": True,
            "savedVis": {
                "type": "markdown", "id": "", "title": "", "description": "", "uiState": {},
                "params": {
                    "fontSize": 12, "openLinksInNewTab": False, "markdown": markdown,
                },
                "data": {
                    "aggs": [],
                    "searchSource": {"query": {"language": "kuery", "query": ""}, "filter": []},
                },
            },
        },
    }  # fmt: skip


def _laid_out(dashboard: Dashboard) -> Iterator[tuple[Tile, Json]]:
    y = 0
    for row in dashboard.rows:
        x = 0
        for tile, width in row.tiles:
            yield tile, {"x": x, "y": y, "w": width, "h": row.height}
            x += width
        y += row.height
