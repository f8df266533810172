"""What changed of a creator since the last look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from tingfeng import SHANGHAI, Message
from tingfeng.kol.authenticity import SIGNALS, band
from tingfeng.kol.card import VERDICTS
from tingfeng.kol.nouns import Profile, Score
from tingfeng.kol.panel import PAID

POINTS = 3.0
"""Change of a score that is worth saying: below it, one more post does it."""

SHARE = 0.10
"""Relative change of followers or price that is worth saying."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was seen of one creator; plain values, to be kept as JSON."""

    name: str
    value: float | None
    """``None``: data were not enough."""

    verdict: str
    bands: Mapping[str, str]
    """By signal: 低, 中 or 高."""

    followers: int | None
    price: float | None
    rivals: tuple[str, ...]
    """Keys of paid posts for competitors, newest first."""

    newest: str | None
    """Key of the newest post."""

    seen_on: str
    """Day of the newest snapshot."""

    expires_on: str

    @classmethod
    def of(cls, score: Score, profile: Profile, rivals: frozenset[str]) -> Seen:
        """At this look."""
        said = profile.snapshot.provenance
        return cls(
            name=score.name, value=round(score.value, 2) if score.told else None, verdict=score.verdict,
            bands={name: band(risk).zh for name, risk in sorted(score.risk.items())},
            followers=score.followers, price=score.price,
            rivals=tuple(
                work.key for work in profile.works if work.advert >= PAID and rivals & set(work.brands)
            ),
            newest=profile.works[0].key if profile.works else None,
            seen_on=f"{said.seen_at.astimezone(SHANGHAI):%Y-%m-%d}",
            expires_on=f"{said.expires_at.astimezone(SHANGHAI):%Y-%m-%d}",
        )  # fmt: skip

    def plain(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self) | {"rivals": list(self.rivals)}

    @classmethod
    def of_plain(cls, plain: Mapping[str, Any]) -> Seen:
        """From :meth:`plain`."""
        return cls(**{**plain, "rivals": tuple(plain["rivals"])})


def changes(before: Seen | None, now: Seen, *, today: date, days: int) -> tuple[Message, ...]:
    """What to tell of one creator; what expires is told at every look, everything else once."""
    found = (
        [] if before is None else [*_score(before, now), *_risks(before, now), *_facts(before, now)]
    )
    if before is None:
        verdict = VERDICTS[now.verdict]
        zh, en = ("", "") if now.value is None else (f"{now.value:.1f} 分，", f"{now.value:.1f}, ")
        found.append(
            Message(f"开始关注：{zh}{verdict.zh}", f"followed from now on: {en}{verdict.en}")
        )
    expires = date.fromisoformat(now.expires_on)
    if expires - today <= timedelta(days=days):
        found.append(
            Message(
                f"资料 {expires} 到期：请导入新的", f"data expire on {expires}: import newer ones"
            )
        )
    return tuple(found)


def _score(before: Seen, now: Seen) -> list[Message]:
    found = []
    if before.verdict != now.verdict:
        old, new = VERDICTS[before.verdict], VERDICTS[now.verdict]
        found.append(Message(f"结论从{old.zh}变为{new.zh}", f"from “{old.en}” to “{new.en}”"))
    if (
        before.value is not None
        and now.value is not None
        and abs(now.value - before.value) >= POINTS
    ):
        moved = f"{before.value:.1f} → {now.value:.1f}"
        found.append(Message(f"得分 {moved}", f"score {moved}"))
    return found


def _risks(before: Seen, now: Seen) -> list[Message]:
    found = [
        Message(
            f"{SIGNALS[name].name.zh}：风险从{before.bands.get(name, '未知')}到{level}",
            f"{SIGNALS[name].name.en}: risk from {_EN[before.bands.get(name, '未知')]} to {_EN[level]}",
        )
        for name, level in now.bands.items()
        if name in SIGNALS and before.bands.get(name, "低") != level
    ]
    if fresh := [key for key in now.rivals if key not in before.rivals]:
        keys = " ".join(fresh[:5])
        found.append(
            Message(f"新的竞品合作内容：{keys}", f"new paid posts for a competitor: {keys}")
        )
    return found


_EN = {"低": "low", "中": "medium", "高": "high", "未知": "not known"}


def _facts(before: Seen, now: Seen) -> list[Message]:
    found = []
    for zh, en, old, new in (
        ("粉丝", "followers", before.followers, now.followers), ("报价", "price", before.price, now.price),
    ):  # fmt: skip
        if old and new and abs(new / old - 1) >= SHARE:
            moved = f"{old:,.0f} → {new:,.0f}"
            found.append(Message(f"{zh} {moved}", f"{en} {moved}"))
    if before.seen_on != now.seen_on:
        found.append(Message(f"新的资料（{now.seen_on}）", f"newer data ({now.seen_on})"))
    if now.newest and before.newest != now.newest:
        found.append(Message(f"有新作品，最新 {now.newest}", f"new posts, the newest {now.newest}"))
    return found


__all__ = ["Seen", "changes"]
