"""RSS, Atom and JSON Feed, and on request the articles behind them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from crawlers.fetching.channel import Mark
from crawlers.fetching.ledger import FINAL
from crawlers.fetching.spider import SourceSpider, addresses, said_yes
from crawlers.fetching.target import Target
from crawlers.sources import article, feed
from crawlers.sources.answer import Answer, Page
from crawlers.sources.links import digest
from crawlers.sources.verdict import Ruling
from tingfeng import Observation, SettingsError

if TYPE_CHECKING:
    from scrapy.http import Request

_REMEMBERED = 1000
"""Articles a feed keeps in mind as fetched: fifty times what a feed usually shows."""

_FULL = 600
"""Letters from which an entry is the article itself; summaries of Chinese news have 50 to 200."""

_AGAIN = FINAL | {"unreachable", "upstream_error"}
"""Articles that a later run may still get."""


class FeedSpider(SourceSpider):
    """``urls``: addresses, parted by blanks. ``follow=yes``: also fetch each new article, at most
    ``limit`` a feed and run.
    """

    name = "feed"

    def __init__(
        self, urls: str = "", follow: str = "no", limit: str = "100", **arguments: Any
    ) -> None:
        super().__init__(**arguments)
        self.urls = addresses(self.name, urls)
        self.follow = said_yes(follow)
        if not limit.isdigit():
            raise SettingsError(f"limit 是一个数，不是 {limit!r}", f"limit is a number: {limit!r}")
        self.limit = int(limit)
        self.due: dict[str, list[Observation]] = {}

    def targets(self) -> Iterator[Target]:
        accept = "application/rss+xml, application/atom+xml, application/feed+json, */*;q=0.5"
        for url in dict.fromkeys(self.urls):
            yield Target(source=f"feed {url}", url=url, expects="feed", headers={"Accept": accept})

    @staticmethod
    def read(answer: Answer) -> Page:
        return feed.read(answer)

    def reader(self, meta: dict[str, Any]) -> Any:
        entry = meta.get("entry")
        return article.completing(entry) if entry else self.read

    def shown(self, target: Target, page: Page) -> Iterable[Observation]:
        """An entry whose article is fetched comes with it: the summary would look like an edit."""
        if not self.follow:
            return page.seen
        known = set(target.state.get("fetched", ()))
        due = [s for s in page.seen if _short(s) and digest(s.post.id) not in known]
        # What is over the limit stays as the feed has it: better a summary now than a text never.
        self.due[target.source] = due[: self.limit]
        self.remember(target, due[self.limit :])
        return [s for s in page.seen if not _short(s)] + due[self.limit :]

    def more(self, target: Target, answer: Answer, page: Page) -> Iterator[Request]:
        due = self.due.pop(target.source, [])
        target.open += len(due)
        for seen in due:
            yield self.ask(target, seen.post.url, followed=True, expects="html", entry=seen)

    def remember(self, target: Target, entries: list[Observation]) -> None:
        """These need not be fetched again."""
        fetched = target.state.setdefault("fetched", [])
        fetched += [digest(entry.post.id) for entry in entries]
        del fetched[:-_REMEMBERED]

    def done(self, target: Target, meta: dict[str, Any], ruling: Ruling) -> Mark:
        entry = meta.get("entry")
        if entry:
            target.open -= 1
            self.remember(target, [entry] if ruling.verdict not in _AGAIN else [])
        return super().done(target, meta, ruling)


def _short(seen: Observation) -> bool:
    """There is an article, and the feed does not hold all of it."""
    return bool(seen.post.url) and len(seen.post.text) < _FULL
