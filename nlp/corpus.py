"""Which labelled texts the shipped model learns from, and which it must not see."""

from __future__ import annotations

import csv
import gzip
import hashlib
import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from tingfeng import ModelError, fold

log = logging.getLogger(__name__)

NEGATIVE, NEUTRAL, POSITIVE = range(3)

GRAM = 12
"""Characters. Two texts that share half of their 12-grams are one text, edited."""

EMOTIONS = {
    "happy": POSITIVE, "neutral": NEUTRAL, "angry": NEGATIVE, "sad": NEGATIVE, "fear": NEGATIVE,
}  # fmt: skip
"""Surprise is left out: it is glad and dismayed in equal parts."""

REVIEWS = frozenset(
    {
        "online_shopping_10_cats",
        "chnsenticorp",
        "chnsenticorp_htl",
        "waimai_10k",
        "nlpcc2014_sc",
        "aste",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One labelled text."""

    text: str
    label: int
    """0 negative, 1 neutral, 2 positive."""

    source: str
    weight: float = 1.0

    @property
    def review(self) -> bool:
        """Written about a product that was bought, not into the stream."""
        return self.source in REVIEWS


def table(data: Path, name: str) -> Iterator[dict[str, str]]:
    """Rows of ``name.csv.gz`` in the folder *data*; :class:`~tingfeng.ModelError` if it is missing."""
    path = data / f"{name}.csv.gz"
    try:
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)
    except OSError as error:
        raise ModelError(
            f"无法读取训练数据 {path}：{error}", f"cannot read training data {path}: {error}"
        ) from error


def _labelled(data: Path) -> Iterator[Row]:
    for row in table(data, "polarity"):
        # Weibo's polarity rows from SMP2020 come back below with their neutral neighbours.
        if row["role"].startswith("train") and not row["source"].startswith("smp2020"):
            label = POSITIVE if row["label"] == "1" else NEGATIVE
            yield Row(text=row["text"], label=label, source=row["source"])
    for row in table(data, "emotion_smp2020"):
        if row["split"] == "train" and row["label"] in EMOTIONS:
            source = f"smp2020_{row['domain']}"
            yield Row(text=row["text"], label=EMOTIONS[row["label"]], source=source)
    yield from _silver(data)
    yield from _sentences(data)
    yield from phrases()


def _silver(data: Path) -> Iterator[Row]:
    """Posts all of whose brand mentions were read alike: talk about products as it is, two thirds
    of which takes no side. The other sets do not know such talk.
    """
    names = {"neg": NEGATIVE, "neu": NEUTRAL, "pos": POSITIVE}
    stances: dict[str, set[str]] = {}
    for row in table(data, "mentions_silver"):
        if row["is_brand"] == "1":
            stances.setdefault(row["text"], set()).add(row["stance"])
    for text, found in stances.items():
        if len(found) == 1 and (stance := found.pop()) in names:
            yield Row(text=text, label=names[stance], source="mentions_silver")


def _sentences(data: Path) -> Iterator[Row]:
    """Sentences of restaurant reviews whose every opinion has one polarity: short praise and
    blame. Two of praise to one of blame, as the other reviews have it, not eight.
    """
    names = {"positive": POSITIVE, "negative": NEGATIVE}
    found: dict[str, set[str]] = {}
    for row in table(data, "aspect_aste_reviews"):
        if row["split"] == "train":
            found.setdefault(row["text"], set()).add(row["label"])
    alike = [(text, labels.pop()) for text, labels in found.items() if len(labels) == 1]
    spare = 2 * sum(label == "negative" for _, label in alike)
    for text, label in alike:
        spare -= label == "positive"
        if label == "negative" or (label == "positive" and spare >= 0):
            # Half: they are half as long as the sentences that the model is used on.
            yield Row(text=text, label=names[label], source="aste", weight=0.5)


def phrases() -> Iterator[Row]:
    """Sentences written for this project: the turns of speech that the corpora lack."""
    text = files("nlp").joinpath("data/phrases.csv").read_text(encoding="utf-8")
    names = {"negative": NEGATIVE, "neutral": NEUTRAL, "positive": POSITIVE}
    for row in csv.DictReader(text.splitlines()):
        # Ten: each stands for a pattern, not for one post, among 150,000 rows.
        yield Row(text=row["text"], label=names[row["label"]], source="phrases", weight=10.0)


def evaluation_texts(data: Path) -> Iterator[str]:
    """Every text that some open evaluation is scored on."""
    for row in table(data, "polarity"):
        if row["role"].startswith("open_eval"):
            yield row["text"]
    for name, splits in (
        ("emotion_smp2020", {"dev", "test"}),
        ("aspect_products", {"train", "test"}),
        ("aspect_aste_reviews", {"dev", "test"}),
        ("aspect_car_bdci2018", {"train"}),
    ):
        yield from (row["text"] for row in table(data, name) if row["split"] in splits)
    yield from (row["text"] for row in table(data, "gold_mentions_open"))
    yield from (row["context"] for row in table(data, "ambiguous_brands_weak"))


def _grams(text: str) -> set[int]:
    flat = "".join(filter(str.isalnum, fold(text)))
    return (
        {hash(flat[i : i + GRAM]) for i in range(max(1, len(flat) - GRAM + 1))} if flat else set()
    )


class Leaks:
    """Recognises texts that share half of their 12-grams with an evaluation text."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._owners: dict[int, list[int]] = {}
        self._sizes: list[int] = []
        for number, text in enumerate(dict.fromkeys(texts)):
            grams = _grams(text)
            self._sizes.append(len(grams))
            for gram in grams:
                self._owners.setdefault(gram, []).append(number)

    def __contains__(self, text: Any) -> bool:
        """Half of its grams stand in evaluation texts, or half of one of those stands in it."""
        grams = _grams(text)
        shared = Counter(owner for gram in grams for owner in self._owners.get(gram, ()))
        known = sum(gram in self._owners for gram in grams)
        return 2 * known >= len(grams) > 0 or any(
            2 * count >= self._sizes[owner] for owner, count in shared.items()
        )


def training_rows(data: Path) -> list[Row]:
    """All rows to learn from, each text once, in the order of the files.

    A text with two labels is dropped, as is every leak.
    """
    leaks = Leaks(evaluation_texts(data))
    rows: dict[str, Row | None] = {}
    dropped: Counter[str] = Counter()
    for row in _labelled(data):
        if row.text in rows:
            known = rows[row.text]
            if known is None or known.label != row.label:
                rows[row.text] = None
        elif row.text in leaks:
            dropped[row.source] += 1
        else:
            rows[row.text] = row
    kept = [row for row in rows.values() if row is not None]
    log.info("kept %s", dict(Counter(row.source for row in kept)))
    log.info("dropped as near an evaluation text: %s", dict(dropped))
    return kept


def held_out(row: Row) -> bool:
    """One in ten, by hash, for calibration; never the sentences written for this project."""
    if row.source == "phrases":
        return False
    return hashlib.blake2b(row.text.encode(), digest_size=2).digest()[0] % 10 == 0
