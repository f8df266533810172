"""The engine that runs an exported encoder."""

import json
import shutil
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.engines import chosen
from nlp.engines.encoder import EncoderEngine
from nlp.registers import REGISTERS
from tingfeng import ModelError

from .conftest import TINY, ask

TEXTS = [
    "云雀手机续航很好",
    "太差了，没有青鸟好",
    "云雀",
    "你好吗？" * 200,
    "",
    "\ud83d",
    "http://a.b",
]


def read(engine, texts, registers=None):
    return engine.posts(texts, [[] for _ in texts], registers or ["short"] * len(texts))


def test_every_text_gets_an_answer_in_order(tiny):
    moods = read(tiny, TEXTS)
    assert [read(tiny, [text])[0] for text in TEXTS] == moods
    for mood in moods:
        side = mood.sentiment
        assert side.negative + side.neutral + side.positive == pytest.approx(1)
        assert sum(mood.emotion.odds) == pytest.approx(1)
    assert read(tiny, []) == []
    assert tiny.mentions([]) == []


@given(st.lists(st.sampled_from(TEXTS), min_size=1, max_size=6))
@settings(max_examples=20, deadline=None)
def test_what_is_said_of_a_text_depends_on_it_alone(texts):
    """Eight-bit matrices scale their input by the whole batch: here a batch is one text."""
    engine = EncoderEngine(str(TINY))
    logits = engine.post_logits(texts)
    for text, row in zip(texts, logits, strict=True):
        assert np.array_equal(engine.post_logits([text])[0], row)


def test_a_mention_is_answered_with_its_clause(tiny):
    text = "云雀手机续航很好，青鸟太差了"
    one, other = tiny.mentions(ask(text, "云雀", "青鸟"))
    assert text[slice(*one.span)] == "云雀手机续航很好"
    assert text[slice(*other.span)] == "青鸟太差了"
    assert one.sentiment != other.sentiment
    assert 0 <= one.meant <= 1
    assert 0 <= one.advert <= 1
    assert tiny.mentions(ask(text, "青鸟"))[0].sentiment == other.sentiment


def test_each_register_has_its_calibration(tmp_path):
    shutil.copytree(TINY, tmp_path / "model")
    file = tmp_path / "model" / "settings.json"
    described = json.loads(file.read_text())
    plain = described["calibration"]["post"]
    described["calibration"]["post/review"] = plain | {"temperature": 9.0}
    described["calibration"]["post/news"] = plain | {"threshold": 0.99}
    file.write_text(json.dumps(described))
    engine = EncoderEngine(str(tmp_path / "model"))
    texts = ["云雀手机续航很好"] * len(REGISTERS)
    found = dict(zip(REGISTERS, read(engine, texts, list(REGISTERS)), strict=True))
    assert found["short"] == found["long"]
    side, flat = found["short"].sentiment, found["review"].sentiment
    assert max(flat.negative, flat.neutral, flat.positive) < max(
        side.negative, side.neutral, side.positive
    )
    assert found["news"].sentiment.label == "uncertain"
    assert engine.version != EncoderEngine(str(TINY)).version


def test_a_threshold_of_ones_own_is_part_of_the_name():
    strict = EncoderEngine(str(TINY), threshold=0.999)
    assert read(strict, ["云雀"])[0].sentiment.label == "uncertain"
    assert strict.version.endswith("@0.999")


def test_vectors_have_one_row_a_text(tiny):
    assert tiny.vectors(TEXTS).shape == (len(TEXTS), 6)
    assert tiny.vectors([]).shape == (0, 6)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "settings.json"])
@pytest.mark.parametrize("damage", ["missing", "cut"])
def test_a_missing_or_damaged_file_is_named(tmp_path, name, damage):
    shutil.copytree(TINY, tmp_path / "model")
    file = tmp_path / "model" / name
    if damage == "missing":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[:100])
    with pytest.raises(ModelError, match=name):
        read(EncoderEngine(str(tmp_path / "model")), ["云雀"])


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_weights_of_another_model_are_refused(tmp_path, name):
    shutil.copytree(TINY, tmp_path / "model")
    file = tmp_path / "model" / name
    # Both files stay readable: JSON takes a blank, a protobuf message an unknown field.
    file.write_bytes(file.read_bytes() + (b" " if name == "tokenizer.json" else b"\xfa\x3f\x00"))
    with pytest.raises(ModelError, match=r"settings\.json.*training\.export"):
        read(EncoderEngine(str(tmp_path / "model")), ["云雀"])


def test_a_file_of_another_format_is_refused(tmp_path):
    shutil.copytree(TINY, tmp_path / "model")
    file = tmp_path / "model" / "settings.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"format": 99}))
    with pytest.raises(ModelError, match="format 99"):
        EncoderEngine(str(tmp_path / "model"))


@pytest.mark.parametrize("library", ["onnxruntime", "tokenizers"])
def test_without_the_extra_the_remedy_is_said(monkeypatch, library):
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(ModelError, match=rf"{library}.*tingfeng\[encoder\].*linear"):
        EncoderEngine(str(TINY))


@pytest.mark.parametrize("part", ["tingfeng_encoder", "onnxruntime"])
def test_auto_is_linear_without_the_extra(monkeypatch, part):
    monkeypatch.setitem(sys.modules, part, None)
    assert chosen("auto") == "linear"
