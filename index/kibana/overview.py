"""品牌总览: how much is said of the brands, how, where and in which words.

Everything counts documents of ``mentions``, one a post and brand: only they bear the attitude to
the brand, and only so do the three controls reach every panel.
"""

from __future__ import annotations

from index.kibana.measures import (
    ATTITUDES,
    AUTHORS,
    BRAND,
    ENGAGEMENT,
    NEGATIVE_SHARE,
    NET,
    NO_ARMY,
    NO_HOT,
    PLATFORM,
    PUBLISHED,
    SENTIMENT,
    VOICES,
    VOLUME,
)
from index.kibana.notes import OVERVIEW_NOTE
from index.kibana.panels import Dashboard, Listed, Note, Panel, Row, Shape, Shown, Split, Values
from tingfeng import Message

_BRANDS = Values(title=Message("品牌", "brand"), field="brand", size=20, rest=True)
_PLATFORMS = Values(title=Message("平台", "platform"), field="platform", size=20, rest=True)
_BY_NAME = Values(title=Message("平台", "platform"), field="platform", size=20, by=None)


def _panel(
    id: str,
    zh: str,
    en: str,
    shape: Shape,
    metrics: tuple[Shown, ...],
    splits: tuple[Split, ...] = (),
    where: str = "",
    about: Message | None = None,
) -> Panel:
    return Panel(
        id=id, title=Message(zh, en), family="mentions", shape=shape, metrics=metrics,
        splits=splits, where=where, about=about,
    )  # fmt: skip


def _words(zh: str, en: str, field: str, size: int) -> tuple[Split, ...]:
    return (Values(title=Message(zh, en), field=field, size=size),)


_NUMBERS = (
    _panel("volume", "声量", "Volume", "number", (VOLUME,), about=Message(
        "提到品牌的帖子数；一帖提到两个品牌，各计一次",
        "posts that mention a brand; a post about two brands counts for each")),
    _panel("voices", "去重声量", "Distinct voices", "number", (VOICES,), about=Message(
        "同一作者反复说同样的话只计一次；三千以上是近似值，可差百分之几",
        "the same words by the same author count once; near enough above three thousand")),
    _panel("authors", "参与作者", "Authors", "number", (AUTHORS,), about=Message(
        "三千以上是近似值", "near enough above three thousand")),
    _panel("engagement", "互动量", "Engagement", "number", (ENGAGEMENT,), about=Message(
        "点赞、评论、转发、收藏、投币之和，不含播放量", "likes, comments, reposts, favourites and"
        " coins together; views are left out")),
    _panel("net", "净情感", "Net sentiment", "number", (NET,), about=Message(
        "（正面 − 负面）÷（正面 + 负面）", "(positive − negative) ÷ (positive + negative)")),
    _panel("negative-share", "负面率", "Negative share", "number", (NEGATIVE_SHARE,), about=Message(
        "负面 ÷（负面 + 中性 + 正面）；不确定的不算在内",
        "negative ÷ (negative + neutral + positive); the uncertain are left out")),
)  # fmt: skip

_TREND = _panel("trend", "声量走势（按情感）", "Volume by day and attitude", "bars", ATTITUDES, (PUBLISHED,))  # fmt: skip
_VOICE = _panel("share-of-voice", "声量份额", "Share of voice", "donut", (VOLUME,), (_BRANDS,))
_BRAND_TREND = _panel("brand-trend", "各品牌声量走势", "Volume by day and brand", "line", (VOLUME,),
                      (PUBLISHED, Values(title=Message("品牌", "brand"), field="brand", size=10)))  # fmt: skip
_NET_TREND = _panel("net-trend", "净情感走势", "Net sentiment by day", "line", (NET,), (PUBLISHED,))
_PLATFORM = _panel("platforms", "平台分布", "Platforms", "rows", (VOLUME,), (_PLATFORMS,))
_PLATFORM_MOOD = _panel("platform-attitudes", "各平台情感构成", "Attitudes by platform", "shares",
                        ATTITUDES, (_BY_NAME,))  # fmt: skip
_BRAND_TABLE = _panel("brands", "品牌对比", "Brands side by side", "table",
                      (VOLUME, VOICES, AUTHORS, ENGAGEMENT, NEGATIVE_SHARE, NET),
                      (Values(title=Message("品牌", "brand"), field="brand", size=20),))  # fmt: skip
_WORDS = _panel("words", "热词", "Words", "cloud", (VOLUME,), _words("词", "word", "keywords", 60))
_BAD_WORDS = _panel("negative-words", "负面热词", "Words of the negative", "cloud", (VOLUME,),
                    _words("词", "word", "keywords", 60), where="sentiment : negative")  # fmt: skip
_TAGS = _panel("tags", "热门话题", "Topics", "table", (VOLUME, AUTHORS, NEGATIVE_SHARE),
               _words("话题", "topic", "tags", 20))  # fmt: skip

OVERVIEW = Dashboard(
    name="overview",
    title=Message("[舆情] 品牌总览", "[Tingfeng] Brand overview"),
    about=Message(
        "声量、情感、声量份额、平台、热词。由 tingfeng kibana import 生成，会被下一次导入覆盖：要修改请先另存副本",
        "Volume, attitude, share of voice, platforms, words. Made by tingfeng kibana import, and"
        " replaced by the next one: change a copy",
    ),
    rows=(
        Row(height=13, tiles=((Note(id="how-to-search", markdown=OVERVIEW_NOTE), 48),)),
        Row(height=6, tiles=tuple((each, 8) for each in _NUMBERS)),
        Row(height=14, tiles=((_TREND, 32), (_VOICE, 16))),
        Row(height=13, tiles=((_BRAND_TREND, 24), (_NET_TREND, 24))),
        Row(height=13, tiles=((_PLATFORM, 24), (_PLATFORM_MOOD, 24))),
        Row(height=12, tiles=((_BRAND_TABLE, 48),)),
        Row(height=14, tiles=((_WORDS, 18), (_BAD_WORDS, 18), (_TAGS, 12))),
        Row(
            height=18,
            tiles=(
                (Listed(id="latest-negative", search="negative-mentions"), 24),
                (Listed(id="most-engaged", search="engaged-mentions"), 24),
            ),
        ),
    ),
    controls=(BRAND, PLATFORM, SENTIMENT),
    exclusions=(NO_ARMY, NO_HOT),
)
