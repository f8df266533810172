"""What the encoder learns from: whole posts with attitude and emotion, and marked mentions."""

from __future__ import annotations

import csv
import gzip
import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nlp.corpus import Leaks, evaluation_texts, training_rows
from nlp.mentions import MentionFinder
from nlp.nicknames import brands, suggest
from tingfeng import Brand, ModelError

EMOTIONS = ("happy", "angry", "sad", "fear", "surprise", "neutral")
STANCES = {"neg": 0, "neu": 1, "pos": 2}
NONE = -1
"""No label of this kind: the row teaches nothing there."""

MOST = {"online_shopping_10_cats": 18_000, "aste": 6_000}
"""Rows of the largest sources, so that reviews do not drown the stream."""

DATA = Path(__file__).parent.parent / "nlp" / "data"


def table(data: Path, name: str) -> Iterator[dict[str, str]]:
    """Rows of ``name.csv.gz``."""
    with gzip.open(data / f"{name}.csv.gz", "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def seen_texts(data: Path) -> Iterator[str]:
    """Texts whose pieces make the vocabulary: training rows and unlabelled streams, no evaluation."""
    for row in table(data, "polarity"):
        if row["role"].startswith("train"):
            yield row["text"]
    for row in table(data, "emotion_smp2020"):
        if row["split"] == "train":
            yield row["text"]
    for name in ("weibo_ced_posts", "weibo_ced_reposts", "jd_phone_comments", "mentions_silver"):
        yield from dict.fromkeys(row["text"] for row in table(data, name))
    for row in table(data, "xhs_notes"):
        yield f"{row['title']} {row['text']}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostRow:
    """A whole post."""

    text: str
    stance: int
    emotion: int = NONE
    source: str


def post_rows(data: Path, seed: int) -> list[PostRow]:
    """Posts of role ``train`` and split ``train`` that no evaluation text resembles, in an order
    by *seed*.
    """
    rng = np.random.default_rng(seed)
    feelings = {
        row["text"]: EMOTIONS.index(row["label"])
        for row in table(data, "emotion_smp2020")
        if row["split"] == "train"
    }
    rows = training_rows(data)
    taken: Counter[str] = Counter()
    posts = []
    for place in rng.permutation(len(rows)):
        row = rows[place]
        if row.source == "mentions_silver" or taken[row.source] >= MOST.get(row.source, len(rows)):
            continue
        taken[row.source] += 1
        feeling = feelings.get(row.text, NONE)
        posts.append(PostRow(text=row.text, stance=row.label, emotion=feeling, source=row.source))
    known, leaks = {row.text for row in rows}, Leaks(evaluation_texts(data))
    # Surprise takes no side; it is learnt as an emotion only.
    for text, feeling in feelings.items():
        if feeling == EMOTIONS.index("surprise") and text not in known and text not in leaks:
            posts.append(
                PostRow(text=text, stance=NONE, emotion=feeling, source="smp2020_surprise")
            )
    return [posts[place] for place in rng.permutation(len(posts))]


@dataclass(frozen=True, slots=True, kw_only=True)
class MentionRow:
    """One marked mention."""

    text: str
    start: int
    end: int
    stance: tuple[float, float, float] | None
    """Shares of negative, neutral and positive; ``None``: not the brand."""

    advert: int = NONE
    source: str
    weight: float = 1.0


_SHARES = {
    "neg": (1.0, 0.0, 0.0),
    "neu": (0.0, 1.0, 0.0),
    "pos": (0.0, 0.0, 1.0),
    "mix": (0.5, 0.0, 0.5),
}


def mention_rows(data: Path) -> list[MentionRow]:
    """All mentions to learn from: the silver set, those labelled by reading for this project (kept
    as ids, joined here to their texts), and sentences written for it.
    """
    rows = [
        _mention(row["text"], row, row["sure"] == "1", f"silver_{row['source']}")
        for row in table(data, "mentions_silver")
    ]
    rows += _labelled(data)
    with (DATA / "written_mentions.csv").open(encoding="utf-8", newline="") as file:
        rows += [
            _mention(row["text"], row, True, f"written_{row['kind']}")
            for row in csv.DictReader(file)
        ]
    leaks = Leaks(evaluation_texts(data))
    return [row for row in rows if row.text not in leaks]


def _mention(text: str, row: dict[str, str], sure: bool, source: str) -> MentionRow:
    start = int(row["start"])
    is_brand = row["is_brand"] == "1" if "is_brand" in row else row["stance"] != "-"
    return MentionRow(
        text=text, start=start, end=start + len(row["brand"]),
        stance=_SHARES[row["stance"]] if is_brand else None,
        advert=int(row["ad"]) if row["ad"] else NONE, source=source,
        # Who was not sure is right less often: half the weight.
        weight=1.0 if sure else 0.5,
    )  # fmt: skip


def _labelled(data: Path) -> list[MentionRow]:
    with (DATA / "labels.csv").open(encoding="utf-8", newline="") as file:
        labels = list(csv.DictReader(file))
    rows = []
    for name in sorted({label["file"] for label in labels}):
        texts = [row["text"] for row in table(data, name)]
        for label in labels:
            if label["file"] == name:
                text = texts[int(label["row"])]
                if label["id"] != mention_id(text, int(label["start"])):
                    raise ModelError(
                        f"labels.csv 的 {label['id']} 与 {name} 第 {label['row']} 行不符：数据文件变了",
                        f"{label['id']} of labels.csv is not row {label['row']} of {name}: the data changed",
                    )
                rows.append(_mention(text, label, label["sure"] == "1", f"labelled_{name}"))
    return rows


def unlabelled(data: Path, seed: int, most: int = 400) -> list[MentionRow]:
    """Mentions of well-known brands in texts of role and split ``train`` that nobody labelled, at
    most *most* a brand: what a teacher can be asked about.
    """
    known = {row.text for row in mention_rows(data)}
    leaks = Leaks(evaluation_texts(data))
    finder = MentionFinder([Brand(name=name, aliases=suggest(name)) for name in brands()])
    texts = dict.fromkeys(row["text"] for row in table(data, "polarity") if row["role"] == "train")
    texts |= dict.fromkeys(
        row["text"] for row in table(data, "emotion_smp2020") if row["split"] == "train"
    )
    order = sorted(texts)
    rows, met = [], Counter[str]()
    for place in np.random.default_rng(seed).permutation(len(order)):
        text = order[place]
        if text in known or len(text) > 600:
            continue
        found = {
            one.brand: one for one in finder.explain(text) if not one.rule.startswith("inside")
        }
        for one in found.values():
            if met[one.brand] < most and text not in leaks:
                met[one.brand] += 1
                rows.append(MentionRow(text=text, start=one.start, end=one.end, stance=None,
                                       source="unlabelled", weight=0.0))  # fmt: skip
    return rows


def held_out(text: str) -> bool:
    """One text in twelve: never trained on, for calibration and for choosing between variants."""
    return hashlib.blake2b(text.encode(), digest_size=2, person=b"held").digest()[0] % 12 == 0


def mention_id(text: str, start: int) -> str:
    """Names a mention without its text."""
    return hashlib.blake2b(f"{text}\0{start}".encode(), digest_size=6).hexdigest()


def buckets(
    lengths: np.ndarray, rng: np.random.Generator, size: int, pool: int = 25
) -> list[np.ndarray]:
    """All places, shuffled, in batches of like length."""
    order = rng.permutation(len(lengths))
    batches: list[np.ndarray] = []
    for at in range(0, len(order), size * pool):
        near = order[at : at + size * pool]
        near = near[np.argsort(lengths[near], kind="stable")]
        batches += [near[n : n + size] for n in range(0, len(near), size)]
    return [batches[n] for n in rng.permutation(len(batches))]
