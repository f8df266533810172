"""Files of weights as ``nlp.train`` writes them."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from tingfeng import ModelError


def filled(
    path: str | None,
    shipped: str,
    fill: Callable[[dict[str, Any]], None],
    *,
    format: int,
    bits: int,
) -> str:
    """Hand the arrays of the file *path*, else of ``nlp/data/<shipped>``, to *fill*; eight hex
    digits of the file's hash.

    Raises :class:`~tingfeng.ModelError` if it is missing, damaged, or not of this *format* and
    number of *bits*.
    """
    import numpy as np

    source = Path(path) if path else files("nlp").joinpath(f"data/{shipped}")
    try:
        raw = source.read_bytes()
        with np.load(io.BytesIO(raw), allow_pickle=False) as arrays:
            found = {name: arrays[name] for name in arrays.files}
        given = int(found["format"]), int(found["bits"])
        if given != (format, bits):
            raise ValueError(f"format and bits {given}, expected {(format, bits)}")
        fill(found)
    except (OSError, EOFError, ValueError, KeyError, BadZipFile) as error:
        raise ModelError(
            f"无法读取模型 {source}：{error}。请重新安装，或用 python -m nlp.train 重新训练",
            f"cannot read the model {source}: {error}; reinstall, or make it again with "
            "python -m nlp.train",
        ) from error
    return hashlib.sha256(raw).hexdigest()[:8]
