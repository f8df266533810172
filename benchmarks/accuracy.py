"""Score the shipped reading on every open evaluation set: ``python benchmarks/accuracy.py``.

Reads the folder of real texts (``--data``, else ``TINGFENG_DATA``, else ``../shared/data``) and
writes ``benchmarks/accuracy.md``. Needs numpy only; SnowNLP is scored beside where it is installed.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import math
import os
import platform
import shlex
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from nlp.clean import clean
from nlp.duplicates import AGREEMENT, PERMUTATIONS, fingerprints, said
from nlp.linear import LinearSentiment
from nlp.mentions import MentionFinder
from nlp.nicknames import known, suggest
from nlp.segment import RjiebaSegmenter
from tingfeng import Brand

ROOT = Path(__file__).parents[1]
EMOTIONS = {"happy": 2, "neutral": 1, "angry": 0, "sad": 0, "fear": 0}
STANCES = {"neg": 0, "neu": 1, "pos": 2}
ASPECTS = {"negative": 0, "neutral": 1, "positive": 2, "-1.0": 0, "0.0": 1, "1.0": 2}
SEED = 12

Rows = list[tuple[str, int]]


def table(data: Path, name: str) -> Iterator[dict[str, str]]:
    with gzip.open(data / f"{name}.csv.gz", "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def sentiment_sets(data: Path) -> dict[str, tuple[Rows, bool]]:
    """Name → texts with labels (0 negative, 1 neutral, 2 positive), and whether they are reviews."""
    sets: dict[str, tuple[Rows, bool]] = {}

    def add(name: str, text: str, label: int, review: bool) -> None:
        sets.setdefault(name, ([], review))[0].append((text, label))

    for row in table(data, "polarity"):
        if not row["role"].startswith("open_eval"):
            continue
        review = not row["source"].startswith(("smp2020", "weibo"))
        name = f"{row['source']} {row['role'].removeprefix('open_eval_')}"
        add(name, row["text"], 2 * int(row["label"]), review)
        if row["source"] == "chnsenticorp" and row["open_clean"] == "True":
            add(f"{name}, clean", row["text"], 2 * int(row["label"]), review)
    for row in table(data, "emotion_smp2020"):
        if row["split"] != "train" and row["label"] in EMOTIONS:
            add(
                f"emotions {row['domain']} {row['split']}",
                row["text"],
                EMOTIONS[row["label"]],
                False,
            )
    for name, split in (("aspect_aste_reviews", "test"), ("aspect_products", "test"),
                        ("aspect_car_bdci2018", "train")):  # fmt: skip
        labels: dict[str, set[str]] = {}
        for row in table(data, name):
            if row["split"] == split:
                labels.setdefault(row["text"], set()).add(row["label"])
        for text, found in labels.items():
            if len(found) == 1:
                add(f"{name} (texts of one polarity)", text, ASPECTS[found.pop()], True)
    return sets


def wilson(right: int, total: int) -> str:
    """A share with its 95 % interval."""
    if not total:
        return "–"
    z, share = 1.96, right / total
    middle = (share + z * z / (2 * total)) / (1 + z * z / total)
    half = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total**2)) / (1 + z * z / total)
    return f"{100 * share:.1f} [{100 * (middle - half):.1f}, {100 * (middle + half):.1f}]"


def f1(said_: Any, true: Any, classes: Sequence[int]) -> list[float]:
    return [
        float(
            2 * ((said_ == c) & (true == c)).sum() / max((said_ == c).sum() + (true == c).sum(), 1)
        )
        for c in classes
    ]


def calibration(odds: Any, true: Any) -> float:
    """Expected calibration error of the likeliest class, 15 bins of equal width."""
    best, right = odds.max(axis=1), odds.argmax(axis=1) == true
    bins = np.minimum((best * 15).astype(int), 14)
    return float(
        sum(abs(best[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean()
            for b in range(15) if (bins == b).any())
    )  # fmt: skip


def read(rows: Rows, model: LinearSentiment, review: bool) -> tuple[Any, Any]:
    """Odds, shape (texts, 3), and which answers are not ``uncertain``."""
    segment = RjiebaSegmenter()
    odds, sure = [], []
    for at in range(0, len(rows), 512):
        texts = [clean(text) for text, _ in rows[at : at + 512]]
        for mood in model(texts, [segment(text) for text in texts], [review] * len(texts)):
            odds.append((mood.negative, mood.neutral, mood.positive))
            sure.append(mood.label != "uncertain")
    return np.array(odds), np.array(sure)


def sentiment(
    data: Path, model: LinearSentiment, other: Callable[[str], float] | None
) -> list[str]:
    head = "| set | n | accuracy % | two classes % | macro-F1 | ECE | kept % | accuracy of kept % |"
    lines = [head + (" SnowNLP % |" if other else ""), "|" + " --- |" * (9 if other else 8)]
    for name, (rows, review) in sorted(sentiment_sets(data).items()):
        true = np.array([label for _, label in rows])
        odds, sure = read(rows, model, review)
        answer, sided = odds.argmax(axis=1), true != 1
        two = np.where(odds[:, 2] > odds[:, 0], 2, 0)
        right = answer == true
        line = (
            f"| {name} | {len(rows)} | {wilson(int(right.sum()), len(rows))} "
            f"| {wilson(int((two == true)[sided].sum()), int(sided.sum()))} "
            f"| {100 * np.mean(f1(answer, true, sorted(set(true.tolist())))):.1f} "
            f"| {calibration(odds, true):.3f} | {100 * sure.mean():.0f} "
            f"| {100 * right[sure].mean():.1f} |"
        )
        if other:
            hits = [(other(text) > 0.5) == (label == 2) for text, label in rows if label != 1]
            line += f" {100 * np.mean(hits):.1f} |"
        lines.append(line)
    return lines


def auc(score: Any, positive: Any) -> float:
    order = np.argsort(score, kind="stable")
    ranks = np.empty(len(score))
    ranks[order] = np.arange(1, len(score) + 1)
    for value in np.unique(score):
        ranks[score == value] = ranks[score == value].mean()
    count = positive.sum()
    return float((ranks[positive].sum() - count * (count + 1) / 2) / (count * (~positive).sum()))


def recall_at(score: Any, positive: Any, false_rate: float) -> float:
    limit = np.quantile(score[~positive], 1 - false_rate)
    return float((score[positive] > limit).mean())


def interval(rows: int, figure: Callable[[Any], float]) -> str:
    """A figure with its 95 % bootstrap interval, 1,000 draws."""
    draw = np.random.default_rng(SEED)
    drawn = sorted(figure(draw.integers(0, rows, rows)) for _ in range(1000))
    return f"{figure(np.arange(rows)):.3f} [{drawn[25]:.3f}, {drawn[974]:.3f}]"


def attitudes(data: Path, model: LinearSentiment) -> list[str]:
    rows = [
        (row["text"], STANCES[row["stance"]])
        for row in table(data, "gold_mentions_open")
        if row["is_brand"] == "1" and row["stance"] in STANCES
    ]
    true = np.array([label for _, label in rows])
    odds, sure = read(rows, model, False)
    answer = odds.argmax(axis=1)
    careful = np.where(sure, answer, 1)
    negative = odds[:, 0]

    def macro(said_: Any) -> Callable[[Any], float]:
        return lambda at: float(np.mean(f1(said_[at], true[at], range(3))))

    n = len(rows)
    return [
        "| figure | likeliest class | uncertain read as neutral |", "| --- | --- | --- |",
        f"| accuracy % (n = {n}) | {wilson(int((answer == true).sum()), n)} "
        f"| {wilson(int((careful == true).sum()), n)} |",
        f"| macro-F1 | {interval(n, macro(answer))} | {interval(n, macro(careful))} |",
        f"| F1 of negative | {f1(answer, true, [0])[0]:.3f} | {f1(careful, true, [0])[0]:.3f} |",
        f"| AUC of negative | {interval(n, lambda at: auc(negative[at], true[at] == 0))} | |",
        f"| recall of negative at a false-positive rate of .05 "
        f"| {interval(n, lambda at: recall_at(negative[at], true[at] == 0, 0.05))} | |",
    ]  # fmt: skip


def senses(data: Path) -> list[str]:
    """Is the word the brand? Each text is asked with the shipped names of its one brand."""
    finders: dict[str, MentionFinder] = {}

    def accepted(brand: str, text: str, at: int) -> bool:
        if brand not in finders:
            finders[brand] = MentionFinder([Brand(name=brand, aliases=suggest(brand))])
        return any(
            found.start < at + len(brand) and at < found.end for found in finders[brand].find(text)
        )

    sets: dict[str, list[tuple[bool, bool]]] = {}
    unknown: Counter[str] = Counter()
    asked = [("gold_mentions_open", r["brand"], r["text"], int(r["start"]), r["is_brand"] == "1")
             for r in table(data, "gold_mentions_open")]  # fmt: skip
    asked += [("ambiguous_brands_weak", r["surface"], r["context"], int(r["offset"]), r["weak_label"] == "1.0")
              for r in table(data, "ambiguous_brands_weak") if r["weak_label"]]  # fmt: skip
    for name, brand, text, at, true in asked:
        if known(brand):
            sets.setdefault(name, []).append((accepted(brand, text, at), true))
        else:
            unknown[name] += 1
    lines = ["| set | n | accuracy % | precision % | recall % | always yes % | unknown brand |",
             "| --- | --- | --- | --- | --- | --- | --- |"]  # fmt: skip
    for name, pairs in sets.items():
        both = sum(a and t for a, t in pairs)
        said_, meant = sum(a for a, _ in pairs), sum(t for _, t in pairs)
        lines.append(
            f"| {name} | {len(pairs)} | {wilson(sum(a == t for a, t in pairs), len(pairs))} "
            f"| {wilson(both, said_)} | {wilson(both, meant)} "
            f"| {100 * meant / len(pairs):.1f} | {unknown[name]} |"
        )
    return lines


def copies(data: Path) -> list[str]:
    """Recall of edited copies, and how alike other pairs are that would be called copies."""
    draw = np.random.default_rng(SEED)
    texts = sorted({row["text"] for row in table(data, "emotion_smp2020")})
    texts = [text for text in texts if 20 <= len(said(clean(text))) <= 140][:4000]
    letters = "".join(texts[:200])

    def edited(text: str, share: float) -> str:
        out = []
        for char in text:
            chance = draw.random()
            if chance >= share / 3:
                out.append(letters[draw.integers(len(letters))] if chance < 2 * share / 3 else char)
            if 2 * share / 3 <= chance < share:
                out.append(letters[draw.integers(len(letters))])
        return "".join(out)

    kinds: dict[str, Callable[[str], str]] = {
        "reposted with a link": lambda text: f"转发微博//@某人:{text} http://t.cn/abc",
        "tail and emoticons added": lambda text: f"{text}[泪][泪] 求扩散",
        "one character changed": lambda text: edited(text, 1 / len(text)),
        "5 % of characters changed": lambda text: edited(text, 0.05),
        "10 % of characters changed": lambda text: edited(text, 0.10),
    }
    limits = (26, 28, 30, 32, 34)
    lines = ["| copies recognised, % | " + " | ".join(f"{limit} of 48" for limit in limits) + " |",
             "|" + " --- |" * (len(limits) + 1)]  # fmt: skip
    first = unpacked(texts)
    for name, change in kinds.items():
        equal = first == unpacked([change(text) for text in texts])
        meet = equal.reshape(-1, 16, 3).all(axis=2).any(axis=1)
        shares = [100 * ((equal.sum(axis=1) >= limit) & meet).mean() for limit in limits]
        lines.append(f"| {name} | " + " | ".join(f"{share:.1f}" for share in shares) + " |")
    lines += ["", f"Used: {AGREEMENT} of {PERMUTATIONS}."]
    return lines


def unpacked(texts: list[str]) -> Any:
    prints = fingerprints([clean(text) for text in texts])
    blank = bytes(2 * PERMUTATIONS)
    return np.frombuffer(b"".join(p or blank for p in prints), "<u2").reshape(-1, PERMUTATIONS)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    folder = os.environ.get("TINGFENG_DATA", ROOT.parent / "shared" / "data")
    parser.add_argument("--data", type=Path, default=Path(folder))
    parser.add_argument("--model", help="weights to score instead of the shipped ones")
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "accuracy.md")
    given = parser.parse_args()
    model = LinearSentiment(given.model)
    other: Callable[[str], float] | None = None
    try:
        from snownlp import SnowNLP

        other = lambda text: float(SnowNLP(text).sentiments) if text.strip() else 0.5
    except ImportError:
        print("SnowNLP is not installed: scored without it", file=sys.stderr)
    text = TEMPLATE.format(
        day=f"{datetime.now(UTC):%Y-%m-%d}",
        machine=f"{os.cpu_count()} × {platform.machine()}, Python {platform.python_version()}, "
        f"numpy {np.__version__}",
        command=shlex.join(["python", "benchmarks/accuracy.py"]),
        model=model.version,
        sentiment="\n".join(sentiment(given.data, model, other)),
        attitudes="\n".join(attitudes(given.data, model)),
        senses="\n".join(senses(given.data)),
        copies="\n".join(copies(given.data)),
    )
    given.out.write_text(text, encoding="utf-8")
    print(text)


TEMPLATE = """# Accuracy

{day}, {machine}, model `{model}`. Made again with `{command}`; do not edit by hand.
Square brackets: 95 % intervals (Wilson for shares, 1,000 bootstrap draws otherwise).

## Sentiment of whole texts

Three classes are always open to the model, also where a set has only two ("accuracy"); "two
classes" leaves neutral out of both texts and answers. "Kept": answers that are not `uncertain`.
No text that shares half of its 12-grams with one of these was trained on (`nlp/corpus.py`), but
for the limits in `nlp/data/MODEL_CARD.md`. Aspect sets count texts whose every aspect has the same
polarity.

{sentiment}

## Attitude to a brand in real posts

`gold_mentions_open`, mentions that are the brand, with the sentiment of the whole post as the
attitude.

{attitudes}

## Is the word the brand?

Each mention is asked with the shipped names and contexts of that one brand (`nlp.nicknames`), as
`tingfeng init` proposes them; brands that are not among them are left out and counted. The
contexts were written with `mentions_silver` in view, never these rows. Weak labels come from
rules and are partly wrong.

{senses}

## Copies

4,000 posts of 20 to 140 characters against an edited copy of each.

{copies}

In 40,000 different posts, of the pairs that agree in at least 30 of 48 values 99.8 % share half
of their 3-grams or more (28: 99.5 %, 26: 96.6 %, 34: 100 %): serial bulletins, templates.
"""


if __name__ == "__main__":
    main()
