"""What lies beside the store and tells of posts: refused rows, cards of models, kept vectors."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

VECTORS = ".vectors.npz"
"""Ending of the file in which :mod:`tingfeng.pipeline.remembered` keeps vectors of texts:
``tingfeng.db`` has ``tingfeng.vectors.npz``. It may be deleted."""

_WORDS = (re.compile(r"\w+"), re.compile(r"[\w-]+"))
"""An id may end at a hyphen or hold one."""


class Named:
    """Whether a raw row names one of these ids or names."""

    def __init__(self, names: Iterable[str]) -> None:
        # In JSON a name may stand with its characters escaped.
        forms = {form for name in names if name for form in (name, json.dumps(name)[1:-1])}
        self._words = {form for form in forms if _WORDS[1].fullmatch(form)}
        self._others = forms - self._words

    def __call__(self, row: str) -> bool:
        """As whole words: 12 does not name 123. Too much rather than too little: a row of another
        platform may hold the same number.
        """
        if any(other in row for other in self._others):
            return True
        return any(not self._words.isdisjoint(words.findall(row)) for words in _WORDS)


def drop_rows(folder: Path, named: Named) -> int:
    """Take the refused rows that *named* finds out of the files in *folder*; how many."""
    dropped = 0
    for file in _files(folder, "*.jsonl"):
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if not named(json.loads(line)["content"])]
        if len(kept) < len(lines):
            dropped += len(lines) - len(kept)
            _replace(file, "".join(kept))
    return dropped


def drop_old_rows(folder: Path, before: datetime) -> int:
    """Remove files of refused rows that were written before a moment; how many. Nobody knows how
    old the rows are that could not be read.
    """
    old = [one for one in _files(folder, "*.jsonl") if one.stat().st_mtime < before.timestamp()]
    for file in old:
        file.unlink(missing_ok=True)
    return len(old)


def count_rows(folder: Path, named: Named) -> int:
    """How many :func:`drop_rows` would take."""
    return sum(
        named(json.loads(line)["content"])
        for file in _files(folder, "*.jsonl")
        for line in file.read_text(encoding="utf-8").splitlines()
    )


def drop_labels(folder: Path, keys: Collection[str]) -> int:
    """Take the keys of posts out of what cards say of the labels that made a model; how many."""
    dropped, gone = 0, frozenset(keys)
    for file in _files(folder, "*.json"):
        card = _card(file)
        labels = card.get("labels", ())
        touched = [one for one in labels if one["id"].rpartition("|")[0] in gone]
        for one in touched:
            one["id"] = ""
        if touched:
            dropped += len(touched)
            _replace(file, json.dumps(card, ensure_ascii=False, indent=1))
    return dropped


def _card(file: Path) -> dict[str, Any]:
    try:
        card: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except ValueError:  # `model list` says so, and names the remedy
        return {}
    return card


def _files(folder: Path, pattern: str) -> Iterator[Path]:
    return iter(sorted(folder.glob(pattern)))


def _replace(file: Path, text: str) -> None:
    """*text* instead of what stood in *file*: wholly or not at all; no file where nothing is left."""
    if not text:
        file.unlink(missing_ok=True)
        return
    half = file.with_name(f".{file.name}.half")
    with os.fdopen(os.open(half, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:  # fmt: skip
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    half.chmod(file.stat().st_mode & 0o777)
    half.replace(file)


Letters = Callable[[Collection[str], Collection[str]], int]
"""Drops the refused documents of these posts and author hashes; how many. Of a store that keeps
such."""
