"""A server of bulks in this process, and a proxy that breaks what passes to a real one."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from threading import Lock
from types import SimpleNamespace
from typing import Any

import pytest

from index.es.pace import Pace
from index.es.writer import BulkWriter
from servers.fault_proxy import FaultProxy


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
