"""Attitude to a brand in real posts, brand sense, adverts and hard cases, by every engine.

Every row takes the way that `tingfeng score mentions` takes, which is the way of a post.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from benchmarks.engines import Asked, asked
from benchmarks.learning import learned
from benchmarks.machine import ROOT, heading
from benchmarks.reliability import Points, binned, curves, drawn
from benchmarks.tables import NONE, grid, shown, table, wilson
from nlp.nicknames import known
from tingfeng import Sentiment
from tingfeng.pipeline.labelled_files import mention_rows
from tingfeng.pipeline.labelled_rows import MIXED, MentionRow
from tingfeng.pipeline.scored_place import MentionAnswer
from tingfeng.pipeline.scoring import mention_figures, read_mentions

Answers = dict[str, list[MentionAnswer]]

READINGS = {"accuracy": ".952 (kappa .93)", "brand_accuracy": ".997 (kappa .99)",
            "ad_f1": "agreement .984 (kappa .86)"}  # fmt: skip
"""Two independent readings of 1,000 mentions, before rows on which they differ were left out: the
README of the data."""

FIGURES = {
    "macro_f1": "macro-F1, likeliest class",
    "macro_f1_with_uncertain": "macro-F1, `uncertain` read as neutral",
    "accuracy": "accuracy",
    "accuracy_with_uncertain": "accuracy, `uncertain` read as neutral",
    "neg_f1": "F1 of negative",
    "neu_f1": "F1 of neutral",
    "pos_f1": "F1 of positive",
    "neg_auc": "AUC of negative",
    "neg_recall_at_fpr05": "recall of negative at a false-positive rate of .05",
    "coverage_at_90": "coverage at 90 % accuracy",
    "ece": "calibration error",
    "brand_accuracy": "brand sense, accuracy",
    "brand_precision": "brand sense, precision",
    "brand_recall": "brand sense, recall",
    "ad_f1": "F1 of adverts",
}


def main() -> None:
    given = asked(__doc__)
    rows, refused = mention_rows(given.data / "gold_mentions_open.csv.gz")
    assert not refused, refused
    answers = {name: read_mentions(reader, rows)[0] for name, reader in given.readers.items()}
    _with_mean(answers)
    text = TEMPLATE.format(
        heading=heading("python -m benchmarks attitude"),
        versions=given.versions,
        gold=_gold(answers),
        slices=_slices(answers, list(table(given.data, "gold_mentions_open"))),
        reliability=_reliability(answers),
        weak=_weak(given),
        hard=_hard(given),
        learned=learned(),
    )
    (ROOT / "benchmarks" / "attitude.md").write_text(text, encoding="utf-8")
    print(text)


def _with_mean(answers: Answers) -> None:
    """Add the mean of encoder and linear model: no weight was chosen."""
    if not {"linear", "encoder"} <= answers.keys():
        return
    answers["mean of both"] = [
        replace(two, sentiment=_mean(one.sentiment, two.sentiment))
        for one, two in zip(answers["linear"], answers["encoder"], strict=True)
    ]


def _mean(one: Sentiment, other: Sentiment) -> Sentiment:
    return replace(
        one,
        negative=(one.negative + other.negative) / 2,
        neutral=(one.neutral + other.neutral) / 2,
        positive=(one.positive + other.positive) / 2,
        label=other.label,
    )


def _gold(answers: Answers) -> str:
    figures = {name: mention_figures(said) for name, said in answers.items()}
    first = next(iter(figures.values()))
    rows = [
        [text, first[key].n or max(each[key].n for each in figures.values()),
         *(shown(each[key]) for each in figures.values()), READINGS.get(key, "")]
        for key, text in FIGURES.items()
    ]  # fmt: skip
    return grid(["figure", "n", *answers, "two readings"], rows)


def _slices(answers: Answers, given: Sequence[Mapping[str, str]]) -> str:
    """Accuracy of the likeliest class, where attitude is scored."""
    kinds = {
        "all": lambda _: True,
        "both readings sure": lambda row: row["sure"] == "1",
        "not both sure": lambda row: row["sure"] != "1",
        **{f"source {name}": (lambda row, name=name: row["source"] == name)
           for name in sorted({row["source"] for row in given})},
        "up to 60 characters": lambda row: len(row["text"]) <= 60,
        "longer": lambda row: len(row["text"]) > 60,
        "advert": lambda row: row["ad"] == "1",
        "with a question mark": lambda row: "?" in row["text"] or "？" in row["text"],
    }  # fmt: skip
    lines = []
    for name, wanted in kinds.items():
        cells: list[object] = []
        for said in answers.values():
            right = [
                _likeliest(one.sentiment) == one.row.stance
                for one, row in zip(said, given, strict=True)
                if one.row.meant and one.row.stance >= 0 and wanted(row)
            ]
            cells = cells or [len(right)]
            cells.append(wilson(sum(right), len(right)))
        lines.append([name, *cells])
    return grid(["slice", "n", *answers], lines)


def _likeliest(said: Sentiment) -> int:
    return int(np.argmax([said.negative, said.neutral, said.positive]))


def _reliability(answers: Answers) -> str:
    points: dict[str, Points] = {}
    for name, said in answers.items():
        scored = [one for one in said if one.row.meant and one.row.stance >= 0]
        odds = [max(s.negative, s.neutral, s.positive) for s in (one.sentiment for one in scored)]
        points[name] = binned(odds, [_likeliest(one.sentiment) == one.row.stance for one in scored])
    drawn(ROOT / "benchmarks" / "attitude_reliability.svg", {"brand mentions": points})
    return curves({"brand mentions": points})


def _weak(given: Asked) -> str:
    """Ambiguous words with labels by rules, partly wrong: brand sense only."""
    rows = [
        MentionRow(line=line, text=row["context"], brand=row["surface"], start=int(row["offset"]),
                   meant=row["weak_label"] == "1.0", stance=MIXED)
        for line, row in enumerate(table(given.data, "ambiguous_brands_weak"))
        if row["weak_label"]
    ]  # fmt: skip
    some = [row for row in rows if known(row.brand)]
    lines = []
    for name, reader in given.readers.items():
        for what, chosen in (("all", rows), ("brands that are known", some)):
            figures = mention_figures(read_mentions(reader, chosen)[0])
            lines.append([f"{name}, {what}", len(chosen), *(
                shown(figures[f"brand_{key}"]) for key in ("accuracy", "precision", "recall"))])  # fmt: skip
    return grid(["engine", "n", "accuracy", "precision", "recall"], lines)


def _hard(given: Asked) -> str:
    """How many hard cases are right, by kind: the likeliest class, and taken for the brand."""
    path = ROOT / "nlp" / "data" / "hard_cases.csv"
    with path.open(encoding="utf-8", newline="") as file:
        kinds = [row["kind"] for row in csv.DictReader(file)]
    rows, refused = mention_rows(path)
    assert not refused, refused
    passed: dict[str, dict[str, list[bool]]] = {}
    for name, reader in given.readers.items():
        for kind, one in zip(kinds, read_mentions(reader, rows)[0], strict=True):
            right = one.meant and _likeliest(one.sentiment) == one.row.stance
            for key in (kind, "all"):
                passed.setdefault(key, {}).setdefault(name, []).append(right)
    lines = [
        [kind, len(next(iter(each.values()))), *(_share(each[name]) for name in given.readers)]
        for kind, each in sorted(passed.items(), key=lambda pair: (pair[0] == "all", pair[0]))
    ]
    return grid(["kind", "n", *given.readers], lines)


def _share(right: Sequence[bool]) -> str:
    return f"{sum(right)} ({wilson(sum(right), len(right))} %)" if right else NONE


TEMPLATE = """# Attitude to a brand

{heading}{versions}
Square brackets: 95 % intervals, 1,000 bootstrap draws of the texts (seed 12), Wilson for shares in
percent. Which answer is scored and how: `nlp/scoring.py`, `nlp/figures.py`. No weight or
threshold was fitted to these rows; two choices were dropped after their figures here had been
seen (model cards): a guess of how common the sides are, and the mean of both in the cascade.

## Real posts

`gold_mentions_open`: 476 mentions of 60 brands. Attitude on the rows that are the brand and
negative, neutral or positive; brand sense on all; adverts where they are labelled. Each row is
asked for a user who watches that one brand, with the names and contexts of `nlp.nicknames`.
"Mean of both": plain mean of the odds of encoder and linear model, no weight chosen.

{gold}
Always neutral: accuracy .569, macro-F1 .242. Always the brand: .77. Before attitude was read per
mention: macro-F1 .47, F1 of negative .30, AUC .70, brand sense .92.

Accuracy in % by slice:

{slices}
### Are probabilities true?

Per cent right (number of rows) by stated probability of the likeliest class.
[Curves](attitude_reliability.svg).

{reliability}
## Is the word the brand?

`ambiguous_brands_weak`: labels by rules, partly wrong. Brands that `nlp.nicknames` does not know
have no context to go by.

{weak}
## Hard cases

`nlp/data/hard_cases.csv`, written before training and never trained on: taken for the brand, and
the likeliest class right.

{hard}
## Learning curve

By number of labels, with gains and seeds: [learning.md](learning.md).

{learned}"""

if __name__ == "__main__":
    main()
