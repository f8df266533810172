"""Zeeschuimer (Digital Methods Initiative): what a browser saw, one item a line, item in ``data``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from crawlers.formats.ids import xiaohongshu_born
from crawlers.formats.record import (
    Context,
    Record,
    Refused,
    clean_id,
    labels,
    observe,
    person,
    pick,
    words,
)
from crawlers.formats.scales import verified
from crawlers.markup import topics
from tingfeng import Message, Observation

Item = dict[str, Any]


def _dig(value: Any, *path: str) -> Any:
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


class Zeeschuimer:
    """TikTok, X, Douyin, Xiaohongshu and comments by their own shape; others by common names."""

    name = "zeeschuimer"
    label = Message("Zeeschuimer", "Zeeschuimer")

    def recognises(self, record: Record) -> bool:
        return isinstance(record.get("data"), dict) and "source_platform" in record

    def read(self, record: Record, context: Context) -> list[Observation]:
        site = str(record["source_platform"]).removeprefix("www.").lower()
        known = next((reader for name, reader in _SITES.items() if site.startswith(name)), None)
        platform, read = known or (site.partition(".")[0] or "web", _anything)
        fields = read(record["data"])
        if fields is None:
            raise Refused(
                f"Zeeschuimer 的 {site} 条目里没有认得的正文与编号，尚不支持",
                f"this Zeeschuimer item of {site} has no text and id that we know",
            )
        fields["id"] = clean_id(fields.get("id")) or clean_id(record.get("item_id"))
        seen = record.get("timestamp_collected")
        return [observe(context, source=self.name, platform=platform, collected=seen, **fields)]


def _tiktok(data: Item) -> Item:
    writer = data.get("author")
    writer = writer if isinstance(writer, dict) else {"uniqueId": writer}
    stats = data.get("stats") or data.get("statsV2") or {}
    name = writer.get("uniqueId")
    badge = verified(writer.get("verified"), 0) if "verified" in writer else None
    tags = [one.get("title") for one in data.get("challenges") or [] if isinstance(one, dict)]
    return {
        "id": data.get("id"), "text": data.get("desc"), "published": data.get("createTime"),
        "url": f"https://www.tiktok.com/@{name}/video/{data.get('id')}" if name else "",
        "author": person(
            pick(writer, "id", "uniqueId"), name, _dig(data, "authorStats", "followerCount"), badge
        ),
        "media": "image" if data.get("imagePost") else "video", "tags": labels(tags),
        "likes": stats.get("diggCount"), "comments": stats.get("commentCount"),
        "reposts": stats.get("shareCount"), "favorites": stats.get("collectCount"),
        "views": stats.get("playCount"),
    }  # fmt: skip


def _twitter(data: Item) -> Item:
    data = data.get("tweet") or data  # TweetWithVisibilityResults
    legacy = data.get("legacy") or {}
    user = _dig(data, "core", "user_results", "result") or {}
    person_of = user.get("legacy") or {}
    handle = pick(person_of, "screen_name") or _dig(user, "core", "screen_name")
    id = pick(data, "rest_id") or pick(legacy, "id_str")
    reply, quoted = legacy.get("in_reply_to_status_id_str"), legacy.get("quoted_status_id_str")
    again = _dig(legacy, "retweeted_status_result", "result", "rest_id")
    kinds = {item.get("type") for item in _dig(legacy, "extended_entities", "media") or []}
    tags = [tag.get("text") for tag in _dig(legacy, "entities", "hashtags") or []]
    blue = user.get("is_blue_verified") or person_of.get("verified")
    badge = person_of.get("verified_type") or (str(bool(blue)) if blue is not None else None)
    return {
        "id": id, "published": legacy.get("created_at"),
        "text": _dig(data, "note_tweet", "note_tweet_results", "result", "text")
        or legacy.get("full_text"),
        "kind": "repost" if again else "comment" if reply else "post",
        "parent": again or reply or quoted,
        "url": f"https://x.com/{handle}/status/{id}" if handle else "",
        "author": person(
            user.get("rest_id") or legacy.get("user_id_str"), handle,
            person_of.get("followers_count"), verified(badge, 0),
        ),
        "media": "video" if kinds & {"video", "animated_gif"} else "image" if kinds else None,
        "tags": labels(tags),
        "likes": legacy.get("favorite_count"), "comments": legacy.get("reply_count"),
        "reposts": legacy.get("retweet_count"), "favorites": legacy.get("bookmark_count"),
        "views": _dig(data, "views", "count"),
    }  # fmt: skip


def _douyin(data: Item) -> Item:
    writer, stats = data.get("author") or {}, data.get("statistics") or data.get("stats") or {}
    id = pick(data, "aweme_id", "awemeId", "id")
    text = words(pick(data, "desc", "title"))
    return {
        "id": id, "text": text, "published": pick(data, "create_time", "createTime"),
        "url": f"https://www.douyin.com/video/{id}", "media": "video", "tags": topics(text),
        "author": person(
            pick(writer, "uid", "id", "sec_uid", "secUid"), pick(writer, "nickname"),
            pick(writer, "follower_count", "followerCount"),
        ),
        "likes": pick(stats, "digg_count", "diggCount"),
        "comments": pick(stats, "comment_count", "commentCount"),
        "reposts": pick(stats, "share_count", "shareCount"),
        "favorites": pick(stats, "collect_count", "collectCount"),
        "views": pick(stats, "play_count", "playCount") or None,  # 抖音 writes 0 for untold
    }  # fmt: skip


def _xiaohongshu(data: Item) -> Item:
    note = data.get("note_card") or data.get("noteCard") or data.get("note") or data
    writer, stats = (
        note.get("user") or {},
        note.get("interact_info") or note.get("interactInfo") or {},
    )
    id = pick(data, "id", "note_id", "noteId") or pick(note, "note_id", "noteId")
    return {
        "id": id, "title": pick(note, "title", "display_title", "displayTitle"),
        "text": note.get("desc"), "published": pick(note, "time", "create_time") or xiaohongshu_born(str(id)),
        "url": f"https://www.xiaohongshu.com/explore/{id}",
        "author": person(
            pick(writer, "user_id", "userId"), pick(writer, "nickname", "nick_name", "nickName")
        ),
        "sent_from": pick(note, "ip_location", "ipLocation"),
        "media": "video" if note.get("type") == "video" else "image",
        "tags": labels(note.get("tag_list") or note.get("tagList")),
        "likes": pick(stats, "liked_count", "likedCount"),
        "comments": pick(stats, "comment_count", "commentCount"),
        "reposts": pick(stats, "share_count", "shareCount", "shared_count"),
        "favorites": pick(stats, "collected_count", "collectedCount"),
    }  # fmt: skip


def _comment(data: Item) -> Item:
    """A comment of TikTok or Xiaohongshu."""
    writer = data.get("user") or data.get("user_info") or data.get("userInfo") or {}
    above = pick(data, "reply_id", "target_comment_id")
    above = above if above not in (0, "0") else None
    return {
        "id": pick(data, "cid", "id"), "kind": "comment", "text": pick(data, "text", "content"),
        "published": pick(data, "create_time", "createTime"),
        "parent": clean_id(above or pick(data, "aweme_id", "note_id", "noteId")) or None,
        "author": person(
            pick(writer, "uid", "user_id", "userId"), pick(writer, "unique_id", "nickname")
        ),
        "sent_from": pick(data, "ip_location", "ipLocation"),
        "likes": pick(data, "digg_count", "like_count", "likeCount"),
        "comments": pick(data, "reply_comment_total", "sub_comment_count", "subCommentCount"),
    }  # fmt: skip


def _anything(data: Item) -> Item | None:
    """A site without a reader of its own: the names that most sites give."""
    text = pick(data, "text", "full_text", "caption", "content", "description", "desc", "title")
    if isinstance(text, dict):
        text = pick(text, "text", "content")
    writer: Any = next(
        (data[name] for name in ("user", "author", "owner", "account") if data.get(name)), {}
    )
    writer = writer if isinstance(writer, dict) else {"id": writer}
    id = pick(data, "id", "pk", "code", "urn", "shortcode")
    if not isinstance(text, str) or id is None:
        return None
    return {
        "id": id, "text": text, "url": pick(data, "url", "permalink", "link"),
        "published": pick(data, "taken_at", "created_at", "createTime", "timestamp", "creationTs"),
        "author": person(pick(writer, "id", "pk"), pick(writer, "username", "acct", "name")),
        "likes": pick(data, "like_count", "likes_count", "favourites_count", "upVoteCount"),
        "comments": pick(data, "comment_count", "comments_count", "replies_count"),
        "views": pick(data, "view_count", "play_count"),
    }  # fmt: skip


_SITES: dict[str, tuple[str, Callable[[Item], Item | None]]] = {
    "tiktok-comments": ("tiktok", _comment), "tiktok": ("tiktok", _tiktok),
    "twitter": ("x", _twitter), "x.com": ("x", _twitter), "douyin": ("douyin", _douyin),
    "xiaohongshu-comments": ("xiaohongshu", _comment), "rednote-comments": ("xiaohongshu", _comment),
    "xiaohongshu": ("xiaohongshu", _xiaohongshu), "rednote": ("xiaohongshu", _xiaohongshu),
}  # fmt: skip
