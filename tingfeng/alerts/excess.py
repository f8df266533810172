"""Whose the negatives beyond the usual are: by platform, and by how many people an author reaches."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from tingfeng import Document, Message, platform_name
from tingfeng.alerts.share import BIN_SECONDS, Score

Sums = Mapping[str, tuple[int, int]]
"""Voices and negative voices by part."""

TIERS: dict[str, tuple[int, Message]] = {
    "million": (1_000_000, Message("百万粉以上", "a million followers or more")),
    "hundred_thousand": (100_000, Message("10–100万粉", "100,000 to a million")),
    "ten_thousand": (10_000, Message("1–10万粉", "10,000 to 100,000")),
    "small": (0, Message("1万粉以下", "under 10,000")),
    "unknown": (-1, Message("粉丝数未知", "followers unknown")),
}
"""From so many followers on. The same steps as the levels have, and one below."""

LEFT = {
    "copies": Message("重复文案不计", "copies left out"),
    "praise": Message("涌入的正面不计", "praise of a flood left out"),
}
"""What stands beside the tiers where not every voice counts."""

MOST_READ = 50_000
"""Voices of a window at most that are read again for the tiers: some seconds from a file."""


def contributions(sums: Sums, usual: float) -> dict[str, float]:
    """How many negatives each part has beyond its usual; they add up to K - N·usual."""
    return {name: k - n * usual for name, (n, k) in sums.items()}


def rounded(parts: Mapping[str, float], digits: int = 1) -> dict[str, float]:
    """*parts* rounded so that they add up to their rounded sum (largest remainder)."""
    scale = 10**digits
    floors = {name: math.floor(value * scale) for name, value in parts.items()}
    short = round(math.fsum(parts.values()) * scale) - sum(floors.values())
    by_remainder = sorted(parts, key=lambda name: (floors[name] - parts[name] * scale, name))
    for name in by_remainder[:short]:
        floors[name] += 1
    return {name: count / scale for name, count in floors.items()}


def tier(followers: int | None) -> str:
    """Name in :data:`TIERS`."""
    if followers is None:
        return "unknown"
    return next(name for name, (least, _) in TIERS.items() if followers >= least)


def by_tier(documents: Iterable[Document], brand: str) -> dict[str, tuple[int, int]]:
    """Voices of *documents* by tier, counted as everywhere: who says the same thing twice on one
    platform within a quarter of an hour is one voice.
    """
    from tingfeng.alerts.numbers import voice

    voices: dict[tuple[object, ...], tuple[int, bool]] = {}
    for document in documents:
        post = document.post
        if post.published_at is None or document.analysis is None:
            continue
        quarter = int(post.published_at.timestamp() // BIN_SECONDS)
        # Without an author each post is a voice of its own.
        who = voice(document) if post.author else (post.key, "")
        place = (quarter, post.platform, *who)
        fans = post.author.followers if post.author else None
        negative = document.analysis.attitude(brand) == "negative"
        most, against = voices.get(place, (-1, False))
        voices[place] = (max(most, -1 if fans is None else fans), against or negative)
    sums: dict[str, list[int]] = {}
    for fans, negative in voices.values():
        pair = sums.setdefault(tier(None if fans < 0 else fans), [0, 0])
        pair[0] += 1
        pair[1] += negative
    return {name: (sums[name][0], sums[name][1]) for name in TIERS if name in sums}


def completed(
    tiers: Sums, numbers: Score, left: tuple[int, int] = (0, 0)
) -> dict[str, tuple[int, int]]:
    """*tiers* of exactly the voices of *numbers*: what came or changed between two questions to the
    store, and what could not be told apart, is of unknown tier. *left*: voices that do not count, as
    copies (negative ones), and as praise.
    """
    known = {name: pair for name, pair in tiers.items() if name != "unknown"}
    copies, praise = left
    if copies:
        known["copies"] = (-copies, -copies)
    if praise:
        known["praise"] = (-praise, 0)
    n = numbers.mentions - sum(pair[0] for pair in known.values())
    k = numbers.negative - sum(pair[1] for pair in known.values())
    return {**known, "unknown": (n, k)} if n or k or not known else known


def sentences(
    platforms: Sums, tiers: Sums | None, numbers: Score, left: tuple[int, int] = (0, 0)
) -> list[Message]:
    """Both splits. *tiers* ``None``: there are too many voices to read them again."""
    zh = {name: platform_name(name, "zh") for name in platforms}
    said = [_split(platforms, numbers.usual, zh, {name: name for name in platforms})]
    if tiers is None:
        said.append(
            Message(
                f"作者量级：窗口内 {numbers.mentions} 条，多于 {MOST_READ} 条，不再逐条分。",
                f"By reach of authors: {numbers.mentions} voices are more than {MOST_READ}, they are "
                "not told apart.",
            )
        )
        return said
    whole = completed(tiers, numbers, left if tiers else (0, 0))
    names = {name: LEFT[name] if name in LEFT else TIERS[name][1] for name in whole}
    by = _split(
        whole, numbers.usual, {name: one.zh for name, one in names.items()},
        {name: one.en for name, one in names.items()},
    )  # fmt: skip
    said.append(
        Message(
            by.zh.replace("贡献：", "作者量级：", 1),
            by.en.replace("Contributions:", "By reach of authors:", 1),
        )
    )
    return said


def _split(sums: Sums, usual: float, zh: Mapping[str, str], en: Mapping[str, str]) -> Message:
    parts = rounded(contributions(sums, usual))
    total = round(math.fsum(parts.values()), 1)
    told = "，".join(f"{zh[name]} {part:+.1f}" for name, part in parts.items())
    said = ", ".join(f"{en[name]} {part:+.1f}" for name, part in parts.items())
    return Message(
        f"贡献：比平时多 {total:+.1f} 条负面，其中 {told or '无'}。",
        f"Contributions: {total:+.1f} negatives beyond the usual, of which {said or 'none'}.",
    )
