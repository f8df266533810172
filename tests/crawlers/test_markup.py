"""What a reader sees of a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.markup import hashtags, plain, topics


@pytest.mark.parametrize(
    ("raw", "seen"),
    [
        ("好<span class='url-icon'><img alt=[笑] src='x'></span>啊<br />真的", "好[笑]啊\n真的"),
        ('<a href="/n/某人">@某人</a>:在吗', "@某人:在吗"),
        ('<a  href="https://m.weibo.cn/search?q"><span class="surl-text">#话题#</span></a>', "#话题#"),
        ('烫手...<a href="/status/123">全文</a>', "烫手"),
        ('烫手 ...<span class="expand">展开</span>', "烫手"),
        ("烫手\ue627展开c", "烫手"),
        ("&ldquo;好&rdquo;&hellip; a &lt; b &amp;hellip;", "“好”… a < b …"),
        ("https://weibo.cn/sinaurl?u=https%3A%2F%2Fa.example%2Fc", "https://a.example/c"),
        ('<img style="w" src="x"><span class="surl-text">网页链接</span>', "网页链接"),
        ("\ufeff云\u200b雀 \u200b", "云雀"),
        ("一家\U0001f468\u200d\U0001f469\u200d\U0001f467", "一家\U0001f468\u200d\U0001f469\u200d\U0001f467"),
        ("云\u200d雀", "云雀"),
        ("一行\u2028二行\xa0尾\x00", "一行\n二行 尾"),
        ("<p>一段</p><p>二段</p>", "一段\n二段"),
        ('<em class="keyword">云雀</em>手机', "云雀手机"),
        ("#云雀[话题]# 好", "#云雀# 好"),
        ("割掉了<img src='x' al", "割掉了"),
        ("<script>alert(1)</script>看", "看"),
        (" <草> a<3 & b ", "<草> a<3 & b"),
    ],
)  # fmt: skip
def test_plain(raw, seen):
    assert plain(raw) == seen


@given(st.text(st.characters(codec="utf-8"), max_size=80))
def test_markup_around_a_text_does_not_change_it(text):
    seen = plain(text)
    assert "\u200b" not in seen
    if not any(sign in text for sign in "<>&"):
        assert plain(f"<span>{text}</span>").split() == seen.split()


@given(st.text("<>a/ &brimgspan=\"'#;", max_size=60))
def test_broken_markup_never_fails(text):
    assert isinstance(plain(text), str)


def test_topics_are_named_once_in_order_without_marks():
    assert topics("#云雀[话题]# 好 #红雀#,#云雀# #单个") == ("云雀", "红雀")


def test_hashtags_need_no_second_mark():
    said = "好看#云雀 #红雀手机，@某人 #云雀#新品\n# 空 #[表情]"
    assert hashtags(said) == ("云雀", "红雀手机", "新品")
