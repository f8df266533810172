"""Servers as fixtures of pytest: whoever asks for one is a test of the marker ``elastic``.

A shared server (``python -m servers up``) is used where it runs, and what is missing is started
for the session. With ``TINGFENG_ES_URL`` only that server is asked, and never stopped; tests that
may kill a server still start their own. Where none can be had, or the given one is not what a test
needs, tests are skipped and say why; in CI (``CI`` set) that is a failure. Whoever points CI at a
server of their own deselects by name what it cannot prove: nothing is left out without being asked.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, NoReturn

import pytest

from servers import given, shared
from servers.cluster import Cluster
from servers.errors import Unavailable
from servers.node import Node
from servers.releases import RELEASES
from servers.server import Server
from servers.sweep import sweep

CI = bool(os.environ.get("CI"))
NAMES = ("given",) if given.URL else tuple(RELEASES)
FIXTURES = {"elastic", "bare8", "bare9", "full8", "own_node", "own_cluster"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Before ``-m`` is looked at, so that nobody can forget the marker."""
    for item in items:
        if FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.elastic)


class Servers:
    """``server_of("full8")``: a running one, started if it must be."""

    def __init__(self, started: ExitStack) -> None:
        self.known: dict[str, Server] = {}
        self._started = started

    def __call__(self, name: str) -> Server:
        if name not in self.known:
            self.known[name] = given.given() if name == "given" else self._found(name)
        return self.known[name]

    def _found(self, name: str) -> Server:
        if given.URL:
            return self._in_place_of(name)
        # CI proves what a fresh machine does, not what somebody left running on this one.
        if not CI and (server := shared.running().get(name)):
            return server
        node: Node = _or_skip(lambda: Node(name))
        self._started.callback(node.close)
        return node.start().server

    def _in_place_of(self, name: str) -> Server:
        """The given server where it is at least what *name* stands for; no bare one is replaced."""
        server = self("given")
        if name == "full8" and server.secured and "analysis-common" in server.modules:
            return server
        return _missing(f"TINGFENG_ES_URL is set, and that server is not like {name}")


@pytest.fixture(scope="session")
def server_of() -> Iterator[Servers]:
    """A server by its name."""
    with ExitStack() as started:
        yield Servers(started)


def _or_skip(make: Callable[[], Any]) -> Any:
    try:
        return make()
    except Unavailable as error:
        return _missing(f"no Elasticsearch here: {error}")


def _missing(why: str) -> NoReturn:
    if CI:
        pytest.fail(why)
    pytest.skip(why)


@pytest.fixture(scope="session", params=NAMES)
def elastic(request: pytest.FixtureRequest, server_of: Servers) -> Server:
    """Every server in turn. Its cluster belongs to other tests too: keep to ``prefix``."""
    return server_of(request.param)


@pytest.fixture(scope="session")
def bare8(server_of: Servers) -> Server:
    """8.19 with as little as a server can have; no password."""
    return server_of("bare8")


@pytest.fixture(scope="session")
def bare9(server_of: Servers) -> Server:
    """9.2 with as little as a server can have; no password."""
    return server_of("bare9")


@pytest.fixture(scope="session")
def full8(server_of: Servers) -> Server:
    """8.19 with analysers, scripts, ``_reindex`` and the like; it asks for a password."""
    return server_of("full8")


@pytest.fixture
def own_node() -> Iterator[Callable[..., Node]]:
    """``own_node("bare8", **options)``: a started server that this test may kill."""
    with ExitStack() as closing:

        def make(name: str = "bare8", **options: Any) -> Node:
            node: Node = _or_skip(lambda: Node(name, **options))
            closing.callback(node.close)
            return node.start()

        yield make


@pytest.fixture
def own_cluster() -> Iterator[Callable[..., Cluster]]:
    """``own_cluster("bare8", size=3)``: started nodes that this test may kill."""
    with ExitStack() as closing:

        def make(name: str = "bare8", **options: Any) -> Cluster:
            cluster: Cluster = _or_skip(lambda: Cluster(name, **options))
            closing.callback(cluster.close)
            return cluster.start()

        yield make


@pytest.fixture
def prefix(server_of: Servers) -> Iterator[str]:
    """What all names of this test begin with: indices, templates, users, keys. Swept after it."""
    mine = f"tft-{uuid.uuid4().hex[:12]}-"
    yield mine
    for server in server_of.known.values():
        sweep(server, mine)
