"""Fetching: what all spiders share. How to ask, how to judge, what to write down."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

import scrapy
from scrapy import signals

from crawlers.fetching.channel import Mark
from crawlers.fetching.ledger import FINAL, Ledger
from crawlers.fetching.middlewares import retry_after
from crawlers.fetching.outcome import judged, unanswered
from crawlers.fetching.target import Target
from crawlers.refused import Refused, resting
from crawlers.sources.answer import Answer, Page
from crawlers.sources.links import absolute
from crawlers.sources.verdict import Expects, Ruling
from tingfeng import SHANGHAI, Message, Observation, SettingsError

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Request, Response
    from twisted.python.failure import Failure


class SourceSpider(scrapy.Spider):
    """A spider is where to look (:meth:`targets`) and how to read (:meth:`read`, pure).

    Arguments are texts, as ``scrapy crawl NAME -a key=value`` gives them. All spiders know
    ``robots=ignore`` (written into the report) and ``rounds=yes``: part of a watch, which leaves
    alone who has nothing new yet or has refused us lately; a person who asks is answered. Every
    target ends in the ledger with a verdict, and its watermark is delivered after its posts.
    """

    never_empty: ClassVar[bool] = False
    """The source always has something: an empty answer is then no answer."""

    load: Any = None

    def __init__(self, robots: str = "obey", rounds: str = "no", **arguments: Any) -> None:
        if arguments:
            unknown = ", ".join(arguments)
            raise SettingsError(
                f"爬虫 {self.name} 没有这些参数：{unknown}",
                f"spider {self.name} has no such arguments: {unknown}",
            )
        super().__init__()
        if robots not in {"obey", "ignore"}:
            raise SettingsError(
                f"robots 只能是 obey 或 ignore，不是 {robots!r}",
                f"robots is obey or ignore, not {robots!r}",
            )
        self.robots, self.rounds = robots, said_yes(rounds)
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
            target.resume(self.load(target.source) if self.load else None)
            until = target.until("not_before")
            if until and until > self.now():
                rest = resting((until - self.now()).total_seconds())
                self.ledger.answered(target.source, Ruling("rate_limited", rest), requests=0)
                yield Mark(source=target.source)
                continue
            if self.rounds and self._rests(target):
                yield Mark(source=target.source)
                continue
            yield self.ask(target, target.url, conditional=True)

    def _rests(self, target: Target) -> bool:
        """Whether a round leaves the source alone: it refused us lately, or has nothing new yet."""
        refusal = target.pause(self.now())
        if refusal:
            self.ledger.answered(target.source, refusal, requests=0)
            return True
        until = target.until("fresh_until")
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
            headers |= target.conditions(url)
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
        meta, answer = response.meta, self._answer(response)
        ruling, page = judged(answer, expects, self.reader(meta))
        if ruling.verdict == "empty" and self.never_empty:
            ruling = _impossible(ruling)
        seen: tuple[Observation, ...] = page.seen if page else ()
        if page and not meta["followed"]:
            seen = tuple(self.shown(target, page))
        elif meta.get("entry") and not seen:
            seen = (meta["entry"],)
        yield from seen
        self._book(target, meta, ruling, len(seen))
        if not meta["followed"]:
            self._remember(target, answer, ruling, meta["validate"])
            if page and page.wait:
                target.due_after(self.now(), page.wait)
            yield from self.more(target, answer, page) if page else ()
        yield self.done(target, meta, ruling)

    def _answer(self, response: Response) -> Answer:
        headers = {
            name.decode("latin-1").lower(): b", ".join(values).decode("latin-1")
            for name, values in response.headers.items()
        }
        return Answer(
            url=response.url,
            status=response.status,
            headers=headers,
            body=response.body,
            seen_at=self.now(),
        )

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
        ruling, posts = unanswered(error), 1 if entry else 0
        if isinstance(error, Refused) and self.ledger.refusal(target.source):
            # The refusal is in the ledger already, and nothing was sent.
            self.ledger.followed(target.source, ruling, requests=0, posts=posts)
        else:
            self._book(target, request.meta, ruling, posts)
        yield self.done(target, request.meta, ruling)

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
        until = None
        if ruling.verdict == "rate_limited":
            wait = retry_after(answer.headers.get("retry-after", ""), datetime.now(UTC))
            until = self.now() + timedelta(seconds=wait) if wait else None
        elif asked and ruling.verdict in {"ok", "stale", "empty"}:
            target.validate(asked, answer)
        target.stay_away(until)
        target.refused(ruling if ruling.verdict in FINAL else None, self.now())

    def done(self, target: Target, meta: dict[str, Any], ruling: Ruling) -> Mark:
        """The watermark of *target* now that one of its pages has been dealt with."""
        return Mark(source=target.source, state=target.mark())


def addresses(spider: str, urls: str) -> list[str]:
    """Web addresses parted by blanks, each once; raises SettingsError where there is none."""
    found = list(dict.fromkeys(urls.split()))
    wrong = [url for url in found if not absolute(url, url)]
    if wrong or not found:
        shown = " ".join(wrong) or "''"
        raise SettingsError(
            f"{spider} 的 urls 要写完整网址（https://…），不是 {shown}",
            f"urls of {spider} are full web addresses (https://…), not {shown}",
        )
    return found


def said_yes(argument: str) -> bool:
    """Spider arguments are texts."""
    return argument.lower() in {"yes", "true", "1", "on"}


def _impossible(ruling: Ruling) -> Ruling:
    zh, en = ruling.detail.zh, ruling.detail.en
    return Ruling(
        "changed",
        Message(
            f"这里不可能没有内容，多半是被拦了（{zh}）",
            f"it is never empty, so this is most likely a block ({en})",
        ),
    )
