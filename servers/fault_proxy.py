"""A proxy before a server that breaks what passes through it, by a script.

>>> with FaultProxy(server.url) as proxy:                                      # doctest: +SKIP
...     proxy.plays(Refused(429), Reset(after=True), None, Slow(3.0))
...     client = Elasticsearch(proxy.url)
"""

from __future__ import annotations

import http.client
import json
import random
import socket
import struct
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any, Self
from urllib.parse import urlsplit

_ANSWERS = {
    408: "", 413: "", 502: "", 504: "",
    429: "es_rejected_execution_exception",
    500: "illegal_state_exception",
    503: "unavailable_shards_exception",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """Status, kind and body of an answer."""

    status: int
    body: bytes
    kind: str = "application/json"

    @classmethod
    def error(cls, status: int, type: str, reason: str) -> Self:
        """As Elasticsearch words it; without a type, as a proxy does."""
        if not type:
            return cls(status=status, body=b"<html>no</html>", kind="text/html")
        error = {"error": {"type": type, "reason": reason}, "status": status}
        return cls(status=status, body=json.dumps(error).encode())


Ask = Callable[[bytes], Reply]
"""Sends a body on to the server."""


class Fault:
    """What happens to one request."""

    def __call__(self, body: bytes, ask: Ask) -> Reply | None:
        """The answer; ``None``: the connection is reset."""
        raise NotImplementedError


@dataclass(frozen=True)
class Refused(Fault):
    """The whole request, before the server sees it."""

    status: int = 429
    type: str | None = None
    reason: str = "by the fault proxy"

    def __call__(self, body: bytes, ask: Ask) -> Reply | None:
        kind = _ANSWERS.get(self.status, "") if self.type is None else self.type
        return Reply.error(self.status, kind, self.reason)


@dataclass(frozen=True)
class RefusedItems(Fault):
    """Each *every*-th document of a bulk; the server gets the others."""

    every: int = 2
    status: int = 429
    type: str = "es_rejected_execution_exception"

    def __call__(self, body: bytes, ask: Ask) -> Reply | None:
        items = _split(body)
        passing = [item for number, item in enumerate(items) if number % self.every]
        answers: list[Any] = []
        if passing:
            reply = ask(b"".join(lines for _, lines in passing))
            if reply.status != 200:
                return reply
            answers = json.loads(reply.body)["items"]
        error = {"type": self.type, "reason": "by the fault proxy"}
        for number in range(0, len(items), self.every):
            refusal = {"status": self.status, "error": error}
            answers.insert(number, {items[number][0]: refusal})
        whole = {"errors": True, "items": answers}
        return Reply(status=200, body=json.dumps(whole).encode())


@dataclass(frozen=True)
class Reset(Fault):
    """The connection, before the server sees the request or when it has done the work."""

    after: bool = False

    def __call__(self, body: bytes, ask: Ask) -> Reply | None:
        if self.after:
            ask(body)
        return None


@dataclass(frozen=True)
class Slow(Fault):
    """The server does the work, and its answer takes *seconds* more."""

    seconds: float

    def __call__(self, body: bytes, ask: Ask) -> Reply | None:
        reply = ask(body)
        time.sleep(self.seconds)
        return reply


@dataclass(frozen=True)
class Cut(Fault):
    """The server does the work, and half of its answer arrives as if it were all."""

    def __call__(self, body: bytes, ask: Ask) -> Reply | None:
        reply = ask(body)
        half = reply.body[: len(reply.body) // 2]
        return Reply(status=reply.status, body=half, kind=reply.kind)


class FaultProxy:
    """Listens on this machine; only ``_bulk`` requests meet faults, one for each request."""

    def __init__(self, url: str) -> None:
        self.upstream = urlsplit(url)
        self.limit: int | None = None
        """Bytes of the largest body that passes; larger ones are answered 413, as nginx does."""

        self.bodies: list[int] = []
        """Bytes of each bulk that arrived."""

        self.met: dict[str, int] = {}
        """How often each kind of fault was met."""

        self._faults: list[Fault | None] = []
        self._draw: Callable[[], Fault | None] = lambda: None
        self._lock = Lock()
        self._server = _Server(self)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def plays(self, *faults: Fault | None) -> None:
        """Meet the next requests with these, one after the other; ``None`` lets one through."""
        with self._lock:
            self._faults = list(faults)

    def rains(self, faults: Sequence[Fault], *, share: float, seed: int = 0) -> None:
        """Meet a *share* of all requests with one of these, at random."""
        dice = random.Random(seed)  # noqa: S311 (no secret: the same faults each time)
        self._draw = lambda: dice.choice(faults) if dice.random() < share else None

    def clears(self) -> None:
        """Let everything through from now on."""
        self.plays()
        self._draw, self.limit = lambda: None, None

    def fault(self, body: bytes) -> Fault | None:
        """What the next bulk meets."""
        with self._lock:
            self.bodies.append(len(body))
            if self.limit is not None and len(body) > self.limit:
                fault: Fault | None = Refused(413)
            else:
                fault = self._faults.pop(0) if self._faults else self._draw()
            if fault is not None:
                name = type(fault).__name__
                self.met[name] = self.met.get(name, 0) + 1
            return fault

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, proxy: FaultProxy) -> None:
        self.proxy = proxy
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that gave up waiting is nothing to be told of."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def _pass(self) -> None:
        proxy = self.server.proxy
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        bulk = urlsplit(self.path).path.endswith("/_bulk")
        fault = proxy.fault(body) if bulk else None
        try:
            reply = self._ask(body) if fault is None else fault(body, self._ask)
        except (OSError, http.client.HTTPException):
            reply = None  # no server: what a proxy of the network layer does
        if reply is None:
            self._reset()
            return
        self.send_response(reply.status)
        self.send_header("x-elastic-product", "Elasticsearch")
        self.send_header("content-type", reply.kind)
        self.send_header("content-length", str(len(reply.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _pass

    def _ask(self, body: bytes) -> Reply:
        upstream = self.server.proxy.upstream
        connection = http.client.HTTPConnection(upstream.hostname or "", upstream.port, timeout=60)
        try:
            connection.request(
                self.command, self.path, body or None, _passed_on(self.headers.items())
            )
            with connection.getresponse() as answer:
                kind = answer.getheader("content-type") or "application/json"
                return Reply(status=answer.status, body=answer.read(), kind=kind)
        finally:
            connection.close()

    def _reset(self) -> None:
        self.close_connection = True
        # Lingering for no time: the client gets a reset, not an orderly end.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def log_message(self, format: str, *args: Any) -> None:
        """Tests say what matters."""


def _passed_on(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    own = {"host", "connection", "content-length", "accept-encoding"}
    return {name: value for name, value in headers if name.lower() not in own}


def _split(body: bytes) -> list[tuple[str, bytes]]:
    """The documents of a bulk: operation, and its lines."""
    lines = iter(body.split(b"\n")[:-1])
    items = []
    for line in lines:
        (operation,) = json.loads(line)
        whole = [line] if operation == "delete" else [line, next(lines)]
        items.append((operation, b"".join(b"%s\n" % each for each in whole)))
    return items
