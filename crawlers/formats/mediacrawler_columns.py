"""Columns that MediaCrawler calls the same on every platform."""

from __future__ import annotations

import re
from typing import Any

from crawlers.formats.record import (
    Context,
    Record,
    carries,
    ident,
    observe,
    person,
    pick,
    related,
    times,
)
from tingfeng import Author, Observation


def author_of(record: Record) -> Author | None:
    """Who wrote a post or comment."""
    id = pick(record, "user_id", "sec_uid", "user_link")
    return person(id, pick(record, "nickname", "user_nickname", "user_name"))


def is_comment(record: Record) -> bool:
    """Whether it is a comment: posts have no such column."""
    return "comment_id" in record


def comment(
    record: Record, context: Context, source: str, platform: str, post: str, **changes: Any
) -> Observation:
    """A comment of any platform: the columns have the same names."""
    fields: dict[str, Any] = {
        "id": ident(record, context, "comment_id"),
        "text": pick(record, "content", "text"),
        "author": author_of(record),
        "published": times(record, "create_time", "publish_time", "create_date_time"),
        "collected": record.get("last_modify_ts"),
        "parent": related(record, context, "parent_comment_id", post),
        "sent_from": record.get("ip_location"),
        "media": carries(image=record.get("pictures")),
        "likes": pick(record, "like_count", "comment_like_count", "liked_count"),
        "comments": record.get("sub_comment_count"),
    }
    return observe(context, source=source, platform=platform, kind="comment", **(fields | changes))


def post(
    record: Record, context: Context, source: str, platform: str, **changes: Any
) -> Observation:
    """What posts of most platforms have in common."""
    description = record.get("desc")
    fields: dict[str, Any] = {
        "title": record.get("title"),
        "text": "" if description == "-" else description,  # Bilibili's sign for none
        "author": author_of(record),
        "published": times(record, "create_time", "time", "publish_time", "created_time"),
        "collected": record.get("last_modify_ts"),
        "sent_from": record.get("ip_location"),
        "likes": pick(record, "liked_count", "like_count", "voteup_count"),
        "comments": pick(record, "comment_count", "comments_count", "video_comment"),
        "reposts": pick(record, "share_count", "shared_count", "video_share_count"),
        "favorites": pick(record, "collected_count", "video_favorite_count"),
    }
    return observe(context, source=source, platform=platform, **(fields | changes))


def looks_like(record: Record, pattern: str) -> bool:
    """Whether an id of the record has the shape of a platform's."""
    return any(
        re.fullmatch(pattern, str(record.get(name) or "")) for name in ("note_id", "comment_id")
    )


def written_by(record: Record) -> bool:
    """At least two columns that only this tool calls so; people's own tables have one at most."""
    return len(_OWN & record.keys()) >= 2


_OWN = frozenset({
    "last_modify_ts", "source_keyword", "liked_count", "collected_count", "sub_comment_count",
    "parent_comment_id", "comments_count", "shared_count", "share_count", "comment_count",
    "create_date_time", "note_url", "image_list", "tag_list", "xsec_token", "nickname", "avatar",
    "last_update_time", "comment_like_count", "video_url", "pictures", "profile_url", "user_nickname",
    "user_avatar", "aweme_url", "like_count", "ip_location", "user_link",
})  # fmt: skip
