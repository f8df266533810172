"""How much one post counts, by what the stream itself shows of it: never a score of a person.

A weight is made when it is needed, from the post and its near-duplicate group, and is not stored.
Every figure stays readable without it: weighted shares stand beside raw ones. Points and their sum
are set by hand; nothing is learnt from accounts that somebody labelled (``benchmarks/spammers.md``
says how well the points separate such accounts, and what they cannot see).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tingfeng.core.analysis import Document
from tingfeng.core.message import Message
from tingfeng.core.query import SUSPECT_AUTHORS, SUSPECT_COPIES

FLOOR = 0.2
"""What the most suspicious post still counts: signs are no proof, and people do copy what they mean."""

RARE = -3.5
"""Log odds without any sign: three posts in a hundred (judgement)."""

BURST = timedelta(minutes=10)
"""Copies within this time of each other look timed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamSignals:
    """What the stream shows of one post. ``None``: not shown, which never counts against it."""

    followers: int | None = None
    verified: bool | None = None
    account_age: timedelta | None = None
    """At the time of the post."""

    copies: int = 1
    """Posts of its near-duplicate group, itself among them, reposts left aside."""

    copiers: int = 1
    """Distinct authors of those."""

    burst: int = 1
    """Posts of the group within :data:`BURST` of it, itself among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamWeight:
    """How much a post counts and why."""

    value: float
    """:data:`FLOOR` to 1."""

    odds: float
    """Log odds that it is one of an army, the sum of the points; for comparison only."""

    says: tuple[Message, ...]
    """A line for each sign against it."""


def weigh(signals: StreamSignals) -> StreamWeight:
    """Weight of a post by its *signals*, and what speaks against it."""
    odds, says = RARE, []
    for points, said in (*_account(signals), *_group(signals)):
        odds += points
        if points > 0:
            says.append(said)
    chance = 1 / (1 + math.exp(-odds))
    return StreamWeight(value=1 - (1 - FLOOR) * chance, odds=odds, says=tuple(says))


def stream_weight(signals: StreamSignals) -> float:
    """The weight alone, :data:`FLOOR` to 1."""
    return weigh(signals).value


def _account(signals: StreamSignals) -> list[tuple[float, Message]]:
    """Points of what is shown of the account. One sign alone takes a fifth of the weight at most: a
    new user with no readers is mostly a new user.
    """
    found = []
    if (n := signals.followers) is not None:
        # Accounts made for one campaign have nobody who reads them; each tenfold of readers counts alike.
        points = min(2.0, max(-2.0, 2.0 - 2.0 * math.log10(max(n, 1) / 2))) if n else 2.0
        found.append((points, Message(f"作者只有 {n} 位粉丝", f"the author has {n} followers")))
    if signals.verified:
        found.append((-2.0, Message("认证账号", "verified account")))
    if (age := signals.account_age) is not None:
        days = max(age.days, 0)
        points = 1.5 if days < 30 else 0.5 if days < 180 else -0.5
        found.append((points, Message(f"账号注册 {days} 天", f"the account is {days} days old")))
    return found


def _group(signals: StreamSignals) -> list[tuple[float, Message]]:
    """Points of what others wrote alike."""
    if signals.copies < SUSPECT_COPIES or signals.copiers < SUSPECT_AUTHORS:
        return []
    found = [
        (
            3.0 + math.log(signals.copies / SUSPECT_COPIES),
            Message(
                f"{signals.copiers} 个账号发了 {signals.copies} 篇几乎相同的文案",
                f"{signals.copiers} accounts wrote {signals.copies} nearly equal posts",
            ),
        )
    ]
    if signals.burst >= SUSPECT_COPIES:
        minutes = int(BURST.total_seconds() // 60)
        found.append(
            (
                1.0,
                Message(
                    f"其中 {signals.burst} 篇在前后 {minutes} 分钟内发出",
                    f"{signals.burst} of them within {minutes} minutes of it",
                ),
            )
        )
    return found


def signals_of(documents: Iterable[Document]) -> dict[str, StreamSignals]:
    """Signals of *documents* (of one window, say), by post key: groups are counted among them.

    A document that the store marks as suspected belongs to a large group even if few of it are here.
    """
    listed = list(documents)
    groups: dict[str, list[Document]] = {}
    for one in listed:
        if one.analysis is not None and one.analysis.copy_of and one.post.kind != "repost":
            groups.setdefault(one.analysis.copy_of, []).append(one)
    found = {}
    for one in listed:
        group = groups.get(one.analysis.copy_of or "", []) if one.analysis else []
        authors = {other.post.author.id for other in group if other.post.author}
        author, marked = one.post.author, one.suspected
        found[one.post.key] = StreamSignals(
            followers=author.followers if author else None,
            verified=None
            if author is None or author.verified is None
            else author.verified != "none",
            copies=max(len(group), SUSPECT_COPIES if marked else 1),
            copiers=max(len(authors), SUSPECT_AUTHORS if marked else 1),
            burst=_near(one.post.published_at, group),
        )
    return found


def _near(at: datetime | None, group: list[Document]) -> int:
    """How many of *group* were published within :data:`BURST` of *at*."""
    if at is None:
        return 1
    times = [
        other.post.published_at for other in group if other.post.precision in ("second", "minute")
    ]
    return max(1, sum(time is not None and abs(time - at) <= BURST for time in times))


SUSPECTED = stream_weight(
    StreamSignals(copies=SUSPECT_COPIES, copiers=SUSPECT_AUTHORS)
) / stream_weight(StreamSignals())
"""What a post counts of which a store says only that it is suspected, against one without any sign."""


def weighted_share(
    part: int, whole: int, suspected_part: int, suspected_whole: int
) -> float | None:
    """Share of *part* in *whole* when suspected posts, which are among both, count
    :data:`SUSPECTED` each; ``None``: the whole is empty.
    """
    less = 1 - SUSPECTED
    total = whole - less * suspected_whole
    return (part - less * suspected_part) / total if total > 0 else None


__all__ = [
    "BURST", "FLOOR", "SUSPECTED", "StreamSignals", "StreamWeight", "signals_of", "stream_weight",
    "weigh", "weighted_share",
]  # fmt: skip
