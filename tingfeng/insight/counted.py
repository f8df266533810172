"""What is asked to be counted, and what a figure says it counted."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, get_args

from tingfeng import DAY, Count, Kind, Message, PostStore, Query
from tingfeng.insight.period import Period, stamp

_COUNTED: tuple[Kind, ...] = tuple(kind for kind in get_args(Kind) if kind != "hot")

_EVER = datetime(1970, 1, 1, tzinfo=UTC)
"""Before any platform: asking since then leaves out nothing but undated posts."""

_PLAIN = re.compile(r"[\w:./+-]+")
"""Words a shell takes as they are; unlike :func:`shlex.quote`, Chinese ones too."""

KNOWN_DAYS = 0.5
"""An earlier period is compared with only if the store holds posts, about whatever, of at least
this share of its days: a single stray post of last year is no last year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which posts count. Hot-list entries never do: they are titles without an author."""

    reposts: bool = True
    comments: bool = True
    suspected: bool = True
    """With suspected water army."""

    platforms: tuple[str, ...] = ()
    """Only these; empty: all."""

    def query(self, period: Period | None = None, brand: str | None = None, **more: Any) -> Query:
        """The posts of *period* about *brand* (``None``: about anything) in this scope."""
        left_out = set() if self.reposts else {"repost"}
        left_out |= set() if self.comments else {"comment"}
        kinds = tuple(kind for kind in _COUNTED if kind not in left_out)
        return replace(
            Query(
                brands=(brand,) if brand else (),
                platforms=self.platforms,
                kinds=kinds if left_out else (),
                suspected=None if self.suspected else False,
                since=period.since if period else None,
                until=period.until if period else None,
            ),
            **more,
        )

    def sentence(self) -> Message:
        """For people."""
        given = (self.reposts, self.comments, self.suspected)
        zh = zip(given, ("转发", "评论", "疑似水军"), strict=True)
        en = zip(given, ("reposts", "comments", "suspected water army"), strict=True)
        where = ", ".join(self.platforms)
        return Message(
            "、".join(("含" if with_it else "不含") + name for with_it, name in zh)
            + "，热榜条目不计"
            + (f"，仅限平台 {where}" if where else ""),
            ", ".join(("with " if with_it else "without ") + name for with_it, name in en)
            + ", hot-list entries not counted"
            + (f", only on {where}" if where else ""),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What every figure of an answer counts, and what had to be left out."""

    brand: str | None
    """``None``: posts about anything."""

    period: Period
    scope: Scope
    undated: int
    """Posts of the scope (and brand) without a date: in no period at all."""

    unread: int
    """Posts of the scope published in the period, about whatever, that have no sentiment: not
    read yet, or nothing in them to read. Their brand is not known, so no brand counts them."""

    asked_at: datetime

    def sentence(self) -> Message:
        """For people, one sentence."""
        when, what = self.period.sentence(), self.scope.sentence()
        return Message(
            f"统计口径：{when.zh}发布的帖子，{what.zh}；"
            f"无发布时间的 {self.undated} 条不计；时段内 {self.unread} 条尚未分析或无文字可读，"
            "不计入品牌与情感。",
            f"What is counted: posts published {when.en}, {what.en}; "
            f"{self.undated} without a date are left out; {self.unread} in the period are not "
            "read yet or have no text, and count for no brand and no sentiment.",
        )

    def as_json(self) -> dict[str, Any]:
        """Keys ``brand since until reposts comments suspected platforms undated unread
        asked_at``.
        """
        return {
            "brand": self.brand,
            **self.period.as_json(),
            "reposts": self.scope.reposts,
            "comments": self.scope.comments,
            "suspected": self.scope.suspected,
            "platforms": list(self.scope.platforms),
            "undated": self.undated,
            "unread": self.unread,
            "asked_at": stamp(self.asked_at),
        }


def counted(
    store: PostStore, brand: str | None, period: Period, scope: Scope, now: datetime
) -> Counted:
    """Say what is counted when *brand* is asked about."""
    every = total(store, scope.query(brand=brand)).posts
    dated = total(store, scope.query(brand=brand, since=_EVER)).posts
    return Counted(
        brand=brand,
        period=period,
        scope=scope,
        undated=every - dated,
        unread=total(store, scope.query(period)).unread,
        asked_at=now,
    )


def total(store: PostStore, query: Query) -> Count:
    """One count for the whole query: with the attitude to its brand, if it names just one."""
    cells = store.count(query, by=("brand",) if len(query.brands) == 1 else ())
    return cells[0] if cells else Count(by=(), posts=0)


def has_data(store: PostStore, period: Period) -> bool:
    """Whether the store knows enough of *period* for its silence to mean anything."""
    days = len(period.starts(DAY))
    known = store.count(Query(since=period.since, until=period.until), ("time",), step=DAY)
    return len(known) >= max(1, KNOWN_DAYS * days)


def command(query: Query) -> str:
    """The command that shows the posts behind a figure."""
    words = ["tingfeng", "search"]
    # With a blank before it, an unwanted word is no option.
    words += [f" {query.text}" if query.text.startswith("-") else query.text] if query.text else []
    left_out = set(_COUNTED) - set(query.kinds) if query.kinds else set()
    kinds = () if left_out <= {"repost", "comment"} else query.kinds
    for option, values in (
        ("--brand", query.brands), ("--sentiment", query.labels),
        ("--platform", query.platforms), ("--kind", kinds),
    ):  # fmt: skip
        for value in values:
            words += [option, value]
    for option, moment in (("--since", query.since), ("--until", query.until)):
        if moment:
            exact = stamp(moment)
            words += [option, exact[:16] if moment.second == moment.microsecond == 0 else exact]
    words += [f"--no-{kind}s" for kind in ("repost", "comment") if kind in left_out and not kinds]
    if query.suspected is not None:
        words += ["--only-suspected" if query.suspected else "--no-suspected"]
    if query.precise:
        words += ["--precise"]
    if query.copies_of:
        words += ["--copies-of", query.copies_of]
    if query.order != "newest":
        words += ["--order", query.order]
    return " ".join(word if _PLAIN.fullmatch(word) else shlex.quote(word) for word in words)
