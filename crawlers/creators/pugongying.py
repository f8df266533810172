"""蒲公英: 小红书's marketplace of creators.

Columns by its help pages: two quotations (图文, 视频), medians of daily and of sponsored notes over 30
days, shares of the audience. Its service fee of 10 % comes on top of the quotation.
"""

from __future__ import annotations

from crawlers.creators.names import bare
from crawlers.creators.sheet import Sheet
from tingfeng import Message

PUGONGYING = Sheet(
    name="pugongying",
    label=Message("小红书蒲公英博主列表", "a list of creators from 小红书蒲公英"),
    basis="platform",
    platform="xiaohongshu",
    marks=frozenset(map(bare, (
        "蒲公英链接", "蒲公英主页", "图文笔记报价", "视频笔记报价", "图文笔记一口价", "视频笔记一口价", "阅读中位数", "互动中位数",
        "曝光中位数", "日常阅读中位数", "合作阅读中位数", "健康等级", "千赞笔记比例", "百赞笔记比例",
    ))),
    columns={
        "id": "小红书id 博主id 用户id",
        "price.image": "图文笔记报价 图文笔记一口价 图文一口价",
        "price.video": "视频笔记报价 视频笔记一口价 视频一口价",
        "medians.views": "阅读中位数 日常阅读中位数",
    },
    indices=(
        "互动中位数", "曝光中位数", "互动率", "完播率", "视频完播率", "图文3秒阅读", "千赞笔记比例", "百赞笔记比例", "合作阅读中位数",
        "预估阅读单价", "预估互动单价", "健康等级", "邀约48小时回复率", "粉丝增量", "粉丝量变化幅度",
    ),
    fee=0.10,
    declared=True,
)  # fmt: skip
