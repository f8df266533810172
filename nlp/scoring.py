"""How good an engine's answers are: the figures of mentions and of texts that users and benches see.

Which answer is scored: the likeliest of the classes. Beside it, under ``…_with_uncertain``, the
label that users see, where ``uncertain`` counts as neutral. Intervals: 95 %, by 1,000 bootstrap
draws of the texts; all mentions of a text are drawn together, for they are not independent.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from nlp.figures import (
    EMPTY,
    Figure,
    auc,
    calibration_error,
    coverage_at,
    f1,
    macro_f1,
    mean,
    measured,
    recall_at,
    share,
)
from tingfeng import Message

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nlp.figures import Floats, Rows

NEGATIVE, NEUTRAL, POSITIVE, NONE = 0, 1, 2, -1
"""Classes as places in the odds; ``NONE``: this row does not say."""

NAMES = {NEGATIVE: "neg", NEUTRAL: "neu", POSITIVE: "pos"}
SEED = 12
SILENT = Message("这个引擎不判断广告", "this engine does not judge adverts")


def mention_figures(
    odds: Floats, sure: NDArray[np.bool_], stance: NDArray[np.int64], *,
    meant: NDArray[np.bool_], brand: NDArray[np.bool_],
    advert: Floats, ad: NDArray[np.int64], texts: Sequence[str], seed: int = SEED,
) -> dict[str, Figure]:  # fmt: skip
    """Figures of mentions, one row each.

    *odds*, shape (rows, 3), and *sure*, which are not ``uncertain``, are answers about attitude;
    *meant* and *advert* about brand and promotion (NaN: not judged). *stance*, *brand* and *ad*
    are the labels, :data:`NONE` where there is none. Attitude is scored on rows that are the brand
    and negative, neutral or positive; ``brand_accuracy`` on all; ``ad_f1`` where *ad* is said.
    """
    import numpy as np

    rows = brand & (stance != NONE)
    said, true = odds.argmax(axis=1)[rows], stance[rows]
    careful = np.where(sure[rows], said, NEUTRAL)
    best, worst = odds.max(axis=1)[rows], odds[:, NEGATIVE][rows]
    negative = true == NEGATIVE
    attitude: dict[str, Rows] = {
        "macro_f1": macro_f1(said, true, tuple(NAMES)),
        "macro_f1_with_uncertain": macro_f1(careful, true, tuple(NAMES)),
        "accuracy": mean(said == true),
        "accuracy_with_uncertain": mean(careful == true),
        **{f"{name}_f1": f1(said, true, label) for label, name in NAMES.items()},
        "neg_f1_with_uncertain": f1(careful, true, NEGATIVE),
        "neg_auc": auc(worst, negative),
        "neg_recall_at_fpr05": recall_at(worst, negative, 0.05),
        "coverage_at_90": coverage_at(best, said == true, 0.90),
        "ece": calibration_error(best, said == true),
    }
    sense: dict[str, Rows] = {
        "brand_accuracy": mean(meant == brand),
        "brand_precision": share(meant & brand, meant),
        "brand_recall": share(meant & brand, brand),
    }
    told = (ad != NONE) & ~np.isnan(advert)
    found = measured(attitude, _picked(texts, rows), seed)
    found |= measured(sense, texts, seed)
    found |= measured({"ad_f1": f1(advert[told] >= 0.5, ad[told], 1)}, _picked(texts, told), seed)
    if not told.any():
        found["ad_f1"] = Figure(n=0, reason=SILENT if (ad != NONE).any() else EMPTY)
    return found


def text_figures(
    odds: Floats, sure: NDArray[np.bool_], label: NDArray[np.int64], texts: Sequence[str],
    *, seed: int = SEED,
) -> dict[str, Figure]:  # fmt: skip
    """Figures of whole texts, one row each; arguments as of :func:`mention_figures`.

    Where no text is labelled neutral the question has two answers, and the likelier of these two
    is scored; ``accuracy_of_three`` leaves all three open all the same.
    """
    import numpy as np

    whole, full = odds.argmax(axis=1), odds
    if not (label == NEUTRAL).any() and len(set(label.tolist())) > 1:
        odds = odds.copy()
        odds[:, NEUTRAL] = 0
        odds[odds.sum(axis=1) == 0] = [0.5, 0, 0.5]
        odds /= odds.sum(axis=1, keepdims=True)
    said, best = odds.argmax(axis=1), odds.max(axis=1)
    classes = sorted(set(label.tolist()))
    figures: dict[str, Rows] = {
        "accuracy": mean(said == label),
        "accuracy_of_three": mean(whole == label),
        "accuracy_with_uncertain": mean(np.where(sure, full.argmax(axis=1), NEUTRAL) == label),
        "macro_f1": macro_f1(said, label, classes if len(classes) > 1 else tuple(NAMES)),
        **{f"{name}_f1": f1(said, label, one) for one, name in NAMES.items()},
        "coverage_at_95": coverage_at(best, said == label, 0.95),
        "ece": calibration_error(best, said == label),
    }
    return measured(figures, texts, seed)


def _picked(texts: Sequence[str], rows: NDArray[np.bool_]) -> list[str]:
    return [text for text, wanted in zip(texts, rows.tolist(), strict=True) if wanted]
