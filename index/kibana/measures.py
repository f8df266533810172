"""Numbers that several dashboards show: defined once, so that they mean the same everywhere."""

from __future__ import annotations

from index.kibana.panels import Control, Exclusion, Formula, Math, Metric, Times
from index.kibana.terms import COLORS, LABELS
from tingfeng import Message

JUDGED = "sentiment : (negative or neutral or positive)"
"""What shares are taken of, as everywhere in tingfeng: the uncertain stand apart."""


def of_label(label: str) -> Metric:
    """Documents of one attitude, in its colour."""
    return Metric(title=LABELS[label], where=f"sentiment : {label}", color=COLORS[label])


def ratio(title: Message, above: Metric | Math, below: Metric | Math, color: str = "") -> Formula:
    """A percentage."""
    return Formula(
        title=title, math=Math(name="divide", left=above, right=below), percent=True, color=color
    )


VOLUME = Metric(title=Message("声量", "volume"))
VOICES = Metric(
    title=Message("去重声量", "distinct voices"), operation="unique_count", field="voice"
)
AUTHORS = Metric(title=Message("作者数", "authors"), operation="unique_count", field="author.hash")
ENGAGEMENT = Metric(
    title=Message("互动量", "engagement"), operation="sum", field="engagement.total"
)
ATTITUDES = tuple(of_label(label) for label in LABELS)

NEGATIVE_SHARE = ratio(
    Message("负面率", "negative share"),
    of_label("negative"),
    Metric(title=Message("已判断", "judged"), where=JUDGED),
    COLORS["negative"],
)
NET = ratio(
    Message("净情感", "net sentiment"),
    Math(name="subtract", left=of_label("positive"), right=of_label("negative")),
    Math(name="add", left=of_label("positive"), right=of_label("negative")),
)

DAY = Message("日期", "day")
PUBLISHED = Times(title=DAY, field="published_at")

NO_ARMY = Exclusion(
    title=Message("不含疑似水军", "without suspected water army"),
    family="posts",
    field="suspected",
    value=True,
)
NO_HOT = Exclusion(
    title=Message("不含热榜条目", "without hot-list entries"),
    family="posts",
    field="kind",
    value="hot",
)

BRAND = Control(title=Message("品牌", "brand"), family="mentions", field="brand")
PLATFORM = Control(title=Message("平台", "platform"), family="mentions", field="platform")
SENTIMENT = Control(title=Message("情感", "sentiment"), family="mentions", field="sentiment")
