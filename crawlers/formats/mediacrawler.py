"""NanmiCoder/MediaCrawler, all versions to 2026: posts and comments of seven platforms.

Columns as its stores write them. Since July 2026 authors are short hashes and masked names, and
place and followers are gone: what a version does not write is ``None``.
"""

from __future__ import annotations

import re
from typing import Any

from crawlers.formats.ids import bilibili, weibo_born, xiaohongshu_born
from crawlers.formats.mediacrawler_columns import comment, is_comment, looks_like, post, written_by
from crawlers.formats.record import (
    Context,
    Record,
    carries,
    ident,
    labels,
    pick,
    related,
    times,
    words,
)
from crawlers.markup import hashtags, topics
from tingfeng import Message, Observation


class Xiaohongshu:
    """Notes and comments of 小红书."""

    name = "mediacrawler-xhs"
    label = Message("MediaCrawler 小红书", "MediaCrawler, Xiaohongshu")

    def recognises(self, record: Record) -> bool:
        if "note_id" not in record or Weibo().recognises(record) or Tieba().recognises(record):
            return False
        if is_comment(record):
            return "content" in record and written_by(record)
        return ("desc" in record or "title" in record) and written_by(record)

    def read(self, record: Record, context: Context) -> list[Observation]:
        if is_comment(record):
            id = ident(record, context, "comment_id")
            when = (*times(record, "create_time"), xiaohongshu_born(id))
            return [comment(record, context, self.name, "xiaohongshu", "note_id", published=when)]
        id = ident(record, context, "note_id")
        video = record.get("video_url") or ("video" if record.get("type") == "video" else None)
        return [
            post(
                record, context, self.name, "xiaohongshu", id=id,
                url=pick(record, "note_url") or f"https://www.xiaohongshu.com/explore/{id}",
                published=(*times(record, "time", "create_time"), xiaohongshu_born(id)),
                media=carries(video=video, image=record.get("image_list")),
                tags=labels(record.get("tag_list")) or topics(words(record.get("desc"))),
            )
        ]  # fmt: skip


class Weibo:
    """Posts and comments of 微博, content plain or HTML."""

    name = "mediacrawler-weibo"
    label = Message("MediaCrawler 微博", "MediaCrawler, Weibo")
    _columns = ("create_date_time", "comments_count", "shared_count", "comment_like_count")

    def recognises(self, record: Record) -> bool:
        if "note_id" not in record or "content" not in record:
            return False
        if any(name in record for name in self._columns):
            return True
        return looks_like(record, r"\d{16,17}") and written_by(record)

    def read(self, record: Record, context: Context) -> list[Observation]:
        if is_comment(record):
            when = _weibo_time(record, related(record, context, "comment_id"))
            return [comment(record, context, self.name, "weibo", "note_id", published=when)]
        text = words(record.get("content"))
        id = ident(record, context, "note_id")
        return [
            post(
                record, context, self.name, "weibo", id=id, text=text, tags=topics(text),
                published=_weibo_time(record, id),
                url=pick(record, "note_url") or f"https://m.weibo.cn/detail/{id}",
                media=carries(image=pick(record, "pictures", "image_list")),
            )
        ]  # fmt: skip


_VIDEO = ("video_play_count", "video_danmaku", "video_comment", "video_cover_url")


_EIGHT_HOURS = 28_800


def _weibo_time(record: Record, id: str | None) -> tuple[Any, ...]:
    """When it was posted, surest first. Until 2026-07-30 (its PR #950) the tool took Shanghai's clock for UTC, so
    that ``create_time`` is eight hours late; ``create_date_time`` and the id never were.
    """
    raw, born = record.get("create_time"), weibo_born(id or "")
    stated = times(record, "create_date_time")
    seconds = int(str(raw)) if str(raw).isdigit() else None
    if seconds is not None and born is not None and abs(seconds - _EIGHT_HOURS - born) < 600:
        return (*stated, seconds - _EIGHT_HOURS)
    return (*stated, raw, born)


class Bilibili:
    """Videos, comments and dynamics of B站; the id is the aid."""

    name = "mediacrawler-bilibili"
    label = Message("MediaCrawler B站", "MediaCrawler, Bilibili")

    def recognises(self, record: Record) -> bool:
        if "dynamic_id" in record:
            return "pub_ts" in record or "total_liked" in record
        if "video_id" not in record or Kuaishou().recognises(record):
            return False
        if is_comment(record):
            return "content" in record and written_by(record)
        return any(name in record for name in _VIDEO) or "bilibili" in str(record.get("video_url"))

    def read(self, record: Record, context: Context) -> list[Observation]:
        if is_comment(record):
            video = bilibili(related(record, context, "video_id") or "") or None
            parent = related(record, context, "parent_comment_id") or video
            return [comment(record, context, self.name, "bilibili", "video_id", parent=parent)]
        if "dynamic_id" in record:
            return [self._dynamic(record, context)]
        id = bilibili(ident(record, context, "video_id", "bvid"))
        return [
            post(
                record, context, self.name, "bilibili", id=id, media="video",
                url=pick(record, "video_url") or f"https://www.bilibili.com/video/av{id}",
                views=record.get("video_play_count"), coins=record.get("video_coin_count"),
                tags=topics(words(record.get("title"))),
            )
        ]  # fmt: skip

    def _dynamic(self, record: Record, context: Context) -> Observation:
        return post(
            record, context, self.name, "bilibili", id=ident(record, context, "dynamic_id"),
            text=record.get("text"), published=record.get("pub_ts"),
            likes=record.get("total_liked"), comments=record.get("total_comments"),
            reposts=record.get("total_forwards"),
        )  # fmt: skip


class Kuaishou:
    """Videos and comments of 快手."""

    name = "mediacrawler-kuaishou"
    label = Message("MediaCrawler 快手", "MediaCrawler, Kuaishou")

    def recognises(self, record: Record) -> bool:
        if "video_id" not in record:
            return False
        if "viewd_count" in record or "video_play_url" in record:
            return True
        id = str(record["video_id"] or "")
        return bool(re.fullmatch(r"3x[0-9a-z]{10,}", id))

    def read(self, record: Record, context: Context) -> list[Observation]:
        if is_comment(record):
            return [comment(record, context, self.name, "kuaishou", "video_id")]
        return [
            post(
                record, context, self.name, "kuaishou", id=ident(record, context, "video_id"),
                url=record.get("video_url"), media="video",
                views=pick(record, "viewd_count", "viewed_count", "view_count"),
                tags=hashtags(words(pick(record, "desc", "title"))),
            )
        ]  # fmt: skip


class Douyin:
    """Videos and comments of 抖音."""

    name = "mediacrawler-douyin"
    label = Message("MediaCrawler 抖音", "MediaCrawler, Douyin")

    def recognises(self, record: Record) -> bool:
        return "aweme_id" in record and written_by(record)

    def read(self, record: Record, context: Context) -> list[Observation]:
        if is_comment(record):
            return [comment(record, context, self.name, "douyin", "aweme_id")]
        id = ident(record, context, "aweme_id")
        # The id is a snowflake: its upper bits are Unix seconds.
        born = int(id) >> 32 if id.isdigit() and len(id) == 19 else None
        title, text = words(record.get("title")), words(record.get("desc"))
        return [
            post(
                record, context, self.name, "douyin", id=id,
                title="" if text.startswith(title) else title, text=text,
                url=pick(record, "aweme_url") or f"https://www.douyin.com/video/{id}",
                published=(*times(record, "create_time"), born),
                media="image" if record.get("note_download_url") else "video",
                tags=hashtags(text or title),
            )
        ]  # fmt: skip


class Tieba:
    """Threads and replies of 百度贴吧."""

    name = "mediacrawler-tieba"
    label = Message("MediaCrawler 贴吧", "MediaCrawler, Tieba")

    def recognises(self, record: Record) -> bool:
        return "note_id" in record and any(
            name in record for name in ("tieba_name", "tieba_id", "tieba_link", "total_replay_num")
        )

    def read(self, record: Record, context: Context) -> list[Observation]:
        bar = labels(record.get("tieba_name"))
        if is_comment(record):
            return [comment(record, context, self.name, "tieba", "note_id")]
        return [
            post(
                record, context, self.name, "tieba", id=ident(record, context, "note_id"),
                url=record.get("note_url"), comments=record.get("total_replay_num"), tags=bar,
            )
        ]  # fmt: skip


class Zhihu:
    """Answers, articles, videos and comments of 知乎."""

    name = "mediacrawler-zhihu"
    label = Message("MediaCrawler 知乎", "MediaCrawler, Zhihu")

    def recognises(self, record: Record) -> bool:
        return "content_id" in record and any(
            name in record
            for name in ("content_type", "content_text", "voteup_count", "comment_id")
        )

    def read(self, record: Record, context: Context) -> list[Observation]:
        if is_comment(record):
            return [self._comment(record, context)]
        id = ident(record, context, "content_id")
        kind = record.get("content_type")
        return [
            post(
                record, context, self.name, "zhihu", id=id,
                kind="article" if kind == "article" else "post",
                text=pick(record, "content_text", "desc"), url=record.get("content_url"),
                media="video" if kind == "zvideo" else None,
            )
        ]  # fmt: skip

    def _comment(self, record: Record, context: Context) -> Observation:
        """Comments count apart from answers on 知乎, so the bare numbers would meet."""
        above = related(record, context, "parent_comment_id")
        likes = record.get("like_count")
        return comment(
            record, context, self.name, "zhihu", "content_id",
            id=(id := ident(record, context, "comment_id")) and f"comment-{id}",
            parent=f"comment-{above}" if above else related(record, context, "content_id"),
            # Until 2025 the tool got none and wrote 0 everywhere, which nobody said.
            likes=None if "like_count" in context.zero else likes,
        )  # fmt: skip
