"""Creators: honest ones, bought ones, and the competitor's face."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from tingfeng.core.post import Author
from tingfeng.demo.draft import Answer, Draft
from tingfeng.demo.everyday import Everyday
from tingfeng.demo.schedule import local
from tingfeng.demo.script import read

Character = Literal["honest", "bought", "rival"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Creator:
    """An account with a public, and what a look at it should find."""

    name: str
    platform: str
    id: str
    followers: int
    character: Character
    """``bought``: likes and comments are paid for. ``rival``: the competitor's spokesperson."""

    note: str


def creators() -> tuple[Creator, ...]:
    """Everybody in ``creators.toml``."""
    return tuple(
        Creator(
            name=entry["name"],
            platform=entry["platform"],
            id=f"{entry['platform'][0]}7{number:04d}",
            followers=entry["followers"],
            character=entry["character"],
            note=entry["note"],
        )
        for number, entry in enumerate(read("creators")["creator"], 1)
    )


def drafts(
    rng: random.Random, everyday: Everyday, begins_at: datetime, ends_at: datetime
) -> Iterator[Draft]:
    """Their posts, evenly over the fortnight, and what is written under them."""
    bought = [everyday.cast.newcomer("weibo") for _ in range(9)]
    for creator, entry in zip(creators(), read("creators")["creator"], strict=True):
        posts = entry["posts"]
        for number, told in enumerate(posts):
            day = int(number * 13 / len(posts)) + rng.randrange(2)
            at = local(begins_at, day, rng.choice((8, 12, 18, 20, 21)), rng.randrange(60))
            at = min(max(at, begins_at), ends_at - timedelta(minutes=1))
            draft = _post(rng, creator, told, at)
            yield draft
            if creator.character == "bought":
                yield from _bought(rng, draft, bought, ends_at)
            else:
                yield from _thread(rng, everyday, draft, ends_at)


def _post(rng: random.Random, creator: Creator, told: list[str], at: datetime) -> Draft:
    label: Any = told[0]
    _, brand, title, text = told
    about: Any = ((brand, label),) if brand else ()
    flat = creator.character == "bought"
    # Likes grow with the 0.8th power of followers; bought ones hardly vary from post to post.
    likes = 0.25 * creator.followers**0.8 * rng.lognormvariate(0, 0.08 if flat else 0.5)
    author = Author(
        id=creator.id,
        name=creator.name,
        followers=creator.followers,
        verified="person" if creator.platform == "weibo" else None,
    )
    return Draft(
        platform=creator.platform, at=at, text=text, title=title, author=author, flat=flat,
        answer=Answer(label=label, about=about, part="creator"), fame=likes, place="上海",
        media="video" if creator.platform == "bilibili" else "image", visits=(1, 4, 12, 24, 48),
    )  # fmt: skip


def _thread(
    rng: random.Random, everyday: Everyday, draft: Draft, ends_at: datetime
) -> Iterator[Draft]:
    for _ in range(rng.randrange(1, 5)):
        at = draft.at + timedelta(minutes=int(rng.expovariate(1 / 200)) + 2)
        if at < ends_at:
            reply = everyday.reply(at, draft.platform)
            reply.kind, reply.parent, reply.orphan = "comment", draft, False
            yield reply


def _bought(
    rng: random.Random, draft: Draft, accounts: list[tuple[Author, str | None]], ends_at: datetime
) -> Iterator[Draft]:
    lines = read("creators")["comments"]["bought"]
    answer = Answer(label="positive", part="creator", army="bought")
    for author, place in rng.sample(accounts, 4):
        at = draft.at + timedelta(seconds=rng.randrange(60, 900))
        if at < ends_at:
            yield Draft(
                platform=draft.platform, kind="comment", at=at, text=rng.choice(lines),
                answer=answer, author=author, place=place, parent=draft, fame=0.2,
            )  # fmt: skip
