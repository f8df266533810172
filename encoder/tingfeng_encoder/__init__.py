"""The weights of tingfeng's encoder, and nothing else: tingfeng runs them."""

from __future__ import annotations

from pathlib import Path


def folder() -> Path:
    """Where ``model.onnx``, ``tokenizer.json`` and ``settings.json`` lie."""
    return Path(__file__).parent
