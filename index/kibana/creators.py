"""达人: who speaks, to how many, and how well they fit. The documents come with the KOL work."""

from __future__ import annotations

from index.kibana.panels import Control, Dashboard, Metric, Note, Panel, Row, Values
from tingfeng import Message

_WAITING = Message(
    "达人数据还没有：由达人识别功能写入后，本页自动有数",
    "no data yet: this page fills by itself once creators are worked out",
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


def _values(zh: str, en: str, field: str, size: int = 10, by: int = 0) -> tuple[Values]:
    return (Values(title=Message(zh, en), field=field, size=size, by=by),)


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
    metrics=(_ENGAGEMENT, _POSTS, _FOLLOWERS, _FIT, _FIT_LOW, _FIT_HIGH),
    splits=_values("达人", "creator", "name", 50),
)  # fmt: skip
_FITTING = Panel(
    id="fitting", title=Message("达人榜（按契合度下限）", "By fit, at least"), family="authors",
    shape="table", metrics=(_FIT_LOW, _FIT, _FIT_HIGH, _FOLLOWERS, _ENGAGEMENT),
    splits=_values("达人", "creator", "name", 50), where="fit_low : *",
)  # fmt: skip

CREATORS = Dashboard(
    name="creators",
    title=Message("[舆情] 达人", "[Tingfeng] Creators"),
    about=_WAITING,
    rows=(
        Row(height=4, tiles=((Note(id="waiting", markdown=_WAITING), 48),)),
        Row(height=12, tiles=((_COUNT, 8), (_TIERS, 12), (_CATEGORIES, 14), (_PLATFORMS, 14))),
        Row(height=20, tiles=((_LIST, 24), (_FITTING, 24))),
    ),
    controls=(
        Control(title=Message("品牌", "brand"), family="authors", field="brands"),
        Control(title=Message("平台", "platform"), family="authors", field="platform"),
        Control(title=Message("层级", "tier"), family="authors", field="tier"),
    ),
    span=("now-90d/d", "now"),
    waiting=_WAITING,
)
