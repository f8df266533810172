"""Makes ``nlp/data/emotion.npz``: see :mod:`nlp.train`, whose command calls this."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from nlp.clean import clean
from nlp.corpus import Leaks, Row, evaluation_texts, held_out, table
from nlp.emotion import BITS, DROPPED, FORMAT, LARGEST
from nlp.linear import char_grams, word_grams
from nlp.segment import RjiebaSegmenter
from tingfeng import FEELINGS

log = logging.getLogger(__name__)

KEPT = 60_000
"""Buckets in the file; the others together change no figure by .1."""


def emotion_rows(data: Path) -> list[Row]:
    """Split ``train`` of SMP2020, each text once, without what resembles an evaluation text; the
    label is a place in :data:`tingfeng.FEELINGS`.
    """
    leaks = Leaks(evaluation_texts(data))
    rows: dict[str, Row] = {}
    for row in table(data, "emotion_smp2020"):
        if row["split"] == "train" and row["text"] not in rows and row["text"] not in leaks:
            label = FEELINGS.index(row["label"])
            rows[row["text"]] = Row(
                text=row["text"], label=label, source=f"smp2020_{row['domain']}"
            )
    return list(rows.values())


def grams(texts: Sequence[str]) -> list[tuple[Any, Any]]:
    """Pairs of characters and single words, as :class:`nlp.emotion.EmotionModel` takes them."""
    segment = RjiebaSegmenter()
    cleaned = [clean(text) for text in texts]
    chars, char_starts = char_grams(cleaned)
    words, word_starts = word_grams([segment(text) for text in cleaned])
    return [(chars[1], char_starts), (words[0], word_starts)]


def features(texts: Sequence[str]) -> Any:
    """Counts over the root of their number, shape (texts, 2 ** BITS), sparse."""
    import numpy as np

    sparse: Any = import_module("scipy.sparse")
    ids, owners = [], []
    for found, starts in grams(texts):
        owner = np.repeat(np.arange(len(texts)), np.diff([*starts, len(found)]))
        ids.append(found[found != 0] >> DROPPED)
        owners.append(owner[found != 0])
    ones = np.ones(sum(map(len, ids)), np.float32)
    shape = (len(texts), 1 << BITS)
    counted = sparse.csr_matrix((ones, (np.concatenate(owners), np.concatenate(ids))), shape=shape)
    totals = np.maximum(np.asarray(counted.sum(axis=1)).ravel(), 1)
    return (sparse.diags((1 / np.sqrt(totals)).astype(np.float32)) @ counted).tocsr()


def train_emotion(rows: Sequence[Row], out: Path) -> str:
    """Train on *rows*, write *out*, return its SHA-256."""
    import numpy as np
    from sklearn.metrics import f1_score

    from nlp.calibration import temperature
    from nlp.emotion import EmotionModel
    from nlp.train import fit, save

    x, y = features([row.text for row in rows]), np.array([row.label for row in rows])
    apart = np.array([held_out(row) for row in rows])
    inside = np.flatnonzero(~apart)
    coefficients, intercepts = fit(x[inside], y[inside], np.ones(len(inside)), len(FEELINGS))
    arrays = packed(coefficients, intercepts)
    save(arrays, out)
    logits = EmotionModel(str(out)).logits(grams([row.text for row in rows if held_out(row)]))
    arrays["temperature"] = np.float64(temperature(logits, y[apart]))
    each = f1_score(y[apart], logits.argmax(axis=1), average=None).round(4)
    log.info("emotion: %d rows, %d held out, macro-F1 %.4f, %s, temperature %.2f", len(rows),
             apart.sum(), each.mean(), dict(zip(FEELINGS, each.tolist(), strict=True)),
             arrays["temperature"])  # fmt: skip
    return save(arrays, out)


def packed(coefficients: Any, intercepts: Any) -> dict[str, Any]:
    """The arrays of the file, before calibration."""
    import numpy as np

    # What all six share decides nothing.
    apart = coefficients - coefficients.mean(axis=1, keepdims=True)
    size = np.abs(apart).max(axis=1)
    size[0] = 0
    keep = np.sort(np.argsort(-size, kind="stable")[: min(KEPT, np.count_nonzero(size))])
    largest = np.abs(apart[keep]).max()
    part = apart[keep] / largest
    return {
        "format": np.int32(FORMAT), "bits": np.int32(BITS),
        "gaps": np.diff(keep, prepend=0).astype(np.uint32),
        "weights": np.rint(np.sign(part) * np.sqrt(np.abs(part)) * 127).astype(np.int8),
        "scale": np.float64(largest / LARGEST), "bias": intercepts, "temperature": np.float64(1),
    }  # fmt: skip
