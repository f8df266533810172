"""What scoring looks at and what it says. All of it can be made again from stored rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from tingfeng import Message, Snapshot

Channel = Literal["comments", "saves", "shares", "likes", "views"]
COUNTED: tuple[Channel, ...] = ("comments", "saves", "shares")
"""Channels by which engagement is measured; likes are evidence only (see ``docs/kol.md``)."""

PartName = Literal[
    "relevance", "tone", "audience", "engagement", "authenticity", "cost", "stability"
]
PARTS: tuple[PartName, ...] = (
    "relevance", "tone", "audience", "engagement", "authenticity", "cost", "stability",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One post of a creator as scoring sees it; made from a stored document."""

    key: str
    """Post key: the evidence."""

    at: datetime
    observed_at: datetime | None
    """Of the counts; ``None``: there are none."""

    counts: Mapping[Channel, int]
    """A channel that the platform does not say is missing."""

    voices: int | None = None
    """Distinct commenters after near-duplicates are one; ``None``: comments were not read."""

    advert: float = 0.0
    """Probability that it is paid for."""

    declared: bool | None = None
    """Whether it says so (广告, 合作, 赞助 …)."""

    category: str = ""
    """Field of the post, ``""``: none was found."""

    brands: Mapping[str, str] = field(default_factory=dict)
    """Brands named in it, with the attitude to each."""

    tone: tuple[float, ...] = ()
    """Weights of :data:`tingfeng.kol.tone.TONES`, sum 1; empty: too short to say."""

    closeness: float | None = None
    """Cosine with the brand's corpus; ``None``: no brand was asked about."""

    copy_of: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """All that is known of one creator's account at one moment."""

    key: str
    snapshot: Snapshot
    """Folded: of each field the latest that is said and not expired."""

    followers: tuple[tuple[date, int], ...] = ()
    """Series, oldest first."""

    works: tuple[Work, ...] = ()
    """Newest first; at most 60, at most 90 days old."""

    copies: float | None = None
    """Share of near-duplicate comments under the works; ``None``: comments were not read."""

    commenters: int = 0
    """How many comments that is said of."""

    risks: tuple[Risk, ...] = ()
    night: float | None = None
    """Share of the comments written between 02:00 and 05:00 Shanghai time, of *commenters* comments;
    ``None``: their times are not known."""

    published: tuple[tuple[date, int], ...] = ()
    """Series of how many posts the account shows, oldest first: where it falls, posts were hidden."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """Something that happened, with what shows it."""

    kind: str
    severity: int
    """1 to 5."""
    on: date | None
    proof: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One row under a part: a figure that can be looked up."""

    metric: str
    """Stable id, e.g. ``comments.median``."""

    says: Message
    value: float | None
    n: int
    """How many posts, comments or people it rests on."""

    keys: tuple[str, ...] = ()
    """Post keys, or ``source@date`` of snapshots: up to five."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One of the seven sub-scores."""

    name: PartName
    value: float
    """0.02 to 1, already drawn to the pool where little is known."""

    raw: float | None
    """Before that; ``None``: nothing is known, *value* is the pool's."""

    confidence: float
    """0 to 1."""

    low: float
    high: float
    weight: float
    points: float = 0.0
    """What it adds to the score, against the median creator of the pool."""

    proofs: tuple[Proof, ...] = ()
    missing: tuple[Message, ...] = ()
    """What is not known, and what would tell."""


Verdict = Literal["fit", "review", "vetoed", "not enough data"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What we think of one creator for one brand and objective."""

    key: str
    name: str
    brand: str
    preset: str
    at: datetime
    value: float
    """0 to 100; 0 where vetoed."""

    low: float
    high: float
    reference: float
    """Score of the median creator of the pool: *value* is it plus the points of all parts and of the
    gate, exactly."""

    parts: tuple[Part, ...]
    gate: float
    """1 open, 0 vetoed, between: damped."""

    gate_points: float = 0.0
    """What the gate takes: *value* is *reference* plus the points of all parts plus this."""

    gate_says: tuple[Proof, ...] = ()
    verdict: Verdict
    followers: int | None
    effective: int | None
    """Effective followers; ``None``: not said."""

    tier: str
    """By nominal followers."""

    effective_tier: str
    risk: Mapping[str, float] = field(default_factory=dict)
    """By signal, 0 to 1: the risk that numbers are bought; never a fact about a person."""

    curve: str = ""
    """Version of the reference curves."""

    price: float | None = None
    expected_price: tuple[float, float, float] | None = None
    """By our price curve: low, middle, high."""

    @property
    def told(self) -> bool:
        """Whether there is a score to be told: where data are not enough, *value*, *low* and *high*
        are the pool's and nobody's answer.
        """
        return self.verdict != "not enough data"
