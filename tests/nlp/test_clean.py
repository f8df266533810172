"""What is read of a text: the author's own words, in one width, case and script."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.clean import clean, silent


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ｉＰｈｏｎｅ１６　很好！", "iphone16 很好!"),
        ("蘋果手機續航", "苹果手机续航"),
        ("太好吃了[泪][哭惹R]", "太好吃了[泪][哭惹r]"),
        ("#小米14# 真香 #数码[话题]#", "小米14 真香 数码"),
        ("@小米手机 你们客服呢", "你们客服呢"),
        ("看这里http://t.cn/RxYz你好", "看这里 你好"),
        ("不错//@张三:垃圾//@李四:好", "不错"),
        ("回复@李四:谢谢", "谢谢"),
        ("小\u200b米&amp;华为", "小米&华为"),
        ("哈哈哈哈哈哈好好好", "哈哈哈好好好"),
        ("100000元", "100000元"),
        ("好用😍", "好用😍"),
        ("mail me: someone@example.com", "mail me: someone@example.com"),
        ("", ""),
    ],
)
def test_cleaning(text: str, expected: str) -> None:
    assert clean(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "//@张三:手机爆炸了",
        "转发微博//@张三:手机爆炸了//@李四:啊",
        "转发微博 //@a: //@张三:手机爆炸了",
    ],
)
def test_a_repost_without_own_words_is_read_as_what_it_passes_on(text: str) -> None:
    assert clean(text) == "手机爆炸了"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n",
        "。",
        "此用户未填写评价内容",
        "您没有填写内容，默认好评",
        "此用户未及时填写评价内容，系统默认好评！",
        "此用户没有填写评价。",
        "此用户没有填写评论!",
        "该用户未填写评价内容",
        "用户未填写评价",
        "买家没有填写评价内容",
        "评价方未及时做出评价,系统默认好评!",
        "评价方未及时做出评价，系统默认给出好评。",
        "系统默认好评",
        "系统默认评价",
        "默认好评",
        "转发微博",
        "转发微博。",
        "轉發微博",
        "Repost",
        "快转微博",
        "图片评论",
        "转发",
        "分享图片",
    ],
)
def test_the_platforms_own_words_are_no_words(text: str) -> None:
    assert silent(text)
    assert clean(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "系统默认好评？我明明给的差评",
        "没有填写评价就默认好评，太坑了",
        "转发微博抽奖",
        "好评",
        "评价",
        "没有",
        "五星",
        "自动",
        "用户",
        "[泪]",
        "默认好评的都是懒人",
        "内容没有评价",
        "+1",
        "。" * 59 + "x",
        "转发" * 29 + "x",
    ],
)
def test_more_than_the_platforms_own_words_is_kept(text: str) -> None:
    assert not silent(text)
    assert clean(text)


marks = st.sampled_from(
    ["//@", "@", "&amp;", "&#64;", "[泪]", "#", "回复@", ":", "http://", "t.cn/", "\u200b", "\u200d",
     "🔥", "转发微博", "网页链接", " ", "Ａ", "買", "[话题]", "哈", "/", "&", "a", "1"]
)  # fmt: skip
texts = st.one_of(st.text(), st.lists(marks, max_size=14).map("".join))


@given(texts)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert not {"\u200b", "\ufeff", "\n"} & set(once)
