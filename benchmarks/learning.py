"""Learning curves: attitude to a brand by the number of labels learned from.

`python -m benchmarks learning` trains the linear model of mentions on shares of its labels and scores
it (:mod:`benchmarks.mention_curve`); `--add FILE` takes in runs of other engines instead. `learning.md`
shows them all.
"""

from __future__ import annotations

import argparse
import json
from itertools import groupby
from pathlib import Path
from typing import Any

from benchmarks.machine import DATA, ROOT, heading
from benchmarks.tables import NONE, grid

FILE = ROOT / "benchmarks" / "learning.json"
"""A list of runs, each ``{"engine", "labels", "share", "seed", "on", "figures"}`` and perhaps
``"gain"``: ``on`` says which rows were scored; figures are ``{value, low, high, n}``; the gain is that
over half as many labels, on the same rows."""

FIGURES = ("macro_f1", "neg_f1", "neg_auc", "neg_recall_at_fpr05", "brand_accuracy")
GAINS = ("macro_f1", "neg_auc")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--add", type=Path, help="a list of runs, as JSON")
    given, _ = parser.parse_known_args()
    if given.add:
        made = json.loads(given.add.read_text(encoding="utf-8"))
    else:
        from benchmarks.mention_curve import linear

        made = linear(given.data)
    kept = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else []
    new = {run["engine"] for run in made}
    runs = [*(run for run in kept if run["engine"] not in new), *made]
    FILE.write_text(json.dumps(runs, indent=1) + "\n", encoding="utf-8")
    text = TEMPLATE.format(heading=heading("python -m benchmarks learning"), table=learning())
    (ROOT / "benchmarks" / "learning.md").write_text(text, encoding="utf-8")
    print(text)


def learning() -> str:
    """The tables of all runs that are kept."""
    points = _points()
    curve = grid(
        ["engine, scored on", "labels", "seeds", "n", *FIGURES],
        [[*_named(each), each[0]["figures"]["macro_f1"]["n"],
          *(_mean([run["figures"][name] for run in each]) for name in FIGURES)] for each in points],
    )  # fmt: skip
    gains = grid(
        ["engine, scored on", "labels, before half as many", "seeds", *GAINS],
        [[*_named(each), *(_mean([run["gain"][name] for run in each], sign="+") for name in GAINS)]
         for each in points if "gain" in each[0]],
    )  # fmt: skip
    return (
        f"{curve}\nWhat twice the labels bring, on the same rows and draws:\n\n{gains}\n{learned()}"
    )


def learned() -> str:
    """Whether more labels still helped where the curve ends."""
    said = []
    for runs in _points():
        if runs[0]["share"] == 1 and "gain" in runs[0]:
            gain = runs[0]["gain"]
            helped = [name for name in GAINS if gain[name]["low"] > 0]
            beyond = f"beyond chance in {' and '.join(helped)}" if helped else "not beyond chance"
            gains = ", ".join(f"{name} {_mean([gain[name]], sign='+')}" for name in GAINS)
            said.append(f"- {_named(runs)[0]}: the last doubling brought {gains}: {beyond}.\n")
    return "".join(said) or "No run is kept.\n"


def _points() -> list[list[dict[str, Any]]]:
    """The runs that are kept; together those that differ in the seed only."""
    runs = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else []

    def place(run: dict[str, Any]) -> tuple[str, str, float]:
        return run["engine"], run["on"], run["share"]

    return [list(each) for _, each in groupby(sorted(runs, key=place), place)]


def _named(runs: list[dict[str, Any]]) -> list[str]:
    labels = [run["labels"] for run in runs if run["labels"] is not None]
    count = f"{round(sum(labels) / len(labels)):,}" if labels else NONE
    seeds = ", ".join(str(run["seed"]) for run in runs)
    return [f"{runs[0]['engine']}, {runs[0]['on']}", count, seeds]


def _mean(figures: list[dict[str, Any]], sign: str = "") -> str:
    """Over the seeds: of values, and of both ends of the intervals."""
    if any(figure["value"] is None for figure in figures):
        return NONE
    value, low, high = (
        sum(figure[end] for figure in figures) / len(figures) for end in ("value", "low", "high")
    )
    return f"{value:{sign}.3f} [{low:{sign}.3f}, {high:{sign}.3f}]"


TEMPLATE = """# Learning curve

{heading}
Attitude to a brand (likeliest class) and brand sense by the number of labels that the linear model of
mentions learned from. Shares are of labelled texts, the smaller within the larger of the same
seed. Figures are means over the seeds, as are both ends of the 95 % intervals (1,000 bootstrap draws
of the texts, seed 12).

- **Gold mentions**: by the way of a post; the rows of `attitude.md`.
- **Labels kept apart**: one labelled text in ten, which no run learns from. Chosen for being hard or
  negative, so its level says nothing of a stream; it has more rows, so its slope can be read.
- Every run also learns from the sentences written for this project, none from the teachers' answers.
- The model of whole posts, whose verdict is one feature, is the same in all runs. It has read the silver
  texts with their labels (for the rows kept apart: those of other folds), so a curve of both
  models together would be steeper.

{table}"""

if __name__ == "__main__":
    main()
