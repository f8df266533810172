"""Cells about creators as vendors write them."""

import pytest

from crawlers.creators import audience, values
from crawlers.creators.names import bare, barest


@pytest.mark.parametrize(
    ("raw", "meant"),
    [
        ("12.3万", 123_000), ("1.2w", 12_000), ("10w+", 100_000), ("1,234", 1234), (12.0, 12), ("0", 0),
        ("-", None), ("Null", None), ("", None), ("暂无数据", None), (None, None), (float("nan"), None), ("很多", None),
    ],
)  # fmt: skip
def test_counts(raw, meant):
    assert values.count(raw) == meant


def test_the_head_of_a_column_may_give_the_unit():
    assert values.count("12.3", values.unit("粉丝数(万)")) == 123_000
    assert values.count("12.3万", values.unit("粉丝数（单位：万）")) == 123_000
    assert values.unit("粉丝数") == 1


@pytest.mark.parametrize(
    ("raw", "meant"),
    [
        ("¥1,200", (1200, False)), ("1.2万", (12_000, False)), ("3000-5000", (5000, True)), ("1-2万", (20_000, True)),
        ("800元起", (800, False)), ("面议", (None, False)), ("-", (None, False)), ("0", (None, False)), (60.0, (60, False)),
        ("看情况", (None, False)), ("找不到", (None, False)), ("1.5w", (15_000, False)),
    ],
)  # fmt: skip
def test_amounts_of_money(raw, meant):
    assert values.amount(raw) == meant


@pytest.mark.parametrize("raw", ["-500", "1.2.3", "$1,200", "5000 USD", "3千美元", "HK$800", "€90"])
def test_what_is_no_amount_of_yuan_is_no_price(raw):
    assert values.amount(raw) == (None, False)


def test_other_money_is_read_where_it_is_named():
    assert values.amount("$1,200", yuan=False) == (1200, False)


def test_shares_are_read_by_their_column():
    assert values.share("50.37", hundreds=True) == 0.5037
    assert values.share("50.37%", hundreds=False) == values.share(0.5037, hundreds=False) == 0.5037
    assert values.share("0.52", hundreds=values.is_hundreds(["0.52", "32.8", "-"])) == 0.0052
    assert values.share("120%", hundreds=False) is None


@pytest.mark.parametrize(
    "cell",
    [
        "1        广东        8.56%\n2        江苏        6.31%", "广东:8.56%,江苏:6.31%", "广东 8.56%；江苏 6.31%",
        "1.广东（8.56%）\n2.江苏（6.31%）", "广东8.56%|江苏6.31%", {"广东": 0.0856, "江苏": "6.31%"},
    ],
)  # fmt: skip
def test_lists_of_shares_in_one_cell(cell):
    assert audience.cell(cell) == pytest.approx({"广东": 0.0856, "江苏": 0.0631})


def test_numbers_without_signs_are_per_cent_if_they_sum_to_more_than_the_whole():
    assert audience.cell("女性 88.6\n男性 11.4") == pytest.approx({"女性": 0.886, "男性": 0.114})
    assert audience.cell("18-24: 0.3; 25-34: 0.5") == {"18-24": 0.3, "25-34": 0.5}
    assert audience.cell("Null") == audience.cell(None) == {}


def test_ages_of_other_bands_are_split_by_years():
    said = {"18-23岁": 0.3, "24-30岁": 0.35, "31-40岁": 0.2, "41-50岁": 0.1, "50岁以上": 0.05}
    found = audience.grouped("age", said)
    assert found["18-24"] == pytest.approx(0.3 + 0.35 / 7)
    assert found["25-34"] == pytest.approx(0.35 * 6 / 7 + 0.2 * 4 / 10)
    assert found["35-44"] == pytest.approx(0.2 * 6 / 10 + 0.1 * 4 / 10)
    assert sum(found.values()) == pytest.approx(1)
    assert audience.grouped("age", {"18岁以下": 0.1, ">44": 0.2}) == {"<18": 0.1, ">44": 0.2}


def test_columns_of_one_age_group_are_known_by_their_form():
    assert audience.age_column("粉丝年龄18-24") == audience.age_column("年龄18-24占比") == "18-24"
    assert audience.age_column("粉丝年龄<18") == "<18"
    assert audience.age_column("18-23岁占比") == "18-23"
    assert audience.age_column("1-20s视频报价") is None


def test_groups_of_gender_and_city():
    assert audience.grouped("gender", {"女性粉丝": 0.7, "男": 0.3}) == {"female": 0.7, "male": 0.3}
    assert audience.grouped("city_tier", {"新一线": 0.2, "一线城市": 0.3}) == {
        "new1": 0.2,
        "1": 0.3,
    }
    assert audience.whole({"a": 0.9, "b": 0.3}) is None


@pytest.mark.parametrize(
    ("raw", "meant"),
    [("是", True), ("含税", True), ("不含税", False), ("水下", False), ("报备", True), ("非报备", False), ("", None), ("?", None)],
)  # fmt: skip
def test_yes_and_no(raw, meant):
    assert values.yes(raw) is meant


def test_names_of_columns_vary_in_what_does_not_matter():
    assert bare("图文 报价(RMB)") != barest("图文 报价（RMB）") == "图文报价"
    assert bare("ＭＣＮ机构") == "mcn机构"
