"""One corner of a server, used by test after test and found empty by each."""

from __future__ import annotations

import uuid
from typing import Any

from servers.server import Server
from servers.sweep import sweep

_ALL = 10_000
"""More documents than a test writes; the most that a search gives at once."""


class Emptied:
    """Indices under a prefix of their own. Making a dozen anew costs a second, emptying a tenth."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self.prefix = f"tft-{uuid.uuid4().hex[:12]}"

    def settings(self) -> dict[str, Any]:
        """What a store needs to find its empty corner."""
        self._empty()
        server = self._server
        login = {"user": server.user, "password": server.password, "api_key": server.api_key}
        known = {name: value for name, value in login.items() if value is not None}
        return {"url": server.url, "prefix": self.prefix, **known}

    def _empty(self) -> None:
        indices = sorted(self._ask("GET", "?filter_path=*.aliases"))
        months = [name for name in indices if name.rpartition("-")[2][:1].isdigit()]
        if months:
            self._server.ask("DELETE", "/" + ",".join(months))
        kept = [name for name in indices if name not in months]
        if not kept:
            return
        # A deleted document's version would refuse the next test's, which begins at one again.
        self._ask("PUT", "/_settings", {"index.gc_deletes": "0ms"})
        self._ask("POST", "/_refresh")
        found = self._ask("GET", "/_search", {"size": _ALL, "_source": False})["hits"]["hits"]
        lines = [
            b'{"delete":{"_index":"%s","_id":"%s"}}\n'
            % (hit["_index"].encode(), hit["_id"].encode())
            for hit in found
        ]
        if lines:
            self._server.ask("POST", "/_bulk?refresh=true", b"".join(lines))

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        status, answer = self._server.ask(method, f"/{self.prefix}-*{path}", body)
        if status != 200:
            raise OSError(f"{self._server.url} answers {status}: {answer}")
        return answer

    def close(self) -> None:
        """Leave nothing behind."""
        sweep(self._server, self.prefix)
