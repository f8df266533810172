"""News sites by their sitemaps: the articles that are new, each fetched once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from crawlers.fetching.channel import Mark
from crawlers.fetching.ledger import FINAL
from crawlers.fetching.spider import SourceSpider, addresses
from crawlers.fetching.target import Target
from crawlers.sources import article, sitemap
from crawlers.sources.answer import Answer, Lead, Page
from crawlers.sources.links import canonical, digest
from crawlers.sources.verdict import Ruling
from tingfeng import Observation, Post, SettingsError

if TYPE_CHECKING:
    from scrapy.http import Request

_REMEMBERED = 5000
_MAPS = 50
"""Sitemaps that are opened in a run, newest first: archives of years past stay shut."""

_AGAIN = FINAL | {"unreachable", "upstream_error"}


class SitemapSpider(SourceSpider):
    """``urls``: sitemaps, or front pages whose robots.txt names them. ``days``: how far back;
    ``limit``: articles a run; ``match``: a regular expression that article addresses must hold.
    """

    name = "sitemap"

    def __init__(
        self, urls: str = "", days: str = "3", limit: str = "200", match: str = "", **arguments: Any
    ) -> None:
        super().__init__(**arguments)
        self.urls = addresses(self.name, urls)
        try:
            self.back, self.limit = timedelta(days=float(days)), int(limit)
            self.match = re.compile(match)
        except (ValueError, OverflowError, re.error) as error:
            raise SettingsError(f"sitemap 的参数不对：{error}", f"sitemap: {error}") from None

    def targets(self) -> Iterator[Target]:
        for url in dict.fromkeys(self.urls):
            parts = urlsplit(url)
            bare = parts.path in {"", "/"} and not parts.query
            at = f"{parts.scheme}://{parts.netloc}/robots.txt" if bare else url
            yield Target(source=f"sitemap {url}", url=at, expects="text")

    @staticmethod
    def read(answer: Answer) -> Page:
        return sitemap.read(answer)

    def reader(self, meta: dict[str, Any]) -> Any:
        return self._article(meta) if meta.get("followed") else self.read

    @staticmethod
    def _article(meta: dict[str, Any]) -> Any:
        entry = meta.get("entry")
        return article.completing(entry) if entry else article.read

    def more(self, target: Target, answer: Answer, page: Page) -> Iterator[Request]:
        if any(lead.map for lead in page.leads):
            # An index stays the same while the maps that it lists change: never "unchanged".
            target.validators.pop(target.url, None)
        since = self.now() - self.back
        target.visited.add(answer.url)
        maps = [lead for lead in page.leads if lead.map and _recent(lead, since)]
        maps.sort(key=lambda lead: lead.at or self.now(), reverse=True)
        for lead in maps:
            if lead.url in target.visited or len(target.visited) > _MAPS:
                continue
            target.visited.add(lead.url)
            target.open += 1
            yield self.ask(target, lead.url, conditional=True, map=True)
        known = set(target.state.get("fetched", ())) | set(target.fresh)
        for lead in page.leads:
            key = digest(canonical(lead.url))
            wanted = not lead.map and _recent(lead, since) and self.match.search(lead.url)
            if wanted and key not in known and len(target.fresh) < self.limit:
                known.add(key)
                target.fresh.append(key)
                target.open += 1
                yield self.ask(
                    target, lead.url, followed=True, expects="html", key=key,
                    entry=_entry(lead, self.now()),
                )  # fmt: skip

    def done(self, target: Target, meta: dict[str, Any], ruling: Ruling) -> Mark:
        if meta.get("map") or meta.get("key"):
            target.open -= 1
        if meta.get("key") and ruling.verdict not in _AGAIN:
            fetched = target.state.setdefault("fetched", [])
            fetched.append(meta["key"])
            del fetched[:-_REMEMBERED]
        return super().done(target, meta, ruling)


def _recent(lead: Lead, since: datetime) -> bool:
    """Without a date a page may be new."""
    return lead.at is None or lead.at >= since


def _entry(lead: Lead, now: datetime) -> Observation | None:
    """What a news sitemap says of an article by itself."""
    if not lead.title:
        return None
    url = canonical(lead.url)
    return Observation(
        post=Post(
            platform="news",
            id=url,
            kind="article",
            title=lead.title,
            url=url,
            published_at=lead.at if lead.published else None,
            precision=lead.precision,
            collected_at=now,
            source="sitemap",
        )
    )
