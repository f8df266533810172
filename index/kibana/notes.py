"""Panels of words. What they promise of searching is tested: tests/index/es/test_chinese_search.py.

It holds for both analyzers of the text, pairs of characters (``cjk``) and single ones (``standard``).
``{prefix}`` stands for that of the installation.
"""

from __future__ import annotations

from tingfeng import Message

_POSTS = "discover#/view/{prefix}-search-posts"
"""Relative, so that it leads to the same space."""

OVERVIEW_NOTE = Message(
    f"""### 怎么看，怎么搜
上方选**品牌、平台、情感**；默认不含疑似水军和热榜条目（搜索栏下方的筛选标签，点开可停用）。没有发布时间的帖子不在任何图里。
要按文字搜，打开 **[全部帖子]({_POSTS})**：
- **中文词句一律加双引号**：`"小米手机"` 只找连着的这四个字；不加引号，含其中一两个字的帖子都算，又多又乱。
- 组合：`"发热" and ("手机" or "充电宝") and not "手机壳"`。单个字：`*贵*`。表情直接搜：`😡`。
- 请打**简体、半角**（正文已转成简体半角入库）：`"发票"` 连「發票」也找得到，打 `"發票"` 找不到。大小写不分；`iPhone16Pro` 与 `iPhone 16 Pro` 是两种写法，都要就用 or。
- 只认字、不认词：`"和服"` 也会找到「产品和服务」，加 `and not "和服务"` 去掉。`#`、`@`、「」不影响结果。

本页数的是「提及」（一帖提到一个品牌算一次），搜索栏里打的词在原帖的标题和正文里找，写法同上。""",
    f"""### How to read, how to search
Choose **brand, platform, sentiment** above. Suspected water army and hot-list entries are left out until you disable their filters below the search bar. Posts without a time stand in no chart.
To search by words, open **[all posts]({_POSTS})**:
- **Put Chinese into quotation marks**: `"小米手机"` finds these four characters in a row; without them every post with one or two of the characters counts.
- Together: `"发热" and ("手机" or "充电宝") and not "手机壳"`. A single character: `*贵*`. Emoji as they are: `😡`.
- Type **simplified, half-width** characters, as texts are kept: `"发票"` finds 發票 too, `"發票"` finds nothing. Case does not matter; `iPhone16Pro` and `iPhone 16 Pro` are two spellings, join them by or.
- Characters count, not words: `"和服"` also finds 产品和服务; add `and not "和服务"`. `#`, `@` and 「」 do not matter.

This page counts mentions (a post and a brand in it): words typed here are looked for in the title and text of the post, written as above.""",
)  # fmt: skip

ALARMS_NOTE = Message(
    """### 怎么看
**事件**是预警打开的一场舆情：蓝关注、黄预警、橙严重、红危机。**负面率与平常**：当日负面率明显高过灰线才不寻常，绝对数多不等于危机。**采集盲区**的小时什么都没看到，安静不等于没事；这几块不随品牌变，因为一个来源里有所有品牌。
搜索词句见「品牌总览」的说明；列表里的链接打开原文。""",
    """### How to read
An **incident** is a crisis that an alert opened: blue to watch, yellow a warning, orange serious, red a crisis. **Negative share against its usual**: only a share well above the grey line is unusual; large numbers alone are no crisis. In a **blind hour** nothing was seen, so its silence means nothing; those panels do not change with the brand, for a source holds all brands.
How to search is said on the brand overview; links in the lists open the posts.""",
)  # fmt: skip
