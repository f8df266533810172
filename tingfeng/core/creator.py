"""Creators (达人): who is known by name, because an authorised source says so, and what it said when.

Ordinary authors never become one: they stay keyed hashes, and nothing is kept of them but their posts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

Basis = Literal["platform", "kit", "contract", "consent", "public"]
"""Lawful basis of a row (PIPL art. 13): an export of the platform's own marketplace (星图, 蒲公英) or of
a licensed data vendor, a media kit that the creator or agency handed out, a contract, consent in
writing, or what is public within a reasonable scope (art. 13(6), 27)."""

Dimension = Literal["gender", "age", "city_tier", "region", "interest"]
DIMENSIONS: tuple[Dimension, ...] = ("gender", "age", "city_tier", "region", "interest")

Told = Literal["platform", "inferred", "typed"]
"""Who says what an audience is: the platform's card, our guess from who answers, or a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where a row comes from: every field that it fills bears this."""

    source: str
    """xingtu, pugongying, qiangua, xinbang, chanmama, kit, mediacrawler …"""

    seen_at: datetime
    """When the source saw it, else when the file was made; aware."""

    basis: Basis
    expires_at: datetime
    """After this it is neither used nor kept."""

    file: str = ""
    """Name and row of the file, ``报价.xlsx 第 12 行``; no path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """How an audience splits along one dimension."""

    dimension: Dimension
    shares: Mapping[str, float]
    """By group, 0 to 1; sums to at most 1, the rest is not said. Groups: ``female``, ``male``; ages
    ``<18``, ``18-24``, ``25-34``, ``35-44``, ``>44``; city tiers ``1``, ``new1``, ``2`` … ``5``;
    regions and interests as the platform names them."""

    told: Told = "platform"
    n: int | None = None
    """Of how many people; ``None``: not said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What one piece of work costs."""

    form: str
    """``image`` 图文, ``video``, ``video_60`` (over 60 s), ``live`` (an hour), ``repost`` …"""

    amount: float
    currency: str = "CNY"
    taxed: bool | None = None
    """Whether tax is in it; ``None``: not said."""

    fee: float | None = None
    """The platform's fee on top, as a share of *amount*; 0 = in it already, ``None``: not said."""

    declared: bool | None = None
    """报备: through the platform's marketplace; ``False``: not, ``None``: not said."""

    quoted_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What one source said of one creator at one moment. Never changed. ``None`` = not said."""

    platform: str
    id: str
    """The platform's own id."""

    name: str
    provenance: Provenance
    url: str = ""
    bio: str = ""
    agency: str | None = None
    """MCN. Empty: none."""

    category: tuple[str, ...] = ()
    """Fields as the source names them, the first one leading: 美妆, 数码 …"""

    place: str | None = None
    verified: Literal["none", "person", "organization"] | None = None
    followers: int | None = None
    following: int | None = None
    works: int | None = None
    """Posts so far."""

    gained: int | None = None
    """Likes and saves of all time (获赞与收藏)."""

    active_share: float | None = None
    """活跃粉丝占比, 0 to 1."""

    medians: Mapping[str, float] = field(default_factory=dict)
    """Per post, as the source reckons them: ``views``, ``likes``, ``comments``, ``saves``, ``shares``."""

    indices: Mapping[str, float] = field(default_factory=dict)
    """The vendor's own indices by its name for them: shown, never scored."""

    audience: tuple[Audience, ...] = ()
    prices: tuple[Price, ...] = ()
    exclusive: tuple[str, ...] = ()
    """Brands with which an exclusive contract is active."""

    @property
    def key(self) -> str:
        """Identity of the creator's account, ``platform:id``."""
        return f"{self.platform}:{self.id}"


Saying = Literal["link", "unlink", "risk", "decision", "outcome", "note"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatorEntry:
    """What a person said of a creator: append-only, like the logbook of incidents."""

    creator: str
    """Key, ``platform:id``."""

    kind: Saying
    by: str
    at: datetime
    other: str = ""
    """Of a link: the key of the other account of the same creator. Of a decision: the campaign."""

    brand: str = ""
    value: str = ""
    """Of a decision ``chosen`` or ``declined``; of a risk its kind (违法失德, 翻车, 虚假宣传 …)."""

    severity: int | None = None
    """Of a risk, 1 to 5; 5 is a breach of law."""

    happened_on: date | None = None
    proof: str = ""
    """Post key or address that shows it; a risk without one is refused."""

    comment: str = ""


__all__ = [
    "DIMENSIONS", "Audience", "Basis", "CreatorEntry", "Dimension", "Price", "Provenance", "Saying",
    "Snapshot", "Told",
]  # fmt: skip
