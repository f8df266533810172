"""How vendors write who follows a creator: columns of one group each, and cells with all of them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from crawlers.creators.values import share, text
from tingfeng import Dimension

AGES: tuple[tuple[str, int, int], ...] = (
    ("<18", 0, 17), ("18-24", 18, 24), ("25-34", 25, 34), ("35-44", 35, 44), (">44", 45, 64),
)  # fmt: skip
"""Our groups by first and last year; a vendor's open end is taken to reach to 64."""

TIERS = {
    "一线": "1", "新一线": "new1", "准一线": "new1", "二线": "2", "三线": "3", "四线": "4", "五线": "5",
}  # fmt: skip
GENDERS = {
    "女": "female",
    "男": "male",
    "female": "female",
    "male": "male",
    "f": "female",
    "m": "male",
}

SLACK = 1.05
"""Rounded shares may sum to a little more than the whole; beyond this they are something else."""

_BETWEEN = re.compile(r"\s*(\d{1,2})\s*(?:岁)?\s*[-~至到]\s*(\d{1,2})\s*(?:岁)?\s*")
_UP_TO = re.compile(
    r"\s*(?:<|≤|<=|小于)\s*(\d{1,2})\s*(?:岁)?\s*|\s*(\d{1,2})\s*(?:岁)?\s*(?:及)?以下\s*"
)
_FROM = re.compile(
    r"\s*(?:>|≥|>=|大于)\s*(\d{1,2})\s*(?:岁)?\s*|\s*(\d{1,2})\s*(?:岁)?\s*(?:\+|(?:及)?以上)\s*"
)


def years(label: str) -> tuple[int, int] | None:
    """First and last year that a label of an age group means."""
    if match := _BETWEEN.fullmatch(label):
        first, last = int(match[1]), int(match[2])
        return (first, last) if first <= last else None
    if match := _UP_TO.fullmatch(label):
        year = int(match[1] or match[2])
        return 0, year if "≤" in label or "及以下" in label else year - 1
    if match := _FROM.fullmatch(label):
        year = int(match[1] or match[2])
        return (year + 1 if ">" in label and "=" not in label else year), AGES[-1][2]
    return None


def age_column(column: str) -> str | None:
    """The label in the name of a column for one age group: ``粉丝年龄18-24``, ``18-23岁占比``."""
    name = re.sub(r"\s", "", column)
    match = re.search(
        r"(?:年龄|岁)?(?:[(_]?)((?:<|≤|>|≥|<=|>=)\d{1,2}|\d{1,2}[-~至到]\d{1,2}|\d{1,2}岁?(?:及?以下|及?以上|\+))"
        r"(?:岁)?",
        name,
    )
    if not match or not re.search(r"年龄|岁|age", name, re.IGNORECASE):
        return None
    return match[1] if years(match[1]) else None


def grouped(dimension: Dimension, said: Mapping[str, float]) -> dict[str, float]:
    """Shares by our groups. Ages of other bands are split by years, as if each year had as many."""
    found: dict[str, float] = defaultdict(float)
    for label, part in said.items():
        for name, weight in _groups(dimension, label):
            found[name] += part * weight
    return dict(found)


def _groups(dimension: Dimension, label: str) -> list[tuple[str, float]]:
    if dimension == "age":
        span = years(label)
        return [] if span is None else _split(*span)
    if dimension == "gender":
        low = label.strip().lower()
        named = GENDERS.get(low) or GENDERS.get(low[:1])
        return [(named, 1.0)] if named else []
    if dimension == "city_tier":
        named = TIERS.get(label.strip().removesuffix("城市").removesuffix("及以下"))
        return [(named, 1.0)] if named else []
    return [(label.strip(), 1.0)]


def _split(first: int, last: int) -> list[tuple[str, float]]:
    if first == 0:
        return [("<18", 1.0)] if last <= 17 else _split_from(13, last)  # nobody joins before 13
    return _split_from(first, last)


def _split_from(first: int, last: int) -> list[tuple[str, float]]:
    whole = last - first + 1
    parts = [
        (name, max(0, min(last, end) - max(first, start) + 1) / whole) for name, start, end in AGES
    ]
    return [(name, part) for name, part in parts if part]


def whole(shares: Mapping[str, float]) -> dict[str, float] | None:
    """*shares* that can be of one audience, rounding mended; ``None``: they cannot."""
    total = sum(shares.values())
    if total > SLACK or not shares or total == 0:
        return None
    return {name: round(part / max(total, 1.0), 6) for name, part in shares.items()}


_ITEM = re.compile(
    r"^(?P<name>.*?)[\s：:=(（]*(?P<share>\d+(?:\.\d+)?)\s*(?P<sign>%?)\s*[)）]?\s*$"
)
_RANK = re.compile(r"^\s*\d{1,2}[.、)\s]+(?=\D)")
_BREAK = re.compile(r"[\n;；,，、|]+")


def cell(raw: Any) -> dict[str, float]:
    """Shares by label in one cell: a line or part for each, ``广东 8.56%``, perhaps numbered; or an
    object. Without per cent signs they are per cent if they sum to more than 1.
    """
    if isinstance(raw, dict):
        pairs = [(str(name), text(part)) for name, part in raw.items()]
    else:
        pairs = []
        for item in _BREAK.split(str(raw) if text(raw) else ""):
            match = _ITEM.match(item)
            if match and (name := _RANK.sub("", match["name"]).strip()):
                pairs.append((name, match["share"] + match["sign"]))
    numbers = {name: share(part, hundreds=False) for name, part in pairs if part.endswith("%")}
    plain = {name: float(part) for name, part in pairs if re.fullmatch(r"\d+(?:\.\d+)?", part)}
    scale = 100 if sum(plain.values()) > SLACK else 1
    numbers |= {name: part / scale for name, part in plain.items()}
    return {name: part for name, part in numbers.items() if part is not None and part <= 1}
