"""A new issue: several people complain of one thing of which nobody did in the two weeks before."""

from __future__ import annotations

import math
from dataclasses import dataclass

from tingfeng import Message
from tingfeng.alerts.issue_clusters import Cluster
from tingfeng.alerts.issue_sketch import term_of
from tingfeng.alerts.rules import Firing
from tingfeng.alerts.share import DAY_BINS
from tingfeng.alerts.track import Evaluation

FRESH_BINS = DAY_BINS // 4
"""What nobody has said any more for six hours opens nothing and keeps nothing open."""


LOUD = 100.0
LOUDER = 0.25
"""From so many complaints a day on, more voices are asked for, by the fourth root: the more people
speak, the more often four of them hit upon the same words. Measured on shuffled reviews, 200 a day:
.09 false alarms a week at four voices."""


_WORDS = (
    "大促 促销 优惠 优惠券 保价 价保 降价 涨价 打折 满减 预售 定金 尾款 付款 红包 秒杀 抢购 抢不到 赠品 "
    "凑单 凑热闹 套路 活动 618 双11 双十一 双12 年货节"
)
SALES = frozenset(map(term_of, _WORDS.split()))
OF_SALES = 0.2
"""A planned sale brings complaints of its own: where a fifth of a cluster's posts say such a word
while one goes on, it is what was planned, and no issue."""

PEAK = 1.5
AT_PEAK = 4.0
"""While a planned event makes a brand half as loud again as usual, whoever came for it complains in
words that were not said before: so many times as many voices are asked for."""

ALONE = 1.5
ALONE_LOUD = 50.0
ALONE_LOUDER = 0.5
"""So many times as many voices are asked for where all that they share is one word, and from fifty
complaints a day on more, by the square root. Measured in the same way: without it five of six false
alarms rest on a word like 预订, said by six."""


@dataclass(frozen=True, slots=True)
class IssueRule:
    """A cluster of negative posts by different people that was not there before, within 24 hours.

    Sees what the share of negatives cannot: something new, said by few among many. One text counts
    as three voices at most, however many accounts post it.
    """

    least: int = 4
    """Voices, copies damped; more where more than a hundred complain on a usual day."""
    score: float = 4.0
    """-log10 of the chance that so many say it, by how often it was said in the two weeks before and
    by how loud all else is."""
    days: float = 3.0
    """Of history that there must be: before, everything about a brand is new."""

    name = "issue"

    def fires(self, cluster: Cluster, seen: Evaluation) -> bool:
        """Whether *cluster* is an issue that is new and goes on."""
        return (
            cluster.voices >= self._needed(cluster)
            and cluster.score >= self.score
            and cluster.days >= self.days
            and seen.bin - cluster.last < FRESH_BINS
            and not (seen.planned and self._as_planned(cluster, seen))
        )

    def _needed(self, cluster: Cluster) -> float:
        if len(cluster.terms) > 1:
            return self.least * math.pow(max(1.0, cluster.daily / LOUD), LOUDER)
        alone = math.pow(max(1.0, cluster.daily / ALONE_LOUD), ALONE_LOUDER)
        return self.least * ALONE * alone

    def _as_planned(self, cluster: Cluster, seen: Evaluation) -> bool:
        """Whether *cluster* is what a planned event brings."""
        said = sum(bool(SALES & one.sketch.terms) for one in cluster.members)
        usual = seen.heat.usual * DAY_BINS if seen.heat else 0.0
        peak = seen.scores[-1].mentions >= PEAK * usual
        few = cluster.voices < AT_PEAK * self._needed(cluster)
        return said >= OF_SALES * len(cluster.members) or (peak and few)

    def firings(self, seen: Evaluation) -> list[Firing]:
        """One, of the loudest."""
        found = [one for one in seen.issues if self.fires(one, seen)]
        return [self.firing(found[0], seen)] if found else []

    def firing(self, cluster: Cluster, seen: Evaluation) -> Firing:
        """What is to be said of *cluster*."""
        return Firing(
            self.name, cluster.score, self.score, DAY_BINS, seen.scores[-1], self.says(cluster)
        )  # fmt: skip

    def standing(self, seen: Evaluation) -> Firing:
        """What is to be said of an issue while it does not fire."""
        if seen.issues:
            return self.firing(seen.issues[0], seen)
        calm = Message(
            "该议题近24小时再无人说起", "nobody spoke of this issue in the last 24 hours"
        )
        return Firing(self.name, 0.0, self.score, DAY_BINS, seen.scores[-1], calm)

    def quiet(self, seen: Evaluation) -> bool:
        return not any(self.fires(one, seen) for one in seen.issues)

    def says(self, cluster: Cluster) -> Message:
        """How many say it, and how many did before."""
        before = max(0.0, cluster.usual * cluster.days - 0.5)
        zh = f"出现新议题：{cluster.authors} 位作者说到同一件事，此前 {cluster.days:.0f} 天共 {before:.0f} 条"
        en = (f"a new issue: {cluster.authors} authors speak of one thing, of which there were "
              f"{before:.0f} posts in the {cluster.days:.0f} days before")  # fmt: skip
        if cluster.voices < cluster.authors:
            zh += f"；重复文案多，按 {cluster.voices:.0f} 个声音计"
            en += f"; many are copies, counted as {cluster.voices:.0f} voices"
        return Message(zh, en)
