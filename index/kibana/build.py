"""The file that Kibana imports: one object a line, the same bytes every time.

Versions: the lowest whose shape is written. Kibana brings older objects up to its own and refuses
newer ones, so what is written for 8.19 imports into 9.x as well.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from index.es.layout import Names
from index.kibana import views
from index.kibana.alarms import ALARMS
from index.kibana.creators import CREATORS
from index.kibana.maker import Json, Maker, text
from index.kibana.overview import OVERVIEW
from index.kibana.searches import SEARCHES
from tingfeng import Lang

DASHBOARDS = (OVERVIEW, ALARMS, CREATORS)


def ndjson(names: Names, lang: Lang) -> bytes:
    """The file."""
    return b"".join(encoded(each) + b"\n" for each in objects(names, lang))


def encoded(value: Any) -> bytes:
    """JSON, the same bytes for the same value."""
    return text(value).encode()


def objects(names: Names, lang: Lang) -> Iterator[Json]:
    """Everything there is: what others refer to comes first."""
    maker = Maker(names, lang)
    yield maker.tag()
    for family in views.FAMILIES:
        yield maker.view(family)
    for search in SEARCHES:
        yield maker.search(search)
    for dashboard in DASHBOARDS:
        yield maker.dashboard(dashboard)


def decoded(saved: Json) -> Json:
    """A saved object with the JSON inside its strings as JSON: for people who read and compare."""

    def opened(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: opened(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [opened(inner) for inner in value]
        if isinstance(value, str) and value[:1] in ("{", "["):
            try:
                return opened(json.loads(value))
            except ValueError:
                return value
        return value

    return {**saved, "attributes": opened(saved["attributes"])}
