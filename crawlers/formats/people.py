"""Tables of users and creators, which collectors write beside posts: recognised and passed over."""

from __future__ import annotations

from crawlers.formats.record import Context, Record, Skipped
from tingfeng import Message, Observation

_FANS = {"fans", "total_fans", "fans_count", "followers_count", "粉丝数", "粉丝", "fan_id"}
_SELF = {
    "follows", "follow_count", "friends_count", "interaction", "total_liked", "gender", "关注数",
    "性别", "昵称", "nick_name", "nickname", "screen_name", "up_id", "anwser_count", "statuses_count",
}  # fmt: skip
_POST = {
    "note_id", "comment_id", "video_id", "aweme_id", "content_id", "dynamic_id", "content", "text",
    "desc_text", "正文", "微博正文", "created_at", "create_time", "title", "标题", "内容", "likes",
    "liked_count", "点赞数", "发布时间", "正文内容", "post_id", "微博id",
}  # fmt: skip


class People:
    """Rows that describe a person. People are not posts, and this project keeps no profiles."""

    name = "people"
    label = Message("用户表（不是帖子）", "a table of users, not posts")

    def recognises(self, record: Record) -> bool:
        keys = record.keys()
        return bool(keys & _FANS and keys & _SELF) and not keys & _POST

    def read(self, record: Record, context: Context) -> list[Observation]:
        raise Skipped(
            "这是一位用户的资料，不是帖子：听风不保存个人资料",
            "this describes a person and is no post; profiles are not kept",
        )
