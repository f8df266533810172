"""The last step before the wire: waits for the host's turn, and can speak to a replay server."""

from __future__ import annotations

import asyncio
import zlib
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.exceptions import ResponseDataLossError

from crawlers.fetching.gate import GATE
from crawlers.refused import Refused, resting, stop_if_refused

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response


class PoliteHandler(HTTP11DownloadHandler):
    """HTTP that keeps the gap between two requests to a host across all spiders of the process.

    It waits here, not in a middleware: a request in its slot is seen by Scrapy's queue, which
    then works on other hosts meanwhile.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.gap = crawler.settings.getfloat("DOWNLOAD_DELAY")
        self.patience = crawler.settings.getfloat("TINGFENG_PATIENCE")
        self.replay = crawler.settings.get("TINGFENG_REPLAY") or ""

    async def download_request(self, request: Request) -> Response:
        await self._turn(urlsplit(request.url).hostname or "")
        stop_if_refused(self.crawler, request)  # it may have refused us while this one waited
        sent = _to_replay(request, self.replay) if self.replay else request
        response = await super().download_request(sent)
        if sent is not request:
            response = response.replace(url=request.url)
            if "download_latency" in sent.meta:  # AutoThrottle reads it from the original
                request.meta["download_latency"] = sent.meta["download_latency"]
        if (response.headers.get(b"Content-Encoding") or b"").lower() in {b"gzip", b"x-gzip"}:
            _whole(response.body)
        return response

    async def _turn(self, host: str) -> None:
        wait = GATE.turn(host, monotonic(), self.gap)
        while wait > 0:
            held = GATE.held(host, monotonic())
            if held > self.patience:
                raise Refused("rate_limited", resting(held))
            await asyncio.sleep(wait)
            wait = GATE.held(host, monotonic())  # it may have asked for silence meanwhile


def _to_replay(request: Request, server: str) -> Request:
    """The same request to *server*, which learns the real address from a header."""
    parts = urlsplit(request.url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    sent = request.replace(url=server.rstrip("/") + path)
    sent.headers["Host"] = parts.netloc
    sent.headers["X-Orig-Url"] = request.url
    sent.meta.pop("proxy", None)
    return sent


_STEP = 1 << 20


def _whole(body: bytes) -> None:
    """Raise where a gzip body was cut: Scrapy would hand on the half that arrived, and a feed
    that ends in the middle looks like a feed.
    """
    reader = zlib.decompressobj(zlib.MAX_WBITS | 16)
    rest = body
    try:
        while rest and not reader.eof:
            reader.decompress(rest, _STEP)
            rest = reader.unconsumed_tail
    except zlib.error as error:
        raise ResponseDataLossError(f"broken gzip: {error}") from error
    if body and not reader.eof:
        raise ResponseDataLossError("gzip body was cut")
