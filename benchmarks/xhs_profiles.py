"""Real creators and their notes as profiles; ids in the file are hashes already."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tingfeng import (
    SHANGHAI,
    Audience,
    Dimension,
    Document,
    Engagement,
    Post,
    Price,
    Provenance,
    Snapshot,
)  # fmt: skip
from tingfeng.kol.corpus import Corpus, Rarity, terms_of
from tingfeng.kol.nouns import Profile, Work
from tingfeng.kol.panel import WORKS
from tingfeng.kol.target import Target
from tingfeng.kol.works import work_of

PLATFORM = "xiaohongshu"
NOW = datetime(2025, 3, 25, tzinfo=SHANGHAI)
BRANDS = {
    "美食": ("咖啡", "奶茶", "甜品", "餐厅", "探店", "美食"),
    "旅行": ("旅行", "酒店", "机票", "景点", "攻略", "自驾"),
    "穿搭": ("穿搭", "裙子", "外套", "显瘦", "时尚", "单品"),
}
"""Made-up brands by their field, as a user without posts of the brand would type them."""
INTERESTS = {"美食": "美食", "旅行": "出行", "穿搭": "时尚"}
"""What the platform calls those fields in its audience cards."""
AGES = {"<18": "粉丝年龄<18", "18-24": "粉丝年龄18-24", "25-34": "粉丝年龄25-34",
        "35-44": "粉丝年龄35-44", ">44": "粉丝年龄>44"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Real:
    """What the bench scores."""

    profiles: list[Profile]
    target: Target
    now: datetime


def real(data: Path, *, works: int = WORKS, field: str = "美食") -> Real:
    """All creators, with their newest *works* of any age: nine of ten would else have under 12."""
    notes: dict[str, list[Document]] = defaultdict(list)
    for row in _rows(data / "xhs_notes.csv.gz"):
        notes[row["user"]].append(_document(row))
    rarity = Rarity.of(terms_of(one) for several in notes.values() for one in several)
    corpus = Corpus.of(rarity, keywords=BRANDS[field])
    profiles = []
    for row in _rows(data / "xhs_creators.csv.gz"):
        mine = sorted(notes[row["user"]], key=lambda one: one.post.published_at or _EPOCH)[::-1]
        read = [work_of(document, corpus=corpus) for document in mine[:works]]
        profiles.append(_profile(row, _seen(row, [work for work in read if work is not None])))
    return Real(profiles, _target(profiles, field), NOW)


def _seen(row: dict[str, str], works: list[Work]) -> list[Work]:
    """*works* with their times moved so that the day when this creator was seen is :data:`NOW`: the
    collector saw each on another day, of three years.
    """
    seen = datetime.fromtimestamp(float(row["last_modify_ts"]) / 1000, UTC)
    shift = NOW - max([seen, *(work.at + timedelta(hours=1) for work in works)])
    return [replace(work, at=work.at + shift, observed_at=NOW) for work in works]


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _rows(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _document(row: dict[str, str]) -> Document:
    at = datetime.strptime(row["time"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=SHANGHAI)
    post = Post(
        platform=PLATFORM, id=row["note_id"], text=row["text"], title=row["title"],
        tags=tuple(filter(None, row["tags"].split(","))), published_at=at, collected_at=NOW,
    )  # fmt: skip
    engagement = Engagement(
        observed_at=NOW, likes=int(row["likes"]), comments=int(row["comments"]),
        reposts=int(row["shares"]), favorites=int(row["collects"]),
    )  # fmt: skip
    return Document(post=post, engagement=engagement, indexed_at=NOW)


def _profile(row: dict[str, str], works: Sequence[Work]) -> Profile:
    seen = datetime.fromtimestamp(float(row["last_modify_ts"]) / 1000, UTC)
    price = _number(row["图文报价(RMB)"])
    snapshot = Snapshot(
        platform=PLATFORM, id=row["user"], name=row["user"],
        provenance=Provenance(
            source="pugongying", seen_at=seen, basis="platform", expires_at=seen + timedelta(36500)
        ),
        followers=int(row["fans"]), following=int(row["follows"]), gained=int(row["interaction"]),
        audience=_audience(row),
        prices=(Price(form="image", amount=price),) if price else (),
    )  # fmt: skip
    return Profile(key=snapshot.key, snapshot=snapshot, works=tuple(works))


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _audience(row: dict[str, str]) -> tuple[Audience, ...]:
    found = []
    women = _number(row["粉丝女性比例"])
    if women is not None:
        share = women / 100
        found.append(Audience(dimension="gender", shares={"female": share, "male": 1 - share}))
    ages = {group: _number(row[column]) for group, column in AGES.items()}
    known = {group: value / 100 for group, value in ages.items() if value is not None}
    if len(known) == len(AGES):
        found.append(Audience(dimension="age", shares=known))
    for name, column in (("interest", "兴趣标签"), ("region", "地域分布")):
        cells = [line.split() for line in row[column].splitlines()]
        shares = {c[1]: float(c[2].rstrip("%")) / 100 for c in cells if len(c) == 3}
        if shares:
            dimension: Dimension = "interest" if name == "interest" else "region"
            found.append(Audience(dimension=dimension, shares=shares))
    return tuple(found)


def _target(profiles: Sequence[Profile], field: str) -> Target:
    """A made-up brand of *field* for women of 18 to 34; its tone is that of the three creators
    that write closest to it.
    """

    def near(profile: Profile) -> float:
        close = sorted((w.closeness or 0.0 for w in profile.works), reverse=True)[:10]
        return sum(close) / max(len(close), 1)

    liked = sorted(profiles, key=near)[-3:]
    tones = [work.tone for one in liked for work in one.works if work.tone]
    tone = tuple(sum(column) / len(tones) for column in zip(*tones, strict=True))
    return Target(
        brand="云雀", categories=(field,), keywords=BRANDS[field], tone=tone,
        audience={
            "gender": {"female": 0.8, "male": 0.2},
            "age": {"18-24": 0.4, "25-34": 0.5, "35-44": 0.1},
            "interest": dict.fromkeys(("美食", "出行", "时尚"), 0.2) | {INTERESTS[field]: 0.6},
        },
    )  # fmt: skip
