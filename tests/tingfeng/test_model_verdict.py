"""A new model that is no better beyond chance says so first, and nobody is told to switch to it."""

import csv
import json
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from index.sqlite import SQLiteStore
from nlp.adapter_labels import Labels
from tingfeng import Correction
from tingfeng.cli import main
from tingfeng.pipeline.model_figures import better, decided, fallen, side_by_side

SETTINGS = """
[reader]
sentiment = { use = "words_engine:WordsEngine" }
processes = 1
[label]
by = "小王"
[[brands]]
name = "云雀"
aliases = ["云雀"]
"""
MAPPING = """
[constants]
platform = "weibo"
[columns]
id = "id"
text = "text"
published_at = "time"
"""
SAID = {"negative": ["开裂", "卡顿"], "neutral": ["发布", "参数"], "positive": ["丝滑", "扎实"]}
"""Words that the engine does not know."""
LABELS = tuple(SAID)


@pytest.fixture
def folder(tmp_path, monkeypatch, now):
    monkeypatch.syspath_prepend(Path(__file__).parent)
    monkeypatch.chdir(tmp_path)
    Path("tingfeng.toml").write_text(SETTINGS, encoding="utf-8")
    Path("map.toml").write_text(MAPPING, encoding="utf-8")
    with Path("posts.csv").open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["id", "text", "time"])
        for number in range(120):
            word = SAID[LABELS[number % 3]][number // 3 % 2]
            text = f"第{number}天用云雀，感觉{word}{number * 7919 % 9973}"
            rows.writerow([number, text, f"{now - timedelta(hours=number):%Y-%m-%d %H:%M:%S}"])
    assert main(["import", "posts.csv", "--map", "map.toml", "--json"]) == 0
    assert main(["analyze", "--json"]) == 0
    return tmp_path


def ask(capsys, *words):
    capsys.readouterr()
    assert main([*words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def label(now, numbers, of):
    store = SQLiteStore("tingfeng.db")
    store.correct(
        [
            Correction(key=f"weibo:{n}", brand="云雀", label=of(n), by="小王", at=now)
            for n in numbers
        ]
    )
    store.close()


def noise(number):
    """Labels that the words say nothing of."""
    return LABELS[number * 7919 // 13 % 3]


def told(capsys, *words):
    capsys.readouterr()
    assert main(list(words)) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("command", ["train", "calibrate"])
def test_no_better_is_the_first_line_and_nobody_is_told_to_switch(folder, capsys, now, command):
    label(now, range(120), noise)
    made = ask(capsys, command)
    assert made["better"] is made["figures"]["mention"]["better"] is False
    first, *rest = told(capsys, command).splitlines()
    assert first == "没有变好：保留原来的引擎（shipped）"
    assert "可能学过其中一些文字" in "".join(rest[:4])
    assert "model use" not in "".join(rest)
    assert "还没有启用" in rest[-1]
    english = told(capsys, "--lang", "en", command)
    assert english.startswith("not better: keep the old one (shipped)\n  to the brand: ")
    assert "flattered" in english
    assert "model use" not in english


def test_better_says_by_how_much_and_how_to_use_it(folder, capsys, now):
    label(now, range(90), lambda n: LABELS[n % 3])
    made = ask(capsys, "train")
    assert made["better"] is True
    first, second, *rest = told(capsys, "train").splitlines()
    assert first == "变好了，超出偶然（与 shipped 比）"
    assert second.startswith("  对品牌：宏 F1 +0.")
    assert f"tingfeng model use {made['model']}" in rest[-1]
    card = json.loads((folder / "models" / f"{made['model']}.json").read_text(encoding="utf-8"))
    assert card["better"] is True

    ask(capsys, "model", "use", made["model"])
    again = told(capsys, "train")
    assert again.startswith(f"没有变好：保留原来的引擎（{made['model']}）\n")
    assert "旧模型学过其中 90 条，它的数字偏高" in again


def test_with_few_labels_nobody_can_tell(folder, capsys, now):
    label(now, range(36), lambda n: LABELS[n % 3])
    made = ask(capsys, "calibrate")
    assert made["better"] is None
    output = told(capsys, "calibrate")
    assert output.startswith(
        "数据不足，看不出有没有变好：保留原来的引擎（shipped）。每类至少要 20 条"
    )
    assert "model use" not in output


def rows(number, classes=3):
    texts = [str(n) for n in range(number)]
    return Labels(
        question="mention", odds=np.full((number, 3), 1 / 3), contexts=[("", "", "")] * number,
        label=np.arange(number) % classes, groups=texts, weight=np.ones(number),
    )  # fmt: skip


def right(of, share):
    """Odds that are sure, and right in this share."""
    dice = np.random.default_rng(0)
    said = np.where(dice.random(len(of.label)) < share, of.label, (of.label + 1) % 3)
    return np.eye(3)[said] * 0.7 + 0.1


@pytest.mark.parametrize(
    ("number", "share", "said"), [(120, 0.9, True), (120, 0.35, False), (120, 0.1, False), (45, 0.9, None)]
)  # fmt: skip
def test_better_is_above_zero_with_all_of_the_interval(number, share, said):
    of = rows(number)
    for kind in ("train", "calibrate"):
        assert better(of, side_by_side(of, {}, right(of, share), None), kind) is said


def test_guessing_by_lot_is_no_improvement_on_always_the_same():
    """Macro-F1 of one answer to all is a third of that of guesses."""
    of = rows(240)
    of.odds[:, 1] += 0.01
    found = side_by_side(of, {}, np.random.default_rng(1).dirichlet([9, 9, 9], 240), None)
    assert found["difference"]["macro_f1"]["low"] > 0
    assert better(of, found, "train") is False


def test_one_question_that_falls_spoils_the_other():
    of = rows(120)
    good = {"better": True, **side_by_side(of, {}, right(of, 0.9), None)}
    bad = {"better": False, **side_by_side(of, {}, right(of, 0.05), None)}
    even = {"better": False, **side_by_side(of, {}, of.odds, None)}
    unknown = {**even, "better": None}
    assert fallen(bad)
    assert not fallen(even)
    for figures, said in (
        ([good], True), ([good, even], True), ([good, unknown], True), ([good, bad], False),
        ([even, unknown], False), ([unknown], None),
    ):  # fmt: skip
        assert decided({str(n): one for n, one in enumerate(figures)}) is said
