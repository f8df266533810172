"""Real posts of which some mentions are labelled: the reposts whose text stands among the silver
mentions. None is near the gold mentions (README of the data), and none is copied into this project.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.tables import table

OWN = ("三星", "苹果", "蒙牛", "微信")
RIVALS = ("新浪", "移动", "联通", "诺基亚", "百度")
"""Those with most silver mentions of more than one attitude, or of which many are not the brand."""

MAPPING = """[constants]
platform = "weibo"

[columns]
id = "id"
text = "text"
author = "user"
published_at = "time"
"""
ANSWERS = {"neg": "negative", "neu": "neutral", "pos": "positive", "": "not_brand"}
"""What the silver labels are called on the command line; ``mix`` is no answer."""


@dataclass(slots=True, kw_only=True)
class Known:
    """Posts, and what is known of them."""

    rows: list[tuple[str, str, str, str]] = field(default_factory=list)
    """Id, text, user, time. The id is that of the silver mention, with a number for every copy."""

    answers: dict[tuple[str, str], str] = field(default_factory=dict)
    """By key of the post and brand; only where all mentions of the brand have one answer."""

    def write(self, folder: Path) -> None:
        """``posts.csv`` and ``map.toml``, as ``tingfeng import`` takes them."""
        (folder / "map.toml").write_text(MAPPING, encoding="utf-8")
        with (folder / "posts.csv").open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([("id", "text", "user", "time"), *self.rows])


def silver_posts(data: Path) -> Known:
    """All reposts with a silver mention, each time they were posted."""
    labels: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in table(data, "mentions_silver"):
        if row["source"] == "ced_repost":
            labels[row["text"]].append(row)
    known, met = Known(), Counter[str]()
    for row in table(data, "weibo_ced_reposts"):
        mentions = labels.get(row["text"])
        if not mentions:
            continue
        first = mentions[0]["id"]
        met[first] += 1
        id = first if met[first] == 1 else f"{first}-{met[first]}"
        known.rows.append((id, row["text"], row["user"], row["time"]))
        for brand in {one["brand"] for one in mentions}:
            said = {one["stance"] for one in mentions if one["brand"] == brand}
            if len(said) == 1 and (answer := ANSWERS.get(said.pop())):
                known.answers[f"weibo:{id}", brand] = answer
    return known
