"""What is planted: a crisis with a known beginning, a harmless sale, and hired voices."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from tingfeng.core.analysis import Label
from tingfeng.demo.cast import known
from tingfeng.demo.draft import Answer, Army, Draft, Part
from tingfeng.demo.everyday import Everyday
from tingfeng.demo.schedule import arrivals, dealt, local, rhythm
from tingfeng.demo.script import read

OUTBREAK = (18, 44, 56, 48, 38, 30)
"""Posts about the fire in its first six hours, the first hour mostly by those who saw it."""

CRISIS = timedelta(hours=48)

SALE_DAY = 8
"""The ninth day: a week and a day of quiet baseline stand before it."""

_SALE = {10: 26, 11: 12, 12: 16, 13: 10, 16: 8, 18: 14, 19: 34, 20: 76, 21: 66, 22: 44, 23: 24}
"""Extra posts by hour of the sale day; at 20:00 about eight times the usual hour."""

_SALE_FORMS = {"promotion.coupon": 14, "promotion.bought": 9, "promotion.grumble": 2}
"""Of 25 posts: the same shares of attitudes as on any other day."""

_CRISIS_FORMS = {"crisis.outcry": 76, "crisis.asking": 9, "crisis.telling": 9, "crisis.defence": 6}

_SPREAD = (
    (1.0, {"weibo": 1}),
    (2.0, {"weibo": 9, "xiaohongshu": 1}),
    (3.0, {"weibo": 70, "xiaohongshu": 14, "bilibili": 16}),
    (8.0, {"weibo": 54, "xiaohongshu": 19, "bilibili": 19, "zhihu": 6, "jd": 2}),
    (math.inf, {"weibo": 40, "xiaohongshu": 22, "bilibili": 18, "zhihu": 9, "jd": 11}),
)
"""Until how many hours after the beginning, and on which platforms: it starts on weibo."""


class Events:
    """Makes the planted drafts."""

    def __init__(self, rng: random.Random, everyday: Everyday, ends_at: datetime) -> None:
        self._rng, self._everyday, self._ends_at = rng, everyday, ends_at

    def sale(self, begins_at: datetime) -> Iterator[Draft]:
        """The harmless peak."""
        names = dealt(self._rng, _SALE_FORMS, rare="promotion.grumble")
        for hour, count in _SALE.items():
            for _ in range(count):
                minute = int(60 * self._rng.random() ** 1.3)  # most come just after the hour
                at = local(begins_at, SALE_DAY, hour, minute)
                at += timedelta(seconds=self._rng.randrange(60))
                platform = self._drawn({"weibo": 48, "xiaohongshu": 24, "bilibili": 12, "jd": 16})
                yield self._composed(next(names), "yunque", at, platform, "promotion")

    def crisis(self, begins_at: datetime) -> Iterator[Draft]:
        """From the first post on; every text is about the same fire."""
        until = min(begins_at + CRISIS, self._ends_at)
        first = self._first(begins_at)
        yield first
        # The quarter of an hour after the first post belongs to it alone.
        moments = arrivals(self._rng, begins_at, until, lambda at: _fury(begins_at, at))
        for at in moments:
            after = (at - begins_at) / timedelta(hours=1)
            if after < 0.2:
                continue
            spread = next(shares for hours, shares in _SPREAD if after < hours)
            draft = self._composed(
                self._drawn(_CRISIS_FORMS), "x5", at, self._drawn(spread), "crisis"
            )
            draft.fame *= 3
            if draft.orphan and draft.platform == "weibo" and self._rng.random() < 0.5:
                draft.parent, draft.orphan = first, False
            yield draft
        yield from self._comments(first, begins_at, until)
        yield from self._irony(begins_at, until)
        yield from self._reports(begins_at, until)
        yield from self._hot("云雀X5自燃", begins_at + timedelta(minutes=64), 410_000)
        yield from self._hot("云雀手机发热", begins_at + timedelta(minutes=118), 268_000)

    def _composed(self, name: str, subject: str, at: datetime, platform: str, part: Part) -> Draft:
        draft = self._everyday.compose(name, subject, at, platform)
        draft.answer = replace(draft.answer, part=part)
        draft.dated, draft.precision = True, "second"
        return draft

    def _drawn(self, shares: dict[str, int]) -> str:
        return self._rng.choices(tuple(shares), tuple(shares.values()))[0]

    def _first(self, at: datetime) -> Draft:
        told = read("crisis")["first"]
        answer = Answer(label="negative", about=(("云雀", "negative"),), part="crisis")
        draft = self._everyday.base(at, "weibo", answer, text=told["text"], media="image")
        draft.author, draft.place, draft.edited = known("victim"), "四川", told["edited"]
        draft.fame = 9000.0
        return draft

    def _comments(self, first: Draft, begins_at: datetime, until: datetime) -> Iterator[Draft]:
        lines = read("crisis")["pro_help"]["lines"]
        answer = Answer(label="negative", part="crisis")
        for at in arrivals(self._rng, begins_at, until, lambda at: 0.22 * _fury(begins_at, at)):
            draft = self._everyday.base(at, "weibo", answer, text=self._rng.choice(lines))
            draft.kind, draft.parent = "comment", first
            yield draft

    def _irony(self, begins_at: datetime, until: datetime) -> Iterator[Draft]:
        answer = Answer(label="negative", about=(("云雀", "negative"),), part="crisis", ironic=True)
        for text in read("wholes")["yunque"]["irony_crisis"]:
            at = begins_at + timedelta(minutes=70 + int(1100 * self._rng.random() ** 1.5))
            if at < until:
                draft = self._everyday.base(at, "weibo", answer, text=text)
                draft.fame = self._rng.lognormvariate(5.0, 1.0)
                yield draft

    def _reports(self, begins_at: datetime, until: datetime) -> Iterator[Draft]:
        for told in read("crisis")["report"]:
            at = begins_at + timedelta(minutes=told["after"])
            if at >= until:
                continue
            answer = Answer(label=told["label"], about=(("云雀", told["label"]),), part="crisis")
            draft = self._everyday.base(at, told["platform"], answer, text=told["text"])
            draft.title = told.get("title", "")
            draft.author, draft.fame, draft.place = known(told["author"]), 2600.0, "北京"
            yield draft

    def _hot(self, title: str, at: datetime, heat: int) -> Iterator[Draft]:
        if at < self._ends_at:
            answer = Answer(label="neutral", about=(("云雀", "neutral"),), part="crisis")
            yield Draft(
                platform="weibo", kind="hot", at=at, answer=answer, title=title, heat=heat,
                visits=(0.5, 1, 1.5, 2, 3, 4, 6),
            )  # fmt: skip

    def army(self, side: Army, since: datetime, hours: float, size: int) -> Iterator[Draft]:
        """*size* copies by accounts nobody has seen before."""
        told = read("crisis")["army"]
        label: Label = "positive" if side == "praise" else "negative"
        other: tuple[tuple[str, Label], ...] = (("橙子", "neutral"),) if side == "attack" else ()
        answer = Answer(label=label, about=(("云雀", label), *other), part="army", army=side)
        for _ in range(size):
            at = since + timedelta(seconds=int(hours * 3600 * self._rng.random()))
            if at >= self._ends_at:
                continue
            platform = self._drawn({"weibo": 7, "bilibili": 3})
            author, place = self._everyday.cast.newcomer(platform)
            text = self._copied(self._rng.choice(told[side]), told["swaps"])
            text += self._rng.choice(told["tails"][side])
            yield Draft(
                platform=platform, at=at, answer=answer, text=text, author=author, place=place,
                kind="comment" if platform == "bilibili" else "post", fame=self._rng.random() * 4,
            )  # fmt: skip

    def _copied(self, text: str, swaps: list[list[str]]) -> str:
        """*text* with at most one word changed."""
        fitting = [swap for swap in swaps if swap[0] in text]
        if fitting and self._rng.random() < 0.5:
            word, *others = self._rng.choice(fitting)
            text = text.replace(word, self._rng.choice(others), 1)
        return text


def _fury(begins_at: datetime, at: datetime) -> float:
    """Posts an hour: up for three hours, then halving every six, quieter at night."""
    hours = int((at - begins_at) / timedelta(hours=1))
    if hours < len(OUTBREAK):
        return float(OUTBREAK[hours])
    faded: float = 22 * 0.5 ** ((hours - len(OUTBREAK)) / 6)
    return faded * rhythm(at)
