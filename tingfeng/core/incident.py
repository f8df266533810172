"""A crisis while it lasts, and what was said about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Level = Literal["blue", "yellow", "orange", "red"]
"""蓝 关注, 黄 预警, 橙 严重, 红 危机."""

LEVELS: tuple[Level, ...] = ("blue", "yellow", "orange", "red")

State = Literal["open", "cooling", "closed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Why an incident stands at its level; every number comes from stored posts."""

    at: datetime
    """End of the window that was judged."""

    rule: str
    """The rule that fired, e.g. ``share_1h``, ``redline``."""

    score: float
    """Of the rule, see its docstring; compare with *threshold*."""

    threshold: float
    window_hours: float

    mentions: int
    """Distinct voices about the brand in the window."""

    negative: int
    """Those among them that are negative."""

    expected: float
    """Negatives to be expected at the usual share."""

    usual_share: float
    """Negative share of the baseline, 0 to 1."""

    posts: tuple[str, ...]
    """Keys of up to three representative posts, from different copy groups."""

    sentences: tuple[tuple[str, str], ...] = ()
    """The explanation, sentence by sentence: Chinese, English."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One crisis of one brand."""

    id: str
    """Stable: derived from brand and the bin that opened it, and of one that opened while another
    incident of the brand went on, its issue."""

    brand: str
    level: Level
    state: State
    opened_at: datetime
    """Event time: end of the bin that opened it."""

    first_post_at: datetime
    """Published time of its earliest negative post: the clock of 黄金4小时 runs from here."""

    updated_at: datetime
    closed_at: datetime | None = None
    reopened: int = 0
    evidence: Evidence
    """Of the moment of its highest level so far."""

    negative: int = 0
    """Negative posts since *first_post_at*."""

    issue: str | None = None
    """Id of what it is about: another incident with the same one is about the same. ``None``: no
    cluster of posts carries it (yet)."""

    title: str = ""
    """The issue in words of the posts; empty where too few say the same."""

    merged: str | None = None
    """Id of the older incident that it turned out to be one with, and was closed for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One message to people, in the outbox until a channel took it."""

    id: str
    """Unique: incident, kind, level and sequence. Never sent twice on purpose."""

    channel: str
    incident: str
    """Empty: it is about none, or about several, see *covers*."""

    kind: Literal[
        "opened", "raised", "lowered", "heartbeat", "resolved",
        "escalated", "digest", "gap", "gap_over", "heat", "test",
    ]  # fmt: skip
    """Of an incident, what happened to it. ``escalated``: nobody acknowledged it in time.
    ``digest``: what was held back. ``gap``: sources cannot be read, and ``gap_over``: they can.
    ``heat``: it is loud, and no incident."""

    level: Level
    title: str
    body: str
    """Markdown."""

    created_at: datetime
    attempts: int = 0
    delivered_at: datetime | None = None
    """``None``: still waiting, or given up, see *failure*."""

    failure: str | None = None
    """What the channel last answered, when it did not accept."""

    made_at: datetime | None = None
    """When it was put into the outbox, later than *created_at* where that is event time: clocks
    run from here. ``None``: not said, so from *created_at*."""

    withheld: str | None = None
    """Why it is kept and not sent: ``silence ID``, ``quiet``, ``gap``, ``inhibited ID``."""

    covers: tuple[str, ...] = ()
    """Of a digest, the ids of the withheld notices that it makes up for; of a gap, its sources."""
