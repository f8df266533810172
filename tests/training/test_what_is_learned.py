"""What the shipped encoder was taught: nothing that anything is measured on."""

import csv
import hashlib
import json
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from nlp.corpus import Leaks, evaluation_texts
from training.tasks import NONE, buckets, held_out, mention_id, mention_rows, post_rows, unlabelled

HARD = files("nlp").joinpath("data/hard_cases.csv")


def hard_texts() -> list[str]:
    return [row["text"] for row in csv.DictReader(HARD.read_text(encoding="utf-8").splitlines())]


def written() -> list[str]:
    text = files("nlp").joinpath("data/written_mentions.csv").read_text(encoding="utf-8")
    return [row["text"] for row in csv.DictReader(text.splitlines())]


def test_no_hard_case_stands_among_the_written_sentences():
    leaks = Leaks(hard_texts())
    assert [text for text in written() if text in leaks] == []


def test_every_hard_case_marks_its_brand():
    for row in csv.DictReader(HARD.read_text(encoding="utf-8").splitlines()):
        start = int(row["start"])
        assert row["text"][start : start + len(row["brand"])] == row["brand"]


@pytest.mark.data
def test_no_evaluation_text_is_learned(data: Path):
    leaks = Leaks([*evaluation_texts(data), *hard_texts()])
    mentions, posts, loose = mention_rows(data), post_rows(data, 0), unlabelled(data, 0)
    assert len(mentions) > 15_000
    assert len(posts) > 80_000
    assert len(loose) > 4_000
    for rows in (mentions, posts, loose):
        assert [row.text for row in rows if row.text in leaks] == []


@pytest.mark.data
def test_labels_are_kept_without_texts_and_find_them_again(data: Path):
    rows = [row for row in mention_rows(data) if row.source.startswith("labelled")]
    assert len(rows) > 1_500
    kept = files("nlp").joinpath("data/labels.csv").read_text(encoding="utf-8")
    ids = {row["id"]: row for row in csv.DictReader(kept.splitlines())}
    assert "text" not in next(iter(ids.values()))
    for row in rows:
        label = ids[mention_id(row.text, row.start)]
        assert row.text[row.start : row.end] == label["brand"]
        assert (row.stance is None) == (label["is_brand"] == "0")
        assert row.advert in (0, 1, NONE)


def test_one_text_in_twelve_is_held_out():
    share = np.mean([held_out(f"第{n}条帖子") for n in range(6000)])
    assert 0.07 < share < 0.1


def test_batches_hold_every_row_once_and_like_lengths_together():
    rng = np.random.default_rng(0)
    lengths = rng.integers(5, 120, 1000)
    batches = buckets(lengths, rng, 32)
    assert sorted(np.concatenate(batches).tolist()) == list(range(1000))
    assert np.mean([np.ptp(lengths[batch]) for batch in batches]) < 15


def test_the_card_names_the_shipped_weights():
    folder = Path(__file__).parents[2] / "encoder" / "tingfeng_encoder"
    digest = hashlib.sha256((folder / "model.onnx").read_bytes()).hexdigest()
    assert digest in (folder / "MODEL_CARD.md").read_text(encoding="utf-8")
    described = json.loads((folder / "settings.json").read_text(encoding="utf-8"))
    assert {"post", "mention"} <= set(described["calibration"])
