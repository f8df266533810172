"""What is not known of a creator, and what would tell."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

from tingfeng import Message
from tingfeng.kol.nouns import PARTS, PartName
from tingfeng.kol.parts import COLD

if TYPE_CHECKING:
    from tingfeng.kol.scoring import Ratings

CONVERSION = Message("没有成交数据（GMV、进店率），“转化”未计入",
                     "sales (GMV, clicks) are not known: conversion itself is not in it")  # fmt: skip


def missing(ratings: Ratings, row: int) -> dict[PartName, tuple[Message, ...]]:
    """By part."""
    about = {
        "relevance": _relevance, "tone": _tone, "audience": _audience, "engagement": _engagement,
        "authenticity": _authenticity, "cost": _cost, "stability": _stability,
    }  # fmt: skip
    return {part: tuple(about[part](ratings, row)) for part in PARTS}


def _relevance(ratings: Ratings, row: int) -> list[Message]:
    m, found = ratings.measures, []
    if ratings.target.categories and not m.fielded[row]:
        found.append(Message("作品没有识别出领域", "no field was found in its posts"))
    if not m.near[row]:
        found.append(
            Message("没有与品牌语料比较：请给品牌语料、五个关键词或三位喜欢的达人",
                    "not compared with the brand's texts: give a corpus, five keywords or three liked "
                    "creators")
        )  # fmt: skip
    return found


def _tone(ratings: Ratings, row: int) -> list[Message]:
    if not ratings.target.tone:
        return [
            Message(
                "品牌语气未知，此项不计分", "the brand's tone is not known: this part is left out"
            )
        ]
    if not ratings.measures.toned[row]:
        return [Message("作品太短，看不出语气", "its posts are too short to tell a tone")]
    return []


def _audience(ratings: Ratings, row: int) -> list[Message]:
    if not ratings.target.audience:
        return [Message("品牌没有说想触达谁，此项不计分",
                        "the brand does not say whom it wants to reach: this part is left out")]  # fmt: skip
    if ratings.measures.audience_sure[row] < 0.5:
        return [Message("粉丝画像不全：请向创作者要平台画像页，或采集评论推断",
                        "its audience is hardly known: ask for the platform's card, or collect "
                        "comments")]  # fmt: skip
    return []


def _engagement(ratings: Ratings, row: int) -> list[Message]:
    m, found = ratings.measures, []
    if isnan(m.followers[row]):
        found.append(Message("粉丝数未知，无法与同量级比较",
                             "followers are not said: it cannot be held against its size"))  # fmt: skip
    if not m.counted[row, 0]:
        found.append(Message("没有采集评论，按评论条数计",
                             "comments were not read: their number is taken"))  # fmt: skip
    if ratings.found.engagement.few[row]:
        found.append(Message("参照曲线所用账号不足 300 个，已合并估计",
                             "the reference curve rests on fewer than 300 accounts: pooled"))  # fmt: skip
    return found


def _authenticity(ratings: Ratings, row: int) -> list[Message]:
    m, found = ratings.measures, []
    if isnan(m.unexplained[row]):
        found.append(Message("粉丝数不足 30 天，看不出突增：请持续采集快照",
                             "followers were not seen for 30 days, so no jump can be told: keep taking "
                             "snapshots"))  # fmt: skip
    if isnan(m.copies[row]):
        found.append(
            Message("没有采集评论，看不出雷同", "comments were not read: no copies can be told")
        )
    if m.works[row] < COLD:
        found.append(Message(f"作品不足 {COLD} 篇", f"fewer than {COLD} posts"))
    return found


def _cost(ratings: Ratings, row: int) -> list[Message]:
    found = [CONVERSION] if ratings.target.preset == "转化" else []
    if isnan(ratings.measures.price[row]):
        found.append(Message("没有这种币种与形式的报价", "no price in this currency and form"))
    elif isnan(ratings.found.over[row]):
        found.append(
            Message("已知报价太少，没有价格曲线", "too few prices are known for a price curve")
        )
    return found


def _stability(ratings: Ratings, row: int) -> list[Message]:
    if ratings.measures.adverts[row] < 3:
        return [Message("推广作品不足 3 篇，看不出推广效果",
                        "fewer than three paid posts: how they fare is not known")]  # fmt: skip
    return []
