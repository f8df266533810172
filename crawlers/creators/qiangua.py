"""千瓜: a licensed vendor of figures about 小红书. Columns by its help pages."""

from __future__ import annotations

from crawlers.creators.names import bare
from crawlers.creators.sheet import Sheet
from tingfeng import Message

QIANGUA = Sheet(
    name="qiangua",
    label=Message("千瓜达人导出", "an export of creators from 千瓜"),
    basis="platform",
    platform="xiaohongshu",
    marks=frozenset(map(bare, ("千瓜指数", "千瓜链接", "达人等级", "赞藏总数", "水号风险"))),
    columns={"handle": "小红书号", "gained": "赞藏总数 点赞收藏总数"},
    indices=(
        "千瓜指数", "达人等级", "平均点赞", "平均收藏", "平均评论", "平均分享", "平均互动", "互动量中位数", "爆文率", "爆文数",
        "预估阅读量", "商业笔记数", "赞藏增量", "粉丝增量", "近30天互动量",
    ),
)  # fmt: skip
