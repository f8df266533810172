"""What people call well-known brands, and when such a name is only a word."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from nlp.surface import plain, spellings
from tingfeng import Alias, Entity

_ENTITIES: dict[str, Entity] = {
    "names": "brand",
    "products": "product",
    "executives": "executive",
}


@cache
def _shipped() -> tuple[dict[str, Any], dict[str, tuple[str, ...]]]:
    """Brands by every unambiguous name; the shared lists of context words."""
    text = files("nlp").joinpath("data/nicknames.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    contexts = {f"@{name}": tuple(words) for name, words in table["contexts"].items()}
    known: dict[str, Any] = {}
    # A brand's own name before everybody's nicknames: 荣耀 is no product of another house.
    for brand in table["brand"]:
        known[_key(brand["name"])] = brand
    for brand in table["brand"]:
        for name in brand.get("names", ()):
            known.setdefault(_key(name), brand)
        for alias in brand.get("ambiguous", ()):
            if alias["text"] in brand["name"] or brand["name"] in alias["text"]:
                known.setdefault(_key(alias["text"]), brand)
    return known, contexts


def _key(name: str) -> str:
    return min(spellings(name), default=plain(name))


def brands() -> tuple[str, ...]:
    """Names of the brands that are known, in the order of the file."""
    known, _ = _shipped()
    return tuple(dict.fromkeys(brand["name"] for brand in known.values()))


def suggest(name: str) -> tuple[Alias, ...]:
    """What to propose for a brand called *name*: the name itself first, then what else people
    call it. Of an unknown brand only the name.

    *name* may be any of its unambiguous names (小米, Xiaomi, 小米手机).
    """
    known, contexts = _shipped()
    brand = known.get(_key(name))
    if brand is None:
        return (Alias(text=name),)
    found: dict[str, Alias] = {}
    for alias in brand.get("ambiguous", ()):
        near = _words(alias.get("near", ()), contexts)
        never = _words(alias.get("never", ()), contexts)
        found[plain(alias["text"])] = Alias(
            text=alias["text"], near=near, never=never, entity=alias.get("entity", "brand")
        )
    first = found.get(plain(name), Alias(text=name))
    listed = {plain(name): first}
    listed.setdefault(
        plain(brand["name"]), found.get(plain(brand["name"]), Alias(text=brand["name"]))
    )
    for key, entity in _ENTITIES.items():
        for text in brand.get(key, ()):
            listed.setdefault(plain(text), found.get(plain(text), Alias(text=text, entity=entity)))
    for key, ambiguous in found.items():
        listed.setdefault(key, ambiguous)
    return tuple(listed.values())


def _words(words: list[str], contexts: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    spread = [entry for word in words for entry in contexts.get(word, (word,))]
    return tuple(dict.fromkeys(spread))


def known(name: str) -> bool:
    """Whether :func:`suggest` knows more of *name* than itself."""
    return _key(name) in _shipped()[0]
