"""Learning curves: attitude to a brand by the number of labels learned from."""

from __future__ import annotations

import json
from typing import Any

from benchmarks.machine import ROOT
from benchmarks.tables import NONE, grid

FILE = ROOT / "benchmarks" / "learning.json"
"""A list of runs, each ``{"engine", "labels", "seed", "n", "macro_f1", "neg_f1", "neg_auc", …}``,
a figure being a number or ``{value, low, high}``. ``training.mentions --share`` writes those of the
encoder, this file those of the linear model."""

FIGURES = ("macro_f1", "neg_f1", "neg_auc", "neg_recall_at_fpr05", "brand_accuracy")


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
