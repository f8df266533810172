"""Hands what spiders yield to the channel, page by page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.exceptions import DropItem
from scrapy.utils.misc import load_object

from crawlers.fetching.channel import Batch, Channel, Mark
from tingfeng import Observation

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

_BATCH = 200
"""Observations a transaction: a feed page has 20 to 50, a commit of SQLite costs milliseconds."""


class Deliver:
    """Item pipeline. Any spider that yields observations is heard, also one that is not ours."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.channel: Channel = load_object(crawler.settings["TINGFENG_CHANNEL"])()
        self.seen: list[Observation] = []
        self.states: dict[str, str] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Deliver:
        return cls(crawler)

    def open_spider(self) -> None:
        spider: Any = self.crawler.spider
        if hasattr(spider, "ledger"):
            spider.load = self.channel.load

    def process_item(self, item: Any) -> Any:
        if isinstance(item, Mark):
            if item.state is not None:
                self.states[item.source] = item.state
            self.flush()
            raise DropItem("a watermark is no item", log_level="DEBUG")
        if isinstance(item, Observation):
            self.seen.append(item)
            if len(self.seen) >= _BATCH:
                self.flush()
        return item

    def flush(self) -> None:
        """Hand over what has gathered."""
        ledger = getattr(self.crawler.spider, "ledger", None)
        coverage = ledger.take() if ledger else ()
        if self.seen or coverage or self.states:
            self.channel.deliver(
                Batch(seen=tuple(self.seen), coverage=coverage, states=dict(self.states))
            )
            self.seen.clear()
            self.states.clear()

    def close_spider(self) -> None:
        spider: Any = self.crawler.spider
        if hasattr(spider, "ledger"):
            spider.ledger.close()
        self.flush()
        if hasattr(spider, "ledger"):
            self.channel.report(spider.ledger.reports(spider.name))
