"""A server on this machine that answers for the whole web.

A test starts :class:`Replay` in a thread and gives its address to the crawler. Routes are keyed by real address (without scheme); a route is an :class:`Answer`, a
list of them (one a request, the last for ever), or a function of the request.
"""

from __future__ import annotations

import gzip
import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import urlsplit

from crawlers.run import Job, JobReport, crawl
from tingfeng import SHANGHAI, Coverage, Observation

Reports = dict[str, JobReport]
AT = datetime(2026, 6, 12, 10, 0, tzinfo=SHANGHAI)


@dataclass(frozen=True, kw_only=True)
class Served:
    """One answer, or one way not to answer."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    type: str = "application/octet-stream"
    fault: str = ""
    """``timeout``, ``reset``, ``cut`` (fewer bytes than announced), ``cut_gzip``, ``drip``."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A line of the access log."""

    at: float
    host: str
    url: str
    headers: Mapping[str, str]

    @property
    def path(self) -> str:
        return urlsplit(self.url).path


Route = Served | list[Served] | Callable[[Asked], Served]


def text(body: str, type: str = "text/html; charset=utf-8", **changes: Any) -> Served:
    return Served(body=body.encode(), type=type, **changes)


def data(value: Any, **changes: Any) -> Served:
    return Served(body=json.dumps(value, ensure_ascii=False).encode(), type="application/json",
                  **changes)  # fmt: skip


def key(url: str) -> str:
    return url.split("://", 1)[-1]


class Replay:
    """``with Replay({"https://news.example/feed": Served(...)}) as server: server.url``."""

    def __init__(self, routes: Mapping[str, Route], robots: Mapping[str, Route] | None = None):
        self.routes = {key(url): route for url, route in routes.items()}
        self.robots = dict(robots or {})
        self.log: list[Asked] = []
        self._served: dict[str, int] = {}
        self._lock = threading.Lock()
        replay = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                replay._answer(self)

            def log_message(self, *_: object) -> None:
                return

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: object) -> None:
                return  # a client that hangs up is part of the play

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def asked(self, host: str = "", path: str = "") -> list[Asked]:
        """The log without robots.txt, optionally of one host or path."""
        return [
            line for line in self.log
            if line.path != "/robots.txt" and host in line.host and path in line.path
        ]  # fmt: skip

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        url = handler.headers.get("X-Orig-Url", "")
        headers = {name.lower(): value for name, value in handler.headers.items()}
        line = Asked(
            at=time.monotonic(), host=urlsplit(url).hostname or "", url=url, headers=headers
        )
        with self._lock:
            self.log.append(line)
            served = self._choose(line)
        _send(handler, served)

    def _choose(self, line: Asked) -> Served:
        if line.path == "/robots.txt":
            route: Route = self.robots.get(line.host, Served(status=404))
        else:
            route = self.routes.get(key(line.url), text("no such page", status=404))
        if callable(route):
            return route(line)
        if isinstance(route, Served):
            return route
        count = self._served.get(line.url, 0)
        self._served[line.url] = count + 1
        return route[min(count, len(route) - 1)]


def _send(handler: BaseHTTPRequestHandler, served: Served) -> None:
    if served.fault == "timeout":
        time.sleep(6)
        handler.close_connection = True
        return
    if served.fault == "reset":
        handler.connection.close()
        handler.close_connection = True
        return
    body, extra = served.body, dict(served.headers)
    if served.fault == "cut_gzip":
        body = gzip.compress(body)[:-20]
        extra["Content-Encoding"] = "gzip"
    handler.send_response(served.status)
    if served.type:
        handler.send_header("Content-Type", served.type)
    for name, value in extra.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(body) + (50 if served.fault == "cut" else 0)))
    handler.end_headers()
    if served.status not in {204, 304}:
        handler.wfile.write(body)
    if served.fault == "cut":
        handler.close_connection = True


FAST = {
    "DOWNLOAD_DELAY": 0.0,
    "AUTOTHROTTLE_ENABLED": False,
    "DOWNLOAD_TIMEOUT": 2.5,
    "RETRY_TIMES": 1,
    "TINGFENG_PATIENCE": 2.0,
    "LOG_LEVEL": "ERROR",
}
"""Settings for a run that must not take minutes."""


class Desk:
    """What a store does for a crawl, and the order in which it was asked to."""

    def __init__(self) -> None:
        self.seen: list[Observation] = []
        self.rows: list[Coverage] = []
        self.states: dict[str, str] = {}
        self.calls: list[str] = []

    def run(self, server: Replay, *jobs: Job, at: datetime = AT, **settings: Any) -> Reports:
        """One round; its reports by source."""
        reports = crawl(
            jobs,
            put=self.put,
            note=self.note,
            load_state=self.states.get,
            save_state=self.save,
            now=lambda: at,
            contact="mailto:pr@example.com",
            replay=server.url,
            settings=FAST | settings,
        )
        return {report.source: report for report in reports}

    def put(self, seen: list[Observation]) -> None:
        self.calls.append("put")
        self.seen += seen

    def note(self, row: Coverage) -> None:
        self.calls.append("note")
        self.rows.append(row)

    def save(self, name: str, value: str) -> None:
        self.calls.append("save")
        self.states[name] = value

    @property
    def keys(self) -> set[str]:
        return {seen.post.key for seen in self.seen}
