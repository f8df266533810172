"""蝉妈妈: a vendor of figures about 抖音 and its sales by live stream. Columns by its help pages.

What it says of sales is kept to be shown: nothing here scores it yet.
"""

from __future__ import annotations

from crawlers.creators.names import bare
from crawlers.creators.sheet import Sheet
from tingfeng import Message

CHANMAMA = Sheet(
    name="chanmama",
    label=Message("蝉妈妈达人导出", "an export of creators from 蝉妈妈"),
    basis="platform",
    platform="douyin",
    marks=frozenset(map(bare, (
        "蝉妈妈指数", "蝉妈妈链接", "带货口碑", "直播场均销售额", "场均销售额", "直播带货力", "视频带货力", "主推类目", "带货水平",
        "带货类目", "场均GMV",
    ))),
    columns={"handle": "抖音号 达人抖音号", "category": "达人分类 达人类目 主推类目"},
    indices=(
        "蝉妈妈指数", "带货口碑", "直播场均销售额", "场均销售额", "场均GMV", "直播带货力", "视频带货力", "带货水平", "场均观看人数",
        "场均UV价值", "视频平均点赞", "平均点赞", "客单价", "粉丝增量",
    ),
)  # fmt: skip
