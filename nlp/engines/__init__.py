"""Engines that read attitude, by name: :data:`nlp.ENGINES`."""

from __future__ import annotations

from importlib.util import find_spec


def chosen(name: str) -> str:
    """The engine that *name* means here: ``auto`` is ``cascade`` where the extra ``[encoder]`` is
    installed, else ``linear``; every other name is itself.
    """
    if name != "auto":
        return name
    installed = all(find_spec(needed) for needed in ("tingfeng_encoder", "onnxruntime"))
    return "cascade" if installed else "linear"
