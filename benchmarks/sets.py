"""The open evaluation sets, as rows that the product can be asked, and what is known of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.tables import table
from nlp.scoring import NEGATIVE, NEUTRAL, POSITIVE
from tingfeng import FEELINGS, Kind
from tingfeng.pipeline.labelled_rows import TextRow

SIDES = {"happy": POSITIVE, "neutral": NEUTRAL, "angry": NEGATIVE, "sad": NEGATIVE, "fear": NEGATIVE}  # fmt: skip
"""Surprise takes neither side and is left out."""

ASPECTS = {"negative": NEGATIVE, "neutral": NEUTRAL, "positive": POSITIVE,
           "-1.0": NEGATIVE, "0.0": NEUTRAL, "1.0": POSITIVE}  # fmt: skip

MAIN = ("chnsenticorp test, clean", "nlpcc2014_sc test", "waimai_10k test", "emotions usual test",
        "emotions virus dev")  # fmt: skip
"""Each text in one of them only: slices and curves are of these together."""


PLATFORMS = {
    "chnsenticorp test, clean": "hotels, books and laptops",
    "nlpcc2014_sc test": "product reviews",
    "waimai_10k test": "food delivery",
    "emotions usual test": "Weibo, everyday",
    "emotions virus dev": "Weibo, epidemic",
}
"""Where the texts of :data:`MAIN` were written."""


@dataclass(slots=True, kw_only=True)
class OpenSet:
    """One set."""

    name: str
    kind: Kind
    """What its texts are read as."""

    rows: list[TextRow] = field(default_factory=list)

    def add(self, text: str, label: int) -> None:
        self.rows.append(TextRow(line=len(self.rows), text=text, label=label, kind=self.kind))


def open_sets(data: Path) -> dict[str, OpenSet]:
    """All sets by name. Two-class sets have no neutral row."""
    sets: dict[str, OpenSet] = {}

    def add(name: str, text: str, label: int, kind: Kind) -> None:
        sets.setdefault(name, OpenSet(name=name, kind=kind)).add(text, label)

    for row in table(data, "polarity"):
        if row["role"].startswith("open_eval"):
            kind: Kind = "post" if row["source"].startswith(("smp2020", "weibo")) else "review"
            name = f"{row['source']} {row['role'].removeprefix('open_eval_')}"
            label = POSITIVE if int(row["label"]) else NEGATIVE
            add(name, row["text"], label, kind)
            if row["source"] == "chnsenticorp" and row["open_clean"] == "True":
                add(f"{name}, clean", row["text"], label, kind)
    for row in table(data, "emotion_smp2020"):
        if row["split"] != "train" and row["label"] in SIDES:
            name = f"emotions {row['domain']} {row['split']}"
            add(name, row["text"], SIDES[row["label"]], "post")
    for name, split in (("aspect_aste_reviews", "test"), ("aspect_products", "test"),
                        ("aspect_car_bdci2018", "train")):  # fmt: skip
        labels: dict[str, set[str]] = {}
        for row in table(data, name):
            if row["split"] == split:
                labels.setdefault(row["text"], set()).add(row["label"])
        for text, found in labels.items():
            if len(found) == 1:
                add(f"{name} (texts of one polarity)", text, ASPECTS[found.pop()], "review")
    return dict(sorted(sets.items()))


def emotion_sets(data: Path) -> dict[str, list[TextRow]]:
    """Emotions of SMP2020 outside split train; labels are places in ``FEELINGS``."""
    sets: dict[str, list[TextRow]] = {}
    for row in table(data, "emotion_smp2020"):
        if row["split"] != "train":
            mine = sets.setdefault(f"{row['domain']} {row['split']}", [])
            label = FEELINGS.index(row["label"])  # type: ignore[arg-type]
            mine.append(TextRow(line=len(mine), text=row["text"], label=label, kind="post"))
    return sets


def _matches(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda text: compiled.search(text) is not None


SLICES: Mapping[str, Callable[[str], bool]] = {
    "up to 20 characters": lambda text: len(text) <= 20,
    "21 to 60": lambda text: 20 < len(text) <= 60,
    "61 to 140": lambda text: 60 < len(text) <= 140,
    "longer": lambda text: len(text) > 140,
    "with an emoji": _matches("[\U0001f300-\U0001faff\u2600-\u27bf]"),
    "with a [表情]": _matches(r"\[[^\[\]\s]{1,8}\]"),
    "with a negation": _matches("[不没無无别莫]|未必|并非"),
    "without a negation": lambda text: not _NEGATED(text),
    "a question": _matches("[?？]|吗|怎么|为什么|为啥|如何"),
    "irony cue": _matches(
        r"呵呵|也是醉了|真是醉|可真(?:是|行)|厉害了|真棒棒|谢谢你[啊哦]|好样的|就[这那]|太.了吧"
        r"|\[(?:doge|微笑|二哈|摊手|吃瓜|允悲|笑cry|汗|拜拜|鼓掌)\]|[🙂🙃😅😏🤡]"
    ),
}
"""By surface marks: an irony cue is no irony, but irony seldom comes without one of them."""

_NEGATED = SLICES["with a negation"]
