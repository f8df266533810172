"""Posts as a table, one row each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tingfeng import Analysis, Document, Lang, Message
from tingfeng.insight.sentiment import LABEL_NAMES
from tingfeng.insight.table import NO, YES, Cell, Column, Table, shown

KINDS = {
    "post": Message("帖子", "post"), "comment": Message("评论", "comment"),
    "repost": Message("转发", "repost"), "review": Message("评价", "review"),
    "article": Message("文章", "article"), "hot": Message("热榜", "hot list"),
}  # fmt: skip

BADGES: dict[str | None, Message | None] = {
    None: None,
    "none": Message("未认证", "none"),
    "person": Message("个人认证", "person"),
    "organization": Message("机构认证", "organization"),
}

_COLUMNS: tuple[tuple[str, str, str, int], ...] = (
    ("平台", "platform", "plain", 10), ("编号", "id", "plain", 20), ("类型", "kind", "plain", 8),
    ("时间", "published", "plain", 20), ("作者(匿名)", "author (pseudonym)", "plain", 18),
    ("粉丝", "followers", "plain", 10), ("认证", "verified", "plain", 10),
    ("标题", "title", "plain", 24), ("正文", "text", "plain", 60), ("情感", "attitude", "plain", 8),
    ("正面概率", "p(positive)", "share", 9), ("中性概率", "p(neutral)", "share", 9),
    ("负面概率", "p(negative)", "share", 9), ("品牌", "brands", "plain", 14),
    ("提及依据", "matched because", "plain", 24), ("赞", "likes", "plain", 8),
    ("评", "comments", "plain", 8), ("转", "reposts", "plain", 8), ("藏", "favorites", "plain", 8),
    ("播放", "views", "plain", 10), ("地点", "place", "plain", 8),
    ("疑似水军", "suspected", "plain", 9), ("原文链接", "link", "link", 32),
    ("入库时间", "stored", "plain", 20),
)  # fmt: skip

COLUMNS = tuple(
    Column(name=Message(zh, en), kind=kind, width=width) for zh, en, kind, width in _COLUMNS
)

NOTE = Message(
    "时间均为北京时间，数值为最近一次采集所见；空格表示平台没有给出，不是 0。情感针对整条帖子。",
    "Times are Asia/Shanghai; counts are those last seen; an empty cell was not shown by the "
    "platform and is not 0. The attitude is that of the whole post.",
)


def listing(
    documents: Iterable[Document], *, lang: Lang | None = None, brand: str | None = None
) -> Table:
    """*documents* as a table that is read once, so that any number of them can be streamed.

    *lang*: put the words of the cells into it now; by default that is left to whoever shows them.
    *brand*: the attitude to it instead of that of the whole post.
    """
    note = NOTE if brand is None else Message(
        NOTE.zh.replace("针对整条帖子", f"针对{brand}"),
        NOTE.en.replace("of the whole post", f"to {brand}"),
    )  # fmt: skip
    return Table(
        name=Message("帖子", "posts"),
        columns=COLUMNS,
        rows=(
            tuple(shown(cell, lang) for cell in cells) if lang else cells
            for cells in (row(document, brand) for document in documents)
        ),
        notes=(note,),
    )


def row(document: Document, brand: str | None = None) -> tuple[Cell, ...]:
    """One post: as many cells as :data:`COLUMNS`."""
    post, author, seen = document.post, document.post.author, document.engagement
    badge = BADGES[author.verified if author else None]
    label, *odds, brands, because = _reading(document.analysis, brand)
    return (
        post.platform, post.id, KINDS[post.kind], post.published_at,
        author.id if author else None, author.followers if author else None,
        badge, post.title or None, post.text or None,
        label, *odds, brands, because,
        *((seen.likes, seen.comments, seen.reposts, seen.favorites, seen.views)
          if seen else (None,) * 5),
        post.place, YES if document.suspected else NO, post.url or None, document.indexed_at,
    )  # fmt: skip


def _reading(analysis: Analysis | None, brand: str | None) -> tuple[Any, ...]:
    if analysis is None:
        return (None,) * 6
    mood = analysis.sentiment
    label = analysis.attitude(brand) if brand else mood.label if mood else None
    mentions = analysis.mentions
    brands = dict.fromkeys(mention.brand for mention in mentions)
    because = dict.fromkeys(f"{mention.alias} ({mention.rule})" for mention in mentions)
    return (
        LABEL_NAMES[label] if label else None,
        *((mood.positive, mood.neutral, mood.negative) if mood else (None,) * 3),
        " ".join(brands) or None,
        "; ".join(because) or None,
    )
