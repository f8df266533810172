"""Hot lists: what a platform says that everybody talks about. A list is a reader and a row here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from crawlers.sources.answer import Answer, Page
from crawlers.sources.hotlists import boards, weibo, zhihu
from crawlers.sources.verdict import Expects
from tingfeng import AnswerChanged, Message


@dataclass(frozen=True, slots=True, kw_only=True)
class HotList:
    """One list."""

    url: str
    expects: Expects
    read: Callable[[Answer], Page]

    heat: bool = True
    """The list shows counts: none at all on it means that the page changed."""


HOTLISTS: dict[str, HotList] = {
    "weibo": HotList(
        url="https://weibo.com/ajax/side/hotSearch", expects="json", read=weibo.side
    ),
    "weibo-mobile": HotList(
        url="https://m.weibo.cn/api/container/getIndex?containerid=106003type%3D25%26t%3D3"
        "%26disable_hot%3D1%26filter_type%3Drealtimehot",
        expects="json",
        read=weibo.container,
    ),
    "weibo-page": HotList(
        url="https://s.weibo.com/top/summary?cate=realtimehot", expects="html", read=weibo.summary
    ),
    "weibo-topics": HotList(
        url="https://s.weibo.com/top/summary?cate=topicband", expects="html", read=weibo.summary
    ),
    "zhihu": HotList(
        url="https://www.zhihu.com/api/v3/feed/topstory/hot-list-web?limit=50&desktop=true",
        expects="json",
        read=zhihu.hot,
    ),
    "zhihu-app": HotList(
        url="https://api.zhihu.com/topstory/hot-lists/total?limit=50", expects="json",
        read=zhihu.hot,
    ),
    "zhihu-topsearch": HotList(
        url="https://www.zhihu.com/topsearch", expects="html", read=zhihu.topsearch, heat=False
    ),
    "baidu": HotList(
        url="https://top.baidu.com/board?tab=realtime", expects="html", read=boards.baidu
    ),
    "toutiao": HotList(
        url="https://www.toutiao.com/hot-event/hot-board/?origin=toutiao_pc", expects="json",
        read=boards.toutiao,
    ),
    "bilibili": HotList(
        url="https://api.bilibili.com/x/web-interface/popular", expects="json",
        read=boards.bilibili,
    ),
    "bilibili-words": HotList(
        url="https://s.search.bilibili.com/main/hotword?limit=30", expects="json",
        read=boards.bilibili_words,
    ),
    "tieba": HotList(
        url="https://tieba.baidu.com/hottopic/browse/topicList", expects="json", read=boards.tieba
    ),
    "douyin": HotList(
        url="https://www.douyin.com/aweme/v1/web/hot/search/list/?device_platform=webapp&aid=6383"
        "&channel=channel_pc_web&detail_list=1",
        expects="json",
        read=boards.douyin,
    ),
    "thepaper": HotList(
        url="https://cache.thepaper.cn/contentapi/wwwIndex/rightSidebar", expects="json",
        read=boards.thepaper, heat=False,
    ),
}  # fmt: skip


def read(answer: Answer) -> Page:
    """The entries of the hot list at this address, read by the list's own reader.

    ``changed`` also where a list that shows heat shows none.
    """
    row = _row(answer.url)
    held = row.read(answer)
    counted = any(s.engagement and any(s.engagement.counts) for s in held.seen)
    if row.heat and held.seen and not counted:
        detail = Message(
            "榜单读出来了，但热度全部缺失，解析规则需要修订",
            "the titles are there but no heat at all: the reader needs mending",
        )
        return replace(held, verdict="changed", detail=detail)
    return held


def _row(url: str) -> HotList:
    here = urlsplit(url)
    for row in HOTLISTS.values():
        there = urlsplit(row.url)
        if (there.hostname, there.path) == (here.hostname, here.path):
            return row
    raise AnswerChanged(f"不认识的榜单地址 {url}", f"no hot list is known at {url}")
