"""Where a text means a brand: boundaries, spellings, contexts, and the reason for each answer."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.mentions import MentionFinder
from nlp.nicknames import suggest
from nlp.surface import plain, spellings
from tingfeng import Alias, Brand


def brand(name: str, *aliases: str | Alias) -> Brand:
    listed = tuple(Alias(text=a) if isinstance(a, str) else a for a in aliases)
    return Brand(name=name, aliases=listed)


LEXICON = MentionFinder(
    [
        brand(
            "苹果", "iPhone", "Mac", Alias(text="苹果", near=("手机",), never=("苹果汁", "果园"))
        ),
        brand("SK-II", "SK-II"),
        brand("路易威登", "Louis Vuitton"),
        brand("3M", "3M"),
        brand(
            "小米", "小米手机", Alias(text="小米", near=("发布", "手机"), never=("小米粥", "熬粥"))
        ),
        brand("欧莱雅", "L'Oréal"),
        brand("淘宝", "tb"),
        brand("OPPO", "OPPO"),
    ]
)


def found(text: str, finder: MentionFinder = LEXICON) -> list[tuple[str, str]]:
    return [(one.brand, text[one.start : one.end]) for one in finder.find(text)]


@pytest.mark.parametrize(
    ("text", "surfaces"),
    [
        ("machine learning", []),
        ("买了mac和MAC", ["mac", "MAC"]),
        ("iPhone16Pro真好", ["iPhone"]),
        ("换ｉＰｈｏｎｅ１６", ["ｉＰｈｏｎｅ"]),
        ("SKII SK2神仙水 sk－ii SK Ⅱ sk-II", ["SKII", "SK2", "sk－ii", "SK Ⅱ", "sk-II"]),
        ("SK-III skiing ask ii", []),
        ("LOUIS  VUITTON、louisvuitton、Louis-Vuitton", ["LOUIS  VUITTON", "louisvuitton", "Louis-Vuitton"]),
        ("louis vuittons", []),
        ("13M 5.3M 3Ms", []),
        ("3M口罩，用3m胶", ["3M", "3m"]),
        ("loreal L’ORÉAL l'oreal", ["loreal", "L’ORÉAL", "l'oreal"]),
        ("2TB硬盘，上tb买", ["tb"]),
        ("OPPOReno8 oppo8 topposition", ["OPPO", "oppo"]),
        ("小\u200b米\u200b手\u200b机", ["小\u200b米\u200b手\u200b机"]),
        ("小 米 手 机", []),
        ("蘋果手機", ["蘋果"]),
        ("http://www.mac.com/iphone", []),
    ],
)  # fmt: skip
def test_spellings_and_boundaries(text: str, surfaces: list[str]) -> None:
    assert [surface for _, surface in found(text)] == surfaces


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("喝小米粥，换小米手机", ["never:小米粥", "plain", "inside:小米手机"]),
        ("小米14发布了", ["near:发布"]),
        ("小米很香", ["no context"]),
        ("熬粥放小米，手机放旁边", ["never:熬粥"]),
        ("mac", ["boundary"]),
        ("machine", ["inside word"]),
        ("[苹果]手机", ["emoticon"]),
        ("@小米粒 好久不见", ["account"]),
        ("@小米手机 出来", ["plain", "inside:小米手机"]),
        ("@小米官方 出来", ["official"]),
        ("@小米 出来", ["no context"]),
        ("#小米# 出来", ["topic"]),
        ("＃小米[超话]＃ 出来", ["topic"]),
        ("#小米# 熬粥", ["never:熬粥"]),
        ("#小米一起吃# 出来", ["no context"]),
    ],
)
def test_every_answer_has_its_reason(text: str, rules: list[str]) -> None:
    said = [one.rule for one in LEXICON.explain(text)]
    assert sorted(said) == sorted(rules)


def test_near_means_the_window_in_a_long_post() -> None:
    far = "小米" + "，" * 200 + "手机"
    assert not LEXICON.find(far)
    assert LEXICON.find("小米" + "，" * 20 + "手机" + "，" * 200)


def test_a_competitors_longer_name_wins_and_brands_may_share_a_name() -> None:
    finder = MentionFinder(
        [brand("甲", "云雀"), brand("乙", "云雀Pro", "青鸟"), brand("丙", "青鸟")]
    )
    assert found("云雀Pro比青鸟好", finder) == [("乙", "云雀Pro"), ("乙", "青鸟"), ("丙", "青鸟")]


def test_two_spellings_of_one_alias_give_one_mention_a_place() -> None:
    assert found("skii sk2") == [("SK-II", "skii"), ("SK-II", "sk2")]


def test_a_blank_between_chinese_and_latin_is_no_end() -> None:
    finder = MentionFinder([brand("小米", "小米14", "小米SU7"), brand("MAC", "MAC口红")])
    text = "小米 14，小米\u3000SU7；MAC 口红，小米 SU 7，小 米14，小米  \n14"
    surfaces = [surface for _, surface in found(text, finder)]
    assert surfaces == ["小米 14", "小米\u3000SU7", "MAC 口红", "小米 SU 7"]


def test_two_names_of_one_brand_at_one_place_are_one_mention() -> None:
    finder = MentionFinder(
        [brand("苹果", "Apple Watch", "AppleWatch"), brand("表店", "Apple Watch")]
    )
    assert found("Apple Watch", finder) == [("苹果", "Apple Watch"), ("表店", "Apple Watch")]
    rules = sorted(one.rule for one in finder.explain("AppleWatch AppleWatch"))
    assert rules == ["again"] * 2 + ["boundary"] * 4


def test_no_brands_no_mentions() -> None:
    assert MentionFinder([]).explain("小米手机") == []


pieces = st.sampled_from(
    ["小米", "手机", "mac", "SK", "-", "II", "Ⅱ", "2", " ", "3M", "iPhone", "@", "http://a.b/", "[",
     "苹果", "]", "\u200b", "é", "．", "a", "Louis", "vuitton", "粥", "//@", "𠮷"]
)  # fmt: skip


@given(st.one_of(st.text(max_size=40), st.lists(pieces, max_size=16).map("".join)))
def test_offsets_cut_out_what_was_written(text: str) -> None:
    everything = LEXICON.explain(text)
    for one in everything:
        surface = text[one.start : one.end].replace("\u200b", "").replace("Ⅱ", "II")
        assert set(spellings(surface)) & set(spellings(one.alias)) or plain(surface) in spellings(
            one.alias
        )
    accepted = [one for one in everything if one.accepted]
    assert LEXICON.find(text) == accepted
    for left, right in pairwise(accepted):
        assert left.end <= right.start


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("拼多多", "拼夕夕又砍一刀", True),
        ("拼多多", "在pdd买的", True),
        ("京东", "狗东自营就是快", True),
        ("京东", "北京东城区", False),
        ("小米", "早上喝了小米粥", False),
        ("小米", "小米手机续航不错", True),
        ("小米", "小米手機續航不錯", True),
        ("小米", "雷布斯又开发布会了", True),
        ("小米", "小米真的不行，两个月坏三次，再也不买了", True),
        ("小米", "@小米官方 你们到底管不管", True),
        ("小米", "#小米# 新款 YU7 锁单三个月还没提到车", True),
        ("小米", "su7刹不住追尾了，雷总出来说句话", True),
        ("小米", "宝宝辅食：苹果、小米、山药一起打成糊", False),
        ("小米", "买了苹果和小米", False),
        ("苹果", "宝宝辅食：苹果、小米、山药一起打成糊", False),
        ("苹果", "买了苹果和小米", False),
        ("小米", "内蒙小米上市啦，新米熬出来油汪汪", False),
        ("小米", "小米收到了，颗粒饱满，客服态度也好，发货快", False),
        ("小米", "这款小米煮出来特别香，旗舰店买的放心", False),
        ("小米", "小米 14 用了半年就坏了，售后踢皮球", True),
        ("小米", "小米客服踢皮球，投诉无门", True),
        ("苹果", "@中国苹果之乡 今年丰收", False),
        ("苹果", "@苹果中国 出来解释", True),
        ("小米", "带小米去公园遛弯，狗狗玩累了回家，手机也该充电了", False),
        ("苹果", "苹果发布会定档，新手机来了", True),
        ("苹果", "今天吃了一个红苹果", False),
        ("美的", "美的空调制冷很快", True),
        ("美的", "这里有最美的风景", False),
        ("大众汽车", "不要欺骗人民大众", False),
        ("理想汽车", "我的理想是当老师", False),
        ("理想汽车", "理想L9提车", True),
        ("华为", "菊花茶降火", False),
        ("SK-II", "sk2神仙水", True),
        ("淘宝", "万能的淘宝", True),
        ("耐克", "耐克森轮胎", False),
        ("耐克", "耐克新款", True),
        ("中国移动", "移动到左边", False),
        ("中国移动", "移动话费又扣多了", True),
    ],
)
def test_shipped_names_tell_brands_from_words(name: str, text: str, expected: bool) -> None:
    finder = MentionFinder([Brand(name=name, aliases=suggest(name))])
    assert bool(finder.find(text)) is expected
