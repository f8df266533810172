"""达人: who speaks under a name of their own, to how many, and how well they fit.

What is counted is there as soon as posts of named creators are; fields with ``tingfeng kol import``,
tier and fit with ``tingfeng kol score``.
"""

from __future__ import annotations

from index.kibana.panels import Control, Dashboard, Metric, Note, Panel, Row, Values
from tingfeng import Message

_NOTE = Message(
    "只有授权导出里带名字的达人才在这里，其他作者一律匿名、不建档。**层级**按有效粉丝，**契合度**取最近一次 tingfeng kol score"
    "（不论为哪个品牌），下一次 tingfeng es sync 写入；**领域**随 tingfeng kol import 而来。",
    "Only creators who appear with a name in authorised exports are here; nobody else is profiled."
    " **Tiers** go by effective followers, **fit** is of the newest `tingfeng kol score` (for whatever"
    " brand), and comes with the next `tingfeng es sync`; **fields** come with `tingfeng kol import`.",
)
_CREATORS = Metric(title=Message("达人数", "creators"))
_FOLLOWERS = Metric(title=Message("粉丝数", "followers"), operation="max", field="followers")
_POSTS = Metric(title=Message("发帖", "posts"), operation="sum", field="posts")
_ENGAGEMENT = Metric(title=Message("互动量", "engagement"), operation="sum", field="engagement")
_FIT = Metric(title=Message("契合度", "fit"), operation="average", field="fit")
_FIT_LOW = Metric(
    title=Message("契合度下限", "fit, at least"), operation="average", field="fit_low"
)
_FIT_HIGH = Metric(
    title=Message("契合度上限", "fit, at most"), operation="average", field="fit_high"
)


def _values(zh: str, en: str, field: str, size: int = 10) -> tuple[Values]:
    return (Values(title=Message(zh, en), field=field, size=size),)


_COUNT = Panel(
    id="creators", title=Message("达人数", "Creators"), family="authors", shape="number",
    metrics=(_CREATORS,),
)  # fmt: skip
_TIERS = Panel(
    id="tiers", title=Message("层级", "Tiers"), family="authors", shape="donut",
    metrics=(_CREATORS,), splits=_values("层级", "tier", "tier"),
)  # fmt: skip
_CATEGORIES = Panel(
    id="categories", title=Message("领域", "Fields"), family="authors", shape="rows",
    metrics=(_CREATORS,), splits=_values("领域", "field", "category", 20),
)  # fmt: skip
_PLATFORMS = Panel(
    id="platforms", title=Message("平台", "Platforms"), family="authors", shape="rows",
    metrics=(_CREATORS, _POSTS), splits=_values("平台", "platform", "platform", 20),
)  # fmt: skip
_LIST = Panel(
    id="list", title=Message("达人榜（按互动量）", "By engagement"), family="authors", shape="table",
    metrics=(_ENGAGEMENT, _POSTS, _FOLLOWERS), splits=_values("达人", "creator", "name", 50),
)  # fmt: skip
_BRANDS = Panel(
    id="brands", title=Message("说到的品牌", "Brands they speak of"), family="authors", shape="table",
    metrics=(_CREATORS, _POSTS, _ENGAGEMENT), splits=_values("品牌", "brand", "brands", 20),
)  # fmt: skip
_FITTING = Panel(
    id="fitting", title=Message("达人榜（按契合度下限）", "By fit, at least"), family="authors",
    shape="table", metrics=(_FIT_LOW, _FIT, _FIT_HIGH, _FOLLOWERS, _ENGAGEMENT),
    splits=_values("达人", "creator", "name", 50), where="fit_low : *",
)  # fmt: skip

CREATORS = Dashboard(
    name="creators",
    title=Message("[舆情] 达人", "[Tingfeng] Creators"),
    about=Message(
        "达人、平台、互动、契合度。由 tingfeng kibana import 生成，会被下一次导入覆盖：要修改请先另存副本",
        "Creators, platforms, engagement, fit. Made by tingfeng kibana import, and replaced by the"
        " next one: change a copy",
    ),
    rows=(
        Row(height=5, tiles=((Note(id="who-is-here", markdown=_NOTE), 48),)),
        Row(height=12, tiles=((_COUNT, 8), (_PLATFORMS, 20), (_BRANDS, 20))),
        Row(height=20, tiles=((_LIST, 24), (_FITTING, 24))),
        Row(height=12, tiles=((_TIERS, 20), (_CATEGORIES, 28))),
    ),
    controls=(
        Control(title=Message("品牌", "brand"), family="authors", field="brands"),
        Control(title=Message("平台", "platform"), family="authors", field="platform"),
        Control(title=Message("层级", "tier"), family="authors", field="tier"),
    ),
    span=("now-90d/d", "now"),
)
