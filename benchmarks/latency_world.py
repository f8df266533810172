"""A world of one process for the latency bench: feeds, articles, hot lists, and the robots that listen."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

FEED = "https://news.example.com/rss"
SHOWN = 60
"""Entries of a feed: as many as the longest of well-known ones."""


@dataclass(slots=True)
class Shown:
    """One entry of the feed or the hot list, as the source shows it from *at* on."""

    number: int
    title: str
    at: datetime
    author: str = ""


@dataclass(slots=True)
class World:
    """What the source shows, and what the robots heard. *articles*: the feed has only summaries."""

    entries: list[Shown] = field(default_factory=list)
    hot: list[Shown] = field(default_factory=list)
    heard: list[tuple[float, str]] = field(default_factory=list)
    """Monotone seconds and text of each message, when its last byte had arrived."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def show(self, *entries: Shown, hot: bool = False) -> float:
        """From now on the source shows *entries*; the moment."""
        with self.lock:
            (self.hot if hot else self.entries).extend(entries)
            return time.monotonic()

    def feed(self) -> bytes:
        """RSS, newest first."""
        with self.lock:
            newest = self.entries[-SHOWN:][::-1]
        items = "".join(
            f"<item><title>{escape(one.title)}</title>"
            f"<link>https://news.example.com/{one.number}</link>"
            f"<guid>https://news.example.com/{one.number}</guid>"
            f"<pubDate>{format_datetime(one.at)}</pubDate></item>"
            for one in newest
        )
        head = "<title>news</title><link>https://news.example.com/</link>"
        return f'<rss version="2.0"><channel>{head}{items}</channel></rss>'.encode()

    def board(self) -> bytes:
        """Weibo's hot search; there is always something on it."""
        with self.lock:
            shown = [Shown(0, "今日天气", datetime.now().astimezone()), *self.hot[-50:]]
        rows = [{"word": one.title, "num": 100_000 + one.number} for one in shown]
        return json.dumps({"ok": 1, "data": {"realtime": rows}}, ensure_ascii=False).encode()

    def hear(self, body: bytes) -> None:
        """A message arrived."""
        said = json.loads(body)
        with self.lock:
            self.heard.append((time.monotonic(), json.dumps(said, ensure_ascii=False)))


def serve(world: World) -> ThreadingHTTPServer:
    """*world* at a port of its own, in threads that end with the process."""

    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked = urlsplit(self.headers.get("X-Orig-Url", self.path))
            if asked.path == "/robots.txt":
                self.answer(404, b"", "text/plain")
            elif asked.path == "/rss":
                self.answer(200, world.feed(), "application/rss+xml; charset=utf-8")
            elif asked.path == "/ajax/side/hotSearch":
                self.answer(200, world.board(), "application/json; charset=utf-8")
            else:
                self.answer(404, b"not here", "text/plain")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            parts = urlsplit(self.path)
            known = parts.path == "/cgi-bin/webhook/send" and "key" in parse_qs(parts.query)
            if known:
                world.hear(body)
            said = {"errcode": 0, "errmsg": "ok"} if known else {"errcode": 93000, "errmsg": "no"}
            self.answer(200, json.dumps(said).encode(), "application/json")

        def answer(self, status: int, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
