"""RSS, Atom and JSON Feed, and on request the articles behind them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from crawlers import article, feed
from crawlers.answer import Answer, Page
from crawlers.channel import Mark
from crawlers.ledger import FINAL
from crawlers.links import digest
from crawlers.spider import SourceSpider, said_yes
from crawlers.target import Target
from crawlers.verdict import Ruling
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
    """``urls``: addresses, parted by blanks. ``follow=yes``: also fetch each new article."""

    name = "feed"

    def __init__(self, urls: str = "", follow: str = "no", **arguments: Any) -> None:
        super().__init__(**arguments)
        self.urls = urls.split()
        self.follow = said_yes(follow)
        if not self.urls:
            raise SettingsError("feed 需要 urls=订阅源地址", "feed needs urls=ADDRESSES")

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
        return (seen for seen in page.seen if not self._wanted(seen))

    def _wanted(self, seen: Observation) -> bool:
        return self.follow and bool(seen.post.url) and len(seen.post.text) < _FULL

    def more(self, target: Target, answer: Answer, page: Page) -> Iterator[Request]:
        if not self.follow:
            return
        known = set(target.state.get("fetched", ()))
        new = [s for s in page.seen if self._wanted(s) and digest(s.post.id) not in known]
        target.open += len(new)
        for seen in new:
            yield self.ask(target, seen.post.url, followed=True, expects="html", entry=seen)

    def done(self, target: Target, meta: dict[str, Any], ruling: Ruling) -> Mark:
        entry = meta.get("entry")
        if entry:
            target.open -= 1
            fetched = target.state.setdefault("fetched", [])
            if ruling.verdict not in _AGAIN:
                fetched.append(digest(entry.post.id))
                del fetched[:-_REMEMBERED]
        return super().done(target, meta, ruling)
