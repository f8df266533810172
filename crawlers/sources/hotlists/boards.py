"""Hot lists that are one JSON each: Baidu, Toutiao, Bilibili, Tieba, Douyin, The Paper."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from crawlers.sources.answer import Answer, Page
from crawlers.sources.hotlists.entry import entry, gather
from tingfeng import AnswerChanged, Observation

_BOARD = re.compile(r"<!--\s*s-data:(\{.*?\})\s*-->", re.DOTALL)


def baidu(answer: Answer) -> Page:
    """``top.baidu.com/board``: JSON in a comment of the page, nested once or twice."""
    found = _BOARD.search(answer.text)
    if not found:
        raise AnswerChanged("百度热搜页里没有数据", "Baidu's board holds no data comment")
    cards = json.loads(found[1], strict=False)["data"]["cards"]

    def items() -> Iterator[Any]:
        for card in cards:
            for item in card["content"]:
                yield from item["content"] if isinstance(item.get("content"), list) else (item,)

    def make(item: dict[str, Any]) -> Observation:
        word = item.get("word") or item["query"]
        url = item.get("rawUrl") or f"https://www.baidu.com/s?wd={quote(word)}"
        return entry(
            answer, "baidu", word, text=item.get("desc") or "", url=url, heat=item.get("hotScore")
        )

    return gather(items(), make)


def toutiao(answer: Answer) -> Page:
    """``hot-event/hot-board``: ``data``; pinned entries stand in ``fixed_top_data``."""
    value = answer.json()

    def make(item: dict[str, Any]) -> Observation:
        number = item.get("ClusterIdStr") or str(item["ClusterId"])
        return entry(
            answer, "toutiao", item["Title"], id=number, heat=item.get("HotValue"),
            url=f"https://www.toutiao.com/trending/{number}/",
        )  # fmt: skip

    pinned = [item for item in value.get("fixed_top_data") or () if item.get("Title")]
    return gather([*pinned, *value["data"]], make)


def bilibili(answer: Answer) -> Page:
    """``x/web-interface/popular``: videos with all their counts."""

    def make(item: dict[str, Any]) -> Observation:
        stat, number = item["stat"], item.get("bvid") or f"av{item['aid']}"
        return entry(
            answer, "bilibili", item["title"], id=number, text=item.get("desc") or "",
            url=f"https://www.bilibili.com/video/{number}", when=item.get("pubdate"),
            views=stat.get("view"), likes=stat.get("like"), comments=stat.get("reply"),
            favorites=stat.get("favorite"), coins=stat.get("coin"), reposts=stat.get("share"),
        )  # fmt: skip

    return gather(answer.json()["data"]["list"], make)


def bilibili_words(answer: Answer) -> Page:
    """``main/hotword``: what Bilibili's users search for; bought places are left out."""

    def make(item: dict[str, Any]) -> Observation | None:
        if str((item.get("stat_datas") or {}).get("is_commercial")) == "1":
            return None
        word = item.get("show_name") or item["keyword"]
        query = quote(item.get("keyword") or word)
        return entry(
            answer, "bilibili", word, heat=item.get("heat_score"),
            url=f"https://search.bilibili.com/all?keyword={query}",
        )  # fmt: skip

    return gather(answer.json()["list"], make)


def tieba(answer: Answer) -> Page:
    """``hottopic/browse/topicList``."""

    def make(item: dict[str, Any]) -> Observation:
        return entry(
            answer, "tieba", item["topic_name"], id=item["topic_id"],
            text=item.get("topic_desc") or "", url=html.unescape(item.get("topic_url") or ""),
            when=item.get("create_time"), heat=item.get("discuss_num"),
        )  # fmt: skip

    return gather(answer.json()["data"]["bang_topic"]["topic_list"], make)


def douyin(answer: Answer) -> Page:
    """``hot/search/list``: the list, and the rising words that have no heat yet."""
    data = answer.json()["data"]

    def make(item: dict[str, Any]) -> Observation:
        number = item["sentence_id"]
        return entry(
            answer, "douyin", item["word"], id=number, url=f"https://www.douyin.com/hot/{number}",
            when=item.get("event_time"), heat=item.get("hot_value"), views=item.get("view_count"),
        )  # fmt: skip

    return gather([*data["word_list"], *(data.get("trending_list") or ())], make)


def thepaper(answer: Answer) -> Page:
    """The Paper's most read articles: no heat, but likes and comments."""

    def make(item: dict[str, Any]) -> Observation:
        number = item["contId"]
        return entry(
            answer, "thepaper", item["name"], id=number,
            url=f"https://www.thepaper.cn/newsDetail_forward_{number}",
            when=item.get("pubTimeLong"), likes=item.get("praiseTimes"),
            comments=item.get("interactionNum"),
        )  # fmt: skip

    return gather(answer.json()["data"]["hotNews"], make)
