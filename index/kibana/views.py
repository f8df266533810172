"""Data views: what Kibana calls the fields, and how it writes their values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from index.es.fields import TIME_FIELDS, properties
from index.kibana import terms
from tingfeng import Lang, Message

FAMILIES = tuple(TIME_FIELDS)
"""Documents for people, a data view each."""

TITLES = {
    "posts": Message("帖子", "posts"),
    "mentions": Message("提及（每帖每品牌一条）", "mentions: one a post and brand"),
    "engagement": Message("互动快照", "engagement over time"),
    "authors": Message("达人", "creators"),
    "incidents": Message("事件", "incidents"),
    "coverage": Message("采集台账", "what was looked at"),
    "metrics": Message("每日指标", "daily metrics"),
}

LABELS = {
    "platform": Message("平台", "platform"),
    "kind": Message("类型", "kind"),
    "source": Message("来源", "source"),
    "url": Message("链接", "link"),
    "published_at": Message("发布时间", "published"),
    "precision": Message("时间精度", "precision of the time"),
    "precise": Message("时间精确到小时", "time known to the hour"),
    "collected_at": Message("采集时间", "collected"),
    "indexed_at": Message("入库时间", "stored"),
    "author.hash": Message("作者（匿名）", "author (pseudonym)"),
    "author.name": Message("作者名", "author's name"),
    "author.followers": Message("粉丝数", "followers"),
    "author.verified": Message("认证", "badge"),
    "suspected": Message("疑似水军", "suspected water army"),
    "copy_of": Message("雷同帖的首帖", "earliest near-duplicate"),
    "copy_first": Message("是首帖", "is the earliest"),
    "voice": Message("去重键", "voice"),
    "engagement.observed_at": Message("互动观测时间", "engagement seen"),
    "engagement.total": Message("互动量", "engagement"),
    "place": Message("IP 属地", "place"),
    "sentiment": Message("情感", "sentiment"),
    "sentiment_score": Message("情感分（−1 到 1）", "sentiment, −1 to 1"),
    "sentiment_by": Message("由谁判断", "judged by"),
    "post_key": Message("帖子编号", "key of the post"),
    "post_id": Message("平台帖子 id", "platform's id"),
    "parent": Message("上级帖子", "parent"),
    "rating": Message("评分", "rating"),
    "media": Message("媒体", "media"),
    "tags": Message("话题", "topics"),
    "title": Message("标题", "title"),
    "text": Message("正文", "text"),
    "content": Message("正文（搜索用）", "text, searched"),
    "keywords": Message("热词", "words"),
    "signs": Message("表情", "emoji"),
    "emotion": Message("情绪", "emotion"),
    "brands": Message("品牌", "brands"),
    "stances": Message("品牌|情感", "brand|sentiment"),
    "aliases": Message("所用叫法", "names used"),
    "mentions": Message("提及次数", "mentions"),
    "brand": Message("品牌", "brand"),
    "aspect": Message("维度", "aspect"),
    "entities": Message("提及的是", "what is named"),
    "rules": Message("命中方式", "how it was found"),
    "evidence": Message("依据的话", "the words"),
    "advert": Message("像广告", "like an advert"),
    "observed_at": Message("观测时间", "seen"),
    "total": Message("互动量", "engagement"),
    "hash": Message("作者（匿名）", "author (pseudonym)"),
    "name": Message("名字", "name"),
    "followers": Message("粉丝数", "followers"),
    "verified": Message("认证", "badge"),
    "posts": Message("帖子", "posts"),
    "engagement": Message("互动量", "engagement"),
    "first_seen": Message("首次出现", "first seen"),
    "last_seen": Message("最近出现", "last seen"),
    "tier": Message("层级", "tier"),
    "category": Message("领域", "field"),
    "fit": Message("契合度", "fit"),
    "fit_low": Message("契合度下限", "fit, at least"),
    "fit_high": Message("契合度上限", "fit, at most"),
    "incident": Message("事件编号", "incident"),
    "level": Message("级别", "level"),
    "level_rank": Message("级别（1–4）", "level, 1 to 4"),
    "state": Message("状态", "state"),
    "opened_at": Message("开始时间", "opened"),
    "first_post_at": Message("首帖时间", "first post"),
    "updated_at": Message("更新时间", "updated"),
    "closed_at": Message("结束时间", "closed"),
    "reopened": Message("重开次数", "reopened"),
    "issue": Message("议题编号", "issue id"),
    "merged": Message("并入事件", "merged into"),
    "negative": Message("负面", "negative"),
    "neutral": Message("中性", "neutral"),
    "positive": Message("正面", "positive"),
    "uncertain": Message("不确定", "uncertain"),
    "unread": Message("未读", "unread"),
    "rule": Message("规则", "rule"),
    "score": Message("分数", "score"),
    "threshold": Message("门槛", "threshold"),
    "window_hours": Message("窗口（小时）", "window, hours"),
    "voices": Message("去重声量", "distinct voices"),
    "voices_negative": Message("负面去重声量", "negative voices"),
    "expected": Message("平常应有的负面", "negatives to be expected"),
    "usual_share": Message("平常负面率", "usual negative share"),
    "share": Message("负面率", "negative share"),
    "summary": Message("说明", "summary"),
    "summary_en": Message("说明（英文）", "summary in English"),
    "hour": Message("小时", "hour"),
    "verdict": Message("结果", "verdict"),
    "requests": Message("请求", "requests"),
    "failures": Message("失败请求", "failed requests"),
    "blind": Message("盲区", "blind"),
    "detail": Message("细节", "detail"),
    "day": Message("日期", "day"),
    "negative_share": Message("负面率", "negative share"),
    "usual_days": Message("平常所据天数", "days behind the usual"),
    **{
        name: Message(zh, en)
        for prefix in ("", "engagement.")
        for name, zh, en in (
            (f"{prefix}likes", "点赞", "likes"), (f"{prefix}comments", "评论数", "comments"),
            (f"{prefix}reposts", "转发", "reposts"), (f"{prefix}favorites", "收藏", "favourites"),
            (f"{prefix}views", "播放、阅读", "views"), (f"{prefix}coins", "投币", "coins"),
            (f"{prefix}heat", "热度", "heat"),
        )
    },
}  # fmt: skip
"""By name; a name means the same in every family, or has an entry in :data:`_ELSEWHERE`."""

_ELSEWHERE = {
    ("incidents", "posts"): Message("代表帖子", "telling posts"),
    ("incidents", "title"): Message("议题", "issue"),
    ("incidents", "negative"): Message("负面帖", "negative posts"),
    ("metrics", "posts"): Message("声量", "volume"),
    ("coverage", "posts"): Message("读到的帖子", "posts read"),
}

MACHINE = frozenset({
    "n", "content_seg", "terms", "tokens", "reader", "lexicon", "printed", "embedding",
    "embedded_by", "partition", "kept",
})  # fmt: skip
"""Fields that mean nothing to people."""

_HIDDEN = ("kept", "kept.*", "embedding", "tokens")
"""Never fetched: two thirds of a document."""

_NAMED = {
    "sentiment": terms.LABELS, "level": terms.LEVELS, "state": terms.STATES, "kind": terms.KINDS,
    "verdict": terms.VERDICTS, "platform": terms.PLATFORMS, "emotion": terms.EMOTIONS,
    "suspected": terms.YES_NO, "blind": terms.YES_NO, "copy_first": terms.YES_NO,
    "sentiment_by": terms.BY, "tier": terms.TIERS,
}  # fmt: skip
_PERCENT = ("negative_share", "usual_share", "share", "advert")


def label(family: str, field: str) -> Message | None:
    """What people call *field*; ``None``: it is not for them."""
    if field in MACHINE:
        return None
    return _ELSEWHERE.get((family, field)) or LABELS[field]


def formats(family: str, names: set[str], lang: Lang) -> dict[str, Any]:
    """How values are written: in words, as links, as percentages."""
    found: dict[str, Any] = {}
    for field, words in _NAMED.items():
        if field in names:
            entries = [{"key": key, "value": word.into(lang)} for key, word in words.items()]
            found[field] = {"id": "static_lookup", "params": {"lookupEntries": entries}}
    for field in _PERCENT:
        if field in names and not (family == "incidents" and field == "advert"):
            found[field] = {"id": "percent", "params": {"pattern": "0.0%"}}
    if "url" in names:
        label_ = "打开原文" if lang == "zh" else "open"
        found["url"] = {"id": "url", "params": {"type": "a", "labelTemplate": label_}}
    return found


def source_filters() -> list[dict[str, str]]:
    """Fields that Kibana does not fetch."""
    return [{"value": name} for name in _HIDDEN]


def field_names(family: str) -> Iterator[str]:
    """Every field of a family, those within others as ``author.hash``."""

    def within(mapping: dict[str, Any], before: str) -> Iterator[str]:
        for name, each in mapping.items():
            if "properties" in each:
                yield from within(each["properties"], f"{before}{name}.")
            else:
                yield f"{before}{name}"

    return within(properties(family, "cjk"), "")
