"""Removing what a test left on a server that others use too."""

from __future__ import annotations

from collections.abc import Iterator

from servers.errors import ServerFailed
from servers.server import Server


def sweep(server: Server, prefix: str) -> None:
    """Remove everything whose name begins with *prefix*, one by one: wildcards are not deleted."""
    if not prefix:
        raise ValueError("an empty prefix would remove everything")
    for path in _found(server, prefix):
        status, answer = server.ask("DELETE", path)
        if status not in {200, 404}:
            raise ServerFailed(f"DELETE {path}: {status} {answer}")
    if server.secured:
        _forget_keys(server, prefix)


def _found(server: Server, prefix: str) -> Iterator[str]:
    """In an order in which nothing is still used by what comes later."""
    names = server.ask("GET", f"/_cat/indices/{prefix}*?format=json&h=index&expand_wildcards=all")[
        1
    ]
    yield from (f"/{entry['index']}" for entry in names)
    for kind in ("index_template", "component_template"):
        answer = server.ask("GET", f"/_{kind}/{prefix}*")[1]
        yield from (f"/_{kind}/{entry['name']}" for entry in answer.get(f"{kind}s", ()))
    for kind in ("_ingest/pipeline", "_snapshot"):
        answer = server.ask("GET", f"/{kind}/{prefix}*")[1]
        yield from (f"/{kind}/{name}" for name in answer if name.startswith(prefix))
    if server.secured:
        for kind in ("user", "role"):
            answer = server.ask("GET", f"/_security/{kind}")[1]
            yield from (f"/_security/{kind}/{name}" for name in answer if name.startswith(prefix))


def _forget_keys(server: Server, prefix: str) -> None:
    keys = server.ask("GET", f"/_security/api_key?name={prefix}*&active_only=true")[1]
    if ids := [key["id"] for key in keys.get("api_keys", ())]:
        server.ask("DELETE", "/_security/api_key", {"ids": ids})
