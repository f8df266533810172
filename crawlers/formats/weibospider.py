"""nghuyong/WeiboSpider: posts, reposts and comments as jsonl."""

from __future__ import annotations

from typing import Any

from crawlers.formats.record import Context, Record, ident, observe, person, pick, related, words
from crawlers.formats.scales import verified
from crawlers.formats.weibo import weibo_id
from crawlers.markup import topics
from tingfeng import Author, Message, Observation


class WeiboSpider:
    """Times are local without a zone; ``crawl_time`` is in seconds."""

    name = "weibospider"
    label = Message("WeiboSpider 微博", "nghuyong/WeiboSpider")

    def recognises(self, record: Record) -> bool:
        if "content" not in record or not ("_id" in record or "mblogid" in record):
            return False
        return any(
            name in record for name in ("mblogid", "comment_user", "attitudes_count", "like_counts")
        )

    def read(self, record: Record, context: Context) -> list[Observation]:
        if "comment_user" in record or "like_counts" in record:
            return [self._comment(record, context)]
        above = record.get("retweeted") or record.get("retweeted_status")
        if isinstance(above, dict) and pick(above, "_id", "mblogid"):
            source = self._post(above, context, None, record.get("crawl_time"))
            return [self._post(record, context, source.post.id), source]
        return [self._post(record, context, related(record, context, "retweet_id"))]

    def _post(
        self, record: Record, context: Context, above: str | None, seen: Any = None
    ) -> Observation:
        text = words(record.get("content"))
        pictures = record.get("pic_urls") or record.get("pic_num")
        return observe(
            context, source=self.name, platform="weibo", text=text, parent=above,
            id=weibo_id(record, context, "_id", "id", bid="mblogid", url="url"),
            kind="repost" if above else "post", url=record.get("url"),
            author=_person(record.get("user")), published=record.get("created_at"),
            collected=record.get("crawl_time") or seen, sent_from=record.get("ip_location"),
            media="video" if record.get("video") else "image" if pictures else None,
            tags=topics(text), likes=record.get("attitudes_count"),
            comments=record.get("comments_count"), reposts=record.get("reposts_count"),
            views=record.get("reads_count"),
        )  # fmt: skip

    def _comment(self, record: Record, context: Context) -> Observation:
        reply = record.get("reply_comment")
        above = related(reply, context, "_id", "id") if isinstance(reply, dict) else None
        return observe(
            context, source=self.name, platform="weibo", kind="comment",
            id=ident(record, context, "_id", "id"), text=record.get("content"),
            parent=above or related(record, context, "root_id", "weibo_id", "mblog_id", "tweet_id"),
            author=_person(record.get("comment_user") or record.get("user")),
            published=record.get("created_at"), collected=record.get("crawl_time"),
            sent_from=record.get("ip_location"), likes=record.get("like_counts"),
            comments=record.get("sub_comment_count"),
        )  # fmt: skip


def _person(user: Any) -> Author | None:
    if not isinstance(user, dict):
        return None
    badge = verified(user.get("verified"), user.get("verified_type"))
    return person(
        pick(user, "_id", "id"), pick(user, "nick_name", "screen_name"),
        user.get("followers_count"), badge,
    )  # fmt: skip
