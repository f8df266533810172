"""What a brand is called, and when its name is only a word."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from typing import Literal

from tingfeng.core.analysis import Entity


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """One way of naming a brand."""

    text: str
    """As people write it. Width, case and traditional characters do not matter."""

    entity: Entity = "brand"

    near: tuple[str, ...] = ()
    """Positive context. Not empty: the name alone is ambiguous (小米 the grain), and is accepted
    only with one of these words within :attr:`window` characters, or anywhere in a short post."""

    never: tuple[str, ...] = ()
    """Negative context: rejected with one of these words within the window (小米粥)."""

    window: int = 30
    """Characters to either side that count as near."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """A brand, ours or a competitor's."""

    name: str
    role: Literal["own", "competitor"] = "own"
    aliases: tuple[Alias, ...]
    """The name itself is among them only if it is listed."""


def lexicon_version(brands: Iterable[Brand]) -> str:
    """Eight hex digits that change whenever any alias or rule changes."""
    listed = sorted(repr(astuple(brand)) for brand in brands)
    return hashlib.blake2b("\n".join(listed).encode(), digest_size=4).hexdigest()
