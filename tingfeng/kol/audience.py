"""Whom a creator reaches: the platform's card where there is one, else who answers, marked inferred.

Who answers tells one thing only: the province that platforms show beside a comment (IP 属地). Gender,
age, city and interests of ordinary people are not guessed from what they write.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from tingfeng import Audience, Dimension, Message
from tingfeng.kol.lexicon import shipped
from tingfeng.kol.nouns import Proof

SHRINKAGE = 200
"""People who answer at which what they show weighs as much as what is usual on the platform."""

FEWEST = 20
"""Commenters with a place below which nothing is inferred: the usual would be shown as theirs."""

GROUPS = 5
"""Groups shown per dimension."""

_ENDINGS = ("壮族自治区", "维吾尔自治区", "回族自治区", "自治区", "特别行政区", "省", "市")


def region(place: str) -> str:
    """A place as platforms write it, in one form: ``广东省``, ``IP属地：广东`` → ``广东``."""
    name = place.replace("IP属地", "").replace("发布于", "").strip(" :：")
    first = name.split()[0] if name.split() else ""
    for ending in _ENDINGS:
        if len(first) > len(ending) + 1 and first.endswith(ending):
            return first.removesuffix(ending)
    return first


@cache
def residents() -> Mapping[str, float]:
    """Shares of the provinces in the census of 2020: what is usual where no posts tell better."""
    counts = shipped("regions")["residents"]
    total = sum(counts.values())
    return {name: n / total for name, n in counts.items()}


def usual(places: Iterable[str], least: int = 1000) -> Mapping[str, float]:
    """What is usual on a platform: shares of the places of its stored posts, one a voice.

    With fewer than *least* of them, the census.
    """
    counts = Counter(filter(None, map(region, places)))
    total = sum(counts.values())
    return {name: n / total for name, n in counts.items()} if total >= least else residents()


def inferred(places: Iterable[str], platform: Mapping[str, float] | None = None) -> Audience | None:
    """Where those who answer are, drawn to what is usual: ``(c + 200 · usual) / (n + 200)``.

    *places*: one of each distinct commenter who has one, copies and the creator left out by the
    caller. *platform*: shares from :func:`usual`. ``None`` under :data:`FEWEST` of them.
    """
    counts = Counter(filter(None, map(region, places)))
    n = sum(counts.values())
    if n < FEWEST:
        return None
    prior = residents() if platform is None else platform
    shares = {
        name: (counts[name] + SHRINKAGE * prior.get(name, 0.0)) / (n + SHRINKAGE)
        for name in sorted({*counts, *prior})
    }
    return Audience(dimension="region", shares=shares, told="inferred", n=n)


def audience_of(
    card: Sequence[Audience],
    places: Iterable[str] = (),
    platform: Mapping[str, float] | None = None,
) -> tuple[Audience, ...]:
    """All that is known: the *card*, and the region of those who answer where the card has none."""
    if any(one.dimension == "region" for one in card):
        return tuple(card)
    guess = inferred(places, platform)
    return (*card, guess) if guess else tuple(card)


def bhattacharyya(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """How two splits overlap: ``Σ √(p·q)``, 0 to 1. A group that only one of them has adds nothing."""
    return min(1.0, sum(math.sqrt(p * other[group]) for group, p in one.items() if group in other))


def precise_share(
    audience: Sequence[Audience], wanted: Mapping[Dimension, Iterable[str]]
) -> float | None:
    """精准粉丝占比: share of the audience in all *wanted* groups, dimensions taken as independent.

    ``None``: a dimension asked for is not known, or nothing is asked.
    """
    known = {one.dimension: one.shares for one in audience}
    if not wanted or not set(wanted) <= set(known):
        return None
    return math.prod(
        min(1.0, sum(known[dimension].get(group, 0.0) for group in set(groups)))
        for dimension, groups in wanted.items()
    )


def tgi(audience: Audience, platform: Mapping[str, float]) -> dict[str, float]:
    """目标群体指数: 100 times the share over the platform's; 100 is usual. Groups the platform's
    split lacks are left out.
    """
    return {
        group: 100 * share / platform[group]
        for group, share in audience.shares.items()
        if platform.get(group)
    }


_NAMES: Mapping[Dimension, Message] = {
    "gender": Message("性别", "gender"), "age": Message("年龄", "age"),
    "city_tier": Message("城市级别", "city tier"), "region": Message("地域", "region"),
    "interest": Message("兴趣", "interest"),
}  # fmt: skip


def proofs(
    audience: Sequence[Audience],
    usual_shares: Mapping[Dimension, Mapping[str, float]] | None = None,
) -> tuple[Proof, ...]:
    """A line per dimension: the largest groups, their TGI where the usual is known, and who says so."""
    told = {
        "platform": Message("平台后台", "platform's card"), "typed": Message("人工填写", "typed"),
        "inferred": Message("由评论者属地推断", "inferred from where commenters are"),
    }  # fmt: skip
    lines = []
    for one in audience:
        index = tgi(one, (usual_shares or {}).get(one.dimension, {}))
        largest = sorted(one.shares.items(), key=lambda row: (-row[1], row[0]))[:GROUPS]
        words = [
            f"{group} {share:.0%}" + (f" (TGI {index[group]:.0f})" if group in index else "")
            for group, share in largest
        ]
        name, by = _NAMES[one.dimension], told[one.told]
        lines.append(
            Proof(
                metric=f"audience.{one.dimension}", value=largest[0][1] if largest else None,
                n=one.n or 0,
                says=Message(f"{name.zh}：{'，'.join(words)}（{by.zh}）",
                             f"{name.en}: {', '.join(words)} ({by.en})"),
            )
        )  # fmt: skip
    return tuple(lines)
