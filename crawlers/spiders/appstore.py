"""Newest reviews of apps in Apple's App Store."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from crawlers.fetching.channel import Mark
from crawlers.fetching.spider import SourceSpider
from crawlers.fetching.target import Target
from crawlers.sources import appstore
from crawlers.sources.answer import Answer, Page
from crawlers.sources.verdict import Ruling
from tingfeng import SEEING, SettingsError

if TYPE_CHECKING:
    from scrapy.http import Request

_FEED = "https://itunes.apple.com/{country}/rss/customerreviews/page={page}/id={app}/sortby=mostrecent/json"
_RECORD = "https://itunes.apple.com/lookup?id={app}&country={country}"
_REMEMBERED = 1000
"""Reviews an app keeps in mind: twice what Apple shows."""


class AppstoreSpider(SourceSpider):
    """``apps``: numbers of apps, parted by blanks (``id414478124`` or ``414478124``);
    ``country``: of the storefront, two letters.
    """

    name = "appstore"

    def __init__(self, apps: str = "", country: str = "cn", **arguments: Any) -> None:
        super().__init__(**arguments)
        numbers = [re.search(r"(?:^|id)(\d+)(?:\D|$)", app) for app in apps.split()]
        self.apps = [number.group(1) for number in numbers if number]
        self.country = country.lower()
        if not self.apps or None in numbers:
            raise SettingsError(
                "appstore 需要 apps=应用编号，例如 apps=414478124",
                "appstore needs apps=NUMBERS, e.g. apps=414478124",
            )
        if not re.fullmatch("[a-z]{2}", self.country):
            raise SettingsError(f"国家代码是两个字母，不是 {country!r}", f"no country: {country!r}")

    def targets(self) -> Iterator[Target]:
        for app in dict.fromkeys(self.apps):
            yield Target(
                source=f"appstore {self.country}/{app}",
                url=_FEED.format(country=self.country, app=app, page=1),
                expects="feed",
                headers={"Accept": "application/json, application/atom+xml;q=0.8"},
            )

    @staticmethod
    def read(answer: Answer) -> Page:
        return appstore.read(answer)

    def reader(self, meta: dict[str, Any]) -> Any:
        return appstore.read_record if meta.get("record") else self.read

    def more(self, target: Target, answer: Answer, page: Page) -> Iterator[Request]:
        """The next page until one is known whole. Its ``rel=next`` may lead to an internal host."""
        if "/lookup" in answer.url:
            return
        app, number = self._place(answer.url)
        if not page.seen and number == 1:
            url = _RECORD.format(country=self.country, app=app)
            yield self.ask(target, url, expects="json", record=True)
            return
        known = set(target.state.get("known", ()))
        keys = [f"{s.post.id}@{s.post.published_at}" for s in page.seen]
        target.fresh += [key for key in keys if key not in known]
        whole = bool(keys) and all(key in known for key in keys)
        if keys and not whole and number < appstore.LAST_PAGE:
            target.open += 1
            url = _FEED.format(country=self.country, app=app, page=number + 1)
            yield self.ask(target, url, page=number + 1)

    def done(self, target: Target, meta: dict[str, Any], ruling: Ruling) -> Mark:
        """Reviews count as known once the pages before them have all been read: a walk that broke
        off in the middle must not make the next one stop early.
        """
        if meta.get("page"):
            target.open -= 1
        if ruling.verdict not in SEEING:
            target.fresh = []
            # Unchanged would then be the answer to a first page whose followers were never read.
            target.forget_validators()
        elif not target.open and target.fresh:
            target.state["known"] = [*target.fresh, *target.state.get("known", ())][:_REMEMBERED]
        return super().done(target, meta, ruling)

    @staticmethod
    def _place(url: str) -> tuple[str, int]:
        found = re.search(r"page=(\d+)/id=(\d+)", url)
        return (found.group(2), int(found.group(1))) if found else ("", appstore.LAST_PAGE)
