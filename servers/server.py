"""A running server as its clients see it."""

from __future__ import annotations

import base64
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

TIMEOUT = 30.0
"""Seconds for one plain request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where a server is, how to be let in, and what it can do. Certificates play no part: http."""

    name: str
    """``bare8``, ``bare9``, ``full8``, or ``given`` for one that the environment names."""
    version: str
    url: str
    user: str | None = None
    """``None``: it asks for no password."""
    password: str | None = field(default=None, repr=False)
    api_key: str | None = field(default=None, repr=False)
    """In its encoded form; only of a server that was given with one."""
    modules: frozenset[str] = frozenset()
    """Modules and plugins that every node has."""

    @property
    def secured(self) -> bool:
        """Whether it wants to know who asks."""
        return bool(self.user or self.api_key)

    @property
    def access(self) -> dict[str, Any]:
        """Arguments of the official client that let it in."""
        if self.api_key:
            return {"api_key": self.api_key}
        return {"basic_auth": (self.user, self.password)} if self.user else {}

    def client(self, **options: Any) -> Elasticsearch:
        """The official client, with the rights of who started the server. Close it."""
        from elasticsearch import Elasticsearch

        return Elasticsearch(self.url, **{"request_timeout": TIMEOUT, **self.access, **options})

    def ask(
        self, method: str, path: str, body: Any = None, *, timeout: float = TIMEOUT
    ) -> tuple[int, Any]:
        """Status and answer of one plain request, whatever the status; ``OSError`` if there is none.

        *body* is sent as JSON, or as it is if it is bytes (``_bulk``).
        """
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        kind = "application/x-ndjson" if isinstance(body, bytes) else "application/json"
        request = urllib.request.Request(  # noqa: S310 (a server of our own)
            self.url.rstrip("/") + path,
            data=data,
            method=method,
            headers={"content-type": kind, **self._authorization()},
        )
        try:
            with _DIRECT.open(request, timeout=timeout) as answer:
                return answer.status, _value(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return error.code, _value(error.read())

    def _authorization(self) -> Mapping[str, str]:
        if self.api_key:
            return {"authorization": f"ApiKey {self.api_key}"}
        if self.user:
            pair = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
            return {"authorization": f"Basic {pair}"}
        return {}


# No proxy of the environment stands between this machine and itself.
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def _value(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace")


def probed(server: Server) -> tuple[str, frozenset[str]]:
    """Version and modules as its nodes say; ``GET /`` is a module too, and a bare server lacks it."""
    fields = "nodes.*.version,nodes.*.modules.name,nodes.*.plugins.name"
    status, answer = server.ask("GET", f"/_nodes?filter_path={fields}")
    if status != 200:
        raise OSError(f"{server.url} answers {status}: {answer}")
    nodes = list(answer["nodes"].values())
    parts = [
        {part["name"] for kind in ("modules", "plugins") for part in node.get(kind, ())}
        for node in nodes
    ]
    return min(node["version"] for node in nodes), frozenset(set.intersection(*parts))
