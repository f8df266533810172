"""Stores under test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from index import STORES
from tingfeng import build


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    """Every store of the table, empty."""
    options = {"path": str(tmp_path / "posts.db")} if request.param == "sqlite" else {}
    made = build(STORES, {"use": request.param, **options})
    yield made
    made.close()


@pytest.fixture
def fill(store: Any, make_seen: Any, make_analysis: Any, now: Any) -> Callable[..., Any]:
    """``fill("a", "text", label="negative", brands=("云雀",))``: one post, put and read."""

    def one(id: str, text: str = "云雀手机续航不错", **changes: Any) -> Any:
        names = ("label", "brands", "copy_of", "tokens", "fingerprint", "reader", "lexicon")
        reading = {name: changes.pop(name) for name in names if name in changes}
        seen = make_seen(id, text, **changes)
        store.put([seen], now=now)
        if reading:
            store.record([make_analysis(seen.post, **reading)])
        return seen.post

    return one
