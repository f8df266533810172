"""One creator on one page: a self-contained HTML card, nothing loaded from anywhere, no scripts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, isnan
from typing import TYPE_CHECKING

from tingfeng import SHANGHAI, Lang, Message, platform_name
from tingfeng.kol import drawing
from tingfeng.kol.authenticity import SIGNALS, band
from tingfeng.kol.explain import NAMES, Explanation
from tingfeng.kol.groups import group_name
from tingfeng.kol.nouns import Part, Profile, Score
from tingfeng.kol.tiers import tier_name

if TYPE_CHECKING:
    from tingfeng.kol.curves import Curves
    from tingfeng.kol.scoring import Ratings

VERDICTS = {
    "fit": Message("可合作", "may be worked with"),
    "review": Message("需人工复核", "a person must look"),
    "vetoed": Message("淘汰", "vetoed"),
    "not enough data": Message("数据不足", "not enough data"),
}
BASES = {
    "platform": Message("平台或数据商授权导出", "authorised export"),
    "kit": Message("刊例", "media kit"), "contract": Message("合同", "contract"),
    "consent": Message("书面同意", "consent in writing"),
    "public": Message("合理范围内的公开信息", "public, within reason"),
}  # fmt: skip
_CHANNELS = {
    "comments": Message("评论", "comments"), "saves": Message("收藏", "saves"),
    "shares": Message("分享", "shares"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing, safe to be put into a page as it is."""

    title: Message
    svg: str


def card(
    explained: Explanation,
    ratings: Ratings,
    row: int,
    profile: Profile,
    curves: Curves,
    *,
    lang: Lang,
) -> str:
    """The page of the creator in *row* of *ratings*."""
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=PackageLoader("tingfeng.kol"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    score = explained.score
    return environment.get_template("card.html.j2").render(
        lang=lang,
        t=lambda zh, en: zh if lang == "zh" else en,
        into=lambda message: message.into(lang),
        platform=platform_name(profile.snapshot.platform, lang),
        tier=lambda tier: tier_name(tier).into(lang),
        verdict=VERDICTS[score.verdict],
        basis=BASES[profile.snapshot.provenance.basis],
        expires=profile.snapshot.provenance.expires_at.astimezone(SHANGHAI).date(),
        seen=profile.snapshot.provenance.seen_at.astimezone(SHANGHAI).date(),
        explained=explained, score=score, profile=profile,
        parts=[(part, NAMES[part.name], Markup(_interval(part, ratings, lang))) for part in score.parts],  # noqa: S704 -- drawing escapes
        risks=_risks(score),
        charts=[
            (chart.title, Markup(chart.svg))  # noqa: S704 -- drawing escapes
            for chart in charts(ratings, row, profile, curves, lang)
        ],
    )  # fmt: skip


def charts(
    ratings: Ratings, row: int, profile: Profile, curves: Curves, lang: Lang
) -> tuple[Chart, ...]:
    """Followers, engagement against the reference, audience; those of which something is known."""
    title = Message("粉丝数", "followers")
    found = [Chart(title, drawing.series(profile.followers, title.into(lang)))]
    found += _engagement(ratings, row, curves, lang)
    found += _audience(ratings, profile, lang)
    return tuple(chart for chart in found if chart.svg)


def _interval(part: Part, ratings: Ratings, lang: Lang) -> str:
    from tingfeng.kol.nouns import PARTS

    median = float(ratings.medians[PARTS.index(part.name)])
    said = f"{NAMES[part.name].into(lang)} {part.value:.2f} [{part.low:.2f}–{part.high:.2f}]"
    return drawing.interval(part.value, part.low, part.high, median, said)


def _risks(score: Score) -> list[tuple[Message, Message, Message]]:
    """Signal, band and innocent explanation, the highest first; nothing of a signal at 0."""
    signals = sorted(score.risk.items(), key=lambda pair: (-pair[1], pair[0]))
    return [
        (SIGNALS[name].name, band(risk), SIGNALS[name].innocent)
        for name, risk in signals
        if risk > 0 and name in SIGNALS
    ]


def _engagement(ratings: Ratings, row: int, curves: Curves, lang: Lang) -> list[Chart]:
    """One chart a channel: where the creator stands against accounts of its size."""
    followers = float(ratings.measures.followers[row])
    answered = ratings.found.engagement
    found = []
    for name, said in _CHANNELS.items():
        own, usual = float(answered.own[name][row]), float(answered.usual[name][row])
        sigma = float(answered.scatter[name][row])
        if isnan(own) or isnan(usual) or not followers > 0:
            continue
        curve = curves.find(ratings.measures.platforms[row], ratings.measures.categories[row], name)
        beta = curve.beta if curve else 0.0
        from math import log

        words = Message(
            f"每篇{said.zh} {exp(own) - 0.5:,.1f}，同量级常见 {exp(usual) - 0.5:,.1f}",
            f"{exp(own) - 0.5:,.1f} {said.en} a post, {exp(usual) - 0.5:,.1f} are usual for its size",
        )
        alpha = usual - beta * log(followers)
        svg = drawing.against(followers, own, alpha, beta, sigma, said.into(lang), words.into(lang))
        found.append(
            Chart(Message(f"{said.zh}与参照曲线", f"{said.en} and the reference curve"), svg)
        )
    return found


def _audience(ratings: Ratings, profile: Profile, lang: Lang) -> list[Chart]:
    from tingfeng.kol.evidence import DIMENSION
    from tingfeng.kol.reach import best

    found = []
    for dimension, name in DIMENSION.items():
        told = best(profile.snapshot.audience, dimension)  # type: ignore[arg-type]
        if told is None or not told.shares:
            continue
        wanted = ratings.target.audience.get(told.dimension, {})
        rows = [
            (group_name(group).into(lang), share, wanted.get(group) if wanted else None)
            for group, share in sorted(told.shares.items(), key=lambda pair: -pair[1])[:8]
        ]
        told_by = Message("推断", "inferred") if told.told == "inferred" else None
        said = Message(f"受众：{name.zh}", f"audience: {name.en}")
        if told_by:
            said = Message(f"{said.zh}（{told_by.zh}）", f"{said.en} ({told_by.en})")
        found.append(Chart(said, drawing.groups(rows, said.into(lang))))
    return found


def joined(messages: Sequence[Message], lang: Lang) -> str:
    """Sentences in a row."""
    return ("；" if lang == "zh" else "; ").join(message.into(lang) for message in messages)


__all__ = ["BASES", "VERDICTS", "card", "charts", "joined"]
