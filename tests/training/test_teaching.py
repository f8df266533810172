"""One command from several encoders to what a student learns of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nlp.engines.encoder import EncoderEngine
from nlp.mention_taught import Found
from training import teach
from training.tasks import MentionRow

TINY = str(Path(__file__).parents[1] / "encoder" / "tiny")
"""An exported encoder that knows nothing: read without torch."""

TEXTS = ["云雀手机续航很好", "我的云雀太差了", "云雀"]
PLACES = [(text, text.index("云雀"), text.index("云雀") + 2) for text in TEXTS]

Taught = Callable[..., dict[str, Any]]


@pytest.fixture
def teach_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> Taught:
    """``teach_of("linear", TEACHER, …)``: the arrays of the file, and what the command printed."""
    found = [Found(1, n, *place) for n, place in enumerate(PLACES)]
    rows = [
        MentionRow(text=text, start=start, end=end, stance=None, source="unlabelled")
        for text, start, end in PLACES
    ]
    monkeypatch.setattr(teach, "pool", lambda _: iter(found))
    monkeypatch.setattr(teach, "unlabelled", lambda *_: rows)

    def run(student: str, *teachers: str) -> dict[str, Any]:
        out = tmp_path / "taught.npz"
        arguments = ["--data", str(tmp_path), "--student", student, "--out", str(out), *teachers]
        teach.main(arguments)
        with np.load(out, allow_pickle=False) as arrays:
            return {**arrays, **json.loads(capsys.readouterr().out)}

    return run


def test_the_answers_are_the_plain_mean_of_the_teachers(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    said = {name: rng.normal(size=(4, 7)).astype(np.float32) for name in "ab"}
    monkeypatch.setattr(teach, "logits", lambda name, _: said[name])
    mean = teach.taught("ab", [])
    assert mean == pytest.approx((teach.odds(said["a"]) + teach.odds(said["b"])) / 2)
    for at, to in teach.HEADS:
        assert mean[:, at:to].sum(axis=1) == pytest.approx(1)
    # A teacher that is sure of nonsense is no number out of range.
    assert np.isfinite(teach.odds(np.full((1, 7), 1e4))).all()


def test_the_linear_student_learns_sides_brand_and_advert(teach_of: Taught) -> None:
    made = teach_of("linear", TINY)
    odds = teach.odds(EncoderEngine(TINY).mention_logits(PLACES))
    assert made["answers"] / 255 == pytest.approx(odds[:, [0, 1, 2, 4, 6]], abs=1 / 255)
    assert made["row"].tolist() == [0, 1, 2]
    assert made["start"].tolist() == [start for _, start, _ in PLACES]


def test_the_encoder_learns_log_probabilities_that_its_training_takes(teach_of: Taught) -> None:
    made = teach_of("encoder", TINY)["logits"]
    assert (made.shape, made.dtype) == ((3, 7), np.float32)
    assert np.exp(made) == pytest.approx(
        teach.odds(EncoderEngine(TINY).mention_logits(PLACES)), abs=1e-5
    )


@pytest.mark.parametrize("student", sorted(teach.STUDENTS))
def test_the_same_teachers_give_the_same_bytes_and_are_named(
    teach_of: Taught, student: str
) -> None:
    once, again = teach_of(student, TINY, TINY), teach_of(student, TINY, TINY)
    assert once["file"] == again["file"]
    assert once["teachers"].keys() == {TINY}
    assert len(once["teachers"][TINY]) == 64


def test_the_card_names_the_shipped_file() -> None:
    folder = files("nlp").joinpath("data")
    digest = hashlib.sha256(folder.joinpath("taught.npz").read_bytes()).hexdigest()
    assert digest in folder.joinpath("MODEL_CARD.md").read_text(encoding="utf-8")


@pytest.mark.transformers
def test_encoders_fresh_from_training_teach_too(teach_of: Taught, tmp_path: Path) -> None:
    from tokenizers import Tokenizer

    from training.mentions import scores
    from training.network import load, save
    from training.tiny import encoder

    folder = tmp_path / "base"
    for seed in range(2):
        save(encoder(folder, seed), tmp_path / f"{seed}.pt")
    teachers = [f"{folder}:{tmp_path / f'{seed}.pt'}" for seed in range(2)]
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    each = [
        teach.odds(scores(load(tmp_path / f"{seed}.pt"), tokenizer, PLACES)) for seed in range(2)
    ]
    assert not np.allclose(*each, atol=0.01)
    made = teach_of("linear", *teachers)
    assert made["answers"] / 255 == pytest.approx(np.mean(each, 0)[:, teach.YES], abs=1 / 255)
    assert made["file"] == teach_of("linear", *teachers)["file"]
    assert len(set(made["teachers"].values())) == 2
