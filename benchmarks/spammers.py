"""How well hand-made points find accounts that somebody labelled water army.

The points that ship look only at what a stored post shows; the ceiling is a model of every column,
cross-validated and thrown away. Nothing of either is kept: the set is for judging only.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.machine import DATA, ROOT, heading
from benchmarks.tables import NONE, grid, table
from tingfeng import SHANGHAI
from tingfeng.core.stream_weight import StreamSignals, stream_weight, weigh

Floats = npt.NDArray[np.float64]
Row = Mapping[str, str]

SEED = 7
FOLDS = 5
RESAMPLES = 1000
FALSE_ALARMS = 0.05

SEEN = datetime(2019, 3, 15, tzinfo=SHANGHAI)
"""The newest account of the set is of early March 2019: ages are reckoned to here."""

COLUMNS = ("follows", "fans", "posts", "level", "vip", "nick_len", "nick_digits", "nick_latin",
           "nick_default", "nick_rand_suffix")  # fmt: skip


def main() -> None:
    """Measure and write ``benchmarks/spammers.md``."""
    text = TEMPLATE.format(heading=heading("python -m benchmarks spammers"), **measured())
    (ROOT / "benchmarks" / "spammers.md").write_text(text, encoding="utf-8")
    print(text)


def measured() -> dict[str, Any]:
    """All figures."""
    rows = [row for row in table(DATA, "weibo_spammer_users") if row["label"]]
    army = np.array([int(row["label"]) for row in rows])
    aged = np.array([bool(row["created"]) for row in rows])
    everyone = np.ones(len(rows), dtype=bool)
    scores: list[tuple[str, Floats, npt.NDArray[np.bool_]]] = [
        ("shipped points: readers of the account", _points(rows, age=False), everyone),
        ("shipped points: readers and age, where the age is known", _points(rows, age=True), aged),
        ("no more than two readers (one rule)", _fans_rule(rows), everyone),
        ("ceiling: every column, boosted trees", _ceiling(rows, army, COLUMNS), everyone),
        ("ceiling without readers and level", _ceiling(rows, army, _without("fans", "level")), everyone),
    ]  # fmt: skip
    lines = [
        (name, f"{army[some].sum():,} / {some.sum():,}", *_figures(score[some], army[some]))
        for name, score, some in scores
    ]
    weights = np.array([stream_weight(_signals(row, age=False)) for row in rows])
    return {
        "rows": f"{len(rows):,}",
        "army": f"{army.sum():,}",
        "others": f"{(1 - army).sum():,}",
        "grid": grid(("", "army / all", "AUC [95 %]", "recall at 5 % false"), lines),
        "weights": grid(
            ("weight of a post by readers alone", "mean", "lowest", "share below 0.9, %"),
            [
                (name, f"{weights[some].mean():.3f}", f"{weights[some].min():.3f}",
                 f"{100 * (weights[some] < 0.9).mean():.1f}")
                for name, some in (("labelled water army", army == 1), ("the others", army == 0))
            ],
        ),
    }  # fmt: skip


def _without(*names: str) -> tuple[str, ...]:
    return tuple(name for name in COLUMNS if name not in names)


def _signals(row: Row, *, age: bool) -> StreamSignals:
    """What a stored post of this account would show."""
    since = None
    if age and row["created"]:
        since = datetime.strptime(row["created"], "%Y/%m/%d").replace(tzinfo=SHANGHAI)
    return StreamSignals(
        followers=int(float(row["fans"])) if row["fans"] else None,
        account_age=max(SEEN - since, timedelta(0)) if since else None,
    )


def _points(rows: Sequence[Row], *, age: bool) -> Floats:
    return np.array([weigh(_signals(row, age=age)).odds for row in rows])


def _fans_rule(rows: Sequence[Row]) -> Floats:
    return np.array([float(row["fans"] or 99) <= 2 for row in rows], dtype=float)


def _ceiling(rows: Sequence[Row], army: npt.NDArray[np.int64], names: Sequence[str]) -> Floats:
    """Odds of a model that never saw the row: five folds."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    values = np.array([[float(row[name] or math.nan) for name in names] for row in rows])
    odds: Floats = cross_val_predict(
        HistGradientBoostingClassifier(max_iter=80, random_state=SEED), values, army,
        cv=StratifiedKFold(FOLDS, shuffle=True, random_state=SEED), method="predict_proba",
    )[:, 1]  # fmt: skip
    return odds


def auc(score: Floats, label: npt.NDArray[np.int64]) -> float:
    """Chance that one of the army scores above another account, ties half."""
    values, place = np.unique(score, return_inverse=True)
    yes = np.bincount(place, weights=label, minlength=len(values))
    no = np.bincount(place, weights=1 - label, minlength=len(values))
    below = np.cumsum(no) - no
    return float((yes * (below + no / 2)).sum() / (yes.sum() * no.sum()))


def recall_at(
    score: Floats, label: npt.NDArray[np.int64], share: float = FALSE_ALARMS
) -> float | None:
    """Share of the army found by the lowest threshold that accuses at most *share* of the others;
    ``None``: every threshold accuses more.
    """
    others = np.sort(score[label == 0])[::-1]
    allowed = int(share * len(others))
    found = score[label == 1] > others[allowed]
    return float(found.mean()) if found.any() else None


def _figures(score: Floats, label: npt.NDArray[np.int64]) -> tuple[str, str]:
    draw = np.random.default_rng(SEED)
    values = []
    for _ in range(RESAMPLES):
        some = draw.integers(len(label), size=len(label))
        values.append(auc(score[some], label[some]))
    low, high = np.quantile(values, (0.025, 0.975))
    recall = recall_at(score, label)
    return (
        f"{auc(score, label):.3f} [{low:.3f}, {high:.3f}]",
        NONE if recall is None else f"{recall:.2f}",
    )


TEMPLATE = """# Water army: what one post shows of its account

{heading}
`weibo_spammer_users`: {rows} Weibo accounts, {army} labelled water army and {others} not (many with the
bios of a fan club). **Evaluation only: no weight or threshold was fitted to it, and no model made from it
is kept.** The points (`tingfeng/core/stream_weight.py`) were written by hand, but by somebody who had looked
at the columns of this set: the first figures are no blind test.

{grid}
Of all that the points look at, this set can test two signs: how many read the account, which platforms
show and posts keep (`Author.followers`), and its age, which no platform reader of ours stores today. The
other signs, copies of one text by several accounts and copies within minutes, are of posts, and the set
has none: how well copies are found is in `copies.md`; what share of copying groups is paid for nobody can
tell from outside. Nicknames, bios, levels and what an account follows are in the ceiling only: they are
not stored, and a profile of ordinary people is not wanted.

What that does to a post of such an account, if nothing else speaks against it:

{weights}
So a post loses little by its account alone, whoever wrote it; it loses most by what it shares with
others. The accounts of this set are one campaign's of early 2019, nearly all of one make (one reader, no
bio): the figures say that such are seen, not that better made ones are. An army that buys readers first
is not seen by this sign at all.
"""


if __name__ == "__main__":
    main()
