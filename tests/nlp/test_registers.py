"""Which kind of text a post is, and which engine ``auto`` means."""

from __future__ import annotations

import pytest

from nlp import engines
from nlp.registers import SHORT, register
from tingfeng import Kind


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("review", "好" * 200, "review"),
        ("article", "好", "news"),
        ("hot", "好", "news"),
        ("post", "好" * SHORT, "short"),
        ("post", "好" * (SHORT + 1), "long"),
        ("comment", "", "short"),
        ("repost", "好" * 100, "long"),
    ],
)
def test_one_place_decides(kind: Kind, text: str, expected: str) -> None:
    assert register(kind, text) == expected


@pytest.mark.parametrize(
    ("installed", "expected"),
    [
        ({"tingfeng_encoder", "onnxruntime"}, "cascade"),
        ({"tingfeng_encoder"}, "linear"),
        ({"onnxruntime"}, "linear"),
        (set(), "linear"),
    ],
)
def test_auto_takes_what_is_installed(
    installed: set[str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "find_spec", lambda name: name if name in installed else None)
    assert engines.chosen("auto") == expected
    assert engines.chosen("llm") == "llm"
