"""Reads the pieces the story is told from: hand-written sentences and whole posts, as TOML."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from tingfeng.core.analysis import Label
from tingfeng.core.brand import Alias, Brand


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One way of talking: which pools of sentences follow each other."""

    name: str
    """File and table, e.g. ``phone.praise``."""

    label: Label
    """The attitude every text of this form is written with."""

    pools: dict[str, Any]
    """Shapes and pools by name; a pool is a list of sentences, or lists by aspect."""

    def shapes(self, platform: str) -> list[str]:
        """Orders of pools, those of *platform* where it has its own."""
        shapes: list[str] = self.pools.get(f"shapes_{platform}", self.pools["shapes"])
        return shapes

    def pool(self, name: str, platform: str) -> dict[str, list[str]]:
        """Sentences by aspect; a plain pool has the one aspect ``""``."""
        pool = self.pools[name]
        if isinstance(pool, dict):
            return pool
        return {"": pool + self.pools.get(f"{name}_{platform}", [])}


@cache
def read(name: str) -> dict[str, Any]:
    """The file ``data/{name}.toml``."""
    text = files("tingfeng.demo").joinpath(f"data/{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def form(name: str) -> Form:
    """The form called ``file.table``."""
    file, table = name.split(".")
    pools = read(file)[table]
    return Form(name=name, label=pools["label"], pools=pools)


@cache
def brands() -> tuple[Brand, ...]:
    """The lexicon of the story: two brands of ours, and a competitor named like a fruit."""
    return tuple(
        Brand(name=entry["name"], role=entry["role"], aliases=_aliases(entry["aliases"]))
        for entry in read("names")["lexicon"]
    )


def _aliases(entries: list[dict[str, Any]]) -> tuple[Alias, ...]:
    return tuple(
        Alias(
            text=entry["text"],
            entity=entry.get("entity", "brand"),
            near=tuple(entry.get("near", ())),
            never=tuple(entry.get("never", ())),
        )
        for entry in entries
    )
