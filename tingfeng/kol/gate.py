"""What no score makes good: vetoes, work for a competitor, and what a person must look at."""

from __future__ import annotations

from datetime import datetime

import numpy as np

from tingfeng import SHANGHAI, Message
from tingfeng.kol.nouns import Profile, Proof, Risk
from tingfeng.kol.panel import PAID, Flags, Floats, day_of, newest
from tingfeng.kol.target import Target

GRAVEST = 5
"""Severity of a breach of law or public morals (违法失德): a veto for :data:`REMEMBERED` days."""
REMEMBERED = 730
BANS = frozenset({"ban", "封禁", "平台封禁", "封号"})
HALF_LIFE = 180.0
"""Days after which an event weighs half."""
WEIGHT = {1: 0.02, 2: 0.05, 3: 0.15, 4: 0.30, 5: 0.50}
"""What an event of each severity takes on its day (judgement)."""
LOOKED_AT = (3, 4, 5)
"""Severities at which a person must look."""
CLOSE, LATELY = (30, 0.5), (90, 0.8)
"""Days since paid work for a competitor, and what is left of the score."""
MANY_ADS = 0.40
"""Paid share of the newest 30 works from which a person must look."""


def events(profile: Profile, target: Target, *, now: datetime) -> tuple[float, bool]:
    """What is left by what happened and was signed, 0 to 1, and whether a person must look."""
    left, look = 1.0, False
    if not set(profile.snapshot.exclusive).isdisjoint(target.competitors):
        return 0.0, True
    for risk in profile.risks:
        left *= _left(risk, target, now)
        look = look or risk.severity in LOOKED_AT
    return left, look


def damped(rival: Floats) -> Floats:
    """What is left by work for a competitor *rival* days ago; NaN: none."""
    return np.where(rival <= CLOSE[0], CLOSE[1], np.where(rival <= LATELY[0], LATELY[1], 1.0))


def look(undisclosed: Floats, ad_share: Floats) -> Flags:
    """Whether a person must look at how a creator advertises."""
    found: Flags = (undisclosed > 0) | (ad_share > MANY_ADS)
    return found


def says(profile: Profile, target: Target, *, now: datetime) -> tuple[Proof, ...]:
    """Every reason why the gate is not wide open, with what shows it."""
    return (*_signed(profile, target), *_happened(profile, target, now),
                  *_rivals(profile, target, now), *_adverts(profile))  # fmt: skip


def _age(risk: Risk, now: datetime) -> float:
    """Days since; nobody said when: today, to be safe."""
    today = now.astimezone(SHANGHAI).date()
    return 0.0 if risk.on is None else max(0.0, float((today - risk.on).days))


def _left(risk: Risk, target: Target, now: datetime) -> float:
    """What is left by one event."""
    age = _age(risk, now)
    if risk.kind in BANS or risk.kind in target.red_lines:
        return 0.0
    if risk.severity >= GRAVEST and age <= REMEMBERED:
        return 0.0
    fresh: float = 0.5 ** (age / HALF_LIFE)
    return 1 - WEIGHT[min(max(risk.severity, 1), GRAVEST)] * fresh


def _signed(profile: Profile, target: Target) -> list[Proof]:
    bound = sorted(set(profile.snapshot.exclusive) & set(target.competitors))
    if not bound:
        return []
    names = "、".join(bound)
    return [
        Proof(
            metric="gate.exclusive", value=0.0, n=len(bound),
            says=Message(f"与竞品 {names} 有独家合约", f"exclusive contract with {', '.join(bound)}"),
            keys=(_snapshot(profile),),
        )
    ]  # fmt: skip


def _happened(profile: Profile, target: Target, now: datetime) -> list[Proof]:
    found = []
    for risk in profile.risks:
        left, day = _left(risk, target, now), risk.on.isoformat() if risk.on else "?"
        found.append(
            Proof(
                metric="gate.event", value=left, n=1, keys=(risk.proof,) if risk.proof else (),
                says=Message(
                    f"{day} {risk.kind}（{risk.severity} 级），得分乘以 {left:.2f}",
                    f"{day} {risk.kind} (severity {risk.severity}): score times {left:.2f}",
                ),
            )
        )  # fmt: skip
    return found


def _rivals(profile: Profile, target: Target, now: datetime) -> list[Proof]:
    today, names = day_of(now), set(target.competitors)
    paid = [w for w in profile.works if (w.advert >= PAID or w.declared) and names & set(w.brands)]
    if not paid:
        return []
    days = min(today - day_of(work.at) for work in paid)
    left = float(damped(np.array([float(days)]))[0])
    brands = sorted({brand for work in paid for brand in work.brands if brand in names})
    return [
        Proof(
            metric="gate.rival", value=left, n=len(paid), keys=tuple(w.key for w in paid[:5]),
            says=Message(
                f"{days} 天前为竞品 {'、'.join(brands)} 做过推广，得分乘以 {left:.1f}",
                f"advertised the competitor {', '.join(brands)} {days} days ago: "
                f"score times {left:.1f}",
            ),
        )
    ]  # fmt: skip


def _adverts(profile: Profile) -> list[Proof]:
    found = []
    secret = [w for w in profile.works if w.advert >= PAID and w.declared is False]
    if secret:
        found.append(
            Proof(
                metric="gate.undisclosed", value=float(len(secret)), n=len(profile.works),
                keys=tuple(work.key for work in secret[:5]),
                says=Message(
                    f"{len(secret)} 篇像广告而未标明，请人工核对",
                    f"{len(secret)} posts read like adverts and do not say so: please check",
                ),
            )
        )  # fmt: skip
    lately = newest(profile)[:30]
    paid = [w for w in lately if w.advert >= PAID or w.declared]
    if lately and len(paid) / len(lately) > MANY_ADS:
        share = len(paid) / len(lately)
        found.append(
            Proof(
                metric="gate.ad_share", value=share, n=len(lately),
                keys=tuple(work.key for work in paid[:5]),
                says=Message(f"近 {len(lately)} 篇中广告占 {share:.0%}",
                             f"{share:.0%} of the newest {len(lately)} posts are adverts"),
            )
        )  # fmt: skip
    return found


def _snapshot(profile: Profile) -> str:
    """Reference of what a source said."""
    provenance = profile.snapshot.provenance
    return f"{provenance.source}@{provenance.seen_at.astimezone(SHANGHAI):%Y-%m-%d}"


def gate(left: Floats, rival: Floats) -> Floats:
    """What is left of the score: 1 open, 0 vetoed."""
    return left * damped(rival)
