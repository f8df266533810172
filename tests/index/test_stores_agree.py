"""Every store means by every query what the dict means, and roll-ups say what their posts say."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, get_args
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.ask import count_directly
from index.elastic import ElasticStore
from index.memory import MemoryStore
from index.sqlite import SQLiteStore
from servers.fixtures import NAMES
from tingfeng import (
    DAY,
    HOUR,
    LABELS,
    QUARTER,
    SHANGHAI,
    WEEK,
    Analysis,
    Author,
    By,
    Emotion,
    Engagement,
    Mention,
    Observation,
    Post,
    Query,
    Sentiment,
    Step,
)

START = datetime(2026, 6, 7, 22, 0, tzinfo=SHANGHAI)
BRANDS = ("云雀", "白鹭")
TEXTS = (
    "",
    "云雀手机不错",
    "雲雀手機不错",
    "白鹭 Pro 15 发热",
    "发热!",
    "白鹭pro15发热",
    "😡",
    "\ud83d 手",
)

_JUDGES = ("index.copies", "index.memory", "index.es.groups")

moments = st.integers(0, 12 * 20).map(lambda n: START + timedelta(minutes=5 * n, seconds=n % 7))
names = st.sampled_from("abcdefgh")
counts = st.none() | st.integers(0, 5)


@st.composite
def observations(draw: Any) -> Observation:
    author = draw(st.none() | st.sampled_from("xyz"))
    post = Post(
        platform=draw(st.sampled_from(["weibo", "zhihu"])),
        id=draw(names),
        kind=draw(st.sampled_from(["post", "comment", "repost", "hot"])),
        text=draw(st.sampled_from(TEXTS)),
        title=draw(st.sampled_from(["", "", "白鹭"])),
        author=author and Author(id=author, followers=draw(counts)),
        place=draw(st.sampled_from([None, "上海", "北京"])),
        published_at=draw(st.none() | moments),
        precision=draw(st.sampled_from(["second", "hour", "day"])),
        collected_at=draw(moments),
        source=draw(st.sampled_from(["s", "t"])),
    )
    engagement = Engagement(observed_at=draw(moments), likes=draw(counts), views=draw(counts))
    return Observation(
        post=post, engagement=draw(st.none() | st.just(engagement)), timed=draw(st.booleans())
    )


def sentiments() -> Any:
    return st.builds(
        Sentiment,
        negative=st.just(0.5),
        neutral=st.just(0.25),
        positive=st.just(0.25),
        label=st.sampled_from(LABELS),
        by=st.sampled_from(get_args(By)),
    )


odds = st.floats(0, 1)

mentions = st.builds(
    Mention,
    brand=st.sampled_from(BRANDS),
    start=st.just(0),
    end=st.just(2),
    alias=st.just("云雀"),
    rule=st.just("plain"),
    sentiment=sentiments(),
    span=st.none() | st.tuples(st.integers(0, 9), st.integers(0, 9)),
    advert=st.none() | odds,
)
readings = st.fixed_dictionaries(
    {
        "reader": st.sampled_from(["r1", "r2"]),
        "lexicon": st.sampled_from(["l1", "l2"]),
        "tokens": st.lists(st.sampled_from(["手机", "发热", "15", "a", "iPhone 15"])).map(tuple),
        "keywords": st.just(("手机",)),
        "sentiment": st.none() | sentiments(),
        "emotion": st.none() | st.builds(Emotion, odds=st.tuples(*[odds] * 6)),
        "signs": st.sampled_from([(), ("😡",), ("[怒]", "👍🏻")]),
        "mentions": st.lists(mentions, max_size=3).map(tuple),
        "root": st.none() | st.sampled_from(["a", "a", "b"]),
    }
)
steps = st.one_of(
    st.tuples(st.just("put"), st.lists(observations(), min_size=1, max_size=12)),
    st.tuples(st.just("record"), st.lists(st.tuples(names, readings), max_size=10)),
    st.tuples(st.just("late"), st.lists(st.tuples(names, readings), max_size=10)),
    st.tuples(st.just("forget"), st.sampled_from("xyz")),
    st.tuples(st.just("forget_posts"), st.lists(names.map("weibo:{}".format), max_size=3)),
    st.tuples(st.just("expire"), moments),
)
OPENING = [
    Observation(
        post=Post(
            platform="weibo",
            id=id,
            text=f"云雀手机发热 {id}",
            kind="repost" if id == "h" else "post",
            author=None if id == "g" else Author(id="xyz"[number % 3]),
            published_at=START + timedelta(hours=number),
            collected_at=START,
        )
    )
    for number, id in enumerate("abcdefgh")
]
"""So that most readings find their post, and groups grow."""

lives = st.lists(steps, max_size=8).map(lambda later: [("put", OPENING), *later])
axes = st.lists(
    st.sampled_from(["time", "brand", "platform", "kind", "label", "source"]),
    unique=True,
    max_size=3,
)
queries = st.builds(
    Query,
    text=st.sampled_from(["", "", "手机", "发热 -pro", "-白鹭", "热", '"Pro 15"', "!"]),
    brands=st.lists(st.sampled_from(BRANDS), unique=True).map(tuple),
    labels=st.lists(st.sampled_from(LABELS), unique=True, max_size=2).map(tuple),
    platforms=st.sampled_from([(), (), ("weibo",)]),
    kinds=st.sampled_from([(), (), ("post", "hot")]),
    since=st.none() | moments,
    until=st.none() | moments,
    suspected=st.sampled_from([None, None, True, False]),
    precise=st.booleans(),
    author=st.sampled_from([None, None, "x"]),
    copies_of=st.sampled_from([None, None, "weibo:a", "weibo:nobody"]),
    order=st.sampled_from(["newest", "oldest", "liked"]),
    limit=st.sampled_from([None, 3]),
)
widths = st.sampled_from([QUARTER, HOUR, Step(width=timedelta(hours=6)), DAY, WEEK])


@contextmanager
def soon_suspected() -> Iterator[None]:
    """Thresholds so low that groups become suspected, and cease to be, in short lives."""
    low = [mock.patch(f"{m}.SUSPECT_{n}", 2) for m in _JUDGES for n in ("COPIES", "AUTHORS")]
    with ExitStack() as patches:
        for each in low:
            patches.enter_context(each)
        yield


@contextmanager
def both() -> Iterator[tuple[MemoryStore, SQLiteStore]]:
    with tempfile.TemporaryDirectory() as folder, soon_suspected():
        sqlite = SQLiteStore(str(Path(folder) / "posts.db"))
        yield MemoryStore(), sqlite
        sqlite.close()


@contextmanager
def with_cluster(settings: dict[str, Any]) -> Iterator[tuple[MemoryStore, ElasticStore]]:
    with soon_suspected():
        elastic = ElasticStore(**settings)
        yield MemoryStore(), elastic
        elastic.close()


def play(stores: Any, history: Any) -> None:
    """The same life for each store."""
    for what, given_ in history:
        answers = []
        for store in stores:
            match what:
                case "put":
                    answers.append(store.put(given_, now=START))
                case "record":
                    answers.append(store.record(_analyses(store, given_)))
                case "late":
                    made, words = _late(store, given_)
                    answers.append(store.record(made, of=words))
                case _:
                    answers.append(getattr(store, what)(given_, now=START))
        assert answers[0] == answers[-1]


def _analyses(store: Any, given_: Any) -> list[Analysis]:
    made = []
    for id, reading in given_:
        fields = dict(reading)
        root = fields.pop("root")
        if root is not None and store.get(f"weibo:{root}"):
            fields |= {"copy_of": f"weibo:{root}", "fingerprint": bytes(range(96))}
        if store.get(f"weibo:{id}"):
            made.append(Analysis(platform="weibo", id=id, **fields))
    return made


def _late(store: Any, given_: Any) -> Any:
    """Readings that do not know what has been removed meanwhile, and the words that were read."""
    made = []
    for id, reading in given_:
        fields = dict(reading)
        root = fields.pop("root")
        if root is not None:
            fields |= {"copy_of": f"weibo:{root}", "fingerprint": bytes(range(96))}
        made.append(Analysis(platform="weibo", id=id, **fields))
    stored = {one.key: store.get(one.key) for one in made}
    return made, {key: one.post.words if one else "" for key, one in stored.items()}


quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def same_answers(memory: Any, other: Any, asked: Any, by: Any, width: Step) -> None:
    for query in asked:
        assert list(other.search(query)) == list(memory.search(query))
        assert other.count(query, by, step=width) == memory.count(query, by, step=width)
        assert other.voices(query, by, step=width) == memory.voices(query, by, step=width)
        assert other.authors(query) == memory.authors(query)
        assert other.terms(query) == memory.terms(query)


def same_lists(memory: Any, other: Any) -> None:
    assert list(other.unread("r1")) == list(memory.unread("r1"))
    assert list(other.untagged("l1")) == list(memory.untagged("l1"))
    for reader in ("r1", "r2"):
        assert list(other.recent(reader, 2)) == list(memory.recent(reader, 2))
    for key in ("weibo:a", "zhihu:b"):
        assert other.get(key) == memory.get(key)
        assert other.observations(key) == memory.observations(key)
        assert list(other.copies(key)) == list(memory.copies(key))
    assert {**other.totals(), "bytes": 0} == memory.totals()
    assert other.audit() == memory.audit()


@quick
@given(lives, st.lists(queries, min_size=1, max_size=4), axes, widths)
def test_every_question_has_the_same_answer(history: Any, asked: Any, by: Any, width: Step) -> None:
    with both() as stores:
        play(stores, history)
        same_answers(*stores, asked, by, width)


@quick
@given(lives)
def test_every_list_is_the_same(history: Any) -> None:
    with both() as stores:
        play(stores, history)
        same_lists(*stores)


@pytest.mark.elastic
@pytest.mark.parametrize("server", NAMES)
@settings(quick, max_examples=6)
@given(history=lives, asked=st.lists(queries, min_size=3, max_size=8), by=axes, width=widths)
def test_a_cluster_answers_alike(
    emptied: Any, server: str, history: Any, asked: Any, by: Any, width: Step
) -> None:
    with with_cluster(emptied(server)) as stores:
        play(stores, history)
        same_answers(*stores, asked, by, width)
        same_lists(*stores)


@quick
@given(lives, queries, axes, widths)
def test_the_hourly_table_agrees_with_the_posts(
    history: Any, query: Query, by: Any, width: Step
) -> None:
    with both() as (_, sqlite):
        play([sqlite], history)
        with sqlite._db.reading() as db:
            assert sqlite.count(query, by, step=width) == count_directly(db, query, by, width)


@quick
@given(lives)
def test_sightings_bring_an_empty_store_to_the_same_state(history: Any) -> None:
    with both() as (first, second):
        play([first], history)
        for document in first.search(Query(kinds=("post", "comment", "repost", "hot"))):
            key = document.post.key
            second.put(first.observations(key), now=START)
            again = second.get(key)
            assert again is not None
            assert again.earlier == document.earlier
            assert again.engagement == document.engagement
            assert again.post.words == document.post.words


written = st.text(st.characters() | st.sampled_from("手机发热 aB1"), max_size=12)


@quick
@given(st.lists(written, max_size=5), written, st.data())
def test_any_text_is_found_alike(texts: list[str], asked: str, data: Any) -> None:
    if texts and data.draw(st.booleans()):
        text = data.draw(st.sampled_from(texts))
        start = data.draw(st.integers(0, len(text)))
        asked = text[start : start + data.draw(st.integers(1, 4))]
    with both() as stores:
        posts = [
            Post(platform="weibo", id=str(n), text=text, collected_at=START)
            for n, text in enumerate(texts)
        ]
        play(stores, [("put", [Observation(post=post) for post in posts])])
        memory, sqlite = stores
        assert list(sqlite.search(Query(text=asked))) == list(memory.search(Query(text=asked)))
