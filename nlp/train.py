"""Make what ``nlp/data`` ships again: ``python -m nlp.train --data FOLDER``.

Needs the extra ``train`` (scikit-learn). The same folder gives the same files: every choice by
chance has a stated seed. Which rows are read and which are refused: :mod:`nlp.corpus`,
:mod:`nlp.mention_corpus`. Here: the post model; then :mod:`nlp.emotion_train`,
:mod:`nlp.mention_train`, :mod:`nlp.sign_counts`.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import logging
import zipfile
from collections import Counter
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from nlp.calibration import odds, temperature, threshold
from nlp.clean import clean
from nlp.corpus import Row, held_out, training_rows
from nlp.linear import BITS, FORMAT, FULL, REGISTERS, char_grams, word_grams
from nlp.mention_corpus import fold
from nlp.registers import SHORT
from nlp.segment import RjiebaSegmenter
from tingfeng import Register

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

log = logging.getLogger(__name__)

SEED = 20260612
KEPT = 0.25
"""Share of the nonzero buckets that are kept: 2 MB instead of 10, for 0 to 0.3 points."""

SEEN = 2
"""A bucket that a single text fills teaches nothing about the next."""

SMOOTHING = 1.0
COST = 1.0
RARE = 4
"""Rows. Words of fewer are as telling as unknown ones, and half the table."""

CALIBRATED_ACCURACY = 0.87
"""An answer is ``uncertain`` below the probability from which held-out answers are this often
right on average."""

PARTS = 3
"""Models, each without a third of the texts, whose verdicts the model of mentions learns from."""


def features(rows: Sequence[Row]) -> tuple[Any, list[int]]:
    """Counts of hashed n-grams over the root of their number, shape (rows, 2 ** BITS), sparse;
    and the length of each cleaned text.
    """
    import numpy as np

    sparse: Any = import_module("scipy.sparse")  # comes with scikit-learn, has no types
    segment = RjiebaSegmenter()
    blocks, sizes = [], []
    for at in range(0, len(rows), 4096):
        texts = [clean(row.text) for row in rows[at : at + 4096]]
        sizes += [len(text) for text in texts]
        ids, owners = [], []
        for orders, starts in (char_grams(texts), word_grams([segment(text) for text in texts])):
            owner = np.repeat(np.arange(len(texts)), np.diff([*starts, len(orders[0])]))
            for buckets in orders:
                ids.append(buckets[buckets != 0])
                owners.append(owner[buckets != 0])
        ones = np.ones(sum(map(len, ids)), np.float32)
        block = sparse.csr_matrix(
            (ones, (np.concatenate(owners), np.concatenate(ids))), shape=(len(texts), 1 << BITS)
        )
        totals = np.maximum(np.asarray(block.sum(axis=1)).ravel(), 1)
        blocks.append((sparse.diags((1 / np.sqrt(totals)).astype(np.float32)) @ block).tocsr())
    return sparse.vstack(blocks, format="csr"), sizes


def fit(
    x: Any, y: NDArray[np.int64], weights: NDArray[np.float64], classes: int = 3
) -> tuple[Any, Any]:
    """Naive Bayes ratios times a linear SVM, a class against the rest: coefficients
    (buckets, *classes*) and intercepts.
    """
    import numpy as np
    from sklearn.svm import LinearSVC

    buckets = x.shape[1]
    columns = np.flatnonzero(np.bincount(x.indices, minlength=buckets) >= SEEN)
    x = x[:, columns].tocsr()

    def one(label: int) -> tuple[Any, float]:
        mine = np.where(y == label, weights, 0)
        rest = np.where(y == label, 0, weights)
        inside, outside = x.T @ mine + SMOOTHING, x.T @ rest + SMOOTHING
        ratio = np.log((inside / inside.sum()) / (outside / outside.sum()))
        scaled = x.copy()
        scaled.data = (scaled.data * ratio[scaled.indices]).astype(np.float32)
        model = LinearSVC(C=COST, random_state=SEED, max_iter=100, tol=1e-2)
        model.fit(scaled, y == label, sample_weight=weights)
        return model.coef_[0] * ratio, float(model.intercept_[0])

    # One after another: liblinear's generator is shared by all threads of a process.
    fitted = [one(label) for label in range(classes)]
    coefficients = np.zeros((buckets, classes))
    coefficients[columns] = np.column_stack([found for found, _ in fitted])
    return coefficients, np.array([intercept for _, intercept in fitted])


def pruned(coefficients: Any, intercepts: Any) -> dict[str, Any]:
    """Differences to the neutral class in eight bits, the weightiest quarter of the buckets."""
    import numpy as np

    pairs = coefficients[:, [0, 2]] - coefficients[:, [1]]
    size = np.abs(pairs).max(axis=1)
    size[0] = 0
    keep = np.sort(np.argsort(-size, kind="stable")[: int(KEPT * np.count_nonzero(size))])
    largest = np.abs(pairs[keep]).max()
    weights = np.rint(np.sign(pairs[keep]) * np.sqrt(np.abs(pairs[keep]) / largest) * 127)
    return {
        "format": np.int32(FORMAT),
        "bits": np.int32(BITS),
        "gaps": np.diff(keep, prepend=0).astype(np.uint16),
        "weights": weights.astype(np.int8),
        "scale": np.float64(largest / FULL),
        "bias": intercepts[[0, 2]] - intercepts[1],
    }


def register(row: Row, size: int) -> str:
    """As :class:`nlp.linear.LinearSentiment` will judge it."""
    return "review" if row.review else "short" if size <= SHORT else "long"


def save(arrays: dict[str, Any], out: Path) -> str:
    """Write *arrays* as npz, byte for byte the same each time; return its hash."""
    import numpy as np

    with zipfile.ZipFile(out, "w") as archive:
        for name in sorted(arrays):
            body = io.BytesIO()
            np.lib.format.write_array(body, np.asarray(arrays[name]), allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            archive.writestr(entry, body.getvalue(), zipfile.ZIP_DEFLATED, compresslevel=9)
    return hashlib.sha256(out.read_bytes()).hexdigest()


def count_words(rows: Sequence[Row], out: Path) -> None:
    """Write in how many of *rows* each word stands, for :mod:`nlp.keywords`: first the number of
    rows, then a line a count. Words of fewer than :data:`RARE` rows are left out.
    """
    segment, counts = RjiebaSegmenter(), Counter[str]()
    for row in rows:
        counts.update(set(segment(clean(row.text))))
    lines: dict[int, list[str]] = {}
    for word, count in counts.items():
        if count >= RARE and len(word) > 1 and word.isalnum():
            lines.setdefault(count, []).append(word)
    text = "\n".join(
        [str(len(rows)), *(" ".join([str(n), *sorted(lines[n])]) for n in sorted(lines))]
    )
    out.write_bytes(gzip.compress(text.encode(), mtime=0))


def train(rows: Sequence[Row], out: Path) -> str:
    """Train on *rows*, write *out*, return its SHA-256."""
    return train_table(*features(rows), rows, out)


def train_table(x: Any, sizes: Sequence[int], rows: Sequence[Row], out: Path) -> str:
    """Like :func:`train`, with the :func:`features` of *rows*."""
    import numpy as np

    from nlp.linear import LinearSentiment

    y = np.array([row.label for row in rows])
    weights = np.array([row.weight for row in rows])
    out_of_fit = np.array([held_out(row) for row in rows])
    log.info("%d rows, %d held out for calibration", len(rows), out_of_fit.sum())
    inside = np.flatnonzero(~out_of_fit)
    arrays = uncalibrated(x[inside], y[inside], weights[inside])
    save(arrays, out)
    model, segment = LinearSentiment(str(out)), RjiebaSegmenter()
    picked = np.flatnonzero(out_of_fit).tolist()
    texts = [clean(rows[i].text) for i in picked]
    logits = model.logits(texts, [segment(text) for text in texts])
    kinds = np.array([register(rows[i], sizes[i]) for i in picked])
    for at, kind in enumerate(REGISTERS):
        own = kinds == kind
        heat = temperature(logits[own], y[picked][own])
        arrays["temperatures"][at] = heat
        arrays["thresholds"][at] = threshold(
            odds(logits[own], heat), y[picked][own], right=CALIBRATED_ACCURACY
        )
        right = (logits[own].argmax(axis=1) == y[picked][own]).mean()
        log.info("%s: %d held out, right %.4f, temperature %.3f, threshold %.2f",
                 kind, own.sum(), right, heat, arrays["thresholds"][at])  # fmt: skip
    return save(arrays, out)


def uncalibrated(x: Any, y: NDArray[np.int64], weights: NDArray[np.float64]) -> dict[str, Any]:
    """The arrays of a file with neutral calibration."""
    import numpy as np

    arrays = pruned(*fit(x, y, weights))
    arrays["temperatures"] = np.ones(len(REGISTERS))
    arrays["thresholds"] = np.full(len(REGISTERS), 0.6)
    return arrays


class Unseen:
    """The post model's verdict on a text by one of :data:`PARTS` models that has not seen it."""

    def __init__(self, x: Any, rows: Sequence[Row], shipped: Path) -> None:
        """*x*: the :func:`features` of *rows*; *shipped*: the file whose calibration holds."""
        import numpy as np

        from nlp.linear import LinearSentiment

        y = np.array([row.label for row in rows])
        weights = np.array([row.weight for row in rows])
        parts = np.array([fold(row.text, PARTS, "post") for row in rows])
        self._models = []
        with TemporaryDirectory() as folder:
            for part in range(PARTS):
                inside = np.flatnonzero(parts != part)
                file = Path(folder) / "part.npz"
                save(uncalibrated(x[inside], y[inside], weights[inside]), file)
                self._models.append(LinearSentiment(str(file)))
        calibrated = LinearSentiment(str(shipped)).temperatures
        for model in self._models:
            model.temperatures = calibrated

    def __call__(
        self, texts: Sequence[str], parts: Sequence[str], registers: Sequence[Register]
    ) -> NDArray[np.float64]:
        """Log-odds, shape (rows, 2), of *parts*, by models that have not seen their *texts*."""
        import numpy as np

        segment = RjiebaSegmenter()
        whose = np.array([fold(text, PARTS, "post") for text in texts])
        odds = np.zeros((len(texts), 2))
        for number, model in enumerate(self._models):
            own = np.flatnonzero(whose == number).tolist()
            cleaned = [clean(parts[i]) for i in own]
            cut = [segment(text) for text in cleaned]
            odds[own] = model.log_odds(cleaned, cut, [registers[i] for i in own])
        return odds


def train_all(data: Path, out: Path) -> None:
    """Make every file of ``nlp/data`` that is learned or counted, in the folder *out*."""
    from nlp.emotion_train import emotion_rows, train_emotion
    from nlp.mention_corpus import mention_rows
    from nlp.mention_taught import taught_rows
    from nlp.mention_train import train_mentions
    from nlp.sign_counts import count_signs

    rows = training_rows(data)
    count_words(rows, out / "words.txt.gz")
    count_signs(data, rows, out / "signs.csv")
    x, sizes = features(rows)
    posts = out / "linear.npz"
    log.info("linear.npz %s", train_table(x, sizes, rows, posts))
    log.info("emotion.npz %s", train_emotion(emotion_rows(data), out / "emotion.npz"))
    unseen = Unseen(x, rows, posts)
    learned = mention_rows(data) + taught_rows(data)
    file = train_mentions(learned, unseen, out / "mentions.npz")
    log.info("mentions.npz %s", file)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m nlp.train")
    parser.add_argument("--data", type=Path, required=True, help="folder with polarity.csv.gz …")
    shipped = Path(__file__).parent / "data"
    parser.add_argument("--out", type=Path, default=shipped, help="folder to write to (nlp/data)")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    train_all(arguments.data, arguments.out)


if __name__ == "__main__":
    main()
