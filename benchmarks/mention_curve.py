"""The linear model of mentions learned from shares of its labels, and how well each share reads.

Every run also has the sentences written for the project, none the answers of the teachers: those
were learned from all labels. Scored on the gold mentions by the way of a post, and on a tenth of the
labelled texts that no run learns from, by the scores that training works with.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.machine import ROOT
from nlp.corpus import training_rows
from nlp.engines.linear import LinearEngine
from nlp.figures import auc, macro_f1, measured
from nlp.mention_corpus import MentionRow, fold
from nlp.mention_corpus import mention_rows as labelled
from nlp.mention_train import (
    MEANT_COST,
    MEANT_SEEN,
    MEANT_ZONES,
    STANCE_COST,
    STANCE_SEEN,
    STANCE_ZONES,
    Lesson,
    Table,
    table_of,
    train_mentions,
)
from nlp.reader import BrandReader
from nlp.scoring import NAMES, NEGATIVE, NONE, mention_figures
from nlp.segment import RjiebaSegmenter
from nlp.train import Unseen, features
from tingfeng.pipeline import scoring
from tingfeng.pipeline.labelled_files import mention_rows
from tingfeng.pipeline.labelled_rows import MentionRow as GoldRow

SHARES = (1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1.0)
SEEDS = (0, 1, 2)
"""Which texts a share takes; all of them can be taken in one way only."""

PARTS = 10
"""One text in so many is kept apart."""

GOLD, APART = "gold mentions", "labels kept apart"


@dataclass(slots=True, kw_only=True)
class Answers:
    """What was answered to rows, as arrays."""

    odds: Any
    label: Any
    meant: Any
    brand: Any
    texts: list[str]

    def figures(self) -> dict[str, Any]:
        """Figures of attitude and brand sense."""
        n = len(self.label)
        return mention_figures(
            self.odds, np.ones(n, bool), self.label, meant=self.meant, brand=self.brand,
            advert=np.full(n, np.nan), ad=np.full(n, NONE), texts=self.texts,
        )  # fmt: skip

    def scored(self) -> Answers:
        """The rows that attitude is scored on."""
        rows = self.brand & (self.label != NONE)
        texts = [text for text, kept in zip(self.texts, rows.tolist(), strict=True) if kept]
        return Answers(odds=self.odds[rows], label=self.label[rows], meant=self.meant[rows],
                       brand=self.brand[rows], texts=texts)  # fmt: skip


class Curve:
    """Rows to learn from, rows kept apart, and the gold rows."""

    def __init__(self, data: Path) -> None:
        posts = training_rows(data)
        self._unseen = Unseen(features(posts)[0], posts, ROOT / "nlp" / "data" / "linear.npz")
        self._rows = labelled(data)
        self._table: Table = table_of([row.asked() for row in self._rows], self._unseen)
        self._apart = np.array([row.real and fold(row.text, PARTS, "curve") == 0 for row in self._rows])  # fmt: skip
        self._gold: list[GoldRow] = mention_rows(data / "gold_mentions_open.csv.gz")[0]

    def taken(self, share: float, seed: int) -> Any:
        """Which rows a run learns from: the written ones, and a share of the labelled texts."""
        real = [row.real and not apart for row, apart in zip(self._rows, self._apart, strict=True)]
        texts = sorted({row.text for row, kept in zip(self._rows, real, strict=True) if kept})
        order = np.random.default_rng(seed).permutation(len(texts))[: round(share * len(texts))]
        wanted = {texts[n] for n in order.tolist()}
        pairs = zip(self._rows, real, strict=True)
        return np.array([not row.real or (kept and row.text in wanted) for row, kept in pairs])

    def labels(self, taken: Any) -> int:
        """How many labels of people's own words are among the rows."""
        return sum(row.real for row, kept in zip(self._rows, taken.tolist(), strict=True) if kept)

    def gold(self, taken: Any) -> Answers:
        """Answers of the engine with a file learned from these rows, by the way of a post."""
        rows = [row for row, kept in zip(self._rows, taken.tolist(), strict=True) if kept]
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "mentions.npz"
            train_mentions(rows, self._unseen, file)
            return self.read(LinearEngine(mentions=str(file)))

    def read(self, engine: LinearEngine) -> Answers:
        """What *engine* answers to the gold mentions."""
        said, _ = scoring.read_mentions(BrandReader((), engine, RjiebaSegmenter()), self._gold)
        return Answers(
            odds=np.array([(one.sentiment.negative, one.sentiment.neutral, one.sentiment.positive) for one in said]),
            label=np.array([one.row.stance if one.row.stance >= 0 else NONE for one in said]),
            meant=np.array([one.meant for one in said]),
            brand=np.array([one.row.meant for one in said]), texts=[one.row.text for one in said],
        )  # fmt: skip

    def apart(self, taken: Any) -> Answers:
        """Scores of the rows kept apart, by heads learned from these rows."""
        rows: Sequence[MentionRow] = self._rows
        weights = np.array([row.weight for row in rows])
        meant = np.array([row.meant for row in rows])
        stance = np.array([row.stance or (0.0, 0.0, 0.0) for row in rows])
        attitude = self._head(stance * taken[:, None], weights, STANCE_ZONES, STANCE_SEEN, STANCE_COST, name=False)  # fmt: skip
        sense = self._head(np.column_stack([1 - meant, meant]) * taken[:, None], weights, MEANT_ZONES, MEANT_SEEN, MEANT_COST, name=True)  # fmt: skip
        own = stance[self._apart]
        return Answers(
            odds=attitude, label=np.where(own.max(axis=1) == 1, own.argmax(axis=1), NONE),
            meant=sense.argmax(axis=1) == 1, brand=meant[self._apart] == 1,
            texts=[row.text for row, kept in zip(rows, self._apart.tolist(), strict=True) if kept],
        )  # fmt: skip

    def _head(self, shares: Any, weights: Any, zones: Any, seen: int, cost: float, *, name: bool) -> Any:  # fmt: skip
        head = Lesson(self._table, shares, weights, zones, seen, cost, name=name)
        coefficients, intercepts = head.fit(head.rows)
        scores = head.x[np.flatnonzero(self._apart)] @ coefficients + intercepts
        odds = np.exp(scores - scores.max(axis=1, keepdims=True))
        return odds / odds.sum(axis=1, keepdims=True)


def linear(data: Path) -> list[dict[str, Any]]:
    """One run a share, seed and set of rows, with its gain over half as many labels."""
    curve, runs = Curve(data), []
    before: dict[tuple[str, int], Answers] = {}
    for share in SHARES:
        now: dict[tuple[str, int], Answers] = {}
        for seed in SEEDS if share < 1 else SEEDS[:1]:
            taken = curve.taken(share, seed)
            for on, answers in ((GOLD, curve.gold(taken)), (APART, curve.apart(taken))):
                now[on, seed] = answers
                run: dict[str, Any] = {"engine": "linear", "labels": curve.labels(taken), "share": share, "seed": seed,
                       "on": on, "figures": _json(answers.figures())}  # fmt: skip
                if before:
                    half = [before[on, one] for one in (SEEDS if share == 1 else (seed,))]
                    run["gain"] = gain(half, [answers] * len(half))
                runs.append(run)
                print(share, seed, on, run["figures"]["macro_f1"], flush=True)
        before = now
    shipped = {"engine": "linear as shipped: all labels, and the teachers' answers", "labels": None,
               "share": 1, "seed": 0, "on": GOLD, "figures": _json(curve.read(LinearEngine()).figures())}  # fmt: skip
    return [*runs, shipped]


def _json(figures: dict[str, Any]) -> dict[str, Any]:
    names = ("macro_f1", "neg_f1", "neg_auc", "neg_recall_at_fpr05", "brand_accuracy")
    return {name: figures[name].as_json() for name in names}


def gain(old: Sequence[Answers], new: Sequence[Answers]) -> dict[str, Any]:
    """What *new* answers are better than *old* ones to the same rows, pair by pair on the same draws,
    as the mean of the pairs.
    """
    pairs = defaultdict(list)
    for before, after in zip(old, new, strict=True):
        one, two = before.scored(), after.scored()
        macro = [macro_f1(each.odds.argmax(axis=1), each.label, tuple(NAMES)) for each in (one, two)]  # fmt: skip
        area = [auc(np.ascontiguousarray(each.odds[:, NEGATIVE]), each.label == NEGATIVE) for each in (one, two)]  # fmt: skip
        pairs["macro_f1"].append(macro)
        pairs["neg_auc"].append(area)

    def difference(each: Any) -> Any:
        return lambda weights: sum(after(weights) - before(weights) for before, after in each) / len(each)  # fmt: skip

    figures = {name: difference(each) for name, each in pairs.items()}
    found = measured(figures, new[0].scored().texts, 12)
    return {name: figure.as_json() for name, figure in found.items()}
