"""Hot lists of the platforms, each polled as one page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from crawlers.fetching.spider import SourceSpider
from crawlers.fetching.target import Target
from crawlers.sources import hotlists
from crawlers.sources.answer import Answer, Page
from crawlers.sources.hotlists import HOTLISTS
from tingfeng import UnknownName


class HotlistSpider(SourceSpider):
    """``lists``: names of :data:`crawlers.sources.hotlists.HOTLISTS`, parted by blanks."""

    name = "hotlist"
    never_empty = True

    def __init__(self, lists: str = "weibo baidu", **arguments: Any) -> None:
        super().__init__(**arguments)
        self.lists = list(dict.fromkeys(lists.split()))
        for name in self.lists:
            if name not in HOTLISTS:
                raise UnknownName(name, sorted(HOTLISTS))

    def targets(self) -> Iterator[Target]:
        for name in self.lists:
            row = HOTLISTS[name]
            headers = {"Accept": "application/json, */*;q=0.5"} if row.expects == "json" else {}
            yield Target(
                source=f"hotlist {name}", url=row.url, expects=row.expects, headers=headers
            )

    @staticmethod
    def read(answer: Answer) -> Page:
        return hotlists.read(answer)
