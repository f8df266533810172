"""Makes ``nlp/data/mentions.npz``: see :mod:`nlp.train`, whose command calls this.

The post model's verdicts are features here. Of a text that it has learned from itself they would
be too good, so those of the training texts come from models that have not seen them.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlp.linear import FULL
from nlp.mention_calibrate import best_shift, calibrate
from nlp.mention_corpus import NONE, MentionRow, fold
from nlp.mention_features import (
    BITS,
    NAME_GAIN,
    Place,
    cues,
    evidence,
    name_ids,
    window,
    zone_ids,
)
from nlp.mention_model import FORMAT, LANES
from nlp.mention_places import placed
from nlp.registers import REGISTERS
from nlp.segment import RjiebaSegmenter
from tingfeng import Asked, Register

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

log = logging.getLogger(__name__)

STANCE_COST, MEANT_COST, ADVERT_COST = 0.5, 2.0, 0.5
"""Inverse strength of the ridge, by cross-validation among .25, .3, .5, 1, 2 and 4."""

STANCE_SEEN, MEANT_SEEN = 3, 2
"""An n-gram of fewer rows is left out."""

STANCE_ZONES = (0, 1, 2, 3)
MEANT_ZONES = (2, 3)
"""Of :data:`nlp.mention_features.ZONES`: whether a word is a brand shows in what stands beside it."""

FOLDS = 5
KEPT = 90_000
"""Buckets in the file: at most 1.5 MB; the weights left out are the smallest."""

Verdicts = Callable[[Sequence[str], Sequence[str], Sequence[Register]], "Floats"]
"""The post model's calibrated log-odds, shape (rows, 2), of parts of texts: of the parts (second),
by a model that has not seen the texts (first)."""


class Table:
    """Rows by features: n-grams by zone, what touches the name, and what is no n-gram."""

    def __init__(self, places: Sequence[Place], whole: Floats, clause: Floats) -> None:
        import numpy as np

        segment = RjiebaSegmenter()
        seen = [window(place) for place in places]
        zones, starts = zone_ids(seen)
        self.zones = [_counts(orders, starts) for orders in zones]
        names = name_ids(places)
        self.name = _scaled(names.ravel(), np.repeat(np.arange(len(names)), names.shape[1]), len(names), NAME_GAIN)  # fmt: skip
        signs = np.array([cues(p, w, segment) for p, w in zip(places, seen, strict=True)])
        self.dense = np.column_stack([evidence(whole, clause), signs]).astype(np.float32)

    def matrix(self, zones: Sequence[int], seen: int, rows: NDArray[np.intp], *, name: bool) -> Any:
        """All features of one head, sparse, and which buckets its columns are: those that *seen*
        of *rows* have, before the dense columns.
        """
        import numpy as np

        sparse: Any = import_module("scipy.sparse")
        total = sum((self.zones[zone] for zone in zones), start=self.name if name else self.zones[zones[0]] * 0)  # fmt: skip
        filled = np.bincount(total[rows].indices, minlength=1 << BITS)
        columns = np.flatnonzero(filled >= seen)
        columns = columns[columns != 0]
        return sparse.hstack([total[:, columns], sparse.csr_matrix(self.dense)]).tocsr(), columns


def _counts(orders: Sequence[Any], starts: NDArray[np.intp]) -> Any:
    import numpy as np

    owner = np.repeat(np.arange(len(starts)), np.diff([*starts, len(orders[0])]))
    ids = np.concatenate([one[one != 0] for one in orders])
    owners = np.concatenate([owner[one != 0] for one in orders])
    return _scaled(ids, owners, len(starts), 1.0)


def _scaled(ids: Any, owners: Any, rows: int, gain: float) -> Any:
    """Counts over the root of their number, shape (rows, 2 ** BITS), sparse."""
    import numpy as np

    sparse: Any = import_module("scipy.sparse")
    ones = np.ones(len(ids), np.float32)
    counted = sparse.csr_matrix((ones, (owners, ids)), shape=(rows, 1 << BITS))
    totals = np.maximum(np.asarray(counted.sum(axis=1)).ravel(), 1)
    return (sparse.diags((gain / np.sqrt(totals)).astype(np.float32)) @ counted).tocsr()


def fitted(x: Any, shares: Floats, weights: Floats, cost: float) -> tuple[Floats, Floats]:
    """Ridge-regularised logistic regression on *shares* of classes: coefficients (columns, classes)
    and intercepts.
    """
    import numpy as np
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    rows, classes = np.nonzero(shares)
    model = LogisticRegression(C=cost, max_iter=60, tol=1e-3)
    with warnings.catch_warnings():
        # Sixty steps are enough by cross-validation: stopping early is a second ridge.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(x[rows], classes, sample_weight=shares[rows, classes] * weights[rows])
    if len(model.classes_) == 2:
        zero = np.zeros_like(model.coef_[0])
        return np.column_stack([zero, model.coef_[0]]), np.array([0.0, model.intercept_[0]])
    return model.coef_.T, model.intercept_


class Lesson:
    """One head: its rows, their labels, its features."""

    def __init__(
        self, table: Table, shares: Floats, weights: Floats, zones: Sequence[int], seen: int,
        cost: float, *, name: bool,
    ) -> None:  # fmt: skip
        import numpy as np

        self.shares, self.weights, self.cost = shares, weights, cost
        self.rows = np.flatnonzero(shares.sum(axis=1) > 0)
        self.x, self.columns = table.matrix(zones, seen, self.rows, name=name)

    def fit(self, rows: NDArray[np.intp]) -> tuple[Floats, Floats]:
        """Coefficients and intercepts learned from *rows*."""
        return fitted(self.x[rows], self.shares[rows], self.weights[rows], self.cost)

    def apart(self, folds: NDArray[np.intp]) -> Floats:
        """Scores of all rows (rows, classes), each by a model that has not seen its text."""
        import numpy as np

        scores = np.zeros(self.shares.shape)
        for part in range(FOLDS):
            out = np.flatnonzero(folds == part)
            coefficients, intercepts = self.fit(self.rows[folds[self.rows] != part])
            scores[out] = self.x[out] @ coefficients + intercepts
        return scores


def lessons(rows: Sequence[MentionRow], table: Table) -> dict[str, Lesson]:
    """The three heads."""
    import numpy as np

    weights = np.array([row.weight for row in rows])
    meant = np.array([row.meant for row in rows])
    stance = np.array([row.stance or (0.0, 0.0, 0.0) for row in rows]) * meant[:, None]
    brand = np.column_stack([1 - meant, meant])
    advert = np.array([[1 - row.advert, row.advert] if row.advert != NONE else [0, 0] for row in rows])  # fmt: skip
    return {
        "stance": Lesson(
            table, stance, weights, STANCE_ZONES, STANCE_SEEN, STANCE_COST, name=False
        ),
        "meant": Lesson(table, brand, weights, MEANT_ZONES, MEANT_SEEN, MEANT_COST, name=True),
        "advert": Lesson(
            table, advert, weights, STANCE_ZONES, STANCE_SEEN, ADVERT_COST, name=False
        ),
    }


def packed(heads: dict[str, Lesson]) -> dict[str, Any]:
    """The arrays of the file, before calibration: all rows learned from, the weightiest buckets."""
    import numpy as np

    sparse_weights = np.zeros((1 << BITS, len(LANES)))
    dense, bias = [], []
    lane = 0
    for head in heads.values():
        coefficients, intercepts = head.fit(head.rows)
        base = 1 if len(intercepts) == 3 else 0
        for side in (side for side in range(len(intercepts)) if side != base):
            weights = coefficients[:, side] - coefficients[:, base]
            sparse_weights[head.columns, lane] = weights[: len(head.columns)]
            dense.append(weights[len(head.columns) :])
            bias.append(intercepts[side] - intercepts[base])
            lane += 1
    largest = np.abs(sparse_weights).max(axis=0)
    size = (np.abs(sparse_weights) / sparse_weights.std(axis=0)).max(axis=1)
    size[0] = 0
    keep = np.sort(np.argsort(-size, kind="stable")[: min(KEPT, np.count_nonzero(size))])
    part = sparse_weights[keep] / largest
    return {
        "format": np.int32(FORMAT), "bits": np.int32(BITS),
        "gaps": np.diff(keep, prepend=0).astype(np.uint16 if np.diff(keep, prepend=0).max() < 65536 else np.uint32),
        "weights": np.rint(np.sign(part) * np.sqrt(np.abs(part)) * 127).astype(np.int8),
        "scale": largest / FULL, "signs": np.column_stack(dense).astype(np.float32),
        "bias": np.array(bias),
        "temperatures": np.ones(len(REGISTERS)),
        "thresholds": np.full(len(REGISTERS), 0.5),
    }  # fmt: skip


def table_of(asked: Sequence[Asked], verdicts: Verdicts) -> Table:
    """The features of *asked*."""
    places = placed(asked)
    texts, kinds = [one.text for one in asked], [one.register for one in asked]
    parts = [place.text[slice(*place.span)] for place in places]
    return Table(places, verdicts(texts, texts, kinds), verdicts(texts, parts, kinds))


def train_mentions(rows: Sequence[MentionRow], verdicts: Verdicts, out: Path) -> str:
    """Train on *rows*, write *out*, return its SHA-256."""
    import numpy as np

    from nlp.train import save

    asked = [row.asked() for row in rows]
    heads = lessons(rows, table_of(asked, verdicts))
    arrays = packed(heads)
    folds = np.array([fold(row.text, FOLDS, "mention") for row in rows])
    apart = {name: head.apart(folds) for name, head in heads.items()}
    real = np.array([row.real for row in rows])
    report(apart, heads, real)
    _adverts(arrays, apart["advert"], heads["advert"].shares, real)
    stance = heads["stance"].shares
    # Half negative, half positive has no one answer to be right about.
    hard = real & (stance.max(axis=1) == 1)
    kinds = np.array([REGISTERS.index(one.register) for one in asked])
    scores, truth = _against_neutral(apart["stance"][hard]), stance[hard].argmax(axis=1)
    calibrate(arrays, scores, truth, kinds[hard], heads["stance"].weights[hard])
    return save(arrays, out)


def _against_neutral(scores: Floats) -> Floats:
    return scores[:, [0, 2]] - scores[:, [1]]


def _adverts(
    arrays: dict[str, Any], scores: Floats, shares: Floats, real: NDArray[np.bool_]
) -> None:
    """Adverts are one in fifteen: at even odds too few would be called one."""
    rows = real & (shares.sum(axis=1) > 0)
    shift = best_shift((scores[:, 1] - scores[:, 0])[rows], shares[rows, 1] == 1)
    arrays["bias"][LANES.index("advert")] += shift
    log.info("adverts: %+.1f", shift)


def report(apart: dict[str, Floats], heads: dict[str, Lesson], real: NDArray[np.bool_]) -> None:
    """Log how good the heads are on real rows that they have not seen."""
    import numpy as np
    from sklearn.metrics import f1_score, roc_auc_score

    for name, head in heads.items():
        rows = real & (head.shares.max(axis=1) == 1)
        truth, scores = head.shares[rows].argmax(axis=1), apart[name][rows]
        said = scores.argmax(axis=1)
        each = f1_score(truth, said, average=None).round(4).tolist()
        log.info("%s: %d unseen, right %.4f, F1 %s, macro %.4f", name, rows.sum(),
                 (said == truth).mean(), each, np.mean(each))  # fmt: skip
        if name == "stance":
            odds = np.exp(scores - scores.max(axis=1, keepdims=True))
            odds /= odds.sum(axis=1, keepdims=True)
            log.info("AUC of negative %.4f", roc_auc_score(truth == 0, odds[:, 0]))
