"""Lists of documents under a name: what Discover opens, and dashboards show among their panels.

Searches of ``posts`` bear the full text, in which people search; those of ``mentions`` bear the
attitude to one brand and the fields that the controls of the dashboards ask for.
"""

from __future__ import annotations

from index.kibana.measures import NO_ARMY, NO_HOT
from index.kibana.panels import Exclusion, Search
from tingfeng import Message

_POST = ("platform", "title", "text", "brands", "sentiment", "engagement.total", "url")
_MENTION = ("brand", "platform", "evidence", "engagement.total", "url")
_CASE = ("level", "state", "brand", "negative", "share", "usual_share")
_USUAL: tuple[Exclusion, ...] = (NO_ARMY, NO_HOT)


def _search(
    name: str, zh: str, en: str, family: str, columns: tuple[str, ...], *, sort: str,
    where: str = "", about: Message, exclusions: tuple[Exclusion, ...] = _USUAL,
    columns_en: tuple[str, ...] = (),
) -> Search:  # fmt: skip
    return Search(
        name=name, title=Message(f"[舆情] {zh}", f"[Tingfeng] {en}"), about=about, family=family,
        columns=columns, columns_en=columns_en, where=where, sort=sort, exclusions=exclusions,
    )  # fmt: skip


SEARCHES = (
    _search(
        "posts", "全部帖子", "All posts", "posts", _POST, sort="published_at",
        about=Message('按文字搜就在这里：中文请加双引号，如 "续航不行"',
                      'search by words here; put Chinese into quotation marks: "续航不行"'),
    ),
    _search(
        "negative-posts", "最新负面帖", "Latest negative posts", "posts", _POST, sort="published_at",
        where="stances : *|negative",
        about=Message("对任一品牌持负面态度的帖子", "posts that are negative about any brand"),
    ),
    _search(
        "engaged-posts", "高互动帖", "Most engaged posts", "posts", _POST, sort="engagement.total",
        where="engagement.total > 0",
        about=Message("互动量最高的在前", "the most engaged first"),
    ),
    _search(
        "suspected", "疑似水军", "Suspected water army", "posts",
        ("platform", "author.hash", "copy_of", "title", "text", "brands", "url"),
        sort="published_at", where="suspected : true", exclusions=(NO_HOT,),
        about=Message("至少三个作者发的至少五帖雷同；列 copy_of 是它们最早的一帖",
                      "at least five near-duplicates by at least three authors; copy_of is the"
                      " earliest of them"),
    ),
    _search(
        "unjudged", "未读、无法判断", "Unread or undecided", "posts", _POST, sort="published_at",
        where="not sentiment : * or sentiment : uncertain",
        about=Message("还没有读过、没有文字，或模型拿不准的帖子：值得人看一眼",
                      "not read yet, without words, or too close to call: worth a person's look"),
    ),
    _search(
        "negative-mentions", "最新负面提及", "Latest negative mentions", "mentions", _MENTION,
        sort="published_at", where="sentiment : negative",
        about=Message("对该品牌持负面态度的话；原文见链接",
                      "words that are negative about the brand; the whole behind the link"),
    ),
    _search(
        "engaged-mentions", "高互动提及", "Most engaged mentions", "mentions",
        ("brand", "sentiment", "platform", "evidence", "engagement.total", "url"),
        sort="engagement.total", where="engagement.total > 0",
        about=Message("互动量最高的在前", "the most engaged first"),
    ),
    _search(
        "leading-negative", "领头的负面", "Leading negatives", "mentions",
        ("brand", "platform", "evidence", "author.followers", "engagement.total", "url"),
        sort="engagement.total", where="sentiment : negative and engagement.total > 0",
        about=Message("互动量最高的负面在前", "the most engaged negatives first"),
    ),
    _search(
        "incidents", "事件", "Incidents", "incidents",
        (*_CASE, "summary"), columns_en=(*_CASE, "summary_en"), sort="opened_at", exclusions=(),
        about=Message("预警事件和它们的依据", "alerts, and what they rest on"),
    ),
    _search(
        "blind-hours", "采集盲区", "Blind hours", "coverage",
        ("source", "verdict", "requests", "failures", "detail"), sort="hour",
        where="blind : true", exclusions=(),
        about=Message("这些小时什么都没看到", "nothing was seen in these hours"),
    ),
)  # fmt: skip
