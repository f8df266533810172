"""新榜 and its 新红, 新抖, 新视: figures about accounts of several platforms. Columns by its help pages.

Its exports have shares of the audience in columns of their own (粉丝女性比例, 粉丝年龄18-24) and lists
of regions and interests in one cell of several lines.
"""

from __future__ import annotations

from crawlers.creators.names import bare
from crawlers.creators.sheet import Sheet
from tingfeng import Message

XINBANG = Sheet(
    name="xinbang",
    label=Message("新榜/新红账号导出", "an export of accounts from 新榜"),
    basis="platform",
    marks=frozenset(map(bare, (
        "新榜指数", "新红指数", "新抖指数", "新视指数", "平台等级", "图文报价有对号", "粉丝年龄<18", "粉丝年龄>44",
    ))),
    columns={"active_share": "活跃粉丝占比(仅>1k)"},
    indices=(
        "新榜指数", "新红指数", "新抖指数", "新视指数", "平台等级", "平均点赞", "平均评论", "平均收藏", "平均分享", "平均互动",
        "爆文率", "周发布数",
    ),
)  # fmt: skip
