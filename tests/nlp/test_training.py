"""Which texts may be learned from, and that training gives the same file twice."""

from __future__ import annotations

import csv
import gzip
from importlib.resources import files
from pathlib import Path

import pytest

from nlp.corpus import Leaks, Row, held_out, phrases, training_rows
from nlp.linear import LinearSentiment
from nlp.segment import RjiebaSegmenter

LONG = "云雀手机用了三天就自动关机客服让我等七个工作日太失望了大家别买"


@pytest.mark.parametrize(
    ("text", "leaks"),
    [
        (LONG, True),
        (LONG.replace("三天", "五天") + "！", True),
        ("前面先说几句别的话再引用一大段评测里的原文如下所示" * 3 + LONG, True),
        ("云雀手机用了三天，屏幕还不错，拍照也清楚，打算再看看电池怎么样", False),
        ("好", False),
        ("不好", True),
    ],
)
def test_edited_evaluation_texts_are_recognised(text: str, leaks: bool) -> None:
    assert (text in Leaks([LONG, "不好"])) is leaks


def test_phrases_are_written_once_and_never_held_out() -> None:
    rows = list(phrases())
    assert len({row.text for row in rows}) == len(rows) > 500
    assert not any(map(held_out, rows))
    assert held_out(Row(text="甲", label=0, source="x")) in (True, False)


def test_the_card_names_the_shipped_file() -> None:
    card = files("nlp").joinpath("data/MODEL_CARD.md").read_text(encoding="utf-8")
    assert LinearSentiment().version.removeprefix("linear-") in card


@pytest.mark.data
def test_no_evaluation_text_is_learned(data: Path) -> None:
    with gzip.open(data / "polarity.csv.gz", "rt", encoding="utf-8") as file:
        held = {r["text"] for r in csv.DictReader(file) if r["role"].startswith("open_eval")}
    sources = {"aspect_products", "harm_open_half"}
    rows = training_rows(data)
    assert len(rows) > 100_000
    assert not held & {row.text for row in rows}
    assert not sources & {row.source for row in rows}


def test_training_twice_gives_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("sklearn", reason="the extra 'train' is not installed")
    from nlp import train

    monkeypatch.setattr(train, "held_out", lambda row: row.text.endswith("1"))
    monkeypatch.setattr(train, "KEPT", 1.0)
    things = ["手机", "屏幕", "续航", "客服", "味道", "房间"]
    rows = [
        Row(text=f"{thing}{word}{n}", label=label, source=source)
        for n in range(12)
        for thing in things
        for source in ("weibo2018", "waimai_10k")
        for label, word in enumerate(("太差了坏了", "今天发布", "真好喜欢"))
    ] + [
        Row(text=f"{thing * 40}{word}{n}", label=label, source="weibo2018")
        for n in range(12)
        for thing in things
        for label, word in enumerate(("太差了坏了", "今天发布", "真好喜欢"))
    ]
    first, second = tmp_path / "1.npz", tmp_path / "2.npz"
    assert train.train(rows, first) == train.train(rows, second)
    assert first.read_bytes() == second.read_bytes()
    model, words = LinearSentiment(str(first)), RjiebaSegmenter()("续航真好喜欢")
    mood = model(["续航真好喜欢"], [words])[0]
    assert mood.positive > max(mood.negative, mood.neutral)
