"""巨量星图: 抖音's marketplace of creators.

Columns by its help pages and by what agencies publish of their lists: quotations by length of the
video, medians over 30 days, its indices, shares of the audience. An id of 星图 is not the account's:
where the list has 抖音号 or a link to the profile, posts are found by those.
"""

from __future__ import annotations

from crawlers.creators.names import bare
from crawlers.creators.sheet import Sheet
from tingfeng import Message

XINGTU = Sheet(
    name="xingtu",
    label=Message("巨量星图达人列表", "a list of creators from 巨量星图"),
    basis="platform",
    platform="douyin",
    marks=frozenset(map(bare, (
        "星图ID", "星图指数", "星图链接", "传播指数", "性价比指数", "种草指数", "转化指数", "合作指数", "1-20s视频报价",
        "1-20s报价", "1-20s视频", "21-60s视频报价", "21-60s报价", "21-60s视频", "60s以上视频报价", "60s+视频报价",
        "预期CPM", "预期CPE",
    ))),
    columns={
        "id": "抖音uid sec_uid 抖音用户id",
        "handle": "抖音号 达人抖音号 星图id 达人id",
        "medians.views": "播放量中位数 近30天播放量中位数 预期播放量 30天播放中位数",
    },
    indices=(
        "星图指数", "传播指数", "性价比指数", "种草指数", "转化指数", "合作指数", "成长指数", "预期CPM", "预期CPE", "互动率",
        "完播率", "爆文率", "爆款率", "看后搜率",
    ),
    declared=True,
)  # fmt: skip
"""Ordered and paid through the platform: its prices are 报备. Its fee is not in the documentation
that could be read: not said."""
