"""What people call well-known brands, and when such a name is only a word."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from importlib.resources import files
from itertools import combinations
from typing import Any

from nlp.surface import plain, spellings
from tingfeng import Alias, Brand, Entity

_ENTITIES: dict[str, Entity] = {
    "names": "brand",
    "products": "product",
    "executives": "executive",
}

_GENERIC = re.compile(
    r"(?:汽车|手机|集团|公司|科技|控股|股份|电器|家电|银行|航空|酒店|咖啡|奶茶|火锅|快递|速递|速运|电商|旅行|旅游|出行"
    r"|打车|鲜生|会员店|会员商店|超市|商城|旗舰店|专卖店|门店|官网|官方|客服|售后|平台|app|网)$"
)
"""What may stand behind a house's name without meaning another thing: 吉利汽车 is 吉利."""


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
    for brand in table["brand"]:
        for name in (*brand.get("products", ()), *(n for line in _lines(brand) for n in line)):
            known.setdefault(_key(name), brand)
    for brand in table["brand"]:
        for alias in brand.get("ambiguous", ()):
            if alias["text"].isascii():  # Apple, HP; but 企鹅 may be a publisher
                known.setdefault(_key(alias["text"]), brand)
    return known, contexts


@cache
def _ambiguous() -> dict[str, frozenset[str]]:
    """Names that need a context, each with the brands it may be."""
    found: dict[str, set[str]] = defaultdict(set)
    for brand in {id(brand): brand for brand in _shipped()[0].values()}.values():
        for alias in brand.get("ambiguous", ()):
            if alias.get("near"):
                found[plain(alias["text"])].add(brand["name"])
    return {text: frozenset(names) for text, names in found.items()}


@cache
def _contexts() -> dict[str, frozenset[str]]:
    """Names that need a context, each with the words that are shipped for it."""
    found: dict[str, set[str]] = defaultdict(set)
    for brand in {id(brand): brand for brand in _shipped()[0].values()}.values():
        for alias in brand.get("ambiguous", ()):
            if alias.get("near"):
                words = (*_words(alias["near"]), *_words(alias.get("never", ())))
                found[plain(alias["text"])].update(map(plain, words))
    return {text: frozenset(words) for text, words in found.items()}


def shipped_context(text: str) -> frozenset[str] | None:
    """The context words, folded, that are shipped for an ambiguous name; ``None``: it is not known
    as one.
    """
    return _contexts().get(plain(text))


def _lines(brand: dict[str, Any]) -> list[list[str]]:
    lines: list[list[str]] = brand.get("lines", [])
    return lines


def _key(name: str) -> str:
    return min(spellings(name), default=plain(name))


def brands() -> tuple[str, ...]:
    """Names of the brands that are known, in the order of the file."""
    known, _ = _shipped()
    return tuple(dict.fromkeys(brand["name"] for brand in known.values()))


def suggest(name: str) -> tuple[Alias, ...]:
    """What to propose for a brand called *name*: the name itself first, then what else people
    call it. Of an unknown brand only the name.

    *name* may be any name of a house (小米, Xiaomi): then all names of the house are proposed. Of a
    sub-brand or a product (红米, AirPods) only those of that line: 领克 is not 吉利.
    """
    brand = _shipped()[0].get(_key(name))
    if brand is None:
        return (Alias(text=name),)
    every = _aliases(brand)
    first = replace(every.get(plain(name), Alias(text=name)), text=name)
    listed = {plain(name): first}
    if _is_house(brand, name):
        main = plain(brand["name"])
        listed.setdefault(main, replace(every.get(main, Alias(text=name)), text=brand["name"]))
        rest = every
    else:
        line = next((one for one in _lines(brand) if _key(name) in map(_key, one)), [name])
        own = [plain(one) for one in (name, *line)]
        rest = {key: alias for key, alias in every.items() if any(one in key for one in own)}
    for key, alias in rest.items():
        listed.setdefault(key, alias)
    return tuple(listed.values())


def _aliases(brand: dict[str, Any]) -> dict[str, Alias]:
    """All names of a house by their folded text, what needs no context first."""
    doubtful: dict[str, Alias] = {}
    for alias in brand.get("ambiguous", ()):
        doubtful[plain(alias["text"])] = Alias(
            text=alias["text"], near=_near(brand, alias), never=_words(alias.get("never", ())),
            entity=alias.get("entity", "brand"),
        )  # fmt: skip
    found: dict[str, Alias] = {}
    for kind, entity in _ENTITIES.items():
        for text in brand.get(kind, ()):
            found.setdefault(
                plain(text), doubtful.get(plain(text), Alias(text=text, entity=entity))
            )
    for key, alias in doubtful.items():
        found.setdefault(key, alias)
    return found


def _is_house(brand: dict[str, Any], name: str) -> bool:
    """Whether *name* means the whole house, and not one of its lines or products."""
    lines = {_key(one) for line in _lines(brand) for one in line}
    if _key(name) in lines.union(map(_key, brand.get("products", ()))):
        return False
    house, said = _bare(brand["name"]), _bare(name)
    return house == said or house not in said


def _bare(name: str) -> str:
    """*name* without what any house may have behind its name."""
    bare = plain(name)
    while (shorter := _GENERIC.sub("", bare)) and shorter != bare:
        bare = shorter
    return bare


def _near(brand: dict[str, Any], alias: dict[str, Any]) -> tuple[str, ...]:
    """The context of *alias*. Words that may be no brand themselves vouch for none: 苹果、小米、山药
    is a recipe. Names of the same house do.
    """
    others = _ambiguous()
    return tuple(
        word
        for word in _words(alias.get("near", ()))
        if others.get(plain(word), frozenset()) <= {brand["name"]}
    )


def _words(words: Iterable[str]) -> tuple[str, ...]:
    """*words* with lists in the place of their names, without those that have a ``-`` before."""
    contexts = _shipped()[1]
    spread = [entry for word in words for entry in contexts.get(word, (word,))]
    out = {entry[1:] for entry in spread if entry.startswith("-") and len(entry) > 1}
    return tuple(e for e in dict.fromkeys(spread) if e not in out and e[1:] not in out)


def shared(brands: Iterable[Brand]) -> list[tuple[str, str, str]]:
    """Names that two of *brands* both claim, as (brand, other brand, name): their mentions count
    for both.
    """
    owners: dict[str, dict[str, str]] = defaultdict(dict)
    for brand in brands:
        for alias in brand.aliases:
            for flat in spellings(alias.text):
                owners[flat].setdefault(brand.name, alias.text)
    found = [
        (one, other, claims[one])
        for claims in owners.values()
        for one, other in combinations(claims, 2)
    ]
    return list(dict.fromkeys(found))


def known(name: str) -> bool:
    """Whether :func:`suggest` knows more of *name* than itself."""
    return _key(name) in _shipped()[0]
