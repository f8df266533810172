"""Two names of one post, and ids that spreadsheets touched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.formats.ids import aid_of, bid_of, bilibili, mid_of, weibo_born, weibo_of_url
from crawlers.formats.record import Refused, clean_id, labels, place
from crawlers.formats.scales import rating, verified

PAIRS = [
    ("z0JH2lOMb", "3501756485200075"), ("Ll4jJv7mB", "4750214877416477"),
    ("Ohfuf4F39", "5041111111111111"), ("OhIok000c", "5042222200000012"),
    ("Oibiq005z", "5043333300000345"),
]  # fmt: skip


@pytest.mark.parametrize(("bid", "mid"), PAIRS)
def test_weibo_pairs(bid, mid):
    assert mid_of(bid) == mid
    assert bid_of(mid) == bid
    assert weibo_of_url(f"https://weibo.com/1234567890/{bid}?from=x") == mid
    assert weibo_of_url(f"https://m.weibo.cn/detail/{mid}") == mid


@given(st.integers(10**15, 9 * 10**15))
def test_weibo_names_go_both_ways(number):
    assert mid_of(bid_of(str(number))) == str(number)


def test_weibo_ids_carry_their_time():
    assert (
        weibo_born("5150678952972825") == 1743501020
        or abs((weibo_born("5150678952972825") or 0) - 1743501020) < 60
    )
    assert weibo_born("12") is None


def test_bilibili_pairs():
    assert aid_of("BV17x411w7KC") == "170001"
    assert bilibili("https://www.bilibili.com/video/BV13KfUYME4C/?p=2") == "113900000000001"
    assert bilibili("https://www.bilibili.com/video/av170001") == "170001"
    assert bilibili("170001") == "170001"
    assert bilibili("") == ""


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("'123", "123"), ("123.0", "123"), (123.0, "123"), (123, "123"), ("\t123 ", "123"),
        ('="123"', "123"), ("\ufeff123", "123"), ("66e405220000000020023162", "66e405220000000020023162"),
        ("--", ""), (None, ""), (float("inf"), None), (True, ""), ("1.23E+17", None), ("1E+17", None),
        (1.23e17, None), (5007628768381674, "5007628768381674"), ("a/b", "a/b"),
    ],
)  # fmt: skip
def test_ids_without_what_spreadsheets_put_around_them(raw, clean):
    if clean is None:
        with pytest.raises(Refused):
            clean_id(raw)
    else:
        assert clean_id(raw) == clean


def test_small_words_of_exports():
    assert [rating(raw) for raw in ("4", "8/10", "★★★☆☆", "allstar40", "力荐", "5星", "0", "9", "好")] == [
        4.0, 4.0, 3.0, 4.0, 5.0, 5.0, None, None, None,
    ]  # fmt: skip
    assert place("发布于 广东") == place("IP属地:广东") == place("来自广东") == "广东"
    assert place("未知") is place("") is None
    assert [verified(*one) for one in [(True, 0), (True, 3), (False, -1), ("金V",), ("蓝V",), (None,)]] == [
        "person", "organization", "none", "person", "organization", None,
    ]  # fmt: skip
    assert (
        labels("#云雀#,数码,,云雀") == labels([{"name": "云雀"}, "数码[话题]"]) == ("云雀", "数码")
    )
