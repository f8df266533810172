"""A new issue: several people complain of one thing of which nobody did in the two weeks before."""

from __future__ import annotations

from dataclasses import dataclass

from tingfeng import Message
from tingfeng.alerts.issue_clusters import Cluster
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

    def fires(self, cluster: Cluster, bin: int) -> bool:
        """Whether *cluster* is an issue that is new and goes on."""
        return (
            cluster.voices >= self.least * max(1.0, cluster.daily / LOUD) ** LOUDER
            and cluster.score >= self.score
            and cluster.days >= self.days
            and bin - cluster.last < FRESH_BINS
        )

    def firings(self, seen: Evaluation) -> list[Firing]:
        """One, of the loudest."""
        found = [one for one in seen.issues if self.fires(one, seen.bin)]
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
        return not any(self.fires(one, seen.bin) for one in seen.issues)

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
