"""The learning curve's tables, and the gain of more labels."""

import json

import numpy as np
import pytest

from benchmarks import learning
from benchmarks.mention_curve import Answers, gain


def figure(value):
    return {"value": value, "low": value - 0.1, "high": value + 0.1, "n": 9}


def run(share, seed, value, **more):
    figures = {name: figure(value) for name in learning.FIGURES}
    return {"engine": "linear", "labels": int(100 * share), "share": share, "seed": seed,
            "on": "gold", "figures": figures, **more}  # fmt: skip


@pytest.fixture
def kept(tmp_path, monkeypatch):
    file = tmp_path / "learning.json"
    monkeypatch.setattr(learning, "FILE", file)
    helped = {"macro_f1": figure(0.05), "neg_auc": figure(0.2)}
    runs = [run(1, 0, 0.7, gain=helped), run(0.5, 0, 0.5), run(0.5, 1, 0.6)]
    file.write_text(json.dumps(runs), encoding="utf-8")
    return file


def test_seeds_are_one_line_and_shares_rise(kept):
    rows = [line for line in learning.learning().splitlines() if line.startswith("| linear")]
    assert rows[0].startswith("| linear, gold | 50 | 0, 1 | 9 | 0.550 [0.450, 0.650] | 0.550")
    assert rows[1].startswith("| linear, gold | 100 | 0 | 9 | 0.700 [0.600, 0.800] |")
    assert "| linear, gold | 100 | 0 | +0.050 [-0.050, +0.150] |" in rows[2]


def test_whether_more_labels_help_is_said_by_the_interval(kept):
    assert "beyond chance in neg_auc.\n" in learning.learned()
    kept.unlink()
    assert learning.learned() == "No run is kept.\n"


def answers(odds, label):
    n = len(label)
    return Answers(
        odds=np.array(odds), label=np.array(label), meant=np.ones(n, bool), brand=np.ones(n, bool),
        texts=[str(number) for number in range(n)],
    )  # fmt: skip


def test_the_gain_is_paired_and_leaves_out_what_has_no_attitude():
    label = [0, 1, 2, 0, 1, 2, -1] * 8
    right = np.eye(3)[[max(one, 0) for one in label]] * 0.8 + 0.05
    wrong = np.roll(right, 1, axis=1)
    same = gain([answers(right, label)], [answers(right, label)])
    assert same["macro_f1"] == {"value": 0.0, "low": 0.0, "high": 0.0, "n": 48}
    better = gain([answers(wrong, label), answers(right, label)], [answers(right, label)] * 2)
    assert better["macro_f1"]["value"] == 0.5  # the mean of both pairs
    assert better["macro_f1"]["low"] > 0
