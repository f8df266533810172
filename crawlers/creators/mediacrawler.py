"""MediaCrawler's files of creators, as it wrote them until July 2026 (its ``*_creator_creators_*``).

They come from public pages, not from an authorised source: the lawful basis is what is public within
a reasonable scope (PIPL art. 13(6), 27), whoever objects is removed, and the platform stands in the
name of the file only.
"""

from __future__ import annotations

from crawlers.creators.names import bare
from crawlers.creators.sheet import Sheet
from tingfeng import Message

MEDIACRAWLER = Sheet(
    name="mediacrawler",
    label=Message("MediaCrawler 的创作者文件", "creators collected by MediaCrawler"),
    basis="public",
    marks=frozenset(map(bare, (
        "last_modify_ts", "total_fans", "user_nickname", "anwser_count", "get_voteup_count", "avatar",
        "registration_duration", "user_rank", "is_official",
    ))),
    columns={
        "id": "user_id", "name": "nickname user_nickname user_name", "url": "user_link",
        "followers": "fans total_fans", "following": "follows", "place": "ip_location",
        "gained": "interaction total_liked get_voteup_count", "works": "videos_count",
        "bio": "desc sign", "category": "tag_list", "seen_at": "last_modify_ts",
    },
)  # fmt: skip
