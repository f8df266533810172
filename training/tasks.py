"""What the encoder learns from: whole posts with attitude and emotion, and marked mentions."""

from __future__ import annotations

import csv
import gzip
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nlp.corpus import Leaks, evaluation_texts, training_rows

EMOTIONS = ("happy", "angry", "sad", "fear", "surprise", "neutral")
STANCES = {"neg": 0, "neu": 1, "pos": 2}
NONE = -1
"""No label of this kind: the row teaches nothing there."""

MOST = {"online_shopping_10_cats": 18_000, "aste": 6_000}
"""Rows of the largest sources, so that reviews do not drown the stream."""

_LINK = re.compile(r"https?://[0-9A-Za-z./?=&_%#~:-]+|t\.cn/\w+")
_ACCOUNT = re.compile(r"@[\w\-·]{1,30}")
_BLANK = re.compile(r"\s+")


def tidy(text: str) -> str:
    """A text as the encoder sees it: no links, accounts only as ``@``, single blanks."""
    return _BLANK.sub(" ", _ACCOUNT.sub("@", _LINK.sub(" ", text))).strip()


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


def halves(ids: Sequence[int], most: int) -> list[int]:
    """Token ids of a long text: its beginning and its end."""
    return list(ids) if len(ids) <= most else [*ids[: most // 2], *ids[-(most - most // 2) :]]


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
