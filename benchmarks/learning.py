"""Learning curves: attitude to a brand by the number of labels learned from.

`python -m benchmarks learning` trains the linear model of mentions on shares of its labels and scores
it on the gold mentions; `--add FILE` takes in runs of other engines. `attitude.md` shows them all.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.machine import DATA, ROOT
from benchmarks.tables import NONE, grid
from nlp.reader import BrandReader
from tingfeng.pipeline.labelled_files import mention_rows
from tingfeng.pipeline.scoring import mention_figures, read_mentions

FILE = ROOT / "benchmarks" / "learning.json"
"""A list of runs, each ``{"engine", "labels", "seed", "on", "n", "macro_f1", "neg_f1", …}``: ``on`` says
which rows were scored; a figure is a number or ``{value, low, high}``."""

SHARES = (1 / 16, 1 / 8, 1 / 4, 1 / 2, 1.0)
SEED = 0

FIGURES = ("macro_f1", "neg_f1", "neg_auc", "neg_recall_at_fpr05", "brand_accuracy")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--add", type=Path, help="a list of runs, as JSON")
    given, _ = parser.parse_known_args()
    made = json.loads(given.add.read_text(encoding="utf-8")) if given.add else linear(given.data)
    kept = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else []
    new = {run["engine"] for run in made}
    runs = [*(run for run in kept if run["engine"] not in new), *made]
    FILE.write_text(json.dumps(runs, indent=1) + "\n", encoding="utf-8")
    print(learning())


def linear(data: Path) -> list[dict[str, Any]]:
    """Runs of the linear model of mentions; the model of whole posts stays as it is."""
    from nlp.corpus import training_rows
    from nlp.engines.linear import LinearEngine
    from nlp.mention_corpus import mention_rows as labelled
    from nlp.mention_corpus import natural
    from nlp.mention_train import train_mentions
    from nlp.segment import RjiebaSegmenter
    from nlp.train import Unseen, features

    posts = training_rows(data)
    unseen = Unseen(features(posts)[0], posts, ROOT / "nlp" / "data" / "linear.npz")
    rows, loose = labelled(data), list(natural(data))
    gold, _ = mention_rows(data / "gold_mentions_open.csv.gz")
    order = np.random.default_rng(SEED).permutation(len(rows))
    runs = []
    for share in SHARES:
        taken = [rows[n] for n in sorted(order[: int(share * len(rows))].tolist())]
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "mentions.npz"
            train_mentions(taken, loose, unseen, file)
            engine = LinearEngine(mentions=str(file))
        answers, _ = read_mentions(BrandReader((), engine, RjiebaSegmenter()), gold)
        figures = mention_figures(answers)
        run = {"engine": "linear", "labels": len(taken), "seed": SEED, "on": "gold",
               "n": figures["macro_f1"].n}  # fmt: skip
        runs.append(run | {name: figures[name].as_json() for name in FIGURES})
        print(runs[-1], flush=True)
    return runs


def learning() -> str:
    """The table of all runs that are kept."""
    if not FILE.exists():
        return f"No run is kept in `benchmarks/{FILE.name}`.\n"
    runs: list[dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))
    runs.sort(key=lambda run: (run["engine"], run["labels"], run.get("seed", 0)))
    rows = [
        [run["engine"], f"{run['labels']:,}", run.get("seed", NONE), run.get("on", NONE),
         run.get("n", NONE), *(_shown(run.get(name)) for name in FIGURES)]
        for run in runs
    ]  # fmt: skip
    return grid(["engine", "labels", "seed", "scored on", "n", *FIGURES], rows)


def _shown(figure: Any) -> str:
    if isinstance(figure, dict):
        if figure["value"] is None:
            return NONE
        return f"{figure['value']:.3f} [{figure['low']:.3f}, {figure['high']:.3f}]"
    return NONE if figure is None else f"{figure:.3f}"


if __name__ == "__main__":
    main()
