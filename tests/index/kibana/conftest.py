"""The demo's story, read and judged in a SQLite store, and brought into the full server by sync."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from index.edits import liked
from index.es.connect import connect
from index.es.sync import Sync
from index.kibana.build import decoded, objects
from index.kibana.requests import Page, chart, listed, rows
from index.sqlite import SQLiteStore
from servers.emptied import Emptied
from tingfeng import (
    SHANGHAI,
    Author,
    Coverage,
    Document,
    Engagement,
    InputError,
    Observation,
    Post,
    Provenance,
    Query,
    ScoreRun,
    Snapshot,
)

ENDS = datetime(2026, 6, 15, tzinfo=SHANGHAI)
HOUR = timedelta(hours=1)
SOURCES = ("feed https://news.example/rss", "hotlist weibo", "sitemap https://shop.example")


FIELDS = {"数码阿甲": "数码", "评测小乙": "科技"}
FITS = {
    "数码阿甲": {"value": 61.5, "low": 52.25, "high": 70.0, "effective_tier": "waist"},
    "评测小乙": {"value": 48.0, "low": 30.5, "high": 66.75, "effective_tier": "koc"},
}
"""Of each creator its newest score, as far as the index reads it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Both stores, and what Kibana would be given for the one in the cluster."""

    store: SQLiteStore
    client: Any
    prefix: str
    begins: datetime
    ends: datetime
    brands: tuple[str, ...]
    saved: dict[str, Any]
    """Decoded saved objects by id; those of data views left out."""

    fields: dict[str, str] = field(default_factory=lambda: FIELDS)
    fits: dict[str, dict[str, Any]] = field(default_factory=lambda: FITS)
    """Of the named creators of the story: field, and newest score."""

    def query(self, **limits: Any) -> Query:
        """What a dashboard shows at first: without suspected water army and hot lists."""
        return Query(**({"since": self.begins, "until": self.ends, "suspected": False} | limits))

    def page(self, dashboard: str, **more: Any) -> Page:
        """The dashboard as it opens, over the time of the story; Kibana includes the last moment."""
        source = self.saved[f"{self.prefix}-{dashboard}"]["attributes"]["kibanaSavedObjectMeta"]
        last = self.ends - timedelta(milliseconds=1)
        return Page(
            since=self.begins.isoformat(), until=last.isoformat(),
            filters=tuple(source["searchSourceJSON"]["filter"]), **more,
        )  # fmt: skip

    def panel(self, dashboard: str, id: str, **more: Any) -> list[dict[str, Any]]:
        """Rows of a chart, by the ids of its columns."""
        saved = self.saved[f"{self.prefix}-{dashboard}"]
        (one,) = [each for each in saved["attributes"]["panelsJSON"] if each["panelIndex"] == id]
        attributes = one["embeddableConfig"]["attributes"]
        (view,) = [each["id"] for each in saved["references"] if each["name"].startswith(f"{id}:")]
        family = view.removeprefix(f"{self.prefix}-")
        asked = chart(attributes, family, self.page(dashboard, **more))
        return rows(attributes, self.client.search(index=view, **asked).body)

    def table(self, dashboard: str, id: str, **more: Any) -> dict[Any, Any]:
        """Rows of a chart: values of its metrics by those of its splits, in the order of panels.py."""
        found = {}
        for row in self.panel(dashboard, id, **more):
            key = tuple(row[name] for name in sorted(row) if name.startswith("split"))
            metrics = [name for name in row if name.startswith("metric") and "X" not in name]
            values = tuple(row[name] for name in sorted(metrics))
            found[key[0] if len(key) == 1 else key] = values[0] if len(values) == 1 else values
        return found

    def hits(self, search: str) -> tuple[int, list[dict[str, Any]]]:
        """How many documents a list has, and the fields of those that it shows."""
        saved = self.saved[f"{self.prefix}-search-{search}"]
        (view,) = [
            each["id"] for each in saved["references"] if each["name"].endswith("JSON.index")
        ]
        source = saved["attributes"]["kibanaSavedObjectMeta"]["searchSourceJSON"]
        last = self.ends - timedelta(milliseconds=1)
        page = Page(since=self.begins.isoformat(), until=last.isoformat())
        family = view.removeprefix(f"{self.prefix}-")
        asked = listed(saved["attributes"], source, family, page)
        found = self.client.search(index=view, **asked)["hits"]
        return found["total"]["value"], [hit["fields"] for hit in found["hits"]]

    def documents(self, **limits: Any) -> Iterator[Document]:
        """Documents of the SQLite store, the newest first."""
        return self.store.search(self.query(**limits))

    def mentions(self, **limits: Any) -> Iterator[tuple[Document, str, str]]:
        """Documents with a brand in them, and the attitude to it."""
        for document in self.documents(**limits):
            reading = document.analysis
            for brand in sorted({one.brand for one in reading.mentions} if reading else ()):
                yield document, brand, str(reading.attitude(brand))

    def engagement(self, **limits: Any) -> dict[str, int]:
        """Sum of engagement by brand."""
        sums: dict[str, int] = defaultdict(int)
        for document, brand, _ in self.mentions(**limits):
            sums[brand] += liked(document.engagement) if document.engagement else 0
        return sums


@pytest.fixture(scope="session")
def told(tmp_path_factory: Any, server_of: Any) -> Iterator[Told]:
    """The story in both stores, as a live installation would have it."""
    path = str(tmp_path_factory.mktemp("told") / "tingfeng.db")
    brands, begins = _told(path)
    with _both(path, server_of("full8"), brands=brands, begins=begins, ends=ENDS) as both:
        yield both


BRANDS = ("微博", "哔哩哔哩", "小米", "华为", "苹果", "特斯拉", "比亚迪", "京东")
"""Some of those that people speak of in the exports."""


@pytest.fixture(scope="session")
def real(tmp_path_factory: Any, server_of: Any, data: Any) -> Iterator[Told]:
    """Real posts as other tools exported them, in both stores."""
    path = str(tmp_path_factory.mktemp("real") / "tingfeng.db")
    with _pipeline(path, [{"name": name} for name in BRANDS], []) as pipeline:
        for file in sorted((data / "exports").glob("*[0-9].*")):
            with suppress(InputError):  # of a tool that we do not know
                pipeline.import_file(file, mapping=None, again=False, advance=lambda _: None)
        pipeline.analyze()
    begins, ends = (datetime(year, 1, 1, tzinfo=SHANGHAI) for year in (2024, 2026))
    known = {"brands": BRANDS, "begins": begins, "ends": ends}
    with _both(path, server_of("full8"), oldest=begins, **known) as both:
        yield both


@contextmanager
def _both(path: str, server: Any, oldest: datetime | None = None, **known: Any) -> Iterator[Told]:
    """The store in *path*, and the cluster that follows it."""
    place = Emptied(server)
    cluster = connect(place.settings())
    store = SQLiteStore(path)
    try:
        with closing(Sync(cluster, path, oldest=oldest)) as sync:
            sync.once()
        cluster.client.indices.refresh(index=f"{place.prefix}-*")
        saved = {
            each["id"]: json.loads(json.dumps(decoded(each)))
            for each in objects(cluster.names, "zh")
            if each["type"] != "index-pattern"
        }
        yield Told(
            store=store, client=cluster.client, prefix=place.prefix, saved=saved, **known
        )  # fmt: skip
    finally:
        store.close()
        cluster.close()
        place.close()


def _told(path: str) -> tuple[tuple[str, ...], datetime]:
    """Fill the store in *path*: the story, judged while it happens, and what no story has."""
    from tingfeng.demo.story import tell

    story = tell(ends=ENDS)
    lines = {"own": [], "competitor": []}
    for brand in story.brands:
        aliases = [
            {"text": one.text, "near": list(one.near), "never": list(one.never)}
            for one in brand.aliases
        ]
        lines[brand.role].append({"name": brand.name, "aliases": aliases})
    with _pipeline(path, lines["own"], lines["competitor"]) as pipeline:
        pipeline.intake.put([_linked(seen) for seen in story.observations])
        pipeline.analyze()
        engine = pipeline.engine
        at = story.begins_at + 6 * HOUR
        while at <= ENDS:
            engine.run(at)
            at += 6 * HOUR
        _named(pipeline)
        _assessed(pipeline.store)
        _looked(pipeline.store, story.begins_at)
        pipeline.store.put([_late(story.begins_at, number) for number in range(7)], now=ENDS)
    return tuple(brand.name for brand in story.brands), story.begins_at


def _pipeline(path: str, own: list[Any], competitors: list[Any]) -> Any:
    from tingfeng.pipeline import Pipeline
    from tingfeng.settings import Settings

    settings = Settings.model_validate({
        "store": {"use": "sqlite", "path": path}, "brands": own, "competitors": competitors,
        "author_key": "an invented key of a test", "alerts": {"competitors": True},
        "reader": {"sentiment": {"use": "linear"}, "processes": 1},
    })  # fmt: skip
    return Pipeline(settings, clock=lambda: ENDS)


def _linked(seen: Observation) -> Observation:
    """The story's posts lead nowhere, for they are invented; those of a list must."""
    url = f"https://{seen.post.platform}.example/{seen.post.id}"
    return replace(seen, post=replace(seen.post, url=url))


def _named(pipeline: Any) -> None:
    """Posts of creators under their names, as an authorised export gives them."""
    names = ("数码阿甲", "数码阿甲", "评测小乙", "评测小乙", "评测小乙")
    seen = [
        Observation(
            post=Post(
                platform="bilibili", id=f"named-{number}", text=f"云雀手机第{number}次上手，续航不错",
                author=Author(id=f"named-{name}", name=name, followers=1000 + number),
                published_at=ENDS - (number + 1) * HOUR, collected_at=ENDS, kind="article",
                url="https://video.example/1",
            ),
            engagement=Engagement(observed_at=ENDS, likes=10 * number),
        )
        for number, name in enumerate(names)
    ]  # fmt: skip
    pipeline.store.put(seen, now=ENDS)
    pipeline.analyze()


def _assessed(store: Any) -> None:
    """The same creators as a source describes them, scored."""
    said = Provenance(
        source="kit", seen_at=ENDS, basis="kit", expires_at=ENDS + timedelta(days=36_500)
    )
    shown = [
        Snapshot(
            platform="bilibili",
            id=f"named-{name}",
            name=name,
            category=(category,),
            provenance=said,
        )
        for name, category in FIELDS.items()
    ]
    store.put_creators(shown, hashed=lambda platform, id: id, now=ENDS)
    run = ScoreRun(id="1", at=ENDS, config="c", inputs="i", brand="云雀", preset="种草")
    store.keep_scores(
        run, {f"bilibili:named-{name}": json.dumps(fit) for name, fit in FITS.items()}
    )


def _looked(store: Any, begins: datetime) -> None:
    """A ledger: one source without gaps, one blind at night, one that failed for two days."""
    for number in range(14 * 24):
        at = begins + number * HOUR
        for place, source in enumerate(SOURCES):
            failed = (place == 1 and at.hour < 6) or (place == 2 and number < 48)
            store.note(Coverage(
                source=source, hour=at, requests=4, failures=4 if failed else place,
                verdict="rate_limited" if failed else "ok", posts=0 if failed else 3,
            ))  # fmt: skip


def _late(begins: datetime, number: int) -> Observation:
    """A post that nobody has read yet."""
    post = Post(
        platform="weibo", id=f"late-{number}", text=f"第{number}条还没有读", kind="post",
        author=Author(id="late"), published_at=begins + number * HOUR, collected_at=ENDS,
    )  # fmt: skip
    return Observation(post=post)
