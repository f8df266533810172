"""The shipped names: every entry can be used, none contradicts another."""

from __future__ import annotations

import tomllib
from collections import Counter
from importlib.resources import files

import pytest

from nlp.mentions import MentionFinder
from nlp.nicknames import brands, known, shared, suggest
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
        assert set(brand) <= {"name", "lines", "names", "products", "executives", "ambiguous"}
        named = {*brand.get("names", ()), *brand.get("products", ())}
        named |= {alias["text"] for alias in brand.get("ambiguous", ())}
        assert {name for line in brand.get("lines", ()) for name in line} <= named
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


def texts(name: str) -> set[str]:
    return {alias.text for alias in suggest(name)}


def test_a_line_of_a_house_is_not_the_house() -> None:
    assert texts("领克") == {"领克"}
    assert {"红米", "Redmi", "红米K70", "红米Note"} <= texts("红米")
    assert {text.lower() for text in texts("redmi")} == {text.lower() for text in texts("红米")}
    assert not {"小米", "雷军", "米家"} & texts("Redmi")
    assert not {"苹果", "iPad", "乔布斯"} & (texts("iPhone") | texts("AirPods"))
    assert "爱疯" in texts("iphone")
    assert texts("吉利银河") == {"吉利银河"}
    assert {"SU7", "YU7", "小米SU7"} <= texts("小米汽车")
    assert "小米" not in texts("小米汽车")
    assert texts("京东物流") == {"京东物流"}


@pytest.mark.parametrize(
    ("house", "name"),
    [("小米", "Xiaomi"), ("小米", "小米公司"), ("吉利", "Geely"), ("吉利", "吉利汽车"), ("拼多多", "拼夕夕"),
     ("大众汽车", "大众"), ("瑞幸", "瑞幸咖啡"), ("中国移动", "移动"), ("苹果", "Apple"), ("顺丰", "顺丰速运")],
)  # fmt: skip
def test_other_names_of_a_house_bring_all_of_it(house: str, name: str) -> None:
    assert texts(house) - texts(name) == set()


def test_no_line_brings_its_whole_house() -> None:
    for brand in TABLE["brand"]:
        for name in (
            *brand.get("products", ()),
            *(n for line in brand.get("lines", ()) for n in line),
        ):
            if name not in brands():
                assert brand["name"] not in texts(name), name


def test_names_that_two_brands_claim() -> None:
    house = Brand(name="吉利", aliases=suggest("吉利"))
    line = Brand(name="领克", aliases=suggest("领克"))
    other = Brand(name="甲", aliases=(Alias(text="乙"), Alias(text="geely")))
    assert shared([house, line]) == [("吉利", "领克", "领克")]
    assert shared([house, other]) == [("吉利", "甲", "Geely")]
    assert shared([line, other]) == []
