"""How people speak of a brand: three shares, their certainty, and what changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tingfeng import LABELS, Count, Label, Message, PostStore
from tingfeng.core.stream_weight import SUSPECTED, weighted_share
from tingfeng.insight.counted import Counted, Scope, command, counted, has_data, total
from tingfeng.insight.period import Period
from tingfeng.insight.proportion import (
    MINIMUM,
    Proportion,
    Shift,
    growth,
    percent,
)
from tingfeng.insight.table import Table, columns

LABEL_NAMES: dict[Label, Message] = {
    "negative": Message("负面", "negative"),
    "neutral": Message("中性", "neutral"),
    "positive": Message("正面", "positive"),
    "uncertain": Message("不确定", "uncertain"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Posts of one period by attitude."""

    posts: int
    negative: int
    neutral: int
    positive: int
    uncertain: int
    """The model would not say: apart from the shares, neither hidden nor counted as neutral."""

    unread: int
    """Not read yet, or nothing in them to read."""

    @classmethod
    def of(cls, cell: Count) -> Split:
        """From a store's cell."""
        return cls(posts=cell.posts, unread=cell.unread, **{n: getattr(cell, n) for n in LABELS})

    @property
    def judged(self) -> int:
        """Negative, neutral and positive together: the n of every share."""
        return self.negative + self.neutral + self.positive

    def share(self, label: Label) -> Proportion:
        """Of the judged posts; ``uncertain``: of judged and uncertain ones."""
        if label == "uncertain":
            return Proportion(count=self.uncertain, of=self.judged + self.uncertain)
        return Proportion(count=int(getattr(self, label)), of=self.judged)

    def as_json(self) -> dict[str, Any]:
        """Keys ``posts judged negative neutral positive uncertain unread shares``; ``shares`` has
        ``negative neutral positive``, each a proportion (of the judged posts).
        """
        return {
            "posts": self.posts, "judged": self.judged, "negative": self.negative,
            "neutral": self.neutral, "positive": self.positive,
            "uncertain": self.uncertain, "unread": self.unread,
            "shares": {name: self.share(name).as_json() for name in LABELS[:3]},
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class SentimentAnswer:
    """Attitude to a brand in a period, and against two earlier ones."""

    counted: Counted
    now: Split
    before: Split | None
    """环比. ``None``: the store knows too little of that time, which is not the same as 0."""

    year_before: Split | None
    """同比. ``None`` likewise."""

    voices: int
    """An author who says the same thing many times counts once."""

    authors: int
    suspected: int
    """Posts of suspected water army among *now* (0 if the scope leaves them out)."""

    weighted_negative: float | None
    """Negative share in which a suspected post counts less
    (:data:`tingfeng.core.stream_weight.SUSPECTED`), beside the raw one; ``None``: no judged posts."""

    commands: dict[str, str]
    """Label (and ``all``) to the command that lists the posts behind it."""

    @property
    def enough(self) -> bool:
        """Whether there are enough judged posts to state shares."""
        return self.now.judged >= MINIMUM

    def shift(self, then: Split | None) -> Shift | None:
        """Change of the negative share since *then*; ``None``: no data, or not enough."""
        return Shift.between(self.now.share("negative"), then.share("negative") if then else None)

    def sentence(self) -> Message:
        """The finding, or that there is none."""
        n, negative = self.now.judged, self.now.share("negative")
        if not self.enough:
            return Message(
                f"数据不足：只有 {n} 条有明确情感的帖子（至少要 {MINIMUM} 条），不下结论",
                f"not enough data: {n} posts with a clear attitude ({MINIMUM} needed), "
                "no conclusion",
            )
        low, high = (percent(edge) for edge in negative.interval or (0, 0))
        share = percent(negative.share)
        shift = self.shift(self.before)
        zh, en = _moved(shift)
        return Message(
            f"负面占 {share}（95% 区间 {low}–{high}，n={n}），{zh}",
            f"{share} negative (95% interval {low}–{high}, n={n}), {en}",
        )

    def weighted_sentence(self) -> tuple[Message, ...]:
        """The share with suspected posts weighing less, where there are any and it is stated at all."""
        if not self.suspected or self.weighted_negative is None or not self.enough:
            return ()
        share = percent(self.weighted_negative)
        return (
            Message(
                f"疑似水军 {self.suspected} 条各按 {SUSPECTED:.2f} 条计时，负面占 {share}；原始占比不变",
                f"with the {self.suspected} posts of suspected water army counted {SUSPECTED:.2f} "
                f"each, {share} negative; the raw share stays as it is",
            ),
        )

    def as_json(self) -> dict[str, Any]:
        """Keys ``counted enough minimum now before year_before change voices authors suspected
        weighted_negative commands``. ``before``, ``year_before``: a split or null (no data then). ``change`` has
        ``posts_before posts_year_before`` (relative) and ``negative_before
        negative_year_before`` (shift of the negative share), each null where unknown.
        """
        return {
            "counted": self.counted.as_json(),
            "enough": self.enough,
            "minimum": MINIMUM,
            "now": self.now.as_json(),
            "before": as_json(self.before),
            "year_before": as_json(self.year_before),
            "change": {
                f"{what}_{name}": value
                for name, then in (("before", self.before), ("year_before", self.year_before))
                for what, value in (
                    ("posts", growth(self.now.posts, posts(then))),
                    ("negative", as_json(self.shift(then))),
                )
            },
            "voices": self.voices,
            "authors": self.authors,
            "suspected": self.suspected,
            "weighted_negative": self.weighted_negative,
            "commands": self.commands,
        }

    def table(self) -> Table:
        """One row a label."""
        then = (self.before, self.year_before)
        return Table(
            name=Message("情感", "sentiment"),
            columns=columns(
                ("情感", "attitude"), ("帖子", "posts"), ("占比", "share", "share"),
                ("区间下限", "low", "share"), ("区间上限", "high", "share"),
                ("上期帖子", "posts before"), ("去年同期帖子", "posts a year before"),
                ("查看命令", "command", "command"),
            ),
            rows=tuple(
                (
                    LABEL_NAMES[name], self.now.share(name).count, self.now.share(name).share,
                    *(self.now.share(name).interval or (None, None)),
                    *(each.share(name).count if each else None for each in then),
                    self.commands[name],
                )
                for name in LABELS
            ),
            notes=(
                self.sentence(), *self.weighted_sentence(), self.counted.sentence(), DEFINITION,
            ),
        )  # fmt: skip


DEFINITION = Message(
    "占比的分母是有明确情感（负、中、正）的帖子；模型拿不准的（不确定）和尚未分析的单列。"
    f"区间为 95% Wilson 区间；少于 {MINIMUM} 条不下结论。",
    "Shares are of posts with a clear attitude (negative, neutral, positive); uncertain and "
    f"unread ones stand apart. Intervals are 95% Wilson; below {MINIMUM} posts no conclusion.",
)


def sentiment(
    store: PostStore,
    brand: str | None,
    period: Period,
    *,
    now: datetime,
    scope: Scope | None = None,
) -> SentimentAnswer:
    """Attitude to *brand* (``None``: of all posts) in *period*."""
    scope = scope or Scope()
    query = scope.query(period, brand)
    commands: dict[str, str] = {
        name: command(scope.query(period, brand, labels=(name,))) for name in LABELS
    }
    flagged = Split.of(total(store, scope.query(period, brand, suspected=True)))
    present = Split.of(total(store, query))
    army = (flagged.negative, flagged.judged) if scope.suspected else (0, 0)
    return SentimentAnswer(
        counted=counted(store, brand, period, scope, now),
        now=present,
        before=_then(store, brand, period.before(), scope),
        year_before=_then(store, brand, period.year_before(), scope),
        voices=sum(cell.posts for cell in store.voices(query)),
        authors=store.authors(query),
        suspected=flagged.posts if scope.suspected else 0,
        weighted_negative=weighted_share(present.negative, present.judged, *army),
        commands={"all": command(query), **commands},
    )


def _then(store: PostStore, brand: str | None, period: Period, scope: Scope) -> Split | None:
    if not has_data(store, period):
        return None
    return Split.of(total(store, scope.query(period, brand)))


def posts(split: Split | None) -> int | None:
    """Its posts; ``None``: no data."""
    return split.posts if split else None


def as_json(answer: Split | Shift | None) -> dict[str, Any] | None:
    """As a dict; ``None``: no data."""
    return answer.as_json() if answer else None


def _moved(shift: Shift | None) -> tuple[str, str]:
    if shift is None:
        return "上期没有足够数据可比", "no earlier data to compare with"
    moved = f"{abs(shift.points) * 100:.1f}"
    if not shift.clear:
        return (
            f"与上期相比变化 {shift.points * 100:+.1f} 个百分点，在误差之内",
            f"{shift.points * 100:+.1f} points on the period before, within error",
        )
    zh, en = ("上升", "up") if shift.points > 0 else ("下降", "down")
    return f"比上期{zh} {moved} 个百分点", f"{en} {moved} points on the period before"
