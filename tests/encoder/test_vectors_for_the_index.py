"""Vectors that a sync brings to the index, from the shipped encoder."""

from __future__ import annotations

from index.es.fields import DIMENSIONS
from tingfeng.pipeline.elastic import vectors
from tingfeng.settings import Settings


def test_only_where_they_are_asked_for() -> None:
    assert vectors(Settings()) is None


def test_words_have_a_direction_and_silence_has_none() -> None:
    made = vectors(Settings.model_validate({"elastic": {"vectors": True}}))
    assert made is not None
    assert made.by.startswith("encoder-")
    one, nothing = made.of(["云雀手机续航不错", ""])
    assert len(one) == DIMENSIONS
    assert any(one)
    assert not any(nothing)
