"""dataabc/weibo-crawler and weiboSpider: timelines of accounts, csv and json.

The csv is ragged (reposts have the columns of the reposted post) and carries a line with a time
for every run; the author is only in the name of the file, ``<user id>.csv``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from crawlers.formats.ids import bid_of
from crawlers.formats.record import (
    Context,
    Record,
    carries,
    labels,
    observe,
    person,
    pick,
    times,
    words,
)
from crawlers.formats.scales import verified
from crawlers.formats.weibo import weibo_id
from crawlers.markup import topics
from tingfeng import Author, Message, Observation

_CHINESE = {
    "id": ("id", "微博id"), "bid": ("bid",), "user_id": ("用户id", "user_id"),
    "screen_name": ("用户昵称", "昵称", "screen_name"), "text": ("正文", "微博正文"),
    "pics": ("原始图片url",), "video_url": ("视频url", "微博视频url"), "location": ("位置", "发布位置"),
    "created_at": ("完整日期", "日期", "发布时间"), "attitudes_count": ("点赞数",),
    "comments_count": ("评论数",), "reposts_count": ("转发数",), "topics": ("话题",),
    "region": ("ip属地", "发布属地", "IP属地", "ip_location"),
}  # fmt: skip


_REPOSTED = {
    name: tuple("源微博" + column.removeprefix("微博") for column in columns)
    for name, columns in _CHINESE.items()
} | {"user_id": ("源用户id",), "screen_name": ("源用户昵称",)}
"""The columns of the reposted post."""


def _english(record: Record, columns: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    """A row of the csv under the names of the json."""
    return {name: pick(record, *theirs) for name, theirs in columns.items()}


_OWN = frozenset({
    "bid", "微博id", "原始图片url", "微博图片url", "视频url", "微博视频url", "头条文章url", "@用户", "工具",
    "发布工具", "是否原创", "源微博id", "Live Photo视频url", "完整日期", "是否为原创微博",
})  # fmt: skip


class WeiboCrawler:
    """A record is a post; a repost brings the reposted post with it."""

    name = "weibo-crawler"
    ragged = True
    label = Message("weibo-crawler / weiboSpider 微博", "weibo-crawler, weiboSpider")

    def recognises(self, record: Record) -> bool:
        if "正文" in record or ("微博正文" in record and "微博id" in record):
            return len(_OWN & record.keys()) >= 2
        return "attitudes_count" in record and "text" in record and (
            "bid" in record or "screen_name" in record or "full_created_at" in record
        )  # fmt: skip

    def read(self, record: Record, context: Context) -> list[Observation]:
        if "text" in record:
            return self._json(record, context)
        flat = _english(record, _CHINESE)
        if not pick(record, "源微博id", "源微博bid"):
            return [self._one(flat, context, None)]
        source = _english(record, _REPOSTED)
        above = self._one(source, context, None, own=False)
        return [self._one(flat, context, above.post.id), above]

    def _json(self, record: Record, context: Context) -> list[Observation]:
        above = record.get("retweet") or record.get("retweeted_status")
        if isinstance(above, dict) and pick(above, "id", "bid"):
            source = self._one(above, context, None, own=False)
            return [self._one(record, context, source.post.id), source]
        return [self._one(record, context, None)]

    def _one(
        self, record: Record, context: Context, above: str | None, own: bool = True
    ) -> Observation:
        id = weibo_id(record, context, "id", bid="bid")
        author = self._author(record, context, own)
        bid = bid_of(id) if id.isdigit() else ""
        text = words(pick(record, "text"))
        return observe(
            context, source=self.name, platform="weibo", id=id, text=text, parent=above,
            kind="repost" if above else "post", author=author,
            url=f"https://weibo.com/{author.id}/{bid}" if author and author.id and bid else "",
            published=times(record, "full_created_at", "created_at"),
            sent_from=pick(record, "region", "region_name", "ip_location", "location"),
            media=carries(video=record.get("video_url"), image=record.get("pics")),
            tags=labels(pick(record, "topics")) or topics(text),
            likes=record.get("attitudes_count"), comments=record.get("comments_count"),
            reposts=record.get("reposts_count"),
        )  # fmt: skip

    def _author(self, record: Record, context: Context, own: bool) -> Author | None:
        """Whose timeline it is, where the record is *own* and does not say."""
        id, name = pick(record, "user_id"), pick(record, "screen_name")
        if not own and id is None:
            return person(id, name)
        user = context.outer.get("user")
        if isinstance(user, dict) and str(user.get("id")) == str(id or user.get("id")):
            badge = verified(user.get("verified"), user.get("verified_type"))
            return person(
                user.get("id"), name or user.get("screen_name"), user.get("followers_count"), badge
            )
        if id is None and name is None and re.fullmatch(r"\d{5,11}", context.stem):
            id = context.stem
        return person(id, name)
