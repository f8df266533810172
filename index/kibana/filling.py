"""What the panels show now: asked of the cluster itself, without Kibana.

An empty panel is either the truth or a fault, and Kibana does not tell which: so each comes with the
number of documents that stand behind it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from index.es.layout import Names
from index.kibana.build import DASHBOARDS, decoded, objects
from index.kibana.maker import Json
from index.kibana.requests import Page, chart, listed, rows
from index.kibana.searches import SEARCHES
from tingfeng import SHANGHAI, Lang

if TYPE_CHECKING:
    from index.es.connect import Cluster

_META = "kibanaSavedObjectMeta"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A panel or a list, and how much it shows when the page opens."""

    place: str
    """Title of the dashboard; empty for a saved search."""
    title: str
    documents: int
    rows: int
    """Of a chart: rows, bars or slices. Of a list: the same as *documents*."""
    since: datetime | None = None
    """From when on its dashboard shows when it opens; ``None``: a list, asked without a time."""


def filled(cluster: Cluster, lang: Lang, now: datetime) -> Iterator[Filled]:
    """Everything that is shipped, as the dashboards open and the searches without a time."""
    names = cluster.names
    saved = {each["id"]: decoded(each) for each in objects(names, lang)}
    with cluster.said():
        for dashboard in DASHBOARDS:
            whole = saved[f"{names.prefix}-{dashboard.name}"]
            since = _opens(dashboard.span[0], now)
            page = Page(
                since=since.isoformat(),
                until=now.isoformat(),
                filters=tuple(whole["attributes"][_META]["searchSourceJSON"]["filter"]),
            )
            for panel in whole["attributes"]["panelsJSON"]:
                if panel["type"] == "lens":
                    shown = _chart(cluster, whole, panel, page)
                    yield replace(shown, since=since)
        for search in SEARCHES:
            yield _list(cluster, saved[f"{names.prefix}-search-{search.name}"], search.family, now)


def newest(cluster: Cluster, now: datetime) -> datetime | None:
    """When the newest post until *now* was published, hot lists left aside; ``None``: there is none.
    A dashboard that begins later shows nothing, however much the index holds.
    """
    with cluster.said():
        answer = cluster.client.search(
            index=cluster.names.alias("posts"),
            query={
                "bool": {
                    "filter": [{"range": {"published_at": {"lte": now.isoformat()}}}],
                    "must_not": [{"term": {"kind": "hot"}}],
                }
            },
            sort=[{"published_at": "desc"}],
            size=1,
            source=False,
            track_total_hits=False,
        )
    hits = answer["hits"]["hits"]
    return datetime.fromtimestamp(hits[0]["sort"][0] / 1000, SHANGHAI) if hits else None


def _opens(span: str, now: datetime) -> datetime:
    """``now-30d/d``: the beginning of the day thirty days ago."""
    days = int(span.removeprefix("now-").removesuffix("d/d"))
    return (now.astimezone(SHANGHAI) - timedelta(days=days)).replace(
        hour=0, minute=0, second=0, microsecond=0
    )


def _chart(cluster: Cluster, whole: Json, panel: Json, page: Page) -> Filled:
    attributes = panel["embeddableConfig"]["attributes"]
    view = attributes["references"][0]["id"]
    answer = cluster.client.search(
        index=view, **chart(attributes, _family(view, cluster.names), page)
    )
    found = rows(attributes, answer.body)
    return Filled(
        place=whole["attributes"]["title"],
        title=panel["title"],
        documents=answer["hits"]["total"]["value"],
        rows=len(found),
    )


def _family(view: str, names: Names) -> str:
    return view.removeprefix(f"{names.prefix}-")


def _list(cluster: Cluster, saved: Json, family: str, now: datetime) -> Filled:
    attributes = saved["attributes"]
    page = Page(since="1970-01-01T00:00:00Z", until=now.isoformat())
    asked = listed(attributes, attributes[_META]["searchSourceJSON"], family, page)
    index = cluster.names.alias(family)
    answer = cluster.client.search(index=index, **{**asked, "size": 0, "fields": None})
    total = answer["hits"]["total"]["value"]
    return Filled(place="", title=attributes["title"], documents=total, rows=total)
