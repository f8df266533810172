"""Old and new answers to the same labels: figures of both, and whether the new ones are better."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from nlp.adapter import LEAST_ODDS, Part, Question
from nlp.adapter_labels import Labels
from nlp.figures import auc, f1, macro_f1, measured
from nlp.scoring import NAMES, NEGATIVE, NONE, SEED, mention_figures

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Parts = Mapping[Question, Part]
Kind = Literal["train", "calibrate"]

FIGURES = ("macro_f1", "neg_f1", "neg_auc", "accuracy", "coverage_at_90", "neg_recall_at_fpr05", "ece")  # fmt: skip
SENSE_FIGURES = ("brand_accuracy", "brand_precision", "brand_recall")

DECIDING: Mapping[Kind, Mapping[Question, tuple[str, ...]]] = {
    "train": {
        "mention": ("macro_f1", "log_score"),
        "post": ("macro_f1", "log_score"),
        "sense": ("brand_accuracy", "log_score"),
    },
    "calibrate": dict.fromkeys(("mention", "post", "sense"), ("log_score",)),
}
"""What must rise. Macro-F1 alone would praise whoever guesses all classes by lot beside an engine that
always says the same; calibration is there for honest confidence, whatever the answer."""

LEAST_JUDGED = 20
"""Labels of each class without which nobody can tell: one answer more would move F1 by its interval."""


def side_by_side(
    rows: Labels, before: Parts, unseen: Floats | None, part: Part | None
) -> dict[str, Any]:
    """Figures of the old and the new answers to the same rows, and of their difference.

    *unseen*: odds of the new one by parts that have not seen the row; else those of *part*.
    """
    old = before[rows.question].odds(rows.odds, rows.contexts) if rows.question in before else rows.odds  # fmt: skip
    new = unseen
    if new is None:
        new = rows.odds if part is None else part.odds(rows.odds, rows.contexts)
    return {
        "old": _figures(rows, old), "new": _figures(rows, new),
        "difference": _gain(rows, old, new),
    }  # fmt: skip


def better(rows: Labels, found: Mapping[str, Any], kind: Kind) -> bool | None:
    """Whether the new answers are better beyond chance: the intervals of the differences in what this
    *kind* is made for lie above 0, and none lies below. ``None``: too few labels to tell.
    """
    deciding = [found["difference"][name] for name in DECIDING[kind][rows.question]]
    if rows.missing(LEAST_JUDGED) or any(one["value"] is None for one in deciding):
        return None
    return all(one["low"] > 0 for one in deciding) and not fallen(found)


def fallen(found: Mapping[str, Any]) -> list[str]:
    """Figures that fell beyond chance."""
    return [
        name for name, one in found["difference"].items()
        if one["value"] is not None and one["high"] < 0
    ]  # fmt: skip


def decided(figures: Mapping[str, Mapping[str, Any]]) -> bool | None:
    """Whether a model is better that answers all these questions: one better, and none worse."""
    said = [one["better"] for one in figures.values()]
    if all(one is None for one in said):
        return None
    return True in said and not any(fallen(one) for one in figures.values())


def _figures(rows: Labels, odds: Floats) -> dict[str, Any]:
    import numpy as np

    n, known = len(rows.label), rows.question == "sense"
    none, all_ = np.full(n, np.nan), np.ones(n, bool)
    found = mention_figures(
        np.full((n, 3), 1 / 3) if known else odds, all_, np.full(n, NONE) if known else rows.label,
        meant=odds[:, 1] >= 0.5 if known else all_, brand=rows.label == 1 if known else all_,
        advert=none, ad=np.full(n, NONE), texts=rows.groups,
    )  # fmt: skip
    found = {name: found[name] for name in (SENSE_FIGURES if known else FIGURES)}
    scored = _surprise(rows, odds)
    found |= measured({"log_score": lambda weights: _mean(weights, -scored)}, rows.groups, SEED)
    return {name: one.as_json() for name, one in found.items()}


def _gain(rows: Labels, old: Floats, new: Floats) -> dict[str, Any]:
    """New minus old, on the same draws: its interval is far narrower than those of the two."""
    import numpy as np

    label = rows.label
    calmer = _surprise(rows, old) - _surprise(rows, new)
    pairs = {"log_score": lambda weights: _mean(weights, calmer)}
    if rows.question == "sense":
        more = (new.argmax(axis=1) == label).astype(float) - (old.argmax(axis=1) == label)
        pairs = {"brand_accuracy": lambda weights: _mean(weights, more), **pairs}
    else:
        said = [odds.argmax(axis=1) for odds in (new, old)]
        macro = [macro_f1(one, label, tuple(NAMES)) for one in said]
        negative = [f1(one, label, NEGATIVE) for one in said]
        area = [auc(np.ascontiguousarray(odds[:, NEGATIVE]), label == NEGATIVE) for odds in (new, old)]  # fmt: skip
        pairs = {
            "macro_f1": lambda weights: macro[0](weights) - macro[1](weights),
            "neg_f1": lambda weights: negative[0](weights) - negative[1](weights),
            "neg_auc": lambda weights: area[0](weights) - area[1](weights),
            **pairs,
        }
    return {name: one.as_json() for name, one in measured(pairs, rows.groups, SEED).items()}


def _surprise(rows: Labels, odds: Floats) -> Floats:
    """Of each row, minus the logarithm of what the right answer was given."""
    import numpy as np

    right = odds[np.arange(len(rows.label)), rows.label]
    surprise: Floats = -np.log(np.maximum(right, LEAST_ODDS))
    return surprise


def _mean(weights: Floats, values: Floats) -> Floats:
    found: Floats = weights @ values / weights.sum(axis=1)
    return found
