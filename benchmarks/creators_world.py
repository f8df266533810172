"""Creators that never were, with known truths, and the ways in which numbers are bought.

The generator, all of it (``World``, seed and size are arguments; every random draw is numpy's PCG64):

* followers F: ln F ~ N(10.0, 1.3), 500 to 10 million, of ``PLATFORM`` in two fields, 美妆 and 数码;
* a creator's quality q ~ N(0, 1): its typical engagement of channel c is
  ln E = a + b ln F + s (.8 q + .6 e), e ~ N(0, 1) of its own for each channel, with (a, b, s) in
  ``CHANNELS``; fields differ by .2 in a;
* posts: n ~ 15 + Poisson(35), at most 60, over the last 90 days, each count Poisson of
  E exp(N(0, d^2) + u), d = .25 of its own and u ~ N(0, r^2) common to the post, r ~ U(.35, .8) of the
  creator; 4 % of posts go viral, times 3 to 12;
* adverts: a share ~ Beta(1.5, 8) of posts is paid, engagement times exp(N(-.15, .2^2)); nine in ten
  are declared;
* readers: voices are min(comments, 90 % of them); copies among comments ~ Beta(1.2, 30); comments at
  night ~ Beta(3, 60);
* growth: a day brings F g exp(N(0, .4^2)) with ln g ~ N(ln .0012, .5^2), and half an excess comment,
  save or share of a viral post within two days; a tenth of creators already carries an unexplained
  jump of 5 to 60 % on one day (``bought`` in the truths: never shown to the score);
* following ~ lognormal(ln 300, .9), a tenth beyond 1,500;
* text: a share ~ Beta(2, 1.5) of posts in its field; closeness N(.25 + .15 q_t, .08^2); tone is
  Dirichlet(4) of the creator and its posts are Dirichlet(30 times that);
* audience: Dirichlet over the groups of each dimension around the platform's; seven in ten have a card;
* price: ln P = 1.5 + .85 ln(comments + saves + shares) + N(0, .45^2), eight in ten have one.

Attacks are functions of a profile that return another, below. Everyone's curves, pool and prices are
fitted on the world before any attack: who is attacked does not move what it is held against.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import numpy as np

from tingfeng import SHANGHAI, Audience, Price, Provenance, Snapshot
from tingfeng.kol.nouns import Profile, Work
from tingfeng.kol.target import Target

NOW = datetime(2026, 6, 12, 10, 0, tzinfo=SHANGHAI)
TODAY = NOW.date()
PLATFORM = "xiaohongshu"
FIELDS = ("美妆", "数码")
CHANNELS = {
    "comments": (-2.9, 0.62, 0.75),
    "saves": (-2.2, 0.66, 0.85),
    "shares": (-3.3, 0.64, 0.90),
    "likes": (-1.4, 0.72, 0.70),
    "views": (1.6, 0.75, 0.60),
}
TONES = 12
GROUPS = {
    "gender": (("female", "male"), (0.65, 0.35)),
    "age": (("<18", "18-24", "25-34", "35-44", ">44"), (0.08, 0.35, 0.36, 0.15, 0.06)),
    "city_tier": (("1", "new1", "2", "3", "4"), (0.2, 0.25, 0.22, 0.18, 0.15)),
}
LATER = datetime(2027, 6, 12, tzinfo=SHANGHAI)

Attack = Callable[[Profile, np.random.Generator], Profile]


@dataclass(frozen=True, slots=True)
class World:
    """Creators, and what is true of each and never shown to the score."""

    profiles: list[Profile]
    bought: list[bool]
    target: Target

    @staticmethod
    def of(size: int, *, seed: int = 7) -> World:
        """*size* creators."""
        rng = np.random.default_rng(seed)
        tone = rng.dirichlet(np.full(TONES, 4.0))
        target = Target(
            brand="云雀", categories=("美妆",), tone=tuple(map(float, tone)), competitors=("山雀",),
            audience={
                "gender": {"female": 0.85, "male": 0.15},
                "age": {"18-24": 0.4, "25-34": 0.5, "35-44": 0.1},
                "city_tier": {"1": 0.4, "new1": 0.4, "2": 0.2},
            },
        )  # fmt: skip
        made = [_creator(number, rng) for number in range(size)]
        return World([one for one, _ in made], [bad for _, bad in made], target)


def _creator(number: int, rng: np.random.Generator) -> tuple[Profile, bool]:
    followers = int(np.clip(np.exp(rng.normal(10.0, 1.3)), 500, 1e7))
    category = FIELDS[int(rng.random() < 0.4)]
    works, excess = _works(number, followers, category, rng)
    series, bought = _series(followers, works, excess, rng)
    level = np.median([sum(w.counts[c] for c in ("comments", "saves", "shares")) for w in works])
    amount = round(float(np.exp(1.5 + 0.85 * np.log(level + 0.5) + rng.normal(0, 0.45))), 2)
    snapshot = Snapshot(
        platform=PLATFORM, id=str(number), name=f"达人{number}", category=(category,),
        provenance=Provenance(source="made", seen_at=NOW, basis="platform", expires_at=LATER),
        followers=series[-1][1],
        following=int(np.exp(rng.normal(np.log(300), 0.9))) if rng.random() < 0.9
        else int(rng.integers(1500, 6000)),
        audience=_audience(rng) if rng.random() < 0.7 else (),
        prices=(Price(form="image", amount=amount),) if rng.random() < 0.8 else (),
    )  # fmt: skip
    comments = int(sum(work.counts["comments"] for work in works))
    profile = Profile(
        key=snapshot.key, snapshot=snapshot, followers=series, works=works,
        copies=float(rng.beta(1.2, 30)), night=float(rng.beta(3, 60)), commenters=comments,
    )  # fmt: skip
    return profile, bought


def _works(
    number: int, followers: int, category: str, rng: np.random.Generator
) -> tuple[tuple[Work, ...], dict[int, float]]:
    """Works, newest first, and by day ago what viral ones brought beyond the usual."""
    n = min(60, 15 + int(rng.poisson(35)))
    days = np.sort(rng.integers(3, 90, n))
    quality, ratio = rng.normal(), rng.uniform(0.35, 0.8)
    common = rng.normal(0, ratio, n)
    viral = rng.random(n) < 0.04
    common += np.where(viral, np.log(rng.uniform(3, 12, n)), 0)
    paid = rng.random(n) < rng.beta(1.5, 8)
    common += np.where(paid, rng.normal(-0.15, 0.2, n), 0)
    counts = {}
    for name, (a, b, s) in CHANNELS.items():
        level = a + 0.2 * (category == FIELDS[1]) + b * np.log(followers)
        level += s * (0.8 * quality + 0.6 * rng.normal())
        counts[name] = rng.poisson(np.exp(level + common + rng.normal(0, 0.25, n)))
    usual = np.median(counts["comments"] + counts["saves"] + counts["shares"])
    taste, near = rng.beta(2, 1.5), 0.25 + 0.15 * rng.normal()
    tones = rng.dirichlet(30 * rng.dirichlet(np.full(TONES, 4.0)), n)
    fits = rng.random(n) < taste
    close = rng.normal(near, 0.08, n)
    declared = rng.random(n) < 0.9
    works, excess = [], {}
    for i in range(n):
        at = NOW - timedelta(days=int(days[i]), hours=1)
        mine = {name: int(column[i]) for name, column in counts.items()}
        if viral[i]:
            total = mine["comments"] + mine["saves"] + mine["shares"]
            excess[int(days[i])] = max(0.0, float(total - usual))
        works.append(
            Work(
                key=f"{PLATFORM}:{number}-{i}", at=at, observed_at=NOW, counts=mine,
                voices=int(0.9 * mine["comments"]), advert=0.9 if paid[i] else 0.05,
                declared=bool(declared[i]) if paid[i] else None,
                category=category if fits[i] else "生活", tone=tuple(map(float, tones[i])),
                closeness=float(close[i]),
            )
        )  # fmt: skip
    return tuple(works), excess


def _series(
    followers: int, works: tuple[Work, ...], excess: dict[int, float], rng: np.random.Generator
) -> tuple[tuple[tuple[date, int], ...], bool]:
    """Followers on each of 91 days, oldest first, and whether there was a jump."""
    pace = np.exp(rng.normal(np.log(0.0012), 0.5))
    gains = followers * pace * np.exp(rng.normal(0, 0.4, 90))
    for ago, more in excess.items():
        for shift in (0, 1):
            gains[min(89, 89 - ago + shift)] += 0.25 * more
    bought = bool(rng.random() < 0.1)
    if bought:
        gains[int(rng.integers(5, 85))] += followers * rng.uniform(0.05, 0.6)
    levels = np.concatenate([[followers], followers + np.cumsum(gains)])
    days = [TODAY - timedelta(days=90 - i) for i in range(91)]
    return tuple(zip(days, (int(level) for level in levels), strict=True)), bought


def _audience(rng: np.random.Generator) -> tuple[Audience, ...]:
    found = []
    for dimension, (names, usual) in GROUPS.items():
        shares = map(float, rng.dirichlet(12 * np.array(usual)))
        found.append(Audience(dimension=dimension, shares=dict(zip(names, shares, strict=True))))  # type: ignore[arg-type]
    return tuple(found)


def with_followers(profile: Profile, gains: np.ndarray) -> Profile:
    """*gains* more followers on each of the last 90 days."""
    more = np.concatenate([[0], np.cumsum(gains)])
    series = tuple(
        (day, int(count + extra))
        for (day, count), extra in zip(profile.followers, more, strict=True)
    )
    snapshot = replace(profile.snapshot, followers=series[-1][1])
    return replace(profile, followers=series, snapshot=snapshot)


def followers_in_a_day(times: float, *, beside: bool = False) -> Attack:
    """(times - 1) F on one day, at least four days from any work of thrice the usual engagement.

    *beside*: on the day of the best work instead, which explains part of it: a known limit.
    """

    def attack(profile: Profile, rng: np.random.Generator) -> Profile:
        sums = [sum(w.counts[c] for c in ("comments", "saves", "shares")) for w in profile.works]
        great = 3 * max(float(np.median(sums)), 1.0)
        days = [89 - (TODAY - work.at.date()).days for work in profile.works]
        hits = [day for day, total in zip(days, sums, strict=True) if total >= great]
        quiet = [d for d in range(5, 85) if all(abs(d - hit) > 3 for hit in hits)] or [5]
        chosen = days[int(np.argmax(sums))] if beside else int(rng.choice(quiet))
        gains = np.zeros(90)
        gains[min(max(chosen, 0), 89)] = (times - 1) * profile.followers[-1][1]
        return with_followers(profile, gains)

    return attack


def followers_dripped(times: float, days: int = 60) -> Attack:
    """(times - 1) F in equal parts over the last *days*."""

    def attack(profile: Profile, rng: np.random.Generator) -> Profile:
        gains = np.zeros(90)
        gains[90 - days :] = (times - 1) * profile.followers[-1][1] / days
        return with_followers(profile, gains)

    return attack


def _each(profile: Profile, change: Callable[[Work], Work]) -> Profile:
    return replace(profile, works=tuple(change(work) for work in profile.works))


def times_channels(times: float, *channels: str) -> Attack:
    """Each count of *channels* times *times*, post by post."""

    def attack(profile: Profile, rng: np.random.Generator) -> Profile:
        return _each(
            profile,
            lambda work: replace(
                work,
                counts={
                    c: round(v * times) if c in channels else v for c, v in work.counts.items()
                },
            ),
        )

    return attack


def templated(times: float, templates: int = 3) -> Attack:
    """(times - 1) times as many comments from templates: near-duplicates are one voice each."""

    def attack(profile: Profile, rng: np.random.Generator) -> Profile:
        extra = sum(round((times - 1) * work.counts["comments"]) for work in profile.works)
        total = profile.commenters + extra
        copied = ((profile.copies or 0) * profile.commenters + extra) / max(total, 1)
        changed = _each(
            profile,
            lambda work: replace(
                work,
                counts=dict(work.counts) | {"comments": round(times * work.counts["comments"])},
                voices=(work.voices or 0)
                + min(templates, round((times - 1) * work.counts["comments"])),
            ),
        )
        return replace(changed, copies=copied, commenters=total)

    return attack


def pack(times: float) -> Attack:
    """A package: to every post the same number of likes, saves and shares, and templated comments."""

    def attack(profile: Profile, rng: np.random.Generator) -> Profile:
        usual = {
            c: float(np.median([work.counts[c] for work in profile.works]))
            for c in ("likes", "saves", "shares")
        }
        return _each(
            templated(times)(profile, rng),
            lambda work: replace(
                work,
                counts=dict(work.counts)
                | {c: work.counts[c] + round((times - 1) * usual[c]) for c in usual},
            ),
        )

    return attack


def perfect(times: float) -> Attack:
    """Everything times *times*, voices too, without a trace: nobody can tell it from success."""

    def attack(profile: Profile, rng: np.random.Generator) -> Profile:
        every = times_channels(times, *CHANNELS)(profile, rng)
        return _each(every, lambda work: replace(work, voices=round((work.voices or 0) * times)))

    return attack


def viral(profile: Profile, rng: np.random.Generator) -> Profile:
    """A genuine success: 30 % more on every post, its median work ten times more, and near it 5 % followers,
    but not more than comments, saves and shares beyond the usual.
    """
    grown = perfect(1.3)(profile, rng)
    sums = [sum(work.counts[c] for c in ("comments", "saves", "shares")) for work in grown.works]
    number = int(np.argsort(sums, kind="stable")[len(sums) // 2])
    hit = grown.works[number]
    counts = {c: 10 * v + 10 for c, v in hit.counts.items()}
    works = list(grown.works)
    works[number] = replace(hit, counts=counts, voices=int(0.9 * counts["comments"]))
    gains = np.zeros(90)
    brought = sum(counts[c] - hit.counts[c] for c in ("comments", "saves", "shares"))
    ago = (NOW - hit.at).days
    gains[min(89, 90 - ago)] = min(0.05 * profile.followers[-1][1], brought)
    return with_followers(replace(grown, works=tuple(works)), gains)


def rising(profile: Profile, rng: np.random.Generator) -> Profile:
    """Honest growth that nothing in the works explains: thrice the pace for the last 45 days."""
    levels = np.array([count for _, count in profile.followers], dtype=float)
    gains = np.diff(levels)
    usual = float(np.median(gains))
    more = np.zeros(90)
    more[45:] = 2 * usual * np.exp(rng.normal(0, 0.4, 45))
    return with_followers(profile, more)
