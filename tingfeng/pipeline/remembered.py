"""Vectors of texts, made once and kept beside the store."""

from __future__ import annotations

import hashlib
import io
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from zipfile import BadZipFile

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

KEPT = 20_000
"""Vectors in the file beside the store, the last used: 256 half-precision numbers each, 10 MB."""

MANY = 500
"""Vectors that it takes some seconds to make, so that a person wants to know how long."""

_TRIAL = 64
"""Texts by which the speed of this machine, for such texts, is known well enough for a guess."""

Announce = Callable[[int, float], object]
"""Told how many vectors are missing and about how many seconds the rest of them will take."""


class VectorReader(Protocol):
    """What turns texts into vectors."""

    version: str

    def vectors(self, texts: Sequence[str]) -> Floats:
        """Shape (texts, d)."""


class Remembered:
    """Vectors that need not be made again: kept in a file beside the store, by text and model."""

    def __init__(
        self,
        engine: VectorReader,
        file: Path | None,
        *,
        announce: Announce = lambda missing, seconds: None,
        timer: Callable[[], float] = time.perf_counter,
    ) -> None:
        """*file*: ``None`` keeps nothing. One of another model, or damaged, is begun anew."""
        self._engine = engine
        self._file = file
        self._announce = announce
        self._timer = timer

    def vectors(self, texts: Sequence[str]) -> Floats:
        """As :meth:`VectorReader.vectors`."""
        import numpy as np

        names = [hashlib.blake2b(text.encode(), digest_size=16).digest() for text in texts]
        known = self._load()
        missing = {name: text for name, text in zip(names, texts, strict=True) if name not in known}
        if missing:
            made = self._made(list(missing.values())).astype(np.float16)
            used = dict.fromkeys(names)
            rest = {name: known[name] for name in known if name not in used}
            known |= dict(zip(missing, made, strict=True))
            self._save({**rest, **{name: known[name] for name in used}})
        return np.stack([known[name] for name in names]).astype(np.float32)

    def _made(self, texts: list[str]) -> Floats:
        import numpy as np

        if len(texts) <= MANY:
            return self._engine.vectors(texts)
        first, trial, rest = texts[:1], texts[1 : 1 + _TRIAL], texts[1 + _TRIAL :]
        made = [self._engine.vectors(first)]  # with it the model is read
        began = self._timer()
        made.append(self._engine.vectors(trial))
        self._announce(len(texts), (self._timer() - began) / len(trial) * len(rest))
        return np.concatenate([*made, self._engine.vectors(rest)])

    def _load(self) -> dict[bytes, NDArray[np.float16]]:
        import numpy as np

        if self._file is None or not self._file.exists():
            return {}
        try:
            with np.load(io.BytesIO(self._file.read_bytes()), allow_pickle=False) as kept:
                if str(kept["version"]) != self._engine.version:
                    return {}
                names = [bytes(name) for name in kept["names"]]
                return dict(zip(names, kept["vectors"], strict=True))
        except (OSError, EOFError, ValueError, KeyError, BadZipFile):
            return {}

    def _save(self, known: dict[bytes, NDArray[np.float16]]) -> None:
        import numpy as np

        if self._file is None or not os.access(self._file.parent, os.W_OK):
            return
        kept = dict(list(known.items())[-KEPT:])
        names = np.frombuffer(b"".join(kept), np.uint8).reshape(-1, 16)
        body = io.BytesIO()
        np.savez(
            body, version=np.array(self._engine.version), names=names,
            vectors=np.stack(list(kept.values())),
        )  # fmt: skip
        beside = self._file.with_name(f"{self._file.name}.{os.getpid()}")
        beside.write_bytes(body.getvalue())
        beside.replace(self._file)
