"""The shipped names: every entry can be used, none contradicts another."""

from __future__ import annotations

import tomllib
from collections import Counter
from importlib.resources import files

import pytest

from nlp.mentions import MentionFinder
from nlp.nicknames import brands, known, suggest
from tingfeng import Alias, Brand

TABLE = tomllib.loads(files("nlp").joinpath("data/nicknames.toml").read_text(encoding="utf-8"))


def test_brands_are_listed_once() -> None:
    assert len(brands()) >= 150
    assert max(Counter(brand["name"] for brand in TABLE["brand"]).values()) == 1


@pytest.mark.parametrize("name", brands())
def test_every_suggestion_finds_its_own_names(name: str) -> None:
    aliases = suggest(name)
    assert name in {alias.text for alias in aliases}
    finder = MentionFinder([Brand(name=name, aliases=aliases)])
    for alias in aliases:
        text = f"。{alias.text}。{alias.near[0] if alias.near else ''}"
        assert finder.find(text), alias.text


def test_entries_have_known_keys_and_contexts() -> None:
    for brand in TABLE["brand"]:
        assert set(brand) <= {"name", "names", "products", "executives", "ambiguous"}
        for alias in brand.get("ambiguous", ()):
            assert set(alias) <= {"text", "near", "never", "entity"}
            lists = [word for word in alias.get("near", ()) if word.startswith("@")]
            assert {word[1:] for word in lists} <= set(TABLE["contexts"])


def test_any_clear_name_leads_to_the_brand() -> None:
    assert suggest("Xiaomi")[0] == Alias(text="Xiaomi")
    assert any(alias.text == "小米" and alias.near for alias in suggest("xiaomi"))
    assert any(alias.text == "雷军" and alias.entity == "executive" for alias in suggest("小米"))


def test_an_unknown_brand_is_only_its_name() -> None:
    assert suggest("云雀科技") == (Alias(text="云雀科技"),)
    assert not known("云雀科技")
