"""Weibo's hot search on its three surfaces, and its topic list."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from crawlers.sources.answer import Answer, Page
from crawlers.sources.hotlists.entry import entry, gather
from tingfeng import AnswerChanged, Observation


def _search(word: str) -> str:
    bare = word.strip().strip("#")
    return "https://s.weibo.com/weibo?q=" + quote(f"#{bare}#")


def side(answer: Answer) -> Page:
    """``weibo.com/ajax/side/hotSearch``: ``data.realtime`` and the pinned ``data.hotgov``."""
    data = answer.json()["data"]
    pinned = data.get("hotgovs") or [data.get("hotgov")]
    items = [item for item in pinned if item] + list(data["realtime"])

    def make(item: dict[str, Any]) -> Observation | None:
        if item.get("is_ad") or item.get("ad_info"):
            return None
        word = item.get("word") or item["name"]
        return entry(
            answer, "weibo", word, url=_search(word), when=item.get("onboard_time"),
            heat=item.get("num", item.get("raw_hot")),
        )  # fmt: skip

    return gather(items, make)


_HEAT = re.compile(r"\d+\s*$")


def container(answer: Answer) -> Page:
    """The hot search card of m.weibo.cn. Only its first group is the list; the others are
    rising topics and entertainment.
    """
    cards = answer.json()["data"]["cards"]
    if not cards:
        return gather((), lambda _: None)

    def make(item: dict[str, Any]) -> Observation | None:
        if item.get("card_type") != 4 or item.get("desc_extr") == "":
            return None  # a heading, or an advert: they have no heat, and say so with ""
        # "演出 161138": the list may put a kind before the number.
        heat = _HEAT.search(str(item.get("desc_extr") or ""))
        word = item["desc"]
        return entry(answer, "weibo", word, url=_search(word), heat=heat and heat.group())

    return gather(cards[0]["card_group"], make)


def summary(answer: Answer) -> Page:
    """``s.weibo.com/top/summary``: the hot search, mobile or desktop, or the topic list."""
    from parsel import Selector

    document = Selector(text=answer.text)
    articles = document.css("section.list li article")
    if articles:
        return gather(articles, lambda node: _topic(answer, node))
    items = document.css("section.list li a, #pl_top_realtimehot tbody td.td-02")
    if not items and not document.css(".hotrank, #pl_top_realtimehot"):
        raise AnswerChanged("微博热搜页面结构变了", "the layout of Weibo's hot list changed")
    return gather(items, lambda node: _line(answer, node))


def _topic(answer: Answer, node: Any) -> Observation:
    shown = node.css("span::text").get("")
    counts = {name: number for number, name in re.findall(r"([\d.]+[万亿]?)(讨论|阅读)", shown)}
    word = node.css("h2::text").get("")
    return entry(
        answer, "weibo", word, text=node.css("p::text").get(""), url=_search(word),
        comments=counts.get("讨论"), views=counts.get("阅读"),
    )  # fmt: skip


def _line(answer: Answer, node: Any) -> Observation | None:
    word = node.xpath("string(.//span/text()[1])").get("").strip()
    heat = node.css("span em::text").get()
    if node.root.tag == "td":  # the desktop page has the word in a link and the heat beside it
        word = node.css("a::text").get("")
        heat = node.css("span::text").get()
    if node.css(".icon_recommend, .icon-txt-recommend, .icon_ad"):
        return None
    found = _HEAT.search(heat or "")
    return entry(answer, "weibo", word, url=_search(word), heat=found and found.group())
