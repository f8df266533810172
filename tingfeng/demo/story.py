"""Tells the story behind ``tingfeng demo``: fourteen invented days, and what is true of them."""

from __future__ import annotations

import random
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain

from tingfeng.core.brand import Brand
from tingfeng.core.post import Observation, Post
from tingfeng.demo import creators
from tingfeng.demo.cast import Cast
from tingfeng.demo.counts import engagement
from tingfeng.demo.creators import Creator
from tingfeng.demo.draft import Answer, Army, Draft
from tingfeng.demo.events import CRISIS, SALE_DAY, Events
from tingfeng.demo.everyday import Everyday
from tingfeng.demo.schedule import dice, local
from tingfeng.demo.script import brands
from tingfeng.demo.writer import Writer

DAYS = 14

POLL = timedelta(minutes=15)
"""The invented crawler looks every quarter of an hour: posts are collected at its next look."""

QUIET = 3
"""Seeds with ``seed % 4 == 3`` tell a fortnight without a crisis."""

GRACE = timedelta(hours=2)
"""How long after the beginning an alert may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """The crisis, and when somebody should have been told."""

    brand: str
    begins_at: datetime
    """Publication of its first post, to the minute."""

    ends_at: datetime
    """No post of the crisis is later."""

    should_alert_by: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """A peak of volume that is no crisis: nothing should be alerted in it."""

    brand: str
    begins_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Posts, and the answers to what may be asked about them."""

    seed: int
    begins_at: datetime
    ends_at: datetime
    """No post is published at or after it."""

    brands: tuple[Brand, ...]
    observations: tuple[Observation, ...]
    """In the order a crawler would bring them: first sightings by time of publication (undated
    posts by collection), later looks at counts and edits by time of collection."""

    answers: Mapping[str, Answer]
    """By key of post."""

    planted: Planted | None
    promotion: Promotion
    creators: tuple[Creator, ...]

    def army(self, *sides: Army) -> frozenset[str]:
        """Keys of the copied posts by hired accounts; all sides unless told which."""
        wanted = sides or ("praise", "attack", "bought")
        return frozenset(key for key, answer in self.answers.items() if answer.army in wanted)

    @property
    def ironic(self) -> frozenset[str]:
        """Keys of posts that praise and mean the opposite."""
        return frozenset(key for key, answer in self.answers.items() if answer.ironic)


def tell(seed: int = 0, *, ends: datetime) -> Story:
    """The fortnight before *ends* (aware), the same for the same arguments.

    About 5,000 posts on five platforms. Another *seed* tells it in other words, with the crisis
    at another day and hour; seeds with ``seed % 4 == 3`` have none. No brand, person, shop or
    incident in it is real.
    """
    if ends.tzinfo is None:
        raise ValueError("ends needs a time zone")
    begins = ends - timedelta(days=DAYS)
    rng = dice(f"tingfeng demo {seed}")
    planted = _planted(dice(f"fire {seed}"), seed, begins, ends)
    everyday = Everyday(rng, Writer(rng), Cast(rng))
    events = Events(rng, everyday, ends)
    parts = [everyday.drafts(begins, ends), events.sale(begins)]
    parts.append(creators.drafts(rng, everyday, begins, ends))
    if planted:
        start = planted.begins_at
        parts.append(events.crisis(start))
        parts.append(events.army("praise", start + timedelta(hours=5), 14, 104))
        parts.append(events.army("attack", start + timedelta(hours=9), 3, 34))
    else:
        parts.append(events.army("praise", local(begins, 10, 19), 14, 60))
    drafts = _settled(rng, chain.from_iterable(parts), begins, ends)
    posts = _posts(drafts, ends)
    return Story(
        seed=seed,
        begins_at=begins,
        ends_at=ends,
        brands=brands(),
        observations=_observed(drafts, posts, seed, ends),
        answers={post.key: draft.answer for draft, post in zip(drafts, posts, strict=True)},
        planted=planted,
        promotion=Promotion(
            brand="云雀",
            begins_at=local(begins, SALE_DAY, 10),
            ends_at=local(begins, SALE_DAY + 1, 0),
        ),
        creators=creators.creators(),
    )


def _planted(rng: random.Random, seed: int, begins: datetime, ends: datetime) -> Planted | None:
    if seed % 4 == QUIET:
        return None
    day, hour, minute = rng.choice((9, 10, 11)), rng.randrange(9, 21), rng.randrange(60)
    at = local(begins, day, hour, minute)
    return Planted(
        brand="云雀",
        begins_at=at,
        ends_at=min(at + CRISIS, ends),
        should_alert_by=at + GRACE,
        reason="云雀X5充电自燃，用户烫伤，客服要求删帖",
    )


def _settled(
    rng: random.Random, drafts: Iterable[Draft], begins: datetime, ends: datetime
) -> list[Draft]:
    """Drafts in order of publication, with parents found and a few edits planned."""
    settled = sorted(
        (draft for draft in drafts if begins <= draft.at < ends), key=lambda draft: draft.at
    )
    recent: defaultdict[str, deque[Draft]] = defaultdict(lambda: deque(maxlen=40))
    for draft in settled:
        if draft.orphan and recent[draft.platform]:
            draft.parent = rng.choice(recent[draft.platform])
        if draft.kind == "post" and draft.author:
            recent[draft.platform].append(draft)
            if draft.text and not draft.edited and rng.random() < 0.006:
                draft.edited = draft.text + rng.choice(_EDITS)
        if not draft.visits and draft.fame > 12:
            draft.visits = (2, 8, 24) if draft.fame > 80 else (24,)
    return settled


_EDITS = ("\n编辑：改了个错字。", "\n补充：图放在评论区了。", "\n更新：有人问，统一在这里回复。")
"""Additions that change nothing in what was said."""


def _posts(drafts: list[Draft], ends: datetime) -> list[Post]:
    ids = {id(draft): f"demo{number:05d}" for number, draft in enumerate(drafts)}
    return [
        Post(
            platform=draft.platform,
            id=ids[id(draft)],
            kind=draft.kind,
            text=draft.text,
            title=draft.title,
            author=draft.author,
            published_at=_published(draft),
            precision=draft.precision,
            collected_at=min(_polled(draft.at), ends),
            parent=ids[id(draft.parent)] if draft.parent else None,
            rating=draft.rating,
            place=draft.place,
            media=draft.media,
            tags=draft.tags,
            source="demo",
        )
        for draft in drafts
    ]


def _published(draft: Draft) -> datetime | None:
    if not draft.dated:
        return None
    return local(draft.at, 0, 0) if draft.precision == "day" else draft.at


def _polled(at: datetime) -> datetime:
    past = timedelta(minutes=at.minute % 15, seconds=at.second, microseconds=at.microsecond)
    return at - past + POLL


def _observed(
    drafts: list[Draft], posts: list[Post], seed: int, ends: datetime
) -> tuple[Observation, ...]:
    seen: list[tuple[datetime, Observation]] = []
    for draft, post in zip(drafts, posts, strict=True):
        chance = f"{seed} {post.id}"
        first = post.collected_at
        moment = draft.at if draft.dated else first
        seen.append((moment, Observation(post=post, engagement=engagement(draft, first, chance))))
        later = [first + timedelta(hours=hours) for hours in draft.visits]
        if draft.edited and first + timedelta(hours=4) not in later:
            later.append(first + timedelta(hours=4))
        for at in sorted(later):
            if at <= ends:
                again = _again(draft, post, at)
                seen.append((at, Observation(post=again, engagement=engagement(draft, at, chance))))
    seen.sort(key=lambda pair: pair[0])
    return tuple(observation for _, observation in seen)


def _again(draft: Draft, post: Post, at: datetime) -> Post:
    """The same post at a later look, with its text as it stands by then."""
    edited = draft.edited and at >= post.collected_at + timedelta(hours=4)
    return replace(post, text=draft.edited if edited else post.text, collected_at=at)
