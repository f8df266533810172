"""The market around the story: what its creators charge and whom they reach, and forty others.

Told beside the story, not in it: nobody here names a brand, so what is known of the brands stays as it
is told. Engagement follows the law of the story's creators, likes with the 0.8th power of followers.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tingfeng.core.creator import Audience, Price, Provenance, Snapshot
from tingfeng.core.post import Author, Engagement, Observation, Post
from tingfeng.demo.creators import Creator, creators
from tingfeng.demo.schedule import dice, local
from tingfeng.demo.script import read

DAYS = 14
SERIES = 42
"""Days of followers: thirty and more tell a jump from a habit."""

WORKS = 14
"""Posts of each in the fortnight: twelve are the fewest that a score rests on."""

PLATFORMS = ("xiaohongshu", "weibo", "bilibili")


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """What sources say of every creator, and what they post besides the story."""

    snapshots: tuple[Snapshot, ...]
    works: tuple[Observation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Account:
    creator: Creator
    field: str
    price: float
    female: float
    tier1: float
    quality: float
    """Times the engagement that is usual for its size."""

    jump: float = 0.0
    """Share of its followers that came in one day."""

    exclusive: tuple[str, ...] = ()


def market(seed: int, *, ends: datetime) -> Market:
    """The same for the same arguments; the fortnight before *ends* (aware)."""
    rng = dice(f"market {seed}")
    accounts = [*_known(), *_others(rng)]
    works: list[Observation] = []
    for account in accounts:
        works += _works(rng, account, ends)
    return Market(
        snapshots=tuple(one for account in accounts for one in _snapshots(rng, account, ends)),
        works=tuple(works),
    )


def _known() -> Iterator[_Account]:
    """The creators of the story."""
    entries = {entry["name"]: entry for entry in read("market")["account"]}
    for creator in creators():
        entry = entries[creator.name]
        yield _Account(
            creator=creator, field=entry["field"], price=entry["price"], female=entry["female"],
            tier1=entry["tier1"], quality=entry.get("quality", 1.0), jump=entry.get("jump", 0.0),
            exclusive=tuple(entry.get("exclusive", ())),
        )  # fmt: skip


def _others(rng: random.Random) -> Iterator[_Account]:
    told = read("market")
    for number, (name, entry) in enumerate(
        (name, entry) for entry in told["field"] for name in told["names"]
    ):
        platform = PLATFORMS[number % len(PLATFORMS)]
        followers = int(rng.lognormvariate(10.6, 1.5)) + 1500
        quality = rng.lognormvariate(0, 0.45)
        # Prices follow engagement, and differ by a third from who asks alike.
        price = 6 * (0.25 * followers**0.8 * quality) ** 0.85 * rng.lognormvariate(0, 0.35)
        female = {"数码": 0.25, "母婴": 0.88}.get(entry["name"], 0.66) + rng.uniform(-0.08, 0.08)
        yield _Account(
            creator=Creator(
                name=f"{name}{entry['suffix']}", platform=platform, id=f"{platform[0]}75{number:03d}",
                followers=followers, character="honest", note="",
            ),
            field=entry["name"], price=round(price, -1), female=female, tier1=rng.uniform(0.2, 0.45),
            quality=quality,
        )  # fmt: skip


def _works(rng: random.Random, account: _Account, ends: datetime) -> Iterator[Observation]:
    """Everyday posts, so many that with those of the story there are enough."""
    creator, begins = account.creator, ends - timedelta(days=DAYS)
    told = next(
        (each for each in read("creators")["creator"] if each["name"] == creator.name), None
    )
    count = WORKS - (len(told["posts"]) if told else 0)
    lines = next(each["lines"] for each in read("market")["field"] if each["name"] == account.field)
    bought = creator.character == "bought"
    for number in range(count):
        day = min(DAYS - 3, number * DAYS // max(count, 1))
        at = local(begins, day, rng.choice((8, 12, 18, 20, 21)), rng.randrange(60))
        at = min(max(at, begins), ends - timedelta(days=2, hours=3))
        likes = 0.25 * creator.followers**0.8 * account.quality
        likes *= rng.lognormvariate(0, 0.08 if bought else 0.5)
        post = Post(
            platform=creator.platform, id=f"market-{creator.id}-{number:02d}",
            text="".join(rng.sample(lines, 3)), published_at=at,
            collected_at=ends - timedelta(hours=1), source="demo",
            author=Author(id=creator.id, name=creator.name, followers=creator.followers),
        )  # fmt: skip
        yield Observation(post=post, engagement=_counts(rng, creator, likes, ends, bought=bought))


def _counts(
    rng: random.Random, creator: Creator, likes: float, ends: datetime, *, bought: bool
) -> Engagement:
    depth = 0.01 if bought else rng.uniform(0.1, 0.35)
    comments = int(likes * depth)
    fields: Mapping[str, int] = {
        "weibo": {"reposts": int(likes * depth * 0.4)},
        "xiaohongshu": {"favorites": int(likes * depth * 2)},
        "bilibili": {
            "reposts": int(likes * depth * 0.4), "favorites": int(likes * depth),
            "views": int(likes) * 22 + 9,
        },
    }.get(creator.platform, {})  # fmt: skip
    return Engagement(
        observed_at=ends - timedelta(hours=1), likes=int(likes), comments=comments, **fields
    )


def _snapshots(rng: random.Random, account: _Account, ends: datetime) -> Iterator[Snapshot]:
    """Followers of six weeks, a day each; price and audience in the last one."""
    creator = account.creator
    followers = _followers(rng, account)
    for day, count in enumerate(followers):
        at = ends - timedelta(days=SERIES - 1 - day, hours=6)
        said: dict[str, Any] = _card(account, at) if day == SERIES - 1 else {}
        yield Snapshot(
            platform=creator.platform, id=creator.id, name=creator.name, followers=count,
            provenance=Provenance(
                source="demo", seen_at=at, basis="kit", expires_at=ends + timedelta(days=365)
            ),
            **said,
        )  # fmt: skip


def _followers(rng: random.Random, account: _Account) -> list[int]:
    """Counts by day, the last one as the story tells it."""
    rate = rng.uniform(0.0004, 0.0015)
    at_day = SERIES - 19
    counts = [float(account.creator.followers)]
    for day in range(SERIES - 1, 0, -1):
        growth = rate * rng.lognormvariate(0, 0.3)
        if account.jump and day == at_day:
            growth = account.jump
        counts.append(counts[-1] / (1 + growth))
    return [round(count) for count in reversed(counts)]


def _card(account: _Account, at: datetime) -> dict[str, Any]:
    female, tier1 = round(account.female, 3), round(account.tier1, 3)
    young = 0.30 if account.field == "母婴" else 0.38
    audience = (
        Audience(dimension="gender", shares={"female": female, "male": round(1 - female, 3)}),
        Audience(
            dimension="age",
            shares={
                "<18": 0.05,
                "18-24": young,
                "25-34": 0.40,
                "35-44": round(0.50 - young, 3),
                ">44": 0.05,
            },
        ),
        Audience(
            dimension="city_tier",
            shares={"1": tier1, "new1": 0.25, "2": 0.15, "3": round(0.60 - tier1, 3)},
        ),
    )
    return {
        "category": (account.field,), "audience": audience, "exclusive": account.exclusive,
        "prices": (
            Price(form="image", amount=account.price, taxed=True, fee=0, declared=True, quoted_on=at.date()),
        ),
    }  # fmt: skip


__all__ = ["Market", "market"]
