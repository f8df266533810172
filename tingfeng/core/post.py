"""What a platform showed: posts, who wrote them, and their counts at a moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
"""What a Chinese site means when it gives no zone."""

Kind = Literal["post", "comment", "repost", "review", "article", "hot"]
"""``hot``: an entry of a hot list, which is a title with heat and no author."""

Precision = Literal["second", "minute", "hour", "day", "month", "year"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who wrote a post, as far as it was shown.

    Readers fill in what the platform shows; :class:`~tingfeng.core.privacy.Privacy` replaces
    *id* by a keyed hash and drops *name* before anything is stored.
    """

    id: str
    """The platform's own id while reading, a keyed hash ever after."""

    name: str | None = None
    """Only of creators from authorised exports; ``None`` for everyone else."""

    followers: int | None = None
    """At the time of collection. ``None``: not said."""

    verified: Literal["none", "person", "organization"] | None = None
    """The platform's badge: 黄V is a person, 蓝V an organization. ``None``: not said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One thing one person said in public, as the platform showed it. Never changed."""

    platform: str
    """weibo, xiaohongshu, bilibili, zhihu, douyin, tieba, jd, appstore, news, x, tiktok …"""

    id: str
    """The platform's own id. ``(platform, id)`` is the identity of a post."""

    kind: Kind = "post"

    text: str = ""
    """The body as shown, markup removed, emoticons kept as ``[name]``. May be empty."""

    title: str = ""

    url: str = ""
    """The original on the platform; empty where the source gives none."""

    author: Author | None = None

    published_at: datetime | None = None
    """Aware. ``None``: the source does not say; such a post stands outside trends and alerts."""

    precision: Precision = "second"
    """How exact *published_at* is. Coarser than an hour stands outside hourly questions."""

    collected_at: datetime
    """Aware: when the collector saw it."""

    parent: str | None = None
    """Id, on the same platform, of what this comments on or reposts."""

    rating: float | None = None
    """Stars given, 1 to 5."""

    place: str | None = None
    """Where the platform says it was sent from (IP 属地), without 发布于."""

    media: Literal["image", "video"] | None = None
    """What it carries besides text. ``None``: nothing, or not said."""

    tags: tuple[str, ...] = ()
    """Topics named by the author, without ``#``."""

    source: str = ""
    """What brought it: name of the spider or file format, e.g. ``mediacrawler-weibo``."""

    @property
    def key(self) -> str:
        """Identity as one string, ``platform:id``: the evidence behind every figure."""
        return f"{self.platform}:{self.id}"

    @property
    def words(self) -> str:
        """All there is to read: title and body, once where one repeats the other."""
        if not self.title or self.text.startswith(self.title):
            return self.text
        return f"{self.title}\n{self.text}" if self.text else self.title


@dataclass(frozen=True, slots=True, kw_only=True)
class Engagement:
    """The counts under a post at one moment. ``None`` = not said, ``0`` = nobody."""

    observed_at: datetime
    likes: int | None = None
    comments: int | None = None
    reposts: int | None = None
    """Shares of any kind."""
    favorites: int | None = None
    """Saved by readers (收藏)."""
    views: int | None = None
    coins: int | None = None
    """Bilibili 投币; other platforms say nothing."""
    heat: int | None = None
    """What a hot list calls 热度; no unit that two platforms share."""

    @property
    def counts(self) -> tuple[int | None, ...]:
        """The numbers alone, in the order of the fields."""
        return (
            self.likes, self.comments, self.reposts, self.favorites,
            self.views, self.coins, self.heat,
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One sighting of a post: what a reader yields and a store takes in."""

    post: Post
    engagement: Engagement | None = None
    """``None`` where the source shows no count at all."""

    timed: bool = True
    """False: the source does not say when it was collected, and ``collected_at`` is the date of
    the file. Equal counts are then no new observation."""
