"""Rows under each part: figures that can be looked up."""

from __future__ import annotations

from collections.abc import Callable
from math import exp, isnan
from typing import TYPE_CHECKING

from tingfeng import SHANGHAI, Message
from tingfeng.kol.authenticity import SIGNALS, band
from tingfeng.kol.groups import group_name
from tingfeng.kol.nouns import PARTS, PartName, Profile, Proof, Work
from tingfeng.kol.panel import PAID
from tingfeng.kol.reach import best, overlap
from tingfeng.kol.reduced import COUNTS
from tingfeng.kol.stability import TOO_MANY

if TYPE_CHECKING:
    from tingfeng.kol.scoring import Ratings

SHOWN = 5
"""Keys under a figure."""
CHANNEL = {
    "comments": Message("评论（去重后的人数或条数）", "comments"),
    "saves": Message("收藏", "saves"),
    "shares": Message("分享", "shares"),
}
DIMENSION = {
    "gender": Message("性别", "gender"), "age": Message("年龄", "age"),
    "city_tier": Message("城市级别", "city tier"), "region": Message("地域", "region"),
    "interest": Message("兴趣", "interest"),
}  # fmt: skip


def proofs(
    ratings: Ratings, row: int, profile: Profile | None
) -> dict[PartName, tuple[Proof, ...]]:
    """Figures under each part of creator *row*; keys of posts and snapshots only with *profile*."""
    return {part: tuple(_ROWS[part](ratings, row, profile)) for part in PARTS}


def figure(value: float) -> str:
    """Three digits for people to read: ``2.22``, ``2,013``, never ``2.01e+03``."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _works(profile: Profile | None, which: Callable[[Work], bool]) -> tuple[str, ...]:
    """Keys of the newest works that *which* holds of."""
    if profile is None:
        return ()
    return tuple(work.key for work in profile.works if which(work))[:SHOWN]


def _source(profile: Profile | None) -> tuple[str, ...]:
    """What the source said, as ``source@date``."""
    if profile is None:
        return ()
    said = profile.snapshot.provenance
    return (f"{said.source}@{said.seen_at.astimezone(SHANGHAI):%Y-%m-%d}",)


def _relevance(ratings: Ratings, row: int, profile: Profile | None) -> list[Proof]:
    m, found = ratings.measures, []
    if ratings.target.categories and not isnan(m.fits[row]):
        share, n = float(m.fits[row]), int(m.fielded[row])
        fields = frozenset(ratings.target.categories)
        zh = f"{n} 篇非广告作品中约 {share:.0%}（近期权重大）属于 {'、'.join(ratings.target.categories)}"
        en = f"about {share:.0%} of {n} unpaid posts are in the brand's fields, newer ones weigh more"
        keys = _works(
            profile, lambda work: work.category in fields and work.advert < PAID
        ) or _works(profile, lambda work: bool(work.category) and work.advert < PAID)
        found.append(
            Proof(metric="relevance.field", says=Message(zh, en), value=share, n=n, keys=keys)
        )
    if not isnan(m.close[row]):
        close, n = float(m.close[row]), int(m.near[row])
        zh, en = f"与品牌语料的接近度 {close:.2f}", f"closeness to the brand's texts {close:.2f}"
        near = sorted(
            (w for w in (profile.works if profile else ()) if w.closeness is not None),
            key=lambda work: -(work.closeness or 0),
        )
        found.append(
            Proof(
                metric="relevance.closeness", says=Message(zh, en), value=close, n=n,
                keys=tuple(work.key for work in near[:SHOWN]),
            )
        )  # fmt: skip
    return found


def _tone(ratings: Ratings, row: int, profile: Profile | None) -> list[Proof]:
    value, n = ratings.found.column("tone")[row], int(ratings.measures.toned[row])
    if isnan(value):
        return []
    says = Message(f"{n} 篇非广告作品的语气与品牌相近 {value:.0%}",
                   f"the tone of {n} unpaid posts is {value:.0%} like the brand's")  # fmt: skip
    keys = _works(profile, lambda work: bool(work.tone) and work.advert < PAID)
    return [Proof(metric="tone.likeness", says=says, value=float(value), n=n, keys=keys)]


def _audience(ratings: Ratings, row: int, profile: Profile | None) -> list[Proof]:
    if profile is None:
        return []
    found = []
    for dimension, wanted in ratings.target.audience.items():
        told = best(profile.snapshot.audience, dimension)
        if told is None:
            continue
        same, name = overlap(told.shares, wanted), DIMENSION[dimension]
        meant = max(wanted, key=lambda group: wanted[group])
        share = told.shares.get(meant)
        zh, en = f"{name.zh}重合度 {same:.2f}", f"{name.en}: overlap {same:.2f}"
        if share is not None:
            zh += f"，其中{group_name(meant).zh}占 {share:.0%}（目标 {wanted[meant]:.0%}）"
            en += f"; {group_name(meant).en} are {share:.0%}, wanted {wanted[meant]:.0%}"
        if told.told == "inferred":
            zh, en = (
                f"{zh}（由 {told.n or 0} 位评论者推断）",
                f"{en} (guessed from {told.n or 0} people)",
            )
        found.append(
            Proof(
                metric=f"audience.{dimension}", says=Message(zh, en), value=same,
                n=told.n or 0, keys=_source(profile),
            )
        )  # fmt: skip
    return found


def _engagement(ratings: Ratings, row: int, profile: Profile | None) -> list[Proof]:
    answered, found = ratings.found.engagement, []
    for name, label in CHANNEL.items():
        z = float(answered.by_channel[name][row])
        if isnan(z):
            continue
        own, usual = (exp(x[name][row]) - 0.5 for x in (answered.own, answered.usual))
        zh = f"每篇{label.zh} {figure(own)}，同平台同粉丝量的账号约 {figure(usual)}（{z:+.2f} 个标准差）"
        en = (
            f"{label.en} per post {figure(own)}; accounts of its size {figure(usual)} ({z:+.2f} sd)"
        )
        found.append(
            Proof(
                metric=f"{name}.typical", says=Message(zh, en), value=own,
                n=int(answered.n[name][row]), keys=_counting(profile, name),
            )
        )  # fmt: skip
    return found


def _counting(profile: Profile | None, channel: str) -> tuple[str, ...]:
    """Newest works that say a count of *channel*."""
    return _works(profile, lambda work: channel in work.counts)


def _authenticity(ratings: Ratings, row: int, profile: Profile | None) -> list[Proof]:
    m, found = ratings.measures, []
    about = {
        "growth": (m.unexplained, len(profile.followers) if profile else 0, _source(profile)),
        "purge": (m.purged, len(profile.followers) if profile else 0, _source(profile)),
        "low": (ratings.found.engagement.z, int(m.works[row]), _works(profile, _counted)),
        "like": (None, int(m.works[row]), _counting(profile, "likes")),
        "dup": (m.copies, int(m.commenters[row]), _works(profile, _answered)),
        "flat": (m.spread, int(m.works[row]), _works(profile, _counted)),
        "follow": (m.following, 1, _source(profile)),
        "night": (m.night, int(m.commenters[row]), _works(profile, _answered)),
        "hidden": (m.hidden, len(profile.published) if profile else 0, _source(profile)),
    }  # fmt: skip
    for name, (figures, n, keys) in about.items():
        risk = float(ratings.found.signals[name][row])
        if isnan(risk):
            continue
        signal, level = SIGNALS[name], band(risk)
        zh, en = f"{signal.name.zh}：风险{level.zh}", f"{signal.name.en}: risk {level.en}"
        if risk > 0:
            zh, en = f"{zh}（{signal.innocent.zh}）", f"{en} ({signal.innocent.en})"
        value = risk if figures is None else float(figures[row])
        found.append(
            Proof(metric=f"risk.{name}", says=Message(zh, en), value=value, n=n, keys=keys)
        )
    return found


def _counted(work: Work) -> bool:
    return bool(work.counts)


def _answered(work: Work) -> bool:
    """Whether its comments are stored."""
    return work.voices is not None


def _cost(ratings: Ratings, row: int, profile: Profile | None) -> list[Proof]:
    price, over = float(ratings.measures.price[row]), float(ratings.found.over[row])
    if isnan(price) or isnan(over):
        return []
    low, middle, high = (float(x) for x in ratings.expected[row])
    unit = ratings.target.currency
    zh = f"报价 {price:,.0f} {unit}，同等互动一般为 {middle:,.0f}（八成在 {low:,.0f} 至 {high:,.0f}）"
    en = (
        f"asks {price:,.0f} {unit}; such reach usually costs {middle:,.0f} ({low:,.0f}-{high:,.0f})"
    )
    found = [
        Proof(metric="cost.price", says=Message(zh, en), value=price, n=1, keys=_source(profile))
    ]
    level, views = float(ratings.measures.level[row]), float(ratings.measures.count("views")[row])
    if level > 0:
        each = price / level
        says = Message(f"每次评论、收藏或分享 {figure(each)} {unit}",
                       f"{figure(each)} {unit} per comment, save or share")  # fmt: skip
        n = int(ratings.measures.works[row])
        keys = _works(profile, _counted)
        found.append(Proof(metric="cost.cpe", says=says, value=each, n=n, keys=keys))
    if not isnan(views):
        thousand = 1000 * price / max(exp(views) - 0.5, 1)
        says = Message(
            f"千次阅读 {figure(thousand)} {unit}", f"{figure(thousand)} {unit} per 1,000 views"
        )
        n = int(ratings.measures.counted[row, COUNTS.index("views")])
        found.append(
            Proof(
                metric="cost.cpm", says=says, value=thousand, n=n, keys=_counting(profile, "views")
            )
        )
    return found


def _stability(ratings: Ratings, row: int, profile: Profile | None) -> list[Proof]:
    m = ratings.measures
    if m.works[row] == 0:  # none were collected: nobody knows that none were posted
        return []
    recent, ratio = int(m.recent[row]), float(m.ratio[row])
    zh, en = f"近 30 天发布 {recent} 篇", f"{recent} posts in 30 days"
    if recent > TOO_MANY:
        zh, en = f"{zh}，多得不像人手写的", f"{en}, more than anyone writes by hand"
    found = [
        Proof(
            metric="stability.recent", says=Message(zh, en), value=recent, n=int(m.works[row]),
            keys=_works(profile, lambda _: True)[:recent],  # newest first
        )
    ]  # fmt: skip
    if not isnan(ratio):
        n = int(m.adverts[row])
        says = Message(f"{n} 篇推广的互动是其余作品的 {ratio:.2f} 倍",
                       f"{n} paid posts get {ratio:.2f} times the engagement of the others")  # fmt: skip
        keys = _works(profile, lambda work: _counted(work) and work.advert >= PAID)
        found.append(Proof(metric="stability.paid", says=says, value=ratio, n=n, keys=keys))
    return found


_ROWS: dict[PartName, Callable[[Ratings, int, Profile | None], list[Proof]]] = {
    "relevance": _relevance, "tone": _tone, "audience": _audience, "engagement": _engagement,
    "authenticity": _authenticity, "cost": _cost, "stability": _stability,
}  # fmt: skip
