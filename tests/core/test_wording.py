"""Which edits leave what a person judged as it was."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tingfeng import search_terms
from tingfeng.core.wording import Text

WORDS = "云雀的新款用了一个月。服务差得离谱，没人接电话。大家看完再买"
BRAND = ((0, 2),)


def judged(words=WORDS, places=BRAND):
    return Text(words).wording(places)


@pytest.mark.parametrize(
    "words",
    [
        WORDS,
        WORDS + "！",
        f"  {WORDS}\n\n",
        WORDS.replace("，", " "),
        WORDS.replace("用了", "用了\u200b"),
        WORDS.replace("云雀", "雲雀"),
        f"{WORDS}（已编辑）",
        f"{WORDS} 编辑于 2026-06-13 10:20",
        f"{WORDS}\n最后编辑于06月13日",
        f"{WORDS} [Edited]",
    ],
)
@pytest.mark.parametrize("places", [BRAND, None])
def test_blanks_stops_and_the_mark_of_an_edit_change_nothing(words, places):
    found = words.find("云雀") if "云雀" in words else words.find("雲雀")
    assert judged(places=places).holds(Text(words), () if places is None else [(found, found + 2)])


@pytest.mark.parametrize(
    ("words", "stays"),
    [
        (WORDS.replace("没人接", "有人接"), True),  # the brand's sentence stands, most does
        (f"{WORDS}。祝好", True),
        (WORDS.replace("新款用了", "新款坏了"), False),
        (f"{WORDS}。云雀已经道歉", False),  # something more is said of the brand
        (
            "云雀的新款用了一个月。全是客服要我写的，一个字都别信。真后悔。退货",
            False,
        ),  # little is left
        (WORDS.replace("个月。", "个月？"), False),
        (f"🙄{WORDS}", False),
        ("改好了", False),
        ("", False),
    ],
)
def test_an_answer_about_a_brand_hangs_on_the_sentences_that_name_it(words, stays):
    places = [(i, i + 2) for i in range(len(words)) if words.startswith("云雀", i)]
    assert judged().holds(Text(words), places) is stays


def test_an_answer_about_a_whole_post_hangs_on_all_of_it_but_a_copy_may_have_a_tail():
    whole, longer = judged(places=None), Text(f"{WORDS}。转给大家")
    assert not whole.holds(longer, ())
    assert whole.stands(longer, ())
    assert whole.stands(Text(WORDS.replace("大家", "各位")), ())
    assert not whole.stands(Text(WORDS.replace("大家", "各位").replace("差", "好")), ())


@pytest.mark.parametrize(
    ("copy", "stays"),
    [
        ("[抓狂]【云雀的新款自燃，主人烧伤】", True),
        ("云雀的新款自燃，车主受伤", True),  # changed, but not what is said of the brand
        ("云雀的新款自燃，主人烧伤 @小张 https://t.cn/abc", True),
        ("真的吗//@日报:【云雀的新款自燃，主人烧伤】", True),
        ("云雀的新款没有自燃，主人烧伤", False),
        ("云雀的新款自燃，主人烧伤，云雀道歉", False),
        ("新款自燃，主人烧伤", False),
    ],
)
def test_in_a_copy_the_clauses_that_name_the_brand_must_stand(copy, stays):
    places = [(i, i + 2) for i in range(len(copy)) if copy.startswith("云雀", i)]
    wording = Text("【云雀的新款自燃，主人烧伤】").wording([(1, 3)])
    assert wording.stands(Text(copy), places) is stays


def test_short_texts_are_the_same_only_if_all_that_counts_is():
    short = judged("云雀真好。")
    assert short.same(Text("雲雀真好！"))
    for other in ("云雀真好？", "云雀真好🙄", "云雀“真好”", "云雀真好吗", "云雀1.5分"):
        assert not short.same(Text(other))
    assert not judged("云雀15分").same(Text("云雀1.5分"))


def test_signs_alone_are_nobody_elses_words():
    smile = judged("👍", None)
    assert not smile.same(Text("👍"))
    assert smile.holds(Text("👍 "), ())
    assert not smile.holds(Text("👎"), ())


@given(st.text(alphabet="云雀真好 a1.，。！？🙄\u200b\n", max_size=20), st.text(max_size=20))
@example("a b", "ab")
@example("云\u200b雀", "云雀")
def test_texts_that_are_the_same_have_the_same_search_terms(one, other):
    """So that an index of words finds them."""
    for left, right in ((one, other), (one, one.replace("，", " ").replace("！", ""))):
        if Text(left).said and Text(left).said == Text(right).said:
            assert search_terms(left) == search_terms(right)


@given(st.text(max_size=60))
def test_a_text_always_holds_for_itself(words):
    for places in (None, ((0, 2),)):
        wording = Text(words).wording(places)
        assert wording.said == "" or wording.same(Text(words))
        if places is None:
            assert wording.holds(Text(words), ())
