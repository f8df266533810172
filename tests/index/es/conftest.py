"""A server of bulks in this process, and a proxy that breaks what passes to a real one."""

import json
import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from types import SimpleNamespace
from typing import Any

import pytest

from index.connect import Database
from index.es.connect import Cluster, connect
from index.es.fields import UNSTORED
from index.es.followed import actions, page
from index.es.pace import Pace
from index.es.sweep import documents
from index.es.sync import Sync
from index.es.writer import BulkWriter
from index.sqlite import SQLiteStore
from servers.fault_proxy import FaultProxy
from tingfeng import SHANGHAI, Author, Engagement, Observation


@pytest.fixture
def fault_proxy() -> Iterator[Callable[[str], FaultProxy]]:
    """``fault_proxy(server.url)``: ask ``.url`` instead, and say what is to break."""
    with ExitStack() as closing:
        yield lambda url: closing.enter_context(FaultProxy(url))


class Bulks:
    """A client whose server keeps documents as Elasticsearch does: ids and versions.

    *plays* are met by requests one after the other: an exception is raised, a dictionary is what
    is said about an item (by place), ``"lost"`` loses the answer to what was done.
    """

    def __init__(self) -> None:
        self.documents: dict[tuple[str, str], tuple[int, Any]] = {}
        self.requests: list[list[str]] = []
        self.written: list[tuple[str, str]] = []
        self.plays: list[Any] = []
        self.always: Callable[[list[str]], Any] = lambda ids: None
        self.query: dict[str, str] = {}
        self._lock = Lock()

    def options(self, **options: Any) -> "Bulks":
        self.used = options
        return self

    def perform_request(
        self, method: str, path: str, *, params: Any, headers: Any, body: bytes
    ) -> Any:
        from elastic_transport import ConnectionTimeout

        assert (method, path, body[-1:]) == ("POST", "/_bulk", b"\n")
        with self._lock:
            self.query = params
            lines = [json.loads(line) for line in body.split(b"\n")[:-1]]
            actions = list(_read(lines))
            ids = [meta["_id"] for _, meta, _ in actions]
            self.requests.append(ids)
            play = self.plays.pop(0) if self.plays else self.always(ids)
            if isinstance(play, Exception):
                raise play
            said = play if isinstance(play, dict) else {}
            items = [
                {operation: said.get(place) or self._do(operation, meta, source)}
                for place, (operation, meta, source) in enumerate(actions)
            ]
            if play == "lost":
                raise ConnectionTimeout("no answer")
        errors = any("error" in item for named in items for item in named.values())
        return SimpleNamespace(body={"errors": errors, "items": items})

    def _do(self, operation: str, meta: Any, source: Any) -> Any:
        key = meta["_index"], meta["_id"]
        version, present = self.documents.get(key, (0, None))
        wanted = meta.get("version")
        there = present is not None
        if (wanted is not None and wanted <= version) or (operation == "create" and there):
            return {"status": 409, "error": {"type": "version_conflict_engine_exception"}}
        self.documents[key] = (version + 1 if wanted is None else wanted, source)
        self.written.append(key)
        if operation == "delete":
            return {"status": 200 if there else 404}
        return {"status": 200 if there else 201}


def _read(lines: list[Any]) -> Iterator[tuple[str, Any, Any]]:
    rest = iter(lines)
    for line in rest:
        ((operation, meta),) = line.items()
        yield operation, meta, None if operation == "delete" else next(rest)


@pytest.fixture
def bulks() -> Bulks:
    return Bulks()


@pytest.fixture
def writing() -> Iterator[Callable[..., BulkWriter]]:
    """``writing(client, **options)``: a writer without long pauses, closed after the test."""
    made: list[BulkWriter] = []

    def make(client: Any, **options: Any) -> BulkWriter:
        documents, octets = options.get("documents", 1000), options.get("octets", 5_000_000)
        quick = Pace(documents=documents, octets=octets, base=0.01, cap=0.1, probes=(0.05, 0.2))
        patience = {"patience": 60.0, "seconds": 0.05, "pace": quick}
        writer = BulkWriter(client, **(patience | options))
        made.append(writer)
        return writer

    yield make
    for writer in made:
        writer.close()


@pytest.fixture
def reach(prefix: str) -> Callable[[Any], dict[str, Any]]:
    """``reach(server)``: settings for :func:`index.es.connect.connect`, of this test's own names."""

    def settings(server: Any) -> dict[str, Any]:
        found = {"url": server.url, "prefix": f"{prefix}tf", "refresh": "1s"}
        if server.user:
            found |= {"user": server.user, "password": server.password}
        return found

    return settings


@pytest.fixture
def cluster(elastic: Any, reach: Callable[[Any], dict[str, Any]]) -> Iterator[Cluster]:
    """Every server in turn."""
    with closing(connect(reach(elastic))) as made:
        yield made


@pytest.fixture
def one(bare8: Any, reach: Callable[[Any], dict[str, Any]]) -> Iterator[Cluster]:
    """A single server, where another one would tell nothing more."""
    with closing(connect(reach(bare8))) as made:
        yield made


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Of a store."""
    return tmp_path / "posts.db"


SYNCED = ("posts", "mentions", "engagement", "incidents", "coverage")
Content = dict[tuple[str, str], tuple[int, str]]


@pytest.fixture
def there() -> Callable[[Cluster], Content]:
    """``there(cluster)``: version and content of every document, by index and id."""

    def content(cluster: Cluster) -> Content:
        found: Content = {}
        for family in SYNCED:
            pattern = cluster.names.pattern(family)
            cluster.client.indices.refresh(index=pattern, ignore_unavailable=True)
            for hit in documents(cluster, pattern, {"match_all": {}}, source=True):
                key = (hit["_index"], hit["_id"])
                assert key not in found
                found[key] = hit["_version"], _told(hit["_source"])
        posts = [id for index, id in found if f"-posts-v{cluster.names.version}" in index]
        assert len(posts) == len(set(posts))
        return found

    return content


def _told(source: dict[str, Any]) -> str:
    kept = {name: value for name, value in source.items() if name not in UNSTORED}
    return json.dumps(kept, sort_keys=True)


@pytest.fixture
def wanted() -> Callable[..., Content]:
    """``wanted(path, cluster, epoch=1)``: the same as the store has it."""

    def content(path: Path, cluster: Cluster, epoch: int = 1) -> Content:
        found: Content = {}
        with closing(Database(str(path))) as log, log.reading() as db:
            for action in actions(page(db, 0, 10**9), cluster.names, epoch):
                if action.source is not None:
                    assert action.version is not None
                    told = _told(json.loads(action.source))
                    found[action.index, action.id] = action.version, told
        return found

    return content


@pytest.fixture
def some(make_post: Any, make_analysis: Any) -> Callable[..., None]:
    """``some(path, 100, seed=1, first=50)``: posts of several months, most of them read."""

    def fill(path: Path, count: int, *, seed: int = 0, first: int = 0) -> None:
        chance = random.Random(seed)
        now = datetime(2026, 6, 12, 10, tzinfo=SHANGHAI)
        seen, read = [], []
        for number in range(first, first + count):
            at = now - timedelta(days=chance.randrange(45), minutes=chance.randrange(600))
            post = make_post(
                str(number), f"云雀手机第{chance.randrange(count)}条，续航不错",
                published_at=chance.choice([at, at, at, None]),
                author=Author(id=f"a{chance.randrange(9)}"),
            )  # fmt: skip
            counts = Engagement(observed_at=now, likes=chance.randrange(50))
            seen.append(Observation(post=post, engagement=chance.choice([None, counts])))
            brands = tuple(chance.sample(["云雀", "远山", "白鹭"], chance.randrange(3)))
            label = chance.choice(["negative", "neutral", "positive"])
            if number % 5:
                read.append(make_analysis(post, label, brands))
        with closing(SQLiteStore(str(path))) as store:
            store.put(seen, now=now)
            store.record(read)

    return fill


def sync(cluster: Cluster, path: Path, **options: Any) -> Any:
    """What was done, and where the index stands."""
    with closing(Sync(cluster, str(path), **options)) as made:
        return made.once(), made.position


@pytest.fixture
def synced() -> Callable[..., Any]:
    """``synced(cluster, path, **options)``: follow until nothing waits."""
    return sync
