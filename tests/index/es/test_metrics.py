"""Counts of each day with what is usual for it, and creators: made anew for what changed alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from index import changes
from index.connect import Database
from index.es import creators, followed, metrics
from index.es.connect import Cluster
from index.es.documents import iso
from index.es.metrics import Metrics, metric_id, spans, touched, windows
from index.es.sweep import documents
from index.sqlite import SQLiteStore
from tingfeng import SHANGHAI, Author, Engagement, Observation, Provenance, ScoreRun, Snapshot

TODAY = datetime(2026, 6, 12, tzinfo=SHANGHAI)
DAY = timedelta(days=1)


class Day:
    """A store that is filled day by day."""

    def __init__(self, path: Path, make_post: Any, make_analysis: Any) -> None:
        self.store, self.log = SQLiteStore(str(path)), Database(str(path))
        self._post, self._analysis, self._n = make_post, make_analysis, 0
        with self.log.writing() as db:
            changes.follow(db)

    def add(self, ago: int, label: str = "neutral", brand: str = "云雀", **changed: Any) -> str:
        self._n += 1
        at = TODAY - ago * DAY + timedelta(hours=9)
        changed = {"published_at": at, "author": Author(id=f"a{self._n}")} | changed
        post = self._post(f"p{self._n}", f"第 {self._n} 条", **changed)
        counts = Engagement(observed_at=TODAY, likes=self._n)
        self.store.put([Observation(post=post, engagement=counts)], now=TODAY)
        self.store.record([self._analysis(post, label, (brand,))])
        return str(post.key)

    def figures(self, *days: datetime) -> dict[str, Any]:
        found = {}
        for since, until in windows(days):
            found |= dict(Metrics(self.store).documents(since, until))
        return found

    def touched(self, after: int = 0) -> list[int]:
        """Days ago."""
        with self.log.reading() as db:
            found = touched(db, after, changes.head(db))
        return sorted((TODAY - day).days for day in found)

    @property
    def head(self) -> int:
        with self.log.reading() as db:
            return changes.head(db)


@pytest.fixture
def day(path: Path, make_post: Any, make_analysis: Any) -> Iterator[Day]:
    made = Day(path, make_post, make_analysis)
    yield made
    made.log.close()
    made.store.close()


def test_what_is_usual(day: Day) -> None:
    for ago, labels in {1: ["negative", "positive"], 2: ["neutral"], 40: ["negative"]}.items():
        for label in labels:
            day.add(ago, label)
    for label in ("negative", "uncertain", "neutral", "neutral", "neutral"):
        day.add(0, label)
    found = day.figures(TODAY)[metric_id("云雀", "weibo", TODAY)]
    assert found == {
        "brand": "云雀", "platform": "weibo", "day": "2026-06-11T16:00:00Z",
        "posts": 5, "negative": 1, "neutral": 3, "positive": 0, "uncertain": 1, "unread": 0,
        "voices": 5, "negative_share": 0.25, "usual_share": 0.25, "usual_days": 2,
    }  # fmt: skip


def test_a_day_changes_what_is_usual_for_28_days_after_it(day: Day) -> None:
    for ago in (0, 10, 28, 29):
        day.add(ago)
    found = day.figures(TODAY - 28 * DAY)
    assert {each["day"][:10] for each in found.values()} == {
        "2026-05-14", "2026-06-01", "2026-06-11",
    }  # fmt: skip
    assert found[metric_id("云雀", "weibo", TODAY)]["usual_days"] == 2


def test_a_day_on_which_nothing_was_clear_is_no_day(day: Day) -> None:
    day.add(1, "uncertain")
    day.add(0)
    found = day.figures(TODAY)[metric_id("云雀", "weibo", TODAY)]
    assert "usual_share" not in found
    assert found["usual_days"] == 0


def test_days_that_were_touched(day: Day) -> None:
    key = day.add(3)
    day.add(9)
    assert day.touched() == [3, 9]
    before = day.head
    moved = day.add(0, published_at=None)
    assert day.touched(before) == []  # it counts on no day
    before = day.head
    id = moved.partition(":")[2]
    dated = day._post(id, "第 3 条", published_at=TODAY - 5 * DAY, author=Author(id="a3"))
    day.store.put([Observation(post=dated)], now=TODAY)
    assert day.touched(before) == [5]
    before = day.head
    day.store.forget_posts([key], now=TODAY)
    assert day.touched(before) == list(range(-18, 12))  # its month: that is all that is kept of it


def test_spans_join_what_is_near() -> None:
    near, far = TODAY - 50 * DAY, TODAY - 400 * DAY
    assert list(spans([TODAY, far, near])) == [(far, far), (near, TODAY)]
    assert list(spans([])) == []


def test_windows_are_disjoint_and_not_too_wide() -> None:
    found = list(windows([TODAY - 200 * DAY + n * 20 * DAY for n in range(11)]))
    assert found[0][0] == TODAY - 200 * DAY
    assert found[-1][1] == TODAY + (metrics.USUAL_DAYS + 1) * DAY
    assert all(end == begin for (_, end), (begin, _) in pairwise(found))
    assert max(end - begin for begin, end in found) == metrics.WIDEST * DAY


def test_creators_are_those_with_a_name(day: Day) -> None:
    named = Author(id="c1", name="数码老王", followers=10)
    day.add(0, author=named)
    day.add(2, author=Author(id="c1", name="数码老王", followers=12), brand="远山")
    day.add(1)
    with day.log.reading() as db:
        touched_, gone = creators.touched(db, 0, changes.head(db))
        found = dict(creators.documents(db, touched_))
    assert not gone
    assert found == {
        creators.creator_id("weibo", "c1"): {
            "platform": "weibo", "hash": "c1", "name": "数码老王", "followers": 12,
            "brands": ["云雀", "远山"], "posts": 2, "engagement": 3,
            "first_seen": "2026-06-10T01:00:00Z", "last_seen": "2026-06-12T01:00:00Z",
        }
    }  # fmt: skip


def test_creators_bear_what_sources_and_scores_say(day: Day) -> None:
    seen = Provenance(source="kit", seen_at=TODAY, basis="kit", expires_at=TODAY + 90 * DAY)
    said = Snapshot(
        platform="weibo", id="u1", name="阿云", provenance=seen, followers=900, category=("美妆",)
    )
    day.store.put_creators([said], hashed=lambda _, id: f"hash-{id}", now=TODAY)
    day.add(0, author=Author(id="hash-u1"))
    run = ScoreRun(id="r", at=TODAY, config="c", inputs="i")
    score = {"value": 61.5, "low": 50.0, "high": 70.0, "tier": "waist", "effective_tier": "koc"}
    before = day.head
    day.store.keep_scores(run, {"weibo:u1": json.dumps(score)})
    with day.log.reading() as db:
        assert creators.touched(db, before, changes.head(db)) == (["hash-u1"], False)
        [(id, found)] = creators.documents(db, ["hash-u1"])
    assert found["name"] == "阿云"
    assert (found["followers"], found["category"], found["posts"]) == (900, ["美妆"], 1)
    assert (found["tier"], found["fit"], found["fit_low"], found["fit_high"]) == (
        "koc",
        61.5,
        50,
        70,
    )
    before = day.head
    day.store.forget_creator("weibo:u1", author="hash-u1", now=TODAY)
    with day.log.reading() as db:
        page = followed.page(db, before, 100)
        assert [(gone.family, gone.id) for gone in page.gone] == [("authors", id)]
        assert [one.stored.post.author for one in page.posts] == [Author(id="hash-u1")]
        assert not dict(creators.documents(db, ["hash-u1"]))


def test_figures_in_the_index_go_with_their_posts(day: Day, one: Cluster, synced: Any) -> None:
    keys = [day.add(0), day.add(1, author=Author(id="c1", name="数码老王"))]
    day.add(2)

    def shown(family: str) -> list[Any]:
        one.client.indices.refresh(index=one.names.index(family))
        hits = documents(one, one.names.index(family), {"match_all": {}}, source=True)
        return sorted(json.dumps(hit["_source"], sort_keys=True) for hit in hits)

    def wanted() -> list[Any]:
        days = [TODAY - ago * DAY for ago in range(4)]
        return sorted(json.dumps(each, sort_keys=True) for each in day.figures(*days).values())

    synced(one, day.store._db.path)
    assert shown("metrics") == wanted()
    assert len(shown("authors")) == 1
    day.store.forget_posts(keys, now=TODAY)
    day.add(3)
    synced(one, day.store._db.path)
    assert shown("metrics") == wanted()
    assert len(shown("metrics")) == 2
    assert shown("authors") == []
    with closing(SQLiteStore(day.store._db.path)) as store:
        assert store.totals()["posts"] == 2


@pytest.mark.parametrize(
    "at",
    [datetime(1, 1, 1, tzinfo=SHANGHAI), datetime(1, 1, 2, 9, tzinfo=SHANGHAI),
     datetime(9999, 12, 31, 23, 59, 59, tzinfo=SHANGHAI)],
)  # fmt: skip
def test_windows_of_impossible_dates(at: datetime) -> None:
    made = list(windows([at.replace(hour=0, minute=0, second=0)]))
    assert all(since < until for since, until in made)
    assert [f"{iso(since)} {iso(until)}" for since, until in made]  # there is a way to UTC


@pytest.mark.parametrize("year", [1, 9999])
def test_impossible_dates_are_counted(day: Day, year: int) -> None:
    at = datetime(year, 12, 31, 12, tzinfo=SHANGHAI)
    day.add(0, published_at=at, label="negative")
    with day.log.reading() as db:
        days = touched(db, 0, changes.head(db))
    assert days == [at.replace(hour=0)]
    (figures,) = day.figures(*days).values()
    assert (figures["posts"], figures["usual_days"]) == (1, 0)
    day.store.forget_posts(["weibo:p1"], now=TODAY, by="x")
    with day.log.reading() as db:
        gone = touched(db, 0, changes.head(db))
    assert len(gone) in (365, 366)
    assert at.replace(hour=0) in gone
    assert day.figures(*gone) == {}


def test_a_sync_goes_on_past_an_impossible_date(
    one: Cluster, path: Path, make_post: Any, make_analysis: Any, synced: Any,
    there: Any, wanted: Any,
) -> None:  # fmt: skip
    dates = [datetime(1, 1, 3, tzinfo=SHANGHAI), datetime(9999, 12, 31, tzinfo=SHANGHAI), TODAY]
    posts = [make_post(str(at.year), published_at=at) for at in dates]
    with closing(SQLiteStore(str(path))) as store:
        store.put([Observation(post=post) for post in posts], now=TODAY)
        store.record([make_analysis(post, "neutral", ("云雀",)) for post in posts])
    tally, _ = synced(one, path)
    assert tally.dead == 0
    assert there(one) == wanted(path, one)
    index = one.names.index("metrics")
    one.client.indices.refresh(index=index)
    assert one.client.count(index=index)["count"] == 3
