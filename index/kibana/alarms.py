"""舆情预警: what is burning, how unusual it is, where it spreads, and where nobody looked.

Incidents know no platform and no sentiment, and the ledger of what was looked at knows no brand:
so the brand is the only control here, and the ledger's panels are deaf to it.
"""

from __future__ import annotations

from index.kibana.measures import (
    AUTHORS,
    BRAND,
    DAY,
    ENGAGEMENT,
    NO_ARMY,
    NO_HOT,
    PUBLISHED,
    VOLUME,
    of_label,
    ratio,
)
from index.kibana.notes import ALARMS_NOTE
from index.kibana.panels import (
    Dashboard,
    Listed,
    Math,
    Metric,
    Note,
    Panel,
    Row,
    Times,
    Values,
)
from index.kibana.terms import AMBER, BLUE, GREY, LEVELS, RED
from tingfeng import Message

_LEVEL_COLORS = {"blue": BLUE, "yellow": "#e8c547", "orange": "#dd7f35", "red": RED}
_OPENED = Times(title=DAY, field="opened_at")
_DAYS = Times(title=DAY, field="day")
_HOURS = Times(title=Message("小时", "hour"), field="hour", interval="h")
_PLATFORMS = Values(title=Message("平台", "platform"), field="platform", size=20)
_BAD = "sentiment : negative"


def _level(level: str) -> Metric:
    return Metric(title=LEVELS[level], where=f"level : {level}", color=_LEVEL_COLORS[level])


def _sum(zh: str, en: str, field: str) -> Metric:
    return Metric(title=Message(zh, en), operation="sum", field=field)


_JUDGED = Math(
    name="add",
    left=_sum("负面", "negative", "negative"),
    right=Math(
        name="add",
        left=_sum("中性", "neutral", "neutral"),
        right=_sum("正面", "positive", "positive"),
    ),
)
_SHARE = ratio(Message("当日负面率", "negative share"), _sum("负面", "negative", "negative"), _JUDGED, RED)  # fmt: skip
_USUAL = Metric(
    title=Message("平常负面率（各平台平均）", "usual share (mean of the platforms)"),
    operation="average",
    field="usual_share",
    color=GREY,
)
_PLATFORM_COUNT = Metric(
    title=Message("平台数", "platforms"), operation="unique_count", field="platform"
)
_BLIND = Metric(title=Message("盲区小时", "blind hours"), where="blind : true", color=AMBER)
_LOOKED = Metric(title=Message("抓取小时", "hours looked at"))

_OPEN = Panel(
    id="open-incidents", title=Message("未结束事件", "Incidents not closed"), family="incidents",
    shape="number", metrics=(Metric(title=Message("未结束事件", "not closed")),),
    where="not state : closed",
)  # fmt: skip
_SERIOUS = Panel(
    id="serious-incidents", title=Message("橙、红事件", "Orange and red"), family="incidents",
    shape="number", metrics=(Metric(title=Message("橙、红事件", "orange and red"), color=RED),),
    where="level_rank >= 3",
)  # fmt: skip
_NEGATIVE = Panel(
    id="negative", title=Message("负面声量", "Negative volume"), family="mentions", shape="number",
    metrics=(of_label("negative"),),
)  # fmt: skip
_NEGATIVE_AUTHORS = Panel(
    id="negative-authors", title=Message("发负面的作者", "Authors of negatives"), family="mentions",
    shape="number", metrics=(AUTHORS,), where=_BAD,
)  # fmt: skip
_BLIND_HOURS = Panel(
    id="blind-hours", title=Message("采集盲区（小时）", "Blind hours"), family="coverage",
    shape="number", metrics=(_BLIND,), alone=True,
    about=Message("这些小时什么都没看到：安静不等于没事", "nothing was seen in these hours: their"
                  " silence means nothing"),
)  # fmt: skip
_INCIDENTS = Panel(
    id="incidents", title=Message("事件（按级别）", "Incidents by level"), family="incidents",
    shape="bars", metrics=tuple(_level(level) for level in LEVELS), splits=(_OPENED,),
)  # fmt: skip
_STATES = Panel(
    id="states", title=Message("事件状态", "States of incidents"), family="incidents", shape="table",
    metrics=(Metric(title=Message("事件", "incidents")),
             Metric(title=Message("最高分", "highest score"), operation="max", field="score"),
             _sum("负面帖", "negative posts", "negative")),
    splits=(Values(title=Message("品牌", "brand"), field="brand", size=20),
            Values(title=Message("状态", "state"), field="state", size=5)),
)  # fmt: skip
_SHARES = Panel(
    id="negative-share", title=Message("负面率与平常", "Negative share against its usual"),
    family="metrics", shape="line", metrics=(_SHARE, _USUAL), splits=(_DAYS,),
    about=Message("平常 = 此前 28 天的平均；当日负面率按声量合计。两者都含疑似水军",
                  "usual: the mean of the 28 days before; the day's share is of all posts together."
                  " Both count suspected water army too"),
)  # fmt: skip
_PLATFORM_SHARES = Panel(
    id="platform-shares", title=Message("各平台负面率与平常", "By platform"), family="metrics",
    shape="table", metrics=(_sum("声量", "volume", "posts"), _SHARE, _USUAL), splits=(_PLATFORMS,),
)  # fmt: skip
_SPREAD = Panel(
    id="spread", title=Message("负面扩散（按平台）", "Spread by platform"), family="mentions",
    shape="area", metrics=(VOLUME,), where=_BAD,
    splits=(PUBLISHED, Values(title=Message("平台", "platform"), field="platform", size=10)),
)  # fmt: skip
_SPREAD_WIDTH = Panel(
    id="spread-width", title=Message("负面扩散（作者、平台）", "Spread over authors and platforms"),
    family="mentions", shape="line", metrics=(AUTHORS, _PLATFORM_COUNT), splits=(PUBLISHED,),
    where=_BAD,
)  # fmt: skip
_COPIES = Panel(
    id="copies", title=Message("被搬运最多的负面", "Most copied negatives"), family="mentions",
    shape="table", metrics=(VOLUME, AUTHORS, _PLATFORM_COUNT, ENGAGEMENT), where=_BAD,
    splits=(Values(title=Message("首帖", "first post"), field="copy_of", size=20),),
    about=Message("雷同帖按最早的一帖归组", "near-duplicates, grouped by their earliest post"),
)  # fmt: skip
_GAPS = Panel(
    id="gaps", title=Message("采集盲区（按来源）", "Blind hours by source"), family="coverage",
    shape="table", metrics=(_BLIND, _LOOKED, _sum("失败请求", "failed requests", "failures"),
                            _sum("读到的帖子", "posts read", "posts")),
    splits=(Values(title=Message("来源", "source"), field="source", size=50, by=2),), alone=True,
)  # fmt: skip
_GAP_TIMES = Panel(
    id="gap-times", title=Message("采集盲区（按时间）", "Blind hours over time"), family="coverage",
    shape="bars", metrics=(_BLIND,), splits=(_HOURS,), alone=True,
)  # fmt: skip

ALARMS = Dashboard(
    name="alarms",
    title=Message("[舆情] 舆情预警", "[Tingfeng] Alarms"),
    about=Message(
        "事件、负面率与平常、领头的帖子、扩散、采集盲区。由 tingfeng kibana import 生成，会被下一次导入覆盖：要修改请先另存副本",
        "Incidents, negative share against its usual, leading posts, spread, gaps. Made by tingfeng"
        " kibana import, and replaced by the next one: change a copy",
    ),
    rows=(
        Row(height=7, tiles=((Note(id="how-to-read", markdown=ALARMS_NOTE), 48),)),
        Row(height=6, tiles=((_OPEN, 10), (_SERIOUS, 10), (_NEGATIVE, 10),
                             (_NEGATIVE_AUTHORS, 9), (_BLIND_HOURS, 9))),
        Row(height=13, tiles=((_INCIDENTS, 28), (_STATES, 20))),
        Row(height=15, tiles=((Listed(id="incident-list", search="incidents"), 48),)),
        Row(height=13, tiles=((_SHARES, 30), (_PLATFORM_SHARES, 18))),
        Row(height=13, tiles=((_SPREAD, 28), (_SPREAD_WIDTH, 20))),
        Row(height=16, tiles=((Listed(id="leading", search="leading-negative"), 30), (_COPIES, 18))),
        Row(height=13, tiles=((_GAP_TIMES, 24), (_GAPS, 24))),
    ),
    controls=(BRAND,),
    exclusions=(NO_ARMY, NO_HOT),
    span=("now-14d/d", "now"),
)  # fmt: skip
