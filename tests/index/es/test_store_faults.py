"""The store itself behind a proxy that breaks requests: it ends where a dict ends."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Thread
from typing import Any

import pytest

from index.elastic import ElasticStore
from index.memory import MemoryStore
from servers import Server
from servers.fault_proxy import FaultProxy, Refused, RefusedItems, Reset
from tingfeng import SHANGHAI, Author, Engagement, Observation, Post, Query

NOW = datetime(2026, 6, 12, 9, 0, tzinfo=SHANGHAI)

Opener = Callable[..., ElasticStore]


@pytest.fixture
def opened(bare8: Server, prefix: str) -> Iterator[Opener]:
    """``opened(url)``: a store of this test's own indices, through that address."""
    with ExitStack() as closing:

        def open_(url: str = bare8.url) -> ElasticStore:
            made = ElasticStore(url=url, prefix=prefix.rstrip("-"))
            closing.callback(made.close)
            return made

        yield open_


def seen(id: int, **changes: Any) -> Observation:
    post = Post(
        platform="weibo", id=str(id), text=f"云雀手机 {id}", author=Author(id="abc"[id % 3]),
        published_at=NOW - timedelta(days=7 * (id % 9)), collected_at=NOW,
    )  # fmt: skip
    likes = changes.pop("likes", None)
    counts = None if likes is None else Engagement(observed_at=NOW, likes=likes)
    return Observation(post=replace(post, **changes), engagement=counts)


def life(store: Any, make_analysis: Any) -> list[Any]:
    """A history with new posts, edits, counts, readings that change, and somebody forgotten."""
    later = NOW + timedelta(hours=1)
    first = store.put([seen(n) for n in range(60)], now=NOW)
    again = store.put([seen(n, likes=n) for n in range(30)], now=NOW)
    for label, brands in (("negative", ("云雀", "白鹭")), ("positive", ("云雀",))):
        store.record(
            [
                make_analysis(
                    seen(n).post, label=label, brands=brands, copy_of="weibo:0",
                    fingerprint=bytes(96),
                )
                for n in range(40)
            ]
        )  # fmt: skip
    edits = store.put([seen(n, text="改了", collected_at=later) for n in range(5)], now=later)
    return [first, again, edits, store.forget("c", now=later)]


@pytest.mark.parametrize(
    "faults",
    [
        pytest.param([Reset(after=True)], id="answers lost"),
        pytest.param([Reset(after=False), Refused(503)], id="requests lost"),
        pytest.param([RefusedItems(3), Refused(429)], id="pushed back"),
    ],
)
def test_a_life_behind_faults(
    opened: Opener, bare8: Server, make_analysis: Any, fault_proxy: Any, faults: Any
) -> None:
    proxy: FaultProxy = fault_proxy(bare8.url)
    memory, store = MemoryStore(), opened(proxy.url)
    proxy.rains(faults, share=0.3, seed=7)
    assert life(store, make_analysis) == life(memory, make_analysis)
    proxy.clears()
    assert list(store.search(Query())) == list(memory.search(Query()))
    assert store.count(Query(), ("brand", "label")) == memory.count(Query(), ("brand", "label"))
    assert mentions(store) == {
        (document.post.key, brand)
        for document in memory.search(Query())
        if document.analysis is not None
        for brand in {mention.brand for mention in document.analysis.mentions}
    }


def mentions(store: ElasticStore) -> set[tuple[str, str]]:
    """What hangs on the posts: nothing that they no longer say, and nothing of the forgotten."""
    store._shelf.stale.add("mentions")
    hits = store._shelf.all("mentions", {"match_all": {}}, [{"post_key": "asc"}])
    return {(hit["_source"]["post_key"], hit["_source"]["brand"]) for hit in hits}


def test_two_writers_of_the_same_posts(opened: Opener) -> None:
    one, two = opened(), opened()
    outcomes: list[list[str]] = []
    batches = [seen(n) for n in range(200)], [seen(n, published_at=None) for n in range(200)]
    threads = [
        Thread(target=lambda store, batch: outcomes.append(store.put(batch, now=NOW)), args=each)
        for each in zip((one, two), batches, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    news = [(a, b).count("new") for a, b in zip(*outcomes, strict=True)]
    assert news == [1] * 200
    assert one.totals()["posts"] == 200
    assert sum(document.post.published_at is not None for document in one.search(Query())) == 200


def test_the_next_process_finds_what_this_one_wrote(opened: Opener) -> None:
    one = opened()
    one.put([seen(1)], now=NOW)
    one.close()
    two = opened()
    assert [document.post.id for document in two.search(Query())] == ["1"]
    assert two.forget("b", now=NOW) == ["weibo:1"]


def test_forgetting_sees_what_another_process_has_just_written(opened: Opener) -> None:
    one, two = opened(), opened()
    one.put([seen(1), seen(2)], now=NOW)
    assert two.forget("b", now=NOW) == ["weibo:1"]
    assert [document.post.id for document in one.search(Query())] == ["2"]


@pytest.mark.parametrize("after", ["posts", "corrections", "redaction"])
def test_a_removal_that_was_killed_is_carried_out_by_the_next(
    opened: Opener, monkeypatch: pytest.MonkeyPatch, after: str
) -> None:
    step = {"posts": "_drop_corrections", "corrections": "_redact", "redaction": "_expunge"}[after]
    one = opened()
    one.put([seen(1), seen(2)], now=NOW)
    with monkeypatch.context() as patched:
        patched.setattr(type(one), step, killed)
        with pytest.raises(KeyboardInterrupt):
            one.forget("b", now=NOW, by="法务", reason="要求")
    two = opened()
    (line,) = two.audit()
    assert (line.subject, line.posts, line.by) == ("b", 1, "法务")
    assert [document.post.id for document in two.search(Query())] == ["2"]
    assert two.forget("b", now=NOW) == []
    assert len(two.audit()) == 1


def killed(*_: Any) -> None:
    raise KeyboardInterrupt


def test_what_a_killed_writer_hung_on_a_post_goes_with_it(
    opened: Opener, make_analysis: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = opened()
    one.put([seen(1)], now=NOW)
    real = one._posts._add

    def until_posts(family: str, *rest: Any) -> None:
        if family == "posts":
            raise KeyboardInterrupt
        real(family, *rest)

    with monkeypatch.context() as patched:
        patched.setattr(type(one._posts), "_add", lambda self, *given: until_posts(*given))
        with pytest.raises(KeyboardInterrupt):
            one.record([make_analysis(seen(1).post, label="negative", brands=("云雀",))])
    two = opened()
    assert mentions(two) == {("weibo:1", "云雀")}
    two.forget("b", now=NOW)
    assert mentions(two) == set()


def test_bytes_of_what_was_removed_go_once_the_server_lets_them(
    opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[Any] = []
    monkeypatch.setattr("index.es.removal.expunge", called.append)
    one = opened()
    one.put([seen(1)], now=NOW)
    one.forget("b", now=NOW)
    opened()
    assert called == []
    later = time.time() + 120
    monkeypatch.setattr("index.es.removal.time.time", lambda: later)
    two = opened()
    assert called == [two.cluster]
    opened()
    assert len(called) == 1


def test_who_only_reads_leaves_what_a_killed_process_left(
    opened: Opener, bare8: Server, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = opened()
    one.put([seen(1)], now=NOW)
    with monkeypatch.context() as patched:
        patched.setattr(type(one), "_remove", killed)
        with pytest.raises(KeyboardInterrupt):
            one.forget("b", now=NOW)
    reader = ElasticStore(url=bare8.url, prefix=prefix.rstrip("-"), reads_only=True)
    assert reader.get("weibo:1") is not None
    reader.close()
    assert opened().get("weibo:1") is None
