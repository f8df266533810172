"""Whom a creator worked for, and how it advertises: every line with the posts that show it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tingfeng import SHANGHAI, Label, Message
from tingfeng.kol.nouns import Proof, Risk, Work

PAID = 0.5
"""Probability from which a post counts as an advert."""

NEWEST = 30
"""Posts over which the share of adverts is taken."""

SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Dealings:
    """What a creator wrote of one brand."""

    brand: str
    declared: int
    """Posts that say that they are paid for: 报备 or marked."""

    likely: int
    """Posts that look paid for and do not say so: 疑似."""

    organic: int
    """The rest: 自发."""

    stances: tuple[tuple[Label, int], ...]
    """Attitude of the organic posts, the most frequent first: paid praise says nothing."""

    first: datetime
    last: datetime
    last_paid: datetime | None
    keys: tuple[str, ...]
    """Paid ones first, then the newest."""

    @property
    def paid(self) -> int:
        """Declared and likely."""
        return self.declared + self.likely


def is_paid(work: Work) -> bool:
    """Whether a post counts as an advert, said or not."""
    return work.declared is True or work.advert >= PAID


def is_undisclosed(work: Work) -> bool:
    """Whether it looks paid for and the text does not say so. A mark that the platform shows beside
    the text is not in the text: a person has to look before anyone is told.
    """
    return work.declared is False and work.advert >= PAID


def dealings(works: Iterable[Work]) -> tuple[Dealings, ...]:
    """Per brand, those with most paid posts first."""
    by: dict[str, list[Work]] = defaultdict(list)
    for work in works:
        for brand in work.brands:
            by[brand].append(work)
    found = [_dealings(brand, some) for brand, some in by.items()]
    return tuple(sorted(found, key=lambda one: (-one.paid, -one.organic, one.brand)))


def _dealings(brand: str, works: Sequence[Work]) -> Dealings:
    newest = sorted(works, key=lambda work: (not is_paid(work), -work.at.timestamp(), work.key))
    paid = [work for work in works if is_paid(work)]
    stances: Counter[Label] = Counter(
        _label(work.brands[brand]) for work in works if not is_paid(work)
    )
    return Dealings(
        brand=brand,
        declared=sum(work.declared is True for work in works),
        likely=sum(work.declared is not True for work in paid),
        organic=len(works) - len(paid),
        stances=tuple(sorted(stances.items(), key=lambda row: (-row[1], row[0]))),
        first=min(work.at for work in works),
        last=max(work.at for work in works),
        last_paid=max((work.at for work in paid), default=None),
        keys=tuple(work.key for work in newest[:SHOWN]),
    )


def _label(said: str) -> Label:
    labels: dict[str, Label] = {
        "negative": "negative", "neutral": "neutral", "positive": "positive",
    }  # fmt: skip
    return labels.get(said, "uncertain")


def proofs(
    works: Sequence[Work], *, brand: str, competitors: Sequence[str] = (),
    exclusive: Sequence[str] = (), risks: Sequence[Risk] = (), now: datetime,
) -> tuple[Proof, ...]:  # fmt: skip
    """All that is known of a creator's work for brands, for people to read; :mod:`tingfeng.kol.gate`
    says what it does to the score.
    """
    known = dealings(works)
    lines = [_line(one, now, own=one.brand == brand) for one in known if one.brand == brand]
    rivals = set(competitors)
    lines += [_line(one, now, rival=True) for one in known if one.brand in rivals]
    lines += [_line(one, now) for one in known if one.paid and one.brand not in {brand, *rivals}]
    lines += [
        Proof(
            metric="brandwork.exclusive", value=1.0, n=1,
            says=Message(f"独家合约：{name}", f"exclusive contract: {name}"),
        )
        for name in exclusive
    ]  # fmt: skip
    return (*lines, *_advertising(works), *(_event(risk) for risk in risks))


def _line(one: Dealings, now: datetime, *, own: bool = False, rival: bool = False) -> Proof:
    whose = Message("本品牌", "this brand") if own else Message("竞品", "competitor") if rival else Message("其他品牌", "other brand")  # fmt: skip
    zh = f"{whose.zh} {one.brand}：标明广告 {one.declared} 篇，疑似 {one.likely} 篇，自发 {one.organic} 篇"
    en = (
        f"{whose.en} {one.brand}: {one.declared} declared adverts, {one.likely} likely, "
        f"{one.organic} of its own accord"
    )
    if one.last_paid is not None:
        days = (now.astimezone(SHANGHAI).date() - one.last_paid.astimezone(SHANGHAI).date()).days
        zh += f"，最近一次推广在 {days} 天前"
        en += f", the last advert {days} days ago"
    if one.stances:
        words = {"negative": "负面", "neutral": "中性", "positive": "正面", "uncertain": "不确定"}
        zh += "；自发内容态度 " + "、".join(f"{words[label]} {n}" for label, n in one.stances)
        en += "; attitude unpaid " + ", ".join(f"{label} {n}" for label, n in one.stances)
    name = "own" if own else "rival" if rival else "other"
    return Proof(
        metric=f"brandwork.{name}", value=float(one.paid), n=one.paid + one.organic,
        says=Message(zh, en), keys=one.keys,
    )  # fmt: skip


def _advertising(works: Sequence[Work]) -> list[Proof]:
    newest = sorted(works, key=lambda work: (-work.at.timestamp(), work.key))[:NEWEST]
    lines = []
    if newest:
        paid = [work for work in newest if is_paid(work)]
        share = len(paid) / len(newest)
        lines.append(
            Proof(
                metric="brandwork.ad_share", value=share, n=len(newest),
                keys=tuple(work.key for work in paid[:SHOWN]),
                says=Message(f"近 {len(newest)} 篇中推广 {len(paid)} 篇（{share:.0%}）",
                             f"{len(paid)} of the newest {len(newest)} posts are adverts ({share:.0%})"),
            )
        )  # fmt: skip
    silent = [work for work in works if is_undisclosed(work)]
    if silent:
        lines.append(
            Proof(
                metric="brandwork.undisclosed", value=float(len(silent)), n=len(works),
                keys=tuple(work.key for work in silent[:SHOWN]),
                says=Message(
                    f"{len(silent)} 篇像推广而文中未标明（平台另标的看不到，请人工核对）",
                    f"{len(silent)} posts look like adverts and the text does not say so (marks that the "
                    "platform shows elsewhere are not seen: please check)",
                ),
            )
        )  # fmt: skip
    return lines


def _event(risk: Risk) -> Proof:
    day = risk.on.isoformat() if risk.on else "?"
    return Proof(
        metric="brandwork.risk", value=float(risk.severity), n=1,
        keys=(risk.proof,) if risk.proof else (),
        says=Message(f"{day} {risk.kind}（{risk.severity} 级）",
                     f"{day} {risk.kind} (severity {risk.severity})"),
    )  # fmt: skip
