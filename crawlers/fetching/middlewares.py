"""What Scrapy leaves out: robots.txt as RFC 9309 has it, Retry-After, and walls seen early."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import urlsplit

from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest

from crawlers.fetching.gate import GATE
from crawlers.refused import Refused, stop_if_refused
from crawlers.sources.links import public
from crawlers.sources.verdict import wall_address
from tingfeng import Message, Verdict

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.robotstxt import RobotParser


class _Closed:
    """The robots.txt of a host that could not give us one."""

    def __init__(self, verdict: Verdict, detail: Message) -> None:
        self.verdict, self.detail = verdict, detail

    def allowed(self, url: str | bytes, user_agent: str | bytes) -> NoReturn:
        raise Refused(self.verdict, self.detail)


class Robots(RobotsTxtMiddleware):
    """RFC 9309: a robots.txt that fails with 5xx or cannot be reached forbids everything; a
    missing one (4xx) allows everything. Crawl-delay is kept.
    """

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500 or response.status == 429:
            status = response.status
            self._close(
                netloc,
                "robots",
                Message(
                    f"robots.txt 回答 {status}，按 RFC 9309 视为全部禁止",
                    f"robots.txt answered {status}, which forbids everything (RFC 9309)",
                ),
            )
            return
        if response.status >= 400:
            response = response.replace(body=b"")
        await super()._parse_robots(response, netloc, request)
        parser: Any = self._parsers[netloc]
        delay = parser.crawl_delay(self._agent(request)) if parser else None
        if delay:
            ceiling = self.crawler.settings.getfloat("TINGFENG_LONGEST_CRAWL_DELAY")
            GATE.widen(urlsplit(request.url).hostname or "", min(delay, ceiling))

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        if isinstance(exc, IgnoreRequest):
            super()._robots_error(exc, netloc)
            return
        reason = f"{type(exc).__name__} {exc}".strip()
        self._close(
            netloc,
            "unreachable",
            Message(f"连 robots.txt 都取不到：{reason}", f"not even robots.txt answers: {reason}"),
        )

    def _close(self, netloc: str, verdict: Verdict, detail: Message) -> None:
        waiting: Any = self._parsers[netloc]
        closed: Any = _Closed(verdict, detail)
        self._parsers[netloc] = closed
        waiting.callback(closed)

    def _agent(self, request: Request) -> str:
        return self._robotstxt_useragent or str(self._default_useragent)

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        if rp is None or rp.allowed(request.url, self._agent(request)):
            return
        self._stats.inc_value("robotstxt/forbidden")
        path = urlsplit(request.url).path or "/"
        raise Refused(
            "robots", Message(f"robots.txt 不允许访问 {path}", f"robots.txt disallows {path}")
        )


class Patience:
    """429 and 503 with Retry-After: the host is left alone that long, then asked once more."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.longest = crawler.settings.getfloat("TINGFENG_PATIENCE")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Patience:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Request | Response:
        if response.status not in {429, 503}:
            return response
        said = (response.headers.get(b"Retry-After") or b"").decode("latin-1")
        wait = retry_after(said, datetime.now(UTC))
        if wait is None:
            return response
        GATE.hold(urlsplit(request.url).hostname or "", monotonic() + wait)
        spider = self.crawler.spider
        if wait > self.longest or request.meta.get("dont_retry") or spider is None:
            request.meta["dont_retry"] = True
            return response
        again = get_retry_request(request, spider=spider, reason="Retry-After", max_retry_times=1)
        if again is None:
            request.meta["dont_retry"] = True
            return response
        return again


def retry_after(said: str, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for: a number or a date."""
    said = said.strip()
    if said.isdigit():
        return float(said)
    try:
        moment = parsedate_to_datetime(said)
    except (TypeError, ValueError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


class Stops:
    """Requests that are not sent: to a source that has refused us in this run, and to private
    addresses that a page of the open web points to.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Stops:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        stop_if_refused(self.crawler, request)
        strange = request.meta.get("followed") or request.meta.get("redirect_times")
        if strange and not public(request.url):
            raise Refused(
                "forbidden",
                Message(
                    f"页面把我们引向内网地址 {request.url}，不跟随",
                    f"a page points to the private address {request.url}: not followed",
                ),
            )


class Walls:
    """Stops before the wall: a redirect to a login page is an answer, not a road."""

    def process_response(self, request: Request, response: Response) -> Response:
        if 300 <= response.status < 400:
            target = (response.headers.get(b"Location") or b"").decode("latin-1")
            if wall_address(target):
                request.meta["dont_redirect"] = True
        return response
