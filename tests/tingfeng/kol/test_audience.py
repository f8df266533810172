"""Whom a creator reaches: a card first, else where those who answer are."""

from __future__ import annotations

import pytest

from tingfeng import Audience
from tingfeng.kol.audience import (
    audience_of,
    bhattacharyya,
    inferred,
    precise_share,
    proofs,
    region,
    residents,
    tgi,
    usual,
)

CARD = Audience(dimension="region", shares={"广东": 0.5})
GENDER = Audience(dimension="gender", shares={"female": 0.8, "male": 0.2})


@pytest.mark.parametrize(
    ("place", "name"),
    [("广东省", "广东"), ("IP属地：广东", "广东"), ("内蒙古自治区", "内蒙古"), ("美国", "美国"), ("", ""),
     ("新疆维吾尔自治区", "新疆"), ("北京市", "北京"), ("浙江 杭州", "浙江")],
)  # fmt: skip
def test_places_have_one_form(place: str, name: str) -> None:
    assert region(place) == name


def test_few_voices_are_drawn_to_what_is_usual_and_many_speak_for_themselves() -> None:
    few, many = inferred(["海南"] * 20), inferred(["海南"] * 20_000)
    assert few is not None
    assert many is not None
    assert few.told == many.told == "inferred"
    assert few.shares["海南"] == pytest.approx((20 + 200 * residents()["海南"]) / 220)
    assert many.shares["海南"] > 0.98
    assert sum(few.shares.values()) == pytest.approx(1)
    assert inferred(["海南"] * 19) is None


def test_a_card_wins_over_a_guess() -> None:
    assert audience_of([CARD], ["海南"] * 500) == (CARD,)
    gender, guess = audience_of([GENDER], ["海南"] * 500)
    assert (gender, guess.told, guess.n) == (GENDER, "inferred", 500)


def test_what_is_usual_needs_a_thousand_voices() -> None:
    assert usual(["广东"] * 999) == residents()
    assert usual(["广东"] * 600 + ["海南省"] * 400) == {"广东": 0.6, "海南": 0.4}


def test_overlap_precise_share_and_index() -> None:
    assert bhattacharyya({"a": 0.5, "b": 0.5}, {"a": 0.5, "b": 0.5}) == 1
    assert bhattacharyya({"a": 1.0}, {"b": 1.0}) == 0
    wanted = {"gender": ("female",), "region": ("广东",)}
    assert precise_share([CARD, GENDER], wanted) == pytest.approx(0.4)
    assert precise_share([GENDER], wanted) is None
    assert precise_share([GENDER], {}) is None
    assert tgi(CARD, {"广东": 0.1, "海南": 0.1}) == {"广东": pytest.approx(500)}


def test_every_line_says_who_told() -> None:
    guess = inferred(["海南"] * 50)
    assert guess is not None
    lines = [one.says.zh for one in proofs([GENDER, guess], {"region": residents()})]
    assert "平台后台" in lines[0]
    assert "由评论者属地推断" in lines[1]
    assert "TGI" in lines[1]
