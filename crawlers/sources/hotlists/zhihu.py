"""Zhihu's hot list and its list of searches."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

from crawlers.sources.answer import Answer, Page
from crawlers.sources.hotlists.entry import entry, gather
from tingfeng import AnswerChanged, Observation

_STATE = re.compile(r"<script[^>]*id=[\"']js-initialData[\"'][^>]*>(.*?)</script>", re.DOTALL)


def hot(answer: Answer) -> Page:
    """``hot-list-web`` and the app's ``hot-lists/total``; both old and new forms of an entry."""

    def make(item: dict[str, Any]) -> Observation | None:
        target = item["target"]
        if "title_area" in target:
            title, url = target["title_area"]["text"], target["link"]["url"]
            text, heat = target["excerpt_area"]["text"], target["metrics_area"]["text"]
            answers = (item.get("feed_specific") or {}).get("answer_count")
        else:
            title, url = target["title"], target.get("url", "")
            text, heat = target.get("excerpt", ""), item["detail_text"]
            answers = target.get("answer_count")
        number = re.search(r"/questions?/(\d+)", url)
        if number:
            url = f"https://www.zhihu.com/question/{number[1]}"
        return entry(
            answer, "zhihu", title, id=number and number[1], text=text, url=url, heat=heat,
            comments=answers, when=target.get("created"),
        )  # fmt: skip

    return gather(answer.json()["data"], make)


def topsearch(answer: Answer) -> Page:
    """``zhihu.com/topsearch``: searches without any count."""
    found = _STATE.search(answer.text)
    if not found:
        raise AnswerChanged("知乎热搜页里没有数据", "Zhihu's page holds no initial data")
    items = json.loads(found[1])["initialState"]["topsearch"]["data"]

    def make(item: dict[str, Any]) -> Observation:
        query = item.get("realQuery") or item["queryDisplay"]
        url = f"https://www.zhihu.com/search?type=content&q={quote(query)}"
        return entry(
            answer, "zhihu", item["queryDisplay"], text=item.get("queryDescription") or "", url=url
        )

    return gather(items, make)
