"""dataabc/weibo-search: search results, also with one comment a row (weibo-spiders-UI)."""

from __future__ import annotations

from crawlers.formats.ids import bid_of
from crawlers.formats.record import (
    Context,
    Record,
    carries,
    identity,
    labels,
    observe,
    person,
    pick,
    related,
    words,
)
from crawlers.formats.scales import verified
from crawlers.formats.weibo import weibo_id
from crawlers.markup import topics
from tingfeng import Message, Observation

_OWN = frozenset({
    "bid", "user_id", "用户昵称", "头条文章url", "发布位置", "艾特用户", "发布工具", "微博图片url",
    "微博视频url", "retweet_id", "user_authentication", "ip", "评论人ID", "话题", "发布时间",
})  # fmt: skip


class WeiboSearch:
    """A row is a post, or a post and one of its comments: then the post comes once per comment."""

    name = "weibo-search"
    label = Message("weibo-search 微博搜索", "weibo-search")

    def recognises(self, record: Record) -> bool:
        return "微博正文" in record and "微博id" not in record and len(_OWN & record.keys()) >= 3

    def read(self, record: Record, context: Context) -> list[Observation]:
        post = self._post(record, context)
        if not pick(record, "评论内容", "评论人ID"):
            return [post]
        return [post, self._comment(record, context, post.post.id)]

    def _post(self, record: Record, context: Context) -> Observation:
        id = weibo_id(record, context, "id", "mid", bid="bid")
        above = related(record, context, "retweet_id")
        user, bid = pick(record, "user_id"), bid_of(id) if id.isdigit() else ""
        text = words(record.get("微博正文"))
        return observe(
            context, source=self.name, platform="weibo", id=id, text=text,
            kind="repost" if above else "post", parent=above,
            url=f"https://weibo.com/{user}/{bid}" if user and bid else "",
            author=person(
                user, record.get("用户昵称"), pick(record, "粉丝数"),
                verified(pick(record, "user_authentication", "用户认证")),
            ),
            published=record.get("发布时间"), collected=pick(record, "采集时间", "crawl_time"),
            sent_from=pick(record, "ip", "IP属地", "发布位置"),
            media=carries(video=record.get("微博视频url"), image=record.get("微博图片url")),
            tags=labels(record.get("话题")) or topics(text),
            likes=record.get("点赞数"), comments=record.get("评论数"), reposts=record.get("转发数"),
        )  # fmt: skip

    def _comment(self, record: Record, context: Context, post: str) -> Observation:
        """The table gives a comment no id: it is what one person said under a post at a moment."""
        parts = ("评论人ID", "评论时间", "评论内容")
        return observe(
            context, source=self.name, platform="weibo", kind="comment", parent=post,
            id=identity([post, *(record.get(name) for name in parts)]),
            text=record.get("评论内容"), published=record.get("评论时间"),
            author=person(record.get("评论人ID"), record.get("评论人昵称")),
            likes=pick(record, "点赞次数"),
        )  # fmt: skip
