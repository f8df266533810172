"""Fetching: what all spiders share. How to ask, how to judge, what to write down."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

import scrapy
from scrapy import signals
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadTimeoutError,
    IgnoreRequest,
)

from crawlers.answer import Answer, Page
from crawlers.channel import Mark
from crawlers.ledger import Ledger
from crawlers.middlewares import retry_after
from crawlers.refused import Refused, resting
from crawlers.verdict import Expects, Ruling, judge
from tingfeng import SHANGHAI, AnswerChanged, Message, Observation, SettingsError

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Request, Response
    from twisted.python.failure import Failure

OK = Message("", "")
_VALIDATORS = 60
"""Pages of a source that are asked for conditionally: one of a feed, up to fifty sitemaps."""

_LONGEST_REST = timedelta(hours=1)
"""A feed may ask for a day of silence (ttl). We ask hourly, and only whether it has changed: a
crisis does not wait, and the ledger has a row for every hour."""
logger = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class Target:
    """One source of a run."""

    source: str
    """Its name in the ledger, e.g. ``feed https://…``."""

    url: str
    expects: Expects
    headers: dict[str, str] = field(default_factory=dict)
    state: dict[str, Any] = field(default_factory=dict)
    """The watermark: what the last run left, changed as this one goes on. Plain JSON."""

    open: int = 0
    """Pages that are still to come."""

    validators: dict[str, dict[str, str]] = field(default_factory=dict)
    """By address, the headers that ask whether a page has changed; not yet in the watermark."""

    fresh: list[str] = field(default_factory=list)
    """What this run found new, not yet in the watermark."""


class SourceSpider(scrapy.Spider):
    """A spider is where to look (:meth:`targets`) and how to read (:meth:`read`, pure).

    Arguments are texts, as ``scrapy crawl NAME -a key=value`` gives them. All spiders know
    ``robots=ignore`` (written into the report) and ``ttl=obey`` (do not come before the source says
    that it has news; for rounds, a person who asks is answered). Every target ends in
    the ledger with a verdict, and its watermark is delivered after its posts.
    """

    never_empty: ClassVar[bool] = False
    """The source always has something: an empty answer is then no answer."""

    load: Any = None

    def __init__(self, robots: str = "obey", ttl: str = "ignore", **arguments: Any) -> None:
        super().__init__(**arguments)
        for name, value in (("robots", robots), ("ttl", ttl)):
            if value not in {"obey", "ignore"}:
                raise SettingsError(
                    f"{name} 只能是 obey 或 ignore，不是 {value!r}",
                    f"{name} is obey or ignore, not {value!r}",
                )
        self.robots, self.ttl = robots, ttl
        self.ledger = Ledger(self.now)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> SourceSpider:
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.offset = timedelta(seconds=crawler.settings.getfloat("TINGFENG_CLOCK_OFFSET"))
        crawler.signals.connect(spider.broke, signals.spider_error)
        return spider

    offset: timedelta = timedelta()

    def now(self) -> datetime:
        """The clock of this machine, moved for rehearsals."""
        return datetime.now(SHANGHAI) + self.offset

    def targets(self) -> Iterator[Target]:
        """The sources that the arguments name."""
        raise NotImplementedError

    @staticmethod
    def read(answer: Answer) -> Page:
        """What *answer* holds. Pure: tested from saved answers."""
        raise NotImplementedError

    def shown(self, target: Target, page: Page) -> Iterable[Observation]:
        """What of *page* to yield now."""
        return page.seen

    def more(self, target: Target, answer: Answer, page: Page) -> Iterator[Request]:
        """What to ask after *page*: further pages, articles."""
        return iter(())

    async def start(self) -> AsyncIterator[Any]:
        """Ask every target, unless it told us to stay away."""
        targets = list(self.targets())
        for target in targets:
            self.ledger.expect(target.source)
        for target in targets:
            saved = self.load(target.source) if self.load else None
            target.state = _state(saved)
            until = _moment(target.state.get("not_before"))
            if until and until > self.now():
                rest = resting((until - self.now()).total_seconds())
                self.ledger.answered(target.source, Ruling("rate_limited", rest), requests=0)
                yield Mark(source=target.source)
                continue
            if self.ttl == "obey" and self._rests(target):
                continue
            yield self.ask(target, target.url, conditional=True)

    def _rests(self, target: Target) -> bool:
        """Whether the source said at the last visit that there is nothing new before later."""
        until = _moment(target.state.get("fresh_until"))
        if not until or until <= self.now():
            return False
        at = until.astimezone(SHANGHAI).strftime("%H:%M")
        detail = Message(f"对方说 {at} 前不会更新（ttl）", f"not due before {at} (ttl)")
        self.ledger.rested(target.source, detail)
        return True

    def ask(
        self,
        target: Target,
        url: str,
        *,
        conditional: bool = False,
        followed: bool = False,
        expects: Expects | None = None,
        **notes: Any,
    ) -> Request:
        """The request for one page of *target*. *followed*: a page that it only links to."""
        headers = {} if followed else dict(target.headers)
        if conditional:
            headers |= target.state.get("validators", {}).get(url, {})
        meta: dict[str, Any] = {"source": target.source, "followed": followed, **notes}
        meta["validate"] = url if conditional else ""
        if self.robots == "ignore" and not followed:
            meta["dont_obey_robotstxt"] = True
        return scrapy.Request(
            url,
            callback=self.answered,
            errback=self.failed,
            headers=headers,
            meta=meta,
            cb_kwargs={"target": target, "expects": expects or target.expects},
            dont_filter=True,
        )

    def answered(self, response: Response, target: Target, expects: Expects) -> Iterator[Any]:
        """Judge an answer, read it, write down what it was."""
        answer = Answer(
            url=response.url,
            status=response.status,
            headers={
                key.decode("latin-1").lower(): b", ".join(values).decode("latin-1")
                for key, values in response.headers.items()
            },
            body=response.body,
            seen_at=self.now(),
        )
        ruling, page = judged(answer, expects, self.reader(response.meta))
        if ruling.verdict == "empty" and self.never_empty:
            ruling = Ruling(
                "changed",
                Message(
                    f"这里不可能没有内容，多半是被拦了（{ruling.detail.zh}）",
                    f"it is never empty, so this is most likely a block ({ruling.detail.en})",
                ),
            )
        followed, entry = response.meta.get("followed"), response.meta.get("entry")
        seen = page.seen if page else ()
        if page and not followed:
            seen = tuple(self.shown(target, page))
        elif entry and not seen:
            seen = (entry,)
        yield from seen
        self._book(target, response.meta, ruling, len(seen))
        if not followed:
            self._remember(target, answer, ruling, response.meta["validate"])
            if page and page.wait:
                until = self.now() + min(page.wait, _LONGEST_REST)
                target.state["fresh_until"] = until.isoformat()
            yield from self.more(target, answer, page) if page else ()
        yield self.done(target, response.meta, ruling)

    def reader(self, meta: dict[str, Any]) -> Any:
        """The reader of an answer to a request with *meta*."""
        return self.read

    def failed(self, failure: Failure) -> Iterator[Any]:
        """No answer at all, or a request that we did not send."""
        request: Any = failure.request  # type: ignore[attr-defined]
        target: Target = request.cb_kwargs["target"]
        error = failure.value
        entry = request.meta.get("entry")
        if entry:
            yield entry
        if not (isinstance(error, Refused) and self.ledger.refusal(target.source)):
            # Otherwise it is in the ledger already, and nothing was sent.
            self._book(target, request.meta, unanswered(error), 1 if entry else 0)
        yield self.done(target, request.meta, unanswered(error))

    def broke(self, failure: Failure, response: Response) -> None:
        """A fault of ours in a callback is a source not seen, and no quiet success."""
        reason = f"{type(failure.value).__name__} {failure.value}"[:200]
        ruling = Ruling("changed", Message(f"程序出错：{reason}", f"a fault of ours: {reason}"))
        source = response.meta.get("source")
        if source:
            self.ledger.answered(source, ruling)

    def _book(self, target: Target, meta: dict[str, Any], ruling: Ruling, posts: int) -> None:
        if self.robots == "ignore" and not meta.get("followed"):
            note = Message("按设置未遵守 robots.txt", "robots.txt ignored, as set")
            detail = Message(
                f"{ruling.detail.zh}；{note.zh}".lstrip("；"),
                f"{ruling.detail.en}; {note.en}".lstrip("; "),
            )
            ruling = Ruling(ruling.verdict, detail)
        tries = int(meta.get("retry_times", 0))
        if meta.get("followed"):
            self.ledger.followed(target.source, ruling, posts=posts, tries=tries)
        else:
            self.ledger.answered(target.source, ruling, posts=posts, tries=tries)

    def _remember(self, target: Target, answer: Answer, ruling: Ruling, asked: str) -> None:
        """Validators of a page that was read whole; silence that was asked for."""
        state = target.state
        state.pop("not_before", None)
        if ruling.verdict == "rate_limited":
            wait = retry_after(answer.headers.get("retry-after", ""), self.now())
            if wait:
                state["not_before"] = (self.now() + timedelta(seconds=wait)).isoformat()
        elif asked and ruling.verdict in {"ok", "stale", "empty"}:
            target.validators[asked] = {
                ask: answer.headers[said]
                for said, ask in (("etag", "If-None-Match"), ("last-modified", "If-Modified-Since"))
                if answer.headers.get(said)
            }

    def done(self, target: Target, meta: dict[str, Any], ruling: Ruling) -> Mark:
        """The watermark of *target* now that one of its pages has been dealt with.

        Validators only count when nothing is open any more: else a killed run would find its feed
        unchanged and never fetch the articles that it had not reached.
        """
        if not target.open:
            known = target.state.get("validators", {}) | target.validators
            target.state["validators"] = dict(list(known.items())[-_VALIDATORS:])
        return Mark(source=target.source, state=json.dumps(target.state, ensure_ascii=False))


def judged(
    answer: Answer, expects: Expects, read: Callable[[Answer], Page]
) -> tuple[Ruling, Page | None]:
    """What *answer* is, and what *read* finds in it where it is no wall. Pure."""
    ruling = judge(answer.status, answer.url, answer.headers, answer.body, expects)
    if ruling.verdict != "ok":
        return ruling, None
    try:
        page = read(answer)
    except AnswerChanged as error:
        return Ruling("changed", error.message), None
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        # A reader reaches into what strangers wrote; what it misses is what changed.
        logger.warning("cannot read %s", answer.url, exc_info=True)
        reason = f"{type(error).__name__} {error}"
        return Ruling("changed", Message(f"读不懂：{reason}", f"cannot read: {reason}")), None
    return Ruling(page.verdict, page.detail or OK), page


def unanswered(error: BaseException | None) -> Ruling:
    """The verdict of a request that got no answer."""
    if isinstance(error, Refused):
        return Ruling(error.verdict, error.detail)
    if isinstance(error, IgnoreRequest):
        if "redirection" in str(error):
            return Ruling("upstream_error", Message("跳转太多次", "redirected too often"))
        return Ruling("changed", Message(f"请求被放弃：{error}", f"request dropped: {error}"))
    if isinstance(error, DownloadCancelledError):
        return Ruling("changed", Message("内容超过大小上限", "larger than the size limit"))
    if isinstance(error, DownloadTimeoutError):
        return Ruling("unreachable", Message("超时", "timed out"))
    if isinstance(error, CannotResolveHostError):
        return Ruling("unreachable", Message("域名解析不了", "the name does not resolve"))
    reason = f"{type(error).__name__} {error}".strip()[:200]
    return Ruling("unreachable", Message(f"连接失败：{reason}", f"connection failed: {reason}"))


def _state(saved: str | None) -> dict[str, Any]:
    """A watermark that cannot be read costs one full fetch, no more."""
    try:
        value = json.loads(saved or "{}")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _moment(text: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text))
    except ValueError:
        return None
