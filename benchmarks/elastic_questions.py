"""Twenty questions to a filled index: those of the commands, whole, through the store, and those of
Kibana's panels, as Kibana asks them.

Each is asked again and again, for other words, brands and spans; the server keeps no answers, so that
none is merely read out.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from benchmarks.elastic_posts import BRANDS, FROM, UNTIL, WATCHED
from benchmarks.elastic_ways import Bench
from index.elastic import ElasticStore
from index.es.layout import Names
from index.kibana import build
from index.kibana.requests import Page, chart
from tingfeng import DAY, HOUR, Brand, Query
from tingfeng.insight.period import Period
from tingfeng.insight.trend import trend
from tingfeng.insight.voice import voice
from tingfeng.insight.words import words

ASKED = 25
LEAST, SECONDS = 8, 20.0
"""A slow question is asked less often: no more after so many seconds, if it was asked so often."""

WORDS = (
    "手机", "充电", "屏幕", "味道", "服务", "客服", "外卖", "质量", "退款", "物流", "不错", "死机",
)  # fmt: skip
PHRASES = ("续航时间", "送餐慢", "服务态度", "性价比高", "客服电话", "屏幕很大", "味道一般")
FREQUENT = WATCHED[:6]

PANELS = (
    ("overview", "volume"), ("overview", "voices"), ("overview", "net"), ("overview", "trend"),
    ("overview", "brand-trend"), ("overview", "platform-attitudes"), ("overview", "brands"),
    ("overview", "words"), ("alarms", "spread"), ("alarms", "negative-share"),
)  # fmt: skip
"""Dashboard and panel: the cheapest, those that look expensive, and one that reads the metrics."""

Ask = Callable[[], int]
"""Puts the question for the next word, brand or span; how much was found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Milliseconds of one question."""

    name: str
    p50: float
    p95: float
    found: int
    """In all answers together: posts, points or words. Nothing would be answered in no time."""


def questions(bench: Bench, prefix: str) -> list[Times]:
    """All of them, put to the index *prefix*."""
    # To clear that cache before each question would clear global ordinals as well.
    bench.asked("PUT", f"/{prefix}-*/_settings", {"index.requests.cache.enable": False})
    with closing(ElasticStore(**bench.settings(prefix))) as store:
        asked = [*_searches(store), *_answers(store), *_panels(store, prefix)]
        return [_timed(name, ask) for name, ask in asked]


def _timed(name: str, ask: Ask) -> Times:
    ask()
    took, found, end = list[float](), 0, time.monotonic() + SECONDS
    while len(took) < ASKED and (len(took) < LEAST or time.monotonic() < end):
        begun = time.perf_counter()
        found += ask()
        took.append(1000 * (time.perf_counter() - begun))
    slowest = sorted(took)[-1 - len(took) // 20]
    return Times(name=name, p50=statistics.median(took), p95=slowest, found=found)


def _searches(store: ElasticStore) -> Iterator[tuple[str, Ask]]:
    """``tingfeng search``: how many there are, and the first 20."""
    dice = random.Random(7)

    def search(query: Query) -> int:
        count = sum(cell.posts for cell in store.count(query))
        return count + len(list(islice(store.search(query), 20)))

    def brand() -> tuple[str]:
        return (dice.choice(FREQUENT),)

    yield "search 手机", lambda: search(Query(text=dice.choice(WORDS)))
    yield 'search "续航时间"', lambda: search(Query(text=f'"{dice.choice(PHRASES)}"'))
    yield "search 手机 --brand 小米", lambda: search(Query(text=dice.choice(WORDS), brands=brand()))
    yield (
        "search --brand 小米 --sentiment negative --order liked",
        lambda: search(Query(brands=brand(), labels=("negative",), order="liked")),
    )


def _answers(store: ElasticStore) -> Iterator[tuple[str, Ask]]:
    """``tingfeng trend``, ``voice`` and ``words``: every request that one command makes."""
    dice = random.Random(8)

    def brand() -> str:
        return dice.choice(FREQUENT)

    def period(days: int) -> Period:
        since = _since(dice, days)
        return Period(since=since, until=since + timedelta(days=days))

    def trended(name: str | None, days: int, step: Any) -> int:
        return trend(store, name, period(days), now=UNTIL, step=step).total.posts

    def voiced(brands: list[Brand], days: int) -> int:
        return voice(store, brands, period(days), now=UNTIL).mentions

    yield "trend --brand 小米 --step hour, 7 days", lambda: trended(brand(), 7, HOUR)
    yield "trend --brand 小米, 30 days", lambda: trended(brand(), 30, DAY)
    yield "trend, all posts, 90 days", lambda: trended(None, 90, DAY)
    yield "voice, 3 brands, 30 days", lambda: voiced(dice.sample(BRANDS, 3), 30)
    yield "voice, 30 brands, 30 days", lambda: voiced(BRANDS, 30)
    yield (
        "words --brand 小米, 7 days",
        lambda: words(store, brand(), period(7), now=UNTIL, brands=BRANDS).posts,
    )


def _since(dice: random.Random, days: int) -> datetime:
    """A beginning from which *days* lie within the posts."""
    hours = max(1, 24 * ((UNTIL - FROM).days - days))
    return FROM + timedelta(hours=dice.randrange(hours))


def _panels(store: ElasticStore, prefix: str) -> Iterator[tuple[str, Ask]]:
    dice = random.Random(9)
    there = dict(_charts(prefix))
    client = store.cluster.client

    def asking(place: tuple[str, str]) -> Ask:
        alias, attributes, filters = there[place]
        family = alias.removeprefix(f"{prefix}-")

        def ask() -> int:
            days = dice.choice((30, 60, 90))
            since = (UNTIL - timedelta(days=days)).isoformat()
            page = Page(since=since, until=UNTIL.isoformat(), filters=filters)
            answer = client.search(index=alias, **chart(attributes, family, page))
            return int(answer["hits"]["total"]["value"])

        return ask

    for dashboard, panel in PANELS:
        yield f"Kibana, {dashboard}: {panel}", asking((dashboard, panel))


Chart = tuple[str, dict[str, Any], tuple[dict[str, Any], ...]]
"""Alias, the chart as Lens saves it, and the filters of its dashboard."""


def _charts(prefix: str) -> Iterator[tuple[tuple[str, str], Chart]]:
    """Every chart by its dashboard and panel, out of the file that Kibana imports."""
    for saved in map(build.decoded, build.objects(Names(prefix=prefix), "en")):
        if saved["type"] != "dashboard":
            continue
        attributes = saved["attributes"]
        filters = tuple(attributes["kibanaSavedObjectMeta"]["searchSourceJSON"]["filter"])
        for panel in attributes["panelsJSON"]:
            if panel["type"] == "lens":
                made = panel["embeddableConfig"]["attributes"]
                place = saved["id"].removeprefix(f"{prefix}-"), panel["panelIndex"]
                yield place, (made["references"][0]["id"], made, filters)
